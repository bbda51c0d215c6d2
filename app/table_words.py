"""What the page of the table says: of the rows of each table whole sentences, and its headings, units and orders."""

from dataclasses import dataclass
from typing import Final

from app.amounts import count
from app.language import N_, _


@dataclass(frozen=True)
class Rows:
    """What is said of the rows of one table; `{n}` are those in view, `{all}` are all."""

    name: str
    total: str
    none: str
    every: str

    def counted(self, n: int, all: int) -> dict[str, str]:
        """Each sentence in the language of the answer."""
        told = {"name": self.name, "total": self.total, "none": self.none, "every": self.every}
        return {what: _(words).format(n=count(n), all=count(all)) for what, words in told.items()}


ROWS: Final = {
    "ntas": Rows(
        N_("Neighborhoods"),
        N_("{n} of {all} neighborhoods"),
        N_("None of the {all} neighborhoods fits."),
        N_("Show all {all} neighborhoods"),
    ),
    "tracts": Rows(
        N_("Census tracts"),
        N_("{n} of {all} census tracts"),
        N_("None of the {all} census tracts fits."),
        N_("Show all {all} census tracts"),
    ),
    "cdtas": Rows(
        N_("Community districts"),
        N_("{n} of {all} community districts"),
        N_("None of the {all} community districts fits."),
        N_("Show all {all} community districts"),
    ),
    "boroughs": Rows(
        N_("Boroughs"),
        N_("{n} of {all} boroughs"),
        N_("None of the {all} boroughs fits."),
        N_("Show all {all} boroughs"),
    ),
    "developments": Rows(
        N_("NYCHA developments"),
        N_("{n} of {all} NYCHA developments"),
        N_("None of the {all} NYCHA developments fits."),
        N_("Show all {all} NYCHA developments"),
    ),
    "kiosks": Rows(
        N_("Kiosks"),
        N_("{n} of {all} kiosks"),
        N_("None of the {all} kiosks fits."),
        N_("Show all {all} kiosks"),
    ),
    "schools": Rows(
        N_("Schools"),
        N_("{n} of {all} schools"),
        N_("None of the {all} schools fits."),
        N_("Show all {all} schools"),
    ),
    "facilities": Rows(
        N_("Computer centres"),
        N_("{n} of {all} computer centres"),
        N_("None of the {all} computer centres fits."),
        N_("Show all {all} computer centres"),
    ),
}

HEADINGS: Final = {
    "name": N_("Name"),
    "reliability": N_("Reliability"),
    "gap_rank": N_("Rank of its gap"),
    "tier": N_("Tier"),
    "people_left_out": N_("People left out"),
    "residents": N_("Residents"),
    "borough": N_("Borough"),
    "need": N_("Need of its place"),
    "supply": N_("Supply"),
    "priority": N_("Priority"),
    "eligibility": N_("Big Apple Connect"),
    "reasons": N_("Why"),
    "nearest_kiosk_m": N_("To the nearest working kiosk"),
    "nearest_centre_m": N_("To the nearest computer centre"),
    "no_broadband_share": N_("Households around without broadband"),
    "kind": N_("Kind"),
    "working": N_("Working"),
    "activated": N_("Activated"),
    "access": N_("Who may use it"),
    "open_to_all_ages": N_("Open to all ages"),
    "workstations": N_("Computers"),
}
"""Headings that are shorter than the titles of the contract."""

UNITS: Final = {"points": N_("0–100"), "m": N_("metres"), "tier": N_("in the widest fifth?")}
"""What a heading must say besides, by unit or column; a share has its unit in every cell."""

DIRECTIONS: Final = {
    "reliability": (N_("least sure first"), N_("surest first")),
    "tier": (N_("clearly not top first"), N_("clear top first")),
    "rank": (N_("first place first"), N_("last place first")),
    "number": (N_("lowest first"), N_("highest first")),
    "text": (N_("A to Z"), N_("Z to A")),
    "flag": (N_("no first"), N_("yes first")),
    "date": (N_("oldest first"), N_("newest first")),
}
"""What rising and falling order mean, by column, unit or kind."""

LEAST: Final = {"any": N_("Any"), "fair": N_("At least fair"), "good": N_("Good")}
"""The least reliability that is in view."""

SURELY: Final = {"fair": N_("reliability: at least fair"), "good": N_("reliability: good")}
"""The same as a filter that is set."""
