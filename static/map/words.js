// Numbers and missing numbers in words, and DOM elements whose every text is text: nothing here parses HTML.
import { LOCALE, spoken, t } from "../words.js";

export const UNKNOWN = t("not known");

const UNITS = { points: t("points, 0–100"), share: t("share"), people: t("people") };
const RELIABILITY = {
  good: [t("good"), ""],
  fair: [t("fair: use with care"), ""],
  weak: [t("weak: wide margin"), "weak"],
  unknown: [t("reliability not known"), ""],
};

export const known = (value) => value !== null && value !== undefined && !Number.isNaN(value);

export const number = (value, decimals = 0) =>
  value.toLocaleString(LOCALE, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

export const percent = (share, decimals = 1) => t("{number} %", { number: number(100 * share, decimals) }).replace(" ", "\u00a0");

/** `value` of a measure with its unit; "not known" for null. */
export function amount(measure, value) {
  if (!known(value)) return UNKNOWN;
  return measure.unit === "share" ? percent(value, measure.decimals) : number(value, measure.decimals);
}

/** A margin of error of a measure: that of a share in percentage points, since "18 % ± 3 %" can be read two ways. */
export const plusMinus = (measure, margin) => (measure.unit === "share"
  ? t("± {number} points", { number: number(100 * margin, measure.decimals) }).replace(/ (?=\D+$)/, "\u00a0")
  : `± ${number(margin, measure.decimals)}`);

export const unit = (measure) => UNITS[measure.unit];

/** How sure an estimate is, as [words, class]. */
export const reliability = (code) => RELIABILITY[code] ?? RELIABILITY.unknown;

/** What people call the place of a feature. */
export const nameOf = ({ id, properties }) => properties.name ?? properties.borough ?? String(id);

/** A link to a part of the page that says how the scores are made. */
export const methods = (part) => el("a", { href: spoken(`/methods#${part}`) }, t("Methods"));

/** Why a value of this feature is missing: its own note, else what the whole city lacks. */
export const reason = (properties, facts) =>
  properties.note || facts.missing.join("; ") || t("the source gives no value here");

const SVG = "http://www.w3.org/2000/svg";

function build(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** An HTML element; children are nodes or text, null ones are left out. */
export const el = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);

/** An SVG element. */
export const svg = (tag, attributes = {}, ...children) =>
  build(document.createElementNS(SVG, tag), attributes, children);
