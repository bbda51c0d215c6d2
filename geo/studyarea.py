"""
A study area: what is published of neighborhoods, for any outline.

Homes stand at one point per tax lot, and a lot is inside as a whole or not at all. A surveyed area (an NTA or a tract)
gives the outline that share of each of its counts which its residents inside are of all its residents (dasymetric
apportioning): people of one surveyed area are taken as alike. The share is taken as known, so that margins are those
of the survey, scaled and summed by the rules of `geo.acs`; what apportioning adds to them is not known. Where nobody
lives at a lot, ground takes the place of residents. An outline of whole areas has what is published of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo import areas
from geo.access import coordinates_m
from geo.acs import Estimate, total_by_group
from geo.draws import SEED
from geo.indicators import MIN_HOUSEHOLDS, REACH
from geo.method import KINDS, radii, reach_column
from geo.need import Basis, basis, counts_by, needs
from geo.outlines import dissolve
from geo.ranks import DRAWS, INTERVAL, MOST_MOE_SHARE, NO_MARGIN, TOO_WIDE
from geo.scores import PEOPLE, score_areas, with_residents
from geo.simulation import declared_scores, drawn_indicators
from geo.supply import sites, to_sites_m

HERE, SLIVER = "study area", 0.001
"""The share of an area's ground below which it is not inside, or not outside: outlines are rounded to 11 cm."""


@dataclass(frozen=True)
class Ground:
    """
    The city, ready to be cut: n lots in the order of their tracts, m surveyed areas in the order of their keys.

    Attributes
    ----------
    counts, survey
        The areas of the geography `surveyed`: counts of the survey, and what `geo.need.needs` makes of them.
    places, people, area
        Of each lot longitude and latitude, residents (NaN where they are not known), the number of its area.
    rings
        Kind of site → for each lot the number of the first of `geo.method.radii` that reaches one.
    homes
        For each area its lots and their residents.
    first, hulls
        For each tract with lots the number of its first (and then n), and the convex hull of all.
    bare
        The outlines of the areas where nobody lives at a lot.
    """

    basis: Basis
    walk_m: float
    surveyed: str
    counts: pd.DataFrame
    survey: pd.DataFrame
    places: np.ndarray
    people: np.ndarray
    area: np.ndarray
    rings: Mapping[str, np.ndarray]
    homes: pd.DataFrame
    first: np.ndarray
    hulls: np.ndarray
    bare: gpd.GeoSeries


@dataclass(frozen=True)
class Found:
    """
    What is known of a study area.

    Attributes
    ----------
    row
        The columns of the scored areas (`geo.published.areas`) by name, intervals of need and gap among them;
        `interval_note` is the reason where these are missing.
    parts
        The surveyed areas that it is made of, by key: `share` of each inside (0–1), `residents` inside, and whether the
        share is `by_ground`.
    """

    row: Mapping[str, Any]
    parts: pd.DataFrame


def ground(tables: Mapping[str, pd.DataFrame], walk_m: float) -> Ground:
    """
    Prepare the `tables` of a snapshot (as for `geo.scores.score_city`) once for any number of outlines.

    Distances from lots to sites are kept as rings, not as metres: the curve of reach needs no more.
    """
    tracts = areas.nested(gpd.GeoDataFrame(tables["tracts"]))
    surveyed = f"{tables['adoption']['geography'].iloc[0]}s"
    adoption = tables["adoption"].set_index("place").drop(columns="geography")
    found, key = basis(adoption), areas.KEYS[surveyed]
    counts = counts_by(adoption, areas.members(tracts, surveyed, surveyed))
    lots = gpd.GeoDataFrame(tables["lots"])
    tract = areas.positions(lots, tracts)
    keyed = lots.assign(**{key: tracts[key].to_numpy()[tract]})
    residents = with_residents(keyed, adoption, surveyed)[0]["residents"]
    metres = to_sites_m(coordinates_m(lots.geometry), sites(tables))
    order = np.argsort(tract, kind="stable")
    places, people = shapely.get_coordinates(lots.geometry.to_numpy()[order]), residents.to_numpy(dtype=float)[order]
    area = counts.index.get_indexer(tracts[key])[tract[order]].astype(np.int32)
    first = np.flatnonzero(np.diff(tract[order], prepend=-1))
    count = len(counts)
    sums = {"lots": np.bincount(area, minlength=count), "residents": np.bincount(area, np.nan_to_num(people), count)}
    homes = pd.DataFrame(sums, index=counts.index)
    bare = tracts[~tracts[key].isin(homes.index[homes["residents"] > 0])]
    return Ground(
        basis=found,
        walk_m=walk_m,
        surveyed=surveyed,
        counts=counts,
        survey=needs(counts, found),
        places=places,
        people=people,
        area=area,
        rings={
            kind: np.searchsorted(radii(walk_m), metres[kind].to_numpy()[order]).astype(np.uint8)
            for kind in KINDS
            if kind in metres
        },
        homes=homes,
        first=np.append(first, len(order)),
        hulls=shapely.convex_hull([shapely.multipoints(part) for part in np.split(places, first[1:])]),
        bare=dissolve(bare, bare[key]) if len(bare) else gpd.GeoSeries(crs=tracts.crs),
    )


