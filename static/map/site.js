// A site in short: its facts, why one is missing, and where each comes from.
/* global L */
import { spoken, t } from "../words.js";
import { el, known, methods, number, percent, plusMinus, UNKNOWN } from "./words.js";

const count = (value) => number(value);
const points = (value) => number(value, 1);
const metres = (value) => t("{number} m", { number: number(value) });
const yesNo = (value) => (value ? t("yes") : t("no"));
const text = (value) => t(String(value));
const estimate = (value, p, name) => {
  const margin = p[name.replace(/_share$/, "_moe_share")];
  return percent(value) + (known(margin) ? ` ${plusMinus({ unit: "share", decimals: 1 }, margin)}` : `, ${t("margin not known")}`);
};

const SITES = { // layer → key, what it is, its facts as [property, title, form], and what each dataset gives
  developments: {
    key: "tds",
    kind: () => t("NYCHA development"),
    facts: [
      ["apartments", t("Apartments"), count],
      ["residents", t("Residents"), count],
      ["priority", t("Priority (0–100)"), points],
      ["need", t("Need of its place (0–100)"), points],
      ["no_broadband_share", t("Households without broadband"), estimate],
      ["supply", t("Supply (0–100)"), points],
      ["eligibility", t("Big Apple Connect"), text],
      ["reasons", t("Why"), text],
      ["nearest_kiosk_m", t("Nearest working kiosk"), metres],
      ["nearest_centre_m", t("Nearest computer centre"), metres],
    ],
    from: {
      developments: t("outline, apartments, residents, eligibility, priority"),
      adoption: t("need and households without broadband, of its place; priority"),
      kiosks: t("supply, distance, priority"),
      facilities: t("supply, distance, priority"),
      lots: t("which places it lies in, for need"),
    },
  },
  kiosks: {
    key: "site_id",
    kind: (p) => (p.kind === "payphone" ? t("Payphone") : t("{kind} kiosk", { kind: p.kind })),
    name: (p) => p.address,
    facts: [
      ["status", t("Status"), text],
      ["working", t("Counts as working public access"), yesNo],
      ["activated", t("Activated"), text],
    ],
  },
  schools: {
    key: "dbn",
    kind: () => t("School"),
    facts: [
      ["pupils", t("Pupils"), count],
      ["economic_need_share", t("Economic Need Index"), (value) => percent(value)],
      ["address", t("Address"), text],
    ],
  },
  facilities: {
    key: "facility_id",
    kind: () => t("Public computer centre"),
    facts: [
      ["agency", t("Agency"), text],
      ["access", t("Open to"), text],
      ["workstations", t("Computers"), count],
    ],
  },
};
const OTHER = { key: "id", kind: () => t("Site"), facts: [] };

function why(name, p) {
  const stem = name.replace(/_(share|m)$/, "");
  return p[`${stem}_note`] || p.note || t("the source gives no value");
}

function missing(name, p) {
  const outside = name === "priority" && p.eligibility?.startsWith("not eligible");
  return outside ? t("none, {reason}", { reason: t(p.eligibility) }) : `${UNKNOWN}: ${why(name, p)}`;
}

function fact([name, title, form], p) {
  const value = known(p[name]) ? form(p[name], p, name) : missing(name, p);
  const note = known(p[name]) ? p[`${name.replace(/_share$/, "")}_note`] : null;
  const long = value.length > 24;
  return long
    ? el("tr", {}, el("th", { scope: "row", colspan: "2" }, `${title}: `, value))
    : el("tr", {}, el("th", { scope: "row" }, title), el("td", {}, value, note ? el("small", {}, note) : null));
}

const madeUp = () => el("em", { class: "tag" }, t("made up"));

const dated = (vintage) => (vintage === "not stated" ? t("date not stated") : vintage);
const cite = (record, words) => el("span", {}, words, ...(record.synthetic ? [" ", madeUp()] : []));

/** Where the facts of a layer come from: its own dataset, or each dataset of `parts` with what it gives. */
function origins(layer, parts, sources) {
  const record = (name) => sources.find((one) => one.dataset === name);
  const own = record(layer);
  if (!parts) {
    return el("p", { class: "from" }, own ? cite(own, t("Source: {title}, {publisher}, {vintage}", { title: own.title, publisher: own.publisher, vintage: dated(own.vintage) })) : null);
  }
  const found = Object.keys(parts).map(record).filter(Boolean);
  return el("div", { class: "from" }, t("Sources"), el("ul", {}, ...found.map((one) =>
    el("li", {}, cite(one, `${one.title}, ${dated(one.vintage)}`), `: ${parts[one.dataset]}`))));
}

/** A site feature in short; `sources` are the records of every dataset. */
function siteBrief(layer, feature, sources) {
  const p = feature.properties;
  const form = SITES[layer] ?? OTHER;
  const id = p[form.key] ?? feature.id;
  return el("article", { class: "place" },
    el("div", {}, el("h3", {}, form.name?.(p) ?? p.name ?? `${form.kind(p)} ${id}`),
      el("p", { class: "sub" }, [form.kind(p), p.borough, id].filter(Boolean).join(" · "))),
    el("table", {}, el("tbody", {}, ...form.facts.map((row) => fact(row, p)))),
    p.note && form.facts.every(([name]) => known(p[name])) ? el("p", { class: "note" }, p.note) : null,
    origins(layer, form.from, sources),
    el("p", { class: "from" }, el("a", { href: spoken(`/collections/${layer}/items/${encodeURIComponent(id)}`) }, t("As GeoJSON")),
      ...(form.from ? [" · ", methods("priority")] : [])));
}

/** The sites of the map by the spot they stand on: `add(layer, drawn)` one, and `brief(layer, drawn)` all on its spot. */
export function spots(sources) {
  const here = new Map();
  const spotOf = (layer, drawn) => {
    const { type, coordinates } = drawn.feature.geometry;
    return `${layer} ${type === "Point" ? coordinates : L.stamp(drawn)}`;
  };
  return {
    add: (layer, drawn) => {
      const spot = spotOf(layer, drawn);
      here.set(spot, [...(here.get(spot) ?? []), drawn.feature]);
    },
    brief: (layer, drawn) => el("div", {}, ...here.get(spotOf(layer, drawn)).map((one) => siteBrief(layer, one, sources))),
  };
}
