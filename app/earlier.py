"""The snapshots before the one that serves: which there are in the folder, and what is in one of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import orjson
import pandas as pd

from app.language import _
from geo.errors import NotFound, SnapshotError
from loaders import store

NAMED: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")
"""What the folder of a published snapshot is called; nothing else in there is one."""

METHOD: Final[Mapping[str, type | tuple[type, ...]]] = {
    "version": str,
    "walk_m": (int, float),
    "indicators": list,
    "missing_indicators": dict,
    "goalposts": dict,
}
ENTRY: Final[Mapping[str, type | tuple[type, ...]]] = {
    "name": str,
    "title": str,
    "kind": str,
    "vintage": (str, type(None)),
    "sources": list,
}
"""What is read of the method and of each dataset of a manifest, and what it is there."""


def earlier(var: Path, served: str) -> list[str]:
    """The ids of the snapshots in `var` that were made before `served`, the newest first; no file is read."""
    folder = var / "snapshots"
    names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return sorted((name for name in names if _is_id(name) and name < served), reverse=True)


def opened(var: Path, id: str) -> store.Snapshot:
    """
    The snapshot `id`, which must be one of those listed: an id from an address is never a path by itself.

    Raises
    ------
    NotFound
        Its manifest is missing or damaged, or an older version of the project scored it.
    """
    path = var / "snapshots" / id
    try:
        manifest = orjson.loads((path / store.MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        manifest = None
    if not _is_manifest(manifest):
        raise NotFound(
            _("Snapshot {id} cannot be compared: its manifest is damaged, or of an older version.").format(id=id)
        )
    return store.Snapshot(path, manifest)


def another(var: Path, ids: Sequence[str], id: str) -> str | None:
    """One of `ids`, newest first, that may be compared instead of `id`: the next older one that can be opened."""
    at = ids.index(id)
    for other in (*ids[at + 1 :], *ids[:at]):
        try:
            return opened(var, other).id
        except NotFound:
            continue
    return None


def table(snapshot: store.Snapshot, name: str, columns: Iterable[str] = (), key: str | None = None) -> pd.DataFrame:
    """
    A table of an earlier snapshot, indexed by `key` if there is one.

    Raises
    ------
    NotFound
        It has none of that name, or one that is damaged: without one of `columns`, or with a key that tells no rows
        apart.
    """
    try:
        frame = pd.DataFrame(snapshot.table(name))
    except SnapshotError:
        _damaged(snapshot, name)
    for column in (*columns, *([key] if key else [])):
        if column not in frame:
            words = _("Snapshot {id} cannot be compared: its table {name} has no column {column}.")
            raise NotFound(words.format(id=snapshot.id, name=name, column=column))
    if key is None:
        return frame
    if not frame[key].is_unique or not all(isinstance(value, str) for value in frame[key]):
        _damaged(snapshot, name)
    return frame.set_index(key)


def made_at(id: str) -> datetime:
    """When a snapshot was made (UTC), by its id."""
    return datetime.strptime(id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _damaged(snapshot: store.Snapshot, name: str) -> NoReturn:
    words = _("Snapshot {id} cannot be compared: its table {name} is missing or damaged.")
    raise NotFound(words.format(id=snapshot.id, name=name)) from None


def _is_id(name: str) -> bool:
    """Whether a folder is called as a snapshot is, by a time that there is."""
    try:
        return NAMED.fullmatch(name) is not None and made_at(name) is not None
    except ValueError:
        return False


def _is_manifest(found: Any) -> bool:
    """Whether a manifest has all that is read of it."""
    return (
        isinstance(found, dict)
        and all(part in found for part in store.PARTS)
        and _has(found["method"], METHOD)
        and all(isinstance(code, str) for code in found["method"]["indicators"])
        and isinstance(found["datasets"], list)
        and all(_has(entry, ENTRY) for entry in found["datasets"])
        and all(_has(source, {"sha256": str}) for entry in found["datasets"] for source in entry["sources"])
    )


def _has(found: Any, members: Mapping[str, type | tuple[type, ...]]) -> bool:
    """Whether something of a manifest has these members, each of its type."""
    return isinstance(found, dict) and all(
        name in found and isinstance(found[name], kind) for name, kind in members.items()
    )
