"""The strokes of a picture on a matplotlib figure, in pixels up from its lower left corner."""

from typing import Any, Final

import numpy as np
import shapely

from app.picture.fonts import Fonts
from app.picture.names import Name
from app.picture.shading import GROUND, LINE, dot_colour
from app.picture.sheet import LEADING, Box
from app.picture.sites import OUTLINES, Symbol

DPI: Final = 72
STEP: Final = 7.0
"""Pixels between dots, as on the map."""

DOT: Final = 1.15
CASING: Final = 2.4
"""Pixels of white around the line of a development, so that it shows on dark areas too."""


class Pen:
    """Draws on one figure; what it draws lies over what it drew before."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.clipped: Any = None
        self.open(1, 1)

    def open(self, width: int, height: int) -> None:
        """Begin an empty figure."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.height = height
        self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")
        self.renderer: Any = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]

    def measure(self, text: str, size: float, bold: bool) -> float:
        """How wide a text is."""
        font = self.fonts.of(bold).copy()
        font.set_size(size)
        width, _, _ = self.renderer.get_text_width_height_descent(text, font, ismath=False)
        return float(width)

    def ground(self, box: Box) -> Any:
        """The outline of a box."""
        bottom = self.height - box.top - box.height
        return shapely.box(box.left, bottom, box.left + box.width, bottom + box.height)

    def clip(self, box: Box | None) -> None:
        """Let nothing reach out of a box from now on, or anything out of anywhere."""
        from matplotlib.transforms import Bbox

        west, south, east, north = self.ground(box).bounds if box else (0, 0, 0, 0)
        self.clipped = Bbox([[west, south], [east, north]]) if box else None

    def text(self, text: str, x: float, y: float, size: float, bold: bool, colour: str, **further: Any) -> None:
        """A line of text from its left end, on its baseline."""
        from matplotlib.text import Text

        font = self.fonts.of(bold).copy()
        font.set_size(size)
        self._add(Text(x, y, text, color=colour, fontproperties=font, parse_math=False, **further))

    def name(self, name: Name, colour: str) -> None:
        """A name on the map, its lines in the middle, in a thin cloud."""
        from matplotlib.patheffects import withStroke

        cloud = [withStroke(linewidth=name.size * 0.32, foreground="#ffffff", alpha=0.95)]
        step = name.size * LEADING
        for row, line in enumerate(name.lines):
            y = name.y + name.height / 2 - row * step - name.size * 1.02
            self.text(line, name.x, y, name.size, name.bold, colour, ha="center", path_effects=cloud)

    def fill(self, shapes: np.ndarray, colour: str, alpha: float = 1.0) -> None:
        """Polygons in one colour."""
        self._patch(shapes, facecolor=colour, edgecolor="none", linewidth=0, alpha=alpha)

    def hatched(self, shapes: np.ndarray) -> None:
        """Polygons with the hatching that stands for no value."""
        self._patch(shapes, facecolor=GROUND, edgecolor=LINE, linewidth=0, hatch="//")

    def outline(self, shapes: np.ndarray, colour: str, width: float) -> None:
        """The edges of polygons."""
        self._patch(shapes, facecolor="none", edgecolor=colour, linewidth=width, joinstyle="round")

    def dotted(self, shapes: np.ndarray, colour: str, unit: float) -> None:
        """Dots in polygons of a colour: one in every place of a grid, and at least one in each polygon."""
        if len(shapes):
            self._scatter(_circle(DOT * unit), _dots(shapes, STEP * unit), dot_colour(colour), "none", 0)

    def marks(self, points: np.ndarray, symbol: Symbol, size: float) -> None:
        """A symbol at each point."""
        radius, wide = symbol.size * size, 1.3 if symbol.shape != "cross" else 1.7
        self._scatter(_shape(symbol, radius), points, symbol.fill, symbol.line, wide * max(1.0, size))

    def estates(self, shapes: np.ndarray, symbol: Symbol, size: float) -> None:
        """Developments: their ground, and their edge in white."""
        wide = 1.6 * max(1.0, size)
        self.outline(shapes, "#ffffff", wide + CASING)
        self.fill(shapes, symbol.fill, 0.45)
        self.outline(shapes, symbol.line, wide)

    def sample(self, symbol: Symbol, box: Box) -> None:
        """A symbol in the legend."""
        middle = np.array([[box.left + box.width / 2, self.height - box.top - box.height / 2]])
        radius = box.height * (0.08 * symbol.size if symbol.size else 0.5)
        line = symbol.line if symbol.line != "#ffffff" else "#00000033"
        fill = symbol.fill if symbol.shape != "estate" else "#aaa6b3"
        self._scatter(_shape(symbol, radius), middle, fill, line, 1.3)

    def box(self, box: Box, colour: str) -> None:
        """A filled rectangle."""
        self.fill(np.array([self.ground(box)]), colour)

    def frame(self, box: Box, colour: str) -> None:
        """The edge of a rectangle."""
        self.outline(np.array([self.ground(box)]), colour, 1.0)

    def bar(self, box: Box, colour: str) -> None:
        """A bar of a scale: a line with an upright at each end."""
        bottom, top = self.height - box.top - box.height, self.height - box.top
        ends = [(box.left, top), (box.left, bottom), (box.left + box.width, bottom), (box.left + box.width, top)]
        self._patch(np.array([shapely.LineString(ends)]), facecolor="none", edgecolor=colour, linewidth=1.6)

    def _patch(self, shapes: np.ndarray, **style: Any) -> None:
        from matplotlib.patches import PathPatch

        if len(shapes):
            self._add(PathPatch(_path(shapes), transform=None, **style))

    def _scatter(self, path: Any, points: np.ndarray, fill: str, line: str, width: float) -> None:
        from matplotlib.collections import PathCollection
        from matplotlib.transforms import IdentityTransform

        if len(points):
            colours: dict[str, Any] = {
                "facecolors": fill,
                "edgecolors": line,
                "linewidths": width,
                "joinstyle": "round",
            }
            self._add(PathCollection([path], offsets=points, offset_transform=IdentityTransform(), **colours))

    def _add(self, artist: Any) -> None:
        from matplotlib.transforms import Affine2D

        artist.set_transform(Affine2D())
        self.figure.add_artist(artist, clip=False)
        if self.clipped is not None:
            artist.set_clip_box(self.clipped)
            artist.set_clip_on(True)


