"""
The map page: Folium draws the Leaflet map, our template and static/map.js put the rest around it.

The page holds no geometry and makes no request to another host. It carries one JSON configuration, made from
`MapConfig`; static/map.js fetches the layers that it names from `/layers/{name}.geojson` when they are switched on.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from itertools import pairwise
from typing import Literal

import folium

from app.pages import draw

CITY = ((40.4961, -74.2557), (40.9155, -73.7004))
"""South-west and north-east corner of the first view (latitude, longitude)."""

AMBER = ("#fdf0cf", "#f9d08b", "#f2a65a", "#d96c42", "#a93a44", "#64203f")
BLUE = ("#e9f1f7", "#c3d9ea", "#93bbd9", "#5d96c0", "#336fa0", "#1a4674")
GREEN = ("#eaf4ee", "#c5e2d2", "#93c8b1", "#5ba68d", "#2f7f6b", "#12564a")
PURPLE = ("#f3eef6", "#dccfe6", "#bda7d0", "#9a7cb6", "#755095", "#4d2a6d")
"""Ramps for gap, need, supply and people: light to dark, so that they read without seeing the hue."""


@dataclass(frozen=True)
class Measure:
    """
    What the map can be coloured by.

    Attributes
    ----------
    code
        With unit "share" the features carry `<code>_share`, and where known `<code>_moe_share` and
        `<code>_reliability`; with any other unit the value is the property `code` itself.
    breaks
        Per area layer the inner class bounds, rising, at most one fewer than `colours`: a value equal to a bound
        belongs to the class above it. The first and the last class are open.
    source, vintage
        Where the numbers come from, for the legend and the popups.
    uncertain
        Per area layer the share of areas (0–1) whose 90 % interval reaches into another class, None if not known.
    """

    code: str
    label: str
    unit: Literal["points", "share", "people"]
    description: str
    breaks: Mapping[str, tuple[float, ...]]
    colours: tuple[str, ...]
    decimals: int
    source: str
    vintage: str
    uncertain: Mapping[str, float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """
        Refuse a measure that the legend could not draw.

        Raises
        ------
        ValueError
            More than six colours, too many bounds for the colours, or bounds that do not rise.
        """
        if not 2 <= len(self.colours) <= 6:
            raise ValueError(f"{self.code}: {len(self.colours)} colours found, expected 2 to 6")
        for bounds in self.breaks.values():
            if len(bounds) >= len(self.colours) or any(low >= high for low, high in pairwise(bounds)):
                raise ValueError(
                    f"{self.code}: found bounds {bounds}, expected at most {len(self.colours) - 1}, rising"
                )


@dataclass(frozen=True)
class Layer:
    """One GeoJSON layer: `count` features at `url`, drawn at first if `shown`, fetched by boxes if `cells`."""

    name: str
    title: str
    url: str
    kind: Literal["area", "point", "polygon"]
    shown: bool
    count: int
    cells: bool = False


@dataclass(frozen=True)
class Absent:
    """A layer that this snapshot does not have, and why."""

    title: str
    reason: str


@dataclass(frozen=True)
class Origin:
    """Where the dataset of one layer comes from; `dataset` is the layer's or table's name."""

    dataset: str
    title: str
    publisher: str
    vintage: str
    origin: str
    synthetic: bool
    page: str


@dataclass(frozen=True)
class Weighing:
    """A dimension of the score that a reader may weigh otherwise."""

    code: str
    label: str


@dataclass(frozen=True)
class Basemap:
    """Background tiles from the network: an XYZ address, and whom to credit for them, in plain text."""

    url: str
    attribution: str


@dataclass(frozen=True)
class MapConfig:
    """
    All that the map page says, apart from the features themselves.

    Attributes
    ----------
    banners
        One sentence for each synthetic layer, shown above the map.
    measures
        In the order of the select; the first is drawn at first. One of them for each indicator of the score.
    missing
        Sentences on indicators that this snapshot lacks for the whole city.
    dimensions, radii, walk_m
        What a reader may try: the dimensions of the score, and the radii of reach in metres, of which `walk_m` is the
        published one.
    geocoder
        Address of a service that finds addresses (NYC GeoSearch API), which the browser asks; None for none.
    """

    title: str
    measures: tuple[Measure, ...]
    layers: tuple[Layer, ...]
    sources: tuple[Origin, ...]
    method_version: str
    snapshot_id: str
    banners: tuple[str, ...] = ()
    absent: tuple[Absent, ...] = ()
    missing: tuple[str, ...] = ()
    basemap: Basemap | None = None
    dimensions: tuple[Weighing, ...] = ()
    radii: tuple[float, ...] = ()
    walk_m: float = 0.0
    geocoder: str | None = None


class CityMap(folium.Map):
    """Folium's map with the vendored Leaflet; no other of Folium's default assets is used here, so none is linked."""

    default_js = [("leaflet", "/static/vendor/leaflet/leaflet.js")]  # noqa: RUF012 (Folium's own form)
    default_css = [("leaflet_css", "/static/vendor/leaflet/leaflet.css")]  # noqa: RUF012


def draw_map(config: MapConfig) -> str:
    """The HTML of the map page; the same `config` gives the same bytes."""
    city = CityMap(
        tiles=None,
        zoom_start=10,
        location=(40.7058, -73.978),
        prefer_canvas=True,
        control_scale=True,
        keyboard_pan_delta=40,
        zoom_snap=1 if config.basemap else 0.25,
    )
    city._id = "city"  # Folium would draw a random name, and the page would never be the same twice
    if config.basemap:
        tiles = folium.TileLayer(config.basemap.url, attr=escape(config.basemap.attribution), name="basemap")
        tiles._id = "basemap"
        tiles.add_to(city)
    whole = folium.FitBounds([list(corner) for corner in CITY], padding=(14, 14))
    whole.options["animate"] = False  # while Leaflet animates, it ignores every other wish to move
    whole.add_to(city)
    figure = folium.Figure()
    city.add_to(figure)
    figure.render()
    for repeated in ("meta_http", city.get_name()):  # our template says both; Folium's viewport forbids zooming in
        del figure.header._children[repeated]
    return draw(
        "map.html",
        config=config,
        facts=asdict(config) | {"map": city.get_name(), "city": CITY},
        head=figure.header.render(),
        body=figure.html.render(),
        script=figure.script.render(),
    )
