"""Features as text: every part of a feature is written once, and answers are put together from the parts."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely

from geo.crs import COORDINATE_DECIMALS
from geo.published import DECIMALS
from geo.tables import Column, Table

MISSING = b"null"


def pieces(frame: gpd.GeoDataFrame, table: Table, constants: Mapping[str, Any]) -> list[bytes]:
    """Each row of `frame` as a GeoJSON feature: the contract's columns as properties, rounded by unit, NaN as null."""
    plain = {column.name: told(frame[column.name], column) for column in table.columns}
    records = [dict(zip(plain, row, strict=True)) for row in zip(*plain.values(), strict=True)]
    properties = [orjson.dumps({**record, **constants}, option=orjson.OPT_SERIALIZE_NUMPY) for record in records]
    geometry = frame.geometry.to_numpy()
    return features(heads(frame[table.key]), boxes(geometry), geometries(geometry), properties)


def features(
    heads: Iterable[bytes], boxes: Iterable[bytes], geometries: Iterable[bytes], properties: Iterable[bytes]
) -> list[bytes]:
    """Features of their parts, row by row."""
    return [
        b'%b%b,"geometry":%b,"properties":%b}' % parts
        for parts in zip(heads, boxes, geometries, properties, strict=True)
    ]


def heads(ids: pd.Series) -> list[bytes]:
    """How each feature begins: its type and id."""
    return [b'{"type":"Feature","id":%b' % orjson.dumps(id) for id in ids]


def boxes(geometry: np.ndarray) -> list[bytes]:
    """The member `bbox` of each feature (RFC 7946, 5), nothing for points and for what has no place."""
    bounds, flat = shapely.bounds(geometry), shapely.get_dimensions(geometry) > 0
    return [b',"bbox":%b' % orjson.dumps(row) if wide else b"" for row, wide in zip(bounds.tolist(), flat, strict=True)]


def geometries(geometry: np.ndarray, decimals: int = COORDINATE_DECIMALS) -> list[bytes]:
    """Each geometry as GeoJSON, its coordinates with at most `decimals`; null where there is none."""
    long = re.compile(rf"\.\d{{{decimals + 1},}}")  # GEOS writes some doubles with more digits than tell them apart

    def short(fraction: re.Match[str]) -> str:
        rounded = f"{float(fraction[0]):.{decimals}f}".lstrip("0").rstrip("0")
        return rounded if len(rounded) > 1 else ".0"

    return [long.sub(short, text).encode() if text else MISSING for text in shapely.to_geojson(geometry)]


def members(values: pd.Series, column: Column) -> list[bytes]:
    """The member of an object that each value of a column makes: `"gap":12.5`."""
    name = orjson.dumps(column.name)
    return [b"%b:%b" % (name, orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)) for value in told(values, column)]


def told(values: pd.Series, column: Column) -> list[Any]:
    """The values of a column as JSON has them: rounded by the unit, whole numbers without a point, missing as None."""
    shown = rounded(values, column)
    if column.kind == "number" and DECIMALS.get(column.unit) == 0:
        shown = shown.where(np.isfinite(shown.astype(float))).astype("Int64")
    return shown.astype(object).where(shown.notna(), None).tolist()


def rounded(values: pd.Series, column: Column) -> pd.Series:
    """`values` of `column` with the decimals that its unit is served with."""
    decimals = DECIMALS.get(column.unit) if column.kind == "number" else None
    return values if decimals is None else values.round(decimals)


def collect(pieces: Iterable[bytes], **members: Any) -> bytes:
    """A feature collection of `pieces`, with further `members`."""
    head = orjson.dumps({"type": "FeatureCollection", **members})
    return head[:-1] + b',"features":[' + b",".join(pieces) + b"]}"
