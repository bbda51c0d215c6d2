"""A small published snapshot of the made-up city, in well under a second."""

from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from app.scoring import score_and_publish
from geo.tables import Table
from loaders import CHECKS, DATASETS, store
from tests import city

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TABLES = {dataset.name: dataset.table for dataset in (*DATASETS, *CHECKS)}


def small(var: Path, *, walk_m: float = 400.0, now: datetime = NOW, **changed) -> store.Snapshot:
    """The made-up city as the current snapshot in `var`; `changed` as for `city.tables`."""
    tables = {name: whole(table, TABLES[name]) for name, table in city.tables(**changed).items()}
    with store.draft(var) as draft:
        for name, table in tables.items():
            draft.write_table(name, table)
            draft.write_raw(name, f"{name},rows\n".encode())
            draft.write_rejects(name, pd.DataFrame({"reason": []}))
        manifest = {
            "created_at": now.isoformat(timespec="seconds"),
            "datasets": [entry(name, len(table)) for name, table in tables.items()],
            "absent": [
                {"name": dataset.name, "title": dataset.table.title, "reason": f"nobody brought {dataset.name}"}
                for dataset in DATASETS
                if dataset.name not in tables
            ],
            "unread_files": [],
        }
        return score_and_publish(draft, manifest, tables, walk_m, lambda step: None, now)


def whole(table: pd.DataFrame, contract: Table) -> pd.DataFrame:
    """`table` with every column of its contract; what it lacks is empty, or a word where it may not be."""
    words = {"text": "Queens", "flag": False, "number": 0.0, "date": None}
    for column in contract.columns:
        if column.name not in table:
            empty = float("nan") if column.kind == "number" else None
            value = empty if column.nullable else words[column.kind]
            table = table.assign(**{column.name: pd.Series([value] * len(table), dtype=object)})
            if column.kind == "number":
                table[column.name] = table[column.name].astype(float)
    return gpd.GeoDataFrame(table) if contract.shape else table


def entry(name: str, rows: int, **changed) -> dict:
    """What a manifest tells of the dataset `name`."""
    source = {
        "name": name,
        "title": f"The file of {name}",
        "publisher": "The City",
        "page": "https://city.example/data",
        "licence": "public",
        "place": f"{name}.csv",
        "fetched_at": "2026-02-01T00:00:00+00:00",
        "upstream_updated_at": None,
        "cadence_days": 30,
        "sha256": "0" * 64,
        "bytes": 10,
        "ignored_columns": [],
        "pages": [],
    }
    return {
        "name": name,
        "title": TABLES[name].title,
        "origin": "folder",
        "kind": "real",
        "vintage": "2026",
        "rows_in": rows,
        "rows_kept": rows,
        "rows_rejected": 0,
        "notes": [],
        "sources": [source],
        **changed,
    }