def _path(shapes: np.ndarray) -> Any:
    """All rings and lines of `shapes` as one path; holes stay holes, since rings turn as the right-hand rule has it."""
    from matplotlib.path import Path

    parts = shapely.get_parts(shapely.orient_polygons(shapes))
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    lines = np.concatenate([shapely.get_rings(parts[polygons]), parts[~polygons]])
    points, of = shapely.get_coordinates(lines, return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=Path.code_type)
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    codes[starts] = Path.MOVETO
    ends = np.append(starts[1:], len(points)) - 1
    closed = shapely.is_closed(lines)
    codes[ends[closed]] = Path.CLOSEPOLY
    return Path(points, codes)


def _circle(radius: float) -> Any:
    from matplotlib.path import Path

    return Path.circle(radius=radius)


def _shape(symbol: Symbol, radius: float) -> Any:
    from matplotlib.path import Path

    if symbol.shape == "circle":
        return _circle(radius)
    if symbol.shape == "cross":
        ends = np.array([(-0.9, -0.9), (0.9, 0.9), (-0.9, 0.9), (0.9, -0.9)])
        return Path(ends * radius, [Path.MOVETO, Path.LINETO] * 2)
    points = np.array(OUTLINES[symbol.shape]) * radius
    return Path(np.vstack([points, points[:1]]), closed=True)


def _dots(shapes: np.ndarray, step: float) -> np.ndarray:
    """Places of a grid that lie in `shapes`, and a point of each shape that has none; n × 2."""
    found = []
    for shape, (west, south, east, north) in zip(shapes, shapely.bounds(shapes), strict=True):
        x = np.arange(np.ceil(west / step), east / step) * step
        y = np.arange(np.ceil(south / step), north / step) * step
        grid = np.array(np.meshgrid(x, y)).reshape(2, -1).T
        shapely.prepare(shape)
        inside = grid[shapely.contains_xy(shape, grid)] if len(grid) else grid
        found.append(inside if len(inside) else shapely.get_coordinates(shapely.point_on_surface(shape)))
    return np.concatenate(found)
