"""The layers of the map: what a popup needs of each feature; outlines simplified, shared edges still shared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from app.features import Collection
from app.pieces import collect, pieces
from geo.indicators import INDICATORS
from geo.tables import Table, text

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
    "people_left_out_moe",
    *("need_low", "need_high", "gap_low", "gap_high", "gap_rank", "gap_rank_low", "gap_rank_high", "tier", "rank_note"),
    *("cluster", "cluster_survival_share"),
    *(f"{indicator.code}_{part}" for indicator in INDICATORS for part in ("share", "moe_share", "reliability")),
    "note",
)
COLUMNS: Final = {
    "tracts": AREA_COLUMNS,
    "ntas": AREA_COLUMNS,
    "boroughs": AREA_COLUMNS,
    "developments": (
        *("tds", "name", "borough", "apartments", "residents", "need", "supply", "priority", "eligibility", "reasons"),
        *("nearest_kiosk_m", "nearest_centre_m", "no_broadband_share", "no_broadband_moe_share", "note"),
    ),
    "kiosks": ("site_id", "kind", "status", "working", "borough", "address", "activated"),
    "schools": ("dbn", "name", "pupils", "economic_need_share", "economic_need_note", "address"),
    "facilities": ("facility_id", "name", "agency", "access", "open_to_all_ages", "workstations"),
}
"""What a feature of each layer says; the collections say everything."""

IDENTITY: Final = (text("id", "Feature id"), text("name", "Name"))


@dataclass(frozen=True)
class Layer:
    """
    A collection as the map draws it.

    Attributes
    ----------
    features
        The GeoJSON of each feature that has a place.
    geometry
        Their geometries, EPSG:4326.
    """

    features: list[bytes]
    geometry: np.ndarray

    def within(self, areas: Sequence[shapely.Geometry]) -> bytes:
        """The features that touch one of `areas` (EPSG:4326), whole."""
        touched = np.zeros(len(self.features), dtype=bool)
        for area in areas:
            shapely.prepare(area)
            touched |= shapely.intersects(area, self.geometry)
        return collect(self.features[row] for row in np.flatnonzero(touched))

    @property
    def whole(self) -> bytes:
        """All features."""
        return collect(self.features)


def layer(collection: Collection, outlines: gpd.GeoDataFrame | None) -> Layer:
    """
    A collection as the map draws it; rows without a place are left out.

    Parameters
    ----------
    outlines
        The collection's key and simplified geometry, or None for points, which are drawn as they are.
    """
    key = collection.table.key
    frame = collection.frame[collection.frame.geometry.notna()]
    frame = frame.assign(id=frame[key], name=frame.get("name", frame[key]))
    if outlines is not None:
        frame = frame.set_geometry(outlines.set_index(key).geometry.loc[frame[key]].to_numpy()).set_crs(frame.crs)
    declared = {column.name: column for column in (*IDENTITY, *collection.table.columns)}
    names = dict.fromkeys(("id", "name", *COLUMNS[collection.name]))
    columns = tuple(declared[name] for name in names if name in declared)
    table = Table(name=collection.name, title=collection.table.title, key="id", columns=columns)
    return Layer(pieces(frame, table, {}), frame.geometry.to_numpy())
