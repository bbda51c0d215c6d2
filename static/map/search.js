// The field that finds a place by its name: an editable combobox with a list box (ARIA 1.2). With a geocoder it offers
// to look the words up as an address; they leave for the geocoder when somebody chooses that, and not before.
import { spoken, t, tn } from "../words.js";
import { answer } from "./answer.js";
import { el } from "./words.js";

const PAUSE_MS = 120;
const MOST = 8;
const WORTH_LOCATING = 3; // characters
const FOUND = {
  place: (n) => tn(n, "{n} place found", "{n} places found"),
  address: (n) => tn(n, "{n} address found", "{n} addresses found"),
};
const NONE = {
  place: (text) => t("No place has a name like “{text}”.", { text }),
  address: (text) => t("No address was found for “{text}”.", { text }),
};

const fetched = (url, signal) => answer(url, "json", { headers: { accept: "application/json" }, signal });

const places = async (text, signal) =>
  (await fetched(spoken(`/search?${new URLSearchParams({ q: text, limit: MOST, f: "json" })}`), signal)).hits;

/** What a geocoder with the interface of NYC GeoSearch says of `text`, in the form of the service's hits. */
async function addresses(geocoder, text, signal) {
  const { features } = await fetched(`${geocoder}/v2/search?${new URLSearchParams({ text, size: MOST })}`, signal);
  return features.filter(({ geometry, properties }) => geometry?.type === "Point" && properties?.label)
    .map(({ geometry: { coordinates: [x, y] }, properties: { id, label } }) => ({
      kind: "address", title: t("Address"), id: id ?? label, name: label, where: new URL(geocoder).host,
      bbox: [x, y, x, y], approximate: false, collection: null, page: null, score: null,
    }));
}

function row(item, id) {
  const [name, more] = item.locate
    ? [t("Look up “{text}” as an address", { text: item.locate }), t("asks {host}", { host: item.host })]
    : [item.name, `${item.title} · ${item.where}`];
  return el("li", { id, role: "option", "aria-selected": "false" }, el("span", {}, name), " ", el("small", {}, more));
}

/**
 * Make the form `root`, whose text field is named q, find places while somebody writes.
 *
 * `pick(hit)` is called with what is chosen: a hit of `/search`, or one of kind "address", which has neither collection
 * nor page. `geocoder` is the address of a geocoder, null for none. `root.dataset.state` is one of: busy, open, empty,
 * failed, or nothing.
 */
export function search(root, { pick, geocoder = null }) {
  const input = root.querySelector("input[name=q]");
  const list = el("ul", { id: `${input.id}-list`, role: "listbox", "aria-label": t("Places"), hidden: "" });
  const said = el("p", { class: "unseen", role: "status" });
  let items = [];
  let active = -1;
  let answered = null; // the text that `items` answer
  let timer = 0;
  let asking = new AbortController();

  const written = () => input.value.trim();
  const isOpen = () => !list.hidden;

  function say(words, state) {
    said.textContent = words;
    said.className = state === "open" || !state ? "unseen" : state;
    root.dataset.state = state;
  }

  function move(to) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = to;
    const option = list.children[active];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function toggle(open) {
    move(-1);
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  }

  function forget() {
    clearTimeout(timer);
    asking.abort();
    asking = new AbortController();
    return asking.signal;
  }

  function close() {
    forget();
    toggle(false);
    say("", "");
  }

  function offer(found, text, what) {
    const locate = geocoder && what === "place" && text.length >= WORTH_LOCATING;
    items = locate ? [...found, { locate: text, host: new URL(geocoder).host }] : found;
    answered = text;
    list.replaceChildren(...items.map((item, at) => row(item, `${input.id}-${at}`)));
    toggle(items.length > 0);
    say(found.length ? FOUND[what](found.length) : NONE[what](text), found.length ? "open" : "empty");
  }

  /** Ask for `text` and list the answer; whether it came before somebody wrote on or left. */
  async function ask(text, what = "place") {
    const signal = forget();
    root.dataset.state = "busy";
    try {
      const found = await (what === "place" ? places(text, signal) : addresses(geocoder, text, signal));
      if (signal.aborted) return false;
      offer(found, text, what);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      answered = null;
      toggle(false);
      say(t("The search failed: {reason}. Press Enter to try again.", { reason: error.message }), "failed");
      return false;
    }
  }

  function choose(item) {
    if (item.locate) {
      ask(item.locate, "address");
      return;
    }
    input.value = item.name;
    answered = null;
    close();
    said.textContent = t("{name}, chosen", { name: item.name });
    pick(item);
  }

  async function step(by) {
    const text = written();
    if (!text) return;
    if (answered !== text && !(await ask(text))) return;
    if (!items.length) return;
    const from = isOpen() ? active : -1;
    if (!isOpen()) toggle(true);
    move(from < 0 && by < 0 ? items.length - 1 : (from + by + items.length) % items.length);
  }

  const keys = {
    ArrowDown: (event) => { if (event.altKey && answered) toggle(items.length > 0); else step(1); },
    ArrowUp: (event) => { if (event.altKey) close(); else step(-1); },
    Home: () => active >= 0 && move(0), // without a chosen option they move the caret, as in any field
    End: () => active >= 0 && move(items.length - 1),
    Escape: () => {
      if (!isOpen()) input.value = "";
      close();
    },
  };

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") move(-1);
    if (keys[event.key]?.(event) !== false && event.key in keys) event.preventDefault();
  });
  input.addEventListener("input", () => {
    const text = written();
    forget();
    answered = null;
    move(-1);
    if (text) timer = setTimeout(ask, PAUSE_MS, text);
    else close();
  });
  root.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = written();
    if (active >= 0) choose(items[active]);
    else if (text && (answered === text || (await ask(text))) && items.length) choose(items[0]);
  });
  root.addEventListener("focusout", (event) => { if (!root.contains(event.relatedTarget)) close(); });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(items[[...list.children].indexOf(option)]);
  });

  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
  input.after(said, list);
}
