"""What the dashboard is made of: a number with its margin, its date and its lists, or why it is not known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from app.amounts import count
from app.cql.reading import LONGEST
from app.language import N_, _
from app.retold import worded
from app.state import City

NAMES: Final = {
    "tracts": N_("census tracts"),
    "adoption": N_("survey"),
    "lots": N_("homes"),
    "developments": N_("developments"),
    "enrollment": N_("enrollment reports"),
    "kiosks": N_("kiosks"),
    "facilities": N_("computer centres"),
    "schools": N_("schools"),
}
"""What each dataset is called where several stand in a line."""

MOST_ROWS: Final = 1000
"""Rows of a list that are shown on one page."""


@dataclass(frozen=True)
class Link:
    """A list behind a number: what it is, and its address."""

    text: str
    href: str


@dataclass(frozen=True)
class Figure:
    """
    A number in words.

    Attributes
    ----------
    margin
        Its margin of error, or why there is none.
    notes
        What it is a share of, and what else must be known; a sentence each.
    dates
        The vintages of the datasets that it is made of.
    made_up
        Whether any of those is not real, or only a part, in words; None where all are real.
    """

    label: str
    value: str
    margin: str
    notes: tuple[str, ...]
    dates: str
    made_up: str | None
    links: tuple[Link, ...]


def margin(moe: float) -> str:
    """A margin of a count of people in words, or why there is none."""
    if moe != moe:
        return _("margin of error not known: upstream gave none")
    return _("± {people} (90 % margin)").format(people=count(moe))


def dates(city: City, *names: str) -> str:
    """The vintages of the datasets `names` that the snapshot has; each after its name, where they are several."""
    entries = _entries(city, names)
    vintages = {entry["name"]: worded(entry["vintage"] or "not stated") for entry in entries}
    if len(names) == 1:
        return "; ".join(vintages.values()) or _("not known")
    told = (_("{dataset}: {vintage}").format(dataset=_(NAMES[name]), vintage=vintages[name]) for name in vintages)
    return "; ".join(told)


def made_up(city: City, *names: str) -> str | None:
    """Whether the datasets `names` are made up or a part, as a tag; None where all are real."""
    kinds = [entry["kind"] for entry in _entries(city, names)]
    if "synthetic" in kinds:
        return _("made up") if {*kinds} == {"synthetic"} else _("partly made up")
    return _("a part, by hand") if "by hand" in kinds else None


def why_absent(city: City, name: str) -> str:
    """Why the snapshot lacks the dataset `name`."""
    return next((_(entry["reason"]) for entry in city.manifest["absent"] if entry["name"] == name), _("not known"))


def address(path: str, query: Mapping[str, Any]) -> str:
    """The address of `path` with `query`, quotes escaped as well, so that it can stand in a page as it is."""
    return f"{path}?{urlencode(query, quote_via=quote, safe='(),')}"


def items(city: City, name: str, ids: Iterable[str]) -> str | None:
    """The address of those features of a collection that have `ids`; None where there are none, or too many to name."""
    collection = city.collections[name]
    named = [f"'{id.replace(chr(39), chr(39) * 2)}'" for id in ids]
    text = f"{collection.table.key} IN ({','.join(named)})"
    if not named or len(named) > MOST_ROWS or len(text) > LONGEST:
        return None
    return address(f"/collections/{name}/items", {"filter": text, "limit": MOST_ROWS})


def _entries(city: City, names: tuple[str, ...]) -> list[Mapping[str, Any]]:
    return [entry for entry in city.manifest["datasets"] if entry["name"] in names]
