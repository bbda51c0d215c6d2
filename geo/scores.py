"""
From checked tables to the scored city: areas of five sizes and developments, each with everything known of it.

`score_city` is the whole method in order; each step is a function of its own module.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import areas, developments
from geo.access import coordinates_m
from geo.acs import Estimate, total_by_group
from geo.agreement import across
from geo.catchment import access, by_area, capacity
from geo.errors import TableError
from geo.gaps import score
from geo.indicators import CHILDREN, MEDIAN_INCOME, POPULATION, REACH
from geo.method import WALK_M
from geo.need import Basis, basis, counts_by, first_known, needs, share_of
from geo.residents import spread
from geo.supply import sites, supply, to_sites_m
from geo.tables import first_reason

MOST_UNSURVEYED: Final = 0.01
"""The share of areas that a survey file may lack: the two tracts of water, and a few that moved."""

PEOPLE: Final = ("people_without_broadband", "people_left_out")


@dataclass(frozen=True)
class Scored:
    """
    The scored city.

    Attributes
    ----------
    tables
        By name; areas in the order of their keys.
    basis
        Which indicators went into the scores.
    notes
        What whoever reads them must know.
    tracts, surveyed
        The tracts with every key of `geo.areas.KEYS`, and the geography that the survey is by.
    yardstick
        The share of households without broadband at home by NTA as the Internet Master Plan has it; None without it.
    places
        The people of each development's lots by `development` and `place`, a surveyed area; None without developments.
    """

    tables: dict[str, gpd.GeoDataFrame]
    basis: Basis
    notes: tuple[str, ...]
    tracts: gpd.GeoDataFrame
    surveyed: str
    yardstick: pd.Series | None = None
    places: pd.Series | None = None


def score_city(tables: Mapping[str, pd.DataFrame], *, walk_m: float = WALK_M) -> Scored:
    """
    Score every tract, NTA, borough, the city, and the place of every development.

    Parameters
    ----------
    tables
        By name, as `geo.tables` has them: `tracts`, `adoption` and `lots`; `kiosks`, `facilities` and
        `developments` where the snapshot has them; `master_plan` to compare with, where it has that.
    walk_m
        The radius of supply, in metres.

    Returns
    -------
    scored
        Tables `tracts`, `ntas`, `cdtas`, `boroughs`, `city`, and `developments` where it was given; in EPSG:4326.
    """
    tracts = areas.nested(tables["tracts"])
    surveyed = f"{tables['adoption']['geography'].iloc[0]}s"
    adoption = tables["adoption"].set_index("place").drop(columns="geography")
    check_survey(adoption, tracts[areas.KEYS[surveyed]], surveyed)
    found = basis(adoption)
    lots, notes = with_residents(areas.locate(tables["lots"], tracts), adoption, surveyed)
    lots_m = coordinates_m(lots.geometry)
    metres = to_sites_m(lots_m, sites(tables)).set_axis(lots.index)
    computers, unknown = computers_per_resident(lots, lots_m, tables)
    parts = [*found.dimensions, *([REACH.code] if "any" in metres else [])]
    scores = {
        name: score_areas(
            survey_of(name, tracts, adoption, surveyed, found),
            supply(metres, lots["residents"], lots[key], walk_m).join(by_area(computers, lots["residents"], lots[key])),
            parts,
        )
        for name, key in areas.KEYS.items()
    }
    scores = with_people_left_out(scores, surveyed, tracts)
    scored = {name: areas.outlined(frame, name, tracts) for name, frame in scores.items()}
    places = None
    if "developments" in tables:
        scored["developments"], places = developments.score(
            tables["developments"],
            lots,
            lots_m,
            area=lots[areas.KEYS[surveyed]],
            place=scores[surveyed].join(children(adoption)),
            sites=sites(tables),
            walk_m=walk_m,
        )
    yardstick = None
    if "master_plan" in tables:
        plan = gpd.GeoDataFrame(tables["master_plan"])
        yardstick = across(1 - plan["home_adoption_share"], areas.positions(lots, plan), lots["nta"], lots["residents"])
    return Scored(scored, found, (*notes, *unknown), tracts, surveyed, yardstick, places)


def children(adoption: pd.DataFrame) -> pd.DataFrame:
    """The share of households with somebody under 18 and its margin, by surveyed area; NaN where it was not asked."""
    (ratio,) = CHILDREN.ratios
    found = share_of(adoption, ratio)
    return pd.DataFrame({f"{CHILDREN.code}_share": found.value, f"{CHILDREN.code}_moe_share": found.moe})


def check_survey(adoption: pd.DataFrame, keys: pd.Series, surveyed: str) -> None:
    """
    Refuse a survey of a part of the city.

    Raises
    ------
    TableError
        More than a hundredth of the areas have no row.
    """
    every = keys.drop_duplicates()
    lacking = every[~every.isin(adoption.index)]
    if len(lacking) > MOST_UNSURVEYED * len(every):
        raise TableError(
            f"adoption: {len(lacking)} of {len(every)} {surveyed} have no row, first {lacking.iloc[0]}; expected the "
            "whole city: get the file for all five counties (005, 047, 061, 081, 085)"
        )


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


def computers_per_resident(
    lots: pd.DataFrame, lots_m: np.ndarray, tables: Mapping[str, pd.DataFrame]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Public computers per resident at each lot (`geo.catchment`), NaN without computer centres; and the notes."""
    if "centre" not in (counted := sites(tables)):
        return np.full(len(lots), np.nan), ()
    units, notes = capacity(counted["centre"])
    places = coordinates_m(counted["centre"].geometry.loc[units.index])
    people = lots["residents"].fillna(0).to_numpy()
    return access(lots_m, people, places, units.to_numpy()), notes


