"""Comparisons as files: a row for each measure of two areas, or for each area then and now."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from app.compare import SIDES, VERDICTS
from app.exports import WRITERS
from app.listing import CONSTANTS, Listing
from app.state import READS, City
from geo.comparison import SPREAD
from geo.contracts import Column, flag, number, text

ENDS: Final = ("value", "lower end of its 90 % interval", "higher end of its 90 % interval")
APART: Final = (
    number("difference", "Their difference: a minus b, or now minus before", ""),
    number("margin_of_error", "Margin of the difference at 90 %; empty for what is counted", ""),
    flag("significant", "Whether it is more than its margin; empty where there is nothing to test", nullable=True),
    text("verdict", "The same in words"),
)
VERDICT_CODE: Final = text("verdict_code", f"The same as a code: {', '.join(VERDICTS)}")
MEASURES: Final = (
    text("measure", "The measure"),
    text("title", "What it is"),
    text("unit", "Its unit; a share is from 0 to 1"),
    *(
        column
        for side in SIDES
        for column in (
            text(f"{side}_id", f"Area {side}"),
            text(f"{side}_name", "Its name"),
            *(number(f"{side}_{end}", f"Area {side}: {words}", "") for end, words in zip(SPREAD, ENDS, strict=True)),
            text(f"{side}_reliability", "How far its value can be trusted: good, fair, weak or counted"),
        )
    ),
    *APART,
    VERDICT_CODE,
)
AREAS: Final = (
    text("id", "The area"),
    text("name", "Its name"),
    text("borough", "Borough"),
    text("measure", "The measure"),
    text("unit", "Its unit; a share is from 0 to 1"),
    text("before_snapshot", "The earlier snapshot"),
    *(
        number(f"{when}_{end}", f"{when[0].upper()}{when[1:]}: {words}", "")
        for when in ("before", "after")
        for end, words in zip(SPREAD, ENDS, strict=True)
    ),
    *APART,
    text("why_not", "Why the two are not compared"),
)


def areas_file(city: City, told: Mapping[str, Any]) -> bytes:
    """Two areas as CSV (`app.compare.comparison`)."""
    rows = [
        {
            "measure": row["code"],
            "title": row["label"],
            "unit": row["unit"],
            **{f"{side}_{name}": told[side][name] for side in SIDES for name in ("id", "name")},
            **{f"{side}_{end}": value for side in SIDES for end, value in row[side].items()},
            **_apart(row, "difference"),
            VERDICT_CODE.name: row["verdict_code"],
        }
        for row in (*told["measures"], *told["people"])
    ]
    return _csv(city, told, rows, MEASURES)


def changes_file(city: City, told: Mapping[str, Any]) -> bytes:
    """What changed as CSV (`app.changes.what_changed`)."""
    rows = [
        {
            **{name: row[name] for name in ("id", "name", "borough")},
            "measure": told["measure"]["code"],
            "unit": told["measure"]["unit"],
            "before_snapshot": told["before"]["id"],
            **{f"{when}_{end}": value for when in ("before", "after") for end, value in row[when].items()},
            **_apart(row, "change"),
            "why_not": " ".join(told["why_not"]) or None,
        }
        for row in told["rows"]
    ]
    return _csv(city, told, rows, AREAS)


def _apart(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    told = {"difference": row[name], "margin_of_error": row["moe"]}
    return told | {"significant": row["significant"], "verdict": row["verdict"]}


def _csv(city: City, told: Mapping[str, Any], rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> bytes:
    repeated = tuple(text(name, CONSTANTS[name]) for name in city.collections[told["of"]].constants)
    whole = (*columns, *repeated)
    constants = {column.name: told[column.name] for column in repeated}
    frame = pd.DataFrame([row | constants for row in rows], columns=[column.name for column in whole])
    numbers = {column.name: frame[column.name].astype(float).round(6) for column in columns if column.kind == "number"}
    frame = frame.assign(**numbers, significant=frame["significant"].astype("boolean"))
    return WRITERS["csv"](city, Listing(told["of"], told["of"], whole, frame, READS[told["of"]]))
