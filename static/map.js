// The map page: reads its configuration, and ties the controls to the layers, the legend and the panel.
/* global L */
import { t } from "./words.js";
import { areaStyle, CHOSEN } from "./map/areas.js";
import { areaBrief, areaTip } from "./map/brief.js";
import { nearest } from "./map/cross.js";
import { drawing } from "./map/draw.js";
import { homeButton } from "./map/home.js";
import { labels } from "./map/labels.js";
import { layers } from "./map/layers.js";
import { drawLegend } from "./map/legend.js";
import { panel } from "./map/panel.js";
import { search } from "./map/search.js";
import { selection } from "./map/selection.js";
import { copyLink, keepLanguages, shared } from "./map/share.js";
import { siteBrief } from "./map/site.js";
import { keys } from "./map/symbols.js";
import { scored, trial } from "./map/trial.js";
import { read, write } from "./map/url.js";
import { el } from "./map/words.js";

const facts = JSON.parse(document.getElementById("config").textContent);
const map = window[facts.map];
const find = (selector) => document.querySelector(selector);
const measures = new Map(facts.measures.map((measure) => [measure.code, measure]));
const areaLayers = facts.layers.filter(({ kind }) => kind === "area").map(({ name }) => name);
const isArea = (name) => areaLayers.includes(name);
const opacity = facts.basemap ? 0.7 : 1;
const status = find("#status");
const asked = read(window.location, facts);
const state = { measure: facts.measures[0], areas: find("input[name=areas]:checked")?.value ?? "ntas", view: null };
const SCORES = ["gap", "need", "supply"];
const published = new Map(); // feature → its properties, while others are tried
let tried = null; // area id → scores under the weights that are tried
let weighing = null;
const here = new Map(); // "layer lat,lng" → the sites that stand on one spot
const spotOf = (layer, feature, leaflet) =>
  `${layer} ${feature.geometry.type === "Point" ? feature.geometry.coordinates : L.stamp(leaflet)}`;

map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
const name = labels(map);
const drawn = layers(map, facts, bind, tell);
const side = panel(find("#why"), { closed: leave });
const chosen = selection(map, drawn, side, {
  brief, changed: remember, restyle, tried: () => tried !== null, said: (words) => { find("#said").textContent = words; },
});
const study = drawing(map, find("#draw"), {
  say,
  said: (words) => { find("#said").textContent = words; },
  show: (article, title) => {
    chosen.clear();
    side.show(article, title);
    if (document.documentElement.dataset.input === "keys") side.focus();
  },
  hide: () => chosen.clear(),
});

function bind(layer, feature, leaflet) {
  if (layer === "outline") return;
  if (isArea(layer)) {
    restyleOne(layer, leaflet);
    leaflet.bindTooltip(() => areaTip(feature, facts, state.measure), { sticky: true, opacity: 1 });
  } else {
    const spot = spotOf(layer, feature, leaflet);
    here.set(spot, [...(here.get(spot) ?? []), feature]);
  }
  leaflet.on("click", (event) => {
    if (!study.isDrawing()) chosen.choose({ layer, id: feature.id }, { at: event.latlng });
  });
}

/** What the map itself knows of a place, and of all others that stand on the same spot. */
function brief(layer, leaflet) {
  const { feature } = leaflet;
  if (isArea(layer)) return areaBrief(layer, feature, facts, state.measure);
  return el("div", {}, ...here.get(spotOf(layer, feature, leaflet)).map((one) => siteBrief(layer, one, facts.sources)));
}

function restyleOne(layer, leaflet) {
  const { feature } = leaflet;
  leaflet.setStyle(areaStyle(state.measure, layer, feature.properties, opacity));
  if (chosen?.is(layer, feature.id)) leaflet.setStyle(CHOSEN);
}

function restyle() {
  drawn.group(state.areas)?.eachLayer((leaflet) => restyleOne(state.areas, leaflet));
  drawn.stack();
}

