"""
Residential tax lots with their homes and, where the source knows them, their residents.

Live and in a folder these are PLUTO's lots (NYC Open Data 64uk-42ks), which carry homes and no residents: residents
stay missing here and scoring spreads each tract's people over its lots. The embedded sample carries residents.
"""

from collections.abc import Mapping

import geopandas as gpd

from geo.crs import WGS84
from geo.tables import LOTS, first_reason
from loaders.cells import numbers, set_aside
from loaders.columns import other_columns, points, renamed
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

COLUMNS = {"bbl": ("bbl",), "units": ("unitsres", "units"), "latitude": ("latitude",), "longitude": ("longitude",)}


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """Lots with at least one home, as points; lots without a home are not rejects, they are simply not residential."""
    rows = read_rows(raws["lots"], "lots")
    lots, read = renamed(rows, COLUMNS, "lots")
    lots = lots.apply(numbers)
    lots["residents"] = numbers(rows["residents"]) if "residents" in rows else float("nan")
    empty = lots["units"] == 0
    lots = lots[~empty]
    lots["geometry"] = points(lots, "longitude", "latitude")
    kept, rejects = set_aside(
        lots,
        first_reason(
            lots.index,
            (~lots["bbl"].between(1e9, 6e9), "BBL is not 10 digits"),
            (lots["units"].isna() | (lots["units"] < 0), "residential units are missing or below 0"),
            (lots["residents"] < 0, "residents are below 0"),
            (lots["geometry"].isna(), "no coordinates inside the city"),
        ),
        key="bbl",
    )
    kept["bbl"] = kept["bbl"].astype("int64").astype(str).astype(object)
    frame = gpd.GeoDataFrame(kept.drop(columns=["latitude", "longitude"]), crs=WGS84)
    notes = (f"{empty.sum():,} lots without homes left out",) if empty.any() else ()
    return Parsed(frame, rejects, len(rows), {"lots": other_columns(rows, [*read, "residents"])}, notes)


DATASET = Dataset(
    table=LOTS,
    sources=(
        Source(
            name="lots",
            title="Primary Land Use Tax Lot Output (PLUTO)",
            publisher="NYC Department of City Planning",
            page="https://data.cityofnewyork.us/d/64uk-42ks",
            licence="NYC Open Data terms of use (public)",
            url="https://data.cityofnewyork.us/resource/64uk-42ks.json",
            select="bbl,unitsres,latitude,longitude",
            where="unitsres > 0",
            files=("*primary_land_use_tax_lot*", "pluto*.csv", "*64uk-42ks*", "lots.*"),
            cadence_days=120,
            sample="lots.parquet",
            sample_vintage="PLUTO; residents of the 2020 census",
            stands_in=True,
        ),
    ),
    parse=parse,
)
