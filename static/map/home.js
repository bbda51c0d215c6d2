// The button that shows the whole city.
/* global L */
import { t } from "../words.js";
import { el, svg } from "./words.js";

/** Put the button on `map`; `bounds()` gives the city's, or null before they are known. */
export function homeButton(map, bounds) {
  const control = L.control({ position: "topleft" });
  control.onAdd = () => {
    const house = svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" },
      svg("path", { d: "M3 10l7-7 7 7M5 9v8h10V9", fill: "none", stroke: "currentColor", "stroke-width": "1.8" }));
    const words = t("Show the whole city");
    const button = el("button", { type: "button", "aria-label": words, title: words }, house);
    button.addEventListener("click", () => bounds()?.isValid() && map.fitBounds(bounds(), { padding: [8, 8] }));
    const bar = el("div", { class: "leaflet-bar" }, button);
    L.DomEvent.disableClickPropagation(bar);
    return bar;
  };
  control.addTo(map);
}