/** The panel was closed: nothing is chosen, and the keyboard goes back to the map. */
function leave() {
  chosen.clear();
  if (document.documentElement.dataset.input === "keys") map.getContainer().focus();
}

function tell(layer, now, message) {
  if (now === "ready" && layer === "outline") name("borough", drawn.features(layer));
  if (now === "ready" && layer === "ntas") name("area", drawn.features(layer));
  if (now === "ready" && layer === state.areas) {
    recolour();
    legend();
  }
  if (now === "ready" && asked.place?.layer === layer) open(asked.place);
  document.documentElement.dataset[layer] = now; // for styles and tests: data-ntas="ready"
  const retry = now === "failed" ? el("button", { type: "button" }, t("Try again")) : null;
  retry?.addEventListener("click", () => drawn.show(layer, true));
  const row = find(`.sites [data-layer="${CSS.escape(layer)}"]`);
  if (!row) {
    status.replaceChildren(...(message ? [el("span", { class: now }, message, retry ?? "")] : []));
    return;
  }
  row.querySelector(".state")?.remove();
  if (message) row.append(el("p", { class: `state ${now}`, role: "status" }, message, retry ?? ""));
}

function say(words) {
  status.replaceChildren(words);
  map.once("move", () => status.replaceChildren());
}

function legend() {
  const { cells } = facts.layers.find((layer) => layer.name === state.areas) ?? {};
  drawLegend(find("#legend"), state.measure, state.areas, drawn.inView(state.areas), cells);
}

/** Keep in the address, and in the links, what the map shows. */
function remember() {
  const sites = [...document.querySelectorAll("input[name=sites]:checked")].map((box) => box.value);
  const shown = { ...state, measure: state.measure.code, sites, terms: weighing?.terms() ?? null, place: chosen.place };
  history.replaceState(null, "", write(shown, facts) || window.location.pathname + window.location.search);
  shared(find("#take"), shown, map.getBounds());
  keepLanguages();
}

/** Choose a place that was named rather than clicked, and go there. */
function open(place) {
  delete asked.place;
  const { cells } = facts.layers.find((layer) => layer.name === place.layer);
  if (!cells && !drawn.find(place.layer, place.id)) return say(t("There is no {id} on this map.", { id: place.id }));
  return chosen.choose(place, { move: true });
}

/** Give the areas the scores that are tried, or the published ones again, and draw them so. */
function recolour() {
  for (const feature of drawn.features(state.areas) ?? []) {
    if (!published.has(feature)) published.set(feature, feature.properties);
    const own = published.get(feature);
    feature.properties = tried ? scored(own, tried.get(feature.id)) : own;
  }
  find("#trying").textContent = tried ? t("Tried weights: not the published score.") : "";
  restyle();
}

function apply(found) {
  tried = found;
  if (tried && !SCORES.includes(state.measure.code)) {
    find("#measure").value = "gap";
    state.measure = measures.get("gap");
    describe();
  }
  recolour();
  legend();
  chosen.refresh();
  document.documentElement.dataset.painted = String(performance.now()); // when the new colours were given, for measuring
}

function describe() {
  find("#description").textContent = state.measure.description;
  find(".handle").textContent = t("{measure}: layers and legend", { measure: state.measure.label });
}

function choose(code) {
  state.measure = measures.get(code);
  describe();
  recolour();
  legend();
  remember();
}

function switchAreas(wanted) {
  const before = state.areas;
  state.areas = wanted;
  if (before !== wanted) {
    if (isArea(chosen.place?.layer)) chosen.clear();
    drawn.show(before, false);
    if (tried) weighing.refresh();
  }
  recolour();
  legend();
  remember();
  return drawn.show(wanted, true);
}

