"""
The vector tiles of a collection (Mapbox Vector Tile 2.1): one layer, named as the collection.

A feature has the number of its row, counted from 1, as its id; its key, by which it is the same feature in every tile
and every snapshot, is among its attributes. The closer the zoom, the more a feature says. No tile is larger than
`MOST_BYTES`. Where one would be, its features say as little as they do farther out; where even that is too much, only
every second (third, …) of its features in the order of the collection is kept, so that it fits. That befalls crowds of
tens of thousands of points; the largest tile of areas has two thirds of what is allowed.
"""

import threading
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from mapbox_vector_tile import encode

from app import layers
from app.features import Collection
from app.pieces import rounded
from geo import tiling
from geo.method import MEASURES
from geo.published import DECIMALS, PLACES
from geo.tables import Column, Table

MOST_BYTES: Final = 500_000

STEPS: Final = (0, 9, 13)
"""The zooms from which a feature says the little, the more and everything."""

LITTLE: Final = {
    **dict.fromkeys(PLACES, ("name", *MEASURES)),
    "developments": ("name", "need", "supply", "priority", "eligible", "no_broadband_share", "enrolled_share"),
    "enrollment": ("tds", "reported", "enrolled_share"),
    "kiosks": ("kind", "working"),
    "schools": ("name", "economic_need_share"),
    "facilities": ("name", "open_to_all_ages"),
}
"""What a feature says from afar besides its key: what a map is coloured by."""

MORE: Final = {
    **dict.fromkeys(PLACES, layers.AREA_COLUMNS),
    **layers.COLUMNS,
    "developments": (
        *layers.COLUMNS["developments"],
        *("need_low", "need_high", "priority_low", "priority_high", "tier", "wave"),
    ),
    "enrollment": ("reported_name", "provider", "households", "subscribers"),
}
"""What it says besides from the second step: what a popup tells, with margins, intervals, tier and reliability."""

CONSTANTS: Final = ("source", "vintage", "not_real", "method_version", "snapshot")
"""Of what is the same for all features, that which comes with everything."""

LATEST: Final = {"enrollment": ("tds", "reported")}
"""Collections of reports, of which farther out than the last step only the latest of each place is in a tile."""

OPTIONS: Final = {"y_coord_down": True, "extents": tiling.EXTENT, "check_winding_order": False}
"""Geometries come to the encoder in units, y down, valid and rightly wound."""


def step(zoom: int) -> int:
    """How much a feature says at `zoom`, 0 for the least."""
    return bisect_right(STEPS, zoom) - 1


def attributes(table: Table, step: int) -> tuple[Column, ...]:
    """The columns of the contract that a feature says at `step`, in the order of the contract."""
    wanted = {table.key, *LITTLE.get(table.name, ("name",))}
    if step > 0:
        wanted |= {*MORE.get(table.name, ())}
    return tuple(column for column in table.columns if step == len(STEPS) - 1 or column.name in wanted)


def form(table: Table) -> tiling.Form:
    """How the geometries of a collection are to be simplified."""
    if table.shape != "polygon":
        return "points"
    return "coverage" if table.name in PLACES else "apart"


@dataclass(frozen=True)
class TileSet:
    """The tiles of one collection; what they are cut from is made when it is first asked for, and once."""

    collection: Collection
    _levels: dict[int, tiling.Level] = field(default_factory=dict, repr=False)
    _records: dict[int, list[dict[str, Any]]] = field(default_factory=dict, repr=False)
    _making: Mapping[str, tuple[threading.Lock, ...]] = field(
        default_factory=lambda: {
            "level": tuple(threading.Lock() for _ in range(tiling.DEEPEST + 1)),
            "records": tuple(threading.Lock() for _ in STEPS),
        },
        repr=False,
    )

    def tile(self, zoom: int, row: int, column: int) -> bytes | None:
        """A tile, None where there is nothing in it, or no such tile."""
        if not tiling.exists(zoom, row, column):
            return None
        rows, shapes = self.level(zoom).cut(row, column)
        if not len(rows):
            return None
        for said in range(step(zoom), -1, -1):
            body = self._encoded(rows, shapes, said)
            if len(body) <= MOST_BYTES:
                return body
        each = 1
        while len(body) > MOST_BYTES and each < len(rows):
            each = -(-each * len(body) // MOST_BYTES)
            body = self._encoded(rows[::each], shapes[::each], 0)
        return body

    def warm(self, zooms: Iterable[int]) -> None:
        """Make now what the first tiles of `zooms` would wait for."""
        for zoom in zooms:
            self.level(zoom)
            self.records(step(zoom))

    def level(self, zoom: int) -> tiling.Level:
        """The geometries at `zoom`."""
        with self._making["level"][zoom]:
            if zoom not in self._levels:
                self._levels[zoom] = tiling.level(self._places(zoom), zoom, form(self.collection.table))
            return self._levels[zoom]

    def records(self, step: int) -> list[dict[str, Any]]:
        """The attributes of every row at `step`."""
        with self._making["records"][step]:
            if step not in self._records:
                columns = attributes(self.collection.table, step)
                told = constants(self.collection) if step == len(STEPS) - 1 else {}
                self._records[step] = records(self.collection.frame, columns, told)
            return self._records[step]

    @cached_property
    def _world(self) -> np.ndarray:
        return tiling.world(self.collection.frame.geometry.to_numpy())

    def _places(self, zoom: int) -> np.ndarray:
        """The geometries that are shown at `zoom`, None for those that are not."""
        name = self.collection.name
        if name not in LATEST or step(zoom) == len(STEPS) - 1:
            return self._world
        shown = self._world.copy()
        shown[~latest(self.collection.frame, *LATEST[name])] = None
        return shown

    def _encoded(self, rows: np.ndarray, shapes: np.ndarray, step: int) -> bytes:
        known = self.records(step)
        features = [
            {"geometry": shape, "properties": known[row], "id": row + 1}
            for row, shape in zip(rows.tolist(), shapes, strict=True)
        ]
        return bytes(encode([{"name": self.collection.name, "features": features}], default_options=OPTIONS))


def latest(frame: pd.DataFrame, place: str, day: str) -> np.ndarray:
    """Whether each row is the last, by `day`, of its `place`."""
    last = frame.sort_values(day, kind="stable").drop_duplicates(place, keep="last").index
    return np.asarray(frame.index.isin(last))


def constants(collection: Collection) -> dict[str, Any]:
    """What is said of every feature, without what is not known."""
    return {name: collection.constants[name] for name in CONSTANTS if collection.constants.get(name) is not None}


def records(frame: pd.DataFrame, columns: Iterable[Column], constants: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The attributes of each row, as served, in the types of the format; what is missing is left out."""
    told = {column.name: values(frame[column.name], column) for column in columns}
    return [
        {**{name: value for name, value in zip(told, row, strict=True) if value is not None}, **constants}
        for row in zip(*told.values(), strict=True)
    ]


def values(series: pd.Series, column: Column) -> list[Any]:
    """The values of a column in the types of the format, rounded as served; None for what is missing or infinite."""
    if column.kind == "number":
        numbers = rounded(series, column).astype(float)
        kind: type = int if DECIMALS.get(column.unit) == 0 else float
        return [kind(number) if known else None for number, known in zip(numbers, np.isfinite(numbers), strict=True)]
    kind = bool if column.kind == "flag" else str
    return [kind(value) if known else None for value, known in zip(series, series.notna(), strict=True)]
