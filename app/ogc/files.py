"""Features as the files that people carry: CSV, FlatGeobuf, GeoParquet, GeoPackage, XLSX, GeoJSON and its sequences."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.features import Collection
from app.geofiles import flatgeobuf, geopackage, geoparquet
from app.listing import CONSTANTS, Listing, served
from app.ogc.crs import Crs
from app.ogc.query import Look
from app.ogc.writing import document, sequence, written
from app.sheets import sheets
from app.state import READS, City
from app.workbook import workbook
from geo.tables import Column, number, text
from loaders.store import inert


@dataclass(frozen=True)
class Chosen:
    """
    What goes into a file.

    Attributes
    ----------
    rows
        Row numbers in the order of the file.
    in_order
        Whether the caller asked for that order, so that no index may change it.
    """

    city: City
    collection: Collection
    rows: np.ndarray
    look: Look
    in_order: bool = False


def file(chosen: Chosen, form: str) -> bytes:
    """What was chosen, as a file of `form` (`app.ogc.forms.FILES`); the same choice gives the same bytes."""
    return WRITERS[form](chosen)


def _geojson(chosen: Chosen) -> bytes:
    return document(chosen.collection, chosen.rows, chosen.look)


def _jsonseq(chosen: Chosen) -> bytes:
    return b"".join(sequence(written(chosen.collection, chosen.rows, chosen.look)))


def _csv(chosen: Chosen) -> bytes:
    listing = _listing(chosen)
    table = pd.DataFrame(
        {
            column.name: listing.frame[column.name].map(inert) if column.kind == "text" else listing.frame[column.name]
            for column in listing.columns
        }
    )
    if chosen.look.geometry:
        geometry = chosen.look.crs.given(chosen.collection.geometry[chosen.rows])
        table = table.assign(**_places(geometry, chosen.collection, chosen.look.crs))
    return table.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _places(geometry: np.ndarray, collection: Collection, crs: Crs) -> dict[str, np.ndarray]:
    """Columns that say where each feature is: two coordinates of a point, else WKT; axes in the order of `crs`."""
    if collection.table.shape != "point":
        return {"wkt": shapely.to_wkt(geometry, rounding_precision=crs.decimals, trim=True)}
    x, y = shapely.get_x(geometry), shapely.get_y(geometry)
    if not crs.degrees:
        return {"x": x, "y": y}
    return {"longitude": y, "latitude": x} if crs.latitude_first else {"longitude": x, "latitude": y}


def _xlsx(chosen: Chosen) -> bytes:
    """A workbook; points have their longitude and latitude, an outline has no place in a cell."""
    listing = _listing(chosen)
    if chosen.look.geometry and chosen.collection.table.shape == "point":
        geometry = chosen.collection.geometry[chosen.rows]
        places = {"longitude": shapely.get_x(geometry), "latitude": shapely.get_y(geometry)}
        columns = (*listing.columns, *(number(name, f"{name.title()} (WGS 84)", "degrees") for name in places))
        listing = replace(listing, frame=listing.frame.assign(**places), columns=columns)
    return workbook(sheets(chosen.city, listing), title=listing.title, created=_created(chosen))


def _gpkg(chosen: Chosen) -> bytes:
    listing = _listing(chosen)
    return geopackage(
        _placed(chosen, listing),
        listing.columns,
        name=listing.name,
        title=listing.title,
        created=_created(chosen),
        points=chosen.collection.table.shape == "point",
    )


def _fgb(chosen: Chosen) -> bytes:
    listing = _listing(chosen)
    points = chosen.collection.table.shape == "point"
    return flatgeobuf(
        _placed(chosen, listing), listing.columns, name=listing.name, points=points, indexed=not chosen.in_order
    )


def _parquet(chosen: Chosen) -> bytes:
    listing = _listing(chosen)
    return geoparquet(_placed(chosen, listing), listing.columns)


def _placed(chosen: Chosen, listing: Listing) -> pd.DataFrame:
    """The rows, with their geometry in the system that was asked for if it was, x before y as these formats have it."""
    frame = pd.DataFrame(listing.frame)
    if chosen.look.geometry:
        crs = replace(chosen.look.crs, latitude_first=False)
        frame = gpd.GeoDataFrame(frame, geometry=crs.given(chosen.collection.geometry[chosen.rows]), crs=crs.epsg)
    return frame


def _listing(chosen: Chosen) -> Listing:
    """The chosen rows and properties as a list; the key comes first whatever was chosen, so that a row has a name."""
    collection, names = chosen.collection, chosen.look.names
    contract = (*collection.table.columns, *(text(name, CONSTANTS[name]) for name in collection.constants))
    columns: tuple[Column, ...] = contract
    if names is not None:
        known = {column.name: column for column in contract}
        columns = tuple(known[name] for name in dict.fromkeys((collection.table.key, *names)))
    frame = pd.DataFrame(collection.frame.drop(columns="geometry")).iloc[chosen.rows].assign(**collection.constants)
    kept = served(frame, columns)[[column.name for column in columns]].reset_index(drop=True)
    datasets = READS.get(collection.name, (collection.name,))
    return Listing(collection.name, collection.table.title, columns, kept, datasets)


def _created(chosen: Chosen) -> datetime:
    return datetime.fromisoformat(chosen.city.manifest["created_at"])


WRITERS: Final[dict[str, Callable[[Chosen], bytes]]] = {
    "geojson": _geojson,
    "jsonseq": _jsonseq,
    "csv": _csv,
    "fgb": _fgb,
    "parquet": _parquet,
    "gpkg": _gpkg,
    "xlsx": _xlsx,
}
