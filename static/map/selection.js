// The place that is chosen: marked on the map, told in the panel, said aloud, kept in the address.
/* global L */
import { spoken, t } from "../words.js";
import { CHOSEN } from "./areas.js";
import { article } from "./panel.js";
import { el } from "./words.js";

const PAGES = { ntas: "/nta/", tracts: "/tracts/", developments: "/developments/" };
const NARROW = 720;
const WIDTH = 430; // of the panel, with some air

/** What the panel leaves of the map, as options of Leaflet's fitBounds. */
function free(map) {
  const { x, y } = map.getSize();
  return { animate: false, paddingTopLeft: [16, 16], paddingBottomRight: x > NARROW ? [WIDTH, 16] : [16, y / 2] };
}

/** The points of a place that are to be seen beside the panel: its corners, or `at` if it is too large for that. */
function seen(map, bounds, at) {
  const corners = bounds ? [bounds.getNorthEast(), bounds.getSouthWest()] : [at];
  const [one, other] = [corners[0], corners.at(-1)].map((corner) => map.latLngToContainerPoint(corner));
  const { x, y } = map.getSize();
  const room = x > NARROW ? [x - WIDTH - 32, y - 32] : [x - 32, y / 2 - 32];
  return Math.abs(one.x - other.x) < room[0] && Math.abs(one.y - other.y) < room[1] ? corners : [at];
}

/**
 * The choice of one place on `map`.
 *
 * `drawn` are the layers, `panel` the panel; `brief(layer, leaflet)` gives what the map itself knows, `said(words)` says
 * words aloud, `changed()` is called with each choice, `restyle()` when a mark goes, `tried()` says whether other weights
 * are tried. The result has `choose(place, options)`, `clear()`, `refresh()`, `place` and `is(layer, id)`.
 */
export function selection(map, drawn, panel, { brief, said, changed, restyle, tried }) {
  const ring = L.circleMarker([0, 0], { radius: 15, color: CHOSEN.color, weight: 3, fill: false, interactive: false });
  let place = null;
  let whole = null; // the article of the server, or what stands for it
  let asked = null;

  const leaflet = () => (place ? drawn.find(place.layer, place.id) : null);

  function mark() {
    ring.remove();
    const found = leaflet();
    if (found?.getLatLng) ring.setLatLng(found.getLatLng()).addTo(map);
    else found?.setStyle({ ...CHOSEN }).bringToFront();
  }

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
    ring.remove();
    panel.hide();
    restyle();
    changed();
  }

  const go = (bounds) => map.fitBounds(bounds, { ...free(map), maxZoom: place.layer === "tracts" ? 15 : 14 });

  function arrive(bounds, move, at) {
    if (move && bounds) go(bounds);
    else if (at) for (const corner of seen(map, bounds, at)) map.panInside(corner, free(map));
  }

  async function fetchWhole(signal) {
    try {
      whole = await article(spoken(`${PAGES[place.layer]}${encodeURIComponent(place.id)}?f=panel`), signal);
    } catch (error) {
      if (signal.aborted) return;
      whole = el("p", { class: "small failed" }, t("Not loaded: {reason}", { reason: error.message }));
    }
    tell();
    said(whole.querySelector("[data-summary]")?.textContent ?? whole.textContent);
  }

  /** Choose {layer, id}; with `move` the map goes there, with `at` it only brings that point out from under the panel. */
  async function choose(wanted, { move = false, at = null, focus = false } = {}) {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    place = { layer: wanted.layer, id: wanted.id };
    whole = PAGES[place.layer] ? el("p", { class: "small waiting" }, t("Loading the whole answer…")) : null;
    restyle();
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
    refresh: () => place && tell(),
    is: (layer, id) => place?.layer === layer && place.id === id,
    get place() { return place; },
  };
}
