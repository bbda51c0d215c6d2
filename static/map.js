// The map page: reads its configuration, and ties the controls to the layers, the legend and the popups.
/* global L */
import { areaStyle, CHOSEN } from "./map/areas.js";
import { nearest } from "./map/cross.js";
import { labels } from "./map/labels.js";
import { layers } from "./map/layers.js";
import { drawLegend } from "./map/legend.js";
import { sitePopup } from "./map/place.js";
import { areaPopup, areaTip } from "./map/popups.js";
import { keys } from "./map/symbols.js";
import { search } from "./map/search.js";
import { scored, trial } from "./map/trial.js";
import { read, write } from "./map/url.js";
import { el, known, svg } from "./map/words.js";

const facts = JSON.parse(document.getElementById("config").textContent);
const map = window[facts.map];
const find = (selector) => document.querySelector(selector);
const measures = new Map(facts.measures.map((measure) => [measure.code, measure]));
const isArea = (name) => name === "ntas" || name === "tracts";
const opacity = facts.basemap ? 0.7 : 1;
const status = find("#status");
const asked = read(window.location, facts);
const state = { measure: facts.measures[0], areas: find("input[name=areas]:checked")?.value ?? "ntas", view: null, place: null };
const SCORES = ["gap", "need", "supply"];
const published = new Map(); // feature → its properties, while others are tried
let tried = null; // area id → scores under the weights that are tried
let weighing = null;
const here = new Map(); // "layer lat,lng" → the sites that stand on one spot

map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
const name = labels(map);
const drawn = layers(map, facts, bind, tell);

const style = (feature) => areaStyle(state.measure, state.areas, feature.properties, opacity);

function bind(layer, feature, leaflet) {
  if (layer === "boroughs") return;
  if (isArea(layer)) {
    leaflet.setStyle(areaStyle(state.measure, layer, feature.properties, opacity));
    leaflet.bindTooltip(() => areaTip(feature, facts, state.measure), { sticky: true, opacity: 1 });
    leaflet.bindPopup(() => areaPopup(layer, feature, facts, state.measure, ranked(layer)), popupOptions());
    leaflet.on("popupopen", () => { leaflet.setStyle(CHOSEN).bringToFront(); open({ layer, id: feature.id }); });
    leaflet.on("popupclose", () => { leaflet.setStyle(style(feature)); drawn.stack(); open(null); });
    return;
  }
  const spot = `${layer} ${feature.geometry.type === "Point" ? feature.geometry.coordinates : L.stamp(leaflet)}`;
  here.set(spot, [...(here.get(spot) ?? []), feature]);
  const sites = () => here.get(spot).map((one) => sitePopup(layer, one, facts.sources));
  leaflet.bindPopup(() => el("div", {}, ...sites()), popupOptions());
}

const ranked = (layer) => drawn.features(layer).filter((feature) => known(feature.properties.gap_rank)).length;

function popupOptions() {
  const size = map.getSize();
  return { minWidth: 250, maxWidth: Math.min(410, size.x - 50), maxHeight: Math.max(150, size.y - 50), autoPanPadding: [12, 12] };
}

function tell(layer, now, message) {
  if (now === "ready" && layer === "boroughs") name("borough", drawn.features(layer));
  if (now === "ready" && layer === "ntas") name("area", drawn.features(layer));
  if (now === "ready" && layer === state.areas) {
    recolour();
    legend();
    if (asked.place?.layer === layer) openPlace(asked.place);
  }
  document.documentElement.dataset[layer] = now; // for styles and tests: data-ntas="ready"
  const retry = now === "failed" ? el("button", { type: "button" }, "Try again") : null;
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
  drawLegend(find("#legend"), state.measure, state.areas, drawn.features(state.areas));
}

/** Keep in the address what the map shows. */
function remember() {
  const sites = [...document.querySelectorAll("input[name=sites]:checked")].map((box) => box.value);
  const shown = { ...state, measure: state.measure.code, sites, terms: weighing?.terms() ?? null };
  history.replaceState(null, "", write(shown, facts) || window.location.pathname);
  find("#as-table").href = `/table?${new URLSearchParams({ of: state.areas, measure: state.measure.code })}`;
}

function open(place) {
  state.place = place;
  remember();
}

function openPlace({ layer, id }) {
  delete asked.place;
  const area = drawn.group(layer)?.getLayers().find((one) => one.feature.id === id);
  if (!area) return say(`There is no ${id} on this map.`);
  map.fitBounds(area.getBounds(), { maxZoom: 14, animate: false });
  area.openPopup(area.getBounds().getCenter());
}

/** Give the areas the scores that are tried, or the published ones again, and draw them so. */
function recolour() {
  for (const feature of drawn.features(state.areas) ?? []) {
    if (!published.has(feature)) published.set(feature, feature.properties);
    const own = published.get(feature);
    feature.properties = tried ? scored(own, tried.get(feature.id)) : own;
  }
  find("#trying").textContent = tried ? "Tried weights: not the published score." : "";
  drawn.group(state.areas)?.setStyle(style);
}

function apply(found) {
  tried = found;
  map.closePopup();
  if (tried && !SCORES.includes(state.measure.code)) {
    find("#measure").value = "gap";
    return choose("gap");
  }
  recolour();
  legend();
}

