// What pages gain from scripts; without them every page still works. Charts: plots.js; tables: table.js.
const root = document.documentElement;
root.classList.add("js");
// The slider through time writes its day into the date field and looks.
document.querySelectorAll("[data-asof]").forEach((slider) => {
  const day = (n) => new Date(Date.parse(slider.dataset.asof) + n * 864e5).toISOString().slice(0, 10);
  slider.addEventListener("input", () => slider.setAttribute("aria-valuetext", day(+slider.value)));
  slider.addEventListener("change", () => {
    slider.form.elements.as_of.value = slider.value === slider.max ? "" : day(+slider.value);
    slider.form.requestSubmit();
  });
});

const PANELS = "details.drop[open], details.menu[open], details.slip[open]";
// Forms send no empty words, so that addresses stay short; open panels close on Escape and on a click elsewhere.
document.addEventListener("submit", (event) => {
  if (event.target.method === "get") for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(PANELS).forEach((panel) => { panel.open = false; panel.firstElementChild.focus(); });
  if (event.key === "/" && !event.target.closest("input, textarea, select")) { const find = event.target.closest("section")?.querySelector("[data-slash]") ?? ["#posts [data-slash]", "[data-slash]", "[data-seek]"].map((one) => document.querySelector(one)).find(Boolean); if (find) { event.preventDefault(); find.focus(); } }
});
document.addEventListener("keydown", (event) => {
  const seek = event.key === "k" && (event.ctrlKey || event.metaKey) && document.querySelector("[data-seek]");
  if (seek) { event.preventDefault(); seek.focus(); }
});
document.addEventListener("click", (event) => document.querySelectorAll(PANELS).forEach((panel) => { if (!panel.contains(event.target)) panel.open = false; }));

// Files dropped anywhere on the import form are taken.
document.querySelectorAll("[data-drop]").forEach((zone) => {
  const input = zone.querySelector("input[type=file]");
  for (const kind of ["dragover", "dragleave", "drop"]) zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.toggle("over", kind === "dragover"); });
  zone.addEventListener("drop", (event) => { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change")); });
  input.addEventListener("change", () => { zone.querySelector("[data-chosen]").textContent = [...input.files].map((file) => file.name).join(", "); });
});
document.querySelectorAll("form[data-wait]").forEach((form) => form.addEventListener("submit", () => { const button = form.querySelector("button.primary"); button.textContent = form.dataset.wait; button.setAttribute("aria-busy", "true"); }));
