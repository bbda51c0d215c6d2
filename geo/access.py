"""
Reach: how many residents live within a radius of working public access.

Reach is counted in people at their tax lots, by straight-line distance in EPSG:32118 from each lot to the nearest
site, found by a k-d tree. Places only sum their lots.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.spatial import KDTree

from geo.crs import METRES
from geo.errors import TableError


def coordinates_m(points: gpd.GeoSeries) -> np.ndarray:
    """The n points as an array (n, 2) of metres in EPSG:32118."""
    to_metres = Transformer.from_crs(points.crs, METRES, always_xy=True)
    return np.column_stack(to_metres.transform(*shapely.get_coordinates(points.to_numpy()).T))


def nearest_m(origins_m: np.ndarray, targets_m: np.ndarray) -> np.ndarray:
    """
    Straight-line distance from each origin to its nearest target.

    Parameters
    ----------
    origins_m, targets_m
        Arrays (n, 2) and (m ≥ 1, 2) of metres in EPSG:32118.

    Raises
    ------
    TableError
        There is no target: "no site at all" is the caller's case, not a distance.
    """
    if not len(targets_m):
        raise TableError("no targets to measure to")
    metres, _ = KDTree(targets_m).query(origins_m, workers=-1)
    return np.asarray(metres)


def reach(distance_m: pd.Series, residents: pd.Series, groups: pd.Series, radii_m: tuple[float, ...]) -> pd.DataFrame:
    """
    The share of each group's residents within each radius.

    Parameters
    ----------
    distance_m, residents, groups
        Of n lots, one index: metres to the nearest site, people, and the area that the lot is in.
    radii_m
        Radii in metres; a lot at exactly a radius is within it.

    Returns
    -------
    shares
        One row a group, one column a radius, 0–1; NaN for a group without residents.
    """
    metres, people, places = distance_m.to_numpy(), residents.fillna(0).to_numpy(), groups.to_numpy()
    codes, labels = pd.factorize(places, sort=True)
    inside = codes >= 0
    everyone = np.bincount(codes[inside], people[inside], len(labels))
    with np.errstate(invalid="ignore"):
        columns = {
            radius: np.bincount(codes[inside], (people * (metres <= radius))[inside], len(labels)) / everyone
            for radius in radii_m
        }
    return pd.DataFrame(columns, index=labels)


def residents_by(residents: pd.Series, groups: pd.Series) -> pd.Series:
    """The people at the lots of each group; NaN where those of no lot are known."""
    return residents.groupby(groups.to_numpy()).sum(min_count=1)
