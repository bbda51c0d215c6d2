"""The sheets of a workbook: the list itself, and what a reader needs to trust it or to check it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from app.listing import CONSTANTS, ROLLOUT, Listing, source
from app.provenance import origin, spread
from app.state import City
from app.terms import written
from app.waves import told
from app.workbook import Sheet
from geo.contracts import Column, date, number, text
from geo.indicators import BASE_VINTAGE, CHILDREN, INDICATORS
from geo.method import BANDS, PRIORITY_WEIGHTS, UNCONNECTED_GOALPOSTS
from geo.priority import PARTS, SENIOR
from geo.rollout_terms import SOURCES as SOURCES_OF_TERMS
from geo.rollout_terms import Terms

PLAN: Final = (
    *("wave", "wave_kept_share", "wave_kept_mc_error", "tds", "name", "borough", "community_district"),
    *("council_district", "provider", "apartments", "households", "subscribers", "unconnected", "weighted_households"),
    *("plan_cost_usd", "eligibility", "priority", "priority_low", "priority_high", "tier", "need", "need_low"),
    *("need_high", "reasons", "changes", "plan_note", "nearest_kiosk", "nearest_kiosk_m"),
)
"""What a plan needs of a development, as far as the snapshot has it."""

REPEATED: Final = ("vintage", "not_real", "method_version", "snapshot")

KINDS: Final = {"text": "text", "number": "number", "flag": "TRUE or FALSE", "date": "date"}

DICTIONARY: Final = (
    text("sheet", "Where the column is"),
    text("column", "Its name; empty where the row is about the sheet"),
    text("title", "What it means"),
    text("kind", "Text, number, date, or TRUE and FALSE; an empty cell is always: not known"),
    text("unit", "The unit of a number; a share is kept from 0 to 1 and shown in percent"),
    text("margin_or_interval", "The columns that say how sure it is"),
    text("from", "The datasets that it is read or computed from (sheet sources)"),
)
SOURCES: Final = (
    text("dataset", "Dataset"),
    text("title", "What it is"),
    text("kind", "Real, by hand (a part, collected by hand), synthetic (made up), or absent"),
    text("source", "The file it was read from"),
    text("publisher", "Who publishes that"),
    text("page", "Where it is published"),
    text("licence", "Terms of use"),
    text("vintage", "What the dataset is of"),
    date("fetched", "Day on which it was fetched; empty for files that come with the project"),
    number("rows_kept", "Rows of the dataset that were kept", "rows"),
    number("rows_set_aside", "Rows that could not be used", "rows"),
    text("sha256", "Checksum of the file"),
    text("note", "What to know of the dataset, or why it is absent"),
)
ASSUMPTIONS: Final = (
    text("name", "What is assumed"),
    text("value", "Its value"),
    text("unit", "The unit of the value"),
    text("why", "Why, or where it is from"),
)


TERMS: Final = {
    "waves": ("waves", None),
    "budget_usd": ("budget of a wave; what is left carries over", "USD"),
    "cost_usd": ("cost of a household a month", "USD"),
    "months": ("months of service that a wave pays for", "months"),
    "crews": ("developments that can be started in a wave", "developments"),
    "capacity": ("developments that a provider can start in a wave", "developments"),
    "providers": ("provider of a borough where none is reported", None),
    "minimum": ("least share of the plan's households in a borough", "share"),
    "include": ("must be in it (TDS)", None),
    "exclude": ("must not be in it (TDS)", None),
}
"""The terms of a plan in words, and their units."""


def sheets(city: City, rows: Listing) -> list[Sheet]:
    """The sheets of the workbook of a list."""
    if rows.name == ROLLOUT:
        return rollout(city, rows, standing(rows), assumptions(city))
    told = [listed(rows, rows.name)]
    return [*told, dictionary(told, rows), sources(city, rows)]


def rollout(city: City, rows: Listing, plan: Sheet, assumed: Sheet) -> list[Sheet]:
    """The sheets of a rollout: `plan` and what it assumes, around the list of all developments."""
    told = [plan, listed(rows, "developments")]
    return [*told, dictionary([*told, assumed], rows), sources(city, rows), assumed]


def listed(rows: Listing, name: str) -> Sheet:
    """The list itself; its key and the name stay in sight."""
    frozen = 2 if [column.name for column in rows.columns[1:2]] == ["name"] else 1
    return Sheet(name, f"{rows.title[0].upper()}{rows.title[1:]}.", rows.frame, rows.columns, frozen)


def standing(rows: Listing) -> Sheet:
    """Those that may be served, as the snapshot has them: by wave, then by priority; those in no wave last."""
    columns = {column.name: column for column in rows.columns}
    chosen = tuple(columns[name] for name in (*PLAN, *REPEATED) if name in columns)
    frame = rows.frame[rows.frame["priority"].notna()]
    if "wave" in columns:
        frame = frame.sort_values("wave", kind="stable")
    lead = "Developments that may be served: by wave where the snapshot has a plan, then by falling priority."
    frozen = 1 + [column.name for column in chosen].index("name")
    return Sheet("plan", lead, frame, chosen, frozen, wraps=True)


def assumptions(city: City) -> Sheet:
    """What the priority assumes, with the values of this snapshot."""
    method = city.manifest["method"]
    weights = sum(PRIORITY_WEIGHTS.values())
    low, high = UNCONNECTED_GOALPOSTS
    entries: list[tuple[str, Any, str | None, str]] = [
        ("version of the method", method["version"], None, "the same version and tables give the same numbers"),
        ("day of eligibility", city.manifest["created_at"][:10], None, "a conversion to PACT/RAD counts from its day"),
        ("a walk", method["walk_m"], "m", "the radius of reach: about five minutes on foot by default"),
    ]
    entries += [
        (f"weight of {PARTS[part]}", weight / weights, "share", "declared: a part of the priority")
        for part, weight in PRIORITY_WEIGHTS.items()
    ]
    entries += [
        ("households not yet subscribed: scores 0", low, "households", "declared"),
        ("households not yet subscribed: scores 100", high, "households", "declared: more do not score higher"),
    ]
    entries += [
        (f"homes {word} for older adults: score", points, "points", "declared; by the word of the data book")
        for word, points in SENIOR.items()
    ]
    entries += [
        (f"{indicator.label}: {end}", value, "share", f"goalpost, fixed from {BASE_VINTAGE}")
        for indicator in (*INDICATORS, CHILDREN)
        if indicator.code in (*method["indicators"], CHILDREN.code)
        for end, value in zip(("scores 0", "scores 100"), indicator.goalposts, strict=True)
    ]
    entries += [
        (f"weight of a computer up to {radius:g} m away", weight, "share", "decay of computers around residents")
        for radius, weight in BANDS
    ]
    entries += [
        (f"not in the score: {name}", None, None, reason) for name, reason in method["missing_indicators"].items()
    ]
    entries += planned(city.plan) if city.plan else []
    frame = pd.DataFrame(entries, columns=[column.name for column in ASSUMPTIONS], dtype=object)
    return Sheet("assumptions", "What the priority assumes, and why.", frame, ASSUMPTIONS, wraps=True)


def planned(plan: Mapping[str, Any]) -> list[tuple[str, Any, str | None, str]]:
    """The terms of a plan, and how sure it is, as assumptions."""
    declared, terms = Terms(), plan["terms"]
    why = {
        name: f"declared: {SOURCES_OF_TERMS[name]}" if name in SOURCES_OF_TERMS else "declared"
        for name in TERMS
        if terms[name] == told(getattr(declared, name))
    }
    rows: list[tuple[str, Any, str | None, str]] = [
        (f"plan: {words}", _cell(terms[name]), unit, why.get(name, "as asked for"))
        for name, (words, unit) in TERMS.items()
    ]
    sure = "proved: no plan under these terms reaches more" if plan["proven"] else "not proved"
    rows += [
        (
            "plan: need-weighted households",
            plan["totals"]["weighted"],
            "households",
            f"need / 100 x households; {sure}",
        ),
        ("plan: cost of all waves", plan["totals"]["cost_usd"], "USD", "every household to connect, for those months"),
        (
            "plan: households that join",
            None,
            None,
            "all that are not yet subscribed are counted: fewer would cost less",
        ),
    ]
    return [*rows, *(("plan: note", None, None, note) for note in plan["notes"])]


def _cell(term: Any) -> Any:
    return term if isinstance(term, int | float) else written(term) or "none"


def dictionary(told: Sequence[Sheet], rows: Listing) -> Sheet:
    """What each of the sheets is, and what each of their columns means; one row for a column of several sheets."""
    entries: list[dict[str, str | None]] = [{"sheet": sheet.name, "title": sheet.lead} for sheet in told]
    columns: dict[Column, list[str]] = {}
    for sheet in told:
        for column in sheet.columns:
            columns.setdefault(column, []).append(sheet.name)
    names = {column.name for column in columns}
    entries += [
        {
            "sheet": ", ".join(where),
            "column": column.name,
            "title": column.title,
            "kind": KINDS[column.kind],
            "unit": column.unit or None,
            "margin_or_interval": ", ".join(spread(column.name, names)) or None,
            "from": _origin(column, rows),
        }
        for column, where in columns.items()
    ]
    frame = pd.DataFrame(entries, columns=[column.name for column in DICTIONARY], dtype=object)
    return Sheet("dictionary", "What the columns mean.", frame, DICTIONARY, frozen=2, wraps=True)


def _origin(column: Column, rows: Listing) -> str | None:
    """Where a column is from, None where the list does not have it."""
    if column.name in CONSTANTS:
        return "the snapshot"
    return origin(column.name, source(rows.name), rows.datasets) if column in rows.columns else None


def sources(city: City, rows: Listing) -> Sheet:
    """What the list is made of: a row for each file of its datasets, and one for each dataset that is absent."""
    entries = [
        {
            "dataset": entry["name"],
            "title": entry["title"],
            "kind": entry["kind"],
            "source": file["title"],
            **{key: file[key] for key in ("publisher", "page", "licence", "sha256")},
            "vintage": entry["vintage"] or "not stated",
            "fetched": file["fetched_at"][:10] or None,
            "rows_kept": entry["rows_kept"],
            "rows_set_aside": entry["rows_rejected"],
            "note": "; ".join(entry["notes"]) or None,
        }
        for entry in city.manifest["datasets"]
        if entry["name"] in rows.datasets
        for file in entry["sources"]
    ]
    entries += [
        {"dataset": entry["name"], "title": entry["title"], "kind": "absent", "note": entry["reason"]}
        for entry in city.manifest["absent"]
        if entry["name"] in rows.datasets
    ]
    frame = pd.DataFrame(entries, columns=[column.name for column in SOURCES], dtype=object)
    return Sheet("sources", "What the list is made of.", frame, SOURCES, wraps=True)
