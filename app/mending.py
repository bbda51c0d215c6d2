"""Outlines drawn by hand, made one valid shape: joined, mended where they cross, on the grid of what is served."""

from typing import Any

import numpy as np
import shapely

from app.language import _
from geo.crs import COORDINATE_DECIMALS
from geo.errors import BadQuery

MOST_MEETINGS, CHUNK = 120_000, 100
"""Pairs of edges near each other that are looked at, if any cross: what keeps work to about a second."""


def joined(parts: list[Any]) -> tuple[Any, bool]:
    """
    One valid shape of all `parts`, its positions on the grid of served ones, and whether an outline crossed itself.

    Raises
    ------
    BadQuery
        They cross too often to be mended in time.
    """
    crossed = not shapely.is_valid(parts).all()
    shape = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    if not shapely.is_valid(shape):
        if _tangled(parts):
            words = _("the outlines cross themselves or each other too often; mend or join them first (QGIS: Fix)")
            raise BadQuery(words)
        shape = shapely.union_all(
            [shapely.make_valid(part, method="structure", keep_collapsed=False) for part in parts]
        )
    return shapely.normalize(shapely.set_precision(shape, 10.0**-COORDINATE_DECIMALS)), crossed


def _tangled(parts: list[Any]) -> bool:
    """Whether so many edges come near each other that mending could take minutes."""
    lines = shapely.linestrings(edges(parts))
    tree, met = shapely.STRtree(lines), 0
    for start in range(0, len(lines), CHUNK):
        met += tree.query(lines[start : start + CHUNK]).shape[1]
        if met > MOST_MEETINGS:
            return True
    return False


def edges(parts: Any) -> np.ndarray:
    """Array (edges, 2, 2): both ends of every edge."""
    ends, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    return np.asarray(np.stack([ends[:-1], ends[1:]], axis=1)[ring[1:] == ring[:-1]])
