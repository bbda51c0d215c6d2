"""The page of two areas beside each other: the form that chooses them, a pair of intervals for each measure, words."""

from collections.abc import Mapping
from math import inf
from typing import Any, Final
from urllib.parse import urlencode

from app.amounts import count, share
from app.compare import SIDES, summary
from app.identity import GEOGRAPHIES, names
from app.language import _
from app.legend import banners
from app.pages import draw
from app.said import sentenced
from app.state import City
from app.wording import change, estimate

TOPS: Final = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
"""Where the scale of a share may end: at the first that is beyond both intervals."""

FILES: Final = {"json": "JSON", "csv": "CSV"}


def draw_compare(
    city: City,
    of: str,
    typed: Mapping[str, str],
    told: Mapping[str, Any] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> str:
    """
    The HTML of the page.

    Parameters
    ----------
    typed
        What stands in the fields `a` and `b`.
    told
        The comparison (`app.compare.comparison`), None where there is nothing to compare yet.
    wrong
        What is wrong with a field, or with both (`""`).
    """
    query = {"of": of, **{side: told[side]["id"] for side in SIDES}} if told else {}
    return draw(
        "compare.html",
        of=of,
        geographies=[(name, _(all_of), address({"of": name})) for name, (all_of, *_rest) in GEOGRAPHIES.items()],
        typed={side: told[side]["name"] if told else typed.get(side, "") for side in SIDES},
        places=sorted(names(city.collections[of])),
        wrong={name: sentenced(words) for name, words in (wrong or {}).items()},
        told=told,
        summary=summary(told) if told else "",
        rows=[_row(row) for row in told["measures"]] if told else [],
        people=[_row(row) for row in told["people"]] if told else [],
        ranks=_ranks(told) if told and told["ranked"] is not None else None,
        files=[(title, address({**query, "f": form})) for form, title in FILES.items()],
        banners=banners(city.manifest),
    )


def address(query: Mapping[str, str]) -> str:
    """The address of a comparison."""
    return f"/compare?{urlencode(query)}"


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the comparison in words, with the chart of its two intervals."""
    unit = row["unit"]
    told = {side: estimate(row[side]["value"], row[side]["low"], row[side]["high"], unit) for side in SIDES}
    return {
        **row,
        **{f"{side}_words": told[side] for side in SIDES},
        **{f"{side}_sure": _sure(row, side) for side in SIDES},
        "difference_words": change(row["difference"], row["moe"], unit),
        "chart": _chart(row, told) if unit != "people" else None,
    }


def _sure(row: Mapping[str, Any], side: str) -> str:
    """How sure a value is, in a word or two."""
    if row[side]["value"] is None:
        return ""
    if row["from"] == "counted":
        return _("counted")
    if row[side]["low"] is None:
        return _("margin not known")
    reliability = row[side].get("reliability")
    return _(reliability) if reliability else ""


def _chart(row: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, Any] | None:
    """Two intervals over one scale, in hundredths of its length; None where neither value is known."""
    known = [side for side in SIDES if row[side]["value"] is not None]
    if not known:
        return None
    farthest = max(_end(row[side], "high") for side in known)
    top = 100.0 if row["unit"] == "points" else next((top for top in TOPS if top >= min(farthest, 1.0)), 1.0)
    marks = {
        side: {end: round(100 * min(max(_end(row[side], end) / top, 0), 1), 2) for end in ("value", "low", "high")}
        for side in known
    }
    scale = share(top, 0) if row["unit"] == "share" else count(top)
    label = _("{label}: A {a}, B {b}; the scale goes from 0 to {top}")
    return {
        "marks": marks,
        "top": scale,
        "label": label.format(label=row["label"], a=told["a"], b=told["b"], top=scale),
    }


def _end(spread: Mapping[str, float | None], end: str) -> float:
    """An end of an interval, the value itself where the interval is not known."""
    found = spread[end] if spread[end] is not None else spread["value"]
    return -inf if found is None else found


def _ranks(told: Mapping[str, Any]) -> dict[str, Any]:
    """Where both stand in the order of gaps, and whether that tells them apart."""
    ranks = {side: told[side]["rank"] for side in SIDES}
    words = _("It cannot be told whose place is nearer to the widest gap: one of the two has no interval.")
    if all(rank["low"] is not None for rank in ranks.values()):
        apart = ranks["a"]["high"] < ranks["b"]["low"] or ranks["b"]["high"] < ranks["a"]["low"]
        words = _("Their intervals of rank overlap: which of the two has the wider gap, their ranks do not tell.")
        if apart:
            words = _("Their intervals of rank do not overlap.")
    return {
        "words": words,
        **{
            side: {
                "place": _("{place} of {of}").format(place=count(rank["place"]), of=count(told["ranked"]))
                if rank["place"] is not None
                else _("not ranked"),
                "interval": _("{low} to {high}").format(low=count(rank["low"]), high=count(rank["high"]))
                if rank["low"] is not None
                else _("not known"),
                "tier": _(rank["tier"]) if rank["tier"] else _("no tier"),
                "note": rank["note"] or "",
            }
            for side, rank in ranks.items()
        },
    }
