// The map page: reads its configuration, and ties the controls to the layers, the legend and the panel.
/* global L */
import { t } from "./words.js";
import { SCORES } from "./map/areas.js";
import { areaBrief, areaTip } from "./map/brief.js";
import { colouring } from "./map/colouring.js";
import { fold, preset, sitesShown, wire } from "./map/controls.js";
import { underCross } from "./map/cross.js";
import { drawing } from "./map/draw.js";
import { homeButton } from "./map/home.js";
import { labels } from "./map/labels.js";
import { layers } from "./map/layers.js";
import { drawLegend } from "./map/legend.js";
import { panel } from "./map/panel.js";
import { printing } from "./map/print.js";
import { search } from "./map/search.js";
import { selection } from "./map/selection.js";
import { copyLink, keepLanguages, shared } from "./map/share.js";
import { spots } from "./map/site.js";
import { statusBox } from "./map/status.js";
import { trial } from "./map/trial.js";
import { others, read, write } from "./map/url.js";
import { el } from "./map/words.js";

const facts = JSON.parse(document.getElementById("config").textContent);
const map = window[facts.map];
const find = (selector) => document.querySelector(selector);
const measures = new Map(facts.measures.map((measure) => [measure.code, measure]));
const areaLayers = facts.layers.filter(({ kind }) => kind === "area").map(({ name }) => name);
const isArea = (name) => areaLayers.includes(name);
const city = L.latLngBounds(facts.city);
const asked = read(window.location, facts);
const first = preset(asked);
const state = { measure: measures.get(first.measure), areas: first.areas, view: asked.view ?? null };
const colours = colouring(state, facts.basemap ? 0.7 : 1);
const sites = spots(facts.sources);

map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
if (asked.view) map.setView(asked.view.center, asked.view.zoom, { animate: false });
const status = statusBox(map, find("#status"));
const { say } = status;
const said = (words) => { find("#said").textContent = words; };
const name = labels(map);
const drawn = layers(map, facts, bind, tell);
const side = panel(find("#why"), { closed: leave });
const chosen = selection(map, drawn, side, {
  brief: (layer, one) => (isArea(layer) ? areaBrief(layer, one.feature, facts, state.measure) : sites.brief(layer, one)),
  changed: () => { delete asked.place; remember(); },
  said,
  tried: colours.tried,
});
const study = drawing(map, find("#draw"), {
  say,
  said,
  show: (article, title) => {
    chosen.clear();
    fold();
    side.show(article, title);
    if (document.documentElement.dataset.input === "keys") side.focus();
  },
  hide: () => chosen.clear(),
  chosen: () => chosen.place,
});
const weighing = trial(find("#trial"), facts, {
  apply,
  changed: () => (weighing.terms() && !SCORES.includes(state.measure.code) ? choose("gap") : remember()),
  geography: () => state.areas,
  link: ({ id, name: words }) => {
    const button = el("button", { type: "button" }, words);
    button.addEventListener("click", () => open({ layer: state.areas, id }, true));
    return button;
  },
});

function bind(layer, feature, leaflet) {
  if (layer === "outline") return;
  if (isArea(layer)) {
    colours.colour(layer, leaflet);
    leaflet.bindTooltip(() => areaTip(feature, facts, state.measure), { sticky: true, opacity: 1 });
  } else {
    sites.add(layer, leaflet);
  }
  leaflet.on("click", (event) => {
    if (!study.isDrawing()) chosen.choose({ layer, id: feature.id }, { at: event.latlng });
  });
}

function recolour() {
  drawn.group(state.areas)?.eachLayer((leaflet) => colours.colour(state.areas, leaflet));
  find("#trying").textContent = colours.words();
}

/** The panel was closed: nothing is chosen, and the keyboard goes back to the map. */
function leave() {
  chosen.clear();
  if (document.documentElement.dataset.input === "keys") map.getContainer().focus();
}

function tell(layer, now, message) {
  if (now === "ready" && layer === "outline") name("borough", drawn.features(layer));
  if (now === "ready" && layer === "ntas") name("area", drawn.features(layer));
  if (now === "ready" || now === "failed") {
    if (layer === state.areas) legend();
    chosen.mark();
  }
  if (now === "ready" && asked.place?.layer === layer) open(asked.place, !asked.view);
  document.documentElement.dataset[layer] = now; // for styles and tests: data-ntas="ready"
  const retry = now === "failed" ? el("button", { type: "button" }, t("Try again")) : null;
  retry?.addEventListener("click", () => drawn.show(layer, true));
  const row = find(`.sites [data-layer="${CSS.escape(layer)}"]`);
  const words = message ? [message, retry ?? ""] : [];
  row?.querySelector(".state")?.remove();
  if (row && message) row.append(el("p", { class: `state ${now}`, role: "status" }, ...words));
  if (layer === state.areas) status.areas(now, ...words);
}

function legend() {
  const { cells } = facts.layers.find((layer) => layer.name === state.areas) ?? {};
  drawLegend(find("#legend"), state.measure, state.areas, drawn.inView(state.areas), cells);
}

