"""Link5G: built against promised, and where they stand against the share promised for most of the city."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

import pandas as pd

from app.amounts import count, share
from app.dashboard.bars import bar
from app.dashboard.figures import MOST_ROWS, Figure, Link, address, dates, items, made_up, why_absent
from app.language import _, ngettext
from app.state import City
from geo.link5g import (
    KIND,
    MANHATTAN,
    PROMISED,
    PROMISED_SHARE,
    SOURCES,
    TOLERANCE_M,
    built,
    by_borough,
    share_that_counts,
)

ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Bar:
    """A bar with the words for those who do not see it."""

    shape: Mapping[str, float]
    words: str
    left: str
    right: str


def link5g(city: City) -> dict[str, Any]:
    """What the section says: figures, bars, a row for each borough; or the reason why nothing is known."""
    told: dict[str, Any] = {
        "reason": None,
        "figures": [],
        "bars": [],
        "boroughs": [],
        "sources": SOURCES,
        "tolerance_m": TOLERANCE_M,
    }
    if "kiosks" not in city.collections:
        return told | {"reason": why_absent(city, "kiosks")}
    rows = built(city.collections["kiosks"].frame)
    return told | {
        "figures": [_built(city, rows), _equity(city, rows)],
        "bars": [each for each in (_built_bar(rows), _equity_bar(rows)) if each],
        "boroughs": _boroughs(city, rows),
    }


def _built(city: City, rows: pd.DataFrame) -> Figure:
    live = int(rows["working"].sum())
    down = len(rows) - live
    notes = [_("{share} of {promised} promised").format(share=share(len(rows) / PROMISED), promised=count(PROMISED))]
    if down:
        told = ngettext(
            "{live} live, {n} taken down until it is installed again",
            "{live} live, {n} taken down until they are installed again",
            down,
        )
        notes.append(told.format(live=count(live), n=count(down)))
    return Figure(
        _("Link5G kiosks built"),
        count(len(rows)),
        _("no margin: counted in the kiosk file"),
        (*notes, _("a row is a tall kiosk, no proof of 5G service")),
        dates(city, "kiosks"),
        made_up(city, "kiosks"),
        (Link(_("Every Link5G kiosk"), address("/collections/kiosks/items", {"kind": KIND, "limit": MOST_ROWS})),),
    )


def _equity(city: City, rows: pd.DataFrame) -> Figure:
    counts, street = int(rows["counts"].sum()), int(rows["on_street"].sum())
    href = items(city, "kiosks", rows.loc[~rows["counts"], "site_id"])
    margin = _("no margin: counted by place") if len(rows) else _("not known: no Link5G kiosk is in the file")
    if street:
        told = ngettext(
            "no margin: counted by place; {n} stands on 96th Street itself and counts by its side",
            "no margin: counted by place; {n} stand on 96th Street itself and count by their side",
            street,
        )
        margin = told.format(n=count(street))
    return Figure(
        _("Link5G kiosks outside Manhattan or above 96th Street"),
        share(share_that_counts(rows)),
        margin,
        (_("{n} of {all}").format(n=count(counts), all=count(len(rows))), _kept(counts, len(rows)))
        if len(rows)
        else (_promise(),),
        dates(city, "kiosks"),
        made_up(city, "kiosks"),
        (Link(_("Those in Manhattan below 96th Street"), href),) if href else (),
    )


def _promise() -> str:
    return _("{share} were promised").format(share=share(PROMISED_SHARE, 0))


def _kept(counts: int, all: int) -> str:
    """Whether the promise is kept, and by how many kiosks."""
    needed = ceil(PROMISED_SHARE * all - ROUNDING)
    apart = abs(counts - needed)
    if counts >= needed:
        told = ngettext(
            "kept: {promised} were promised, {n} kiosk more than that",
            "kept: {promised} were promised, {n} kiosks more than that",
            apart,
        )
    else:
        told = ngettext(
            "missed: {promised} were promised, {n} kiosk short of that",
            "missed: {promised} were promised, {n} kiosks short of that",
            apart,
        )
    return told.format(promised=share(PROMISED_SHARE, 0), n=count(apart))


def _built_bar(rows: pd.DataFrame) -> Bar | None:
    shape = bar(len(rows) / PROMISED)
    words = _("Link5G: {built} built of {promised} promised, {share}").format(
        built=count(len(rows)), promised=count(PROMISED), share=share(len(rows) / PROMISED)
    )
    left = _("{n} built").format(n=count(len(rows)))
    right = _("{n} promised").format(n=count(PROMISED))
    return Bar(shape, words, left, right) if shape else None


def _equity_bar(rows: pd.DataFrame) -> Bar | None:
    found = share_that_counts(rows)
    shape = bar(found, PROMISED_SHARE)
    words = _("Outside Manhattan or above 96th Street: {share} of those built, {promised} promised").format(
        share=share(found), promised=share(PROMISED_SHARE, 0)
    )
    left = _("{share} outside Manhattan or above 96th Street").format(share=share(found))
    right = _("line: {share} promised").format(share=share(PROMISED_SHARE, 0))
    return Bar(shape, words, left, right) if shape else None


def _boroughs(city: City, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """How many each borough has, with the lists."""
    uptown = items(city, "kiosks", rows.loc[rows["counts"] & (rows["borough"] == MANHATTAN), "site_id"])
    query = {"kind": KIND, "limit": MOST_ROWS}
    return [
        {
            "name": name,
            "built": row["built"],
            "working": row["working"],
            "counts": row["counts"],
            "href": address("/collections/kiosks/items", {**query, "borough": name}) if row["built"] else None,
            "counts_href": uptown if name == MANHATTAN else None,
        }
        for name, row in by_borough(rows).to_dict("index").items()
    ]
