// The address holds what the map shows: view, measure, areas, sites, weights, the place that is open.
// After the # for what the page itself writes, since that asks no server; after the ? for links from other pages.

const NAMES = ["measure", "areas", "sites", "view", "weights", "walk", "place"];
const NUMBER = /^-?\d+(\.\d+)?$/;
const list = (text) => (text ? text.split(",") : []);

/** The query `search` without what it says of the map: that is after the #, where it can be changed. */
export function others(search) {
  const kept = new URLSearchParams(search);
  for (const name of NAMES) kept.delete(name);
  return String(kept) && `?${kept}`;
}

/** What an address says, as far as it makes sense: {measure, areas, sites, view, weights, walk_m, place}. */
export function read(location, facts) {
  const given = new URLSearchParams(location.search);
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) given.set(name, value);
  const state = {};
  if (facts.measures.some(({ code }) => code === given.get("measure"))) state.measure = given.get("measure");
  if (["boroughs", "ntas", "tracts"].includes(given.get("areas"))) state.areas = given.get("areas");
  if (given.has("sites")) {
    const known = facts.layers.filter(({ kind }) => kind !== "area").map(({ name }) => name);
    state.sites = list(given.get("sites")).filter((name) => known.includes(name));
  }
  const view = list(given.get("view"));
  if (view.length === 3 && view.every((part) => NUMBER.test(part))) {
    const [lat, lng, zoom] = view.map(Number);
    if (Math.abs(lat) <= 90 && Math.abs(lng) <= 180 && zoom >= 0 && zoom <= 22) state.view = { center: [lat, lng], zoom };
  }
  const weights = list(given.get("weights")).map(Number);
  if (weights.length === facts.dimensions.length && weights.every((weight) => weight >= 0 && weight <= 4)) {
    state.weights = Object.fromEntries(facts.dimensions.map(({ code }, at) => [code, weights[at]]));
  }
  if (facts.radii.includes(Number(given.get("walk")))) state.walk_m = Number(given.get("walk"));
  const place = /^(\w+)\/(.+)$/.exec(given.get("place") ?? "");
  if (facts.layers.some(({ name }) => name === place?.[1])) state.place = { layer: place[1], id: place[2] };
  return state;
}

/** The part of an address after the # that says `state`; what is as it is at first is left out. */
export function write(state, facts) {
  const parts = [];
  const add = (name, value) => parts.push(`${name}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%2F", "/")}`);
  if (state.measure !== facts.measures[0].code) add("measure", state.measure);
  if (state.areas !== "ntas") add("areas", state.areas);
  const shown = facts.layers.filter(({ kind, shown }) => kind !== "area" && shown).map(({ name }) => name);
  if (state.sites.join() !== shown.join()) add("sites", state.sites.join());
  if (state.view) add("view", [state.view.center[0].toFixed(5), state.view.center[1].toFixed(5), state.view.zoom].join());
  if (state.terms) {
    add("weights", facts.dimensions.map(({ code }) => state.terms.weights[code]).join());
    add("walk", state.terms.walk_m);
  }
  if (state.place) add("place", `${state.place.layer}/${state.place.id}`);
  return parts.length ? `#${parts.join("&")}` : "";
}
