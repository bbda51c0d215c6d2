"""The adopted plan against what happened, and what the programme costs: as a page and as JSON."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from app.adopted import Adopted
from app.amounts import count
from app.chart import line
from app.imprint import as_of, imprint
from app.language import ngettext
from app.pages import draw
from app.planning import records
from app.retold import find
from app.said import english
from app.state import City
from geo.enrollment import NONE, totals, until
from geo.errors import BadQuery
from geo.followup import AHEAD, BEHIND, CONTRACTS_END, cost_to_date, cost_until, follow
from geo.rollout_terms import COST_USD, SOURCES

TOLD: Final = ("adopted_at", "snapshot", "method_version", "terms")


def draw_followup(city: City, adopted: Adopted | None, problem: str | None) -> str:
    """The HTML of the page; `problem` is why the adopted plan could not be read."""
    known = followup(city, adopted)
    dates = known["programme"]
    return draw(
        "followup.html",
        **known,
        problem=english(problem) if problem else None,
        reported=city.reports is not None,
        chart=line(
            [row["reported"] for row in dates],
            [row["subscribers"] for row in dates],
            most=max((row["households"] for row in dates), default=0.0),
        ),
        source=SOURCES["cost_usd"],
        default_cost=adopted is None,
        **imprint(city),
    )


def followup(city: City, adopted: Adopted | None) -> dict[str, Any]:
    """
    Everything that the page says, fit for JSON: None where it is not known, with the reason beside it.

    `words` are in the language of the answer; all else is as `geo` says it.
    """
    reports = until(city.reports, as_of(city)) if city.reports is not None else NONE
    cost_usd = COST_USD if adopted is None else float(adopted.facts["cost_usd"])
    leaves = _leaves(city)
    try:
        later, why = cost_until(reports, cost_usd, leaves=leaves), None
    except BadQuery as exc:
        later, why = None, str(exc)
    return {
        "as_of": as_of(city),
        "programme": records(totals(reports)) if len(reports) else [],
        "cost_usd": cost_usd,
        "cost_to_date": cost_to_date(reports, cost_usd),
        "cost_until": later,
        "cost_until_note": why,
        "contracts_end": CONTRACTS_END,
        "adopted": None if adopted is None else _followed(adopted, reports, leaves),
    }


def _followed(adopted: Adopted, reports: pd.DataFrame, leaves: pd.Series) -> dict[str, Any]:
    plan = adopted.rows.assign(pact_date=adopted.rows["tds"].map(leaves))
    found = follow(plan, reports, start=adopted.start, wave_months=adopted.wave_months)
    return {
        "start": adopted.start,
        "wave_months": adopted.wave_months,
        **{name: adopted.facts[name] for name in TOLD},
        "plan": found.plan | {"words": in_words(found.plan), "early_words": early(found.plan["connected_early"])},
        "waves": [row | {"words": in_words(row)} for row in records(found.waves)],
        "developments": [row | {"words": in_words(row)} for row in records(found.developments)],
    }


def in_words(row: Mapping[str, Any]) -> str:
    """How a plan is kept: `behind by 12 households`."""
    standing, ahead = str(row["standing"]), row["ahead"]
    if standing not in (AHEAD, BEHIND):
        return find(standing) or standing
    number = round(abs(ahead))
    if standing == AHEAD:
        told = ngettext("ahead by {number} household", "ahead by {number} households", number)
    else:
        told = ngettext("behind by {number} household", "behind by {number} households", number)
    return told.format(number=count(number))


def early(connected: float | None) -> str | None:
    """What waves gained that have not begun: `250 more in waves that have not begun`; None where nothing is to tell."""
    number = round(connected or 0)
    if not number:
        return None
    if number > 0:
        told = ngettext(
            "{number} more in waves that have not begun", "{number} more in waves that have not begun", number
        )
    else:
        told = ngettext(
            "{number} fewer in waves that have not begun", "{number} fewer in waves that have not begun", -number
        )
    return told.format(number=count(abs(number)))


def _leaves(city: City) -> pd.Series:
    """The day of conversion of each development by TDS, None where there is none."""
    if "developments" not in city.collections:
        return pd.Series(dtype=object)
    frame = city.collections["developments"].frame
    return pd.Series(frame["pact_date"].astype(object).where(frame["pact_date"].notna(), None).to_numpy(), frame["tds"])
