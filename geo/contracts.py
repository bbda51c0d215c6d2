"""
What a table promises: its columns with their meaning, and what makes a frame unusable.

A `Table` says which columns a frame has, what each means in plain language and in which unit, and what makes a
frame unusable. `Table.check` reports every problem of a frame at once.
"""

import math
import re
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import pandas as pd
from pandas.api import types as dtypes

from geo.crs import WGS84
from geo.errors import TableError

Kind = Literal["text", "number", "flag", "date"]
Shape = Literal["point", "polygon"]

ISO_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
SHAPES = {"point": {"Point"}, "polygon": {"Polygon", "MultiPolygon"}}


@dataclass(frozen=True)
class Column:
    """
    One column: `title` is a plain-language label, `unit` is empty where there is none; dates are ISO text.

    A number below 0 or above `most` is a mistake of whoever wrote it.
    """

    name: str
    kind: Kind
    title: str
    unit: str = ""
    nullable: bool = True
    most: float = math.inf

    def problems(self, values: pd.Series) -> list[str]:
        """What is wrong with `values` as this column."""
        found = []
        if not self.nullable and (empty := int(values.isna().sum())):
            found.append(f"column {self.name!r} is empty in {empty} rows")
        known = values.dropna()
        if self.kind == "number":
            fits = dtypes.is_numeric_dtype(values) and not dtypes.is_bool_dtype(values)
        else:
            of = bool if self.kind == "flag" else str
            fits = all(isinstance(value, of) for value in known.tolist())
        if not fits:
            found.append(f"column {self.name!r} holds {values.dtype}, expected {self.kind}")
        elif self.kind == "date" and (odd := [value for value in known.tolist() if not ISO_DATE.fullmatch(value)]):
            found.append(f"column {self.name!r} holds {odd[0]!r}, expected YYYY-MM-DD")
        return found


@dataclass(frozen=True)
class Table:
    """
    The contract of one table.

    Attributes
    ----------
    key
        The column that identifies a row.
    floor
        Fewer rows than this mean a partial upstream file, not a small city.
    shape
        The geometry of a row, or None for a table without one.
    everywhere
        Whether each row must have a geometry.
    further
        A pattern of number columns that a frame may have besides the declared ones.
    """

    name: str
    title: str
    key: str
    columns: tuple[Column, ...]
    floor: int = 1
    shape: Shape | None = None
    everywhere: bool = True
    further: str | None = None

    @property
    def names(self) -> list[str]:
        """The column names in their declared order, the geometry last where there is one."""
        return [column.name for column in self.columns] + (["geometry"] if self.shape else [])

    def check(self, frame: pd.DataFrame, *, whole: bool = True) -> pd.DataFrame:
        """
        `frame` with the columns of this contract, in its order and without an index; `whole` if the floor holds.

        Raises
        ------
        TableError
            The frame breaks the contract; the message lists every problem found.
        """
        if found := self.problems(frame, whole=whole):
            raise TableError(f"{self.name}: " + "; ".join(found))
        return frame[[*self.names, *(column.name for column in self.measures(frame))]].reset_index(drop=True)

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` with its columns of numbers as such, where all of a column may be missing."""
        numbers = [column.name for column in self.columns if column.kind == "number" and column.name in frame]
        return frame.astype(dict.fromkeys(numbers, float))

    def implausible(self, frame: pd.DataFrame) -> pd.Series:
        """For each row the first number that cannot be true, in words, else None; index as `frame`."""
        checks = [
            (~frame[column.name].between(0, column.most) & frame[column.name].notna(), _beyond(frame, column))
            for column in [*self.columns, *self.measures(frame)]
            if column.kind == "number" and dtypes.is_numeric_dtype(frame[column.name])
        ]
        return first_reason(frame.index, *checks)

    def measures(self, frame: pd.DataFrame) -> list[Column]:
        """The columns of `frame` that `further` admits, as declarations."""
        if self.further is None:
            return []
        return [number(name, name, "") for name in map(str, frame) if re.fullmatch(self.further, name)]

    def problems(self, frame: pd.DataFrame, *, whole: bool = True) -> list[str]:
        """Every way in which `frame` breaks the contract."""
        if missing := [name for name in self.names if name not in frame]:
            return [f"columns {missing} are missing"]
        columns = [*self.columns, *self.measures(frame)]
        found = [problem for column in columns for problem in column.problems(frame[column.name])]
        twice = frame.loc[frame[self.key].duplicated(), self.key]
        if len(twice):
            found.append(f"{len(twice)} rows repeat a {self.key}, the first is {twice.iloc[0]!r}")
        if whole and len(frame) < self.floor:
            found.append(f"{len(frame)} rows found, at least {self.floor} expected: get the whole file again")
        if self.shape:
            found += self._geometry_problems(frame, SHAPES[self.shape])
        return found

    def _geometry_problems(self, frame: pd.DataFrame, allowed: set[str]) -> list[str]:
        if not isinstance(frame, gpd.GeoDataFrame) or frame.crs != WGS84:
            return [f"the geometry is not in {WGS84}"]
        found = []
        known = frame.geometry.dropna()
        if self.everywhere and len(known) < len(frame):
            found.append(f"{len(frame) - len(known)} rows have no geometry")
        if wrong := int((~known.geom_type.isin(allowed)).sum()):
            found.append(f"{wrong} geometries are not of type {' or '.join(sorted(allowed))}")
        if unfit := int((known.is_empty | ~known.is_valid).sum()):
            found.append(f"{unfit} geometries are empty or invalid")
        return found


def text(name: str, title: str, *, nullable: bool = True) -> Column:
    """A column of text."""
    return Column(name, "text", title, nullable=nullable)


def number(name: str, title: str, unit: str, *, nullable: bool = True, most: float = math.inf) -> Column:
    """A column of numbers in `unit`, from 0 to `most`."""
    return Column(name, "number", title, unit, nullable, most)


def flag(name: str, title: str, *, nullable: bool = False) -> Column:
    """A column of yes and no."""
    return Column(name, "flag", title, nullable=nullable)


def date(name: str, title: str, *, nullable: bool = True) -> Column:
    """A column of ISO dates, YYYY-MM-DD."""
    return Column(name, "date", title, nullable=nullable)


def _beyond(frame: pd.DataFrame, column: Column) -> pd.Series:
    highest = "" if column.most == math.inf else f" to {column.most:,.0f}"
    return f"{column.name} is " + frame[column.name].map("{:g}".format) + f", expected 0{highest or ' or more'}"


def first_reason(index: pd.Index, *checks: tuple[pd.Series, str | pd.Series]) -> pd.Series:
    """For each row the text of the first check that is true for it, else None."""
    reasons = pd.Series(None, index=index, dtype=object)
    for failed, reason in reversed(checks):
        reasons = reasons.where(~failed.fillna(False).astype(bool), reason)
    return reasons.where(reasons.notna(), None)
