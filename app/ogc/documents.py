"""What the API says of itself and of its collections, as documents; features are elsewhere (`app.ogc.pages`)."""

from typing import Any, Final

from app.features import Collection
from app.ogc.conformance import CONFORMANCE
from app.ogc.crs import CRS84, SERVED
from app.ogc.forms import FILES, HTML, ITEMS, JSON, OPENAPI, SCHEMA, TITLES
from app.ogc.links import Link, address, link
from app.state import City

TITLE: Final = "NYC Broadband Equity Map"
ABOUT: Final = (
    "Where New Yorkers are left without affordable broadband, why, and what to do next: need, supply and gap by census "
    "tract, neighborhood, community district and borough, NYCHA developments by priority, and the sites that count."
)
GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
OGC: Final = "http://www.opengis.net/def/rel/ogc/1.0/"


def landing(city: City, base: str) -> dict[str, Any]:
    """The landing page (17-069r4, 7.2)."""
    return {
        "title": TITLE,
        "description": ABOUT,
        "snapshot": city.snapshot.id,
        "links": [
            *_selves(f"{base}/", "The landing page of the API", "The overview for people"),
            link(f"{base}/api", "service-desc", OPENAPI, "The API as an OpenAPI 3.0 document"),
            link(f"{base}/api?f=html", "service-doc", HTML, "The API to read and to try"),
            link(f"{base}/conformance", "conformance", JSON, "The standards that are met"),
            link(f"{base}/collections", "data", JSON, "The collections"),
            link(f"{base}/tileMatrixSets", f"{OGC}tiling-schemes", JSON, "The grids of the vector tiles"),
            link(f"{base}/sources", "describedby", JSON, "Every source, with date, checksum and licence"),
            link(f"{base}/methods", "about", HTML, "How the scores are made"),
        ],
    }


def conformance(base: str) -> dict[str, Any]:
    """The standards that are met (17-069r4, 7.4)."""
    return {
        "conformsTo": [*CONFORMANCE],
        "links": _selves(f"{base}/conformance", "The standards that are met", "The same to read"),
    }


def collections(city: City, base: str) -> dict[str, Any]:
    """Every collection (17-069r4, 7.13)."""
    return {
        "title": f"{TITLE}: collections",
        "links": [
            *_selves(f"{base}/collections", "The collections", "The same to read"),
            link(f"{base}/methods", "about", HTML, "How the scores are made"),
        ],
        "crs": [*SERVED],
        "collections": [collection(each, base) for each in city.collections.values()],
    }


def collection(collection: Collection, base: str) -> dict[str, Any]:
    """One collection (17-069r4, 7.14; 18-058r1, 6.2)."""
    url, title = f"{base}/collections/{collection.name}", collection.table.title
    return {
        "id": collection.name,
        "title": title,
        "description": f"{len(collection.frame):,} features. Sources: {collection.constants['source']}.",
        "itemType": "feature",
        "crs": [*SERVED],
        "storageCrs": CRS84.uri,
        "extent": _extent(collection),
        **collection.constants,
        "links": [
            *_selves(url, title, f"{title} to read"),
            *(link(items(url, form), "items", kind, told(form, title)) for form, kind in ITEMS.items()),
            *(
                link(f"{url}/items.{form}", "enclosure", kind, f"The whole collection: {TITLES[form]}")
                for form, kind in FILES.items()
            ),
            link(f"{url}/schema", f"{OGC}schema", SCHEMA, "Every property, with unit, source and reliability"),
            link(f"{url}/schema", "describedby", SCHEMA, "Every property, with unit, source and reliability"),
            link(f"{url}/schema?f=feature", "describedBy", SCHEMA, "The same as a schema of GeoJSON, for GDAL"),
            link(f"{url}/queryables", f"{OGC}queryables", SCHEMA, "What filters understand"),
            link(f"{url}/sortables", f"{OGC}sortables", SCHEMA, "What features are sorted by"),
            link(f"{url}/tiles", f"{OGC}tilesets-vector", JSON, "Vector tiles"),
        ],
    }


def items(url: str, form: str) -> str:
    """The address of the features in a form; that of GeoJSON is bare, since GDAL puts ids behind it."""
    return address(f"{url}/items", [] if form == "json" else [("f", form)])


def told(form: str, title: str) -> str:
    """A form of a collection in words."""
    return f"{title}: {TITLES[form]}"


def _selves(url: str, title: str, html: str) -> list[Link]:
    return [link(url, "self", JSON, title), link(address(url, [("f", "html")]), "alternate", HTML, html)]


def _extent(collection: Collection) -> dict[str, Any]:
    first, last = collection.interval
    time = {"temporal": {"interval": [[_moment(first), _moment(last, end=True)]], "trs": GREGORIAN}}
    return {"spatial": {"bbox": [collection.extent], "crs": CRS84.uri}} | (time if collection.time else {})


def _moment(day: str | None, *, end: bool = False) -> str | None:
    return None if day is None else f"{day}T{'23:59:59' if end else '00:00:00'}Z"
