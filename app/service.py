"""Everything that is the same for everybody, prepared once from a snapshot: pages, map layers, lists, sources."""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import orjson

from app.adopted import Adopted, adopted
from app.answers import Answers
from app.bodies import Body, static_bodies
from app.encodings import THOROUGH
from app.exports import FORMATS, export, files
from app.home import draw_home
from app.language import ENGLISH, speech, spoken
from app.layers import COLUMNS, Layer, layer
from app.legend import map_config
from app.map import Basemap, draw_map
from app.methods import draw_methods
from app.ogc.forms import GEOJSON, HTML
from app.ogc.query import Look
from app.ogc.tiles import TileSet
from app.ogc.writing import document
from app.planning import Planner
from app.policy import origin, policy
from app.search import Index
from app.settings import Settings
from app.state import City, load_city
from app.trying import trial_of
from geo.errors import EquityError, SnapshotError
from geo.tiling import DEEPEST
from geo.whatif import Trial
from loaders import store

logger = logging.getLogger("app")


@dataclass(frozen=True)
class Service:
    """
    The city, and the answers that are the same for everybody.

    Attributes
    ----------
    bodies
        By path, made before the first question.
    pages
        The pages that are the same for everybody who speaks the same language: by path, what makes them.
    layers
        What the map draws, by collection.
    answers
        What was made when it was first asked for.
    adopted, adopted_problem
        The plan that the City adopted, if there is one, or why it could not be read.
    """

    city: City
    bodies: Mapping[str, Body]
    pages: Mapping[str, Callable[[], Body]]
    layers: Mapping[str, Layer]
    answers: Answers = field(default_factory=Answers)
    adopted: Adopted | None = None
    adopted_problem: str | None = None
    _trials: dict[str, Trial] = field(default_factory=dict)

    @cached_property
    def planner(self) -> Planner:
        """Rollout plans of this city."""
        return Planner(self.city)

    def trial(self, geography: str) -> Trial:
        """The areas of `geography`, drawn once, to be scored under any weights."""
        if geography not in self._trials:
            self._trials[geography] = trial_of(self.city, geography)
        return self._trials[geography]

    @cached_property
    def places(self) -> Index:
        """Every place by its names."""
        return Index(self.city)

    @cached_property
    def tiles(self) -> dict[str, TileSet]:
        """The vector tiles of each collection."""
        return {name: TileSet(collection) for name, collection in self.city.collections.items()}

    @cached_property
    def whole(self) -> dict[str, Body]:
        """Each collection whole as GeoJSON, ready to be sent."""
        look = Look()
        return {
            name: Body(
                document(collection, np.arange(len(collection.frame)), look),
                GEOJSON,
                filename=f"{name}.geojson",
                headers=look.crs.header,
            )
            for name, collection in self.city.collections.items()
        }

    def warm(self, stop: threading.Event) -> None:
        """
        Make now what the first questions would wait for: compressed collections, and what tiles are cut from.

        Where threads can yield to others, this one does; it ends between two pieces of work once `stop` is set.
        """
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        for body in self.whole.values():
            if stop.is_set():
                return
            body.prepare(*THOROUGH)
        _ = self.places
        for zoom in range(DEEPEST, -1, -1):
            for tiles in self.tiles.values():
                if stop.is_set():
                    return
                tiles.warm([zoom])

    def page(self, path: str) -> Body:
        """The page at `path` in the language of the answer, made when it is first asked for in that language."""
        with spoken(replace(speech(), query="")):
            return self.answers.get(("page", path), self.pages[path])

    def export(self, file: str) -> Body:
        """
        The list `file` (such as `ntas.csv`), made when it is first asked for and kept.

        Raises
        ------
        NotFound
            The snapshot has no such list.
        """

        def made() -> Body:
            name, _, format = file.rpartition(".")
            return Body(export(self.city, name, format), FORMATS[format], filename=file)

        return self.answers.get(("exports", file), made, worded=False)


@dataclass
class Live:
    """The service that answers now; a reload replaces it whole, and only by one that was read without an error."""

    settings: Settings
    service: Service
    warm: bool = False
    reloading: threading.Lock = field(default_factory=threading.Lock)

    stop: threading.Event = field(default_factory=threading.Event)

    def make_ahead(self) -> None:
        """Let a thread make what the present service will be asked for, if it is to be kept warm; one at a time."""
        self.stop.set()
        self.stop = threading.Event()
        if self.warm:
            threading.Thread(target=self.service.warm, args=(self.stop,), name="warm", daemon=True).start()

    def reload(self) -> None:
        """Serve the current snapshot; keep the present one if that cannot be read."""
        with self.reloading:
            try:
                self.service = prepare(self.settings)
                self.make_ahead()
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
    service = serve(store.current(settings.var), basemap, settings.geocoder_url)
    try:
        return replace(service, adopted=adopted(settings.var))
    except SnapshotError as exc:
        logger.error("the adopted plan is left out: %s", exc)
        return replace(service, adopted_problem=str(exc))


def serve(snapshot: store.Snapshot, basemap: Basemap | None = None, geocoder: str | None = None) -> Service:
    """The service of `snapshot`."""
    city = load_city(snapshot)
    sources = Body(orjson.dumps(city.manifest, option=orjson.OPT_INDENT_2), "application/json")
    layers = _layers(city)
    whole = {f"/layers/{name}.geojson": Body(each.whole, GEOJSON) for name, each in layers.items()}
    bodies = {**static_bodies(), "/sources": sources, **whole}
    service = Service(city, bodies, _pages(city, basemap, geocoder), layers)
    with spoken(ENGLISH):
        for body in (*bodies.values(), *map(service.page, service.pages)):
            body.prepare("gzip")
    for collection in city.collections.values():
        collection.prepare()
    return service


def check(snapshot: store.Snapshot) -> None:
    """Make everything that `snapshot` is to answer, every list in every format; what fails must not be published."""
    service = serve(snapshot)
    for file in files(service.city):
        service.export(file)


def _pages(city: City, basemap: Basemap | None, geocoder: str | None) -> dict[str, Callable[[], Body]]:
    def city_map() -> Body:
        page = draw_map(map_config(city.collections, city.manifest, city.snapshot.id, basemap, geocoder))
        tiles = [origin(basemap.url)] if basemap else []
        addresses = [origin(geocoder)] if geocoder else []
        return Body(page.encode(), HTML, headers=policy(page, images=tiles, asks=addresses))

    return {
        "/": lambda: Body(draw_home(city).encode(), HTML, vary="Accept"),
        "/map": city_map,
        "/methods": lambda: Body(draw_methods(city).encode(), HTML),
    }


def _layers(city: City) -> dict[str, Layer]:
    return {
        name: layer(collection, city.outlines.get(name))
        for name, collection in city.collections.items()
        if name in COLUMNS
    }
