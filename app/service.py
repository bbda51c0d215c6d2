"""Everything that is the same for everybody, prepared once from a snapshot: pages, map layers, lists, sources."""

import logging
from dataclasses import dataclass

import orjson

from app.bodies import Body, static_bodies
from app.exports import EXPORTS, FORMATS, export
from app.home import draw_home
from app.layers import layer
from app.legend import map_config
from app.map import Basemap, draw_map
from app.settings import Settings
from app.state import City, load_city
from geo.errors import EquityError
from loaders import store

HTML = "text/html; charset=utf-8"
GEOJSON = "application/geo+json"
logger = logging.getLogger("app")


@dataclass(frozen=True)
class Service:
    """The city and the ready bodies: pages by path, layers by name, exports by file name."""

    city: City
    pages: dict[str, Body]
    layers: dict[str, Body]
    exports: dict[str, Body]


@dataclass
class Live:
    """The service that answers now; a reload replaces it whole, and only by one that was read without an error."""

    settings: Settings
    service: Service
    static: dict[str, Body]

    def reload(self) -> None:
        """Serve the current snapshot; keep the present one if that cannot be read."""
        try:
            self.service = prepare(self.settings)
            logger.warning("now serving snapshot %s", self.service.city.snapshot.id)
        except EquityError as exc:
            logger.error("reload refused, still serving %s: %s", self.service.city.snapshot.id, exc)


def start(settings: Settings) -> Live:
    """
    Read the current snapshot and the assets.

    Raises
    ------
    SnapshotError
        There is no snapshot, or it is damaged.
    """
    return Live(settings, prepare(settings), {name: body.prepare() for name, body in static_bodies().items()})


def prepare(settings: Settings) -> Service:
    """The service of the current snapshot."""
    city = load_city(store.current(settings.var))
    basemap = Basemap(settings.basemap_url, settings.basemap_attribution) if settings.basemap_url else None
    config = map_config(city.collections, city.manifest, city.snapshot.id, basemap)
    pages = {
        "/": Body(draw_home(city).encode(), HTML),
        "/map": Body(draw_map(config).encode(), HTML),
        "/sources": Body(orjson.dumps(city.manifest, option=orjson.OPT_INDENT_2), "application/json"),
    }
    layers = {name: Body(layer(collection), GEOJSON) for name, collection in city.collections.items()}
    exports = (
        {
            f"{name}.{format}": Body(export(city, name, format), media_type)
            for name in EXPORTS
            for format, media_type in FORMATS.items()
        }
        if "developments" in city.collections
        else {}
    )
    for body in (*pages.values(), *layers.values(), *exports.values()):
        body.prepare()
    for collection in city.collections.values():
        collection.prepare()
    return Service(city, pages, layers, exports)
