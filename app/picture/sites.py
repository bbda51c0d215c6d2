"""Site symbols: those of static/map/symbols.js, so that a picture and the map show the same."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.language import N_

Shape = Literal["circle", "diamond", "square", "triangle", "cross", "estate"]

OUTLINES: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    "diamond": ((0, 1.35), (1.1, 0), (0, -1.35), (-1.1, 0)),
    "square": ((-0.9, 0.9), (0.9, 0.9), (0.9, -0.9), (-0.9, -0.9)),
    "triangle": ((0, 1.15), (1.1, -0.9), (-1.1, -0.9)),
    "estate": ((-0.89, 0.56), (0.11, 0.89), (0.89, 0.11), (0.33, -0.78), (-0.67, -0.56)),
}
"""In a box from -1 to 1, north up; a circle and a cross are drawn by themselves."""


@dataclass(frozen=True)
class Symbol:
    """What a site is drawn as; `size` is half its width in pixels of a map 1,000 pixels wide, in a neighborhood."""

    title: str
    shape: Shape
    fill: str
    line: str
    size: float = 0.0


LINK: Final = Symbol(N_("Link1.0, working"), "circle", "#0a5ea8", "#ffffff", 4)
LINK5G: Final = Symbol(N_("Link5G, working"), "diamond", "#e0218a", "#ffffff", 5.5)
SILENT: Final = Symbol(N_("not working, or a payphone"), "cross", "none", "#3d4852", 3)
SCHOOL: Final = Symbol(N_("school"), "square", "#ffd84d", "#3b3000", 3.8)
CENTRE: Final = Symbol(N_("computer centre, not reserved for older adults"), "triangle", "#0b7a4b", "#ffffff", 5.5)
RESERVED: Final = Symbol(N_("computer centre for older adults only"), "triangle", "#ffffff", "#0b7a4b", 4.5)
ESTATE: Final = Symbol(N_("NYCHA development"), "estate", "#2b2140", "#2b2140")
OTHER: Final = Symbol(N_("site"), "square", "#ffffff", "#3b3000", 3.8)


def _kiosk(working: bool, kind: str) -> Symbol:
    return SILENT if not working else LINK5G if kind == "Link5G" else LINK


def _centre(open_to_all_ages: bool | None) -> Symbol:
    return RESERVED if open_to_all_ages is False else CENTRE


PICKS: Final[Mapping[str, tuple[tuple[str, ...], Callable[..., Symbol], tuple[Symbol, ...]]]] = {
    "kiosks": (("working", "kind"), _kiosk, (LINK, LINK5G, SILENT)),
    "schools": ((), lambda: SCHOOL, (SCHOOL,)),
    "facilities": (("open_to_all_ages",), _centre, (CENTRE, RESERVED)),
    "developments": ((), lambda: ESTATE, (ESTATE,)),
}
"""Of each layer: the properties that say which symbol a site has, how they say it, and its symbols."""


def symbols(layer: str) -> tuple[Symbol, ...]:
    """The symbols of a layer, in the order of its legend."""
    return PICKS[layer][2] if layer in PICKS else (OTHER,)


def properties(layer: str) -> tuple[str, ...]:
    """The properties that say which symbol a site has."""
    return PICKS[layer][0] if layer in PICKS else ()


def symbol(layer: str, given: Mapping[str, Any]) -> Symbol:
    """The symbol of a site with the properties `given`; what is not known is None."""
    return PICKS[layer][1](**given) if layer in PICKS else OTHER


def enlarged(metres_per_pixel: float) -> float:
    """How much larger than 1 a symbol is: small over the whole city, full size in a neighborhood."""
    zoom = math.log2(156543.03 * math.cos(math.radians(40.7)) / metres_per_pixel)
    return min(1.6, max(0.52, 0.52 + (zoom - 10.5) * 0.24))
