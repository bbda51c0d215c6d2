"""The curve of reach for all lots of the city."""

import time
from pathlib import Path

from geo.access import coordinates_m
from geo.areas import locate, nested
from geo.method import WALK_M
from geo.supply import sites, supply, to_sites_m
from loaders.store import current


def measure(var: Path) -> str:
    """Seconds for the distances from every lot to kiosks and centres, and the shares of every tract at each radius."""
    snapshot = current(var)
    tables = {name: snapshot.table(name) for name in ("kiosks", "facilities") if snapshot.has(name)}
    lots = locate(snapshot.table("lots"), nested(snapshot.table("tracts")))
    began = time.perf_counter()
    metres = to_sites_m(coordinates_m(lots.geometry), sites(tables))
    supply(metres, lots["residents"], lots["geoid"], WALK_M)
    count = sum(len(table) for table in tables.values())
    return f"{time.perf_counter() - began:.2f} s for {len(lots):,} lots, {count:,} sites"
