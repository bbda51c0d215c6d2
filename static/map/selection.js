// The place that is chosen: marked on the map, told in the panel, said aloud, kept in the address.
/* global L */
import { spoken, t } from "../words.js";
import { fold } from "./controls.js";
import { marker } from "./mark.js";
import { article } from "./panel.js";
import { el } from "./words.js";

const PAGES = { ntas: "/nta/", tracts: "/tracts/", developments: "/developments/" };

/** The points of a place that are to be seen beside the panel: its corners, or `at` if it is too large for that. */
function seen(map, bounds, at, { paddingTopLeft, paddingBottomRight }) {
  const corners = bounds ? [bounds.getNorthEast(), bounds.getSouthWest()] : [at];
  const [one, other] = [corners[0], corners.at(-1)].map((corner) => map.latLngToContainerPoint(corner));
  const room = map.getSize().subtract(paddingTopLeft).subtract(paddingBottomRight); // Leaflet takes [x, y] for points
  return Math.abs(one.x - other.x) < room.x && Math.abs(one.y - other.y) < room.y ? corners : [at];
}

/**
 * The choice of one place on `map`.
 *
 * `drawn` are the layers, `panel` the panel; `brief(layer, leaflet)` gives what the map itself knows, `said(words)` says
 * words aloud, `changed()` is called with each choice, `tried()` says whether other weights are tried. The result has
 * `choose(place, options)`, `clear()`, `refresh()` when the map knows other values, `mark()` when a layer was drawn, and
 * `place`.
 */
export function selection(map, drawn, panel, { brief, said, changed, tried }) {
  const marked = marker(map);
  let place = null;
  let whole = null; // the article of the server, or what stands for it
  let asked = null;

  const leaflet = () => (place ? drawn.find(place.layer, place.id) : null);

  const mark = () => marked(leaflet());

  /** Fill the panel: the map's own words until the server's are there, and above them while other weights are tried. */
  function tell() {
    const found = leaflet();
    const known = found ? brief(place.layer, found) : el("h2", {}, place.id);
    const title = whole?.querySelector("h2") ?? known.querySelector("h3") ?? known;
    const said = whole?.matches("article") && tried() ? t("Above: the weights that you try. Below: the published score.") : null;
    const parts = whole?.matches("article") && !said ? [whole] : [known, said && el("p", { class: "note" }, said), whole];
    panel.show(el("div", {}, ...parts), title.textContent);
  }

  function clear() {
    asked?.abort();
    [place, whole] = [null, null];
    mark();
    panel.hide();
    changed();
  }

  const go = (bounds) => map.fitBounds(bounds, { ...panel.free(map), maxZoom: place.layer === "tracts" ? 15 : 14 });

  function arrive(bounds, move, at) {
    if (move && bounds) go(bounds);
    else if (at) for (const corner of seen(map, bounds, at, panel.free(map))) map.panInside(corner, panel.free(map));
  }

  const wait = () => {
    whole = el("p", { class: "small waiting" }, t("Loading the whole answer…"));
  };

  async function fetchWhole(signal) {
    let words = null;
    try {
      whole = await article(spoken(`${PAGES[place.layer]}${encodeURIComponent(place.id)}?f=panel`), signal);
      words = whole.querySelector("[data-summary]")?.textContent ?? whole.textContent;
    } catch (error) {
      if (signal.aborted) return;
      words = t("Not loaded: {reason}", { reason: error.message });
      whole = el("p", { class: "small failed" }, words, " ", retry(signal));
    }
    tell();
    said(words);
  }

  function retry(signal) {
    const again = el("button", { type: "button" }, t("Try again"));
    again.addEventListener("click", () => {
      panel.focus(); // the button goes away
      wait();
      tell();
      fetchWhole(signal);
    });
    return again;
  }

  /** Choose {layer, id}; with `move` the map goes there, with `at` it only brings that point out from under the panel. */
  async function choose(wanted, { move = false, at = null, focus = false } = {}) {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    place = { layer: wanted.layer, id: wanted.id };
    whole = null;
    if (PAGES[place.layer]) wait();
    fold();
    mark();
    changed();
    tell();
    if (focus) panel.focus();
    const found = leaflet();
    const bounds = found?.getBounds?.() ?? (found && L.latLngBounds([found.getLatLng()]));
    arrive(bounds, move, at);
    if (!PAGES[place.layer]) return said(found?.feature.properties.name ?? place.id);
    await fetchWhole(signal);
    if (signal.aborted || !move || bounds || !whole.dataset.bbox) return undefined;
    const [west, south, east, north] = whole.dataset.bbox.split(",").map(Number);
    return go([[south, west], [north, east]]);
  }

  return {
    choose,
    clear,
    mark,
    refresh: () => place && tell(),
    get place() { return place; },
  };
}
