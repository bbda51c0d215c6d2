"""
Bytes of whatever format a publisher serves → rows of text, with one error message per way of being broken.

CSV (UTF-8, with or without BOM), Socrata JSON (an array of objects), the Census API's array of arrays, GeoJSON and
(Geo)Parquet are told apart by their first bytes, so that a name or a content type cannot mislead.
"""

import csv
import io
import json
import re
import warnings
from collections.abc import Iterable
from typing import Any

import pandas as pd
import pyarrow as pa
import shapely
from pyarrow import parquet

from geo.errors import UpstreamChanged

AGAIN = "download the file again, as CSV, GeoJSON or Socrata JSON"
PARQUET = b"PAR1"
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
LONGEST = csv.field_size_limit()
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
    if raw[:4] == PARQUET:
        return _parquet(raw, what)
    content = _content(raw, what)
    rows = _json(content, what) if content[0] in "[{" else _csv(content, what)
    rows.columns = pd.Index(_distinct(map(snake, rows.columns)))
    if rows.empty:
        raise UpstreamChanged(f"{what}: found a header and no rows, expected rows; {AGAIN}")
    if not _has_shapes(rows) and (wkt := [name for name in WKT_COLUMNS if name in rows]):
        rows["geometry"] = _from_wkt(rows.pop(wkt[0]), what)
    if _has_shapes(rows) and (far := abs(shapely.total_bounds(rows["geometry"].to_numpy())).max()) > 180:
        raise UpstreamChanged(
            f"{what}: found the coordinate {far:,.0f}, expected degrees; export it in WGS 84 (EPSG:4326)"
        )
    return rows


def _content(raw: bytes, what: str) -> str:
    """The text of `raw`, which begins with neither a mark nor a blank."""
    if raw[:4] == b"PK\x03\x04":
        raise UpstreamChanged(f"{what}: found an Excel workbook or a ZIP file, expected rows of text; save it as CSV")
    try:
        content = raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError as exc:
        raise UpstreamChanged(f"{what}: byte {exc.start} is not UTF-8, expected UTF-8; save the file as UTF-8") from exc
    if not content:
        raise UpstreamChanged(f"{what}: the file is empty, expected rows; {AGAIN}")
    if content[0] == "<":
        page = " ".join(re.sub(r"<[^>]*>", " ", content).split())[:80]
        raise UpstreamChanged(f"{what}: found a web page ({page!r}), expected rows; {AGAIN}")
    return content


def _has_shapes(rows: pd.DataFrame) -> bool:
    return "geometry" in rows and not rows["geometry"].map(lambda value: isinstance(value, str)).any()


def _distinct(names: Iterable[str]) -> list[str]:
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        repeat = seen.get(name, 0)
        seen[name] = repeat + 1
        distinct.append(f"{name}_{repeat}" if repeat else name)
    return distinct


def _csv(content: str, what: str) -> pd.DataFrame:
    header = content.partition("\n")[0]
    if separator := next((word for mark, word in SEPARATORS.items() if mark in header and "," not in header), None):
        raise UpstreamChanged(f"{what}: found {separator} between cells, expected commas; save it as CSV with commas")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            rows = pd.read_csv(io.StringIO(content), dtype=str, keep_default_na=False, index_col=False)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as exc:
        raise UpstreamChanged(f"{what}: found no readable CSV ({str(exc).strip()}), expected rows; {AGAIN}") from exc
    width = len(rows.columns)
    if width < 2:
        raise UpstreamChanged(f"{what}: found one column {rows.columns[0][:60]!r}, expected a CSV table; {AGAIN}")
    last = content[content.rfind("\n") + 1 :]
    if last.count('"') % 2 == 0 and len(last) < LONGEST and (cells := len(next(csv.reader([last])))) < width:
        raise UpstreamChanged(f"{what}: the last row breaks off after {cells} of {width} cells; {AGAIN}")
    return rows


