"""
The contracts of the tables that loaders make and that scoring and serving rely on.

A `Table` says which columns a frame has, what each means in plain language and in which unit, and what makes a
frame unusable. `Table.check` reports every problem of a frame at once.
"""

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
    """One column: `title` is a plain-language label, `unit` is empty where there is none; dates are ISO text."""

    name: str
    kind: Kind
    title: str
    unit: str = ""
    nullable: bool = True

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

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """
        `frame` with the columns of this contract, in its order and without an index.

        Raises
        ------
        TableError
            The frame breaks the contract; the message lists every problem found.
        """
        if found := self.problems(frame):
            raise TableError(f"{self.name}: " + "; ".join(found))
        return frame[[*self.names, *(column.name for column in self.measures(frame))]].reset_index(drop=True)

    def measures(self, frame: pd.DataFrame) -> list[Column]:
        """The columns of `frame` that `further` admits, as declarations."""
        if self.further is None:
            return []
        return [number(name, name, "") for name in map(str, frame) if re.fullmatch(self.further, name)]

    def problems(self, frame: pd.DataFrame) -> list[str]:
        """Every way in which `frame` breaks the contract."""
        if missing := [name for name in self.names if name not in frame]:
            return [f"columns {missing} are missing"]
        columns = [*self.columns, *self.measures(frame)]
        found = [problem for column in columns for problem in column.problems(frame[column.name])]
        twice = frame.loc[frame[self.key].duplicated(), self.key]
        if len(twice):
            found.append(f"{len(twice)} rows repeat a {self.key}, the first is {twice.iloc[0]!r}")
        if len(frame) < self.floor:
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


def number(name: str, title: str, unit: str, *, nullable: bool = True) -> Column:
    """A column of numbers in `unit`."""
    return Column(name, "number", title, unit, nullable)


def flag(name: str, title: str, *, nullable: bool = False) -> Column:
    """A column of yes and no."""
    return Column(name, "flag", title, nullable=nullable)


def date(name: str, title: str) -> Column:
    """A column of ISO dates, YYYY-MM-DD."""
    return Column(name, "date", title)


def first_reason(index: pd.Index, *checks: tuple[pd.Series, str | pd.Series]) -> pd.Series:
    """For each row the text of the first check that is true for it, else None."""
    reasons = pd.Series(None, index=index, dtype=object)
    for failed, reason in reversed(checks):
        reasons = reasons.where(~failed.fillna(False).astype(bool), reason)
    return reasons.where(reasons.notna(), None)


TRACTS = Table(
    name="tracts",
    title="Census tracts, 2020",
    key="geoid",
    floor=2300,
    shape="polygon",
    columns=(
        text("geoid", "Tract GEOID (state, county, tract; 11 digits)", nullable=False),
        text("name", "Tract name", nullable=False),
        text("nta", "2020 Neighborhood Tabulation Area code", nullable=False),
        text("nta_name", "Neighborhood Tabulation Area name", nullable=False),
        text("cdta", "2020 Community District Tabulation Area code", nullable=False),
        text("cdta_name", "Community District Tabulation Area name", nullable=False),
        text("borough", "Borough", nullable=False),
    ),
)

ADOPTION = Table(
    name="adoption",
    title="American Community Survey: internet, computers, poverty and age",
    key="place",
    floor=250,
    columns=(
        text("place", "Tract GEOID or NTA code", nullable=False),
        text("geography", "What a row is: tract or nta", nullable=False),
    ),
    further=r"[A-Z]+\d+[A-Z]?_\d{3,4}[EM]",
)
"""Besides these, a column for each ACS variable that upstream gave: `B28002_001E` estimate, `B28002_001M` margin."""

LOTS = Table(
    name="lots",
    title="Residential tax lots",
    key="bbl",
    floor=700_000,
    shape="point",
    columns=(
        text("bbl", "Borough, block and lot (10 digits)", nullable=False),
        number("units", "Residential units", "homes", nullable=False),
        number("residents", "Residents", "people"),
    ),
)

DEVELOPMENTS = Table(
    name="developments",
    title="NYCHA developments",
    key="tds",
    floor=20,
    shape="polygon",
    everywhere=False,
    columns=(
        text("tds", "NYCHA development number (TDS, 3 digits)", nullable=False),
        text("name", "Development", nullable=False),
        text("borough", "Borough; several for scattered sites"),
        text("community_district", "Community district, as NYCHA states it"),
        text("council_district", "City Council district"),
        text("program", "Housing programme"),
        number("apartments", "Current apartments", "homes"),
        number("residents", "Residents", "people"),
        text("senior", "Whether for older adults: exclusively, partially"),
        date("completed", "Completion date"),
        date("pact_date", "Date of conversion to PACT/RAD"),
    ),
)

KIOSKS = Table(
    name="kiosks",
    title="LinkNYC and Link5G kiosks",
    key="site_id",
    floor=500,
    shape="point",
    columns=(
        text("site_id", "Site", nullable=False),
        text("kind", "Link1.0, Link5G or payphone", nullable=False),
        text("planned_type", "Kiosk type as upstream writes it"),
        text("status", "Installation status", nullable=False),
        flag("working", "Live and a kiosk: counts as public access"),
        text("borough", "Borough", nullable=False),
        text("community_district", "Community district (3 digits)"),
        text("council_district", "City Council district"),
        text("address", "Street address"),
        date("installed", "Installation complete"),
        date("activated", "Activation complete"),
    ),
)

SCHOOLS = Table(
    name="schools",
    title="Public and charter schools",
    key="dbn",
    floor=500,
    shape="point",
    everywhere=False,
    columns=(
        text("dbn", "District, borough and number", nullable=False),
        text("name", "School", nullable=False),
        text("building", "Primary building code"),
        text("address", "Address"),
        text("borough", "Borough of the DBN", nullable=False),
        text("category", "Kind of school"),
        text("managed_by", "DOE or charter"),
        text("grades", "Grades"),
        number("pupils", "Pupils enrolled", "people"),
        number("economic_need_share", "Economic Need Index", "share"),
        text("economic_need_note", "How the index is to be read where upstream withheld it"),
    ),
)

FACILITIES = Table(
    name="facilities",
    title="Public computer centres",
    key="facility_id",
    floor=100,
    shape="point",
    columns=(
        text("facility_id", "Centre", nullable=False),
        text("name", "Name", nullable=False),
        text("agency", "Overseeing agency"),
        text("operator", "Operator"),
        text("borough", "Borough"),
        text("address", "Address"),
        text("access", "Who may use it, as upstream states it"),
        flag("open_to_all_ages", "Not reserved for older adults: counts as public access"),
        flag("wifi", "Wi-Fi available", nullable=True),
        number("workstations", "Computers for the public", "computers"),
        number("wireline_down_mbps", "Measured wireline download", "Mbit/s"),
        number("wifi_down_mbps", "Measured Wi-Fi download", "Mbit/s"),
    ),
)
