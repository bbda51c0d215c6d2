"""What a route may ask for: the live service, and a caller's parameters checked."""

import math
from typing import Annotated

from fastapi import Depends, Query, Request

from app.features import BBox
from app.service import Live, Service
from geo.errors import BadQuery

MOST_ITEMS = 10_000
DEFAULT_ITEMS = 10


def get_service(request: Request) -> Service:
    """The prepared service of the present snapshot."""
    live: Live = request.state.live
    return live.service


ServiceDep = Annotated[Service, Depends(get_service)]


def get_boxes(
    bbox: Annotated[
        str | None,
        Query(description="west,south,east,north in degrees (or with two heights: six numbers)"),
    ] = None,
) -> list[BBox] | None:
    """
    The boxes that `bbox` asks for: one, or two where it crosses the antimeridian (west greater than east).

    Raises
    ------
    BadQuery
        Not four or six numbers, or outside the degrees of the earth.
    """
    if bbox is None:
        return None
    try:
        numbers = [float(part) for part in bbox.split(",")]
    except ValueError:
        raise BadQuery(f"bbox: found {bbox!r}, expected four numbers west,south,east,north") from None
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise BadQuery(f"bbox: found {bbox!r}, expected four finite numbers (or six with heights)")
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise BadQuery(f"bbox: {bbox!r} is outside -180,-90,180,90 or its south is north of its north")
    return [(west, south, east, north)] if west <= east else [(west, south, 180, north), (-180, south, east, north)]


BoxesDep = Annotated[list[BBox] | None, Depends(get_boxes)]


def get_limit(
    limit: Annotated[
        int, Query(ge=1, description=f"features on a page; more than {MOST_ITEMS:,} are answered as {MOST_ITEMS:,}")
    ] = DEFAULT_ITEMS,
) -> int:
    """The page size, held at the declared maximum (17-069r4, 7.15.2)."""
    return min(limit, MOST_ITEMS)


LimitDep = Annotated[int, Depends(get_limit)]
OffsetDep = Annotated[int, Query(ge=0, le=10**9, description="features to pass over")]
