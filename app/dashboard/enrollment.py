"""Big Apple Connect as it stands: who may be served, who subscribes, and how that moved from report to report."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.amounts import count, day, share
from app.chart import line
from app.dashboard.figures import MOST_ROWS, Figure, Link, address, dates, made_up, why_absent
from app.imprint import as_of
from app.language import _, ngettext
from app.planning import records
from app.state import City
from geo.enrollment import totals, until

LATEST: Final = 12
"""Reporting dates that stand in the table beside the line; the follow-up has all of them."""


def enrollment(city: City) -> dict[str, Any]:
    """What the section says: figures, the line, its last dates; or the reason why nothing is reported."""
    served = [_may_be_served(city)] if "developments" in city.collections else []
    told: dict[str, Any] = {"reason": None, "figures": served, "chart": None, "latest": [], "gained": None}
    if city.reports is None:
        return told | {"reason": why_absent(city, "enrollment")}
    programme = records(totals(until(city.reports, as_of(city))))
    if not programme:
        return told | {"reason": _("no report is of a day before this snapshot was made")}
    chart = line(
        [row["reported"] for row in programme],
        [row["subscribers"] for row in programme],
        most=max(row["households"] for row in programme),
    )
    return told | {
        "figures": [*_reported(city, programme[-1]), *served],
        "chart": chart,
        "words": _words(chart),
        "latest": programme[: -LATEST - 1 : -1],
        "dates": len(programme),
        "gained": _gained(city),
    }


def _may_be_served(city: City) -> Figure:
    frame = city.collections["developments"].frame
    eligible = frame[frame["eligibility"].str.startswith("eligible")]
    apartments, unknown = eligible["apartments"], int(eligible["apartments"].isna().sum())
    notes = [_("{apartments} apartments").format(apartments=count(apartments.sum()))]
    if unknown:
        notes.append(
            ngettext("apartments not known for {n} of them", "apartments not known for {n} of them", unknown).format(
                n=count(unknown)
            )
        )
    return Figure(
        _("NYCHA developments that Big Apple Connect may serve"),
        count(len(eligible)),
        _("no margin: counted in the list of developments"),
        tuple(notes),
        dates(city, "developments"),
        made_up(city, "developments"),
        (
            Link(_("Plan a rollout"), "/plan"),
            Link(_("Rollout list (Excel)"), "/exports/big-apple-connect.xlsx"),
        ),
    )


def _reported(city: City, last: Mapping[str, Any]) -> list[Figure]:
    """What the last report says; developments that missed it count with their last one, as on the follow-up."""
    kind, margin = made_up(city, "enrollment"), _("no margin: reported by the providers, not surveyed")
    of = day(last["reported"])
    reports = address("/collections/enrollment/items", {"reported": last["reported"], "limit": MOST_ROWS})
    links = (Link(_("Follow-up"), "/follow-up"), Link(_("The reports of that day"), reports))
    missed = ngettext(
        "{n} of them missed that day and counts with its last report",
        "{n} of them missed that day and count with their last report",
        last["carried"],
    )
    developments = [missed.format(n=count(last["carried"]))] if last["carried"] else []
    if last["partial"]:
        developments.append(_("fewer reported than on the date before"))
    enrolled = _("{subscribers} of {households} households").format(
        subscribers=count(last["subscribers"]), households=count(last["households"])
    )
    return [
        Figure(_("Households that subscribe"), count(last["subscribers"]), margin, (), of, kind, links),
        Figure(
            _("Share of households that subscribe"), share(last["enrolled_share"]), margin, (enrolled,), of, kind, links
        ),
        Figure(
            _("Developments that report"),
            count(last["developments"] + last["carried"]),
            margin,
            tuple(developments),
            of,
            kind,
            (*links[1:], Link(_("Outreach"), "/outreach")),
        ),
    ]


def _words(chart: Mapping[str, Any] | None) -> str:
    """The line for those who do not see it."""
    if chart is None:
        return ""
    first, last = chart["ends"][0], chart["ends"][-1]
    return _(
        "Households that subscribe, from report to report: {first} on {first_day}, {last} on {last_day}, of {most}"
        " households; the last dates are in the table below, all of them on the follow-up page"
    ).format(
        first=count(first["value"]),
        first_day=day(first["date"]),
        last=count(last["value"]),
        last_day=day(last["date"]),
        most=count(chart["most"]),
    )


def _gained(city: City) -> str | None:
    """What the developments gained in about 12 weeks to their last report, as the rollout list has it."""
    if "developments" not in city.collections:
        return None
    gained: Sequence[float] = city.collections["developments"].frame["gained_12_weeks"].dropna()
    if not len(gained):
        return None
    told = ngettext(
        "In about 12 weeks to its last report {n} development gained {households} households, by the rollout list.",
        "In about 12 weeks to their last reports {n} developments gained {households} households, by the rollout list.",
        len(gained),
    )
    return told.format(n=count(len(gained)), households=count(sum(gained)))
