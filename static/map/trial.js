// Other weights and another reach: sliders whose scores the server works out, beside what they do to the published tiers.
import { spoken, t, tn } from "../words.js";
import { answer } from "./answer.js";
import { SCORES } from "./areas.js";
import { el, known, number, percent } from "./words.js";

const PAUSE_MS = 40;
const MARGINS = ["need_low", "need_high", "gap_low", "gap_high", "gap_rank", "gap_rank_low", "gap_rank_high"];
const MOST_LISTED = 12;

const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}.`;

const equal = (terms, declared) => terms.walk_m === declared.walk_m
  && Object.values(terms.weights).every((weight, _, all) => weight === all[0]);

/** The address of the scores of `geography` under `terms`. */
export const address = (geography, { weights, walk_m }) =>
  spoken(`/score?${new URLSearchParams({ geography, ...weights, walk_m })}`);

/** `feature` as it would be under a tried score: without intervals and ranks, which are of the published one. */
export function scored(properties, found) {
  return { ...properties, ...Object.fromEntries(MARGINS.filter((name) => name in properties).map((name) => [name, null])),
    ...Object.fromEntries(SCORES.map((name) => [name, found?.[name] ?? null])), tier: found?.tier ?? null, tried: true };
}

function columns({ areas }) {
  return new Map(areas.id.map((id, row) => [id, Object.fromEntries([...SCORES, "tier"].map((name) => [name, areas[name][row]]))]));
}

function movement({ moved, kept_tiers_share: kept, note }, link) {
  const moves = moved.length ? tn(moved.length, "{n} area moves:", "{n} areas move:", { n: number(moved.length) }) : t("No area moves.");
  const verdict = known(kept)
    ? el("p", { class: "verdict" }, el("strong", {}, t("These weights keep {share} of the published tiers.", { share: percent(kept, 0) })),
      " ", moves)
    : el("p", { class: "verdict" }, sentence(t(note)));
  const listed = moved.slice(0, MOST_LISTED).map((each) => el("li", {}, link(each), `: ${t(each.from)} → ${t(each.to)}`));
  const more = moved.length - listed.length;
  return [verdict, el("ul", { class: "moved" }, ...listed, more > 0 ? el("li", {}, t("and {number} more", { number: number(more) })) : null)];
}

/**
 * Sliders in `root` for `facts.dimensions` and `facts.radii`.
 *
 * `apply(now, found)` is called with how it stands: "asking", "tried" with a map of scores by area id, or with null
 * "published" or "failed". `changed()` is called when somebody has moved a slider, `geography()` says which areas are
 * shown, `link(area)` gives an element that leads to one. The result has `terms()`, `set(terms)` and `refresh()`.
 */
export function trial(root, facts, { apply, geography, link, changed }) {
  const declared = { weights: Object.fromEntries(facts.dimensions.map(({ code }) => [code, 1])), walk_m: facts.walk_m };
  const fields = new Map();
  const told = el("div", { role: "status", "aria-live": "polite", class: "told" });
  const back = el("button", { type: "button", class: "back", hidden: "" }, t("Back to the published score"));
  let waiting = null;
  let asked = null;

  const terms = () => ({
    weights: Object.fromEntries(facts.dimensions.map(({ code }) => [code, Number(fields.get(code).value)])),
    walk_m: Number(fields.get("walk_m").value),
  });

  function show({ weights, walk_m }) {
    for (const { code } of facts.dimensions) fields.get(code).value = weights[code] ?? 1;
    fields.get("walk_m").value = String(walk_m);
    label();
  }

  function label() {
    const { weights } = terms();
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    for (const { code } of facts.dimensions) {
      const words = percent(total ? weights[code] / total : 0, 0);
      fields.get(code).setAttribute("aria-valuetext", t("{share} of the gap", { share: words }));
      fields.get(code).nextElementSibling.textContent = words;
    }
  }

  async function ask() {
    asked?.abort();
    const wanted = terms();
    const published = equal(wanted, declared);
    back.hidden = published;
    if (published || geography() === "boroughs") {
      told.replaceChildren(published ? "" : t("Weights are tried on neighborhoods and tracts: choose one of them above."));
      return apply("published", null);
    }
    asked = new AbortController();
    const { signal } = asked;
    apply("asking");
    const found = await answer(address(geography(), wanted), "json", { signal }).catch((error) => error);
    if (signal.aborted) return undefined;
    if (found instanceof Error) return fail(found);
    told.replaceChildren(...movement(found, link));
    return apply("tried", columns(found));
  }

  function fail({ message }) {
    const again = el("button", { type: "button" }, t("Try again"));
    again.addEventListener("click", () => {
      back.focus(); // the button goes away
      ask();
    });
    const words = t("Not scored: {reason}. The map shows the published score.", { reason: message });
    told.replaceChildren(el("p", { class: "failed" }, words, " ", again));
    apply("failed", null);
  }

  function later() {
    label();
    clearTimeout(waiting);
    waiting = setTimeout(() => { changed(); ask(); }, PAUSE_MS);
  }

  for (const { code, label: words } of facts.dimensions) {
    const range = el("input", { type: "range", id: `weight-${code}`, min: "0", max: "4", step: "0.25", value: "1" });
    fields.set(code, range);
    range.addEventListener("input", later);
    root.append(el("div", { class: "weight" }, el("label", { for: range.id }, words), range, el("output", { for: range.id })));
  }
  const radius = el("select", { id: "walk" }, ...facts.radii.map((metres) => {
    const words = { number: number(metres) };
    return el("option", { value: String(metres) }, metres === facts.walk_m ? t("{number} m, as published", words) : t("{number} m", words));
  }));
  fields.set("walk_m", radius);
  radius.addEventListener("change", later);
  back.addEventListener("click", () => { show(declared); changed(); ask(); });
  root.append(el("div", { class: "weight" }, el("label", { for: "walk" }, t("Reach counts within")), radius), back, told);
  show(declared);
  return {
    declared,
    terms: () => (equal(terms(), declared) ? null : terms()),
    set: (wanted) => { show(wanted ?? declared); return ask(); },
    refresh: ask,
  };
}