def _document(content: str, what: str) -> Any:
    """A GeoJSON feature collection, an array of objects, or an array of arrays of one length."""
    try:
        document = json.loads(content)
    except RecursionError as exc:
        raise UpstreamChanged(f"{what}: the JSON is nested without end, expected rows; {AGAIN}") from exc
    except json.JSONDecodeError as exc:
        raise UpstreamChanged(
            f"{what}: the JSON breaks off at character {exc.pos} of {len(content)}, expected rows; {AGAIN}"
        ) from exc
    except ValueError as exc:
        raise UpstreamChanged(
            f"{what}: the JSON holds a number that cannot be one ({exc}), expected rows; {AGAIN}"
        ) from exc
    if isinstance(document, dict) and isinstance(document.get("features"), list):
        if not all(isinstance(item, dict) for item in document["features"]):
            raise UpstreamChanged(f"{what}: found a feature that is not an object, expected GeoJSON; {AGAIN}")
    elif isinstance(document, dict):
        said = document.get("message") or document.get("error") or sorted(document)[:5]
        raise UpstreamChanged(f"{what}: found a JSON object ({said!r}), expected rows; {AGAIN}")
    if document == []:
        raise UpstreamChanged(f"{what}: found an empty JSON array, expected rows; {AGAIN}")
    if isinstance(document, list) and {type(row) for row in document} not in ({dict}, {list}):
        raise UpstreamChanged(f"{what}: found a JSON array that holds no rows, expected objects or arrays; {AGAIN}")
    if isinstance(document, list) and isinstance(document[0], list) and len({len(row) for row in document}) > 1:
        raise UpstreamChanged(f"{what}: found rows of several lengths in the JSON, expected one; {AGAIN}")
    return document


def _json(content: str, what: str) -> pd.DataFrame:
    document = _document(content, what)
    if isinstance(document, dict):
        return _features(document["features"], what)
    if isinstance(document[0], list):
        header, *body = document
        return pd.DataFrame([[_cell(value) for value in row] for row in body], columns=header, dtype=object)
    rows = pd.DataFrame([{name: _cell(value) for name, value in row.items()} for row in document], dtype=object)
    for name in WKT_COLUMNS:  # Socrata JSON gives a polygon as a GeoJSON object
        if name in rows and rows[name].map(lambda value: isinstance(value, str) and value.startswith("{")).any():
            rows["geometry"] = _from_geojson(rows.pop(name), what)
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
        shapes = pd.Series([_cell(item["geometry"]) for item in features], dtype=object)
    except (KeyError, TypeError, AttributeError) as exc:
        raise UpstreamChanged(f"{what}: found a feature that is not GeoJSON ({exc!r}); {AGAIN}") from exc
    return rows.assign(geometry=_from_geojson(shapes, what))


def _parquet(raw: bytes, what: str) -> pd.DataFrame:
    """Parquet keeps its types: this format is the embedded sample's, written by this project."""
    try:
        rows = pd.read_parquet(io.BytesIO(raw))
        if "geometry" in rows:
            rows["geometry"] = shapely.from_wkb(rows["geometry"])
    except (pa.ArrowException, OSError, shapely.errors.GEOSException) as exc:
        raise UpstreamChanged(f"{what}: found a damaged Parquet file ({exc}); get it again") from exc
    return rows


def _said(cells: pd.Series) -> Any:
    return cells.astype(object).where(cells.notna() & (cells != ""), None).to_numpy()


def _from_wkt(cells: pd.Series, what: str) -> Any:
    try:
        return shapely.from_wkt(_said(cells))
    except shapely.errors.GEOSException as exc:
        raise UpstreamChanged(f"{what}: found a geometry that is not WKT ({str(exc)[:80]}); {AGAIN}") from exc


def _from_geojson(cells: pd.Series, what: str) -> Any:
    try:
        return shapely.from_geojson(_said(cells))
    except shapely.errors.GEOSException as exc:
        raise UpstreamChanged(f"{what}: found a geometry that is not GeoJSON ({str(exc)[:80]}); {AGAIN}") from exc


def without_personal(raw: bytes, pattern: str | None, what: str) -> bytes:
    """
    `raw` in its own format without the columns whose `snake` name matches `pattern`.

    Raises
    ------
    UpstreamChanged
        As `read_rows`: what cannot be read is not passed on.
    """
    if pattern is None:
        return raw
    personal = re.compile(pattern)

    def kept(names: Iterable[Any]) -> list[Any]:
        return [name for name in names if not personal.search(snake(name))]

    if raw[:4] == PARQUET:
        table, stripped = parquet.read_table(io.BytesIO(raw)), io.BytesIO()
        parquet.write_table(table.select(kept(table.column_names)), stripped)
        return stripped.getvalue()
    content = _content(raw, what)
    if content[0] not in "[{":
        rows = _csv(content, what)
        return rows[kept(rows.columns)].to_csv(index=False, lineterminator="\n").encode()
    document = _document(content, what)
    if isinstance(document, dict):
        for item in document["features"]:
            cells = item.get("properties") or {}
            item["properties"] = {name: cells[name] for name in kept(cells)}
    elif isinstance(document[0], list):
        keep = [place for place, name in enumerate(document[0]) if kept([name])]
        document = [[row[place] for place in keep] for row in document]
    else:
        document = [{name: row[name] for name in kept(row)} for row in document]
    return json.dumps(document, ensure_ascii=False).encode()
