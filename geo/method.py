"""What is decided about the method as a whole: its version, the declared radius, and what a map can be coloured by."""

from typing import Final, Literal

from geo.indicators import INDICATORS

METHOD_VERSION: Final = "1.1"
"""Changes whenever the same tables would give other scores."""

WALK_M: Final = 400.0
"""The radius of supply in metres: about five minutes on foot."""

RADII_M: Final = (45.0, 100.0, 150.0, 300.0, 400.0, 800.0)
"""The curve of reach: Wi-Fi of a kiosk (45 m), street level (150 m), a walk (400 m), and the steps between."""

MEASURES: Final[dict[str, Literal["points", "share", "people"]]] = {
    "gap": "points",
    "need": "points",
    "supply": "points",
    "people_left_out": "people",
    **{f"{indicator.code}_share": "share" for indicator in INDICATORS},
}
"""Each property that a map can be coloured by, and its unit."""

PRESETS_M: Final = {"Wi-Fi reach": 45.0, "street level": 150.0, "walk": WALK_M}
"""The radii that have a name."""

COUNTED: Final = {"kiosk": ("kiosks", "working"), "centre": ("facilities", "open_to_all_ages")}
"""Each kind of site of public access: its table, and the flag of the rows that count."""

KINDS: Final = ("any", *COUNTED)

BANDS: Final = ((400.0, 1.0), (800.0, 0.68), (1600.0, 0.22))
"""
The decay: metres up to which a weight holds, and the weight; beyond the last band is beyond the catchment.

The weights are those of Luo & Qi for three bands of travel time with the slower decay. The bands are this project's:
five, ten and twenty minutes on foot at 80 m a minute.
"""

PRIORITY_WEIGHTS: Final = {
    "need": 0.40,
    "unconnected": 0.25,
    "beyond_reach": 0.15,
    "older_adults": 0.10,
    "children": 0.10,
}
UNCONNECTED_GOALPOSTS: Final = (0.0, 1000.0)
"""Households not yet subscribed that score 0 and 100: a third of the largest, Queensbridge, is a full score."""

RANKED: Final = ("tracts", "ntas", "cdtas")
"""The geographies whose areas are ranked; five boroughs are not."""

CLUSTERED: Final = "ntas"


def radii(walk_m: float) -> tuple[float, ...]:
    """The radii of the curve in metres, the declared walk among them."""
    return tuple(sorted({*RADII_M, walk_m}))


def reach_column(kind: str, radius_m: float) -> str:
    """The name of a share of residents within a radius: `reach_400m_share`, `kiosk_reach_45m_share`."""
    return ("" if kind == "any" else f"{kind}_") + f"reach_{radius_m:g}m_share"
