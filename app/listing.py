"""The lists that people take away, before they are files: rows and columns in the form that every format writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from app.pieces import rounded
from app.state import READS, City
from geo.contracts import Column, number, text
from geo.published import DECIMALS

ROLLOUT: Final = "big-apple-connect"
LEDGER: Final = "equity"
EXPORTS: Final = {
    ROLLOUT: "every NYCHA development, those that may be served first, by falling priority, with reasons",
    "ntas": "every neighborhood with its scores, intervals, rank and tier",
    "tracts": "every census tract with the same",
    "cdtas": "every community district with the same",
    "boroughs": "the boroughs",
    LEDGER: "the equity ledger: how unequally broadband and public access are spread, with intervals",
}
"""Each list, and what it holds; all say vintages, method version and snapshot in every row."""

LEDGER_COLUMNS: Final = (
    text("measure", "What is spread over the city", nullable=False),
    number("threshold_share", "The share below which an area falls short", "share"),
    text("index", "Index of inequality", nullable=False),
    text("label", "The index in plain words", nullable=False),
    number("value", "Its value", ""),
    number("low", "Lower end of its 90 % interval", ""),
    number("high", "Upper end of its 90 % interval", ""),
    text("method", "How the interval was found"),
    text("note", "What to know of the interval, or why there is none"),
)
LEDGER_DECIMALS: Final = {"value": 4, "low": 4, "high": 4}

CONSTANTS: Final = {
    "source": "The datasets that the row is made of",
    "vintage": "What each of them is of",
    "not_real": "Those among them that are made up or collected by hand",
    "method_version": "Version of the method",
    "snapshot": "Snapshot: when it was made, and a hash of what went into it",
    "not_in_score": "What the score lacks, and why",
}
"""What every row of a list repeats, in plain words."""


@dataclass(frozen=True)
class Listing:
    """
    One list.

    Attributes
    ----------
    columns
        The contract's columns, then what every row repeats.
    frame
        A column for each, as `served`; in the order of the list, its index the row numbers of the collection. All but
        the ledger have `geometry` too: polygons in EPSG:4326, None where it is not known.
    datasets
        The names of the datasets that it is made of, those that the snapshot lacks among them.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    datasets: tuple[str, ...]


def source(name: str) -> str:
    """The collection that a list is made of, for the ledger the one whose constants are its own."""
    return {ROLLOUT: "developments", LEDGER: "ntas"}.get(name, name)


def listing(city: City, name: str) -> Listing:
    """The list `name` of a city that has the collection `source(name)`."""
    collection = city.collections[source(name)]
    repeated = tuple(text(key, CONSTANTS[key]) for key in collection.constants)
    ledger = name == LEDGER
    frame = city.equity.round(LEDGER_DECIMALS) if ledger else collection.frame
    if name == ROLLOUT:
        frame = frame.loc[_ranked(frame)]
    columns = (*(LEDGER_COLUMNS if ledger else collection.table.columns), *repeated)
    whole = served(frame.assign(**collection.constants), columns)
    return Listing(name, EXPORTS[name], columns, whole, READS[collection.name])


def served(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """`frame` with its numbers as they are published, whole ones as integers; other columns as they are."""
    return frame.assign(**{column.name: _served(frame[column.name], column) for column in columns})


def _served(values: pd.Series, column: Column) -> pd.Series:
    if column.kind == "flag":
        return values.astype("boolean")
    if column.kind != "number":
        return values.astype("str")
    whole = DECIMALS.get(column.unit) == 0
    return rounded(values, column).astype("Int64") if whole else rounded(values, column)


def _ranked(frame: pd.DataFrame) -> pd.Index:
    """The rows by falling priority, as it is shown; equals by size."""
    shown = frame.assign(shown=frame["priority"].round(DECIMALS["points"]))
    return shown.sort_values(["shown", "apartments", "tds"], ascending=[False, False, True]).index
