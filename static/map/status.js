// The box over the map that says what happens: how the areas come, and what was done or found.
import { el } from "./words.js";

/**
 * What stands in `box`: `areas(now, ...parts)` is how the areas come, until it is called again without parts, and
 * `say(words)` what was done, until `map` moves. Neither wipes the other.
 */
export function statusBox(map, box) {
  let [coming, said] = ["", ""];
  const show = () => box.replaceChildren(...[coming, coming && said && " ", said].filter(Boolean));
  map.on("move", () => {
    if (!said) return;
    said = "";
    show();
  });
  return {
    areas: (now, ...parts) => {
      coming = parts.length ? el("span", { class: now }, ...parts) : "";
      show();
    },
    say: (words) => {
      said = words;
      show();
    },
  };
}