function shown() {
  const place = chosen.place ?? asked.place;
  return { ...state, measure: state.measure.code, sites: sitesShown(), terms: weighing.terms(), place };
}

/** Keep in the address, and in the links, what the map shows. */
function remember() {
  const { pathname, search: query } = window.location;
  history.replaceState(null, "", pathname + others(query) + write(shown(), facts));
  shared(find("#take"), { ...shown(), terms: colours.tried() ? weighing.terms() : null }, map.getBounds(), city);
  keepLanguages();
}

/** The part after the # was changed: by hand or by going back to another state of the map, or by a link into the page. */
function arrive() {
  const { hash } = window.location;
  if (Object.keys(read({ search: "", hash }, facts)).length && hash !== write(shown(), facts)) return window.location.reload();
  const part = document.getElementById(hash.slice(1));
  part?.setAttribute("tabindex", "-1");
  part?.focus();
  return remember();
}

/** Choose a place that was named rather than clicked; with `move` the map goes there. */
function open(place, move) {
  delete asked.place;
  const { cells } = facts.layers.find((layer) => layer.name === place.layer);
  if (!cells && !drawn.find(place.layer, place.id)) return say(t("There is no {id} on this map.", { id: place.id }));
  return chosen.choose(place, { move });
}

/** Draw what is found under the weights that are tried; while they are asked for, what there was stays. */
function apply(now, found) {
  colours.set(now, found);
  find("#trying").textContent = colours.words();
  document.documentElement.dataset.trial = now; // for tests
  if (now === "asking") return;
  recolour();
  legend();
  chosen.refresh();
  remember();
  document.documentElement.dataset.painted = performance.now(); // when the new colours were given, for measuring
}

function describe() {
  find("#description").textContent = state.measure.description;
  find(".handle").textContent = t("{measure}: layers and legend", { measure: state.measure.label });
}

function choose(code) {
  find("#measure").value = code;
  state.measure = measures.get(code);
  describe();
  recolour();
  legend();
  chosen.refresh();
  remember();
}

function switchSite(layer, on) {
  if (!on && chosen.place?.layer === layer) chosen.clear();
  drawn.show(layer, on);
  remember();
}

function switchAreas(wanted) {
  const before = state.areas;
  state.areas = wanted;
  if (before !== wanted) {
    if (isArea(chosen.place?.layer)) chosen.clear();
    drawn.show(before, false);
    colours.set("published", null);
    if (weighing.terms()) weighing.refresh();
  }
  recolour();
  legend();
  remember();
  return drawn.show(wanted, true);
}

/** Choose what the cross points at: the nearest site in its ring, or else the area; only the area if `areaOnly`. */
function enter(areaOnly) {
  if (study.isDrawing()) return undefined;
  const place = underCross(map, drawn, areaOnly ? [] : sitesShown(), state.areas);
  return place ? chosen.choose(place, { focus: true }) : say(t("No place under the cross: move the map with the arrow keys."));
}

function viewed() {
  const { lat, lng } = map.getCenter();
  state.view = { center: [lat, lng], zoom: map.getZoom() };
  if (drawn.group(state.areas)) legend();
  remember();
  if (!city.intersects(map.getBounds())) say(t("No area is in view: picture and files are of the whole city."));
}

/** Show what was found by its name: in the panel where a layer of the map has it, else the box around it. */
async function goTo(hit) {
  if (!hit.bbox) return window.location.assign(hit.page);
  fold();
  const box = find(`input[value="${CSS.escape(hit.collection ?? "")}"]`);
  if (box) box.checked = true;
  const [west, south, east, north] = hit.bbox;
  const options = { maxZoom: hit.collection === "ntas" ? 14 : 16, padding: [24, 24], animate: false };
  map.fitBounds([[south, west], [north, east]], options);
  if (isArea(hit.collection)) await switchAreas(hit.collection);
  else if (box) await drawn.show(hit.collection, true);
  if (box && drawn.find(hit.collection, hit.id)) return chosen.choose({ layer: hit.collection, id: hit.id }, { move: true });
  say(hit.approximate ? t("{kind}: {name}, about here", { kind: hit.title, name: hit.name }) : `${hit.title}: ${hit.name}`);
  return remember();
}

wire(map, { measure: choose, areas: switchAreas, site: switchSite, enter, copy: () => copyLink(say) });
map.on("moveend", viewed);
window.addEventListener("hashchange", arrive);
homeButton(map, () => drawn.group("outline")?.getBounds() ?? city);
printing(map, facts.city);
search(find("#find"), { pick: goTo, geocoder: facts.geocoder });
if (asked.weights || asked.walk_m) {
  find(".trial").open = true;
  weighing.set({ weights: asked.weights ?? weighing.declared.weights, walk_m: asked.walk_m ?? facts.walk_m });
}
choose(state.measure.code);
switchAreas(state.areas);
if (areaLayers.includes("boroughs")) drawn.show("outline", true);
for (const layer of sitesShown()) drawn.show(layer, true);
if (asked.view) viewed();
