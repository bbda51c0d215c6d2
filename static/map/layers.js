// Layers of the map: each is fetched when it is first wanted, and says so while it loads and when it cannot.
/* global L */
import { t } from "../words.js";
import { answer } from "./answer.js";
import { OUTLINE } from "./areas.js";
import { cells } from "./cells.js";
import { encase, ESTATE_STYLE, resize, site } from "./symbols.js";

const ORDER = ["tracts", "ntas", "boroughs", "outline", "developments", "schools", "kiosks", "facilities"]; // bottom to top

const fetchFeatures = async (url) =>
  (await answer(url, "json", { headers: { accept: "application/geo+json, application/json" } })).features;

/**
 * The layers of `facts` on `map`, and "outline", the boroughs as lines.
 *
 * A layer with `cells` comes in boxes, those that the view touches; any other at once. `bind(name, feature, leaflet)` is
 * called for each feature drawn, `tell(name, state, message)` on each change of state: loading, ready, failed (what came
 * is drawn all the same), off. The result has `show(name, wanted)`, `group(name)`, `find(name, id)`, `features(name)` and `inView(name)`.
 */
export function layers(map, facts, bind, tell) {
  const entries = new Map();
  const add = (layer) => entries.set(layer.name, { layer, wanted: false, asked: new Map(), group: null, drawn: new Map() });
  const boroughs = facts.layers.find(({ name }) => name === "boroughs");
  for (const layer of facts.layers) add(layer);
  if (boroughs) add({ ...boroughs, name: "outline", kind: "line" });
  const city = L.latLngBounds(facts.city);

  function make({ name, kind }) {
    return L.geoJSON(null, {
      style: kind === "line" ? OUTLINE : ESTATE_STYLE,
      interactive: kind !== "line",
      pointToLayer: (feature, latlng) => site(name, feature, latlng, map.getZoom()),
      onEachFeature: (feature, leaflet) => {
        if (kind === "polygon" && leaflet instanceof L.Polygon) encase(leaflet);
        entries.get(name).drawn.set(feature.id, leaflet);
        bind(name, feature, leaflet);
      },
    });
  }

  function stack() {
    const drawn = [...entries.keys()].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).map((name) => entries.get(name));
    for (const { group } of drawn) if (group && map.hasLayer(group)) group.bringToFront();
  }

  const addresses = ({ layer }) =>
    (layer.cells ? cells(map.getBounds(), city).map((box) => `${layer.url}?bbox=${box}`) : [layer.url]);

  /** Fetch `address` once and draw what is new in it; what fails may be asked for again. */
  function take(entry, address) {
    if (!entry.asked.has(address)) {
      const coming = fetchFeatures(address).then((features) => {
        const fresh = features.filter(({ geometry, id }) => geometry && !entry.drawn.has(id));
        entry.group ??= make(entry.layer);
        entry.group.addData({ type: "FeatureCollection", features: fresh });
      });
      coming.catch(() => entry.asked.delete(address));
      entry.asked.set(address, coming);
    }
    return entry.asked.get(address);
  }

  async function show(name, wanted) {
    const entry = entries.get(name);
    entry.wanted = wanted;
    if (!wanted) {
      entry.group?.remove();
      tell(name, "off", "");
      return;
    }
    const needed = addresses(entry);
    const { title, kind } = entry.layer;
    if (needed.some((address) => !entry.asked.has(address))) tell(name, "loading", t("Loading {layer}…", { layer: title }));
    const failed = (await Promise.allSettled(needed.map((address) => take(entry, address)))).find(({ reason }) => reason);
    if (!entry.wanted) return; // switched off while it loaded
    if (!failed) entry.group ??= make(entry.layer);
    if (entry.group) {
      if (["point", "polygon"].includes(kind)) resize(entry.group, map.getZoom());
      entry.group.addTo(map);
      stack();
    }
    if (!failed) tell(name, "ready", "");
    else tell(name, "failed", t("{layer} could not be loaded: {reason}.", { layer: title, reason: failed.reason.message }));
  }

  map.on("zoomend", () => {
    for (const { layer, group } of entries.values()) {
      if (["point", "polygon"].includes(layer.kind) && group && map.hasLayer(group)) resize(group, map.getZoom());
    }
  });
  map.on("moveend", () => {
    for (const entry of entries.values()) {
      if (entry.layer.cells && entry.wanted && addresses(entry).some((address) => !entry.asked.has(address))) show(entry.layer.name, true);
    }
  });

  const drawn = (name) => [...(entries.get(name)?.drawn.values() ?? [])];
  const features = (name) => (entries.get(name)?.group ? drawn(name).map((one) => one.feature) : null);
  return {
    show,
    features,
    group: (name) => entries.get(name)?.group ?? null,
    find: (name, id) => entries.get(name)?.drawn.get(id) ?? null,
    /** The features that a legend counts: of a layer that comes in cells those in view, else all. */
    inView: (name) => {
      if (!entries.get(name)?.layer.cells) return features(name);
      const view = map.getBounds();
      return features(name) && drawn(name).filter((one) => view.intersects(one.getBounds())).map((one) => one.feature);
    },
  };
}
