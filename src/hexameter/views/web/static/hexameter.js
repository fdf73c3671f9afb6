// What pages gain from scripts; without them every page still works. No library but the charts', loaded when there is a chart.
const root = document.documentElement;
root.classList.add("js");
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => (root.dataset.theme === "auto" ? (dark.matches ? "dark" : "light") : root.dataset.theme);
const FRENCH = {
  number: { decimal: ",", thousands: "\u202f", grouping: [3], currency: ["", "\u00a0€"], percent: "\u202f%" },
  time: {
    dateTime: "%A %e %B %Y à %X", date: "%d/%m/%Y", time: "%H:%M:%S", periods: ["AM", "PM"],
    days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
    shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
    months: ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"],
    shortMonths: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
  },
};

// Charts: drawn when they come into sight, drawn again when the theme changes.
const plots = new Map();
let library;
const vega = () => (library ??= import(document.querySelector("meta[name=charts]").content));

async function draw(place) {
  try {
    const answer = await fetch(place.dataset.chart, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const [{ spec, themes }] = await Promise.all([answer.json(), vega()]);
    if (!Object.values(spec.datasets).some((rows) => rows.length)) {
      place.querySelector(".wait")?.replaceChildren(document.querySelector("meta[name=nothing]").content);
      place.dataset.drawn = "nothing";
      return;
    }
    plots.set(place, { spec, themes });
    await paint(place);
  } catch {
    place.querySelector(".wait")?.replaceChildren(document.querySelector("meta[name=undrawn]").content);
  }
}

async function paint(place) {
  const plot = plots.get(place);
  const french = root.lang === "fr";
  plot.shown?.finalize();
  plot.shown = await window.vegaEmbed(place, plot.spec, {
    ast: true, actions: false, defaultStyle: false, renderer: "svg", mode: "vega-lite", config: plot.themes[theme()],
    tooltip: { theme: "custom", disableDefaultStyle: true },
    ...(french ? { formatLocale: FRENCH.number, timeFormatLocale: FRENCH.time } : {}),
  });
  document.querySelectorAll(`[data-for="${place.dataset.name}"]`).forEach((button) => (button.hidden = false));
  place.dataset.drawn = "yes";
}

const sight = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) { sight.unobserve(target); draw(target); }
}, { rootMargin: "300px" });
document.querySelectorAll("[data-chart]").forEach((place) => sight.observe(place));
dark.addEventListener("change", () => plots.forEach((_, place) => paint(place)));
addEventListener("beforeprint", () => document.querySelectorAll("[data-chart]:not([data-drawn])").forEach(draw));

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-save]");
  if (!button) return;
  const place = document.querySelector(`[data-name="${button.dataset.for}"]`);
  const view = plots.get(place)?.shown.view;
  if (!view) return;
  const link = document.createElement("a");
  link.href = await view.toImageURL(button.dataset.save, 2);
  link.download = `${button.dataset.for}.${button.dataset.save}`;
  link.click();
});

// The slider through time writes its day into the date field and looks.
document.querySelectorAll("[data-asof]").forEach((slider) => {
  const day = (n) => new Date(Date.parse(slider.dataset.asof) + n * 864e5).toISOString().slice(0, 10);
  slider.addEventListener("input", () => slider.setAttribute("aria-valuetext", day(+slider.value)));
  slider.addEventListener("change", () => {
    slider.form.elements.as_of.value = slider.value === slider.max ? "" : day(+slider.value);
    slider.form.requestSubmit();
  });
});

let looked = location.search;
// Sorting and paging change one part of the page; the address follows, so that the view can be shared.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const answer = await fetch(link.href).catch(() => null);
  if (!answer?.ok) return void (location.href = link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.getElementById(link.dataset.swap);
  if (!part) return void (location.href = link.href);
  const head = link.closest("th")?.cellIndex;
  document.getElementById(link.dataset.swap).replaceWith(part);
  history.pushState({}, "", link.href);
  looked = location.search;
  (head === undefined ? part.querySelector(".pages a") : part.querySelectorAll("thead th")[head]?.querySelector("a"))?.focus();
});
addEventListener("popstate", () => { if (location.search !== looked) location.reload(); }); // not for a jump within the page

const PANELS = "details.drop[open], details.menu[open], details.slip[open]";
// Forms send no empty words, so that addresses stay short; open panels close on Escape and on a click elsewhere.
document.addEventListener("submit", (event) => {
  if (event.target.method === "get") for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll(PANELS).forEach((panel) => { panel.open = false; panel.firstElementChild.focus(); });
  if (event.key === "/" && !event.target.closest("input, textarea, select")) { const find = document.querySelector("[data-slash]"); if (find) { event.preventDefault(); find.focus(); } }
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
