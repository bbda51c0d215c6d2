"""The five boroughs side by side, and from each the way down to its neighborhoods and tracts."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from app.amounts import count, share
from app.dashboard.bars import interval
from app.dashboard.figures import address
from app.language import _
from app.state import City

FIRST: Final = 3
"""Neighborhoods of each borough that are named."""

SHARE: Final = "no_broadband"


def boroughs(city: City) -> list[dict[str, Any]]:
    """
    A row for each borough.

    Returns
    -------
    boroughs
        What is published of it; `bar` (`app.dashboard.bars.interval`) of the share of households without broadband
        against that of the city, and `bar_words`; `ntas_href`, `tracts_href`, the tables of its areas; `first`, the
        neighborhoods with most people left out: `name`, `href`, `people`, `moe`.
    """
    frame = pd.DataFrame(city.collections["boroughs"].frame.drop(columns="geometry"))
    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    return [{**row, **_shown(city, frame, row), "first": _first(city, row["borough"])} for row in rows]


def _shown(city: City, frame: pd.DataFrame, row: Mapping[str, Any]) -> dict[str, Any]:
    value, moe = f"{SHARE}_share", f"{SHARE}_moe_share"
    whole = float(city.whole[value])
    most = float((frame[value] + frame[moe].fillna(0.0)).max())
    words = _("{borough}: {share}; the line is the city's {city}").format(
        borough=row["borough"], share=share(row[value]), city=share(whole)
    )
    return {
        "share": row[value],
        "points": count(100 * row[moe], 1) if row[moe] == row[moe] else None,
        "bar": interval(row[value], row[moe], whole, most),
        "bar_words": words,
        "ntas_href": address("/table", {"of": "ntas", "borough": row["borough"]}),
        "tracts_href": address("/table", {"of": "tracts", "borough": row["borough"]}),
    }


def _first(city: City, borough: str) -> list[dict[str, Any]]:
    """Most people left out first; where that is not known, most people without broadband."""
    ntas = city.collections["ntas"].frame
    name = "people_left_out" if ntas["people_left_out"].notna().any() else "people_without_broadband"
    mine = ntas[(ntas["borough"] == borough) & ntas[name].notna()].nlargest(FIRST, name)
    return [
        {"name": row["name"], "href": f"/nta/{row['nta']}", "people": row[name], "moe": row[f"{name}_moe"]}
        for row in mine.drop(columns="geometry").to_dict("records")
    ]
