"""
The conformance classes that the service meets, as `/conformance` declares them.

Spelled as in the standards themselves: 17-069r4, 18-058r1, 19-079r2, 21-065r2, 23-058r2, 20-057, 17-083r4, 19-072.
Drafts that may still change their addresses (Features Parts 6 and 8, Common Part 2) are not declared.
"""

from typing import Final

SPEC: Final = "http://www.opengis.net/spec"


def _classes(standard: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{SPEC}/{standard}/conf/{name}" for name in names)


CONFORMANCE: Final = (
    # what every OGC API is made of: a landing page, a description, JSON and HTML
    *_classes("ogcapi-common-1/1.0", "core", "landing-page", "json", "html", "oas30"),
    # Features Part 1: collections and their features, described in OpenAPI 3.0
    *_classes("ogcapi-features-1/1.0", "core", "geojson", "html", "oas30"),
    # Part 2: other coordinate reference systems
    *_classes("ogcapi-features-2/1.0", "crs"),
    # Part 3: what features can be selected by, as parameters or in a filter
    *_classes("ogcapi-features-3/1.0", "queryables", "queryables-query-parameters", "filter", "features-filter"),
    # Part 5: the schema of what is returned, asked by and sorted by
    *_classes("ogcapi-features-5/1.0", "schemas", "core-roles-features", "returnables-and-receivables"),
    *_classes("ogcapi-features-5/1.0", "queryables", "sortables"),
    # CQL2, the language of a filter: its two forms, then what it can say
    *_classes("cql2/1.0", "cql2-text", "cql2-json", "basic-cql2", "advanced-comparison-operators"),
    *_classes("cql2/1.0", "case-insensitive-comparison", "accent-insensitive-comparison"),
    *_classes("cql2/1.0", "basic-spatial-functions", "basic-spatial-functions-plus", "spatial-functions"),
    *_classes("cql2/1.0", "temporal-functions", "property-property", "arithmetic"),
    # Tiles: vector tiles of each collection, with lists and descriptions of them
    *_classes("ogcapi-tiles-1/1.0", "core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "oas30"),
    # the grid of the tiles, and what is said of a set of them
    *_classes("tms/2.0", "tilematrixset", "json-tilematrixset", "tilesetmetadata", "json-tilesetmetadata"),
)
