"""What is said of a study area: a document of numbers as they are published, and of words in the language asked for."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd
import shapely

from app.amounts import count, share
from app.language import N_, _
from app.provenance import reliability
from app.retold import worded
from app.state import City
from app.study import Drawn, study_of
from geo.areas import KEYS
from geo.contracts import Column, flag, number, text
from geo.crs import COORDINATE_DECIMALS
from geo.published import DECIMALS, areas
from geo.ranks import DRAWS

LAYERS: Final = {
    "kiosks": (("address", "site_id"), ("kind", "status"), "working"),
    "facilities": (("name",), ("access",), "open_to_all_ages"),
    "schools": (("name",), ("category",), None),
    "developments": (("name",), ("program", "eligibility"), None),
}
"""Of each layer of sites: its name, what it is, and the flag of those that count as public access."""

UNTOLD: Final = ("borough", "median_income_usd", "median_income_moe_usd", "computers_per_1000_residents", "reached")
WHOLE: Final = {
    "ntas": N_("The outline cuts no neighborhood: what the survey says is said of whole ones."),
    "tracts": N_("The outline cuts no census tract: what the survey says is said of whole ones."),
}
CUT: Final = {
    "ntas": N_("The survey is by neighborhood; people of one are taken as alike. The outline cuts {n}."),
    "tracts": N_("The survey is by census tract; people of one are taken as alike. The outline cuts {n}."),
}
CUT_WHERE: Final = {
    "ntas": N_(
        "The survey is by neighborhood; people of one are taken as alike. The outline cuts {n}, where {share} of the"
        " people inside live."
    ),
    "tracts": N_(
        "The survey is by census tract; people of one are taken as alike. The outline cuts {n}, where {share} of the"
        " people inside live."
    ),
}
"""How people are taken: of areas that are inside as a whole; of such as are cut, where nobody lives, or somebody."""

MEASURES: Final = (
    text("measure", "Its name, as in every other list"),
    text("title", "What it is"),
    number("value", "Its value", ""),
    number("margin_of_error", "Margin of error at 90 %", ""),
    number("low", "Lower end of its 90 % interval", ""),
    number("high", "Upper end of its 90 % interval", ""),
    text("reliability", "Good, fair, weak or unknown, by the margin"),
    number("city", "The same of the whole city", ""),
    text("unit", "Its unit; a share is from 0 to 1"),
)
NOTES: Final = ("note", "margin_note", "interval_note")
PARTS: Final = (
    text("id", "The surveyed area: its code"),
    text("name", "Its name"),
    number("share", "The share of its residents that live inside", "share"),
    number("residents", "Residents at tax lots inside", "people"),
    flag("by_ground", "Nobody lives at a lot there: the share is that of its ground"),
)
SITES: Final = (
    text("layer", "The collection"),
    text("id", "Its id there"),
    text("name", "Its name"),
    text("kind", "What it is"),
    flag("public_access", "Whether it counts as public access; empty for schools and developments"),
    number("longitude", "Longitude (WGS 84); of a development a point on its grounds", "degrees"),
    number("latitude", "Latitude (WGS 84)", "degrees"),
)
SAID: Final = (text("what", "Note, approximation, or what was asked for"), text("said", "In words"))


def answer(city: City, drawn: Drawn) -> dict[str, Any]:
    """
    Everything that is said of a study area, fit for JSON; numbers as they are published, null for what is not.

    Its words are in the language of the answer, but for what the data say: `vintage`, `not_real`, the kinds of sites.
    """
    study = study_of(city)
    found, surveyed = study.found(drawn), study.ground.surveyed
    told = found.row
    names = city.collections[surveyed].frame.set_index(KEYS[surveyed])["name"]
    parts = found.parts.assign(name=names.reindex(found.parts.index), id=found.parts.index)
    columns = _columns(city)
    return {
        "study_area": {
            "words": drawn.words,
            "km2": round(drawn.m2 / 1e6, 3),
            "link": drawn.link,
            "bbox": [float(edge) for edge in drawn.shape.bounds],
            "geometry": orjson.loads(shapely.to_geojson(shapely.orient_polygons(drawn.shape))),
        },
        "properties": {column.name: _cell(told[column.name], column) for column in columns},
        "city": {column.name: _cell(city.whole.get(column.name), column) for column in columns},
        "surveyed": surveyed,
        "areas": [{column.name: _cell(row[column.name], column) for column in PARTS} for _, row in parts.iterrows()],
        "sites": _sites(city, drawn.shape),
        "notes": [*drawn.notes, *(worded(told[name]) for name in NOTES if told[name])],
        "approximations": _approximations(found.parts, surveyed),
        **city.collections["ntas"].constants,
        "not_real": _not_real(city),
    }


def _not_real(city: City) -> str | None:
    """What is made up or only a part, among numbers and sites."""
    every = (city.collections[name].constants["not_real"] for name in ("ntas", *LAYERS) if name in city.collections)
    return ", ".join(dict.fromkeys(part for told in every if told for part in told.split(", "))) or None


def _columns(city: City) -> tuple[Column, ...]:
    """The contract of scored areas as far as it holds for any outline."""
    contract = areas("boroughs", city.manifest["method"]["walk_m"]).columns
    return tuple(column for column in contract if column.name not in (*UNTOLD, "note", "margin_note"))


def _cell(value: Any, column: Column) -> Any:
    if value is None or value != value or column.kind != "number":
        return None if value != value else value
    decimals = DECIMALS.get(column.unit, COORDINATE_DECIMALS)
    return float(np.round(value, decimals)) if decimals else int(np.round(value))


def _sites(city: City, shape: Any) -> list[dict[str, Any]]:
    """The sites inside (`SITES`); developments that lie partly inside too."""
    listed = []
    for layer, (names, kinds, counts) in LAYERS.items():
        if layer not in city.collections:
            continue
        collection = city.collections[layer]
        inside = np.flatnonzero(collection.within([shape]) & ~np.isnan(collection.bounds[:, 0]))
        places = shapely.get_coordinates(shapely.point_on_surface(collection.geometry[inside])).round(6).tolist()
        for row, place in zip(collection.frame.iloc[inside].to_dict("records"), places, strict=True):
            called = [row[name] for name in names if isinstance(row.get(name), str)]
            words = ", ".join(row[kind] for kind in kinds if isinstance(row.get(kind), str)) or None
            counted = bool(row[counts]) if counts else None
            listed.append((layer, row[collection.table.key], next(iter(called), None), words, counted, *place))
    return [{column.name: cell for column, cell in zip(SITES, cells, strict=True)} for cells in listed]


def _approximations(parts: pd.DataFrame, surveyed: str) -> list[str]:
    """What is approximated, and how much hangs on it here."""
    cut, people = parts[parts["share"] < 1], parts["residents"].sum()
    words = WHOLE if cut.empty else CUT_WHERE if people else CUT
    inside = share(cut["residents"].sum() / people, 0) if people else ""
    draws = _("Intervals of need and gap are of {n} seeded draws within the margins.")
    told = [
        _("Homes stand at one point per tax lot: all people of a lot are inside or none."),
        _(words[surveyed]).format(n=count(len(cut)), share=inside),
        _(
            "Margins are those of the survey, with the share of residents inside taken as known: the true error is"
            " larger."
        ),
        draws.format(n=count(DRAWS)),
        _("Nothing outside of the five boroughs is counted."),
    ]
    if parts["by_ground"].any():
        told.insert(-1, _("Where nobody lives at a lot, ground stands for residents."))
    return told


def measures(told: Mapping[str, Any], city: City) -> list[dict[str, Any]]:
    """The numbers of an answer, each with its margin or interval beside it."""
    columns, found = {column.name: column for column in _columns(city)}, told["properties"]
    sure = {name: reliability(name, columns) for name in columns}
    beside = {one for kinds in sure.values() for names in kinds.values() for one in names}
    rows = []
    for name in (name for name in columns if name not in beside):
        ends = [found.get(end) for end in sure[name].get("interval", (None, None))]
        moe, good = (found.get(sure[name].get(kind, [None])[0]) for kind in ("margin_of_error", "class"))
        cells = (name, columns[name].title, found[name], moe, *ends, good, told["city"].get(name), columns[name].unit)
        rows.append({column.name: cell for column, cell in zip(MEASURES, cells, strict=True)})
    return rows
