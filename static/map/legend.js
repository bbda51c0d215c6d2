// The legend of the areas: what the colours mean, in which unit, from which source, and what hatching means.
import { bounds, classOf, colours, NO_VALUE, valueOf } from "./areas.js";
import { amount, el, number, svg, unit } from "./words.js";

function patch(colour) {
  return svg("svg", { "aria-hidden": "true" }, svg("rect", { width: "100%", height: "100%", fill: colour }));
}

function hatched() {
  const lines = [-10, 0, 10, 20, 30].map((x) => `M${x} 20L${x + 20} 0`).join("");
  const box = patch(NO_VALUE.ground);
  box.append(svg("path", { d: lines, stroke: NO_VALUE.line }));
  return box;
}

/** The classes of `measure` in words: "under 20", "20 – 40", "40 or more". */
function ranges(measure, layer) {
  const inner = bounds(measure, layer);
  const whole = inner.every((bound) => Number.isInteger(+(bound * (measure.unit === "share" ? 100 : 1)).toFixed(6)));
  const marks = inner.map((bound) => amount(whole ? { ...measure, decimals: 0 } : measure, bound));
  if (!marks.length) return ["all values"];
  const between = marks.slice(1).map((mark, i) => `${marks[i]} – ${mark}`);
  return [`under ${marks[0]}`, ...between, `${marks.at(-1)} or more`];
}

function entry(swatch, words, count) {
  const counted = count === null ? null : el("span", { class: "count" }, `${number(count)} ${count === 1 ? "area" : "areas"}`);
  return el("li", {}, swatch, el("span", {}, words), counted);
}

/** Draw the legend of `measure` into `box`; `features` of the area layer, or null before they are loaded. */
export function drawLegend(box, measure, layer, features) {
  const classes = features?.map((feature) => classOf(measure, layer, valueOf(measure, feature.properties)));
  const count = (at) => (classes ? classes.filter((found) => found === at).length : null);
  const ramp = colours(measure, layer);
  box.replaceChildren(
    el("h2", { class: "head" }, measure.label, el("span", { class: "unit" }, ` (${unit(measure)})`)),
    el("ul", { class: "classes" },
      ...ranges(measure, layer).map((words, at) => entry(patch(ramp[at]), words, count(at))),
      entry(hatched(), "no value", count(null))),
    el("p", { class: "small" }, `Source: ${measure.source}. Vintage: ${measure.vintage}.`),
  );
}
