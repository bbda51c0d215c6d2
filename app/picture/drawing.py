"""
Drawing a picture with matplotlib: its object interface alone, one picture at a time, the same bytes each time.

Everything is placed in pixels: at 72 dots an inch a pixel is a point, so that SVG and PDF come out alike.
"""

import io
import threading
from typing import Any, Final

import numpy as np
import shapely

from app.picture import sites as symbols
from app.picture.amounts import scale_words
from app.picture.fonts import Fonts
from app.picture.names import Names
from app.picture.pen import DPI, Pen
from app.picture.scene import Scene
from app.picture.shading import NONE, colours
from app.picture.sheet import ALARM, INK, Box, Sheet, sheet
from app.picture.sites import Symbol
from app.picture.view import bars
from app.picture.words import Key, Said

FORMS: Final = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
UNSAID: Final = {"png": ("Software",), "svg": ("Date", "Creator"), "pdf": ("CreationDate", "Producer", "Creator")}
"""What matplotlib would write of itself and of the time, so that no picture would be the same twice."""

WATER: Final = "#dde7ed"
CHOSEN: Final = "#0b1a26"
BORDER: Final = "#33424f"
LABEL: Final = "#1c2b38"
NEAREST: Final = 30.0
"""Metres of a pixel from which on neighborhoods are not named: the few names that fit would seem picked at random."""

_alone = threading.Lock()
"""matplotlib is not safe to use from several threads."""


def drawn(shown: Scene, said: Said, fonts: Fonts, form: str) -> bytes:
    """The picture of `shown`, with the words of `said`, in one of `FORMS`."""
    import matplotlib

    with _alone, matplotlib.rc_context({"svg.hashsalt": "picture", "hatch.linewidth": 1.0, "path.simplify": False}):
        pen = Pen(fonts)
        page = sheet(said, shown.wanted.width, shown.view.height / shown.view.width, pen.measure)
        pen.open(page.width, page.height)
        _draw_map(pen, shown, page)
        _draw_words(pen, page)
        _draw_scale(pen, shown, page)
        for key, box in page.swatches:
            _draw_swatch(pen, key, box)
        file = io.BytesIO()
        pen.figure.savefig(file, format=form, dpi=DPI, metadata=_metadata(said, form))
        return file.getvalue()


def _metadata(said: Said, form: str) -> dict[str, str | None]:
    """The words of a picture for those who do not see it, and for searches."""
    words = " ".join((*said.warning, said.description, *said.notes))
    return {
        "Title": ". ".join((said.title, *said.warning[:1])),
        "Subject" if form == "pdf" else "Description": words,
        **dict.fromkeys(UNSAID[form]),
    }


def _draw_map(pen: Pen, shown: Scene, page: Sheet) -> None:
    per_metre = page.map.width / shown.view.width
    corner = np.array([page.map.left, page.height - page.map.top - page.map.height])
    unit = max(1.0, page.width / 1600)
    origin = np.array([shown.view.west, shown.view.south])

    def pixels(geometry: Any) -> Any:
        return shapely.transform(geometry, lambda metres: (metres - origin) * per_metre + corner)

    pen.box(page.map, WATER)
    pen.clip(page.map)
    areas = shown.areas[shown.areas["in_view"]]
    outlines = pixels(areas.geometry.to_numpy())
    _draw_areas(pen, shown, outlines, areas["of"].to_numpy(), areas["weak"].to_numpy(), unit)
    if shown.wanted.areas == "tracts" and 1 / per_metre < NEAREST:
        pen.outline(pixels(shown.named.geometry.to_numpy()), BORDER, 0.7 * unit)
    pen.outline(pixels(shown.boroughs.geometry.to_numpy()), BORDER, 1.3 * unit)
    size = symbols.enlarged(1 / per_metre * unit) * unit
    for sites in shown.sites:
        _draw_sites(pen, pixels(sites.geometry), sites.symbols, size)
    if shown.place:
        place = np.array([pixels(shown.place.outline)])
        pen.outline(place, "#ffffff", 6 * unit)
        pen.outline(place, CHOSEN, 3 * unit)
    names = Names(pen.ground(page.map), pen.measure, [])
    _name(names, shown, pixels, page.small, 1 / per_metre)
    for name in names.placed:
        pen.name(name, LABEL)
    pen.clip(None)
    pen.frame(page.map, BORDER)


def _draw_areas(pen: Pen, shown: Scene, outlines: np.ndarray, of: np.ndarray, weak: np.ndarray, unit: float) -> None:
    pen.hatched(outlines[of == NONE])
    for at, colour in enumerate(colours(shown.measure, shown.wanted.areas)):
        pen.fill(outlines[of == at], colour)
        pen.dotted(outlines[(of == at) & weak], colour, unit)
    pen.outline(outlines, "#ffffff", (0.4 if shown.wanted.areas == "tracts" else 0.8) * unit)


def _draw_sites(pen: Pen, geometry: np.ndarray, picked: tuple[Symbol, ...], size: float) -> None:
    of = np.array([symbol.title for symbol in picked])
    for symbol in dict.fromkeys(picked):
        mine = geometry[of == symbol.title]
        if symbol.shape == "estate":
            pen.estates(mine, symbol, size)
        else:
            pen.marks(shapely.get_coordinates(mine), symbol, size)


def _name(names: Names, shown: Scene, pixels: Any, size: float, metres_per_pixel: float) -> None:
    """Place names: what is outlined first, then boroughs, then neighborhoods where they fit."""
    if shown.place:
        names.add(shown.place.name, pixels(shown.place.outline), size, bold=True, inside=False)
    near = metres_per_pixel < NEAREST and shown.wanted.areas != "boroughs"
    for name, outline in zip(shown.boroughs["name"], pixels(shown.boroughs.geometry.to_numpy()), strict=True):
        names.add(name, outline, size * 1.15, bold=True, inside=near)
    for name, outline in zip(shown.named["name"], pixels(shown.named.geometry.to_numpy()), strict=True):
        if near and not (shown.place and shown.place.name == name):
            names.add(name, outline, size * 0.8, bold=False, inside=True)


def _draw_words(pen: Pen, page: Sheet) -> None:
    if page.warning:
        pen.box(page.warning, ALARM)
    for line in page.lines:
        pen.text(line.text, line.left, page.height - line.baseline, line.size, line.bold, line.colour)


def _draw_scale(pen: Pen, shown: Scene, page: Sheet) -> None:
    """Two bars below the map, one of kilometres or metres and one of miles."""
    per_metre = page.map.width / shown.view.width
    lengths = bars(shown.view.width * 0.25)
    step = page.scale.height / 2
    for row, (length, words) in enumerate(zip(lengths, scale_words(*lengths), strict=True)):
        wide, top = length * per_metre, page.scale.top + row * step
        pen.bar(Box(page.scale.left, top + step * 0.25, wide, step * 0.4), INK)
        baseline = page.height - top - step * 0.62
        pen.text(words, page.scale.left + wide + page.small * 0.6, baseline, page.small, False, INK)


def _draw_swatch(pen: Pen, key: Any, box: Box) -> None:
    if not isinstance(key, Key):
        pen.sample(key.symbol, box)
        return
    ground = np.array([pen.ground(box)])
    if key.kind == "none":
        pen.hatched(ground)
    else:
        pen.fill(ground, key.colour)
    if key.kind == "weak":
        pen.dotted(ground, key.colour, max(1.0, box.height / 20))
    pen.outline(ground, "#8795a1", 0.6)
