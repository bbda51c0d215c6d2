"""
Bytes of whatever format a publisher serves → rows of text, with one error message per way of being broken.

CSV (UTF-8, with or without BOM), Socrata JSON (an array of objects), the Census API's array of arrays, GeoJSON and
(Geo)Parquet are told apart by their first bytes, so that a name or a content type cannot mislead.
"""

import io
import json
import re
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from geo.crs import WGS84
from geo.errors import UpstreamChanged

AGAIN = "download the file again, as CSV, GeoJSON or Socrata JSON"
WKT_COLUMNS = ("the_geom", "geometry", "geom", "location_wkt")


def snake(name: object) -> str:
    """A header as Socrata's API would name the field: `IxN Corner` and `ixn_corner` are one column."""
    return re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")


def read_rows(raw: bytes, what: str) -> pd.DataFrame:
    """
    Rows of `raw` as they stand, without an index.

    Every column is text and keeps its blanks, named as `snake` has it (a repeat gets `_1`, as at Socrata); rows of
    GeoJSON, of Parquet and of a table with WKT have a column `geometry` in EPSG:4326, None where there is none.

    Parameters
    ----------
    what
        The name of the file or dataset, for messages.

    Raises
    ------
    UpstreamChanged
        Empty, cut off, an error page, or a format that is not known here.
    """
    if raw[:4] == b"PAR1":
        return _parquet(raw, what)
    try:
        content = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as exc:
        raise UpstreamChanged(f"{what}: byte {exc.start} is not UTF-8; save the file as UTF-8") from exc
    if not content:
        raise UpstreamChanged(f"{what}: the file is empty; {AGAIN}")
    if content[0] == "<":
        page = " ".join(re.sub(r"<[^>]*>", " ", content).split())[:80]
        raise UpstreamChanged(f"{what}: found a web page ({page!r}), expected rows; {AGAIN}")
    rows = _json(content, what) if content[0] in "[{" else _csv(content, what)
    rows.columns = pd.Index(_distinct(snake(name) if name != "geometry" else name for name in rows.columns))
    if rows.empty:
        raise UpstreamChanged(f"{what}: found a header and no rows; {AGAIN}")
    if "geometry" not in rows and (wkt := [name for name in WKT_COLUMNS if name in rows]):
        rows["geometry"] = _from_wkt(rows.pop(wkt[0]), what)
    return rows


