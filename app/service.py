"""Everything that is the same for everybody, prepared once from a snapshot: pages, map layers, lists, sources."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import orjson

from app.adopted import Adopted, adopted
from app.bodies import Body, static_bodies
from app.exports import FORMATS, export, files
from app.home import draw_home
from app.layers import COLUMNS, layer
from app.legend import map_config
from app.map import Basemap, draw_map
from app.methods import draw_methods
from app.planning import Planner
from app.settings import Settings
from app.state import City, load_city
from geo.errors import EquityError, SnapshotError
from loaders import store

HTML = "text/html; charset=utf-8"
GEOJSON = "application/geo+json"
logger = logging.getLogger("app")


@dataclass(frozen=True)
class Service:
    """
    The city, and the answers that are the same for everybody.

    Attributes
    ----------
    bodies
        By path, made before the first question.
    adopted, adopted_problem
        The plan that the City adopted, if there is one, or why it could not be read.
    """

    city: City
    bodies: Mapping[str, Body]
    adopted: Adopted | None = None
    adopted_problem: str | None = None
    _exports: dict[str, Body] = field(default_factory=dict)

    @cached_property
    def planner(self) -> Planner:
        """Rollout plans of this city."""
        return Planner(self.city)

    def export(self, file: str) -> Body:
        """
        The list `file` (such as `ntas.csv`), made when it is first asked for and kept.

        Raises
        ------
        NotFound
            The snapshot has no such list.
        """
        if file not in self._exports:
            name, _, format = file.rpartition(".")
            content = export(self.city, name, format)
            self._exports[file] = Body(content, FORMATS[format], filename=file).prepare()
        return self._exports[file]


@dataclass
class Live:
    """The service that answers now; a reload replaces it whole, and only by one that was read without an error."""

    settings: Settings
    service: Service
    reloading: threading.Lock = field(default_factory=threading.Lock)

    def reload(self) -> None:
        """Serve the current snapshot; keep the present one if that cannot be read."""
        with self.reloading:
            try:
                self.service = prepare(self.settings)
                logger.warning("now serving snapshot %s", self.service.city.snapshot.id)
            except EquityError as exc:
                logger.error("reload refused, still serving %s: %s", self.service.city.snapshot.id, exc)


def prepare(settings: Settings) -> Service:
    """
    The service of the current snapshot, with all that can be made at once.

    Raises
    ------
    SnapshotError
        There is no snapshot, or it is damaged.
    """
    basemap = Basemap(settings.basemap_url, settings.basemap_attribution) if settings.basemap_url else None
    service = serve(store.current(settings.var), basemap)
    try:
        return replace(service, adopted=adopted(settings.var))
    except SnapshotError as exc:
        logger.error("the adopted plan is left out: %s", exc)
        return replace(service, adopted_problem=str(exc))


def serve(snapshot: store.Snapshot, basemap: Basemap | None = None) -> Service:
    """The service of `snapshot`."""
    city = load_city(snapshot)
    bodies = {**static_bodies(), **_pages(city, basemap), **_layers(city)}
    for body in bodies.values():
        body.prepare()
    for collection in city.collections.values():
        collection.prepare()
    return Service(city, bodies)


def check(snapshot: store.Snapshot) -> None:
    """Make everything that `snapshot` is to answer, every list in every format; what fails must not be published."""
    service = serve(snapshot)
    for file in files(service.city):
        service.export(file)


def _pages(city: City, basemap: Basemap | None) -> dict[str, Body]:
    config = map_config(city.collections, city.manifest, city.snapshot.id, basemap)
    return {
        "/": Body(draw_home(city).encode(), HTML),
        "/map": Body(draw_map(config).encode(), HTML),
        "/methods": Body(draw_methods(city).encode(), HTML),
        "/sources": Body(orjson.dumps(city.manifest, option=orjson.OPT_INDENT_2), "application/json"),
    }


def _layers(city: City) -> dict[str, Body]:
    return {
        f"/layers/{name}.geojson": Body(layer(collection, city.outlines.get(name)), GEOJSON)
        for name, collection in city.collections.items()
        if name in COLUMNS
    }
