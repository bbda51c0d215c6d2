"""The forms in which documents and features are given: names, media types and endings."""

from typing import Final

GEOJSON: Final = "application/geo+json"
JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
SCHEMA: Final = "application/schema+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
SEQUENCE: Final = "application/geo+json-seq"
TILE: Final = "application/vnd.mapbox-vector-tile"

DOCUMENT: Final = {"json": JSON, "html": HTML}
FEATURE: Final = {"json": GEOJSON, "html": HTML}
FILES: Final = {
    "geojson": GEOJSON,
    "jsonseq": SEQUENCE,
    "csv": "text/csv; charset=utf-8",
    "fgb": "application/vnd.flatgeobuf",
    "parquet": "application/vnd.apache.parquet",
    "gpkg": "application/geopackage+sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""The forms of a file, each by its ending: all that is selected at once."""

ITEMS: Final = FEATURE | {form: media_type for form, media_type in FILES.items() if form != "geojson"}
"""The forms of a page of features."""

ALSO: Final = {"geojson": "json"}
"""Other names that the parameter `f` may give."""

TITLES: Final = {
    "json": "GeoJSON",
    "geojson": "GeoJSON",
    "html": "a page to browse",
    "jsonseq": "GeoJSON text sequence, a feature a line",
    "csv": "CSV, places as longitude and latitude or WKT",
    "fgb": "FlatGeobuf",
    "parquet": "GeoParquet 1.1",
    "gpkg": "GeoPackage",
    "xlsx": "Excel workbook with a dictionary",
}
