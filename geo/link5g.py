"""
Link5G: how many tall kiosks are built of those promised, and where they stand.

The City was promised about 2,000 of them, and that 90 % stand in the Bronx, Brooklyn, Queens, Staten Island, or
Manhattan above 96th Street. A row of the kiosk file is a tall kiosk; it is no proof that a 5G radio is inside, or that
anybody is served by one.

96th Street is taken as one straight line in EPSG:32118, through its crossings with Amsterdam Avenue and with First
Avenue, two corners of census tracts; it is extended straight to both sides, so that Randalls Island lies above it. The
corners of tracts between the two lie within 2 m of it. The street is about 30 m wide from wall to wall, so what stands
within `TOLERANCE_M` of the line stands on the street itself: it counts by the side on which it stands, and is told
apart, since another survey of the street could count it otherwise.
"""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import METRES

KIND: Final = "Link5G"
PROMISED: Final = 2000
PROMISED_SHARE: Final = 0.90
SOURCES: Final = {
    "promised": "https://amsterdamnews.com/news/2022/07/11/"
    "adams-cto-fraser-and-linknyc-unveil-first-link5g-kiosk-in-nyc/",
    "promised_share": "https://www.nyc.gov/office-of-the-mayor/news/485-22/"
    "mayor-adams-cto-fraser-linknyc-first-link5g-kiosk-new-york-city",
}
"""Where each of the two promises was made public."""

MANHATTAN: Final = "Manhattan"
BOROUGHS: Final = ("Bronx", "Brooklyn", MANHATTAN, "Queens", "Staten Island")
AMSTERDAM_AVENUE_M: Final = (302_500.8, 69_669.2)
FIRST_AVENUE_M: Final = (304_665.9, 68_470.4)
TOLERANCE_M: Final = 15.0
"""Metres from the line of 96th Street within which a site is on the street: half of its width."""


def above_96th_m(places: gpd.GeoSeries) -> pd.Series:
    """
    How far each point lies above the line of 96th Street: metres at right angles to it, below 0 for downtown.

    Parameters
    ----------
    places
        Points in any reference system.
    """
    metres = places.to_crs(METRES)
    start, along = np.array(AMSTERDAM_AVENUE_M), np.subtract(FIRST_AVENUE_M, AMSTERDAM_AVENUE_M)
    east, north = along / np.hypot(*along)
    away = north * (start[0] - metres.x) + east * (metres.y - start[1])
    return pd.Series(away.to_numpy(dtype=float), index=places.index)


def built(kiosks: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    The Link5G kiosks that are built, and whether each counts toward the 90 %.

    Parameters
    ----------
    kiosks
        `geo.tables.KIOSKS`. One that was taken down until it is installed again is built, but not working.

    Returns
    -------
    built
        Index as the rows of `kiosks` that are Link5G: `site_id`, `borough`, `working`; `above_m`, metres above 96th
        Street, of Manhattan alone; `counts`, whether it is in the places that the 90 % speak of; `on_street`, whether
        it is in Manhattan and within `TOLERANCE_M` of 96th Street.
    """
    rows = kiosks[kiosks["kind"] == KIND]
    uptown = above_96th_m(rows.geometry).where(rows["borough"] == MANHATTAN)
    frame = pd.DataFrame(rows[["site_id", "borough"]])
    return frame.assign(
        working=rows["working"].astype(bool),
        above_m=uptown,
        counts=(rows["borough"] != MANHATTAN) | (uptown > 0),
        on_street=uptown.abs() <= TOLERANCE_M,
    )


def by_borough(rows: pd.DataFrame) -> pd.DataFrame:
    """What each borough has of `rows`, as `built` gives them: `built`, `working`, `counts`; 0 where it has none."""
    groups = rows.groupby("borough")
    found = groups[["working", "counts"]].sum().assign(built=groups.size())
    order = [*BOROUGHS, *sorted({*found.index}.difference(BOROUGHS))]
    return found[["built", "working", "counts"]].reindex(order, fill_value=0).astype(int).rename_axis("borough")


def share_that_counts(rows: pd.DataFrame) -> float:
    """The share of `rows`, as `built` gives them, that counts toward the 90 %; NaN where nothing is built."""
    return float(rows["counts"].mean()) if len(rows) else float("nan")