def survey_of(
    geography: str, tracts: pd.DataFrame, adoption: pd.DataFrame, surveyed: str, found: Basis
) -> pd.DataFrame:
    """
    What the survey says of the areas of a geography; of areas smaller than the survey's nothing, and the reason.

    A median does not add up: that of income is known for the surveyed areas alone.
    """
    if geography == "tracts" and surveyed == "ntas":
        nothing = pd.DataFrame(np.nan, index=pd.Index(tracts["geoid"]), columns=adoption.columns)
        return needs(nothing, found).assign(
            median_income_usd=np.nan,
            median_income_moe_usd=np.nan,
            survey_note="the survey file of this snapshot is by NTA, not by tract",
        )
    survey = needs(counts_by(adoption, areas.members(tracts, surveyed, geography)), found)
    income = first_known(adoption, (MEDIAN_INCOME,))
    known = {"median_income_usd": income.value, "median_income_moe_usd": income.moe}
    return survey.assign(**known if geography == surveyed else dict.fromkeys(known, np.nan))


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
    beyond = 1 - base["reach_share"]
    base = base.assign(
        people_left_out=base["people_without_broadband"] * beyond,
        people_left_out_moe=base["people_without_broadband_moe"] * beyond,
    )
    summed = {}
    for name, frame in scores.items():
        if name == surveyed:
            summed[name] = base
        elif name == "tracts":
            summed[name] = frame.assign(people_left_out=np.nan, people_left_out_moe=np.nan)
        else:
            groups = areas.members(tracts, surveyed, name)
            counts = {column: at for count in PEOPLE for column, at in _sum(base, count, groups)}
            summed[name] = _told(frame.assign(**counts), _uncounted(base, groups))
    return summed


def _uncounted(base: pd.DataFrame, groups: pd.Series) -> pd.Series:
    """The people of surveyed areas that are too small to score, by the larger area that holds them."""
    small = base["people_without_broadband"].isna() & base["households"].notna()
    people = base["population"].where(small, 0.0).fillna(0.0)
    return people.groupby(groups.reindex(base.index)).sum()


def _told(frame: pd.DataFrame, uncounted: pd.Series) -> pd.DataFrame:
    """`frame` with a note where people of areas too small to score are not in its counts."""
    people = uncounted.reindex(frame.index).fillna(0.0)
    left_out = people.map("{:,.0f} people live in areas too small to score and are not in the counts".format)
    notes = zip(frame["note"], left_out.where(people >= 1, None), strict=True)
    told = ["; ".join(part for part in pair if isinstance(part, str)) or None for pair in notes]
    return frame.assign(note=pd.Series(told, frame.index, dtype=object))


def _sum(base: pd.DataFrame, count: str, groups: pd.Series) -> tuple[tuple[str, pd.Series], tuple[str, pd.Series]]:
    """
    A count of people and its margin summed over `groups`.

    Areas that were surveyed and are too small to score count for nothing; one without a survey row makes its sum
    unknown.
    """
    known = base[base[count].notna()]
    total = total_by_group(Estimate(known[count], known[f"{count}_moe"]), groups.reindex(known.index))
    unknown = groups.reindex(base.index[base["households"].isna()]).unique()
    return (count, total.value.drop(unknown, errors="ignore")), (f"{count}_moe", total.moe)
