"""The lists that people take away, as files."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from app.features import collect, pieces, rounded
from app.state import City
from geo.errors import NotFound
from geo.published import DECIMALS
from geo.tables import Column

EXPORTS: Final = ("big-apple-connect",)
FORMATS: Final = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}


def export(city: City, name: str, format: str) -> bytes:
    """
    The list `name` as a file; the same snapshot gives the same bytes.

    `big-apple-connect`: every NYCHA development, those that may be served first, by falling priority, each with its
    reasons, vintages, method version and snapshot.

    Raises
    ------
    NotFound
        No such list or format, or the snapshot has no developments.
    """
    if name not in EXPORTS or format not in FORMATS:
        lists = ", ".join(f"{known}.{kind}" for known in EXPORTS for kind in FORMATS)
        raise NotFound(f"found no export {name}.{format}, expected one of: {lists}")
    if "developments" not in city.collections:
        absent = {entry["name"]: entry["reason"] for entry in city.manifest["absent"]}
        raise NotFound(f"this snapshot has no NYCHA developments: {absent.get('developments', 'no reason given')}")
    writers: dict[str, Callable[[City], bytes]] = {"csv": _csv, "geojson": _geojson}
    return writers[format](city)


def _ranked(city: City) -> pd.DataFrame:
    frame: pd.DataFrame = city.collections["developments"].frame
    return frame.sort_values(["priority", "apartments", "tds"], ascending=[False, False, True], ignore_index=True)


def _csv(city: City) -> bytes:
    collection = city.collections["developments"]
    ranked = _ranked(city)
    rows = pd.DataFrame({column.name: _cells(ranked[column.name], column) for column in collection.table.columns})
    rows = rows.assign(**{name: inert(value) for name, value in collection.constants.items()})
    return rows.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _cells(values: pd.Series, column: Column) -> pd.Series:
    if column.kind == "text":
        return values.map(inert)
    whole = column.kind == "number" and DECIMALS.get(column.unit) == 0
    return rounded(values, column).astype("Int64") if whole else rounded(values, column)


def inert(cell: Any) -> Any:
    """A cell that a spreadsheet would run as a formula, as plain text (CWE-1236)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _geojson(city: City) -> bytes:
    collection = city.collections["developments"]
    features = pieces(_ranked(city), collection.table, collection.constants)
    return collect(features, title="Big Apple Connect: developments by priority") + b"\n"
