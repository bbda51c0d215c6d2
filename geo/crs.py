"""The two coordinate reference systems: one to store and serve, one to measure in."""

from typing import Final

WGS84: Final = "EPSG:4326"
"""Longitude and latitude in degrees: every stored and served geometry."""

METRES: Final = "EPSG:32118"
"""NAD83 / New York Long Island, metres: every distance and area (scale true to 0.002 % in the city)."""

COORDINATE_DECIMALS: Final = 6
"""Decimals of a stored degree: 6 are 11 cm on the ground, finer than any source here."""
