"""The snapshots before the one that serves: which there are in the folder, and what is in one of them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
import pandas as pd

from app.language import _
from geo.errors import NotFound, SnapshotError
from loaders import store

NAMED: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
"""What the folder of a published snapshot is called; nothing else in there is one."""


def earlier(var: Path, served: str) -> list[str]:
    """The ids of the snapshots in `var` that were made before `served`, the newest first; no file is read."""
    folder = var / "snapshots"
    names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return sorted((name for name in names if NAMED.fullmatch(name) and name < served), reverse=True)


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
    if not isinstance(manifest, dict) or any(part not in manifest for part in store.PARTS):
        raise NotFound(
            _("Snapshot {id} cannot be compared: its manifest is damaged, or of an older version.").format(id=id)
        )
    return store.Snapshot(path, manifest)


def table(snapshot: store.Snapshot, name: str) -> pd.DataFrame:
    """
    A table of an earlier snapshot.

    Raises
    ------
    NotFound
        It has none of that name, or one that is damaged.
    """
    try:
        return pd.DataFrame(snapshot.table(name))
    except SnapshotError:
        words = _("Snapshot {id} cannot be compared: its table {name} is missing or damaged.")
        raise NotFound(words.format(id=snapshot.id, name=name)) from None


def made_at(id: str) -> datetime:
    """When a snapshot was made (UTC), by its id."""
    return datetime.strptime(id[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
