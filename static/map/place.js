// The popup of a site: its facts, why one is missing, and where they come from.
import { el, known, number, percent, UNKNOWN } from "./words.js";

const count = (value) => number(value);
const points = (value) => number(value, 1);
const metres = (value) => `${number(value)} m`;
const yesNo = (value) => (value ? "yes" : "no");
const text = (value) => String(value);

const SITES = { // layer → key, what it is, its facts as [property, title, form]
  developments: {
    key: "tds",
    kind: () => "NYCHA development",
    facts: [
      ["apartments", "Apartments", count],
      ["residents", "Residents", count],
      ["priority", "Priority (0–100)", points],
      ["need", "Need of its place (0–100)", points],
      ["supply", "Supply (0–100)", points],
      ["eligibility", "Big Apple Connect", text],
      ["reasons", "Why", text],
      ["nearest_kiosk_m", "Nearest working kiosk", metres],
      ["nearest_centre_m", "Nearest computer centre", metres],
    ],
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
      ["economic_need_share", "Economic Need Index", percent],
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

function fact([name, title, form], p) {
  const value = known(p[name]) ? form(p[name]) : `${UNKNOWN}: ${why(name, p)}`;
  const note = known(p[name]) ? p[`${name.replace(/_share$/, "")}_note`] : null;
  const long = value.length > 24;
  return long
    ? el("tr", {}, el("th", { scope: "row", colspan: "2" }, `${title}: `, value))
    : el("tr", {}, el("th", { scope: "row" }, title), el("td", {}, value, note ? el("small", {}, note) : null));
}

/** The popup of a site feature; `source` is the record of its dataset, if there is one. */
export function sitePopup(layer, feature, source) {
  const p = feature.properties;
  const form = SITES[layer] ?? OTHER;
  const id = p[form.key] ?? feature.id;
  const made = source?.synthetic ? el("em", { class: "tag" }, "made up") : null;
  const origin = source ? `Source: ${source.title}, ${source.publisher}, ${source.vintage}. ` : "";
  return el("article", { class: "place", tabindex: "-1" },
    el("div", {}, el("h3", {}, form.name?.(p) ?? p.name ?? `${form.kind(p)} ${id}`),
      el("p", { class: "sub" }, [form.kind(p), p.borough, id].filter(Boolean).join(" · "))),
    el("table", {}, el("tbody", {}, ...form.facts.map((row) => fact(row, p)))),
    p.note && form.facts.every(([name]) => known(p[name])) ? el("p", { class: "note" }, p.note) : null,
    el("p", { class: "from" }, origin, made, " ",
      el("a", { href: `/collections/${layer}/items/${encodeURIComponent(id)}` }, "As GeoJSON")));
}
