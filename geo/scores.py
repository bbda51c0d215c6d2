"""
From checked tables to the scored city: areas of four sizes and developments, each with everything known of it.

`score_city` is the whole method in order; each step is a function of its own module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import areas, developments
from geo.acs import Estimate, total_by_group
from geo.gaps import score
from geo.indicators import POPULATION, REACH
from geo.method import WALK_M
from geo.need import Basis, basis, counts_by, first_known, needs
from geo.residents import spread
from geo.supply import lots_to_sites_m, sites, supply
from geo.tables import first_reason

PEOPLE: Final = ("people_without_broadband", "people_left_out")


@dataclass(frozen=True)
class Scored:
    """The scored tables by name, which indicators went into them, and what whoever reads them must know."""

    tables: dict[str, gpd.GeoDataFrame]
    basis: Basis
    notes: tuple[str, ...]


def score_city(tables: Mapping[str, pd.DataFrame], *, walk_m: float = WALK_M, as_of: str) -> Scored:
    """
    Score every tract, NTA, borough, the city, and every development.

    Parameters
    ----------
    tables
        By name, as `geo.tables` has them: `tracts`, `adoption` and `lots`; `kiosks`, `facilities` and
        `developments` where the snapshot has them.
    walk_m
        The radius of supply, in metres.
    as_of
        The ISO date on which eligibility is judged.

    Returns
    -------
    scored
        Tables `tracts`, `ntas`, `boroughs`, `city`, and `developments` where it was given; all in EPSG:4326.
    """
    tracts = areas.nested(tables["tracts"])
    surveyed = f"{tables['adoption']['geography'].iloc[0]}s"
    adoption = tables["adoption"].set_index("place").drop(columns="geography")
    found = basis(adoption)
    lots, notes = with_residents(areas.locate(tables["lots"], tracts), adoption, surveyed)
    metres = lots_to_sites_m(lots, tables)
    parts = [*found.dimensions, *([REACH.code] if "any" in metres else [])]
    scores = {
        name: score_areas(
            survey_of(name, tracts, adoption, surveyed, found),
            supply(metres, lots["residents"], lots[key], walk_m),
            parts,
        )
        for name, key in areas.KEYS.items()
    }
    scores = with_people_left_out(scores, surveyed, tracts)
    scored = {name: areas.outlined(frame, name, tracts) for name, frame in scores.items()}
    if "developments" in tables:
        scored["developments"] = developments.score(
            tables["developments"],
            lots,
            metres.get("any"),
            area=lots[areas.KEYS[surveyed]],
            place=scores[surveyed],
            sites=sites(tables),
            city_need=float(scores["city"]["need"].iloc[0]),
            walk_m=walk_m,
            as_of=as_of,
        )
    return Scored(scored, found, notes)


def with_residents(
    lots: gpd.GeoDataFrame, adoption: pd.DataFrame, surveyed: str
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """
    `lots` (with the keys of their areas) with residents: upstream's, or the surveyed areas' people spread by homes.

    People of areas without lots are placed nowhere; the notes say how many they are.
    """
    if lots["residents"].notna().any():
        return lots, ()
    key = areas.KEYS[surveyed]
    people = first_known(adoption, POPULATION).value
    placed = lots.assign(residents=spread(lots["units"], lots[key], people))
    nowhere = float(people[~people.index.isin(lots[key])].sum())
    note = f"{nowhere:,.0f} people live where no residential lot is known: reach does not count them"
    return placed, (note,) if nowhere else ()


def survey_of(
    geography: str, tracts: pd.DataFrame, adoption: pd.DataFrame, surveyed: str, found: Basis
) -> pd.DataFrame:
    """What the survey says of the areas of a geography; of areas smaller than the survey's nothing, and the reason."""
    if geography == "tracts" and surveyed == "ntas":
        nothing = pd.DataFrame(np.nan, index=pd.Index(tracts["geoid"]), columns=adoption.columns)
        return needs(nothing, found).assign(survey_note="the survey file of this snapshot is by NTA, not by tract")
    return needs(counts_by(adoption, areas.members(tracts, surveyed, geography)), found)


def score_areas(survey: pd.DataFrame, reach: pd.DataFrame, parts: list[str]) -> pd.DataFrame:
    """
    Need, supply and gap beside everything that they are made of.

    Parameters
    ----------
    survey, reach
        As `geo.need.needs` and `geo.supply.supply` give them, indexed by the key of the same geography; areas that
        `reach` lacks have no residential lot.
    parts
        The dimensions that the snapshot has.
    """
    frame = survey.join(reach)
    settled = pd.Series(frame.index.isin(reach.index), index=frame.index)
    frame["residents"] = frame["residents"].where(settled, 0.0)
    frame[REACH.code] = 100 * (1 - frame["reach_share"])
    frame["people_beyond_reach"] = frame["residents"] * (1 - frame["reach_share"])
    frame = frame.join(score(frame[parts]))
    reach_note = first_reason(
        frame.index,
        (~settled, "no residential lots here"),
        (frame["residents"].isna(), "it is not known how many people live at the residential lots here"),
        (frame["residents"] == 0, "nobody lives at the residential lots here"),
        (frame["reach_share"].isna(), "no working public access is known"),
    )
    notes = zip(frame.pop("survey_note"), reach_note, strict=True)
    frame["note"] = pd.Series(["; ".join(filter(None, pair)) or None for pair in notes], frame.index, dtype=object)
    return frame


def with_people_left_out(
    scores: Mapping[str, pd.DataFrame], surveyed: str, tracts: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """
    `scores` with `people_left_out`, and with the counts of people in larger areas as sums of the surveyed ones.

    Left out are people in households without broadband who also live beyond reach of public access. Within a surveyed
    area the two are taken as independent: nothing published says how they go together there.
    """
    base = scores[surveyed]
    base = base.assign(people_left_out=base["people_without_broadband"] * (1 - base["reach_share"]))
    known = base[base["people_without_broadband"].notna()]
    counted = Estimate(known["people_without_broadband"], known["people_without_broadband_moe"])
    summed = {}
    for name, frame in scores.items():
        if name == surveyed:
            summed[name] = base
        elif name == "tracts":
            summed[name] = frame.assign(people_left_out=np.nan)
        else:
            groups = areas.members(tracts, surveyed, name)
            people = {column: base[column].groupby(groups.reindex(base.index)).sum(min_count=1) for column in PEOPLE}
            moe = total_by_group(counted, groups.reindex(known.index)).moe
            summed[name] = frame.assign(**people, people_without_broadband_moe=moe)
    return summed
