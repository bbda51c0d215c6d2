"""Whom to call on first: eligible developments against similar ones, as a page, as CSV and as JSON."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import pandas as pd

from app.brief import plain
from app.imprint import imprint
from app.language import N_, _
from app.listing import CONSTANTS, served
from app.pages import draw
from app.state import City
from geo.contracts import Column, text
from geo.errors import BadQuery, NotFound
from geo.outreach import BELOW, outreach_list
from loaders.store import inert

FILTERS: Final = ("borough", "provider")
UNKNOWN: Final = N_("not known")
COLUMNS: Final = (
    *("tds", "name", "borough", "council_district", "provider", "reported", "households", "subscribers"),
    *("unconnected", "counted_from", "enrolled_share", "peers", "peers_are", "expected_low_share"),
    *("expected_high_share", "outreach", "shortfall_households", "gained_12_weeks", "gained_per_100"),
    *("gained_low_per_100", "gained_high_per_100", "pace", "stalled", "stalled_since", "trend_note"),
    *("outreach_reason", "timeline"),
)
"""What the list says of a development, as the contract of the developments has it."""

TITLES: Final = {
    "below": N_("Below similar developments: call on these first"),
    "rest": N_("Not below similar developments"),
    "unknown": N_("Not compared"),
}


def draw_outreach(city: City, chosen: Mapping[str, str]) -> str:
    """
    The HTML of the page.

    Raises
    ------
    BadQuery
        `chosen` names a borough or provider that the list does not have.
    """
    known = "developments" in city.collections
    rows = listed(city, chosen) if known else pd.DataFrame(columns=[*COLUMNS, "kind"])
    records = [plain(row) for at, row in rows.iterrows()]
    groups = [(kind, _(title), [row for row in records if row["kind"] == kind]) for kind, title in TITLES.items()]
    return draw(
        "outreach.html",
        known=known,
        reported=city.reports is not None,
        groups=[group for group in groups if group[2]],
        unconnected=sum(row["unconnected"] or 0 for row in records),
        uncounted=sum(row["unconnected"] is None for row in records),
        count=len(records),
        filters=[(name, _choices(city, name, chosen)) for name in FILTERS] if known else [],
        chosen=chosen,
        csv=_address({**chosen, "f": "csv"}),
        json=_address({**chosen, "f": "json"}),
        **imprint(city),
    )


def listed(city: City, chosen: Mapping[str, str]) -> pd.DataFrame:
    """
    The rows of the list, those to call on first first, with `kind`: below, rest or unknown; none where nobody fits.

    Raises
    ------
    BadQuery
        `chosen` names a borough or provider that the list does not have.
    NotFound
        The snapshot has no developments.
    """
    rows = _whole(city)
    fits = pd.Series(True, rows.index)
    for name, value in chosen.items():
        values = rows[name].fillna(UNKNOWN)
        if value not in {*values}:
            raise BadQuery(f"{name}: found {value!r}, expected one of: {', '.join(sorted({*values}))}")
        fits &= values == value
    return rows[fits]


def table(city: City, chosen: Mapping[str, str]) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The list as it is given away, and its columns; vintages, method and snapshot in every row."""
    collection = city.collections.get("developments")
    rows = listed(city, chosen)
    assert collection is not None
    titled = {column.name: column for column in collection.table.columns}
    repeated = tuple(text(name, CONSTANTS[name]) for name in collection.constants)
    columns = (*(titled[name] for name in COLUMNS), *repeated)
    whole = served(rows.assign(**collection.constants), columns)
    return whole[[column.name for column in columns]], columns


def as_csv(city: City, chosen: Mapping[str, str]) -> bytes:
    """The list as CSV with a byte order mark; the same snapshot gives the same bytes."""
    frame, columns = table(city, chosen)
    cells = {column.name: frame[column.name].map(inert) for column in columns if column.kind == "text"}
    return frame.assign(**cells).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _whole(city: City) -> pd.DataFrame:
    if "developments" not in city.collections:
        raise NotFound("this snapshot has no developments, so there is nobody to call on")
    frame = city.collections["developments"].frame.drop(columns="geometry")
    rows = outreach_list(frame.set_index("tds", drop=False)).reset_index(drop=True)
    kind = pd.Series("rest", rows.index).mask(rows["outreach"].str.startswith("not known"), "unknown")
    rows = rows.assign(kind=kind.mask(rows["outreach"] == BELOW, "below"))
    return rows.iloc[rows["kind"].map([*TITLES].index).argsort(kind="stable")]


def _choices(city: City, name: str, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """All values of a filter, then each that somebody fits beside the other filters, with their addresses."""
    others = {other: value for other, value in chosen.items() if other != name}
    values = sorted({*listed(city, others)[name].fillna(UNKNOWN), *filter(None, [chosen.get(name)])})
    every = {"label": _("all"), "address": _address(others), "current": name not in chosen}
    return [
        every,
        *(
            {
                "label": _(UNKNOWN) if value == UNKNOWN else value,
                "address": _address({**others, name: value}),
                "current": chosen.get(name) == value,
            }
            for value in values
        ),
    ]


def _address(query: Mapping[str, str]) -> str:
    return f"/outreach?{urlencode(query)}" if query else "/outreach"
