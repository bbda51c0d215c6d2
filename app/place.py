"""Why a place has its score: its parts, how sure they are, how they compare, who lives there and what is near."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from app.amounts import count
from app.brief import plain
from app.language import ENGLISH, N_, _, speech, spoken
from app.legend import banners
from app.pages import draw
from app.retold import worded
from app.said import sentenced, word
from app.state import READS, City
from app.surroundings import LAYERS, near
from app.versus import CITY, compared, findings, labels
from app.waterfall import lead, spreads, steps
from geo.crs import COORDINATE_DECIMALS
from geo.errors import NotFound
from geo.need import Basis, basis

KINDS: Final = {"ntas": N_("Neighborhood (NTA)"), "tracts": N_("Census tract")}
NOWHERE: Final = {
    "ntas": N_(
        "{id} is not a neighborhood; NTA codes have six characters; there are {n}, {first} to {last}: see {list}"
    ),
    "tracts": N_("{id} is not a census tract; GEOIDs have eleven digits; there are {n}, {first} to {last}: see {list}"),
}
PEOPLE: Final = (
    ("population", N_("Population"), True),
    ("residents", N_("Residents at tax lots"), False),
    ("people_without_broadband", N_("Without broadband at home"), True),
    ("people_beyond_reach", N_("Beyond reach of public access"), False),
    ("people_left_out", N_("Left out: both at once"), True),
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
    told = _told(city, geography, id)
    summary = summed_up(told["name"], told["steps"][-1], told["rank"], told["people"][-1])
    facts = {"summary": summary, "panel": panel, "banners": banners(city.manifest), "city": CITY}
    return draw("place_panel.html" if panel else "place.html", **told, **facts)


def place(city: City, geography: str, id: str) -> dict[str, Any]:
    """
    Everything that is said of the place `id` of a geography (`ntas` or `tracts`), in English; None is not known.

    Raises
    ------
    NotFound
        The snapshot has no such place.
    """
    with spoken(ENGLISH):
        return _told(city, geography, id)


def _told(city: City, geography: str, id: str) -> dict[str, Any]:
    """The same in the language of the answer."""
    collection, method = city.collections[geography], city.manifest["method"]
    if id not in collection.rows:
        ids, listed = collection.ids, f"/collections/{geography}/items"
        ends = {"n": count(len(ids)), "first": ids[0], "last": ids[-1]}
        raise NotFound(_(NOWHERE[geography]).format(id=repr(id), list=listed, **ends))
    at, frame, known = collection.rows[id], collection.frame, _basis(city)
    row = plain(frame.iloc[at].drop("geometry"))
    spread = spreads(row, known)
    made = [step | _source(city, known, step) for step in steps(row, spread, known)]
    others = {row["borough"]: _borough(city, known, row["borough"]), CITY: _whole(city, known)}
    versus = compared(spread, others, labels(known, method["walk_m"]))
    return {
        "id": id,
        "geography": geography,
        "kind": _(KINDS[geography]),
        "name": row["name"],
        "bbox": [float(edge) for edge in collection.bounds[at].round(COORDINATE_DECIMALS)],
        "borough": row["borough"],
        "community_district": {"id": row["cdta"], "name": row["cdta_name"]},
        "neighborhood": {"id": row["nta"], "name": row["nta_name"]} if geography == "tracts" else None,
        "tracts": _tracts(city, id) if geography == "ntas" else [],
        "note": row["note"] and worded(row["note"]),
        "margin_note": row["margin_note"] and worded(row["margin_note"]),
        "steps": made,
        "lead": lead(made, row["note"]),
        "findings": findings(made, versus, method["walk_m"]),
        "rank": _rank(row, frame),
        "compared": versus,
        "people": [_people(row, *named) for named in PEOPLE],
        "near": near(city, frame.geometry.iloc[at]),
        "walk_m": method["walk_m"],
        "not_in_score": [worded(reason) for reason in method["missing_indicators"].values()],
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
        "label": _(label),
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
    note = sentenced(worded(rank["note"])) if rank["note"] else ""
    if rank["place"] is None:
        return note
    named = {name: ordinal(rank[name]) for name in ("place", "low", "high") if rank[name] is not None}
    if rank["tier"] is None:
        words = _("Its place is {place} of {of}, the 1st being the widest gap, by the estimates alone.")
        return f"{words.format(of=count(rank['of']), **named)} {note}"
    words = _("Its place is {place}, 90\u00a0% interval {low} to {high} of {of}, the 1st being the widest gap.")
    return f"{among_widest(rank['p_top20'], rank['tier'])} {words.format(of=count(rank['of']), **named)}"


def among_widest(share: float, tier: str) -> str:
    """In how many draws a place is among the widest fifth, and the tier that this makes, as a sentence."""
    if share == 0:
        words = _("Among the widest fifth of gaps in no draw: {tier}.")
    elif share == 1:
        words = _("Among the widest fifth of gaps in all draws: {tier}.")
    elif share < FEW:
        words = _("Among the widest fifth of gaps in fewer than 1 of 100 draws: {tier}.")
    elif share > 1 - FEW:
        words = _("Among the widest fifth of gaps in more than 99 of 100 draws: {tier}.")
    else:
        words = _("Among the widest fifth of gaps in {n} of 100 draws: {tier}.")
    return words.format(n=count(100 * share), tier=_(tier))


def ordinal(place: float) -> str:
    """A place in an order: 1st, 2nd, 3rd, 4th; in other languages than English the number alone."""
    number = round(place)
    if speech().code != "en":
        return count(number)
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def summed_up(name: str, gap: Mapping[str, Any], rank: Mapping[str, Any], left_out: Mapping[str, Any]) -> str:
    """One sentence for those who hear it: the name, the gap, how sure its place is, and the people left out."""
    ends = {end: count(gap[end], 1) for end in ("score", "low", "high")}
    if gap["adds"] is None:
        wide = _("gap not known")
    elif gap["low"] is None:
        wide = _("gap {score} of 100, interval not known").format(**ends)
    else:
        wide = _("gap {score} of 100, 90\u00a0% interval {low} to {high}").format(**ends)
    place = rank["note"] and gap["adds"] is not None and worded(rank["note"])
    if tier := rank["tier"]:
        place = _("among the widest fifth of gaps: {tier}").format(tier=_(tier))
    people = {"people": count(left_out["value"]), "moe": count(left_out["moe"])}
    if left_out["value"] is None:
        out = _("people left out not known")
    elif left_out["moe"] is None:
        out = _("people left out: {people}, margin not known").format(**people)
    else:
        out = _("people left out: {people} ± {moe}").format(**people)
    parts = "; ".join(part for part in (wide, place, out) if part)
    return _("{name}: {parts}.").format(name=name, parts=parts)


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
            "title": word(entry["title"]),
            "vintage": entry["vintage"] or "not stated",
            "kind": entry["kind"],
            "not_real": entry["kind"] != "real",
        }
        for entry in city.manifest["datasets"]
        if entry["name"] in used
    ]
