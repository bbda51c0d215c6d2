"""The city that the service answers from: one snapshot, read and prepared once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import pandas as pd

from app.features import Collection, served
from geo import published, roster
from geo.crs import WGS84
from geo.errors import SnapshotError
from geo.tables import ENROLLMENT, Table
from loaders import DATASETS, store

AREAS: Final = ("tracts", "ntas", "cdtas", "boroughs")
SITES: Final = ("kiosks", "schools", "facilities")
TIMES: Final = {"kiosks": "activated", "enrollment": "reported"}
"""The collections whose features have a time, and the column of their days."""

REPORTS: Final = replace(ENROLLMENT, shape="point", everywhere=False)
"""The reports as they are served: each at a point on the grounds of its development."""

READS: Final = {
    **dict.fromkeys(AREAS, ("adoption", "lots", "kiosks", "facilities", "tracts")),
    "developments": ("developments", "enrollment", "adoption", "lots", "kiosks", "facilities"),
    "enrollment": ("enrollment", "developments"),
}
"""The datasets that the numbers of a collection come from, besides its own."""


@dataclass(frozen=True)
class City:
    """
    One snapshot in memory.

    Attributes
    ----------
    collections
        What `/collections` serves, by id; layers that the snapshot lacks are not in here.
    whole
        The scores of the city as a whole.
    outlines
        By collection, its key and simplified geometry; points have none.
    equity
        The equity ledger (`geo.assessment.Assessed`).
    reports
        The enrollment reports (`geo.tables.ENROLLMENT`), None where the snapshot has none.
    needs
        Draws of the need of each development's place, a column each; empty where there are no margins to draw from.
    plan
        The facts of the standing plan (`app.waves.facts`), None where nothing can be planned.
    """

    snapshot: store.Snapshot
    collections: dict[str, Collection]
    whole: Mapping[str, Any]
    outlines: dict[str, gpd.GeoDataFrame]
    equity: pd.DataFrame
    reports: pd.DataFrame | None
    needs: pd.DataFrame
    plan: Mapping[str, Any] | None

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the snapshot is made of."""
        return self.snapshot.manifest


def load_city(snapshot: store.Snapshot) -> City:
    """
    Read the tables of `snapshot`.

    Raises
    ------
    SnapshotError
        A table is missing or damaged, or was scored by another version of the project.
    """
    walk_m = snapshot.manifest["method"]["walk_m"]
    there = {entry["name"] for entry in snapshot.manifest["datasets"]}
    contracts = {f"scores/{name}": published.areas(name, walk_m) for name in AREAS}
    if "developments" in there:
        contracts["scores/developments"] = roster.developments(walk_m)
    contracts |= {dataset.name: dataset.table for dataset in DATASETS if dataset.name in there.intersection(SITES)}
    collections = {
        table.name: _collection(snapshot, snapshot.table(path), table, path) for path, table in contracts.items()
    }
    reports = snapshot.table("enrollment") if "enrollment" in there else None
    if reports is not None:
        placed = _placed(reports, collections.get("developments"))
        collections["enrollment"] = _collection(snapshot, placed, REPORTS, "enrollment")
    whole = snapshot.table("scores/city").iloc[0].drop("geometry").to_dict()
    outlines = {name: snapshot.table(f"map/{name}") for name in collections if name in (*AREAS, "developments")}
    needs = snapshot.table("scores/needs") if "developments" in there else pd.DataFrame()
    equity, plan = snapshot.table("scores/equity"), snapshot.manifest["plan"]
    return City(snapshot, collections, whole, outlines, equity, reports, needs, plan)


def _placed(reports: pd.DataFrame, developments: Collection | None) -> gpd.GeoDataFrame:
    """`reports`, each at a point on the grounds of its development, nowhere if that is not on the map."""
    grounds = gpd.GeoSeries(crs=WGS84)
    if developments is not None:
        frame = developments.frame
        grounds = gpd.GeoSeries(frame.geometry.representative_point().to_numpy(), index=frame["tds"], crs=frame.crs)
    return gpd.GeoDataFrame(reports, geometry=grounds.reindex(reports["tds"]).to_numpy(), crs=WGS84)


def _collection(snapshot: store.Snapshot, frame: gpd.GeoDataFrame, table: Table, path: str) -> Collection:
    method = snapshot.manifest["method"]
    entries = {entry["name"]: entry for entry in snapshot.manifest["datasets"]}
    used = [entries[name] for name in READS.get(table.name, (table.name,)) if name in entries]
    constants = {
        "source": "; ".join(entry["title"] for entry in used),
        "vintage": "; ".join(f"{entry['name']}: {entry['vintage'] or 'not stated'}" for entry in used),
        "not_real": ", ".join(f"{entry['name']} ({entry['kind']})" for entry in used if entry["kind"] != "real")
        or None,
        "method_version": method["version"],
        "snapshot": snapshot.id,
    }
    if table.name in (*AREAS, "developments"):
        constants["not_in_score"] = "; ".join(method["missing_indicators"].values()) or None
    if missing := [name for name in table.names if name not in frame]:
        raise SnapshotError(f"table {path} of snapshot {snapshot.id} has no {missing}; run `equity-map score`")
    return Collection(table, served(frame, table.key), constants, TIMES.get(table.name))
