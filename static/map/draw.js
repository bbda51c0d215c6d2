// Drawing a study area: tools beside the map, and a bar over it that says what is drawn and needs no pointer.
import { t } from "../words.js";
import { fold } from "./controls.js";
import { bring, circle, outline, polygon, RADIUS } from "./shapes.js";
import { study } from "./study.js";
import { upload } from "./upload.js";
import { el } from "./words.js";

function press(words, action, attributes = {}) {
  const button = el("button", { type: "button", ...attributes }, words);
  button.addEventListener("click", action);
  return button;
}

/**
 * Tools in `root` that draw an outline on `map`, or take one from a file, and show what is known of its inside.
 *
 * `say(words)` shows what happened and `said(words)` says it aloud; `show(article, title)` shows the answer in the panel,
 * `hide()` closes that, `chosen()` is the place that the panel tells of. While somebody draws, `isDrawing()` holds, the map's container has data-drawing, and a pane of
 * glass above the map takes all clicks; dragging and zooming go on.
 */
export function drawing(map, root, { say, said, show, hide, chosen }) {
  const container = map.getContainer();
  const page = document.documentElement;
  const glass = el("div", { class: "glass" });
  let shape = null; // what is being drawn
  let kept = null; // the layer of the outline that was asked for last
  let asking = null;
  let article = null; // what is known of that outline

  const refused = el("p", { role: "alert", class: "failed" });
  const told = el("p", { role: "status" });
  const lacking = el("p", { role: "alert", class: "failed" });
  const radius = el("input", { type: "number", id: "draw-radius", min: RADIUS.least, max: RADIUS.most, step: "any", value: RADIUS.first });
  const measure = el("div", { class: "measure" }, el("label", { for: radius.id }, t("Radius in metres")), radius);
  const back = press(t("Undo"), takeBack);
  const done = press(t("Finish"), finish, { class: "finish" });
  const away = press(t("Cancel"), cancel);
  const again = press(t("Show the result again"), tell, { hidden: "" });
  const bar = el("div", { class: "drawbar", role: "group", "aria-label": t("Drawing"), tabindex: "-1" }, told, lacking,
    el("div", { class: "row" }, measure, back, done, away));

  const byKeys = () => page.dataset.input === "keys";
  const hand = () => (byKeys() && "keys") || (matchMedia("(pointer: coarse)").matches ? "touch" : "mouse");

  /** Show the part of the bar that `state` needs: a kind of shape, "asking", or null for none. */
  function set(state) {
    const held = bar.contains(document.activeElement);
    if (state) bar.dataset.state = state;
    else delete bar.dataset.state;
    for (const one of [back, done]) one.hidden = !shape;
    measure.hidden = state !== "circle";
    away.hidden = !state;
    lacking.textContent = "";
    if (shape) container.dataset.drawing = state;
    else delete container.dataset.drawing;
    if (shape) container.append(glass);
    else glass.remove();
    for (const [kind, { button }] of Object.entries(tools)) button.setAttribute("aria-pressed", String(Boolean(shape) && state === kind));
    if (held) (state ? bar : container).focus({ preventScroll: true }); // not a button: Enter twice must not cancel
  }

  function begin(kind) {
    if (container.dataset.drawing === kind) return cancel();
    leave();
    hide();
    fold();
    shape = tools[kind].make();
    shape.layer.addTo(map);
    set(kind);
    told.textContent = shape.words(hand());
    container.focus({ preventScroll: true });
  }

  function put(at, again) {
    lacking.textContent = "";
    if (shape.put(at, again)) finish();
    else told.textContent = shape.words(hand());
  }

  function takeBack() {
    lacking.textContent = "";
    shape.undo();
    told.textContent = shape.words(hand());
  }

  /** Leave what is being drawn or asked for; an outline that stands stays. */
  function leave() {
    asking?.abort();
    asking = null;
    shape?.layer.remove();
    shape = null;
    told.textContent = "";
    refused.textContent = "";
    set(null);
  }

  function cancel() {
    leave();
    say(t("Drawing was cancelled."));
  }

  function clear() {
    leave();
    kept?.remove();
    kept = null;
    again.hidden = true;
    if (article?.isConnected) hide();
    say(t("The study area is cleared."));
  }

  function finish() {
    const why = shape.lacks();
    lacking.textContent = why ?? "";
    if (!why) ask(JSON.stringify(shape.body()), shape, container.dataset.drawing);
  }

  /** Ask for `body`; `drawn`, the shape of this kind that it is of, can be changed if the server refuses it. */
  async function ask(body, drawn = null, kind = null) {
    const mine = new AbortController();
    const before = chosen();
    asking = mine;
    shape = null;
    refused.textContent = "";
    told.textContent = t("Counting what is inside. The first time this takes some seconds…");
    set("asking");
    mine.signal.addEventListener("abort", () => drawn?.layer.remove());
    const found = await study(body, mine.signal).catch((error) => {
      if (!mine.signal.aborted) refuse(error.message, drawn, kind);
    });
    if (!found || mine.signal.aborted) return;
    article = found;
    stand(body, drawn);
    if (chosen() && chosen() !== before) return say(t("The study area is counted: “Show the result again” opens it.")); // who went on reads on
    tell();
    bring(map, kept, article.closest("aside"), !drawn);
  }

  /** Tell in the panel what is known of the outline that stands. */
  function tell() {
    const title = article.querySelector("h2").textContent;
    show(article, title);
    said(`${title}: ${article.querySelector(".under").textContent}`);
  }

  /** Say why there is no answer; what was drawn can be changed and finished again. */
  function refuse(why, drawn, kind) {
    asking = null;
    shape = drawn;
    if (drawn) hide();
    told.textContent = drawn?.words(hand()) ?? "";
    set(kind);
    (drawn ? lacking : refused).textContent = why;
  }

  /** Let the outline that was asked for stand on the map instead of the one before. */
  function stand(body, drawn) {
    asking = null;
    drawn?.layer.remove();
    kept?.remove();
    kept = outline(map, JSON.parse(body)).addTo(map);
    again.hidden = false;
    told.textContent = "";
    set(null);
  }

  function take(text) {
    leave();
    return ask(text);
  }

  const tools = {
    polygon: { make: () => polygon(map), button: press(t("Polygon"), () => begin("polygon"), { "aria-pressed": "false" }) },
    circle: { make: () => circle(map, radius), button: press(t("Circle"), () => begin("circle"), { "aria-pressed": "false" }) },
  };
  glass.addEventListener("click", (event) => {
    event.stopPropagation(); // neither Leaflet nor the areas below hear of it
    if (map.dragging.moved() || map.boxZoom.moved()) return;
    put(map.mouseEventToLatLng(event), event.detail > 1);
  });
  glass.addEventListener("dblclick", (event) => event.stopPropagation());
  glass.addEventListener("mousemove", (event) => shape.aim(map.mouseEventToLatLng(event)));
  map.on("move", () => shape && byKeys() && shape.aim(map.getCenter()));
  map.on("moveend", () => { if (shape && byKeys()) told.textContent = shape.words("keys"); });
  radius.addEventListener("input", () => shape?.resize());
  radius.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // else what has the focus next hears it too
    finish();
  });
  container.addEventListener("keydown", (event) => {
    if (!shape || event.target !== container || !["Enter", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Enter opens no place now
    if (event.repeat) return;
    if (event.key === "Backspace") takeBack();
    else if (byKeys()) put(map.getCenter());
    else finish(); // there is no cross while a pointer draws
  }, { capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !(shape || asking) || event.target.closest?.(".search")) return;
    event.stopPropagation(); // it closes nothing else
    cancel();
  }, { capture: true });

  container.after(bar);
  root.append(
    el("p", { class: "small" }, t("How many people live inside, what they need, who is left out, and which sites are there.")),
    el("div", { class: "tools" }, ...Object.values(tools).map(({ button }) => button),
      ...upload(take, (words) => { refused.textContent = words; }), again, press(t("Clear"), clear)),
    refused);
  set(null);
  return { isDrawing: () => shape !== null };
}
