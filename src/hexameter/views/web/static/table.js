// Tables: sorting, filtering and paging change one part of the page and its address; arrows walk through rows, Enter opens one.
let looked = location.search;
let turn = 0;

// Put one part of another address in place of the same part here; without an answer the browser goes there itself.
async function swap(address, name, push = true) {
  const mine = ++turn;
  const part = document.getElementById(name);
  part?.setAttribute("aria-busy", "true");
  const answer = await fetch(address, { headers: { accept: "text/html" } }).catch(() => null);
  if (mine !== turn) return null; // a later wish has overtaken this one
  const found = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(name) : null;
  if (!found || !part) { location.href = address; return null; }
  if (mine !== turn) return null;
  part.replaceWith(found);
  if (push) history.pushState({}, "", address); else history.replaceState({}, "", address);
  looked = location.search;
  made(found);
  found.dispatchEvent(new CustomEvent("hx:swapped", { bubbles: true }));
  return found;
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const head = link.closest("th")?.cellIndex;
  const part = await swap(link.href, link.dataset.swap);
  const next = head === undefined ? part?.querySelector(`.pages a[rel=${link.rel || "next"}]`) ?? part?.querySelector(".pages a, input[type=search]")
    : part?.querySelectorAll("thead th")[head]?.querySelector("a");
  next?.focus();
});
addEventListener("popstate", () => { if (location.search !== looked) location.reload(); }); // not for a jump within the page

const addressOf = (form) => {
  const words = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  for (const name of new Set(words.keys())) {
    const all = words.getAll(name);
    if (all.length > 1) words.set(name, all.join(","));
  }
  const url = new URL(form.action);
  url.search = words;
  return url.href;
};
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.swap) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const asked = document.activeElement?.type === "search";
  const part = await swap(addressOf(form), form.dataset.swap);
  if (asked) part?.querySelector("input[type=search]")?.focus();
}, true);

// Copy: what the file would hold, onto the clipboard.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const was = button.textContent;
  try {
    const answer = await fetch(button.dataset.copy);
    if (!answer.ok) throw new Error(answer.status);
    await navigator.clipboard.writeText(await answer.text());
    button.textContent = button.dataset.done;
  } catch {
    button.textContent = button.dataset.failed;
  }
  setTimeout(() => { button.textContent = was; }, 2000);
});

// Keyboard: up and down walk through rows, Home and End jump, Enter opens, left and right turn pages.
const rowsOf = (part) => [...part.querySelectorAll("table.rows > tbody > tr")];
function made(part) {
  part.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
  const tables = part.matches?.("[data-table]") ? [part] : part.querySelectorAll("[data-table]");
  for (const one of tables) rowsOf(one).forEach((row, n) => { row.tabIndex = n ? -1 : 0; });
}
made(document);

function walk(table, row, key) {
  const rows = rowsOf(table);
  const at = rows.indexOf(row);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key];
  const next = rows[Math.min(Math.max(to, 0), rows.length - 1)];
  rows.forEach((one) => { one.tabIndex = -1; });
  next.tabIndex = 0;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
document.addEventListener("keydown", async (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const search = event.target.closest?.("[data-table] input[type=search]");
  const table = event.target.closest?.("[data-table]");
  if (search && event.key === "ArrowDown") { event.preventDefault(); rowsOf(table)[0]?.focus(); return; }
  const row = event.target.closest?.("tr");
  if (!table || event.target !== row) return;
  if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) { event.preventDefault(); walk(table, row, event.key); }
  if (event.key === "Enter") { const link = row.querySelector("a[href]"); if (link) { event.preventDefault(); link.click(); } }
  const side = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = side && table.querySelector(`.pages a[rel=${side}]`);
  if (link) { event.preventDefault(); const part = await swap(link.href, link.dataset.swap); rowsOf(part ?? table)[0]?.focus(); }
});
