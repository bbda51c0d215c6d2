// The words of the page in its language: English is in the scripts, the others come with the page.

const given = document.getElementById("words");
const catalog = given ? JSON.parse(given.textContent) : {};
const root = document.documentElement;

/** The locale of numbers: as they are written in New York. */
export const LOCALE = { en: "en-US", es: "es-US", zh: "zh-Hans-CN" }[root.lang.slice(0, 2)] ?? "en-US";

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** `message` in the language of the page, with `values` for its {names}. */
export const t = (message, values = {}) => filled(catalog[message] ?? message, values);

/** `one` or `many` as the number `n` asks, which is also the value of {n} unless `values` gives another form of it. */
export function tn(n, one, many, values = {}) {
  const forms = catalog[one] ?? [one, many]; // as many as the language tells apart
  return filled(n === 1 ? forms[0] : forms.at(-1), { n, ...values });
}

/** An address of this service that is answered in the language of the page. */
export function spoken(address) {
  if (!root.dataset.lang || /[?&]lang=/.test(address)) return address;
  const [path, fragment] = address.split("#");
  return `${path}${path.includes("?") ? "&" : "?"}lang=${root.dataset.lang}${fragment === undefined ? "" : `#${fragment}`}`;
}
