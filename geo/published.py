"""The contracts of the scored tables: every property that is served or exported, with its title and unit."""

from geo.gaps import WEIGHTS
from geo.indicators import INDICATORS, NEED, REACH
from geo.method import KINDS, WALK_M, radii, reach_column
from geo.tables import DEVELOPMENTS, Column, Table, number, text

DECIMALS = {"share": 4, "points": 1, "people": 0, "homes": 0, "households": 0, "m": 0}
"""Decimals that a number of each unit is served with: no more than its source can bear."""

PLACES = {
    "tracts": (
        text("geoid", "Tract GEOID", nullable=False),
        text("name", "Tract", nullable=False),
        text("nta", "Neighborhood Tabulation Area code", nullable=False),
        text("nta_name", "Neighborhood", nullable=False),
        text("cdta", "Community District Tabulation Area code", nullable=False),
        text("cdta_name", "Community district", nullable=False),
        text("borough", "Borough", nullable=False),
    ),
    "ntas": (
        text("nta", "Neighborhood Tabulation Area code", nullable=False),
        text("name", "Neighborhood", nullable=False),
        text("cdta", "Community District Tabulation Area code", nullable=False),
        text("cdta_name", "Community district", nullable=False),
        text("borough", "Borough", nullable=False),
    ),
    "boroughs": (text("borough", "Borough", nullable=False),),
    "city": (text("city", "City", nullable=False),),
}
TITLES = {"tracts": "Census tracts", "ntas": "Neighborhoods (NTAs)", "boroughs": "Boroughs", "city": "The city"}
SITES = {"any": "working public access", "kiosk": "a working kiosk", "centre": "a computer centre open to all ages"}


def areas(geography: str, walk_m: float = WALK_M) -> Table:
    """The contract of the scored areas of one geography."""
    places = PLACES[geography]
    return Table(
        name=geography,
        title=TITLES[geography],
        key=places[0].name,
        shape="polygon",
        columns=(*places, *_survey(), *_reach(walk_m), *_scores()),
    )


def developments() -> Table:
    """The contract of the scored developments."""
    return Table(
        name="developments",
        title=DEVELOPMENTS.title,
        key="tds",
        shape="polygon",
        everywhere=False,
        columns=(
            *DEVELOPMENTS.columns,
            text("eligibility", "Whether Big Apple Connect may serve it", nullable=False),
            number("priority", "Priority: need of its place, people beyond reach and size, 0–100", "points"),
            text("reasons", "Why, in words", nullable=False),
            number("need", "Need of its place, 0–100", "points"),
            text("need_from", "The areas that the need is taken from"),
            number("supply", "Residents within reach of working public access", "points"),
            *(column for indicator in INDICATORS for column in _share(indicator.code, indicator.label)[:2]),
            text("nearest_kiosk", "Nearest working kiosk (site id)"),
            number("nearest_kiosk_m", "Straight line to it from the outline", "m"),
            text("nearest_centre", "Nearest computer centre open to all ages"),
            number("nearest_centre_m", "Straight line to it from the outline", "m"),
            text("note", "Why a value is missing"),
        ),
    )


def _share(code: str, label: str) -> tuple[Column, ...]:
    return (
        number(f"{code}_share", label, "share"),
        number(f"{code}_moe_share", f"{label}: margin of error at 90 %", "share"),
        text(f"{code}_reliability", f"{label}: good, fair, weak or unknown, by the margin", nullable=False),
    )


def _survey() -> tuple[Column, ...]:
    return (
        number("population", "Population (survey)", "people"),
        number("population_moe", "Population: margin of error at 90 %", "people"),
        number("households", "Households (survey)", "households"),
        number("households_moe", "Households: margin of error at 90 %", "households"),
        *(column for indicator in INDICATORS for column in _share(indicator.code, indicator.label)),
        number(
            "people_without_broadband",
            "People without broadband at home: population by share of households",
            "people",
        ),
        number("people_without_broadband_moe", "The same: margin of error at 90 %", "people"),
    )


def _reach(walk_m: float) -> tuple[Column, ...]:
    return (
        number("residents", "Residents at tax lots", "people"),
        *(
            number(reach_column(kind, radius), f"Residents within {radius:g} m of {SITES[kind]}", "share")
            for kind in KINDS
            for radius in radii(walk_m)
        ),
        number("reach_share", f"Residents within {walk_m:g} m of {SITES['any']}", "share"),
        number("people_beyond_reach", f"Residents farther than {walk_m:g} m from {SITES['any']}", "people"),
        number("people_left_out", "People without broadband at home and beyond reach", "people"),
    )


def _scores() -> tuple[Column, ...]:
    return (
        *(
            number(dimension.code, f"{dimension.label}, 0–100 (weight {WEIGHTS[dimension.code]:g})", "points")
            for dimension in (*NEED, REACH)
        ),
        number("need", "Need: mean of its dimensions, 0–100", "points"),
        number("supply", "Supply: residents within reach, 0–100", "points"),
        number("gap", "Gap: mean of the dimensions of need and of reach, 0–100", "points"),
        text("note", "Why a value is missing"),
    )
