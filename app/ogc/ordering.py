"""
The order of features, and places in it that hold when features come and go.

A cursor names the last feature that was seen by the values that it is sorted by and its id, not by how many came
before, so that paging under any order gives each feature once, even across a change of the snapshot.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd

from app.features import Collection
from geo.errors import BadQuery

MOST_KEYS: Final = 10


@dataclass(frozen=True)
class Key:
    """A property to sort by."""

    name: str
    falling: bool


@dataclass(frozen=True)
class Cursor:
    """
    A place in an order.

    Attributes
    ----------
    before
        Whether the page ends there, rather than begins after it.
    values
        Of the feature there: what it is sorted by, then its id.
    """

    before: bool
    values: tuple[Any, ...]


def read_order(text: str, collection: Collection) -> tuple[Key, ...]:
    """
    What `sortby` asks for, such as `-gap,name`; the id decides between equals.

    Raises
    ------
    BadQuery
        A name is empty, given twice, or no property.
    """
    if not text:
        return ()
    keys = []
    for item in text.split(","):
        falling = item.startswith("-")
        name = item[1:] if item[:1] in ("-", "+", " ") else item  # a plus that nobody encoded arrives as a space
        if name not in collection.columns:
            known = ", ".join(collection.columns)
            raise BadQuery(f"sortby: found {item!r}, expected properties, a minus before those that fall: {known}")
        keys.append(Key(name, falling))
    names = [key.name for key in keys]
    if len({*names}) < len(names) or len(names) > MOST_KEYS:
        raise BadQuery(f"sortby: found {text!r}, expected at most {MOST_KEYS} properties, each once")
    return tuple(keys)


def ordered(collection: Collection, rows: np.ndarray, keys: tuple[Key, ...]) -> np.ndarray:
    """`rows` (rising) in the order of `keys`, those without a value last, equals by id."""
    if not keys:
        return rows
    return rows[np.lexsort([rows, *(_places(collection, key)[rows] for key in reversed(keys))])]


def first_after(collection: Collection, rows: np.ndarray, keys: tuple[Key, ...], cursor: Cursor) -> tuple[int, int]:
    """How many of `rows` (in order) come before the feature that `cursor` names, and where those after it begin."""
    after = np.zeros(len(rows), dtype=np.int8)
    columns = [*(_places(collection, key)[rows] for key in keys), rows]
    sought = [*(_place(collection, *pair) for pair in zip(keys, cursor.values, strict=False))]
    sought.append(_row(collection, cursor.values[-1]))
    for column, place in zip(columns, sought, strict=True):
        after = np.where(after == 0, np.sign((column > place) * 1 - (column < place) * 1), after)
    return int((after < 0).sum()), int((after <= 0).sum())


def write_cursor(collection: Collection, row: int, keys: tuple[Key, ...], *, before: bool) -> str:
    """The cursor of the feature at `row`."""
    values = [_value(collection, key.name, row) for key in keys]
    told = [before, _asked(keys), *values, collection.ids[row]]
    return urlsafe_b64encode(orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)).decode().rstrip("=")


def read_cursor(text: str, collection: Collection, keys: tuple[Key, ...]) -> Cursor:
    """
    The place that a `next` or `prev` link names.

    Raises
    ------
    BadQuery
        It is no cursor, or one of another order.
    """
    refused = BadQuery(f"cursor: found {text!r}, expected one from a next or prev link of the same question")
    try:
        told = orjson.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        raise refused from None
    if not isinstance(told, list) or len(told) != len(keys) + 3 or told[:2] not in ([b, _asked(keys)] for b in (0, 1)):
        raise refused
    *values, id = told[2:]
    kinds: dict[str, tuple[type, ...]] = {"number": (int, float), "flag": (bool,)}
    for key, value in zip(keys, values, strict=True):
        if value is not None and not isinstance(value, kinds.get(collection.column(key.name).kind, (str,))):
            raise refused
    if not isinstance(id, str):
        raise refused
    return Cursor(bool(told[0]), (*values, id))


def _asked(keys: tuple[Key, ...]) -> str:
    return ",".join(("-" if key.falling else "") + key.name for key in keys)


def _value(collection: Collection, name: str, row: int) -> Any:
    value = collection.values(name).iloc[row]
    return None if pd.isna(value) else value


def _levels(collection: Collection, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The different values of a column, rising, and the place of each row's among them, -1 without one."""
    codes, levels = pd.factorize(collection.values(name), sort=True)
    return np.asarray(levels), codes


def _places(collection: Collection, key: Key) -> np.ndarray:
    def make() -> np.ndarray:
        _, codes = collection.kept(("levels", key.name), lambda: _levels(collection, key.name))
        return np.where(codes < 0, np.inf, -codes.astype(float) if key.falling else codes)

    return collection.kept(key, make)


def _place(collection: Collection, key: Key, value: Any) -> float:
    """Where a value lies among the levels of its column: between two where there is none like it."""
    if value is None:
        return np.inf
    levels, _ = collection.kept(("levels", key.name), lambda: _levels(collection, key.name))
    at = int(np.searchsorted(levels, value))
    place = at if at < len(levels) and levels[at] == value else at - 0.5
    return -place if key.falling else place


def _row(collection: Collection, id: str) -> float:
    """Where an id lies among the rows, which are in the order of their ids."""
    if id in collection.rows:
        return collection.rows[id]
    return float(np.searchsorted(collection.ids, id)) - 0.5