def study(ground: Ground, outline: Any) -> Found:
    """What is known of the inside of `outline`, a valid polygon or several in EPSG:4326."""
    rows = lots_inside(ground, outline)
    parts = _parts(ground, rows, outline)
    survey = needs(apportioned(ground.counts, parts["share"]), ground.basis)
    dimensions = [*ground.basis.dimensions, *([REACH.code] if "any" in ground.rings else [])]
    frame = score_areas(survey, _reach(ground, rows), dimensions)
    row = dict(zip(map(str, frame), frame.loc[HERE], strict=True)) | _interval(frame, ground.basis)
    row |= _people(ground, rows, parts["share"])
    if row["households"] < MIN_HOUSEHOLDS:
        row |= dict.fromkeys((f"{count}{suffix}" for count in PEOPLE for suffix in ("", "_moe")), np.nan)
    else:
        row["note"] = "; ".join(filter(None, (row["note"], _uncounted(ground, parts["share"])))) or None
    return Found(row, parts)


def lots_inside(ground: Ground, outline: Any) -> np.ndarray:
    """
    The numbers of the lots inside `outline`, those on its edge among them.

    Tracts whose hull of lots is inside are taken whole; only lots of hulls that the edge cuts are looked at.
    """
    shapely.prepare(outline)
    whole = shapely.covers(outline, ground.hulls)
    cut = shapely.intersects(outline, ground.hulls) & ~whole
    taken, tried = (np.flatnonzero(np.repeat(tracts, np.diff(ground.first))) for tracts in (whole, cut))
    hit = shapely.intersects_xy(outline, ground.places[tried, 0], ground.places[tried, 1])
    return np.concatenate([taken, tried[hit]])


def apportioned(counts: pd.DataFrame, share: pd.Series) -> pd.DataFrame:
    """
    One row: the sum of `counts` (columns of ACS variables, by area), each area's scaled by its `share` inside.

    Scaled by a known share, a margin is that share of itself. Without any area every count is 0, no margin is known.
    """
    if share.empty:
        return pd.DataFrame({str(name): 0.0 if str(name).endswith("E") else np.nan for name in counts}, index=[HERE])
    return counts_by(counts.loc[share.index].mul(share, axis=0), pd.Series(HERE, index=share.index))


def _parts(ground: Ground, rows: np.ndarray, outline: Any) -> pd.DataFrame:
    """As `Found.parts`; an area where nobody lives and that the survey did not ask either is left out."""
    count = len(ground.homes)
    residents = np.bincount(ground.area[rows], np.nan_to_num(ground.people[rows]), count)
    whole = np.bincount(ground.area[rows], minlength=count) == ground.homes["lots"].to_numpy()
    lived = ground.homes["residents"].to_numpy() > 0
    share = np.divide(residents, ground.homes["residents"], out=np.zeros(count), where=lived)
    columns = {"share": np.where(lived & whole, 1.0, share), "residents": residents, "by_ground": ~lived}
    parts = pd.DataFrame(columns, index=ground.homes.index)
    parts.loc[ground.bare.index, "share"] = covered(outline, ground.bare.to_numpy())
    asked = lived | ground.survey["households"].notna().to_numpy()
    return parts[(parts["share"] > 0) & asked]


