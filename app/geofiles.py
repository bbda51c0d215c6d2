"""Rows with their places as files that GIS programs and data tools read: GeoPackage, FlatGeobuf and GeoParquet."""

import io
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geo.contracts import Column

GPKG_VERSION: Final = "1.3"
"""What QGIS 3.22 and GDAL 3.6 read without a warning."""

_clock = threading.Lock()
"""GDAL has one clock for the whole process."""


def geopackage(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    name: str,
    title: str,
    created: datetime,
    points: bool = False,
) -> bytes:
    """
    A GeoPackage of one layer `name`; the same rows and time give the same bytes.

    Every polygon is written as a multipolygon, since a layer has one type. A row without geometry stays, with none; a
    frame without geometry becomes a table without.
    """
    from pyogrio import set_gdal_config_options  # GDAL; serving starts without it

    now = created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with _clock:
        set_gdal_config_options({"OGR_CURRENT_DATE": now})
        try:
            return _written(
                typed(frame, columns),
                "GPKG",
                name,
                points=points,
                dataset_options={"VERSION": GPKG_VERSION},
                layer_options={"DESCRIPTION": title},
            )
        finally:
            set_gdal_config_options({"OGR_CURRENT_DATE": None})


def flatgeobuf(
    frame: pd.DataFrame, columns: Sequence[Column], *, name: str, points: bool = False, indexed: bool = True
) -> bytes:
    """
    A FlatGeobuf file of one layer `name`.

    Parameters
    ----------
    indexed
        Whether a spatial index goes in, which puts the rows in the order of their places. A file with rows that have
        no geometry can have none.
    """
    table = typed(frame, columns)
    everywhere = isinstance(table, gpd.GeoDataFrame) and bool(table.geometry.notna().all())
    index = "YES" if indexed and everywhere and len(table) else "NO"
    return _written(table, "FlatGeobuf", name, points=points, layer_options={"SPATIAL_INDEX": index})


def geoparquet(frame: pd.DataFrame, columns: Sequence[Column]) -> bytes:
    """A GeoParquet 1.1 file, with a column `bbox` by which a reader skips what it does not need."""
    file = io.BytesIO()
    table = typed(frame, columns)
    if isinstance(table, gpd.GeoDataFrame):
        table.to_parquet(file, index=False, compression="zstd", schema_version="1.1.0", write_covering_bbox=True)
    else:
        table.to_parquet(file, index=False, compression="zstd")
    return file.getvalue()


def typed(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """`columns` of `frame` and its geometry if it has one, typed whatever is missing; dates as dates."""
    types: dict[str, Any] = {"text": "str", "flag": "boolean", "date": pd.ArrowDtype(pa.date32())}
    series = {
        column.name: frame[column.name].astype(types[column.kind]) if column.kind in types else frame[column.name]
        for column in columns
    }
    table = pd.DataFrame(series)
    if isinstance(frame, gpd.GeoDataFrame):
        table = gpd.GeoDataFrame(table, geometry=frame["geometry"], crs=frame.crs)
    return table


def _written(table: pd.DataFrame, driver: str, name: str, *, points: bool, **options: Any) -> bytes:
    from pyogrio import write_dataframe

    file = io.BytesIO()
    if isinstance(table, gpd.GeoDataFrame):
        options |= {"geometry_type": "Point"} if points else {"geometry_type": "MultiPolygon", "promote_to_multi": True}
    write_dataframe(table, file, driver=driver, layer=name, use_arrow=True, **options)
    return file.getvalue()
