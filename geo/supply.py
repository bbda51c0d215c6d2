"""
Supply: the share of residents within a walk of working public access, and the whole curve over radii.

Public access is a kiosk that is live, or a public computer centre that is open to all ages. Payphones, kiosks that
are not live and centres reserved for older adults reach nobody here.
"""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access import RADII_M, coordinates_m, nearest_m, reach, residents_by

COUNTED: Final = {"kiosk": ("kiosks", "working"), "centre": ("facilities", "open_to_all_ages")}
"""Each kind of site: its table, and the flag of the rows that count."""

KINDS: Final = ("any", *COUNTED)


def sites(tables: Mapping[str, pd.DataFrame]) -> dict[str, gpd.GeoDataFrame]:
    """The rows that count as public access, by kind; a kind whose table is absent is not in here."""
    return {kind: tables[name][tables[name][flag]] for kind, (name, flag) in COUNTED.items() if name in tables}


def lots_to_sites_m(lots: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Metres from each lot to the nearest site: a column for each kind that there is, and `any` for the nearest."""
    origins = coordinates_m(lots.geometry)
    metres = pd.DataFrame(
        {
            kind: nearest_m(origins, coordinates_m(places.geometry))[0]
            for kind, places in sites(tables).items()
            if len(places)
        },
        index=lots.index,
    )
    return metres.assign(any=metres.min(axis=1)) if len(metres.columns) else metres


def radii(walk_m: float) -> tuple[float, ...]:
    """The radii of the curve in metres, the declared walk among them."""
    return tuple(sorted({*map(float, RADII_M), walk_m}))


def column(kind: str, radius_m: float) -> str:
    """The name of a share of residents within a radius: `reach_400m_share`, `kiosk_reach_45m_share`."""
    return ("" if kind == "any" else f"{kind}_") + f"reach_{radius_m:g}m_share"


def supply(metres: pd.DataFrame, residents: pd.Series, groups: pd.Series, walk_m: float) -> pd.DataFrame:
    """
    Residents and their reach, by group.

    Parameters
    ----------
    metres
        n lots × kinds, as `lots_to_sites_m` gives them.
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
        frame = frame.join(shares.rename(columns={radius: column(kind, radius) for radius in radii(walk_m)}))
    return frame.assign(reach_share=frame[column("any", walk_m)])