/** Choose what the cross points at: the nearest site in its ring, or else the area; only the area if `areaOnly`. */
function openAtCentre(areaOnly) {
  const at = map.latLngToLayerPoint(map.getCenter());
  const shown = facts.layers.filter((layer) => layer.kind !== "area").map(({ name: layer }) => [layer, drawn.group(layer)]);
  const groups = shown.filter(([, group]) => group && map.hasLayer(group));
  const site = areaOnly ? null : nearest(groups.map(([, group]) => group), at);
  const area = drawn.group(state.areas)?.getLayers().find((one) => one._containsPoint(at));
  if (!site && !area) return say(t("No place under the cross: move the map with the arrow keys."));
  const layer = site ? groups.find(([, group]) => group.hasLayer(site))[0] : state.areas;
  return chosen.choose({ layer, id: (site ?? area).feature.id }, { focus: true });
}

function wire() {
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", t("Map of New York City"));
  container.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === container && !study.isDrawing()) openAtCentre(event.shiftKey);
  });
  for (const [event, input] of [["keydown", "keys"], ["pointerdown", "pointer"]]) {
    document.addEventListener(event, () => { document.documentElement.dataset.input = input; });
  }
  find("#measure").addEventListener("change", (event) => choose(event.target.value));
  for (const radio of document.querySelectorAll("input[name=areas]")) {
    radio.addEventListener("change", () => switchAreas(radio.value));
  }
  for (const box of document.querySelectorAll("input[name=sites]")) {
    box.addEventListener("change", () => { drawn.show(box.value, box.checked); remember(); });
    find(`.sites [data-layer="${CSS.escape(box.value)}"] .keys`).append(
      ...keys(box.value).map(([swatch, title]) => el("li", {}, swatch, title)));
  }
  const handle = find(".handle");
  handle.addEventListener("click", () => {
    handle.setAttribute("aria-expanded", String(handle.getAttribute("aria-expanded") !== "true"));
    map.invalidateSize();
  });
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    state.view = { center: [lat, lng], zoom: map.getZoom() };
    if (drawn.group(state.areas)) legend();
    remember();
  });
  find("#copy").addEventListener("click", () => { remember(); copyLink(say); });
  find("#print").addEventListener("click", () => window.print());
  window.addEventListener("hashchange", () => window.location.reload());
  new ResizeObserver(() => map.invalidateSize()).observe(container);
}

/** Show what was found by its name: in the panel where a layer of the map has it, else the box around it. */
async function goTo(hit) {
  if (!hit.bbox) return window.location.assign(hit.page);
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

/** Begin with what the address says. */
function begin() {
  if (asked.view) map.setView(asked.view.center, asked.view.zoom, { animate: false });
  if (asked.measure) find("#measure").value = asked.measure;
  for (const box of document.querySelectorAll("input[name=sites]")) {
    if (asked.sites) box.checked = asked.sites.includes(box.value);
  }
  const place = asked.place?.layer;
  if (isArea(place)) asked.areas = place;
  else if (place) find(`input[name=sites][value=${place}]`).checked = true;
  if (asked.areas) find(`input[name=areas][value=${asked.areas}]`).checked = true;
  state.view = asked.view ?? null;
  state.areas = asked.areas ?? state.areas;
  state.measure = measures.get(find("#measure").value);
}

begin();
wire();
homeButton(map, () => drawn.group("outline")?.getBounds());
search(find("#find"), { pick: goTo, geocoder: facts.geocoder });
weighing = trial(find("#trial"), facts, {
  apply,
  changed: remember,
  geography: () => state.areas,
  link: ({ id, name: words }) => {
    const button = el("button", { type: "button" }, words);
    button.addEventListener("click", () => open({ layer: state.areas, id }));
    return button;
  },
});
if (asked.weights || asked.walk_m) {
  find(".trial").open = true;
  weighing.set({ weights: asked.weights ?? weighing.declared.weights, walk_m: asked.walk_m ?? facts.walk_m });
}
choose(find("#measure").value);
switchAreas(state.areas);
if (areaLayers.includes("boroughs")) drawn.show("outline", true);
for (const box of document.querySelectorAll("input[name=sites]:checked")) drawn.show(box.value, true);
