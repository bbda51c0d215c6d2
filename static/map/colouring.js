// The colours of areas under the published score, or under the weights that are tried.
import { t } from "../words.js";
import { areaStyle, SCORES } from "./areas.js";
import { scored } from "./trial.js";

/**
 * The colouring of what `state` shows, {measure, areas}.
 *
 * `set(now, found)` says how the trial of weights stands, as `trial` tells it, `tried()` whether tried scores are shown,
 * `words()` what people must know of the colours, and `colour(layer, leaflet)` gives an area its values and its style.
 */
export function colouring(state, opacity) {
  const published = new WeakMap(); // feature → its own properties
  let tried = null; // of the areas that are shown, id → scores
  let trial = "published";

  function words() {
    if (trial === "published") return "";
    if (!SCORES.includes(state.measure.code)) return t("Tried weights change nothing here: this measure is shown as published.");
    if (tried) return t("Tried weights: not the published score.");
    return trial === "failed"
      ? t("The tried weights could not be scored: the map shows the published score.")
      : t("The tried weights are being scored; until then the map shows the published score.");
  }

  function colour(layer, leaflet) {
    const { feature } = leaflet;
    if (!published.has(feature)) published.set(feature, feature.properties);
    const own = published.get(feature);
    feature.properties = tried && layer === state.areas ? scored(own, tried.get(feature.id)) : own;
    leaflet.setStyle(areaStyle(state.measure, layer, feature.properties, opacity));
  }

  return {
    words,
    colour,
    tried: () => tried !== null,
    set: (now, found = tried) => { [trial, tried] = [now, found]; },
  };
}
