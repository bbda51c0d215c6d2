"""
Census tracts of 2020 with their NTA, CDTA and borough (NYC Open Data 63ge-mke6).

The published outlines are not a valid coverage: about a hundred tracts overlap a neighbour or leave a sliver. They
are put right here, once, so that neighbours share their edges exactly and can be simplified and dissolved.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import COORDINATE_DECIMALS, WGS84
from geo.tables import TRACTS, first_reason
from loaders.cells import boroughs, set_aside, texts
from loaders.columns import in_city, need_columns, other_columns, renamed
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

COLUMNS = {  # ours → theirs, each with the names that other exports give it
    "geoid": ("geoid",),
    "label": ("ctlabel", "ct_label"),
    "nta": ("nta2020", "ntacode"),
    "nta_name": ("ntaname", "nta_name"),
    "cdta": ("cdta2020", "cdtacode"),
    "cdta_name": ("cdtaname", "cdta_name"),
    "borough": ("boroname", "borough"),
}


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """Tracts as a valid coverage, wound counter-clockwise; rows that lack anything are set aside."""
    rows = read_rows(raws["tracts"], "tracts")
    tracts, read = renamed(rows, COLUMNS, "tracts")
    need_columns(rows, ["geometry"], "tracts")
    tracts = tracts.apply(texts)
    tracts["borough"] = boroughs(tracts["borough"])
    tracts["name"] = tracts["borough"] + " tract " + tracts["label"]
    geometry = pd.Series(rows["geometry"].to_numpy(), index=rows.index, dtype=object)
    outside = tracts["geoid"].isna() | ~tracts["geoid"].astype(str).str.fullmatch(r"36\d{9}")
    kept, rejects = set_aside(
        tracts.assign(geometry=geometry),
        first_reason(
            tracts.index,
            (outside, "GEOID is not 11 digits starting with 36 (New York)"),
            (tracts.drop(columns="geoid").isna().any(axis=1), "no name, NTA, CDTA or borough"),
            (geometry.isna(), "no outline"),
            (~in_city(gpd.GeoSeries(geometry, crs=WGS84)), "outline is not inside the city"),
        ),
        key="geoid",
    )
    outlines = coverage(kept["geometry"].to_numpy())
    frame = gpd.GeoDataFrame(kept.drop(columns=["geometry", "label"]), geometry=outlines, crs=WGS84)
    return Parsed(frame, rejects, len(rows), {"tracts": other_columns(rows, read)})


def coverage(outlines: np.ndarray) -> np.ndarray:
    """
    `outlines` (n polygons in degrees) as a valid coverage on the grid of stored coordinates, exterior rings
    counter-clockwise (RFC 7946, 3.1.6).
    """
    rounded = _on_grid(outlines)
    if not (shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded)):
        rounded = _on_grid(shapely.coverage_clean(rounded))
    return np.asarray(shapely.orient_polygons(rounded))


def _on_grid(outlines: np.ndarray) -> np.ndarray:
    return np.asarray(shapely.transform(outlines, lambda degrees: degrees.round(COORDINATE_DECIMALS)))


DATASET = Dataset(
    table=TRACTS,
    sources=(
        Source(
            name="tracts",
            title="2020 Census Tracts",
            publisher="NYC Department of City Planning",
            page="https://data.cityofnewyork.us/d/63ge-mke6",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/63ge-mke6.json",
            files=(
                "*2020*census*tract*.geojson",
                "*2020*census*tracts_20[0-9][0-9]*.csv",
                "*2020*census*tracts.csv",
                "nyct2020*",
                "*63ge-mke6*",
                "tracts.*",
            ),
            cadence_days=3650,
            sample="tracts.parquet",
            sample_vintage="2020 census",
            stands_in=True,
        ),
    ),
    parse=parse,
)
