"""Which area is meant by what somebody types: its id, or its name in full; and what to say where none is."""

from difflib import get_close_matches
from typing import Final
from urllib.parse import quote

from app.features import Collection
from app.language import N_, _
from app.place import KINDS
from app.state import City
from app.table import plain
from geo.errors import BadQuery, NotFound

GEOGRAPHIES: Final = {
    "ntas": (N_("Neighborhoods"), N_("a neighborhood (NTA)"), "/nta/{}"),
    "tracts": (N_("Census tracts"), N_("a census tract"), "/tracts/{}"),
    "cdtas": (N_("Community districts"), N_("a community district"), "/collections/cdtas/items/{}?f=html"),
    "boroughs": (N_("Boroughs"), N_("a borough"), "/collections/boroughs/items/{}?f=html"),
}
"""What can be compared: the name of all, what one of them is, and the page of one."""

CLOSE: Final = 4
"""How many names are offered for one that is not known."""


def identify(city: City, of: str, side: str, typed: str) -> str:
    """
    The id of the area that is `typed`: an id, or a name in full, whatever its case and accents.

    Raises
    ------
    NotFound
        There is none, with what comes near and where the area is found if it is of another geography.
    BadQuery
        Several areas have the name.
    """
    collection, sought = city.collections[of], plain(typed.strip())
    if found := _called(collection, sought):
        if len(found) == 1:
            return found[0]
        words = _("{side}: several areas are called {typed}, expected an id: {ids}")
        raise BadQuery(words.format(side=side, typed=repr(typed), ids=", ".join(found)))
    ids, one = collection.ids, _(GEOGRAPHIES[of][1])
    words = _("{side}: found {typed}, expected {one} by its id ({first} to {last}) or by its name in full")
    told = [words.format(side=side, typed=repr(typed), one=one, first=ids[0], last=ids[-1])]
    for other, (_all, kind, _page) in GEOGRAPHIES.items():
        if other != of and (elsewhere := _called(city.collections[other], sought)):
            words = _(
                "{typed} is {kind}, to be compared with others of its kind (of={other}): an area and one that lies in"
                " it share their answers"
            )
            told.append(words.format(typed=repr(typed), kind=_(kind), other=other))
            if other in KINDS:
                words = _("what it is beside its borough and the city, its own page tells: {page}")
                told.append(words.format(page=page_of(other, elsewhere[0])))
    if near := _near(collection, sought):
        told.append(_("near to it: {names}").format(names=", ".join(near)))
    raise NotFound("; ".join(told))


def page_of(of: str, id: str) -> str:
    """The address of the page of an area."""
    return GEOGRAPHIES[of][2].format(quote(id))


def name_of(collection: Collection, id: str) -> str:
    """The name of an area; boroughs are their names."""
    frame = collection.frame
    return str(frame["name"].iloc[collection.rows[id]]) if "name" in frame else id


def names(collection: Collection) -> list[tuple[str, str]]:
    """The name and the id of every area."""
    frame = collection.frame
    return [*zip(frame.get("name", frame[collection.table.key]), collection.ids, strict=True)]


def _called(collection: Collection, sought: str) -> list[str]:
    """The ids of the areas whose id is `sought`, or else of those whose name is."""
    if by_id := [id for id in collection.ids if plain(id) == sought]:
        return by_id
    return [id for name, id in names(collection) if plain(name) == sought]


def _near(collection: Collection, sought: str) -> list[str]:
    """Names that hold what is sought, or else look like it."""
    known = {plain(name): name for name, _id in names(collection)}
    within = [name for bared, name in known.items() if sought and sought in bared]
    return (within or [known[bared] for bared in get_close_matches(sought, known, CLOSE)])[:CLOSE]
