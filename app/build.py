"""A snapshot from gathered sources: parse, check, set rejects aside, score, publish; all of it or nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from app.scoring import Progress, score_and_publish
from geo.errors import TableError, UpstreamChanged
from loaders import CHECKS, DATASETS, store

NEEDED = ("tracts", "adoption", "lots")


def build(gathered: Any, var: Path, walk_m: float, progress: Progress, now: datetime) -> store.Snapshot:
    """
    Publish a snapshot of what was gathered.

    Parameters
    ----------
    gathered
        As an origin gives it (`loaders.origin.Gathered`).
    progress
        Told the name of each step as it begins.
    now
        The time of the snapshot; eligibility is judged on its day.

    Raises
    ------
    EquityError
        A source cannot be read, breaks its contract, or is missing although scoring needs it. Nothing was published.
    """
    if lacking := [name for name in NEEDED if name not in gathered.raws]:
        raise UpstreamChanged("; ".join(f"{name}: {gathered.absent[name]}" for name in lacking))
    tables: dict[str, pd.DataFrame] = {}
    absent = dict(gathered.absent)
    entries = []
    with store.draft(var) as draft:
        for dataset in (*DATASETS, *CHECKS):
            if dataset.name not in gathered.raws:
                continue
            if unread := [name for name in dataset.needs if name not in tables]:
                absent[dataset.name] = f"not read without {', '.join(unread)}, which this snapshot lacks"
                continue
            progress(f"reading {dataset.table.title}")
            raws = _with_history(dataset, gathered.raws[dataset.name], var)
            parsed = _read(dataset, raws, tables)
            for raw in raws.values():
                draft.write_raw(raw.source.name, raw.source.storable(raw.body))
            draft.write_table(dataset.name, parsed.table)
            draft.write_rejects(dataset.name, parsed.rejects)
            tables[dataset.name] = parsed.table
            entries.append(_entry(dataset, raws, parsed))
        manifest = {
            "created_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "datasets": entries,
            "absent": [
                {"name": dataset.name, "title": dataset.table.title, "reason": absent[dataset.name]}
                for dataset in DATASETS
                if dataset.name in absent
            ],
            "unread_files": list(gathered.unread),
        }
        return score_and_publish(draft, manifest, tables, walk_m, progress, now)


def rescore(snapshot: store.Snapshot, var: Path, walk_m: float, progress: Progress, now: datetime) -> store.Snapshot:
    """A new snapshot of the tables of `snapshot`, scored again by the method and the settings of today."""
    with store.draft(var) as draft:
        draft.take_over(snapshot)
        names = [dataset.name for dataset in (*DATASETS, *CHECKS) if snapshot.has(dataset.name)]
        tables = {name: snapshot.table(name) for name in names}
        manifest = {
            "created_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            **{key: snapshot.manifest[key] for key in ("datasets", "absent", "unread_files")},
            "rescored_from": snapshot.id,
        }
        return score_and_publish(draft, manifest, tables, walk_m, progress, now)


def _with_history(dataset: Any, raws: Mapping[str, Any], var: Path) -> Mapping[str, Any]:
    """`raws`, and what earlier snapshots have besides where the dataset keeps a history; what is made up has none."""
    history, made_up = dataset.history, any(raw.origin == "sample" for raw in raws.values())
    if not history or made_up or (last := store.last_real(var, dataset.name)) is None:
        return raws
    kept = (last.raw(history.of), last.raw(history.source.name))
    more: Mapping[str, Any] = history.added(raws, filter(None, kept), f"snapshot {last.id}")
    return more


def _read(dataset: Any, raws: Mapping[str, Any], tables: Mapping[str, pd.DataFrame]) -> Any:
    """The dataset, or an error that names the files it was read from; the sample is a part by design."""
    whole = any(raw.origin != "sample" for raw in raws.values())
    try:
        return dataset.read({name: raw.body for name, raw in raws.items()}, tables, whole=whole)
    except (UpstreamChanged, TableError) as exc:
        raise type(exc)(f"{exc} [{', '.join(raw.place for raw in raws.values())}]") from exc


def _entry(dataset: Any, raws: Mapping[str, Any], parsed: Any) -> dict[str, Any]:
    """One dataset as the manifest tells of it."""
    origin = next(iter(raws.values())).origin
    told = "; ".join(dict.fromkeys(raw.vintage for raw in raws.values() if raw.vintage))
    return {
        "name": dataset.name,
        "title": dataset.table.title,
        "origin": origin,
        "kind": dataset.sample_kind if origin == "sample" else "real",
        "vintage": told if origin == "sample" else parsed.vintage or told,
        "rows_in": parsed.rows_in,
        "rows_kept": len(parsed.table),
        "rows_rejected": len(parsed.rejects),
        "notes": list(parsed.notes),
        "sources": [
            {
                "name": raw.source.name,
                "title": raw.source.title,
                "publisher": raw.source.publisher,
                "page": raw.source.page,
                "licence": raw.source.licence,
                "place": raw.place,
                "fetched_at": raw.fetched_at,
                "upstream_updated_at": raw.upstream_updated_at,
                "cadence_days": raw.source.cadence_days,
                "sha256": raw.sha256,
                "bytes": len(raw.body),
                "ignored_columns": list(parsed.ignored.get(raw.source.name, [])),
                "pages": list(raw.pages),
            }
            for raw in raws.values()
        ],
    }
