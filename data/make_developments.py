"""
NYCHA's largest developments, from a table written by hand, each located on its own tax lots.

    python data/make_developments.py

`developments_by_hand.csv` holds what is widely known of each development, and the BBLs of the lots that it stands
on; `lots.parquet` (real) says where those lots are. This script writes the two files that the loader of NYCHA reads,
under upstream's column names. A polygon is a construction, not the outline of the grounds: see `grounds`.
"""

import json
import math
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.crs import COORDINATE_DECIMALS, METRES, WGS84

HERE = Path(__file__).parent
GROUNDS_M2 = 50
"""Square metres of grounds for one apartment: usual for NYCHA, where 80 apartments to the acre are common."""

BOOK = {  # upstream's header → column of the table by hand, or None where nothing is known
    "DEVELOPMENT": "name",
    "TDS#": "tds",
    "PROGRAM": "program",
    "NUMBER OF CURRENT APARTMENTS": "apartments",
    "TOTAL POPULATION": None,
    "BOROUGH": "borough",
    "COMMUNITY DISTIRCT": "community_district",
    "NY CITY COUNCIL DISTRICT": "council_district",
    "COMPLETION DATE": "completed",
    "SENIOR DEVELOPMENT": None,
    "RAD TRANSFERRED DATE": "pact_date",
}


def grounds(lots: gpd.GeoSeries, apartments: int) -> shapely.Polygon:
    """
    A stand-in for the grounds of a development.

    Parameters
    ----------
    lots
        n ≥ 1 points in EPSG:32118, its tax lots.
    apartments
        How many homes it has.

    Returns
    -------
    polygon
        In EPSG:32118: the convex hull of the lots, widened by the radius at which n discs have `GROUNDS_M2` for
        each apartment.
    """
    radius_m = math.sqrt(GROUNDS_M2 * apartments / len(lots) / math.pi)
    return lots.union_all().convex_hull.buffer(radius_m, quad_segs=6)


def locate(developments: pd.DataFrame) -> gpd.GeoSeries:
    """The polygon of each development in EPSG:4326, six decimals, counter-clockwise; index as `developments`."""
    lots = pd.read_parquet(HERE / "lots.parquet").set_index("bbl")
    places = gpd.GeoSeries.from_xy(lots["longitude"], lots["latitude"], index=lots.index, crs=WGS84)
    shapes = [
        grounds(places.loc[bbls.split()].to_crs(METRES), int(apartments))
        for bbls, apartments in zip(developments["lots"], developments["apartments"], strict=True)
    ]
    degrees = gpd.GeoSeries(shapes, index=developments.index, crs=METRES).to_crs(WGS84)
    rounded = shapely.transform(degrees.to_numpy(), lambda points: points.round(COORDINATE_DECIMALS))
    return gpd.GeoSeries(shapely.orient_polygons(rounded), index=developments.index, crs=WGS84)


def make_book(developments: pd.DataFrame) -> str:
    """The table by hand as CSV with the headers of the Development Data Book (evjd-dqpz)."""
    columns = {theirs: developments[ours] if ours else "" for theirs, ours in BOOK.items()}
    return str(pd.DataFrame(columns, index=developments.index).to_csv(index=False, lineterminator="\n"))


def make_polygons(developments: pd.DataFrame) -> str:
    """GeoJSON with the properties of the polygon file (phvi-damg), a feature a line."""
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {"developmen": row.name, "tds_num": row.tds, "borough": row.borough},
        }
        for row, shape in zip(developments.itertuples(index=False), locate(developments), strict=True)
    ]
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def main(folder: Path = HERE) -> None:
    """Write both files into `folder`."""
    developments = pd.read_csv(HERE / "developments_by_hand.csv", dtype=str, keep_default_na=False)
    (folder / "data_book.csv").write_text(make_book(developments), encoding="utf-8")
    (folder / "developments.geojson").write_text(make_polygons(developments), encoding="utf-8")


if __name__ == "__main__":
    main()
