// The popup of an area: the scores with intervals, the rank, the indicators with margins, the people, and the sources.
import { intervalOf, isEstimate, marginOf, valueOf } from "./areas.js";
import { cluster, rank } from "./ranks.js";
import { amount, el, known, nameOf, number, percent, plusMinus, reason, reliability, UNKNOWN } from "./words.js";

const SCORES = ["gap", "need", "supply"];
const PEOPLE = [
  ["people_without_broadband", "People without broadband"],
  ["people_beyond_reach", "People beyond reach of public access"],
  ["people_left_out", "People left out"],
];

const counted = (value, one) => (known(value) ? `${number(value)} ${one}` : `${one} ${UNKNOWN}`);

function heading(layer, feature) {
  const p = feature.properties;
  const where = layer === "tracts" ? ["Census tract", p.nta_name, p.borough] : ["Neighborhood", p.borough];
  const people = `${counted(p.residents, "residents")}, ${counted(p.households, "households")}`;
  return el("div", {}, el("h3", {}, nameOf(feature)), el("p", { class: "sub" }, where.filter(Boolean).join(" · ")),
    el("p", { class: "sub" }, people));
}

function tile(measure, p, current) {
  const value = valueOf(measure, p);
  const [low, high] = (intervalOf(measure, p) ?? []).map((bound) => amount(measure, bound));
  const range = low ? `${low}–${high}` : isEstimate(measure, p) ? "interval not known" : "counted";
  return el("div", { class: current ? "current" : "" }, el("dt", {}, measure.label),
    el("dd", { class: known(value) ? "" : "unknown" }, amount(measure, value),
      known(value) ? el("small", {}, el("span", { class: "unseen" }, ", "), range) : null));
}

function indicatorRow(measure, p, current) {
  const value = valueOf(measure, p);
  const margin = marginOf(measure, p);
  const [words, weak] = known(margin) ? reliability(p[`${measure.code}_reliability`]) : ["margin not known", ""];
  const cell = amount(measure, value) + (known(value) && known(margin) ? ` ${plusMinus(measure, margin)}` : "");
  return el("tr", { class: current ? "current" : "" }, el("th", { scope: "row" }, measure.label), el("td", {}, cell),
    el("td", { class: `sure ${weak}` }, known(value) ? words : ""));
}

function peopleRow([name, title], p, current) {
  const margin = p[`${name}_moe`];
  const sampled = `${name}_moe` in p; // the layer carries no margin of the others
  const sure = sampled ? (known(margin) ? ` ± ${number(margin)}` : ", margin not known") : "";
  const value = known(p[name]) ? number(p[name]) + sure : UNKNOWN;
  return el("tr", { class: current ? "current" : "" }, el("th", { scope: "row" }, title), el("td", {}, value));
}

function origins(measures) {
  return el("details", {}, el("summary", {}, "Source of each number"),
    el("ul", {}, ...measures.map((m) => el("li", {}, `${m.label}: ${m.source}. Vintage: ${m.vintage}`))));
}

/**
 * The popup of an area feature.
 *
 * `facts` is the page's configuration, `chosen` the measure that the map shows, `ranked` how many areas have a rank.
 */
export function areaPopup(layer, feature, facts, chosen, ranked) {
  const p = feature.properties;
  const { measures } = facts;
  const scores = measures.filter((measure) => SCORES.includes(measure.code));
  const indicators = measures.filter((measure) => measure.unit === "share");
  const values = [...[...indicators, ...scores].map((measure) => valueOf(measure, p)), ...PEOPLE.map(([name]) => p[name])];
  const gaps = !values.every(known);
  const body = !values.some(known) ? [] : [
    el("dl", { class: "scores" }, ...scores.map((measure) => tile(measure, p, measure === chosen))),
    rank(p, ranked),
    el("table", {}, el("caption", {}, "Estimate ± margin (90\u00a0%, in percentage points)"),
      el("tbody", {}, ...indicators.map((measure) => indicatorRow(measure, p, measure === chosen)))),
    el("table", {}, el("caption", {}, "People"), el("tbody", {},
      ...PEOPLE.map((row) => peopleRow(row, p, row[0] === chosen.code)),
      known(p.reach_share) ? el("tr", {}, el("th", { scope: "row" }, "Residents within a walk of public access"),
        el("td", {}, percent(p.reach_share))) : null)),
    cluster(p),
  ];
  return el("article", { class: "place", tabindex: "-1" }, heading(layer, feature), ...body,
    gaps || p.note ? el("p", { class: "note" }, gaps ? "Not known: " : "", reason(p, facts)) : null,
    el("p", { class: "from" }, `${chosen.label}: ${chosen.source}. Vintage: ${chosen.vintage}. Method ${facts.method_version}. `,
      el("a", { href: `/collections/${layer}/items/${encodeURIComponent(feature.id)}?f=json` }, "As GeoJSON")),
    el("p", {}, el("a", { class: "why", href: `/${layer === "tracts" ? "tracts" : "nta"}/${encodeURIComponent(feature.id)}` },
      "Ask why: every part of the score, compared, and what is near")),
    origins(measures));
}

/** One line for the pointer: the name and the value of the chosen measure, or why there is none. */
export function areaTip(feature, facts, measure) {
  const p = feature.properties;
  const value = valueOf(measure, p);
  const margin = marginOf(measure, p);
  const [low, high] = (intervalOf(measure, p) ?? []).map((bound) => amount(measure, bound));
  const bounds = known(margin) ? ` ${plusMinus(measure, margin)}` : low ? `, 90\u00a0% interval ${low}–${high}` : "";
  const words = known(value) ? amount(measure, value) + bounds : `${UNKNOWN}: ${reason(p, facts)}`;
  return el("div", {}, el("b", {}, nameOf(feature)), `${measure.label}: ${words}`);
}
