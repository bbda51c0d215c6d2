"""Where everything of a picture stands: lines of text, swatches and the map, in pixels from the upper left corner."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from app.picture.words import Key, Said, SiteKey

INK: Final = "#17242f"
MUTED: Final = "#4c5a66"
ALARM: Final = "#9b1c1c"
NARROW: Final = 1000
"""Below this width the legend stands under the map, from it on beside it."""

LEADING: Final = 1.34
"""The height of a line as a part of its letters' size."""

TOKEN: Final = re.compile(r"\d\S* %\S*|[⺀-鿿＀-￯][，。；：、）！？”]*|[^ \n⺀-鿿＀-￯]+")
"""What is not broken: a word, a share with its sign, a Chinese character with what must not begin a line."""

GLUE: Final = " "

Measuring = Callable[[str, float, bool], float]
"""The width in pixels of a text of a size (pixels), bold or not."""


@dataclass(frozen=True)
class Line:
    """One line of text; `left` and `top` of its box, `size` of its letters."""

    text: str
    left: float
    top: float
    width: float
    size: float
    bold: bool = False
    colour: str = INK

    @property
    def height(self) -> float:
        """Of its box."""
        return self.size * LEADING

    @property
    def baseline(self) -> float:
        """How far down its letters stand."""
        return self.top + self.size * 1.02


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """
    A picture without its map.

    Attributes
    ----------
    map, scale
        Where the map and the bars of its scale go.
    warning
        The ground behind the warning, None where there is none.
    swatches
        Each key and where its colour or symbol goes.
    """

    width: int
    height: int
    map: Box
    scale: Box
    warning: Box | None
    lines: tuple[Line, ...]
    swatches: tuple[tuple[Key | SiteKey, Box], ...]
    small: float


@dataclass
class Column:
    """Text that flows down from `top`, in a column `width` wide."""

    left: float
    top: float
    width: float
    measure: Measuring
    lines: list[Line] = field(default_factory=list)
    swatches: list[tuple[Key | SiteKey, Box]] = field(default_factory=list)

    def space(self, height: float) -> None:
        """Leave room."""
        self.top += height

    def text(self, text: str, size: float, *, bold: bool = False, colour: str = INK, indent: float = 0) -> None:
        """A paragraph, broken where it is too long."""
        for words in broken(text, self.width - indent, lambda part: self.measure(part, size, bold)):
            width = self.measure(words, size, bold)
            self.lines.append(Line(words, self.left + indent, self.top, width, size, bold, colour))
            self.top += size * LEADING

    def key(self, key: Key | SiteKey, size: float) -> None:
        """A swatch, its words, and its number at the right edge."""
        height, wide = size * LEADING, size * 1.9
        self.swatches.append((key, Box(self.left, self.top + height * 0.1, wide, height * 0.8)))
        number = self.measure(key.count, size, False)
        self.lines.append(Line(key.count, self.left + self.width - number, self.top, number, size, colour=MUTED))
        whole, self.width = self.width, self.width - number - size
        self.text(key.words, size, indent=wide + size * 0.6)
        self.width = whole
        self.space(size * 0.3)


def broken(text: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """`text` in lines that are at most `room` wide; a single word that is wider is cut."""
    lines: list[str] = []
    line, end = "", 0
    for token in TOKEN.finditer(text):
        joint = GLUE if token.start() > end and line else ""
        end = token.end()
        if measure(line + joint + token[0]) <= room:
            line += joint + token[0]
            continue
        if line:
            lines.append(line)
        line = token[0]
        while measure(line) > room and len(line) > 1:
            fits = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or measure(line[:n]) <= room)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def sheet(said: Said, width: int, aspect: float, measure: Measuring) -> Sheet:
    """
    Place what is said around a map whose height is `aspect` times its width.

    Parameters
    ----------
    measure
        How wide a text is.
    """
    beside = width >= NARROW
    unit = width / (1600 if beside else 640)
    title, body, small = (unit * size for size in ((42, 21, 17.5) if beside else (25, 14, 12)))
    pad = round(unit * (32 if beside else 16))
    head = Column(pad, pad, width - 2 * pad, measure)
    head.text(said.service, small, colour=MUTED)
    head.text(said.title, title, bold=True)
    head.text(said.description, body, colour=MUTED)
    head.space(body * 0.6)
    warning = _warned(head, said, title * 0.8, small) if said.warning else None

    map_width = round((width - 3 * pad) * 0.69) if beside else width - 2 * pad
    map_box = Box(pad, round(head.top), map_width, round(map_width * aspect))
    scale = Box(pad, map_box.top + map_box.height + small * 0.6, map_width, small * LEADING * 2.2)
    below = scale.top + scale.height + small * 0.6
    left = map_box.left + map_width + pad if beside else pad
    legend = Column(left, map_box.top if beside else below, width - pad - left, measure)
    _legend(legend, said, body, small)
    aside = Column(left, legend.top + body, legend.width, measure)
    _notes(aside, said, small)
    foot = aside
    if not beside or aside.top > below:
        foot = Column(pad, max(below, legend.top + small), width - 2 * pad, measure)
        _notes(foot, said, small)
    lines = (*head.lines, *legend.lines, *foot.lines)
    return Sheet(
        width, round(max(foot.top, below) + pad / 2), map_box, scale, warning, lines, tuple(legend.swatches), small
    )


def _notes(column: Column, said: Said, small: float) -> None:
    for note in said.notes:
        column.text(note, small, colour=MUTED)
        column.space(small * 0.35)


def _warned(head: Column, said: Said, large: float, small: float) -> Box:
    """The warning on its ground, in white."""
    top, inset = head.top, small * 0.8
    head.space(inset)
    head.left, head.width = head.left + inset, head.width - 2 * inset
    head.text(said.warning[0], large, bold=True, colour="#ffffff")
    for words in said.warning[1:]:
        head.text(words, small * 1.1, colour="#ffffff")
    head.left, head.width = head.left - inset, head.width + 2 * inset
    head.space(inset)
    ground = Box(head.left, top, head.width, head.top - top)
    head.space(small)
    return ground


def _legend(legend: Column, said: Said, body: float, small: float) -> None:
    legend.text(said.heading, body * 1.1, bold=True)
    legend.text(said.unit, small, colour=MUTED)
    legend.space(small * 0.5)
    for key in said.keys:
        legend.key(key, body)
    for words in said.legend:
        legend.space(small * 0.4)
        legend.text(words, small)
    if said.sites:
        legend.space(small)
    for site in said.sites:
        legend.key(site, body)
