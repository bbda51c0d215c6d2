// The panel beside the map: what is known of the place that was chosen, or of the area that was drawn.
import { t } from "../words.js";
import { el } from "./words.js";

/** The article that the server gives at `address`. */
export async function article(address, signal) {
  const answer = await fetch(address, { headers: { accept: "text/html" }, signal });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail ?? t("the server answered {status}", { status: answer.status }));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return document.importNode(page.querySelector("article"), true);
}

/**
 * The panel in `box`; `closed` is called when it is closed by its button or the Escape key.
 *
 * `show(content, title)` opens it, `hide()` closes it without a word, `focus()` brings the keyboard into it.
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
  };
}