def _distinct(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        repeat = seen.get(name, 0)
        seen[name] = repeat + 1
        distinct.append(f"{name}_{repeat}" if repeat else name)
    return distinct


def _csv(content: str, what: str) -> pd.DataFrame:
    try:
        rows = pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as exc:
        raise UpstreamChanged(f"{what}: not a readable CSV ({exc}); {AGAIN}") from exc
    if len(rows.columns) < 2:
        raise UpstreamChanged(f"{what}: found one column {rows.columns[0][:60]!r}, expected a CSV table; {AGAIN}")
    return rows


def _json(content: str, what: str) -> pd.DataFrame:
    try:
        document = json.loads(content)
    except json.JSONDecodeError as exc:
        raise UpstreamChanged(f"{what}: the JSON breaks off at character {exc.pos} of {len(content)}; {AGAIN}") from exc
    if isinstance(document, dict) and isinstance(document.get("features"), list):
        return _features(document["features"], what)
    if isinstance(document, dict):
        said = document.get("message") or document.get("error") or sorted(document)[:5]
        raise UpstreamChanged(f"{what}: found a JSON object ({said!r}), expected rows; {AGAIN}")
    if document and all(isinstance(row, list) for row in document):
        header, *body = document
        return pd.DataFrame([[_cell(value) for value in row] for row in body], columns=header, dtype=object)
    if not all(isinstance(row, dict) for row in document):
        raise UpstreamChanged(f"{what}: found a JSON array that holds no rows; {AGAIN}")
    if not document:
        raise UpstreamChanged(f"{what}: found no rows; {AGAIN}")
    rows = pd.DataFrame([{name: _cell(value) for name, value in row.items()} for row in document], dtype=object)
    for name in WKT_COLUMNS:  # Socrata JSON gives a polygon as a GeoJSON object
        if name in rows and rows[name].map(lambda value: isinstance(value, str) and value.startswith("{")).any():
            rows["geometry"] = shapely.from_geojson(rows.pop(name).where(lambda cells: cells.notna(), None))
    return rows.fillna("") if "geometry" not in rows else _fill(rows)


def _fill(rows: pd.DataFrame) -> pd.DataFrame:
    plain = rows.columns.drop("geometry")
    return rows.assign(**{name: rows[name].fillna("") for name in plain})


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _features(features: list[dict[str, Any]], what: str) -> pd.DataFrame:
    try:
        rows = pd.DataFrame(
            [{name: _cell(value) for name, value in (item["properties"] or {}).items()} for item in features],
            dtype=object,
        ).fillna("")
        shapes = [json.dumps(item["geometry"]) if item["geometry"] else None for item in features]
        rows["geometry"] = shapely.from_geojson(shapes)
    except (KeyError, TypeError, AttributeError, shapely.errors.GEOSException) as exc:
        raise UpstreamChanged(f"{what}: a feature is not GeoJSON ({exc}); {AGAIN}") from exc
    return rows


def _parquet(raw: bytes, what: str) -> pd.DataFrame:
    """Parquet keeps its types: this format is the embedded sample's, written by this project."""
    try:
        rows = pd.read_parquet(io.BytesIO(raw))
    except (pa.ArrowException, OSError) as exc:
        raise UpstreamChanged(f"{what}: the Parquet file is damaged ({exc}); get it again") from exc
    if "geometry" in rows:
        rows["geometry"] = shapely.from_wkb(rows["geometry"])
    return rows


def _from_wkt(cells: pd.Series, what: str) -> Any:
    try:
        return shapely.from_wkt(cells.where(cells != "", None).to_numpy(dtype=object))
    except shapely.errors.GEOSException as exc:
        raise UpstreamChanged(f"{what}: a geometry is not WKT ({exc}); {AGAIN}") from exc


def need_columns(rows: pd.DataFrame, names: Iterable[str], what: str) -> None:
    """
    Refuse `rows` that lack one of `names`.

    Raises
    ------
    UpstreamChanged
        Names every missing column and those that were found.
    """
    if missing := [name for name in names if name not in rows]:
        found = ", ".join(map(str, rows.columns[:12])) + (" …" if len(rows.columns) > 12 else "")
        raise UpstreamChanged(
            f"{what}: columns {missing} are missing (found: {found}); "
            "check that this is the right dataset, and that the export has all columns"
        )


def other_columns(rows: pd.DataFrame, read: Iterable[str]) -> list[str]:
    """The columns of `rows` that are not among those `read`, sorted: what the manifest lists as ignored."""
    return sorted({str(name) for name in rows} - {*read, "geometry"})


def without_personal(raw: bytes, pattern: str | None, what: str) -> bytes:
    """`raw` without the columns whose `snake` name matches `pattern`, in the same format; CSV and JSON rows."""
    if pattern is None:
        return raw
    content = raw.decode("utf-8-sig").strip()
    keep = re.compile(pattern)
    if content[:1] in ("[", "{"):
        document = json.loads(content)
        items = document["features"] if isinstance(document, dict) else document
        for item in items:
            cells = item["properties"] if isinstance(document, dict) else item
            for name in [name for name in cells if keep.search(snake(name))]:
                del cells[name]
        return json.dumps(document, ensure_ascii=False).encode()
    rows = _csv(content, what)
    kept = [name for name in rows.columns if not keep.search(snake(name))]
    return rows[kept].to_csv(index=False, lineterminator="\n").encode()


def points(rows: pd.DataFrame, longitude: str, latitude: str) -> gpd.GeoSeries:
    """Points in EPSG:4326 from two numeric columns; None where one is missing or outside the city's bounds."""
    lon, lat = rows[longitude], rows[latitude]
    inside = lon.between(-74.3, -73.6) & lat.between(40.4, 41.0)
    made = shapely.points(lon.to_numpy(), lat.to_numpy())
    return gpd.GeoSeries(pd.Series(made, index=rows.index, dtype=object).where(inside, None), crs=WGS84)
