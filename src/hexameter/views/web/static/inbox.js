// The inbox: a decision shows at once and is sent behind it; undo sends the state from before. Keys: j, k, i, x, u.
const WAS = { included: "include", excluded: "exclude", auto: "rules", review: "rules" };
let last = null;
let toast = null;

const send = (form, decision, posts) => {
  const body = new FormData();
  body.set("csrf", form.elements.csrf.value);
  body.set("decision", decision);
  for (const post of posts) body.append("post", post);
  return fetch(form.action, { method: "POST", body, headers: { accept: "application/json" } });
};

function tell(text, undo, form) {
  toast?.remove();
  toast = document.createElement("div");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  const said = document.createElement("span");
  said.textContent = text;
  toast.append(said);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = form.dataset.undo;
    button.addEventListener("click", undo);
    toast.append(button);
  }
  document.body.append(toast);
}

const show = (rows, gone) => rows.forEach((row) => {
  row.toggleAttribute("data-gone", gone);
  row.querySelectorAll("button, input").forEach((one) => { one.disabled = gone; });
});

async function decide(form, decision, rows) {
  rows = rows.filter((row) => row && !row.hasAttribute("data-gone"));
  if (!rows.length) return;
  const at = rows.at(-1);
  show(rows, true);
  const said = { include: form.dataset.included, exclude: form.dataset.excluded, rules: form.dataset.rules }[decision];
  const mine = { form, rows };
  last = mine;
  tell(`${said}: ${rows.length}`, () => undo(mine), form);
  step(form, at, 1);
  mine.sent = send(form, decision, rows.map((row) => row.dataset.post)).then((answer) => { if (!answer.ok) throw new Error(answer.status); })
    .catch(() => { show(rows, false); if (last === mine) last = null; tell(form.dataset.failed, null, form); });
}

async function undo(done) {
  if (!done) return;
  last = null;
  const { form, rows } = done;
  await done.sent; // never overtake the decision itself
  show(rows, false);
  toast?.remove();
  rows[0].focus();
  const before = Map.groupBy ? Map.groupBy(rows, (row) => WAS[row.dataset.state]) : new Map([[WAS[rows[0].dataset.state], rows]]);
  for (const [decision, some] of before) {
    const answer = await send(form, decision, some.map((row) => row.dataset.post)).catch(() => null);
    if (!answer?.ok) { show(some, true); tell(form.dataset.failed, null, form); }
  }
}

const rowsOf = (form) => [...form.querySelectorAll("tbody tr")];
function step(form, from, by) {
  const rows = rowsOf(form);
  let at = from ? rows.indexOf(from) + by : 0;
  while (rows[at]?.hasAttribute("data-gone")) at += by;
  const next = rows[at];
  if (!next) return;
  rows.forEach((row) => { row.tabIndex = -1; });
  next.tabIndex = 0;
  next.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const pressed = event.submitter;
  if (!form.matches("[data-decide]") || !pressed) return;
  event.preventDefault();
  if (pressed.name === "one") decide(form, pressed.value.split(" ")[0], [pressed.closest("tr")]);
  else decide(form, pressed.value, rowsOf(form).filter((row) => row.querySelector("input:checked")));
});

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("[data-decide]");
  if (!form || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const row = document.activeElement.closest?.("[data-decide] tbody tr");
  const key = event.key.toLowerCase();
  if (key === "j") step(form, row, 1);
  else if (key === "k") step(form, row, -1);
  else if (key === "i") decide(form, "include", [row]);
  else if (key === "x") decide(form, "exclude", [row]);
  else if (key === "u") undo(last);
  else return;
  event.preventDefault();
});
