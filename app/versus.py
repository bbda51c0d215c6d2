"""A place against its borough and the city, in numbers and in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from app.pages import count, share
from geo.comparison import compare
from geo.indicators import INDICATORS, REACH
from geo.need import Basis

CITY: Final = "the city"
MOST_FINDINGS: Final = 3
COUNTED: Final = "counted, no sampling error"
NO_MARGIN: Final = "significance cannot be told: no margin"
SURE: Final = {True: "a significant difference", False: "not a significant difference", None: NO_MARGIN}
SHORT: Final = {True: "significant", False: "not significant", None: "cannot be told: no margin"}


def labels(basis: Basis, walk_m: float) -> dict[str, tuple[str, str]]:
    """What is compared: code → its name and its unit, `share` or `points`."""
    shares = {indicator.code: (indicator.label, "share") for indicator in basis.indicators}
    beyond = f"Residents farther than {walk_m:g} m from working public access", "share"
    return {**shares, REACH.code: beyond, "need": ("Need, 0–100", "points"), "gap": ("Gap, 0–100", "points")}


def compared(
    here: pd.DataFrame, others: Mapping[str, pd.DataFrame], named: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """
    What is known of a place beside `others`, by their names; all as `app.waterfall.spreads` gives them.

    Returns
    -------
    compared
        A row for each of `named`: `code`, `label`, `unit`; `value`, `low`, `high` and `words` here; `against`, for
        each of `others` the same with its `name`, `difference` (here minus there), `moe` (the margin of that at 90 %),
        `significant` and `verdict`, None where one of the two is not known.
    """
    mine = _reach_as_share(here)
    theirs = {name: _reach_as_share(other) for name, other in others.items()}
    apart = {name: compare(mine, other).T for name, other in theirs.items()}
    return [
        {
            "code": code,
            "label": label,
            "unit": unit,
            **_valued(mine.T[code], unit),
            "against": [
                {"name": name, **_valued(other.T[code], unit), **_apart(apart[name][code], code)}
                for name, other in theirs.items()
            ],
        }
        for code, (label, unit) in named.items()
    ]


def findings(rows: Sequence[Mapping[str, Any]], compared: Sequence[Mapping[str, Any]]) -> list[str]:
    """The indicators, and the reach, that add most to the gap, each as a sentence against the city."""
    adds = {row["code"]: row["adds"] or 0.0 for row in rows if row["kind"] in ("indicator", "reach")}
    known = [row for row in compared if row["code"] in adds and row["value"] is not None]
    return [sentence(row) for row in sorted(known, key=lambda row: -adds[row["code"]])[:MOST_FINDINGS]]


def sentence(row: Mapping[str, Any]) -> str:
    """A row of `compared` against the city, in words."""
    told = {indicator.code: indicator.finding for indicator in INDICATORS}
    city = next(one for one in row["against"] if one["name"] == CITY)
    reach = f"of residents live {row['label'].removeprefix('Residents ')}"
    begin = f"{row['words']} {told.get(row['code'], reach)}"
    if city["difference"] is None:
        return f"{begin}; the city’s share is not known."
    if not city["difference"]:
        return f"{begin}, as in the city."
    sure = COUNTED if row["code"] == REACH.code else SURE[city["significant"]]
    return f"{begin}, {'higher' if city['difference'] > 0 else 'lower'} than the city’s {city['words']}: {sure}."


def _reach_as_share(spread: pd.DataFrame) -> pd.DataFrame:
    """`spread` with the residents beyond reach as a share, 0–1, like the indicators."""
    return pd.concat([spread.drop(index=REACH.code), spread.loc[[REACH.code]] / 100])


def _valued(spread: pd.Series, unit: str) -> dict[str, Any]:
    plain = {name: None if spread[name] != spread[name] else float(spread[name]) for name in ("value", "low", "high")}
    return {**plain, "words": _words(plain, unit)}


def _words(of: Mapping[str, float | None], unit: str) -> str:
    """`18.1 % ± 2.8` in points for a share, `87.8 (80.4 to 90.9)` for a score; what is counted has neither."""
    value, low, high = of["value"], of["low"], of["high"]
    amount = share(value).replace(" %", "\u00a0%") if unit == "share" else count(value, 1)
    if value is None or low is None or high is None or low == high:
        return amount
    if unit == "share":
        return f"{amount} ±\u00a0{count(50 * (high - low), 1)}"
    return f"{amount} ({count(low, 1)} to {count(high, 1)})"


def _apart(found: pd.Series, code: str) -> dict[str, Any]:
    difference, moe = (None if found[name] != found[name] else float(found[name]) for name in ("difference", "moe"))
    significant = None if found["significant"] is None else bool(found["significant"])
    verdict = None
    if difference is not None:
        sure = "counted" if code == REACH.code else SHORT[significant]
        verdict = f"{'higher' if difference > 0 else 'lower'} here, {sure}" if difference else "the same"
    return {"difference": difference, "moe": moe, "significant": significant, "verdict": verdict}
