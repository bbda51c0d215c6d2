// Outlines on the map: a polygon by its corners and a circle by its centre and radius while they are drawn, and any
// outline that stands. Each has a white casing, so that it is seen on light and on dark areas; none takes clicks.
/* global L */
import { t, tn } from "../words.js";
import { free } from "./panel.js";
import { number } from "./words.js";

/** Metres; the server refuses less than a hectare, which is a circle of 57 m. */
export const RADIUS = { least: 60, most: 10_000, first: 500 };

const LEAST_CORNERS = 3;
const SAME = 5; // pixels: so near to the last corner, a second one is a double-click
const CLOSES = 12; // pixels: a click on the first corner
const DECIMALS = 6; // of degrees, as the server rounds
const PANE = "outlines";
const INK = "#102a43";
const LINES = [{ color: "#fff", weight: 7 }, { color: INK, weight: 3 }];
const CORNER = { color: INK, weight: 2, fillColor: "#fff", fillOpacity: 1 };

/** The options of what is drawn in a pane of its own above all areas and sites. */
function inks(map) {
  if (!map.getPane(PANE)) map.createPane(PANE).style.zIndex = 620;
  map.outlines ??= L.svg({ pane: PANE });
  return { pane: PANE, renderer: map.outlines, interactive: false, fill: false };
}

const cased = (map, make) => LINES.map((line) => make({ ...inks(map), ...line }));
const degrees = ({ lat, lng }) => [lng, lat].map((one) => Number(one.toFixed(DECIMALS)));

function gap(map, one, other) {
  return map.latLngToContainerPoint(one).distanceTo(map.latLngToContainerPoint(other));
}

function rings(node) {
  if (node.type === "Polygon") return [node.coordinates];
  if (node.type === "MultiPolygon") return node.coordinates;
  return [node.geometry ?? node.features ?? node.geometries ?? []].flat().flatMap(rings);
}

/** The layer of what was asked of the server: polygons of GeoJSON, or `{circle: {center, radius_m}}`. */
export function outline(map, { circle: round, ...node }) {
  if (round) return L.featureGroup(cased(map, (ink) => L.circle([...round.center].reverse(), { ...ink, radius: round.radius_m })));
  const corners = L.GeoJSON.coordsToLatLngs(rings(node), 2);
  return L.featureGroup(cased(map, (ink) => L.polygon(corners, ink)));
}

/**
 * Move `map` so that `panel` does not lie over the outline `layer`: only if it does, and no nearer than it is; with
 * `near` always and as near as can be.
 */
export function bring(map, layer, panel, near) {
  const room = free(map, panel);
  const bounds = layer.getBounds();
  const corners = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
  const seen = L.bounds(room.paddingTopLeft, map.getSize().subtract(room.paddingBottomRight)).contains(L.bounds(corners));
  if (near || !seen) map.fitBounds(bounds, near ? room : { ...room, maxZoom: map.getZoom() });
}

/*
 * What is being drawn: `put(at, again)` takes a click or Enter and says whether it finishes the outline; `aim(at)` says
 * where the next one would be; `undo()`; `resize()` when the radius was written. `lacks()` says what is missing, null
 * for nothing; `words(by)` what there is or what to do, by "keys", "mouse" or "touch"; `body()` is what to ask the server.
 */

