"""How many people are without broadband at home, beyond reach of public access, and both."""

from math import isnan
from typing import Final

import pandas as pd

from app.amounts import count, share
from app.dashboard.figures import Figure, Link, address, dates, made_up, margin
from app.language import _, ngettext
from app.state import City
from geo import acs
from geo.acs import Estimate

COUNTED: Final = ("adoption", "lots", "kiosks", "facilities")


def people(city: City) -> list[Figure]:
    """The three counts of people of the city as a whole."""
    return [_without_broadband(city), _beyond_reach(city), _left_out(city)]


def _without_broadband(city: City) -> Figure:
    name = "people_without_broadband"
    table = Link(_("Share by neighborhood"), "/table?of=ntas&measure=no_broadband")
    surveyed = "no_broadband" in city.manifest["method"]["indicators"]
    return Figure(
        _("People without broadband at home"),
        count(city.whole[name]),
        margin(city.whole[name + "_moe"]),
        (*_of_people(city, name), *_uncounted(city)),
        dates(city, "adoption"),
        made_up(city, "adoption"),
        (*([table] if surveyed else []), Link(_("Count by neighborhood"), counts(name))),
    )


def _beyond_reach(city: City) -> Figure:
    whole, name = city.whole, "people_beyond_reach"
    known = not isnan(whole[name])
    of_all = _("{share} of {residents} residents").format(
        share=share(1 - whole["reach_share"]), residents=count(whole["residents"])
    )
    return Figure(
        _("Residents farther than {metres} m from working public access").format(metres=_metres(city)),
        count(whole[name]),
        _("no margin: residents are counted at tax lots, not surveyed") if known else _("no working access is known"),
        (of_all,) if known else (),
        dates(city, *COUNTED[1:]),
        made_up(city, *COUNTED[1:]),
        (
            Link(_("Supply by neighborhood"), "/table?of=ntas&measure=supply&sort=measure"),
            Link(_("Count by neighborhood"), counts(name, with_margin=False)),
        ),
    )


def _left_out(city: City) -> Figure:
    name = "people_left_out"
    independent = _("the two taken as independent within a neighborhood or tract")
    return Figure(
        _("People left out: without broadband and beyond reach"),
        count(city.whole[name]),
        margin(city.whole[name + "_moe"]) if not isnan(city.whole[name]) else _("no working access is known"),
        (*_of_people(city, name), independent),
        dates(city, *COUNTED),
        made_up(city, *COUNTED),
        (Link(_("Count by neighborhood"), "/table?of=ntas&measure=people_left_out"),),
    )


def counts(name: str, *, with_margin: bool = True) -> str:
    """The list of neighborhoods by a count of people, most first."""
    shown = ("name", "borough", name, *([name + "_moe"] if with_margin else []))
    query = {"sortby": f"-{name}", "properties": ",".join(shown), "limit": 300}
    return address("/collections/ntas/items", query)


def _of_people(city: City, name: str) -> tuple[str, ...]:
    """A count as a share of all people that were surveyed, with its margin where that is known."""
    part, whole = (
        Estimate(pd.Series([city.whole[of]], dtype=float), pd.Series([city.whole[f"{of}_moe"]], dtype=float))
        for of in (name, "population")
    )
    found = acs.share(part, whole)
    value, moe, everybody = found.value[0], found.moe[0], count(whole.value[0])
    if isnan(value):
        return ()
    if isnan(moe):
        return (_("{share} of {people} people, margin not known").format(share=share(value), people=everybody),)
    told = _("{share} ± {points} points of {people} people")
    return (told.format(share=share(value), points=count(100 * moe, 1), people=everybody),)


def _uncounted(city: City) -> tuple[str, ...]:
    """The people of surveyed areas that are too small to score."""
    areas = city.collections["tracts"].frame
    areas = areas if areas["households"].notna().any() else city.collections["ntas"].frame
    small = areas["people_without_broadband"].isna() & areas["households"].notna()
    number = round(areas.loc[small, "population"].sum())
    if not number:
        return ()
    told = ngettext(
        "{people} person lives in an area too small to score and is not in the count",
        "{people} people live in areas too small to score and are not in the count",
        number,
    )
    return (told.format(people=count(number)),)


def _metres(city: City) -> str:
    return count(city.manifest["method"]["walk_m"])
