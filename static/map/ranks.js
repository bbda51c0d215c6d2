// Where an area stands among all, how sure that is, and the cluster that it is in.
import { el, known, methods, number, percent, sentence } from "./words.js";

/** The rank by gap with its 90 % interval and tier, or why there is none; `ranked` areas have one. */
export function rank(p, ranked) {
  const place = known(p.gap_rank) ? `Rank ${number(p.gap_rank)} of ${number(ranked)} by gap, 1 the widest` : null;
  if (!place && !p.rank_note) return null;
  const line = known(p.gap_rank_low) && p.tier
    ? [`${place}; 90\u00a0% interval ${number(p.gap_rank_low)}–${number(p.gap_rank_high)}: `, el("strong", {}, p.tier), ". ",
        el("span", { class: "aside" }, "Top is the widest fifth. ")]
    : [[place, p.rank_note && sentence(p.rank_note)].filter(Boolean).join(". "), ". "];
  return el("p", { class: "rank" }, ...line, methods("ranks"));
}

/** The cluster of need in small print, with the share of draws in which its label survives. */
export function cluster(p) {
  if (!p.cluster) return null;
  const survives = known(p.cluster_survival_share)
    ? `this label survives in ${percent(p.cluster_survival_share, 0)} of draws of the survey`
    : "how often this label would survive another survey is not known";
  return el("p", { class: "cluster" }, `Cluster of need, exploratory: ${p.cluster}; ${survives}. `, methods("clusters"));
}
