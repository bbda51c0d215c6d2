"""
The snapshot on disk: immutable once published, and switched by one atomic rename.

    var/snapshots/<UTC time>-<hash>/   manifest.json, <table>.parquet, scores/, map/, raw/, rejects/
    var/current                        a link to the one that serves

A snapshot is written under a hidden name and published last, so that an ingest that fails or is killed leaves the
previous one serving; what it left behind is removed by the next one. One writer at a time holds `var/.lock`.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import orjson
import pandas as pd
import pyarrow.parquet as pq

from geo.errors import SnapshotError

MANIFEST = "manifest.json"
DRAFT, LINK = ".draft-", ".current-"
TABLES = ("id", "created_at", "datasets", "absent", "unread_files")
PARTS = (*TABLES, "method", "classes", "uncertain_shares", "findings", "plan")
INGEST = "run `equity-map ingest --sample` (or --from DIR)"


@dataclass(frozen=True)
class Snapshot:
    """A published snapshot: its folder and its manifest."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The name of the snapshot: UTC time, and a hash of what went into it."""
        return self.path.name

    def has(self, name: str) -> bool:
        """Whether there is a table `name` (a scored one is named `scores/…`)."""
        return (self.path / f"{name}.parquet").is_file()

    def table(self, name: str) -> Any:
        """
        The table `name`, in EPSG:4326 where it has geometry.

        Raises
        ------
        SnapshotError
            The file is missing or damaged.
        """
        path = self.path / f"{name}.parquet"
        try:
            spatial = b"geo" in (pq.read_schema(path).metadata or {})
            return gpd.read_parquet(path) if spatial else pd.read_parquet(path)
        except (OSError, ValueError) as exc:
            raise SnapshotError(f"table {name} of snapshot {self.id} cannot be read ({exc}); {INGEST} again") from exc

    def raw(self, source: str) -> bytes | None:
        """The stored bytes of a source, None where there are none."""
        found = sorted((self.path / "raw").glob(f"{source}.*"))
        return found[0].read_bytes() if found else None


def current(var: Path, *, scored: bool = True) -> Snapshot:
    """
    The snapshot that serves; its tables alone if not `scored`, whatever version scored them.

    Raises
    ------
    SnapshotError
        There is none, or its manifest is damaged, or it was scored by an older version.
    """
    path = (var / "current").resolve()
    if not (var / "current").exists():
        raise SnapshotError(f"there is no snapshot in {var}; {INGEST} first")
    try:
        manifest = orjson.loads((path / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError) as exc:
        raise SnapshotError(f"the manifest of snapshot {path.name} cannot be read ({exc}); {INGEST} again") from exc
    if lacking := [part for part in TABLES if not isinstance(manifest, dict) or part not in manifest]:
        raise SnapshotError(f"the manifest of snapshot {path.name} has no {', '.join(lacking)}; {INGEST} again")
    if scored and (lacking := [part for part in PARTS if part not in manifest]):
        raise SnapshotError(f"the manifest of snapshot {path.name} has no {', '.join(lacking)}; run `equity-map score`")
    return Snapshot(path, manifest)


def last_real(var: Path, dataset: str) -> Snapshot | None:
    """The newest snapshot in `var` with real files of `dataset`, whether or not it serves; None where there is none."""
    for path in sorted((var / "snapshots").glob("[!.]*"), reverse=True):
        try:
            manifest = orjson.loads((path / MANIFEST).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            continue  # a damaged snapshot is no reason to refuse the next one
        entries = manifest.get("datasets", []) if isinstance(manifest, dict) else []
        if any(entry.get("name") == dataset and entry.get("origin") != "sample" for entry in entries):
            return Snapshot(path, manifest)
    return None


@dataclass
class Draft:
    """A snapshot that is being written; `digest` grows with every raw file."""

    path: Path
    digest: Any = field(default_factory=hashlib.sha256)

    def write_raw(self, source: str, body: bytes) -> None:
        """Keep the bytes of a source, named after their format."""
        self.digest.update(body)
        self._file("raw", f"{source}.{_suffix(body)}").write_bytes(body)

    def write_table(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a table, as GeoParquet where it has geometry."""
        frame.to_parquet(self._file(f"{name}.parquet"), index=False, compression="zstd")

    def write_rejects(self, name: str, rejects: pd.DataFrame) -> None:
        """Keep the rows of table `name` that were set aside, with their reasons; no cell runs as a formula."""
        rejects.map(inert).to_csv(self._file("rejects", f"{name}.csv"), index=False, lineterminator="\n")

    def take_over(self, snapshot: Snapshot) -> None:
        """Everything of `snapshot` but its scores and manifest, without copying bytes where the disk can share them."""
        for path in sorted(snapshot.path.rglob("*")):
            name = path.relative_to(snapshot.path)
            if path.is_file() and name.parts[0] not in ("scores", "map", MANIFEST):
                self.digest.update(str(name).encode())
                _share(path, self._file(*name.parts))
        self.digest.update(snapshot.id.encode())

    def _file(self, *parts: str) -> Path:
        path = self.path.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


@contextmanager
def draft(var: Path) -> Iterator[Draft]:
    """
    A new draft in `var`, removed again unless it is published within the block.

    Raises
    ------
    SnapshotError
        Another process is writing a snapshot in `var`, or `var` cannot be written.
    """
    snapshots = var / "snapshots"
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        lock = (var / ".lock").open("w")
    except OSError as exc:
        raise SnapshotError(f"{var} cannot be written ({exc}); give another folder with --var") from exc
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            raise SnapshotError(f"another process is writing a snapshot in {var}; wait until it is done") from exc
        for abandoned in snapshots.glob(f"{DRAFT}*"):
            shutil.rmtree(abandoned)
        for abandoned in var.glob(f"{LINK}*"):
            abandoned.unlink()
        path = snapshots / f"{DRAFT}{os.getpid()}"
        path.mkdir()
        try:
            yield Draft(path)
        finally:
            shutil.rmtree(path, ignore_errors=True)


def publish(
    draft: Draft, manifest: Mapping[str, Any], at: datetime, check: Callable[[Snapshot], object] = lambda snapshot: None
) -> Snapshot:
    """
    The draft under its final name, with its manifest, as the snapshot that serves.

    `check` is given the snapshot before anybody else can see it; what it raises stops the publication.
    """
    var = draft.path.parents[1]
    id = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{draft.digest.hexdigest()[:8]}"
    whole = {"id": id, **manifest}
    (draft.path / MANIFEST).write_bytes(orjson.dumps(whole, option=orjson.OPT_INDENT_2))
    check(Snapshot(draft.path, whole))
    path = draft.path.with_name(id)
    draft.path.rename(path)
    link = var / f"{LINK}{os.getpid()}"
    link.symlink_to(path.relative_to(var))
    link.replace(var / "current")
    return Snapshot(path, whole)


def inert(cell: Any) -> Any:
    """A cell that a spreadsheet would run as a formula, as plain text (CWE-1236)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _suffix(body: bytes) -> str:
    start = body[:64].lstrip(b"\xef\xbb\xbf \r\n")
    if start.startswith(b"PAR1"):
        return "parquet"
    return "json" if start[:1] in (b"{", b"[") else "csv"


def _share(path: Path, copy: Path) -> None:
    try:
        os.link(path, copy)
    except OSError:
        shutil.copy2(path, copy)
