"""The lists that people take away, as files."""

from typing import Final

import pandas as pd

from app.features import Collection, collect, rounded
from app.state import City
from geo.errors import NotFound
from geo.published import DECIMALS
from geo.tables import Column
from loaders.store import inert

FORMATS: Final = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}
ROLLOUT: Final = "big-apple-connect"
LEDGER: Final = "equity"
EXPORTS: Final = {
    ROLLOUT: "every NYCHA development, those that may be served first, by falling priority, with reasons",
    "ntas": "every neighborhood with its scores, intervals, rank and tier",
    "tracts": "every census tract with the same",
    "cdtas": "every community district with the same",
    "boroughs": "the boroughs",
    LEDGER: "the equity ledger (CSV only)",
}
"""Each list, and what it holds; all say vintages, method version and snapshot in every row."""


def files(city: City) -> list[str]:
    """The names of the files that this snapshot can give."""
    lists = [name for name in EXPORTS if name == LEDGER or _source(name) in city.collections]
    return [f"{name}.{format}" for name in lists for format in FORMATS if (name, format) != (LEDGER, "geojson")]


def export(city: City, name: str, format: str) -> bytes:
    """
    The list `name` as a file; the same snapshot gives the same bytes.

    Raises
    ------
    NotFound
        No such list or format, or the snapshot lacks what it is made of.
    """
    if f"{name}.{format}" not in files(city):
        absent = {entry["name"]: f" ({entry['reason']})" for entry in city.manifest["absent"]}
        raise NotFound(
            f"found no export {name}.{format} in this snapshot{absent.get(_source(name), '')}, "
            f"expected one of: {', '.join(files(city))}"
        )
    if name == LEDGER:
        constants = city.collections["ntas"].constants
        rows = city.equity.assign(**{key: constants[key] for key in ("vintage", "method_version", "snapshot")})
        return _bytes(rows.round({"value": 4, "low": 4, "high": 4}))
    collection = city.collections[_source(name)]
    order = (_ranked(collection.frame) if name == ROLLOUT else collection.frame.index).tolist()
    if format == "csv":
        return _csv(collection, collection.frame.loc[order])
    return collect([collection.pieces[row] for row in order], title=EXPORTS[name]) + b"\n"


def _source(name: str) -> str:
    """The collection that a list is made of."""
    return "developments" if name == ROLLOUT else name


def _ranked(frame: pd.DataFrame) -> pd.Index:
    """The rows by falling priority, as it is shown; equals by size."""
    shown = frame.assign(shown=frame["priority"].round(DECIMALS["points"]))
    return shown.sort_values(["shown", "apartments", "tds"], ascending=[False, False, True]).index


def _csv(collection: Collection, frame: pd.DataFrame) -> bytes:
    rows = pd.DataFrame({column.name: _cells(frame[column.name], column) for column in collection.table.columns})
    return _bytes(rows.assign(**{name: inert(value) for name, value in collection.constants.items()}))


def _bytes(rows: pd.DataFrame) -> bytes:
    return rows.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _cells(values: pd.Series, column: Column) -> pd.Series:
    if column.kind == "text":
        return values.map(inert)
    whole = column.kind == "number" and DECIMALS.get(column.unit) == 0
    return rounded(values, column).astype("Int64") if whole else rounded(values, column)
