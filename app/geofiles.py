"""Rows with polygons as the two files that GIS programs and data tools read: GeoPackage and GeoParquet."""

import io
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geo.contracts import Column

GPKG_VERSION: Final = "1.3"
"""What QGIS 3.22 and GDAL 3.6 read without a warning."""

_clock = threading.Lock()
"""GDAL has one clock for the whole process."""


def geopackage(
    frame: gpd.GeoDataFrame, columns: Sequence[Column], *, name: str, title: str, created: datetime
) -> bytes:
    """
    A GeoPackage of one layer `name` in EPSG:4326; the same rows and time give the same bytes.

    Every polygon is written as a multipolygon, since a layer has one type. A row without geometry stays, with none.
    """
    from pyogrio import set_gdal_config_options, write_dataframe  # GDAL; serving starts without it

    file = io.BytesIO()
    now = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with _clock:
        set_gdal_config_options({"OGR_CURRENT_DATE": now})
        try:
            write_dataframe(
                typed(frame, columns),
                file,
                driver="GPKG",
                layer=name,
                geometry_type="MultiPolygon",
                promote_to_multi=True,
                use_arrow=True,
                dataset_options={"VERSION": GPKG_VERSION},
                layer_options={"DESCRIPTION": title},
            )
        finally:
            set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return file.getvalue()


def geoparquet(frame: gpd.GeoDataFrame, columns: Sequence[Column]) -> bytes:
    """A GeoParquet 1.1 file in EPSG:4326, with a column `bbox` by which a reader skips what it does not need."""
    file = io.BytesIO()
    typed(frame, columns).to_parquet(
        file, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True
    )
    return file.getvalue()


def typed(frame: gpd.GeoDataFrame, columns: Sequence[Column]) -> gpd.GeoDataFrame:
    """`columns` of `frame` and its geometry, typed whatever is missing; dates as dates."""
    types = {"text": "str", "flag": "boolean", "date": pd.ArrowDtype(pa.date32())}
    series = {
        column.name: frame[column.name].astype(types[column.kind]) if column.kind in types else frame[column.name]
        for column in columns
    }
    return gpd.GeoDataFrame(series, geometry=frame["geometry"], crs=frame.crs)
