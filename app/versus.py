"""A place against its borough and the city, in numbers and in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from app.language import N_, _
from app.wording import estimate
from geo.comparison import compare
from geo.indicators import INDICATORS, REACH
from geo.need import Basis

CITY: Final = "the city"
MOST_FINDINGS: Final = 3
ALIKE: Final = N_("{here}, as in the city.")
UNKNOWN: Final = N_("{here}; the city’s share is not known.")
HIGHER: Final = {
    True: N_("{here}, higher than the city’s {city}: a significant difference."),
    False: N_("{here}, higher than the city’s {city}: not a significant difference."),
    None: N_("{here}, higher than the city’s {city}: significance cannot be told: no margin."),
    "counted": N_("{here}, higher than the city’s {city}: counted, no sampling error."),
}
LOWER: Final = {
    True: N_("{here}, lower than the city’s {city}: a significant difference."),
    False: N_("{here}, lower than the city’s {city}: not a significant difference."),
    None: N_("{here}, lower than the city’s {city}: significance cannot be told: no margin."),
    "counted": N_("{here}, lower than the city’s {city}: counted, no sampling error."),
}
"""A finding against the city; `here` is a sentence such as `18.1 % of households have no broadband of any type`."""

HIGHER_HERE: Final = {
    True: N_("higher here, significant"),
    False: N_("higher here, not significant"),
    None: N_("higher here, cannot be told: no margin"),
    "counted": N_("higher here, counted"),
}
LOWER_HERE: Final = {
    True: N_("lower here, significant"),
    False: N_("lower here, not significant"),
    None: N_("lower here, cannot be told: no margin"),
    "counted": N_("lower here, counted"),
}


def labels(basis: Basis, walk_m: float) -> dict[str, tuple[str, str]]:
    """What is compared: code → its name in the language of the answer, and its unit, `share` or `points`."""
    shares = {indicator.code: (_(indicator.label), "share") for indicator in basis.indicators}
    beyond = _("Residents farther than {metres} m from working public access").format(metres=f"{walk_m:g}")
    scores = {"need": (_("Need, 0–100"), "points"), "gap": (_("Gap, 0–100"), "points")}
    return {**shares, REACH.code: (beyond, "share"), **scores}


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


def findings(rows: Sequence[Mapping[str, Any]], compared: Sequence[Mapping[str, Any]], walk_m: float) -> list[str]:
    """The indicators, and the reach, that add most to the gap, each as a sentence against the city."""
    adds = {row["code"]: row["adds"] or 0.0 for row in rows if row["kind"] in ("indicator", "reach")}
    known = [row for row in compared if row["code"] in adds and row["value"] is not None]
    return [sentence(row, walk_m) for row in sorted(known, key=lambda row: -adds[row["code"]])[:MOST_FINDINGS]]


def sentence(row: Mapping[str, Any], walk_m: float) -> str:
    """A row of `compared` against the city, in words."""
    told = {indicator.code: f"{{share}} {indicator.finding}" for indicator in INDICATORS}
    reach = N_("{share} of residents live farther than {metres} m from working public access")
    here = _(told.get(row["code"], reach)).format(share=row["words"], metres=f"{walk_m:g}")
    city = next(one for one in row["against"] if one["name"] == CITY)
    words = ALIKE
    if city["difference"] is None:
        words = UNKNOWN
    elif city["difference"]:
        sure = "counted" if row["code"] == REACH.code else city["significant"]
        words = (HIGHER if city["difference"] > 0 else LOWER)[sure]
    return _(words).format(here=here, city=city["words"])


def _reach_as_share(spread: pd.DataFrame) -> pd.DataFrame:
    """`spread` with the residents beyond reach as a share, 0–1, like the indicators."""
    return pd.concat([spread.drop(index=REACH.code), spread.loc[[REACH.code]] / 100])


def _valued(spread: pd.Series, unit: str) -> dict[str, Any]:
    plain = {name: None if spread[name] != spread[name] else float(spread[name]) for name in ("value", "low", "high")}
    return {**plain, "words": estimate(**plain, unit=unit)}


def _apart(found: pd.Series, code: str) -> dict[str, Any]:
    difference, moe = (None if found[name] != found[name] else float(found[name]) for name in ("difference", "moe"))
    significant = None if found["significant"] is None else bool(found["significant"])
    verdict = None
    if difference is not None:
        sure = "counted" if code == REACH.code else significant
        verdict = _((HIGHER_HERE if difference > 0 else LOWER_HERE)[sure]) if difference else _("the same")
    return {"difference": difference, "moe": moe, "significant": significant, "verdict": verdict}
