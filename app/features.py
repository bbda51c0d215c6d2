"""
A collection of features, prepared so that a question picks row numbers and an answer is a join of ready bytes.

Rows are picked by id, by the R-tree over the bounding boxes and then the geometries themselves, or by columns.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from rtree.index import Index

from app.pieces import pieces, rounded
from geo.errors import BadQuery, NotFound
from geo.outlines import on_grid
from geo.tables import Column, Table

FLAGS = {"true": True, "false": False, "1": True, "0": False}
"""GDAL asks for the numbers."""
_alone = threading.Lock()
"""An R-tree answers one thread at a time: two at once corrupt its memory and end the process."""

Bounds = tuple[float, float, float, float]
Made = TypeVar("Made")


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
    time
        The column of days that a question about time asks of, None for what has no time.
    """

    table: Table
    frame: gpd.GeoDataFrame
    constants: Mapping[str, Any]
    time: str | None = None
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The id of the collection."""
        return self.table.name

    @cached_property
    def pieces(self) -> list[bytes]:
        """Each feature as GeoJSON."""
        return pieces(self.frame, self.table, self.constants)

    @cached_property
    def geometry(self) -> np.ndarray:
        """The geometries, longitude and latitude, None where a feature has no place."""
        return np.asarray(self.frame.geometry.to_numpy())

    @cached_property
    def ids(self) -> list[str]:
        """The id of each row."""
        return list(self.frame[self.table.key])

    @cached_property
    def rows(self) -> dict[str, int]:
        """Feature id → row."""
        return {id: row for row, id in enumerate(self.ids)}

    @cached_property
    def columns(self) -> dict[str, Column]:
        """The columns of the contract by name."""
        return {column.name: column for column in self.table.columns}

    @cached_property
    def bounds(self) -> np.ndarray:
        """West, south, east, north of each feature, NaN where it has no place."""
        return np.asarray(shapely.bounds(self.geometry))

    @cached_property
    def extent(self) -> list[float]:
        """West, south, east, north of all features, degrees."""
        return [float(edge) for edge in self.frame.total_bounds]

    @cached_property
    def interval(self) -> tuple[str | None, str | None]:
        """The first and the last day of all features (ISO), None where no day is known."""
        days = self.frame[self.time].dropna() if self.time else []
        return (min(days), max(days)) if len(days) else (None, None)

    @cached_property
    def _boxes(self) -> Index:
        known = np.flatnonzero(~np.isnan(self.bounds[:, 0]))
        stream = ((int(row), tuple(self.bounds[row]), None) for row in known)
        with _alone:
            return Index(stream) if len(known) else Index()

    @cached_property
    def _nowhere(self) -> np.ndarray:
        return np.flatnonzero(shapely.is_missing(self.geometry))

    def prepare(self) -> None:
        """Compute now what the first question would wait for."""
        _ = self.pieces, self.rows, self._boxes, self._nowhere, self.extent, self.interval

    def kept(self, what: Any, make: Callable[[], Made]) -> Made:
        """What `make` gives, made when it is first asked for under the name `what`."""
        if what not in self._kept:
            self._kept[what] = make()
        found: Made = self._kept[what]
        return found

    def values(self, name: str) -> pd.Series:
        """A column as it is served: numbers rounded by their unit."""
        return self.kept(name, lambda: rounded(self.frame[name], self.column(name)))

    def column(self, name: str) -> Column:
        """
        What the contract says of a property.

        Raises
        ------
        BadQuery
            There is no such property.
        """
        if name not in self.columns:
            raise BadQuery(f"{name!r} is neither a parameter nor a property; properties are: {', '.join(self.columns)}")
        return self.columns[name]

    def row(self, id: str) -> int:
        """
        The row of the feature `id`.

        Raises
        ------
        NotFound
            There is none.
        """
        if id not in self.rows:
            raise NotFound(f"{self.table.title} has no feature {id!r}; ids are values of {self.table.key!r}")
        return self.rows[id]

    def near(self, bounds: Bounds) -> np.ndarray:
        """The rows whose bounding box meets `bounds` (degrees)."""
        boxes = self._boxes
        with _alone:
            return np.fromiter(boxes.intersection(bounds), dtype=np.int64)

    def within(self, areas: Iterable[Any]) -> np.ndarray:
        """
        Whether each geometry intersects one of `areas` (polygons, longitude and latitude).

        A feature without geometry is everywhere, as OGC API – Features has it (17-069r4, 7.15.3).
        """
        inside = np.zeros(len(self.frame), dtype=bool)
        inside[self._nowhere] = True
        for area in areas:
            if area.is_empty:
                continue
            shapely.prepare(area)
            near = self.near(area.bounds)
            inside[near[shapely.intersects(area, self.geometry[near])]] = True
        return inside

    def equal(self, name: str, value: str) -> np.ndarray:
        """
        Whether each feature has this value of a property, as it is served.

        Raises
        ------
        BadQuery
            `name` is no property, or `value` is not of its kind.
        """
        kind, values = self.column(name).kind, self.values(name)
        if kind == "number":
            try:
                return np.asarray(np.isclose(values.to_numpy(dtype=float), float(value), rtol=0, atol=1e-9))
            except ValueError:
                raise BadQuery(f"{name} is a number, found {value!r}") from None
        if kind == "flag":
            if value.lower() not in FLAGS:
                raise BadQuery(f"{name} is true or false, found {value!r}")
            return np.asarray(values.map({True: True, False: False}) == FLAGS[value.lower()])
        return np.asarray(values == value)


def served(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """`frame` in the order of its key, coordinates on the served grid, rings by the right-hand rule."""
    ordered = frame.sort_values(key, ignore_index=True)
    known = ordered.geometry.notna().to_numpy()
    geometry = ordered.geometry.to_numpy().copy()
    geometry[known] = shapely.orient_polygons(on_grid(geometry[known]))
    return ordered.set_geometry(gpd.GeoSeries(geometry, crs=frame.crs))
