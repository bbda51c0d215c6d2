// What people take from the map: a link, the table, a picture, the areas in view as files, paper.
import { spoken, t } from "../words.js";
import { others } from "./url.js";

const LEAST = 0.0025; // degrees: a picture shows no less

/** The part from `low` to `high` of what lies between `least` and `most`, made as long as `size`; null if there is none. */
function part([low, high], [least, most], size) {
  const [from, to] = [Math.max(low, least), Math.min(high, most)];
  if (from >= to) return null;
  const start = Math.min(Math.max((from + to - size) / 2, least), most - size);
  return to - from < size ? [start, start + size] : [from, to];
}

/** What `view` shows of `city` (Leaflet bounds), at least `size` degrees of it, as a parameter; none for all of it. */
function box(view, city, size = 0) {
  const [west, east] = part([view.getWest(), view.getEast()], [city.getWest(), city.getEast()], size) ?? [];
  const [south, north] = part([view.getSouth(), view.getNorth()], [city.getSouth(), city.getNorth()], size) ?? [];
  if (west === undefined || south === undefined) return {};
  return { bbox: [west, south, east, north].map((degrees) => degrees.toFixed(5)).join() };
}

/**
 * Keep the links of `root` to what `state` shows, {measure, areas, sites, terms, place}, and to what `view` shows of
 * `city`; of a view beside it to the whole of it.
 */
export function shared(root, state, view, city) {
  const link = (name, path, asked) => {
    root.querySelector(`[data-way=${name}]`).href = spoken(`${path}?${new URLSearchParams(asked)}`);
  };
  link("table", "/table", { of: state.areas, measure: state.measure });
  link("csv", `/collections/${state.areas}/items.csv`, box(view, city));
  link("xlsx", `/collections/${state.areas}/items.xlsx`, box(view, city));
  link("picture", "/map.png", {
    measure: state.measure, areas: state.areas, ...box(view, city, LEAST),
    ...(state.sites.length ? { sites: state.sites.join() } : {}),
    ...(state.terms ? { ...state.terms.weights, walk_m: state.terms.walk_m } : {}),
    ...(state.place && ["ntas", "tracts", "boroughs"].includes(state.place.layer) ? { place: `${state.place.layer}/${state.place.id}` } : {}),
  });
}

/** Put the address of the page on the clipboard; `say` tells how it went. */
export async function copyLink(say) {
  await navigator.clipboard.writeText(window.location.href)
    .then(() => say(t("The link is copied.")), () => say(t("The link is in the address bar: copy it there.")));
}

/** Let the links to the other languages lead to the same state of the map. */
export function keepLanguages() {
  for (const link of document.querySelectorAll(".languages a")) {
    link.search = others(link.search);
    link.hash = window.location.hash;
  }
}
