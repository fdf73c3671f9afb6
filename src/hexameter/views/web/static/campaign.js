// The list fetches the rows that were not measured yet, one by one; the form checks hashtags while one types. Both work without.
for (const place of document.querySelectorAll("[data-row]")) {
  const answer = await fetch(place.dataset.row).catch(() => null);
  if (!answer?.ok) continue;
  const row = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("article");
  if (row) place.replaceWith(row);
}

const form = document.querySelector("form[data-check]");
if (form) {
  const asked = ["name", "hashtags", "from", "to", "slug"];
  let waiting, turn = 0;
  const check = async () => {
    const words = new URLSearchParams({ part: "yes" });
    for (const name of asked) if (form.elements[name]?.value) words.set(name, form.elements[name].value);
    const mine = ++turn;
    const answer = await fetch(`${form.dataset.check}?${words}`).catch(() => null);
    if (!answer?.ok || mine !== turn) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("check");
    if (part) document.getElementById("check").replaceWith(part);
  };
  form.addEventListener("input", (event) => {
    if (!asked.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(check, 350);
  });
  form.addEventListener("click", (event) => {
    const take = event.target.closest("button.take");
    if (!take) return;
    event.preventDefault();
    const field = form.elements.hashtags;
    field.value = `${field.value} #${take.value}`.trim();
    field.focus();
    check();
  });
}
