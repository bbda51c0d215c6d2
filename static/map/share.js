// What people take from the map: a link, the table, a picture, the areas in view as files, paper.
import { spoken, t } from "../words.js";

/** Keep the links of `box` to what `state` shows: {measure, areas, sites, terms, place} and the bounds in view. */
export function shared(box, state, bounds) {
  const view = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((degrees) => degrees.toFixed(5)).join();
  const link = (name, path, asked) => {
    box.querySelector(`[data-way=${name}]`).href = spoken(`${path}?${new URLSearchParams(asked)}`);
  };
  link("table", "/table", { of: state.areas, measure: state.measure });
  link("csv", `/collections/${state.areas}/items.csv`, { bbox: view });
  link("xlsx", `/collections/${state.areas}/items.xlsx`, { bbox: view });
  link("picture", "/map.png", {
    measure: state.measure, areas: state.areas, bbox: view,
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
  for (const link of document.querySelectorAll(".languages a")) link.hash = window.location.hash;
}
