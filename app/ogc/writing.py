"""Features as a question wants to see them, joined of ready pieces: each geometry and property is written once."""

from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from app.bodies import digest
from app.features import Collection
from app.ogc.crs import CRS84, Crs
from app.ogc.query import Look
from app.pieces import MISSING, boxes, collect, features, geometries, heads, members

RECORD, LINE = b"\x1e", b"\n"
CHUNK = 64
"""Features that a stream sends at once."""


def written(collection: Collection, rows: Sequence[int] | np.ndarray, look: Look) -> list[bytes]:
    """The features at `rows` as GeoJSON, their coordinates in the system of `look`."""
    if look == Look():
        return [collection.pieces[row] for row in rows]
    count = len(rows)
    shown = _geometries(collection, look.crs) if look.geometry else None
    square = _boxes(collection) if look.geometry and look.crs == CRS84 else None
    return features(
        [_heads(collection)[row] for row in rows],
        [square[row] for row in rows] if square else [b""] * count,
        [shown[row] for row in rows] if shown else [MISSING] * count,
        _properties(collection, rows, look.names),
    )


def document(collection: Collection, rows: np.ndarray, look: Look) -> bytes:
    """The features at `rows` as a GeoJSON document of its own."""
    box = bounds(collection, rows) if look.geometry and look.crs == CRS84 else None
    further = {"bbox": box} if box else {}
    return collect(written(collection, rows, look), title=collection.table.title, **further) + b"\n"


def known(
    collection: Collection, rows: Sequence[int] | np.ndarray, look: Look, shown: Sequence[bytes]
) -> Iterator[bytes]:
    """What tells the features `shown` from any others: names of the ready ones, made once, and of others the bytes."""
    if look != Look():
        return iter(shown)
    names = collection.kept("names", lambda: [digest(piece).encode() for piece in collection.pieces])
    return (names[row] for row in rows)


def sequence(pieces: Sequence[bytes]) -> Iterator[bytes]:
    """GeoJSON text sequences (RFC 8142) of ready features, some at a time."""
    for start in range(0, len(pieces), CHUNK):
        yield b"".join(RECORD + piece + LINE for piece in pieces[start : start + CHUNK])


def bounds(collection: Collection, rows: np.ndarray) -> list[float] | None:
    """West, south, east, north of the features at `rows`, None where none of them has a place."""
    if not len(rows):
        return None
    least, most = collection.kept("corners", lambda: _corners(collection.bounds))
    box = [*least[rows].min(axis=0).tolist(), *most[rows].max(axis=0).tolist()]
    return box if np.isfinite(box[0]) else None


def _corners(bounds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """South-western and north-eastern corners, such that a feature without a place widens no box."""
    nowhere = np.isnan(bounds)
    return np.where(nowhere, np.inf, bounds)[:, :2], np.where(nowhere, -np.inf, bounds)[:, 2:]


def _properties(collection: Collection, rows: Sequence[int] | np.ndarray, names: tuple[str, ...] | None) -> list[bytes]:
    wanted = (*collection.columns, *collection.constants) if names is None else names
    constants = {name: b"%b:%b" % (orjson.dumps(name), orjson.dumps(collection.constants[name]))
                 for name in wanted if name in collection.constants}  # fmt: skip
    columns = [constants.get(name) or _members(collection, name) for name in wanted]
    return [
        b"{%b}" % b",".join(column if isinstance(column, bytes) else column[row] for column in columns) for row in rows
    ]


def _members(collection: Collection, name: str) -> list[bytes]:
    return collection.kept(("members", name), lambda: members(collection.values(name), collection.column(name)))


def _geometries(collection: Collection, crs: Crs) -> list[bytes]:
    return collection.kept(("geometries", crs), lambda: geometries(crs.given(collection.geometry), crs.decimals))


def _heads(collection: Collection) -> list[bytes]:
    return collection.kept("heads", lambda: heads(collection.frame[collection.table.key]))


def _boxes(collection: Collection) -> list[bytes]:
    return collection.kept("boxes", lambda: boxes(collection.geometry))