/** A polygon by its corners; the edges that are not there yet are dashed. */
export function polygon(map) {
  const corners = [];
  const lines = cased(map, (ink) => L.polyline([], ink));
  const ahead = cased(map, (ink) => L.polyline([], { ...ink, dashArray: ink.color === INK ? "3 7" : null }));
  const marks = L.layerGroup();
  const layer = L.layerGroup([...ahead, ...lines, marks]);

  function draw() {
    for (const line of lines) line.setLatLngs(corners);
    for (const line of ahead) line.setLatLngs(corners.length < LEAST_CORNERS ? [] : [corners.at(-1), corners[0]]);
    marks.clearLayers();
    for (const at of corners) L.circleMarker(at, { ...inks(map), ...CORNER, fill: true, radius: at === corners[0] ? 8 : 5 }).addTo(marks);
  }

  const meets = (at, again) => corners.length > 0
    && (again || gap(map, at, corners.at(-1)) <= SAME || (corners.length >= LEAST_CORNERS && gap(map, at, corners[0]) <= CLOSES));

  return {
    layer,
    put(at, again = false) {
      if (meets(at, again)) return true;
      corners.push(at);
      draw();
      return false;
    },
    aim(at) {
      const next = corners.length ? [corners.at(-1), at, ...(corners.length > 1 ? [corners[0]] : [])] : [];
      for (const line of ahead) line.setLatLngs(next);
    },
    undo() {
      corners.pop();
      draw();
    },
    resize() {},
    lacks: () => (corners.length < LEAST_CORNERS
      ? t("An outline needs at least {least} corners; it has {n}.", { least: LEAST_CORNERS, n: corners.length }) : null),
    words: (by) => (corners.length ? tn(corners.length, "{n} corner", "{n} corners") : {
      keys: t("Move the map with the arrow keys. Enter sets a corner under the cross, Enter again finishes. Backspace takes a corner back, Escape cancels."),
      mouse: t("Click to set corners. A double-click, or a click on the first corner, finishes. Backspace takes a corner back, Escape cancels."),
      touch: t("Tap to set corners. A tap on the first corner finishes."),
    }[by]),
    body: () => ({ type: "Polygon", coordinates: [[...corners, corners[0]].map(degrees)] }),
  };
}

/** A circle; `field` holds its radius in metres, which follows the edge, or is written there. */
export function circle(map, field) {
  let centre = null;
  const layer = L.layerGroup();
  let round = [];
  const valid = () => field.valueAsNumber >= RADIUS.least && field.valueAsNumber <= RADIUS.most;

  function resize() {
    if (!centre || !valid()) return;
    for (const one of round) one.setRadius(field.valueAsNumber);
    round[0].setTooltipContent(t("{metres} m", { metres: number(field.valueAsNumber) }));
  }

  function reach(at) {
    field.value = Math.min(RADIUS.most, Math.max(RADIUS.least, Math.round(map.distance(centre, at))));
    resize();
  }

  return {
    layer,
    put(at, again = false) {
      if (centre) {
        if (!again && gap(map, at, centre) > SAME) reach(at);
        return true;
      }
      centre = at;
      round = cased(map, (ink) => L.circle(at, { ...ink, radius: valid() ? field.valueAsNumber : RADIUS.first }));
      round[0].bindTooltip("", { permanent: true, direction: "top", offset: [0, -8] });
      for (const one of [...round, L.circleMarker(at, { ...inks(map), ...CORNER, fill: true, radius: 5 })]) layer.addLayer(one);
      resize();
      return false;
    },
    aim: (at) => centre && gap(map, at, centre) > SAME && reach(at),
    undo() {
      centre = null;
      layer.clearLayers();
    },
    resize,
    lacks() {
      if (!centre) return t("Set the centre of the circle first.");
      const limits = { least: number(RADIUS.least), most: number(RADIUS.most) };
      return valid() ? null : t("The radius must be from {least} to {most} metres.", limits);
    },
    words: (by) => (centre ? {
      keys: t("Radius {metres} m. Enter again finishes; the arrow keys move the edge, or write the radius.", { metres: field.value }),
      mouse: t("The centre is set. Click the edge, or write the radius and press Finish."),
      touch: t("The centre is set. Tap the edge, or write the radius and press Finish."),
    } : {
      keys: t("Move the map with the arrow keys. Enter sets the centre under the cross. Escape cancels."),
      mouse: t("Click the centre of the circle, then its edge. Escape cancels."),
      touch: t("Tap the centre of the circle, then its edge."),
    })[by],
    body: () => ({ circle: { center: degrees(centre), radius_m: field.valueAsNumber } }),
  };
}
