"""Names on the map of a picture: each where it fits, none over another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Final

import numpy as np
import shapely

from app.picture.sheet import LEADING, Measuring

MOST_LINES: Final = 4
AIR: Final = 0.25
"""Room around a name, as a part of its letters' size."""


@dataclass(frozen=True)
class Name:
    """A name on the map: the lines of it, and the middle of its box in pixels, up from the lower left of the map."""

    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    size: float
    bold: bool

    @property
    def height(self) -> float:
        """Of its box."""
        return len(self.lines) * self.size * LEADING

    @property
    def box(self) -> Any:
        """Its outline with some air, in pixels."""
        wide, high = self.width / 2 + self.size * AIR, self.height / 2
        return shapely.box(self.x - wide, self.y - high, self.x + wide, self.y + high)


@dataclass
class Names:
    """The names that have found their places inside `frame` (pixels)."""

    frame: Any
    measure: Measuring
    placed: list[Name]

    def add(self, name: str, outline: Any, size: float, *, bold: bool, inside: bool) -> bool:
        """
        Place a name in an outline (pixels), on one or more lines; False where there is no room.

        Parameters
        ----------
        inside
            Whether the name must lie in the outline; else it need only start from its middle.
        """
        seen = shapely.intersection(outline, self.frame)
        if seen.is_empty or not shapely.area(seen):
            return False
        largest = max(shapely.get_parts(seen), key=shapely.area)
        x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest, tolerance=2.0))[0]
        most = MOST_LINES if inside else 1
        for lines, width in arrangements(name, most, lambda text: self.measure(text, size, bold)):
            found = Name(lines, float(x), float(y), width, size, bold)
            if self._free(found) and (not inside or shapely.contains(largest, found.box)):
                self.placed.append(found)
                return True
        return False

    def _free(self, name: Name) -> bool:
        apart = not any(shapely.intersects(name.box, other.box) for other in self.placed)
        return apart and bool(shapely.contains(self.frame, name.box))


def arrangements(name: str, most: int, measure: Callable[[str], float]) -> Iterator[tuple[tuple[str, ...], float]]:
    """A name on one line, two and so on, each time broken so that it is least wide; with its width."""
    parts = name.replace("-", "-\0").replace(" ", " \0").split("\0")
    for count in range(1, min(most, len(parts)) + 1):
        tries = []
        for cuts in combinations(range(1, len(parts)), count - 1):
            ends = (0, *cuts, len(parts))
            lines = tuple("".join(parts[a:b]).strip() for a, b in pairwise(ends))
            tries.append((lines, float(np.max([measure(line) for line in lines]))))
        yield min(tries, key=lambda tried: tried[1])
