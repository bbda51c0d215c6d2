"""The contracts of the scored tables: every property that is served or exported, with its title and unit."""

from geo.gaps import WEIGHTS
from geo.indicators import INDICATORS, NEED, REACH
from geo.method import CLUSTERED, KINDS, RANKED, WALK_M, radii, reach_column
from geo.tables import Column, Table, flag, number, text

DECIMALS = {
    "share": 4,
    "points": 1,
    "people": 0,
    "homes": 0,
    "households": 0,
    "households a week": 1,
    "need-weighted households": 3,
    "households per 100": 1,
    "developments": 0,
    "m": 0,
    "USD": 0,
    "computers per 1,000": 2,
    "rank": 0,
    "index": 3,
}
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
    "cdtas": (
        text("cdta", "Community District Tabulation Area code", nullable=False),
        text("name", "Community district", nullable=False),
        text("borough", "Borough", nullable=False),
    ),
    "boroughs": (text("borough", "Borough", nullable=False),),
    "city": (text("city", "City", nullable=False),),
}
TITLES = {
    "tracts": "Census tracts",
    "ntas": "Neighborhoods (NTAs)",
    "cdtas": "Community districts (CDTAs)",
    "boroughs": "Boroughs",
    "city": "The city",
}
SITES = {"any": "working public access", "kiosk": "a working kiosk", "centre": "a computer centre open to all ages"}


def areas(geography: str, walk_m: float = WALK_M) -> Table:
    """The contract of the scored areas of one geography."""
    places = PLACES[geography]
    return Table(
        name=geography,
        title=TITLES[geography],
        key=places[0].name,
        shape="polygon",
        columns=(*places, *_survey(), *_reach(walk_m), *_scores(), *_standing(geography)),
    )


def share(code: str, label: str) -> tuple[Column, ...]:
    """The columns of a share of the survey: estimate, margin, CV and reliability."""
    return (
        number(f"{code}_share", label, "share"),
        number(f"{code}_moe_share", f"{label}: margin of error at 90 %", "share"),
        number(
            f"{code}_cv_share",
            f"{label}: CV (good to 0.12, fair to 0.40; the City flags 0.20)",
            "share",
        ),
        text(f"{code}_reliability", f"{label}: good, fair, weak or unknown, by the margin", nullable=False),
    )


def _survey() -> tuple[Column, ...]:
    return (
        number("population", "Population (survey)", "people"),
        number("population_moe", "Population: margin of error at 90 %", "people"),
        number("households", "Households (survey)", "households"),
        number("households_moe", "Households: margin of error at 90 %", "households"),
        *(column for indicator in INDICATORS for column in share(indicator.code, indicator.label)),
        text("margin_note", "Why a margin of error is missing"),
        number("median_income_usd", "Median household income (250,001 means 250,000 or more)", "USD"),
        number("median_income_moe_usd", "Median household income: margin of error at 90 %", "USD"),
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
        *curve(walk_m),
        number("reach_share", f"Residents within {walk_m:g} m of {SITES['any']}", "share"),
        number("people_beyond_reach", f"Residents farther than {walk_m:g} m from {SITES['any']}", "people"),
        number("people_left_out", "People without broadband at home and beyond reach", "people"),
        number("people_left_out_moe", "The same: margin of error at 90 %", "people"),
        number(
            "computers_per_1000_residents",
            "Public computers per 1,000 residents around (E2SFCA)",
            "computers per 1,000",
        ),
        flag("reached", "Whether any public computer is within 1,600 m of anybody", nullable=True),
    )


def curve(walk_m: float, who: str = "Residents") -> tuple[Column, ...]:
    """The columns of the curve of reach."""
    return tuple(
        number(reach_column(kind, radius), f"{who} within {radius:g} m of {SITES[kind]}", "share")
        for kind in KINDS
        for radius in radii(walk_m)
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


def _standing(geography: str) -> tuple[Column, ...]:
    """Ranks with their spread, how they depend on choices, and exploratory clusters."""
    intervals = (
        number("need_low", "Need: lower end of its 90 % interval", "points"),
        number("need_high", "Need: upper end of its 90 % interval", "points"),
        number("gap_low", "Gap: lower end of its 90 % interval", "points"),
        number("gap_high", "Gap: upper end of its 90 % interval", "points"),
    )
    ranks = (
        number("gap_rank", "Place in the order of gaps, 1 for the widest", "rank"),
        number("gap_rank_low", "Its 90 % interval: highest place", "rank"),
        number("gap_rank_high", "Its 90 % interval: lowest place", "rank"),
        number("p_top10", "Probability of being among the widest tenth", "share"),
        number("p_top20", "Probability of being among the widest fifth", "share"),
        number("p_top10_mc_error", "Of the widest tenth: standard error of simulation", "share"),
        number("p_top20_mc_error", "Of the widest fifth: standard error of simulation", "share"),
        text("tier", "Whether it is among the widest fifth: clear top, likely top, cannot be told apart, …"),
        number("variance_sampling_share", "Variance of the rank: what sampling error makes alone", "share"),
        number("variance_weights_share", "Variance of the rank: what other weights make alone", "share"),
        number("variance_normalisation_share", "Variance of the rank: what other normalisations make alone", "share"),
        text("rank_note", "Why there is no rank or no interval"),
        number("kept_band_share", "Variants of the score in which it keeps its band (tenth, fifth, rest)", "share"),
    )
    clusters = (
        number("cluster_local_moran", "Exploratory: local Moran's I of need", "index"),
        number("cluster_p_value", "Exploratory: its one-sided pseudo p-value", "share"),
        text("cluster", "Exploratory: cluster of need (FDR 5 %)"),
        number("cluster_survival_share", "Exploratory: draws of the survey in which the label survives", "share"),
        text("cluster_note", "Why there is no cluster label"),
    )
    return (
        *(intervals if geography != "city" else ()),
        *(ranks if geography in RANKED else ()),
        *(clusters if geography == CLUSTERED else ()),
    )
