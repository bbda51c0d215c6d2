// Layers of the map: each is fetched when it is first wanted, and says so while it loads and when it cannot.
/* global L */
import { OUTLINE } from "./areas.js";
import { encase, ESTATE_STYLE, resize, site } from "./symbols.js";

const ORDER = ["tracts", "ntas", "boroughs", "developments", "schools", "kiosks", "facilities"]; // bottom to top

async function fetchFeatures(url) {
  const answer = await fetch(url, { headers: { accept: "application/geo+json, application/json" } });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return (await answer.json()).features;
}

/**
 * The layers of `facts` on `map`.
 *
 * `bind(name, feature, leaflet)` is called for each feature drawn, `tell(name, state, message)` on each change of
 * state: loading, ready, failed, off. The result has `show(name, wanted)`, `group(name)` and `features(name)`.
 */
export function layers(map, facts, bind, tell) {
  const entries = new Map(facts.layers.map((layer) => [layer.name, { layer, wanted: false, loading: null, group: null }]));

  function make(layer, features) {
    const { name } = layer;
    const drawable = features.filter((feature) => feature.geometry);
    return L.geoJSON({ type: "FeatureCollection", features: drawable }, {
      style: name === "boroughs" ? OUTLINE : ESTATE_STYLE,
      interactive: name !== "boroughs",
      pointToLayer: (feature, latlng) => site(name, feature, latlng, map.getZoom()),
      onEachFeature: (feature, leaflet) => {
        if (layer.kind === "polygon" && leaflet instanceof L.Polygon) encase(leaflet);
        bind(name, feature, leaflet);
      },
    });
  }

  function stack() {
    const drawn = [...entries.keys()].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)).map((name) => entries.get(name));
    for (const { group } of drawn) if (group && map.hasLayer(group)) group.bringToFront();
  }

  async function show(name, wanted) {
    const entry = entries.get(name);
    entry.wanted = wanted;
    if (!wanted) {
      entry.group?.remove();
      tell(name, "off", "");
      return;
    }
    try {
      if (!entry.group) {
        tell(name, "loading", `Loading ${entry.layer.title}…`);
        entry.loading ??= fetchFeatures(entry.layer.url);
        entry.features = await entry.loading;
        entry.group ??= make(entry.layer, entry.features);
      }
    } catch (error) {
      entry.loading = null;
      if (entry.wanted) tell(name, "failed", `${entry.layer.title} could not be loaded: ${error.message}.`);
      return;
    }
    if (!entry.wanted) return; // switched off while it loaded
    if (entry.layer.kind !== "area") resize(entry.group, map.getZoom());
    entry.group.addTo(map);
    stack();
    tell(name, "ready", "");
  }

  map.on("zoomend", () => {
    for (const { layer, group } of entries.values()) {
      if (layer.kind !== "area" && group && map.hasLayer(group)) resize(group, map.getZoom());
    }
  });

  return {
    show,
    stack,
    group: (name) => entries.get(name)?.group ?? null,
    features: (name) => entries.get(name)?.features ?? null,
  };
}
