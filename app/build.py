"""A snapshot from gathered sources: parse, check, set rejects aside, score, publish; all of it or nothing."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from app.classes import class_bounds, uncertain_shares
from app.service import check
from geo.assessment import assess
from geo.errors import TableError, UpstreamChanged
from geo.indicators import BASE_VINTAGE, INDICATORS
from geo.method import METHOD_VERSION
from geo.outlines import for_map
from geo.scores import Scored, score_city
from loaders import CHECKS, DATASETS, store

Progress = Callable[[str], None]
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
    entries = []
    with store.draft(var) as draft:
        for dataset in (*DATASETS, *CHECKS):
            if dataset.name not in gathered.raws:
                continue
            progress(f"reading {dataset.table.title}")
            raws = gathered.raws[dataset.name]
            parsed = _read(dataset, raws)
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
                {"name": dataset.name, "title": dataset.table.title, "reason": gathered.absent[dataset.name]}
                for dataset in DATASETS
                if dataset.name in gathered.absent
            ],
            "unread_files": list(gathered.unread),
        }
        return _score_and_publish(draft, manifest, tables, walk_m, progress, now)


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
        return _score_and_publish(draft, manifest, tables, walk_m, progress, now)


def _read(dataset: Any, raws: Mapping[str, Any]) -> Any:
    """The dataset, or an error that names the files it was read from; the sample is a part by design."""
    whole = any(raw.origin != "sample" for raw in raws.values())
    try:
        return dataset.read({name: raw.body for name, raw in raws.items()}, whole=whole)
    except (UpstreamChanged, TableError) as exc:
        raise type(exc)(f"{exc} [{', '.join(raw.place for raw in raws.values())}]") from exc


def _score_and_publish(
    draft: store.Draft,
    manifest: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    walk_m: float,
    progress: Progress,
    now: datetime,
) -> store.Snapshot:
    progress("scoring tracts, NTAs, boroughs and developments")
    scored = score_city(tables, walk_m=walk_m, as_of=f"{now:%Y-%m-%d}")
    progress("drawing ranks within the margins of the survey")
    assessed = assess(scored.tables, scored.basis, scored.tracts, scored.surveyed, yardstick=scored.yardstick)
    for name, table in assessed.tables.items():
        draft.write_table(f"scores/{name}", table)
    draft.write_table("scores/equity", assessed.equity)
    for name, outlines in for_map(scored.tables).items():
        key = scored.tables[name].columns[0]
        draft.write_table(f"map/{name}", gpd.GeoDataFrame(scored.tables[name][[key]], geometry=outlines).dropna())
    classes = class_bounds(assessed.tables)
    facts = {
        "method": _method(scored, walk_m),
        "classes": classes,
        "uncertain_shares": uncertain_shares(assessed.tables, classes),
        "findings": assessed.findings,
    }
    progress("checking that the snapshot can be served")
    return store.publish(draft, {**manifest, **facts}, now, check=check)


def _method(scored: Scored, walk_m: float) -> dict[str, Any]:
    return {
        "version": METHOD_VERSION,
        "walk_m": walk_m,
        "indicators": [indicator.code for indicator in scored.basis.indicators],
        "missing_indicators": scored.basis.missing,
        "dimensions": [*scored.basis.dimensions, "beyond_reach"],
        "goalposts": {indicator.code: indicator.goalposts for indicator in INDICATORS},
        "goalposts_from": BASE_VINTAGE,
        "notes": list(scored.notes),
    }


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
