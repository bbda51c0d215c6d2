"""The lists that people take away, as files."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from app.geofiles import geopackage, geoparquet
from app.listing import EXPORTS, LEDGER, ROLLOUT, Listing, listing, source
from app.pieces import collect
from app.sheets import sheets
from app.state import City
from app.workbook import workbook
from geo.errors import NotFound
from loaders.store import inert

__all__ = ["EXPORTS", "FORMATS", "LEDGER", "ROLLOUT", "export", "files"]

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
}
"""Each format, and its media type."""

PLAIN: Final = ("csv", "xlsx")
"""The formats of a list that has no geometry."""


def files(city: City) -> list[str]:
    """The names of the files that this snapshot can give."""
    return [
        f"{name}.{format}"
        for name in EXPORTS
        if source(name) in city.collections
        for format in (PLAIN if name == LEDGER else FORMATS)
    ]


def export(city: City, name: str, format: str) -> bytes:
    """
    The list `name` as a file; the same snapshot gives the same bytes.

    Raises
    ------
    NotFound
        No such list or format, or the snapshot lacks what it is made of.
    """
    if f"{name}.{format}" not in files(city):
        absent = {entry["name"]: f" ({entry['reason']})" for entry in city.manifest["absent"]}
        raise NotFound(
            f"found no export {name}.{format} in this snapshot{absent.get(source(name), '')}, "
            f"expected one of: {', '.join(files(city))}"
        )
    return WRITERS[format](city, listing(city, name))


def _csv(city: City, rows: Listing) -> bytes:
    cells = {
        column.name: rows.frame[column.name].map(inert) if column.kind == "text" else rows.frame[column.name]
        for column in rows.columns
    }
    return rows.frame.assign(**cells)[[*cells]].to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _geojson(city: City, rows: Listing) -> bytes:
    pieces = city.collections[source(rows.name)].pieces
    return collect([pieces[row] for row in rows.frame.index], title=rows.title) + b"\n"


def _xlsx(city: City, rows: Listing) -> bytes:
    return workbook(sheets(city, rows), title=rows.title, created=_created(city))


def _gpkg(city: City, rows: Listing) -> bytes:
    return geopackage(rows.frame, rows.columns, name=rows.name, title=rows.title, created=_created(city))


def _parquet(city: City, rows: Listing) -> bytes:
    return geoparquet(rows.frame, rows.columns)


def _created(city: City) -> datetime:
    return datetime.fromisoformat(city.manifest["created_at"])


WRITERS: Final[dict[str, Callable[[City, Listing], bytes]]] = {
    "csv": _csv,
    "geojson": _geojson,
    "xlsx": _xlsx,
    "gpkg": _gpkg,
    "parquet": _parquet,
}
