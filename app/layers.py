"""The layers of the map: what a popup needs of each feature; outlines simplified, shared edges still shared."""

from typing import Final

import geopandas as gpd

from app.features import Collection, collect, pieces
from geo.indicators import INDICATORS
from geo.outlines import TOLERANCE_M, simplify_coverage, simplify_each
from geo.tables import Column, Table, text

AREA_COLUMNS: Final = (
    "borough",
    "nta_name",
    "residents",
    "population",
    "households",
    "need",
    "supply",
    "gap",
    "reach_share",
    "people_without_broadband",
    "people_without_broadband_moe",
    "people_beyond_reach",
    "people_left_out",
    *(f"{indicator.code}_{part}" for indicator in INDICATORS for part in ("share", "moe_share", "reliability")),
    "note",
)
COLUMNS: Final = {
    "tracts": AREA_COLUMNS,
    "ntas": AREA_COLUMNS,
    "boroughs": AREA_COLUMNS,
    "developments": (
        *("tds", "name", "borough", "apartments", "residents", "need", "supply", "priority", "eligibility", "reasons"),
        *("nearest_kiosk_m", "nearest_centre_m", "note"),
    ),
    "kiosks": ("site_id", "kind", "status", "working", "borough", "address", "activated"),
    "schools": ("dbn", "name", "pupils", "economic_need_share", "economic_need_note", "address"),
    "facilities": ("facility_id", "name", "agency", "access", "open_to_all_ages", "workstations"),
}
"""What a feature of each layer says; the collections say everything."""

IDENTITY: Final = (text("id", "Feature id"), text("name", "Name"))


def layer(collection: Collection) -> bytes:
    """The GeoJSON of a collection as the map draws it; rows without a place are left out."""
    frame = collection.frame[collection.frame.geometry.notna()]
    frame = frame.assign(id=frame[collection.table.key], name=frame.get("name", frame[collection.table.key]))
    columns = {column.name: column for column in (*IDENTITY, *collection.table.columns)}
    table = Table(
        name=collection.name,
        title=collection.table.title,
        key="id",
        columns=tuple(_present(columns, COLUMNS[collection.name])),
    )
    return collect(pieces(frame.set_geometry(_simple(frame, collection.name)), table, {}))


def _present(columns: dict[str, Column], names: tuple[str, ...]) -> list[Column]:
    return [columns[name] for name in dict.fromkeys(("id", "name", *names)) if name in columns]


def _simple(frame: gpd.GeoDataFrame, name: str) -> gpd.GeoSeries:
    if name not in TOLERANCE_M:
        return frame.geometry
    simplify = simplify_each if name == "developments" else simplify_coverage
    return simplify(frame.geometry, TOLERANCE_M[name])
