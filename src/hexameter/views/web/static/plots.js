// Charts: drawn when they come near, drawn again when the theme changes; a legend's entries hide and show their series.
// The library comes only when there is a chart, and it runs under a policy without eval: vega's own interpreter (`ast`).
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => (root.dataset.theme === "light" || root.dataset.theme === "dark" ? root.dataset.theme : dark.matches ? "dark" : "light");
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
const plots = new Map();
let library;
const vega = () => (library ??= import(document.querySelector("meta[name=charts]").content));
const said = (name) => document.querySelector(`meta[name=${name}]`).content;

async function draw(place) {
  try {
    const answer = await fetch(place.dataset.chart, { headers: { accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const [{ spec, themes }] = await Promise.all([answer.json(), vega()]);
    if (!Object.values(spec.datasets).some((rows) => rows.length)) {
      place.querySelector(".wait")?.replaceChildren(said("nothing"));
      place.dataset.drawn = "nothing";
      return;
    }
    plots.set(place, { spec, themes, hidden: new Set() });
    await paint(place);
  } catch {
    place.querySelector(".wait")?.replaceChildren(said("undrawn"));
  }
}

// A specification says by `usermeta.series` which field of which rows names a series: hidden ones are left out of the drawing.
function shownSpec({ spec, hidden }) {
  const series = spec.usermeta?.series;
  if (!series || !hidden.size) return spec;
  const datasets = Object.fromEntries(Object.entries(spec.datasets).map(([name, rows]) => [name, rows.filter((row) => !hidden.has(row[series.field]))]));
  return { ...spec, datasets };
}

async function paint(place) {
  const plot = plots.get(place);
  plot.shown?.finalize();
  plot.shown = await window.vegaEmbed(place, shownSpec(plot), {
    ast: true, actions: false, defaultStyle: false, renderer: "svg", mode: "vega-lite", config: plot.themes[theme()],
    tooltip: { theme: "custom", disableDefaultStyle: true },
    ...(root.lang === "fr" ? { formatLocale: FRENCH.number, timeFormatLocale: FRENCH.time } : {}),
  });
  legend(place, plot);
  document.querySelectorAll(`[data-for="${place.dataset.name}"]`).forEach((button) => (button.hidden = false));
  place.dataset.drawn = "yes";
}

function legend(place, plot) {
  const series = plot.spec.usermeta?.series;
  const list = document.querySelector(`[data-legend="${place.dataset.name}"]`);
  if (!series || !list) return;
  const names = series.names;
  const colours = plot.themes[theme()].range.category;
  list.replaceChildren(...names.map((name, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "series";
    button.setAttribute("aria-pressed", String(!plot.hidden.has(name)));
    const swatch = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    swatch.setAttribute("viewBox", "0 0 10 10");
    swatch.setAttribute("aria-hidden", "true");
    const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [key, value] of Object.entries({ width: 10, height: 10, rx: 3, fill: colours[n % colours.length] })) square.setAttribute(key, value);
    swatch.append(square);
    const label = document.createElement("bdi");
    label.textContent = name;
    button.append(swatch, label);
    button.addEventListener("click", async () => {
      if (!plot.hidden.delete(name)) plot.hidden.add(name);
      if (plot.hidden.size === names.length) plot.hidden.clear(); // hiding the last one shows all again
      await paint(place);
      list.children[n]?.focus();
    });
    return button;
  }));
  list.hidden = false;
}

const sight = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) { sight.unobserve(target); draw(target); }
}, { rootMargin: "300px" });
export const watch = (part) => part.querySelectorAll("[data-chart]").forEach((place) => sight.observe(place));
watch(document);
document.addEventListener("hx:swapped", (event) => watch(event.target));
dark.addEventListener("change", () => plots.forEach((_, place) => paint(place)));
document.addEventListener("hexameter:changed", () => document.querySelectorAll("[data-chart]").forEach((place) => (plots.has(place) ? draw(place) : sight.observe(place))));
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
