"""What part of the ground a picture shows, and the bars that tell its scale."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from app.picture.wanted import Box
from geo.crs import METRES, WGS84

PAD: Final = 0.02
"""Free room around the whole city, as a part of its width."""

FLATTEST: Final = 0.5
TALLEST: Final = 1.5
"""Height as a part of width that a view has at least and at most; what is narrower is given more room."""

MILE_M: Final = 1609.344
METRIC_M: Final = tuple(step * 10**power for power in range(1, 5) for step in (1, 2, 5))
MILES: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


@dataclass(frozen=True)
class View:
    """A rectangle of EPSG:32118, metres."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Metres from west to east."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Metres from south to north."""
        return self.north - self.south

    @property
    def box(self) -> shapely.Polygon:
        """Its outline."""
        return shapely.box(self.west, self.south, self.east, self.north)


def view(bbox: Box | None, whole: np.ndarray) -> View:
    """
    The view of a box in degrees, or of the whole city.

    Parameters
    ----------
    whole
        West, south, east, north of the city in EPSG:32118.
    """
    if bbox is None:
        pad = PAD * (whole[2] - whole[0])
        west, south, east, north = whole + np.array([-pad, -pad, pad, pad])
    else:
        outline = shapely.segmentize(shapely.box(*bbox), 0.01)
        west, south, east, north = gpd.GeoSeries([outline], crs=WGS84).to_crs(METRES).total_bounds
    width, height = east - west, north - south
    more_width, more_height = max(0.0, height / TALLEST - width) / 2, max(0.0, width * FLATTEST - height) / 2
    edges = (west - more_width, south - more_height, east + more_width, north + more_height)
    return View(*map(float, edges))


def bars(room_m: float) -> tuple[float, float]:
    """The longest round lengths that fit into `room_m`: one of metres, one of miles (both given in metres)."""
    metric = max((length for length in METRIC_M if length <= room_m), default=METRIC_M[0])
    miles = max((length for length in MILES if length * MILE_M <= room_m), default=MILES[0])
    return float(metric), miles * MILE_M
