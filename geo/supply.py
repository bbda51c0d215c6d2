"""
Supply: the share of residents within a walk of working public access, and the whole curve over radii.

Public access is a kiosk that is live, or a public computer centre that is open to all ages. Payphones, kiosks that
are not live and centres reserved for older adults reach nobody here.
"""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access import coordinates_m, nearest_m, reach, residents_by
from geo.method import COUNTED, KINDS, radii, reach_column


def sites(tables: Mapping[str, pd.DataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """The rows that count as public access, by kind; a kind whose table is absent is not in here."""
    return {kind: tables[name][tables[name][flag]] for kind, (name, flag) in COUNTED.items() if name in tables}


def to_sites_m(origins_m: np.ndarray, sites: Mapping[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    """
    Metres from each of n origins to the nearest site: a column for each kind that is known, and `any` for the nearest.

    Where a kind is known and none of its sites counts, the distance is infinite: nobody is reached, which is known.

    Parameters
    ----------
    origins_m
        Array (n, 2), metres in EPSG:32118.
    sites
        The sites that count, by kind, as `sites` gives them.
    """
    metres = pd.DataFrame(
        {
            kind: nearest_m(origins_m, coordinates_m(places.geometry)) if len(places) else np.inf
            for kind, places in sites.items()
        },
        index=pd.RangeIndex(len(origins_m)),
    )
    return metres.assign(any=metres.min(axis=1)) if len(metres.columns) else metres


def supply(metres: pd.DataFrame, residents: pd.Series, groups: pd.Series, walk_m: float) -> pd.DataFrame:
    """
    Residents and their reach, by group.

    Parameters
    ----------
    metres
        n lots × kinds, as `to_sites_m` gives them.
    residents, groups
        The people of each lot and the area that it lies in, index as `metres`.

    Returns
    -------
    supply
        `residents`, a share (0–1) for each kind and radius, and `reach_share`, the share within the declared walk of
        any site; NaN for kinds that are not known and for groups without residents.
    """
    frame = residents_by(residents, groups).rename("residents").to_frame()
    for kind in KINDS:
        shares = (
            reach(metres[kind], residents, groups, radii(walk_m))
            if kind in metres
            else pd.DataFrame(np.nan, index=frame.index, columns=[*radii(walk_m)])
        )
        frame = frame.join(shares.rename(columns={radius: reach_column(kind, radius) for radius in radii(walk_m)}))
    return frame.assign(reach_share=frame[reach_column("any", walk_m)])
