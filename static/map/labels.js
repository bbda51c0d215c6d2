// Names on the map: boroughs over the whole city, neighborhoods when zoomed in; a name that would overlap is left out.
/* global L */
import { el, nameOf } from "./words.js";

const NEAR = 12.75; // from this zoom on neighborhoods are named

/** The centroid of the largest ring of a polygon or multipolygon, as a LatLng. */
function middle(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  let best = { area: 0 };
  for (const [ring] of polygons) {
    let [area, x, y] = [0, 0, 0];
    for (let i = 1; i < ring.length; i += 1) {
      const [[x0, y0], [x1, y1]] = [ring[i - 1], ring[i]];
      const cross = (x0 - ring[0][0]) * (y1 - ring[0][1]) - (x1 - ring[0][0]) * (y0 - ring[0][1]);
      area += cross;
      x += cross * (x0 + x1 + ring[0][0]);
      y += cross * (y0 + y1 + ring[0][1]);
    }
    if (Math.abs(area) > Math.abs(best.area)) best = { area, x: x / (3 * area), y: y / (3 * area) };
  }
  return best.area ? L.latLng(best.y, best.x) : null;
}

/**
 * Names of places drawn on `map`, those with more people first.
 *
 * Call the result with "borough" or "area" and the features to name, once they are known.
 */
export function labels(map) {
  const pane = map.createPane("labels");
  pane.style.zIndex = 620;
  pane.style.pointerEvents = "none";
  const drawn = L.layerGroup().addTo(map);
  const places = { borough: [], area: [] };

  function draw() {
    drawn.clearLayers();
    const near = map.getZoom() >= NEAR;
    const taken = [];
    const view = map.getBounds();
    for (const { name, at } of near ? places.area : places.borough) {
      if (!view.contains(at)) continue;
      const { x, y } = map.latLngToLayerPoint(at);
      const [width, height] = near ? [58, 10 + 7 * Math.ceil(name.length / 15)] : [0, 0];
      if (taken.some((other) => Math.abs(other.x - x) < width * 2 && Math.abs(other.y - y) < height + other.height)) continue;
      taken.push({ x, y, height });
      const html = el("span", {}, name);
      const icon = L.divIcon({ html, className: `label ${near ? "area" : "borough"}`, iconSize: [0, 0] });
      drawn.addLayer(L.marker(at, { icon, pane: "labels", interactive: false, keyboard: false }));
    }
  }

  map.on("moveend zoomend", draw);
  return (kind, features) => {
    places[kind] = features
      .filter((feature) => feature.geometry)
      .map((feature) => ({ name: nameOf(feature), at: middle(feature.geometry), weight: feature.properties.residents ?? 0 }))
      .filter((place) => place.at)
      .sort((a, b) => b.weight - a.weight);
    draw();
  };
}
