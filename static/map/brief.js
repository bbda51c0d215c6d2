// What the map itself knows of an area: scores with intervals, indicators with margins, people; and its tooltip.
import { spoken, t } from "../words.js";
import { intervalOf, isEstimate, marginOf, SCORES, valueOf } from "./areas.js";
import { amount, el, known, nameOf, number, plusMinus, reason, reliability, UNKNOWN } from "./words.js";

const PEOPLE = [
  ["people_without_broadband", t("People without broadband")],
  ["people_beyond_reach", t("People beyond reach of public access")],
  ["people_left_out", t("People left out")],
];
const KINDS = { tracts: t("Census tract"), ntas: t("Neighborhood"), boroughs: t("Borough") };

function heading(layer, feature) {
  const p = feature.properties;
  const where = [KINDS[layer], p.nta_name, layer === "boroughs" ? null : p.borough];
  const people = known(p.residents) ? t("{number} residents", { number: number(p.residents) }) : t("residents not known");
  return el("div", {}, el("h3", {}, nameOf(feature)), el("p", { class: "sub" }, where.filter(Boolean).join(" · ")),
    el("p", { class: "sub" }, people));
}

function tile(measure, p, current) {
  const value = valueOf(measure, p);
  const [low, high] = (intervalOf(measure, p) ?? []).map((bound) => amount(measure, bound));
  const range = low ? `${low}–${high}` : isEstimate(measure, p) ? t("interval not known") : t("counted");
  return el("div", { class: current ? "current" : "" }, el("dt", {}, measure.label),
    el("dd", { class: known(value) ? "" : "unknown" }, amount(measure, value),
      known(value) ? el("small", {}, el("span", { class: "unseen" }, ", "), range) : null));
}

function indicatorRow(measure, p, current) {
  const value = valueOf(measure, p);
  const margin = marginOf(measure, p);
  const [words, weak] = known(margin) ? reliability(p[`${measure.code}_reliability`]) : [t("margin not known"), ""];
  const cell = amount(measure, value) + (known(value) && known(margin) ? ` ${plusMinus(measure, margin)}` : "");
  return el("tr", { class: current ? "current" : "" }, el("th", { scope: "row" }, measure.label), el("td", {}, cell),
    el("td", { class: `sure ${weak}` }, known(value) ? words : ""));
}

function peopleRow([name, title], p, current) {
  const margin = p[`${name}_moe`];
  const sampled = `${name}_moe` in p; // the layer carries no margin of the others
  const sure = sampled ? (known(margin) ? ` ± ${number(margin)}` : `, ${t("margin not known")}`) : "";
  const value = known(p[name]) ? number(p[name]) + sure : UNKNOWN;
  return el("tr", { class: current ? "current" : "" }, el("th", { scope: "row" }, title), el("td", {}, value));
}

/** The tier of weights that are tried, which stand without intervals and ranks. */
const trying = (p) => (p.tried ? el("p", { class: "note" }, p.tier
  ? t("Tried weights: {tier}. Intervals and ranks are known of the published score only.", { tier: t(p.tier) })
  : t("Tried weights: intervals and ranks are known of the published score only.")) : null);

/** The way down: from a borough to the table of its neighborhoods. */
function further(layer, feature) {
  if (layer !== "boroughs") return null;
  const asked = new URLSearchParams({ of: "ntas", borough: feature.id });
  return el("p", {}, el("a", { href: spoken(`/table?${asked}`) }, t("Its neighborhoods, as a table")));
}

/** An area feature in short; `facts` is the page's configuration, `chosen` the measure that the map shows. */
export function areaBrief(layer, feature, facts, chosen) {
  const p = feature.properties;
  const { measures } = facts;
  const scores = measures.filter((measure) => SCORES.includes(measure.code));
  const indicators = measures.filter((measure) => measure.unit === "share");
  const values = [...[...indicators, ...scores].map((measure) => valueOf(measure, p)), ...PEOPLE.map(([name]) => p[name])];
  const gaps = !values.every(known);
  const body = !values.some(known) ? [] : [
    el("dl", { class: "scores" }, ...scores.map((measure) => tile(measure, p, measure === chosen))),
    trying(p),
    el("table", {}, el("caption", {}, t("Estimate ± margin (90 %, in percentage points)")),
      el("tbody", {}, ...indicators.map((measure) => indicatorRow(measure, p, measure === chosen)))),
    el("table", {}, el("caption", {}, t("People")), el("tbody", {}, ...PEOPLE.map((row) => peopleRow(row, p, row[0] === chosen.code)))),
  ];
  return el("article", { class: "place" }, heading(layer, feature), ...body,
    gaps || p.note ? el("p", { class: "note" }, gaps ? t("Not known: {reason}", { reason: reason(p, facts) }) : reason(p, facts)) : null,
    el("p", { class: "from" }, t("{measure}: {source}. Vintage: {vintage}. Method {version}.",
      { measure: chosen.label, source: chosen.source, vintage: chosen.vintage, version: facts.method_version })),
    further(layer, feature));
}

/** One line for the pointer: the name and the value of the chosen measure, or why there is none. */
export function areaTip(feature, facts, measure) {
  const p = feature.properties;
  const value = valueOf(measure, p);
  const margin = marginOf(measure, p);
  const [low, high] = (intervalOf(measure, p) ?? []).map((bound) => amount(measure, bound));
  const bounds = known(margin) ? ` ${plusMinus(measure, margin)}` : low ? t(", 90 % interval {low}–{high}", { low, high }) : "";
  const words = known(value) ? amount(measure, value) + bounds : `${UNKNOWN}: ${reason(p, facts)}`;
  return el("div", {}, el("b", {}, nameOf(feature)), `${measure.label}: ${words}`);
}
