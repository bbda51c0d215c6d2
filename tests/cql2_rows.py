"""A made-up table with values that are missing, and how the tests put a filter to it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pytest
import shapely

from app.cql.evaluation import evaluate
from app.cql.reading import read_filter
from app.ogc.crs import CRS84
from geo.contracts import Table, flag, number, text
from geo.contracts import date as date_column
from geo.errors import BadQuery

PLACES = Table(
    name="places",
    title="Places",
    key="id",
    shape="polygon",
    everywhere=False,
    columns=(
        text("id", "Id"),
        text("name", "Name"),
        number("gap", "Gap", "points"),
        number("homes", "Homes", "homes"),
        flag("works", "Works", nullable=True),
        date_column("begun", "Begun"),
        date_column("done", "Done"),
    ),
)
SQUARE = shapely.box(0, 0, 2, 2)
FRAME = pd.DataFrame(
    {
        "id": list("abcdefgh"),
        "name": ["Bronx", "bronx", None, "100% café", "CAFÉ_x", "", "Straße", "East\nVillage"],
        "gap": [1.0, 2.5, np.nan, -3.0, 0.0, 7.1, 2.5, np.inf],
        "homes": [0.0, 2.0, 3.0, np.nan, 2.0, 7.0, -4.0, 1.0],
        "works": pd.Series([True, False, None, True, None, False, True, False], dtype=object),
        "begun": [
            "2024-01-01",
            "2024-02-01",
            None,
            "2024-03-01",
            "2024-02-29",
            "2023-12-31",
            "2024-02-01",
            "2024-05-01",
        ],
        "done": [
            "2024-02-01",
            "2024-03-01",
            "2024-03-01",
            None,
            "2024-02-29",
            "2024-06-01",
            "2024-02-01",
            "2024-04-01",
        ],
    }
)
SHAPES = [
    SQUARE,
    shapely.box(1, 1, 3, 3),
    None,
    shapely.box(2, 0, 4, 2),
    shapely.Polygon([(0, 0), (0, 2), (2, 2), (2, 0), (0, 0)]),
    shapely.LineString([(-1, 1), (3, 1)]),
    shapely.Point(1, 1),
    shapely.MultiPolygon([shapely.box(8, 8, 9, 9), shapely.box(0.5, 0.5, 1, 1)]),
]


@dataclass(frozen=True)
class Made:
    """Rows that were made up, or real ones without the service around them."""

    table: Table
    frame: pd.DataFrame
    geometry: np.ndarray

    def values(self, name):
        return self.frame[name]

    def near(self, bounds):
        return self._tree.query(shapely.box(*bounds))

    @cached_property
    def _tree(self):
        return shapely.STRtree(self.geometry)


ROWS = Made(PLACES, FRAME, np.array(SHAPES, dtype=object))


def found(filter, lang="cql2-text", rows=ROWS, crs=CRS84):
    return "".join(FRAME["id"][evaluate(read_filter(filter, lang), rows, crs)])


def refused(filter, lang="cql2-text", crs=CRS84, **limits):
    with pytest.raises(BadQuery) as caught:
        evaluate(read_filter(filter, lang), ROWS, crs, **limits)
    return str(caught.value)


def cases(table):
    """The lines of `table`, each a filter and what is said of it."""
    return [tuple(part.strip() for part in line.split("⇒")) for line in table.strip().splitlines()]
