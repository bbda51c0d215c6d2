"""The page of what has changed: the form, how many rose and fell, and every area with its change or without one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from app.amounts import count
from app.changes import BY_CODE, NONE_EARLIER
from app.compare_page import FILES
from app.earlier import made_at
from app.identity import GEOGRAPHIES, page_of
from app.language import N_, _
from app.legend import banners
from app.pages import draw
from app.retold import told as retold
from app.said import sentenced
from app.state import City
from app.wording import change, estimate

MOST_ROWS: Final = 500
"""Rows of the page; files hold all."""

WORDS: Final = {
    "rose": N_("rose: significant at 90 %"),
    "fell": N_("fell: significant at 90 %"),
    "not significant": N_("no significant change"),
    "same": N_("the same"),
    "not compared": N_("not compared"),
    "margin not known": N_("cannot be told: no margin"),
    "not known": N_("not known in both"),
    "only now": N_("only in the present snapshot"),
    "only before": N_("only in the earlier snapshot"),
}
"""What a row is called, in words."""

COUNTED: Final = {"rose": N_("rose: counted, no margin"), "fell": N_("fell: counted, no margin")}
"""The same of what was not tested, since it has no margin."""

COUNTS: Final = {
    "kiosks": N_("Working kiosks"),
    "facilities": N_("Computer centres open to all ages"),
    "schools": N_("Schools"),
    "developments": N_("Apartments of NYCHA developments"),
}


def draw_changes(
    city: City,
    asked: Mapping[str, str],
    ids: Sequence[str],
    codes: Sequence[str],
    told: Mapping[str, Any] | None = None,
    wrong: str = "",
    instead: str | None = None,
) -> str:
    """
    The HTML of the page.

    Parameters
    ----------
    asked
        `of`, `measure` and `before`, as far as they are understood.
    ids, codes
        The earlier snapshots, newest first, and the measures that there are.
    told
        What changed (`app.changes.what_changed`); None where there is nothing to compare.
    wrong
        What is wrong with the question.
    instead
        The id of an earlier snapshot to compare with, where the one that was asked for is damaged.
    """
    rows = told["rows"] if told else []
    return draw(
        "changes.html",
        asked=asked,
        wrong=sentenced(wrong) if wrong else "",
        instead=(f"/changes?{urlencode({**asked, 'before': instead})}", made(instead)) if instead else None,
        nothing=_(NONE_EARLIER) if not ids else "",
        served=city.snapshot.id,
        snapshots=[(id, made(id)) for id in ids],
        made={"before": made(told["before"]["id"]), "after": made(told["after"]["id"])} if told else None,
        geographies=[(name, _(words)) for name, (words, *_rest) in GEOGRAPHIES.items()],
        measures=[(code, _(BY_CODE[code].label)) for code in codes],
        told=told,
        figures=_figures(told) if told and not told["why_not"] else [],
        rows=[_row(row, told) for row in rows[:MOST_ROWS]] if told else [],
        more=max(len(rows) - MOST_ROWS, 0),
        citywide=[_counted(row) for row in told["citywide"]] if told else [],
        survey=_years(told) if told else None,
        files=[(title, f"/changes?{urlencode({**asked, 'f': form})}") for form, title in FILES.items()],
        banners=banners(city.manifest),
    )


def made(id: str) -> str:
    """When a snapshot was made, and the hash that tells it from others of that time."""
    at = made_at(id)
    return _("{time} UTC ({hash})").format(time=f"{at:%Y-%m-%d %H:%M}", hash=id[-8:])


def _years(told: Mapping[str, Any]) -> dict[str, str]:
    found = {side: told[side]["vintages"].get("adoption") for side in ("before", "after")}
    return {side: retold(vintage) or _("not stated") for side, vintage in found.items()}


def _figures(told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The numbers on top: how many areas rose, fell, and cannot be told apart, each with what it means."""
    counts = told["summary"]
    surveyed = told["shared_years"] is not None
    sure = _("by more than the 90 % margin") if surveyed else _("counted, no margin")
    none = ("not_significant", _("Cannot be told apart"), _("the change is within its margin"))
    figures = [("rose", _("Rose"), sure), ("fell", _("Fell"), sure)]
    figures.append(none if surveyed else ("same", _("The same"), _("as it is published")))
    unknown = sum(counts[name] for name in ("not_known", "margin_not_known", "only_now", "only_before"))
    return [
        *((title, count(counts[name]), words) for name, title, words in figures),
        (_("Not known"), count(unknown), _("no value or no margin in one of the two")),
    ]


def _row(row: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    unit, values = told["measure"]["unit"], (row["before"], row["after"])
    words = WORDS if row["significant"] is not None else WORDS | COUNTED
    before, after = (estimate(each["value"], each["low"], each["high"], unit) for each in values)
    return {
        "name": row["name"],
        "borough": row["borough"] if row["borough"] != row["name"] else "",
        "page": page_of(told["of"], row["id"]),
        "linked": row["verdict"] != "only before",
        "before": before,
        "after": after,
        "change": "" if row["change"] is None else change(row["change"], row["moe"], unit),
        "changed": row["verdict"] if row["verdict"] in ("rose", "fell") else "",
        "words": _(words[row["verdict"]]),
    }


def _counted(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "label": _(COUNTS[row["code"]]),
        "before": count(row["before"]),
        "after": count(row["after"]),
        "change": _("not compared") if row["change"] is None else change(row["change"], None, "people"),
    }
