// The popup of a site: its facts, why one is missing, and where each comes from.
import { el, known, methods, number, percent, plusMinus, UNKNOWN } from "./words.js";

const count = (value) => number(value);
const points = (value) => number(value, 1);
const metres = (value) => `${number(value)} m`;
const yesNo = (value) => (value ? "yes" : "no");
const text = (value) => String(value);
const estimate = (value, p, name) => {
  const margin = p[name.replace(/_share$/, "_moe_share")];
  return percent(value) + (known(margin) ? ` ${plusMinus({ unit: "share", decimals: 1 }, margin)}` : ", margin not known");
};

const SITES = { // layer → key, what it is, its facts as [property, title, form], and what each dataset gives
  developments: {
    key: "tds",
    kind: () => "NYCHA development",
    facts: [
      ["apartments", "Apartments", count],
      ["residents", "Residents", count],
      ["priority", "Priority (0–100)", points],
      ["need", "Need of its place (0–100)", points],
      ["no_broadband_share", "Households without broadband", estimate],
      ["supply", "Supply (0–100)", points],
      ["eligibility", "Big Apple Connect", text],
      ["reasons", "Why", text],
      ["nearest_kiosk_m", "Nearest working kiosk", metres],
      ["nearest_centre_m", "Nearest computer centre", metres],
    ],
    from: {
      developments: "outline, apartments, residents, eligibility, priority",
      adoption: "need and households without broadband, of its place; priority",
      kiosks: "supply, distance, priority",
      facilities: "supply, distance, priority",
      lots: "which places it lies in, for need",
    },
  },
  kiosks: {
    key: "site_id",
    kind: (p) => (p.kind === "payphone" ? "Payphone" : `${p.kind} kiosk`),
    name: (p) => p.address,
    facts: [
      ["status", "Status", text],
      ["working", "Counts as working public access", yesNo],
      ["activated", "Activated", text],
    ],
  },
  schools: {
    key: "dbn",
    kind: () => "School",
    facts: [
      ["pupils", "Pupils", count],
      ["economic_need_share", "Economic Need Index", (value) => percent(value)],
      ["address", "Address", text],
    ],
  },
  facilities: {
    key: "facility_id",
    kind: () => "Public computer centre",
    facts: [
      ["agency", "Agency", text],
      ["access", "Open to", text],
      ["workstations", "Computers", count],
    ],
  },
};
const OTHER = { key: "id", kind: () => "Site", facts: [] };

function why(name, p) {
  const stem = name.replace(/_(share|m)$/, "");
  return p[`${stem}_note`] || p.note || "the source gives no value";
}

function missing(name, p) {
  const outside = name === "priority" && p.eligibility?.startsWith("not eligible");
  return outside ? `none, ${p.eligibility}` : `${UNKNOWN}: ${why(name, p)}`;
}

function fact([name, title, form], p) {
  const value = known(p[name]) ? form(p[name], p, name) : missing(name, p);
  const note = known(p[name]) ? p[`${name.replace(/_share$/, "")}_note`] : null;
  const long = value.length > 24;
  return long
    ? el("tr", {}, el("th", { scope: "row", colspan: "2" }, `${title}: `, value))
    : el("tr", {}, el("th", { scope: "row" }, title), el("td", {}, value, note ? el("small", {}, note) : null));
}

const madeUp = () => el("em", { class: "tag" }, "made up");

const dated = (vintage) => (vintage === "not stated" ? "date not stated" : vintage);
const cite = (record, words) => el("span", {}, words, ...(record.synthetic ? [" ", madeUp()] : []));

/** Where the facts of a layer come from: its own dataset, or each dataset of `parts` with what it gives. */
function origins(layer, parts, sources) {
  const record = (name) => sources.find((one) => one.dataset === name);
  const own = record(layer);
  if (!parts) {
    return el("p", { class: "from" }, own ? cite(own, `Source: ${own.title}, ${own.publisher}, ${dated(own.vintage)}`) : null);
  }
  const found = Object.keys(parts).map(record).filter(Boolean);
  return el("div", { class: "from" }, "Sources", el("ul", {}, ...found.map((one) =>
    el("li", {}, cite(one, `${one.title}, ${dated(one.vintage)}`), `: ${parts[one.dataset]}`))));
}

/** The popup of a site feature; `sources` are the records of every dataset. */
export function sitePopup(layer, feature, sources) {
  const p = feature.properties;
  const form = SITES[layer] ?? OTHER;
  const id = p[form.key] ?? feature.id;
  return el("article", { class: "place", tabindex: "-1" },
    el("div", {}, el("h3", {}, form.name?.(p) ?? p.name ?? `${form.kind(p)} ${id}`),
      el("p", { class: "sub" }, [form.kind(p), p.borough, id].filter(Boolean).join(" · "))),
    el("table", {}, el("tbody", {}, ...form.facts.map((row) => fact(row, p)))),
    p.note && form.facts.every(([name]) => known(p[name])) ? el("p", { class: "note" }, p.note) : null,
    origins(layer, form.from, sources),
    el("p", { class: "from" }, el("a", { href: `/collections/${layer}/items/${encodeURIComponent(id)}` }, "As GeoJSON"),
      ...(form.from ? [" · ", methods("priority")] : [])));
}
