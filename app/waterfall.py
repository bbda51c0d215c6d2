"""
How a gap adds up: indicators → dimensions → need and beyond reach → gap, as rows and as bars.

Every row adds points to the gap: its weight times its score. The indicators of a dimension add up to it, the dimensions
to need's part, and need's part and that of beyond reach to the gap.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from babel.lists import format_list

from app.amounts import count
from app.language import N_, _, locale, speech
from app.retold import worded
from geo import acs
from geo.comparison import SPREAD, mean, sampled, scaled
from geo.gaps import WEIGHTS
from geo.indicators import NEED, REACH, Dimension, Indicator
from geo.need import Basis

MADE: Final = ("share", "moe_share")
ADDED: Final = ("adds", "start", "end")
"""What a step has only where the gap is known."""

NO_COMMA: Final = "en_001"
"""The locale by whose rules lists are written in English: without a comma before the last."""


def spreads(row: Mapping[str, Any], basis: Basis) -> pd.DataFrame:
    """
    The spreads (`geo.comparison`) of everything that a place can be compared by.

    Returns
    -------
    spreads
        Indexed by the indicators of `basis` (shares, 0–1), its dimensions, `beyond_reach`, `need` and `gap` (0–100).
        Need and gap have their published intervals; the city as a whole has none, so that its own follow from the
        margins of its shares.
    """
    codes = [*basis.ratios]
    share, moe = (pd.Series([row[f"{code}_{of}"] for code in codes], codes, dtype=float) for of in MADE)
    shares = sampled(acs.Estimate(share, moe))
    scores = indicator_scores(shares, basis)
    parts = {name: mean(scores.loc[codes], pd.Series(1.0, index=codes)) for name, codes in basis.members.items()}
    parts[REACH.code] = pd.Series(row[REACH.code], [*SPREAD], dtype=float)
    dimensions, weights = pd.DataFrame(parts).T, pd.Series(WEIGHTS)
    for name, of in (("need", basis.dimensions), ("gap", [*basis.dimensions, REACH.code])):
        if f"{name}_low" in row:
            parts[name] = pd.Series([row[name], row[f"{name}_low"], row[f"{name}_high"]], [*SPREAD], dtype=float)
        else:
            parts[name] = mean(dimensions.loc[of], weights[of])
    table = pd.DataFrame(parts).T
    table.loc[[name for name in parts if row[name] is None]] = float("nan")
    return pd.concat([shares, table])


def indicator_scores(shares: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """The spreads of the indicators of `basis` between their goalposts, 0–100."""
    return scaled(shares, {indicator.code: indicator.goalposts for indicator in basis.indicators})


def steps(row: Mapping[str, Any], known: pd.DataFrame, basis: Basis) -> list[dict[str, Any]]:
    """
    The rows of the waterfall, top down.

    Parameters
    ----------
    row, known
        What is published of a place, and its spreads.

    Returns
    -------
    steps
        `kind` (indicator, dimension, reach, need or gap), `code`, `label`; `score` (0–100) with `low` and `high`, the
        ends of its 90 % interval; `weight` in the gap (0–1); `adds`, points of the gap; `start` and `end`, where its
        bar lies between 0 and 100, and `most`, where it would end at a score of 100; without a gap nothing adds.
        Indicators have `share`, `moe_share` and `reliability` too. What is not known is None.
    """
    dimensions = [*basis.dimensions, REACH.code]
    whole = sum(WEIGHTS[name] for name in dimensions)
    weights = {name: WEIGHTS[name] / whole for name in dimensions}
    scores = indicator_scores(known.loc[[*basis.ratios]], basis)
    made: list[dict[str, Any]] = []
    at = 0.0
    for dimension in (one for one in NEED if one.code in basis.members):
        weight, codes = weights[dimension.code], basis.members[dimension.code]
        made.append(_step("dimension", dimension, known, weight, at))
        for indicator in (one for one in basis.indicators if one.code in codes):
            step = _step("indicator", indicator, scores, weight / len(codes), at)
            made.append(step | {of: row[f"{indicator.code}_{of}"] for of in (*MADE, "reliability")})
            at += step["adds"] or 0.0
    made.append(
        _step("need", Dimension("need", N_("Need")), known, sum(weights[name] for name in basis.dimensions), 0.0)
    )
    made.append(_step("reach", REACH, known, weights[REACH.code], at))
    made.append(_step("gap", Dimension("gap", N_("Gap")), known, 1.0, 0.0))
    return made if row["gap"] is not None else [step | dict.fromkeys(ADDED) for step in made]


def _step(kind: str, of: Dimension | Indicator, known: pd.DataFrame, weight: float, start: float) -> dict[str, Any]:
    score, low, high = (None if value != value else float(value) for value in known.T[of.code])
    adds = None if score is None else weight * score
    return {
        "kind": kind,
        "code": of.code,
        "label": _(of.label),
        "score": score,
        "low": low,
        "high": high,
        "weight": weight,
        "adds": adds,
        "start": start,
        "end": None if adds is None else start + adds,
        "most": start + 100 * weight,
    }


def lead(rows: Sequence[Mapping[str, Any]], note: str | None) -> str:
    """What the gap is and what adds to it, most first, as sentences; or why it is not known."""
    gap = rows[-1]
    if gap["adds"] is None:
        why = worded(note) if note else _("a part of it is not known here")
        return _("The gap is not known: {reason}.").format(reason=why)
    parts = sorted((row for row in rows if row["kind"] in ("dimension", "reach")), key=lambda row: -row["adds"])
    told = [_(added(row["code"])).format(points=count(row["adds"], 1)) for row in parts]
    listed = format_list(told, locale=NO_COMMA if speech().code == "en" else locale())
    return " ".join([sure(gap), _("Of its points, {parts}.").format(parts=listed)])


def sure(gap: Mapping[str, Any]) -> str:
    """A gap that is known, with its interval, as a sentence."""
    ends = {name: count(gap[name], 1) for name in ("score", "low", "high")}
    if gap["low"] is None:
        return _("The gap is {score} of 100 (interval not known).").format(**ends)
    return _("The gap is {score} of 100 (90\u00a0% interval {low} to {high}).").format(**ends)


def added(code: str) -> str:
    """What a dimension adds to the gap, as it is listed in app/phrases.py: `no computer at home adds {points}`."""
    label = next(dimension.label for dimension in (*NEED, REACH) if dimension.code == code)
    return f"{label[0].lower()}{label[1:]} adds {{points}}"
