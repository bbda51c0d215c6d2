// The controls beside the map: how an address sets them, and what each of them sets off.
import { t } from "../words.js";
import { keys } from "./symbols.js";
import { el } from "./words.js";

const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];

/** Fold the controls away where they lie over the map; the keyboard stays at their handle. */
export function fold() {
  const handle = find(".handle[aria-expanded='true']");
  if (find("#controls").contains(document.activeElement)) handle?.focus();
  handle?.click();
}

/** The names of the site layers that are switched on. */
export const sitesShown = () => all("input[name=sites]:checked").map((box) => box.value);

/** Set the controls to `asked`, as `read` gives it, and say what they are set to: {measure, areas}. */
export function preset(asked) {
  if (asked.measure) find("#measure").value = asked.measure;
  if (asked.sites) for (const box of all("input[name=sites]")) box.checked = asked.sites.includes(box.value);
  const layers = [asked.areas, asked.place?.layer].filter(Boolean); // of a place too, so that it is seen
  for (const layer of layers) find(`#controls input[value="${CSS.escape(layer)}"]`).checked = true;
  return { measure: find("#measure").value, areas: find("input[name=areas]:checked")?.value ?? "ntas" };
}

/**
 * Let the controls, and the keys on `map`, do what they are for.
 *
 * `measure(code)`, `areas(name)` and `site(name, on)` are called with what somebody chose, `enter(areaOnly)` when Enter
 * is pressed on the map, `copy()` by the button that copies the link.
 */
export function wire(map, { measure, areas, site, enter, copy }) {
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", t("Map of New York City"));
  container.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === container) enter(event.shiftKey);
  });
  for (const [event, input] of [["keydown", "keys"], ["pointerdown", "pointer"]]) {
    document.addEventListener(event, () => { document.documentElement.dataset.input = input; });
  }
  find("#measure").addEventListener("change", (event) => measure(event.target.value));
  for (const radio of all("input[name=areas]")) radio.addEventListener("change", () => areas(radio.value));
  for (const box of all("input[name=sites]")) {
    box.addEventListener("change", () => site(box.value, box.checked));
    find(`.sites [data-layer="${CSS.escape(box.value)}"] .keys`).append(
      ...keys(box.value).map(([swatch, title]) => el("li", {}, swatch, title)));
  }
  const handle = find(".handle");
  handle.addEventListener("click", () => {
    handle.setAttribute("aria-expanded", String(handle.getAttribute("aria-expanded") !== "true"));
    map.invalidateSize();
  });
  find("#copy").addEventListener("click", copy);
  find("#print").addEventListener("click", () => window.print());
  new ResizeObserver(() => map.invalidateSize()).observe(container);
}