def covered(outline: Any, others: np.ndarray) -> np.ndarray:
    """The share of the ground of each of `others` (polygons, EPSG:4326) that is inside `outline`."""
    shares = shapely.covers(outline, others).astype(float)
    cut = np.flatnonzero(shapely.intersects(outline, others) & (shares == 0))
    shares[cut] = shapely.area(shapely.intersection(outline, others[cut])) / shapely.area(others[cut])
    return np.where(shares > 1 - SLIVER, 1.0, np.where(shares < SLIVER, 0.0, shares))


def _reach(ground: Ground, rows: np.ndarray) -> pd.DataFrame:
    """Residents and the curve of reach as `geo.supply.supply` gives them; no row without lots."""
    distances, known = radii(ground.walk_m), np.nan_to_num(ground.people[rows])
    everyone = known.sum() or np.nan
    columns = {"residents": np.nan if np.isnan(ground.people[rows]).all() else known.sum()}
    for kind in KINDS:
        within = np.full(len(distances), np.nan)
        if kind in ground.rings:
            within = np.bincount(ground.rings[kind][rows], known, len(distances) + 1)[:-1].cumsum() / everyone
        columns |= {reach_column(kind, radius): share for radius, share in zip(distances, within, strict=True)}
    columns["reach_share"] = columns[reach_column("any", ground.walk_m)]
    return pd.DataFrame(columns, index=[HERE] if len(rows) else [])


def _people(ground: Ground, rows: np.ndarray, share: pd.Series) -> dict[str, float]:
    """People without broadband, and left out: summed over the surveyed areas, each with its own reach inside."""
    base = ground.survey.loc[share.index]
    beyond = pd.Series(np.nan, index=ground.homes.index)
    if "any" in ground.rings:
        people, area = np.nan_to_num(ground.people[rows]), ground.area[rows]
        far = ground.rings["any"][rows] > radii(ground.walk_m).index(ground.walk_m)
        inside, lost = (np.bincount(area, weight, len(beyond)) for weight in (people, people * far))
        beyond[:] = np.divide(lost, inside, out=np.full(len(beyond), np.nan), where=inside > 0)
    found, surveyed = {}, bool(base["households"].notna().all())
    for name, weight in zip(PEOPLE, (share, share * beyond.loc[share.index]), strict=True):
        value, moe = (base[f"people_without_broadband{suffix}"] * weight for suffix in ("", "_moe"))
        known = value.notna() & surveyed
        total = total_by_group(Estimate(value[known], moe[known]), pd.Series(HERE, index=value.index[known]))
        found[name], found[f"{name}_moe"] = (float(part.get(HERE, np.nan)) for part in (total.value, total.moe))
    return found


def _uncounted(ground: Ground, share: pd.Series) -> str | None:
    """What to say of people in surveyed areas that are too small to score."""
    base = ground.survey.loc[share.index]
    small = base["people_without_broadband"].isna() & base["households"].notna()
    people = float((base["population"] * share)[small].sum())
    return f"{people:,.0f} people live in areas too small to score and are not in the counts" if people >= 1 else None


def _interval(frame: pd.DataFrame, basis: Basis) -> dict[str, Any]:
    """90 % intervals of need and gap under sampling error: percentiles of seeded draws as in `geo.ranks`."""
    names = [f"{score}_{end}" for score in ("need", "gap") for end in ("low", "high")]
    margins = frame[[f"{code}_moe_share" for code in basis.ratios]].loc[HERE]
    if frame["need"].isna().all() or not (margins <= MOST_MOE_SHARE).all():
        reason = NO_MARGIN if margins.isna().any() else TOO_WIDE
        return {**dict.fromkeys(names, np.nan), "interval_note": reason if frame["need"].notna().all() else None}
    drawn = drawn_indicators(frame, basis, DRAWS, np.random.default_rng(SEED))
    ends = [np.percentile(scores, INTERVAL) for scores in declared_scores(frame, basis, drawn)]
    return {**dict(zip(names, np.concatenate(ends).tolist(), strict=True)), "interval_note": None}
