// How an area is coloured: classes of the chosen measure, and hatching where there is no value.
import { known } from "./words.js";

const EMPTY = { ground: "#e8e8e5", line: "#8b8e90" };

/** The inner class bounds of `measure` in an area layer; those of another layer where it declares none. */
export const bounds = (measure, layer) => measure.breaks[layer] ?? Object.values(measure.breaks)[0] ?? [];

export const valueOf = (measure, properties) =>
  properties[measure.unit === "share" ? `${measure.code}_share` : measure.code];

export const marginOf = (measure, properties) =>
  properties[measure.unit === "share" ? `${measure.code}_moe_share` : `${measure.code}_moe`];

/** The class of `value`, from 0; null without a value. */
export const classOf = (measure, layer, value) =>
  known(value) ? bounds(measure, layer).filter((bound) => value >= bound).length : null;

/** The colour of each class, spread over the whole ramp. */
export function colours(measure, layer) {
  const last = bounds(measure, layer).length;
  const ramp = measure.colours;
  return Array.from({ length: last + 1 }, (_, i) => ramp[last ? Math.round((i * (ramp.length - 1)) / last) : 0]);
}

function hatch() {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 7;
  const pen = tile.getContext("2d");
  pen.fillStyle = EMPTY.ground;
  pen.fillRect(0, 0, 7, 7);
  pen.strokeStyle = EMPTY.line;
  pen.lineWidth = 1;
  for (const shift of [-7, 0, 7]) {
    pen.moveTo(shift, 7);
    pen.lineTo(shift + 7, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

const HATCH = hatch(); // Leaflet's canvas takes a pattern wherever it takes a colour

/** Leaflet style of an area: its class colour or the hatch, and a line that is thin where areas are small. */
export function areaStyle(measure, layer, properties, opacity) {
  const at = classOf(measure, layer, valueOf(measure, properties));
  return {
    fillColor: at === null ? HATCH : colours(measure, layer)[at],
    fillOpacity: opacity,
    color: "#fff",
    weight: layer === "tracts" ? 0.4 : 0.8,
    opacity: 1,
  };
}

export const CHOSEN = { color: "#0b1a26", weight: 3 };
export const OUTLINE = { color: "#33424f", weight: 1.3, opacity: 1, fill: false, interactive: false };
export const NO_VALUE = EMPTY;
