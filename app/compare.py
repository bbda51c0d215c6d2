"""
Two areas beside each other: what is known of each, and whether the difference is more than the margins of both.

Both are of one geography, so that neither lies in the other and their answers are other people's: they are taken as
independent (`geo.comparison`). An area against the one that it lies in is told on its own page (`app.versus`).
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from app.brief import plain
from app.features import Collection
from app.identity import identify, name_of, page_of
from app.language import N_, _, ngettext
from app.listing import served
from app.place import PEOPLE
from app.state import City
from app.table import COUNTED, reliability
from app.table_page import measures
from app.versus import labels
from app.waterfall import spreads
from geo.acs import Estimate
from geo.comparison import SPREAD, compare, sampled
from geo.errors import BadQuery
from geo.indicators import REACH
from geo.method import RANKED
from geo.need import Basis, basis

SIDES: Final = ("a", "b")
INDEPENDENT: Final = N_(
    "The estimates of two areas of one kind come from different households, so they are taken as independent: a"
    " difference is significant where it is more than its own 90 % margin, the square root of the sum of both margins"
    " squared. Of areas that do not differ at all, one pair in ten would still be called different by chance."
)
VERDICTS: Final = {
    "a higher": N_("A is higher: significant at 90 %"),
    "b higher": N_("B is higher: significant at 90 %"),
    "not significant": N_("not significant at 90 %: they cannot be told apart"),
    "same": N_("the same"),
    "margin not known": N_("cannot be told: a margin is not known"),
    "not known": N_("cannot be told: one of the two is not known"),
}
"""What a difference can be called, and the same in words."""

COUNTED_VERDICTS: Final = {
    "a higher": N_("A is higher; counted, no margin"),
    "b higher": N_("B is higher; counted, no margin"),
}
"""The words for what was not tested, since it has no margin."""


def sides(city: City, of: str, typed: Mapping[str, str]) -> dict[str, str]:
    """
    The ids of the areas that are `typed` as `a` and `b`, by id or name.

    Raises
    ------
    NotFound, BadQuery
        One is no area of `of`; or both are the same.
    """
    ids = {side: identify(city, of, side, typed[side]) for side in SIDES}
    if len({*ids.values()}) < len(SIDES):
        words = _("a and b: found {name} twice, expected two different areas")
        raise BadQuery(words.format(name=name_of(city.collections[of], ids["a"])))
    return ids


def comparison(city: City, of: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """Everything that is said of two areas, by `ids` of `a` and `b`; what is not known is None."""
    collection = city.collections[of]
    rows = {side: plain(collection.frame.iloc[collection.rows[ids[side]]].drop("geometry")) for side in SIDES}
    known = city.collections["ntas"].kept("basis", lambda: basis(city.snapshot.table("adoption")))
    told = _measures(city, of, ids, rows, known)
    tested = [row for row in told if row["significant"] is not None]
    return {
        "of": of,
        **{side: _area(of, collection, ids[side], rows[side]) for side in SIDES},
        "ranked": int(collection.frame["gap_rank"].notna().sum()) if of in RANKED else None,
        "measures": told,
        "people": _people(rows),
        "tested": len(tested),
        "significant": sum(row["significant"] for row in tested),
        "independence": _(INDEPENDENT),
        **collection.constants,
    }


def summary(told: Mapping[str, Any]) -> str:
    """In how many measures two areas differ by more than chance, as a sentence."""
    tested = told["tested"]
    if not tested:
        return _("No measure of the survey has a margin for both, so that no difference can be tested.")
    return ngettext(
        "Of {tested} measure with margins, {significant} differs significantly at 90 %.",
        "Of {tested} measures with margins, {significant} differ significantly at 90 %.",
        tested,
    ).format(tested=tested, significant=told["significant"])


def _area(of: str, collection: Collection, id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    rank = {"place": "gap_rank", "low": "gap_rank_low", "high": "gap_rank_high", "tier": "tier", "p_top20": "p_top20"}
    return {
        "id": id,
        "name": name_of(collection, id),
        "borough": row["borough"],
        "page": page_of(of, id),
        "rank": {short: row[name] for short, name in rank.items()} | {"note": row["rank_note"]}
        if of in RANKED
        else None,
        "note": row["note"],
        "margin_note": row["margin_note"],
    }


def _measures(
    city: City, of: str, ids: Mapping[str, str], rows: Mapping[str, Mapping[str, Any]], known: Basis
) -> list[dict[str, Any]]:
    """A row for each measure: both values with their 90 % intervals and reliability, and the difference."""
    spread = {side: spreads(rows[side], known) for side in SIDES}
    for one in spread.values():
        one.loc[REACH.code] /= 100  # as a share, like the indicators
    apart = compare(spread["a"], spread["b"])
    sure = {side: _reliability(city, of, ids[side]) for side in SIDES}
    return [
        {
            "code": code,
            "label": _(label),
            "unit": unit,
            "from": "counted" if code == REACH.code else "survey",
            **{side: _told(spread[side].T[code]) | {"reliability": sure[side].get(code)} for side in SIDES},
            **_apart(apart.T[code], counted=code == REACH.code),
        }
        for code, (label, unit) in labels(known, city.manifest["method"]["walk_m"]).items()
    ]


def _reliability(city: City, of: str, id: str) -> dict[str, str | None]:
    """A word for each measure: how sure its value is as it is served, which is what the table says of it."""
    collection = city.collections[of]
    frame = pd.DataFrame(collection.frame.iloc[[collection.rows[id]]].drop(columns="geometry"))
    row = served(frame, [column for column in collection.table.columns if column.name in frame])
    words = {each.code: reliability(row, of, each).iloc[0] for each in measures(city) if each.unit != "people"}
    return words | {REACH.code: COUNTED if row[REACH.code].notna().all() else None}


def _people(rows: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Counts of people with their margins, and the differences."""
    spread = {}
    for side, row in rows.items():
        value = pd.Series({name: row[name] for name, _label, _surveyed in PEOPLE}, dtype=float)
        moe = pd.Series(
            {name: row[f"{name}_moe"] if surveyed else 0.0 for name, _label, surveyed in PEOPLE}, dtype=float
        )
        spread[side] = sampled(Estimate(value, moe))
    apart = compare(spread["a"], spread["b"])
    return [
        {
            "code": name,
            "label": _(label),
            "unit": "people",
            "from": "survey" if surveyed else "counted",
            **{side: _told(spread[side].T[name]) for side in SIDES},
            **_apart(apart.T[name], counted=not surveyed),
        }
        for name, label, surveyed in PEOPLE
    ]


def _told(spread: pd.Series) -> dict[str, float | None]:
    """A spread, None for what is not known."""
    return {name: None if np.isnan(spread[name]) else float(spread[name]) for name in SPREAD}


def _apart(found: pd.Series, *, counted: bool) -> dict[str, Any]:
    """The difference, a minus b, with its margin; whether it is significant, None where there is nothing to test."""
    difference, moe = (None if found[name] != found[name] else float(found[name]) for name in ("difference", "moe"))
    significant = None if counted or found["significant"] is None else bool(found["significant"])
    code = _verdict(difference, significant, counted=counted)
    words = VERDICTS | COUNTED_VERDICTS if counted else VERDICTS
    return {
        "difference": difference,
        "moe": None if counted else moe,
        "significant": significant,
        "verdict": _(words[code]),
        "verdict_code": code,
    }


def _verdict(difference: float | None, significant: bool | None, *, counted: bool) -> str:
    """What a difference is called."""
    if difference is None:
        return "not known"
    if not difference:
        return "same"
    if not counted and not significant:
        return "margin not known" if significant is None else "not significant"
    return "a higher" if difference > 0 else "b higher"
