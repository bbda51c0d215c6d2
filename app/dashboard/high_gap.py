"""Schools and computer centres in the neighborhoods whose gap is clearly among the widest."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from app.dashboard.figures import address, dates, items, made_up, why_absent
from app.language import _
from app.state import City
from geo.areas import positions
from geo.ranks import NOT_SCORED, TIERS

LEAST_SHARE, TOP = TIERS[0]
"""The least probability of being among the widest fifth for the tier that counts as high, and that tier."""

SITES: Final = ("schools", "facilities")


def high_gap(city: City) -> dict[str, Any]:
    """
    What the section says.

    Returns
    -------
    high_gap
        `reason`, why no tier is published, None where there is one; `tier` and `likely`, what is meant by high;
        `boroughs`, a row for each that has such a neighborhood, and `all`: `neighborhoods` (`name`, `href`), `table`,
        and of each of `SITES` the `number`, its `href`, and of centres `open`; `sites`, of each whether it is `known`,
        `reason`, `dates`, `made_up` and `unplaced`; `untiered`, how many scored neighborhoods have no tier.
    """
    frame = city.collections["ntas"].frame
    scored = frame[frame["gap"].notna()]
    top = frame[frame["tier"] == TOP]
    placed: dict[str, pd.DataFrame] = {name: _placed(city, name) for name in SITES if name in city.collections}
    boroughs = sorted({*top["borough"]})
    return {
        "reason": _reason(scored, frame) if scored["tier"].isna().all() else None,
        "tier": _(TOP),
        "likely": LEAST_SHARE,
        "table": address("/table", {"of": "ntas", "tier": TOP}),
        "boroughs": [_row(city, name, top[top["borough"] == name], placed) for name in boroughs],
        "all": _row(city, "", top, placed),
        "sites": {name: _site(city, name, placed.get(name)) for name in SITES},
        "untiered": int(scored["tier"].isna().sum()),
    }


def _reason(scored: pd.DataFrame, frame: pd.DataFrame) -> str:
    """Why no neighborhood has a tier: what is said of most that have a score, or of most where none has one."""
    notes = (scored if len(scored) else frame)["rank_note"].mode()
    return _(notes[0] if len(notes) else NOT_SCORED)


def _placed(city: City, name: str) -> pd.DataFrame:
    """The sites that have a place, with the neighborhood that each lies in; off the shoreline, the nearest."""
    ntas, sites = city.collections["ntas"].frame, city.collections[name].frame
    there = sites[sites.geometry.notna()]
    return pd.DataFrame(there.assign(nta=ntas["nta"].to_numpy()[positions(there, ntas)]))


def _row(city: City, borough: str, ntas: pd.DataFrame, placed: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    query = {"of": "ntas", "tier": TOP} | ({"borough": borough} if borough else {})
    row: dict[str, Any] = {
        "name": borough,
        "neighborhoods": [
            {"name": name, "href": f"/nta/{nta}"} for nta, name in ntas[["nta", "name"]].itertuples(index=False)
        ],
        "table": address("/table", query),
    }
    for name, sites in placed.items():
        inside = sites[sites["nta"].isin(ntas["nta"])]
        row[name] = {
            "number": len(inside),
            "href": items(city, name, inside[city.collections[name].table.key]),
            "open": int(inside["open_to_all_ages"].sum()) if name == "facilities" else None,
        }
    return row


def _site(city: City, name: str, placed: pd.DataFrame | None) -> dict[str, Any]:
    if placed is None:
        return {"known": False, "reason": why_absent(city, name)}
    return {
        "known": True,
        "reason": None,
        "dates": dates(city, name),
        "made_up": made_up(city, name),
        "unplaced": len(city.collections[name].frame) - len(placed),
    }
