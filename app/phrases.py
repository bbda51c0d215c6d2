"""
Words that are declared outside the pages, where nothing is translated: said by `_` where a page says them.

They stand here once more, so that they come into the catalogues; tests/test_phrases.py holds both together.
"""

from typing import Final

from app.language import N_

PHRASES: Final = (
    # geo.indicators
    N_("Households without broadband of any type"),
    N_("households"),
    N_("Households without cable, fibre or DSL"),
    N_("Households without a computer or smartphone"),
    N_("People below 150 % of the poverty level"),
    N_("people whose poverty status is known"),
    N_("People aged 65 and over"),
    N_("people"),
    N_("Households with somebody under 18"),
    N_("No broadband at home"),
    N_("No computer at home"),
    N_("Low income and older age"),
    N_("Beyond reach of public access"),
    # geo.ranks
    N_("clear top"),
    N_("likely top"),
    N_("cannot be told apart"),
    N_("likely not top"),
    N_("clearly not top"),
    # geo.acs
    N_("good"),
    N_("fair"),
    N_("weak"),
    N_("unknown"),
    # loaders: datasets
    N_("Census tracts, 2020"),
    N_("American Community Survey: internet, computers, poverty and age"),
    N_("Residential tax lots"),
    N_("NYCHA developments"),
    N_("Big Apple Connect enrollment reports"),
    N_("LinkNYC and Link5G kiosks"),
    N_("Public and charter schools"),
    N_("Public computer centres"),
)
