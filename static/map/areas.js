// How an area is coloured: classes of the chosen measure, dots where it is weak, hatching where there is no value.
import { known } from "./words.js";

/** The measures that hang on the weights of the score. */
export const SCORES = ["gap", "need", "supply"];

const EMPTY = { ground: "#e8e8e5", line: "#8b8e90" };

/** The inner class bounds of `measure` in an area layer; those of another layer where it declares none. */
export const bounds = (measure, layer) => measure.breaks[layer] ?? Object.values(measure.breaks)[0] ?? [];

export const valueOf = (measure, properties) =>
  properties[measure.unit === "share" ? `${measure.code}_share` : measure.code];

export const marginOf = (measure, properties) =>
  properties[measure.unit === "share" ? `${measure.code}_moe_share` : `${measure.code}_moe`];

/** The 90 % interval of a value as [low, high]; null where it is not known. */
export function intervalOf(measure, properties) {
  const [value, margin] = [valueOf(measure, properties), marginOf(measure, properties)];
  if (!known(value)) return null;
  if (known(margin)) return [value - margin, value + margin];
  const [low, high] = [properties[`${measure.code}_low`], properties[`${measure.code}_high`]];
  return known(low) && known(high) ? [low, high] : null;
}

/** Whether a measure is an estimate, which could have an interval; what is counted has none. */
export const isEstimate = (measure, properties) =>
  properties[`${measure.code}_low`] !== undefined || marginOf(measure, properties) !== undefined;

/** The class of `value`, from 0; null without a value. */
export const classOf = (measure, layer, value) =>
  known(value) ? bounds(measure, layer).filter((bound) => value >= bound).length : null;

/** The colour of each class, spread over the whole ramp. */
export function colours(measure, layer) {
  const last = bounds(measure, layer).length;
  const ramp = measure.colours;
  return Array.from({ length: last + 1 }, (_, i) => ramp[last ? Math.round((i * (ramp.length - 1)) / last) : 0]);
}

/** Whether the 90 % interval reaches two classes away or farther: a colour that says little. */
export function isWeak(measure, layer, properties) {
  const interval = intervalOf(measure, properties);
  if (!interval) return false;
  const [low, here, high] = [interval[0], valueOf(measure, properties), interval[1]].map((x) => classOf(measure, layer, x));
  return Math.max(here - low, high - here) >= 2;
}

function tiled(ground) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 7;
  const pen = tile.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, 7, 7);
  return [tile, pen];
}

function hatch() {
  const [tile, pen] = tiled(EMPTY.ground);
  pen.strokeStyle = EMPTY.line;
  pen.lineWidth = 1;
  for (const shift of [-7, 0, 7]) {
    pen.moveTo(shift, 7);
    pen.lineTo(shift + 7, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

/** The colour of the dots that show on `colour`. */
export function dotColour(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.3 * red + 0.59 * green + 0.11 * blue > 150 ? "#6d7a86" : "#ffffff";
}

const dots = new Map();
function dotted(colour) {
  if (!dots.has(colour)) {
    const [tile, pen] = tiled(colour);
    pen.fillStyle = dotColour(colour);
    pen.arc(3.5, 3.5, 1.1, 0, 2 * Math.PI);
    pen.fill();
    dots.set(colour, pen.createPattern(tile, "repeat"));
  }
  return dots.get(colour);
}

const HATCH = hatch(); // Leaflet's canvas takes a pattern wherever it takes a colour

/** Leaflet style of an area: its class colour, dotted where it is weak, or the hatch; a line that is thin where areas are small. */
export function areaStyle(measure, layer, properties, opacity) {
  const at = classOf(measure, layer, valueOf(measure, properties));
  const colour = at === null ? HATCH : colours(measure, layer)[at];
  return {
    fillColor: isWeak(measure, layer, properties) ? dotted(colour) : colour,
    fillOpacity: opacity,
    color: "#fff",
    weight: layer === "tracts" ? 0.4 : 0.8,
    opacity: 1,
  };
}

export const OUTLINE = { color: "#33424f", weight: 1.3, opacity: 1, fill: false, interactive: false };
export const NO_VALUE = EMPTY;
