// Names on the map: boroughs over the whole city, neighborhoods when zoomed in; a name that would overlap another is left
// out, and one that would cover sites gives way.
/* global L */
import { el, nameOf } from "./words.js";

const NEAR = 12.75; // from this zoom on neighborhoods are named
const ASIDE = [[0, 0], [0, -14], [0, 14], [-26, 0], [26, 0], [0, -28], [0, 28], [-26, -14], [26, -14], [-26, 14], [26, 14]];
// where a name may stand, in pixels from the middle of its place, the best first

const isSite = (one) => Boolean(one.feature && (one.getLatLng || "tds" in one.feature.properties));

/** Where the sites of `map` stand in its view, as points of its layers. */
function sites(map) {
  const view = map.getBounds();
  const found = [];
  map.eachLayer((one) => {
    const at = isSite(one) && (one.getLatLng?.() ?? one.getBounds().getCenter());
    if (at && view.contains(at)) found.push(map.latLngToLayerPoint(at));
  });
  return found;
}

/** The place near `x`, `y` where a name of `width` and `height` pixels covers the fewest of `points`. */
function clear(x, y, width, height, points) {
  let best = { covered: Infinity };
  for (const [right, down] of ASIDE) {
    const at = L.point(x + right, y + down);
    const covered = points.filter((point) => Math.abs(point.x - at.x) < width / 2 + 5 && Math.abs(point.y - at.y) < height / 2 + 5).length;
    if (covered < best.covered) best = { covered, at };
  }
  return best.at;
}

/** The centroid of the largest ring of a polygon or multipolygon, as a LatLng. */
function heart(geometry) {
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
    const points = near ? sites(map) : [];
    for (const { name, at } of near ? places.area : places.borough) {
      if (!view.contains(at)) continue;
      const middle = map.latLngToLayerPoint(at);
      const lines = Math.ceil(name.length / 15);
      const { x, y } = near ? clear(middle.x, middle.y, Math.min(104, 7 * name.length), 14 * lines, points) : middle;
      const [width, height] = near ? [58, 10 + 7 * lines] : [0, 0];
      if (taken.some((other) => Math.abs(other.x - x) < width * 2 && Math.abs(other.y - y) < height + other.height)) continue;
      taken.push({ x, y, height });
      const html = el("span", {}, name);
      const icon = L.divIcon({ html, className: `label ${near ? "area" : "borough"}`, iconSize: [0, 0] });
      drawn.addLayer(L.marker(map.layerPointToLatLng([x, y]), { icon, pane: "labels", interactive: false, keyboard: false }));
    }
  }

  let waiting = null;
  map.on("moveend zoomend", draw);
  map.on("layeradd layerremove", ({ layer }) => {
    if (!isSite(layer)) return;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(draw);
  });
  return (kind, features) => {
    places[kind] = features
      .filter((feature) => feature.geometry)
      .map((feature) => ({ name: nameOf(feature), at: heart(feature.geometry), weight: feature.properties.residents ?? 0 }))
      .filter((place) => place.at)
      .sort((a, b) => b.weight - a.weight);
    draw();
  };
}
