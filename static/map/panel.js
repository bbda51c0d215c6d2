// The panel beside the map: what is known of the place that was chosen, or of the area that was drawn.
import { t } from "../words.js";
import { answer } from "./answer.js";
import { el } from "./words.js";

/** The article that the server gives at `address`. */
export async function article(address, signal) {
  const page = new DOMParser().parseFromString(await answer(address, "text", { headers: { accept: "text/html" }, signal }), "text/html");
  return document.importNode(page.querySelector("article"), true);
}

/** What of `map` a panel leaves free that lies over its right or its lower part, as options of Leaflet's fitBounds. */
export function free(map, panel) {
  const [whole, over] = [map.getContainer(), panel].map((one) => one.getBoundingClientRect());
  const beside = over.left > whole.left + whole.width / 4;
  const [right, lower] = beside ? [whole.right - over.left, 0] : [0, Math.min(whole.bottom - over.top, 0.6 * whole.height)];
  return { animate: false, paddingTopLeft: [24, 24], paddingBottomRight: [24 + right, 24 + Math.max(0, lower)] };
}

/**
 * The panel in `box`; `closed` is called when it is closed by its button or the Escape key.
 *
 * `show(content, title)` opens it, `hide()` closes it without a word, `focus()` brings the keyboard into it,
 * `free(map)` is what it leaves of the map.
 */
export function panel(box, { closed }) {
  const close = el("button", { type: "button", class: "close", "aria-label": t("Close the panel") }, "×");
  const content = el("div", { class: "content" });
  box.append(close, content);
  const hide = () => {
    box.hidden = true;
    content.replaceChildren();
  };
  const shut = () => {
    if (box.hidden) return;
    hide();
    closed();
  };
  close.addEventListener("click", shut);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("[data-drawing]")) shut();
  });
  return {
    hide,
    show: (shown, title) => {
      box.setAttribute("aria-label", title);
      if (box.hidden) box.scrollTop = 0;
      content.replaceChildren(shown);
      box.hidden = false;
    },
    focus: () => box.focus(),
    free: (map) => free(map, box),
  };
}
