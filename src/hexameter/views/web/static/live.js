// Pages stay true while they are looked at: the version is asked for, and only the parts that changed are put in their place.
const EVERY = Number(document.querySelector("meta[name=live]")?.content ?? 0);
const place = document.getElementById("main");
const parsed = (text) => new DOMParser().parseFromString(text, "text/html").getElementById("main");
const mine = location.pathname.match(/^\/campaigns\/([^/]+)$/)?.[1];
let known, version;

async function page() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  return answer.ok ? parsed(await answer.text()) : null;
}

async function look() {
  if (document.hidden) return; // a tab that nobody sees asks nothing
  const answer = await fetch(mine && mine !== "new" ? `/live?campaign=${mine}` : "/live").catch(() => null);
  if (!answer?.ok) return;
  const now = (await answer.json()).version;
  if (version === undefined) { version = now; known = await page(); return; }
  if (now === version || !known) return;
  const fresh = await page();
  if (!fresh || fresh.children.length !== known.children.length || place.children.length !== known.children.length) { known = fresh; version = now; return; }
  [...fresh.children].forEach((part, n) => {
    const shown = place.children[n];
    if (part.outerHTML === known.children[n].outerHTML || shown.contains(document.activeElement)) return;
    shown.replaceWith(document.importNode(part, true));
  });
  known = fresh;
  version = now;
  document.dispatchEvent(new CustomEvent("hexameter:changed"));
}
if (EVERY && (mine ? mine !== "new" : location.pathname === "/")) {
  look();
  setInterval(look, EVERY * 1000);
  document.addEventListener("visibilitychange", look);
}

// Work under way is looked at again until it is done.
async function poll(part) {
  await new Promise((go) => setTimeout(go, 700));
  if (document.hidden) await new Promise((go) => document.addEventListener("visibilitychange", go, { once: true }));
  const answer = await fetch(location.href).catch(() => null);
  const fresh = answer && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.dataset.poll);
  if (!fresh) return void poll(part);
  part.replaceWith(fresh);
  if (fresh.dataset.poll) poll(fresh);
}
document.querySelectorAll("[data-poll]").forEach(poll);

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-field]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copyField);
  field.select();
  await navigator.clipboard?.writeText(field.value).catch(() => document.execCommand("copy"));
  button.textContent = button.dataset.done;
});