function choose(code) {
  state.measure = measures.get(code);
  find("#description").textContent = state.measure.description;
  find(".handle").textContent = `${state.measure.label}: layers and legend`;
  map.closePopup();
  recolour();
  legend();
  remember();
}

function switchAreas(wanted) {
  const before = state.areas;
  state.areas = wanted;
  map.closePopup();
  if (before !== wanted) drawn.show(before, false);
  if (tried && before !== wanted) weighing.refresh();
  recolour();
  legend();
  remember();
  return drawn.show(wanted, true);
}

/** Open what the cross points at: the nearest site in its ring, or else the area; only the area if `areaOnly`. */
function openAtCentre(areaOnly) {
  const centre = map.getCenter();
  const at = map.latLngToLayerPoint(centre);
  const shown = facts.layers.filter((layer) => layer.kind !== "area").map((layer) => drawn.group(layer.name));
  const site = areaOnly ? null : nearest(shown.filter((group) => group && map.hasLayer(group)), at);
  const area = drawn.group(state.areas)?.getLayers().find((one) => one._containsPoint(at));
  if (!site && !area) return say("No place under the cross: move the map with the arrow keys.");
  if (site) site.openPopup();
  else area.openPopup(centre);
  find(".leaflet-popup .place").focus();
}

function wholeCity() {
  const [first] = facts.layers.filter((layer) => layer.name === "boroughs");
  const bounds = first && drawn.group("boroughs")?.getBounds();
  if (bounds?.isValid()) map.fitBounds(bounds, { padding: [8, 8] });
}

function cityButton() {
  const control = L.control({ position: "topleft" });
  control.onAdd = () => {
    const house = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" },
      svg("path", { d: "M3 10l7-7 7 7M5 9v8h10V9", fill: "none", stroke: "currentColor", "stroke-width": "1.8" }));
    const button = el("button", { type: "button", "aria-label": "Show the whole city", title: "Show the whole city" }, house);
    button.addEventListener("click", wholeCity);
    const bar = el("div", { class: "leaflet-bar" }, button);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);
}

function wire() {
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", "Map of New York City");
  container.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === container) openAtCentre(event.shiftKey);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") map.closePopup(); // Leaflet hears it only while the map itself has the focus
  });
  for (const [event, input] of [["keydown", "keys"], ["pointerdown", "pointer"]]) {
    document.addEventListener(event, () => { document.documentElement.dataset.input = input; });
  }
  map.on("popupclose", () => container.contains(document.activeElement) && container.focus());
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
    remember();
  });
  find("#copy").addEventListener("click", async () => {
    remember();
    await navigator.clipboard.writeText(window.location.href)
      .then(() => say("The link is copied."), () => say("The link is in the address bar: copy it there."));
  });
  window.addEventListener("hashchange", () => window.location.reload());
  new ResizeObserver(() => map.invalidateSize()).observe(container);
}

/** Show what was found by its name: its popup where a layer of the map has it, else the box around it. */
async function goTo(hit) {
  if (!hit.bbox) return window.location.assign(hit.page);
  const box = find(`input[value="${CSS.escape(hit.collection ?? "")}"]`);
  if (box) box.checked = true;
  if (isArea(hit.collection)) await switchAreas(hit.collection);
  else if (box) await drawn.show(hit.collection, true);
  const [west, south, east, north] = hit.bbox;
  const options = { maxZoom: hit.collection === "ntas" ? 14 : 16, padding: [24, 24], animate: false };
  map.fitBounds([[south, west], [north, east]], options);
  const feature = drawn.group(hit.collection)?.getLayers().find((one) => one.feature.id === hit.id);
  if (feature && hit.collection !== "boroughs") feature.openPopup();
  else say(`${hit.title}: ${hit.name}${hit.approximate ? ", about here" : ""}`);
  return remember();
}

/** Begin with what the address says. */
function begin() {
  if (asked.view) map.setView(asked.view.center, asked.view.zoom, { animate: false });
  if (asked.measure) find("#measure").value = asked.measure;
  if (asked.areas) find(`input[name=areas][value=${asked.areas}]`).checked = true;
  for (const box of document.querySelectorAll("input[name=sites]")) {
    if (asked.sites) box.checked = asked.sites.includes(box.value);
  }
  state.view = asked.view ?? null;
  state.areas = asked.areas ?? state.areas;
  state.measure = measures.get(find("#measure").value);
}

begin();
wire();
cityButton();
search(find("#find"), { pick: goTo, geocoder: facts.geocoder });
weighing = trial(find("#trial"), facts, {
  apply,
  changed: remember,
  geography: () => state.areas,
  link: ({ id, name: words }) => {
    const button = el("button", { type: "button" }, words);
    button.addEventListener("click", () => openPlace({ layer: state.areas, id }));
    return button;
  },
});
if (asked.weights || asked.walk_m) {
  find(".trial").open = true;
  weighing.set({ weights: asked.weights ?? weighing.declared.weights, walk_m: asked.walk_m ?? facts.walk_m });
}
choose(find("#measure").value);
switchAreas(state.areas);
if (facts.layers.some((layer) => layer.name === "boroughs")) drawn.show("boroughs", true);
for (const box of document.querySelectorAll("input[name=sites]:checked")) drawn.show(box.value, true);
