"""
A collection of features, prepared so that an answer is a join of ready bytes.

Each feature is serialised once. A question picks row numbers, by id, by the R-tree over the bounding boxes and then
the geometries themselves, or by columns; the answer joins the pieces of those rows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import orjson
import pandas as pd
import shapely
from rtree.index import Index

from geo.crs import COORDINATE_DECIMALS
from geo.errors import BadQuery, NotFound
from geo.outlines import on_grid
from geo.published import DECIMALS
from geo.tables import Column, Table

LONG = re.compile(rf"\.\d{{{COORDINATE_DECIMALS + 1},}}")
"""GEOS writes some doubles with more digits than tell them apart."""

BBox = tuple[float, float, float, float]


@dataclass(frozen=True)
class Collection:
    """
    Features of one kind.

    Attributes
    ----------
    table
        The contract: names, titles and units of the properties.
    frame
        The rows in EPSG:4326, coordinates on the served grid, in the order in which they are served.
    constants
        Properties that are the same for every feature, such as vintage and method.
    """

    table: Table
    frame: gpd.GeoDataFrame
    constants: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The id of the collection."""
        return self.table.name

    @cached_property
    def pieces(self) -> list[bytes]:
        """Each feature as GeoJSON."""
        return pieces(self.frame, self.table, self.constants)

    @cached_property
    def rows(self) -> dict[str, int]:
        """Feature id → row."""
        return {id: row for row, id in enumerate(self.frame[self.table.key])}

    @cached_property
    def _boxes(self) -> Index:
        known = np.flatnonzero(~(self.frame.geometry.isna() | self.frame.geometry.is_empty))
        bounds = shapely.bounds(self.frame.geometry.to_numpy()[known])
        stream = ((int(row), tuple(box), None) for row, box in zip(known, bounds, strict=True))
        return Index(stream) if len(known) else Index()

    def prepare(self) -> None:
        """Compute now what the first question would wait for."""
        _ = self.pieces, self.rows, self._boxes, self.extent

    def piece(self, id: str) -> bytes:
        """
        The feature `id`.

        Raises
        ------
        NotFound
            There is none.
        """
        if id not in self.rows:
            raise NotFound(f"{self.table.title} has no feature {id!r}; ids are values of {self.table.key!r}")
        return self.pieces[self.rows[id]]

    def select(self, boxes: Iterable[BBox] | None, equal: Mapping[str, str]) -> np.ndarray:
        """
        The rows whose geometry intersects one of `boxes` (degrees) and whose properties, as served, equal `equal`.

        A feature without geometry is in every box, as OGC API – Features has it (17-069r4, 7.15.3).

        Raises
        ------
        BadQuery
            A name that is no property, or a value that is not of the property's kind.
        """
        chosen = np.ones(len(self.frame), dtype=bool)
        for name, value in equal.items():
            chosen &= self._equals(name, value)
        if boxes is not None:
            inside = self.frame.geometry.isna().to_numpy(copy=True)
            for box in boxes:
                near = np.fromiter(self._boxes.intersection(box), dtype=np.int64)
                near = near[shapely.intersects(self.frame.geometry.to_numpy()[near], shapely.box(*box))]
                inside[near] = True
            chosen &= inside
        return np.flatnonzero(chosen)

    def _equals(self, name: str, value: str) -> np.ndarray:
        columns = {column.name: column for column in self.table.columns}
        if name not in columns:
            raise BadQuery(f"{name!r} is neither a parameter nor a property; properties are: {', '.join(columns)}")
        kind, values = columns[name].kind, rounded(self.frame[name], columns[name])
        if kind == "number":
            try:
                return np.asarray(np.isclose(values.astype(float), float(value), rtol=0, atol=1e-9))
            except ValueError:
                raise BadQuery(f"{name} is a number, found {value!r}") from None
        if kind == "flag":
            if value.lower() not in ("true", "false"):
                raise BadQuery(f"{name} is true or false, found {value!r}")
            return np.asarray(values.map({True: "true", False: "false"}) == value.lower())
        return np.asarray(values == value)

    @cached_property
    def extent(self) -> list[float]:
        """West, south, east, north of all features, degrees."""
        return [float(edge) for edge in self.frame.total_bounds]


def pieces(frame: gpd.GeoDataFrame, table: Table, constants: Mapping[str, Any]) -> list[bytes]:
    """Each row of `frame` as a GeoJSON feature: the contract's columns as properties, rounded by unit, NaN as null."""
    plain = pd.DataFrame({column.name: rounded(frame[column.name], column) for column in table.columns})
    records = plain.astype(object).where(plain.notna(), None).to_dict("records")
    geometries = shapely.to_geojson(frame.geometry.to_numpy())
    return [
        b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}'
        % (
            orjson.dumps(record[table.key]),
            LONG.sub(_short, geometry or "null").encode(),
            orjson.dumps({**record, **constants}, option=orjson.OPT_SERIALIZE_NUMPY),
        )
        for record, geometry in zip(records, geometries, strict=True)
    ]


def _short(fraction: re.Match[str]) -> str:
    rounded = f"{float(fraction[0]):.{COORDINATE_DECIMALS}f}".lstrip("0").rstrip("0")
    return rounded if len(rounded) > 1 else ".0"


def rounded(values: pd.Series, column: Column) -> pd.Series:
    """`values` of `column` with the decimals that its unit is served with."""
    decimals = DECIMALS.get(column.unit) if column.kind == "number" else None
    return values if decimals is None else values.round(decimals)


def served(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """`frame` in the order of its key, coordinates on the served grid, rings by the right-hand rule."""
    ordered = frame.sort_values(key, ignore_index=True)
    known = ordered.geometry.notna().to_numpy()
    geometry = ordered.geometry.to_numpy().copy()
    geometry[known] = shapely.orient_polygons(on_grid(geometry[known]))
    return ordered.set_geometry(gpd.GeoSeries(geometry, crs=frame.crs))


def collect(pieces: Iterable[bytes], **members: Any) -> bytes:
    """A feature collection of `pieces`, with further `members`."""
    head = orjson.dumps({"type": "FeatureCollection", **members})
    return head[:-1] + b',"features":[' + b",".join(pieces) + b"]}"
