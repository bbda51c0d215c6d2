// The legend of the areas: what colours, dots and hatching mean, how sure the classes are, and from which source.
import { t, tn } from "../words.js";
import { bounds, classOf, colours, dotColour, isEstimate, isWeak, NO_VALUE, SCORES, valueOf } from "./areas.js";
import { amount, el, methods, number, percent, svg, unit } from "./words.js";

const DOTTED = t("Dots mark the weak ones, whose interval reaches a class two or more away.");
const NONE = {
  ntas: (why) => t("No neighborhood has a value: {why}.", { why }),
  tracts: (why) => t("No census tract has a value: {why}.", { why }),
  boroughs: (why) => t("No borough has a value: {why}.", { why }),
};

function patch(colour) {
  return svg("svg", { "aria-hidden": "true" }, svg("rect", { width: "100%", height: "100%", fill: colour }));
}

function hatched() {
  const lines = [-10, 0, 10, 20, 30].map((x) => `M${x} 20L${x + 20} 0`).join("");
  const box = patch(NO_VALUE.ground);
  box.append(svg("path", { d: lines, stroke: NO_VALUE.line }));
  return box;
}

function dotted(colour) {
  const box = patch(colour);
  for (const x of [4, 11, 18, 25, 32]) {
    for (const y of [5, 12]) box.append(svg("circle", { cx: x, cy: y, r: "1.2", fill: dotColour(colour) }));
  }
  return box;
}

/** The classes of `measure` in words: "under 20", "20 – 40", "40 or more". */
function ranges(measure, layer) {
  const inner = bounds(measure, layer);
  const whole = inner.every((bound) => Number.isInteger(+(bound * (measure.unit === "share" ? 100 : 1)).toFixed(6)));
  const marks = inner.map((bound) => amount(whole ? { ...measure, decimals: 0 } : measure, bound));
  if (!marks.length) return [t("all values")];
  const between = marks.slice(1).map((mark, i) => `${marks[i]} – ${mark}`);
  return [t("under {value}", { value: marks[0] }), ...between, t("{value} or more", { value: marks.at(-1) })];
}

function entry(swatch, words, count) {
  const counted = count === null ? null : el("span", { class: "count" }, tn(count, "{n} area", "{n} areas", { n: number(count) }));
  return el("li", {}, swatch, el("span", {}, words), counted);
}

/** How many areas could be in another class, in words; `dottedToo` if some are drawn weak. */
function sureness(measure, layer, features, dottedToo) {
  const estimated = features.some((feature) => isEstimate(measure, feature.properties));
  if (estimated && SCORES.includes(measure.code) && features.some(({ properties }) => properties.tried)) {
    const words = t("Tried scores have no intervals: how many areas could be in another class is not known.");
    return `${words} `;
  }
  const share = measure.uncertain[layer];
  if (share !== null && share !== undefined) {
    const words = t("{share} of areas could be in another class (90 % intervals).", { share: percent(share, 0) });
    return `${words} ${dottedToo ? `${DOTTED} ` : ""}`;
  }
  return estimated
    ? `${t("How many areas could be in another class is not known: the survey file gives no margins.")} `
    : `${t("Counted, not surveyed: it has no margin of error.")} `;
}

/** Why no area has a value: the reason that most of them give. */
function emptiness(layer, features) {
  const reasons = new Map();
  for (const { properties } of features) {
    const [why] = (properties.note ?? t("the source gives no value")).split("; ");
    reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  const [[why]] = [...reasons].sort((a, b) => b[1] - a[1]);
  return NONE[layer](t(why));
}

function classList(measure, layer, features, weak) {
  const classes = features?.map((feature) => classOf(measure, layer, valueOf(measure, feature.properties)));
  const count = (at) => (classes ? classes.filter((found) => found === at).length : null);
  const ramp = colours(measure, layer);
  return el("ul", { class: "classes" },
    ...ranges(measure, layer).map((words, at) => entry(patch(ramp[at]), words, count(at))),
    weak > 0 ? entry(dotted(ramp[Math.floor(ramp.length / 2)]), t("could be two classes off"), weak) : null,
    entry(hatched(), t("no value"), count(null)));
}

/**
 * Draw the legend of `measure` into `box`; `features` of the area layer, or null before they are loaded; `part` if they
 * are only those in view.
 */
export function drawLegend(box, measure, layer, features, part) {
  const empty = features?.length && !features.some((feature) => valueOf(measure, feature.properties) !== null);
  const weak = features?.filter((feature) => isWeak(measure, layer, feature.properties)).length;
  box.replaceChildren(...[
    el("h2", { class: "head" }, measure.label, el("span", { class: "unit" }, ` (${unit(measure)})`)),
    part && features?.length ? el("p", { class: "small" }, t("Areas in view:")) : null,
    empty ? el("p", { class: "empty" }, hatched(), emptiness(layer, features)) : classList(measure, layer, features, weak),
    features?.length && !empty
      ? el("p", { class: "small sureness" }, sureness(measure, layer, features, weak), methods("margins")) : null,
    el("p", { class: "small" }, t("Source: {source}. Vintage: {vintage}.", { source: measure.source, vintage: measure.vintage })),
  ].filter(Boolean));
}
