"""Why a place has its score: its parts, how sure they are, how they compare, who lives there and what is near."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from app.brief import plain
from app.legend import banners
from app.pages import TEMPLATES, count
from app.state import READS, City
from app.surroundings import LAYERS, near
from app.versus import CITY, compared, findings, labels
from app.waterfall import lead, spreads, steps
from geo.errors import NotFound
from geo.need import Basis, basis

KINDS: Final = {"ntas": "Neighborhood (NTA)", "tracts": "Census tract"}
CODES: Final = {
    "ntas": "a neighborhood; NTA codes have six characters",
    "tracts": "a census tract; GEOIDs have eleven digits",
}
PEOPLE: Final = (
    ("population", "Population", True),
    ("residents", "Residents at tax lots", False),
    ("people_without_broadband", "Without broadband at home", True),
    ("people_beyond_reach", "Beyond reach of public access", False),
    ("people_left_out", "Left out: both at once", True),
)
"""Counts of people: the property, its name, and whether it is an estimate of the survey."""

FEW: Final = 0.005
"""A share of draws that is smaller, or as near to all, is not rounded to none or to all."""


def draw_place(city: City, geography: str, id: str, *, panel: bool = False) -> str:
    """
    The HTML of a place, which prints on one sheet; for a `panel` the article alone.

    Raises
    ------
    NotFound
        The snapshot has no such place.
    """
    told = place(city, geography, id)
    template = TEMPLATES.get_template("place_panel.html" if panel else "place.html")
    return template.render(**told, panel=panel, banners=banners(city.manifest))


def place(city: City, geography: str, id: str) -> dict[str, Any]:
    """
    Everything that is said of the place `id` of a geography (`ntas` or `tracts`); what is not known is None.

    Raises
    ------
    NotFound
        The snapshot has no such place.
    """
    collection, method = city.collections[geography], city.manifest["method"]
    if id not in collection.rows:
        ids = collection.ids
        raise NotFound(
            f"{id!r} is not {CODES[geography]}; there are {len(ids):,}, {ids[0]} to {ids[-1]}: see"
            f" /collections/{geography}/items"
        )
    at, frame, known = collection.rows[id], collection.frame, _basis(city)
    row = plain(frame.iloc[at].drop("geometry"))
    spread = spreads(row, known)
    made = [step | _source(city, known, step) for step in steps(row, spread, known)]
    others = {row["borough"]: _borough(city, known, row["borough"]), CITY: _whole(city, known)}
    versus = compared(spread, others, labels(known, method["walk_m"]))
    return {
        "id": id,
        "geography": geography,
        "kind": KINDS[geography],
        "name": row["name"],
        "borough": row["borough"],
        "community_district": {"id": row["cdta"], "name": row["cdta_name"]},
        "neighborhood": {"id": row["nta"], "name": row["nta_name"]} if geography == "tracts" else None,
        "tracts": _tracts(city, id) if geography == "ntas" else [],
        "note": row["note"],
        "margin_note": row["margin_note"],
        "steps": made,
        "lead": lead(made, row["note"]),
        "findings": findings(made, versus),
        "rank": _rank(row, frame),
        "compared": versus,
        "people": [_people(row, *named) for named in PEOPLE],
        "near": near(city, frame.geometry.iloc[at]),
        "walk_m": method["walk_m"],
        "not_in_score": [*method["missing_indicators"].values()],
        "sources": _sources(city, geography),
        "method_version": method["version"],
        "snapshot": city.snapshot.id,
    }


def _basis(city: City) -> Basis:
    """What this snapshot is scored by, read once."""
    return city.collections["ntas"].kept("basis", lambda: basis(city.snapshot.table("adoption")))


def _borough(city: City, known: Basis, name: str) -> pd.DataFrame:
    boroughs = city.collections["boroughs"]
    return boroughs.kept(
        ("spreads", name), lambda: spreads(plain(boroughs.frame.iloc[boroughs.rows[name]].drop("geometry")), known)
    )


def _whole(city: City, known: Basis) -> pd.DataFrame:
    return city.collections["boroughs"].kept(CITY, lambda: spreads(plain(pd.Series({**city.whole})), known))


def _tracts(city: City, nta: str) -> list[dict[str, str]]:
    """The tracts of a neighborhood, each by the number that tells it from the others of its borough."""
    frame = city.collections["tracts"].frame
    mine = frame[frame["nta"] == nta]
    return [
        {"id": id, "name": name.removeprefix(f"{borough} tract ")}
        for id, name, borough in zip(mine["geoid"], mine["name"], mine["borough"], strict=True)
    ]


def _people(row: Mapping[str, Any], name: str, label: str, surveyed: bool) -> dict[str, Any]:
    return {
        "code": name,
        "label": label,
        "value": row[name],
        "moe": row[f"{name}_moe"] if surveyed else None,
        "from": "survey" if surveyed else "counted",
    }


def _rank(row: Mapping[str, Any], frame: pd.DataFrame) -> dict[str, Any]:
    names = {"gap_rank": "place", "gap_rank_low": "low", "gap_rank_high": "high", "p_top20": "p_top20", "tier": "tier"}
    told = {short: row[name] for name, short in names.items()}
    told |= {"of": int(frame["gap_rank"].notna().sum()), "note": row["rank_note"]}
    return {**told, "words": rank_words(told)}


def rank_words(rank: Mapping[str, Any]) -> str:
    """Where a place stands in the order of gaps, as sentences."""
    note = f"{rank['note'][0].upper()}{rank['note'][1:]}." if rank["note"] else ""
    if rank["place"] is None:
        return note
    place, of = f"Its place is {ordinal(rank['place'])}", f"of {count(rank['of'])}, the 1st being the widest gap"
    if rank["tier"] is None:
        return f"{place} {of}, by the estimates alone. {note}"
    low, high = ordinal(rank["low"]), ordinal(rank["high"])
    return (
        f"Among the widest fifth of gaps in {draws(rank['p_top20'])}: {rank['tier']}. {place},"
        f" 90\u00a0% interval {low} to {high} {of}."
    )


def draws(share: float) -> str:
    """A share of draws in words: `97 of 100 draws`."""
    if share in (0, 1):
        return "all draws" if share else "no draw"
    if share < FEW:
        return "fewer than 1 of 100 draws"
    return "more than 99 of 100 draws" if share > 1 - FEW else f"{100 * share:.0f} of 100 draws"


def ordinal(place: float) -> str:
    """A place in an order: 1st, 2nd, 3rd, 4th."""
    number = round(place)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _source(city: City, known: Basis, step: Mapping[str, Any]) -> dict[str, str | None]:
    """Where a step is from and of when; what follows from other steps has no source of its own."""
    vintages = {entry["name"]: entry["vintage"] or "date not stated" for entry in city.manifest["datasets"]}
    if step["kind"] == "indicator":
        tables = sorted({name.partition("_")[0] for name in known.ratios[step["code"]].variables})
        return {"source": f"ACS {', '.join(tables)}", "vintage": vintages["adoption"]}
    if step["kind"] == "reach":
        counts = [name for name in ("lots", "kiosks", "facilities") if name in vintages]
        return {"source": ", ".join(counts), "vintage": "; ".join(f"{name}: {vintages[name]}" for name in counts)}
    return {"source": None, "vintage": None}


def _sources(city: City, geography: str) -> list[dict[str, Any]]:
    """The datasets that the numbers are from, with their vintages, and whether they are real."""
    used = {*READS[geography], *LAYERS}
    return [
        {
            "dataset": entry["name"],
            "title": entry["title"],
            "vintage": entry["vintage"] or "not stated",
            "kind": entry["kind"],
            "not_real": entry["kind"] != "real",
        }
        for entry in city.manifest["datasets"]
        if entry["name"] in used
    ]
