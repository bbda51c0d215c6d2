"""A filter put to a table: what its parts are in the columns of the table, and what may be spent on it."""

import difflib
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

import numpy as np
import pandas as pd

from app.cql.reading import Filter
from app.cql.tokens import Path, quoted
from app.ogc.crs import Crs
from geo.contracts import Kind, Table
from geo.errors import BadQuery

MOST_SECONDS: Final = 1.0
"""What the spatial operators of one filter may take, as estimated by `app.cql.spatial` before they run."""

KINDS: Final = {
    "number": "a number",
    "text": "text",
    "flag": "true or false",
    "date": "a date",
    "nothing": "null",
    "geometry": "a geometry",
}


class Rows(Protocol):
    """A table that a filter is put to: n rows of values as they are served."""

    @property
    def table(self) -> Table:
        """The names and kinds of the columns."""

    @property
    def geometry(self) -> np.ndarray:
        """The n geometries in longitude and latitude, None where not known."""

    def values(self, name: str) -> pd.Series:
        """The n values of the column `name`, missing where not known."""

    def near(self, bounds: tuple[float, float, float, float]) -> np.ndarray:
        """The numbers of the rows whose bounding box meets `bounds` (degrees)."""


@dataclass(frozen=True, eq=False)
class Operand:
    """
    Something that can be compared.

    Attributes
    ----------
    values
        n values or one for all rows: floats, text (object), booleans, or microseconds since 1970 for dates.
    known
        Where `values` says something, of the same shape.
    path
        Where it stands in the filter.
    """

    kind: Kind | Literal["nothing"]
    values: np.ndarray
    known: np.ndarray
    path: Path


@dataclass
class Question:
    """
    A filter, the rows that it is put to, and the system that its geometries are in.

    Attributes
    ----------
    seconds
        What its spatial operators may take.
    spent
        What they take so far, as estimated.
    columns
        The columns that have been read.
    metres
        The geometries that have been projected, None where not yet.
    """

    filter: Filter
    rows: Rows
    crs: Crs
    seconds: float
    spent: float = 0.0
    columns: dict[str, Operand] = field(default_factory=dict)
    metres: np.ndarray | None = None

    def refusal(self, path: Path, problem: str) -> BadQuery:
        """The error to raise about the part of the filter at `path`."""
        return self.filter.refusal(path, problem)

    def kind(self, name: str, path: Path) -> str:
        """
        The kind of the property `name`.

        Raises
        ------
        BadQuery
            There is no such property.
        """
        table = self.rows.table
        kinds: dict[str, str] = {column.name: column.kind for column in table.columns}
        if table.shape is not None:
            kinds["geometry"] = "geometry"
        if name in kinds:
            return kinds[name]
        close = {known.lower(): known for known in reversed(kinds)}
        like = [close[match] for match in difflib.get_close_matches(name.lower(), [*close], 3, 0.5)]
        hint = f"; like it are: {', '.join(like)}" if like else ""
        if self.filter.lang == "cql2-text" and quoted(self.filter.text, name):
            hint += "; text is written in single quotes"
        where = f"all are listed at /collections/{table.name}/queryables"
        raise self.refusal(path, f", which is no property of {table.name}{hint}; {where}")

    def column(self, name: str, path: Path) -> Operand:
        """The property `name`, no geometry, as it is served."""
        if name not in self.columns:
            self.columns[name] = read_column(self.rows.values(name), self.kind(name, path))
        found = self.columns[name]
        return Operand(found.kind, found.values, found.known, path)

    def spend(self, seconds: float, path: Path) -> None:
        """
        Count `seconds` in.

        Raises
        ------
        BadQuery
            They would make it too many.
        """
        self.spent += seconds
        if self.spent > self.seconds:
            raise self.refusal(
                path,
                f", with which the filter would take about {self.spent:,.2f} seconds, expected at most "
                f"{self.seconds:g}: simplify its geometry, ask for a smaller area, or use fewer spatial operators",
            )


def read_column(values: pd.Series, kind: str) -> Operand:
    """A column as an operand; numbers that are not finite and days that are in no calendar are not known."""
    if kind == "number":
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        return Operand("number", numbers, np.isfinite(numbers), ())
    if kind == "date":
        days = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce").to_numpy().astype("datetime64[us]")
        return Operand("date", days.astype(np.int64), ~np.isnat(days), ())
    known = values.notna().to_numpy()
    if kind == "flag":
        return Operand("flag", np.equal(values.to_numpy(dtype=object), True).astype(bool), known, ())
    return Operand("text", np.where(known, values.to_numpy(dtype=object), ""), known, ())


def single(kind: Kind, value: Any, path: Path) -> Operand:
    """A literal."""
    dtype = {"number": float, "text": object, "flag": bool, "date": np.int64}[kind]
    return Operand(kind, np.asarray(value, dtype=dtype), np.asarray(True), path)
