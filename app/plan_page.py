"""The page of a rollout plan: the form, the plan, what it is held against, who is left out, and what it assumes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from app.amounts import count
from app.brief import plain
from app.exports import FORMATS
from app.imprint import imprint
from app.language import _
from app.pages import draw
from app.plan_form import form
from app.planning import Planned, records
from app.resampling import RESAMPLES
from app.retold import find
from app.said import english, first
from app.state import City
from app.terms import as_query
from geo.errors import EquityError
from geo.rollout import Plan, Terms
from geo.rollout_problem import EXCLUDED

SHOWN: Final = ("need_low", "need_high", "tier", "tier_note", "reasons")
"""What the page says of a development besides what its plan knows."""


def draw_plan(city: City, given: Mapping[str, str], found: Planned | None, problem: EquityError | None) -> str:
    """
    The HTML of the page.

    Parameters
    ----------
    given
        The parameters of the address as they were written.
    found, problem
        The plan, or why there is none.
    """
    groups = form(given, problem)
    return draw(
        "plan.html",
        groups=groups,
        more=any(field.wrong or field.value != field.default for group in groups[1:] for field in group[1]),
        problem=refusal(str(problem)) if problem else None,
        answer=answer(city, found) if found else None,
        **imprint(city),
    )


def refusal(problem: str) -> str:
    """Why there is no plan, as a sentence; what was typed stays in it as it is."""
    known = find(problem)
    return english(first(problem)) if known is None else first(known)


def answer(city: City, found: Planned) -> dict[str, Any]:
    """Everything that the page says of a plan."""
    best = found.plan
    here = address(best.terms)
    redrawable = not city.needs.empty
    return {
        "plan": best,
        "candidates": len(best.rows) + int(best.left_out["candidate"].sum()),
        "waves": beside(best),
        "gained": best.totals["weighted"] - best.greedy.totals["weighted"],
        "costs": records(found.costs.rename_axis("constraint")),
        "groups": waves(city, best),
        "left_out": left_out(best),
        "assumptions": assumptions(city, best.terms),
        "downloads": {form: address(best.terms, f=form) for form in (*FORMATS, "json")},
        "address": here,
        "stability": address(best.terms, "/plan/stability", resamples=str(RESAMPLES)) if redrawable else None,
    }


def address(terms: Terms, path: str = "/plan", **further: str) -> str:
    """The address of something about the plan under `terms`."""
    query = urlencode(as_query(terms) | further, safe=":,")
    return f"{path}?{query}" if query else path


def beside(best: Plan) -> list[dict[str, Any]]:
    """Each wave with the address of its brief, and beside it the same wave by the simple rule."""
    simple = records(best.greedy.waves)
    return [
        {**wave, "simple": other, "address": address(best.terms, f"/plan/waves/{wave['wave']}")}
        for wave, other in zip(records(best.waves), simple, strict=True)
    ]


def waves(city: City, best: Plan) -> list[dict[str, Any]]:
    """Each wave with its developments."""
    known = facts(city, best)
    return [{**wave, "rows": [row for row in known if row["wave"] == wave["wave"]]} for wave in records(best.waves)]


def facts(city: City, best: Plan) -> list[dict[str, Any]]:
    """Each planned development with what the page says of it."""
    frame = city.collections["developments"].frame.set_index("tds")
    rows = best.rows.join(frame[[*SHOWN]]).rename_axis("tds").reset_index()
    return [plain(row) | {"without": _without(best.terms, str(row["tds"]))} for at, row in rows.iterrows()]


def _without(terms: Terms, tds: str) -> str:
    return address(replace(terms, include=terms.include - {tds}, exclude=terms.exclude | {tds}))


def left_out(best: Plan) -> list[dict[str, Any]]:
    """Who is in no wave, by the reason, the commonest first; with the address of a plan that has them."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in records(best.left_out.rename_axis("tds")):
        why = row["reason"].partition(": ")
        dear = why[0].startswith("costs ") and why[2]
        terms = best.terms
        with_it = None
        if row["reason"] == EXCLUDED:
            with_it = address(replace(terms, exclude=terms.exclude - {row["tds"]}))
        elif row["candidate"]:
            with_it = address(replace(terms, include=terms.include | {row["tds"]}))
        reason = why[2] if dear else row["reason"]
        groups.setdefault(reason, []).append({**row, "detail": why[0] if dear else None, "with": with_it})
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    return [{"reason": reason, "rows": rows} for reason, rows in ordered]


def assumptions(city: City, terms: Terms) -> list[str]:
    """What a plan takes for granted, in sentences."""
    told = [
        _(
            "What is made as great as possible is need-weighted households, over all waves together: a household "
            "counts by the need of its place, as 1 where that is 100 and as a half where it is 50. Then each "
            "wave in turn takes the most of what was chosen, so that those in greatest need come first."
        ),
        _("Need is that of the place around a development, from a survey; nobody surveys developments."),
        _(
            "Every household that does not subscribe yet is counted as joining, at ${cost} a month for {months} "
            "months: ${each} each. Fewer will join, so money will be left. Service after those months is not in it."
        ).format(cost=count(terms.cost_usd, 2), months=f"{terms.months:g}", each=count(terms.household_usd, 2)),
        _("Money that a wave does not spend is carried over to the next; crews and places of providers are not."),
        _(
            "Only developments that are known to be eligible are planned. A planned conversion to PACT changes nothing "
            "before it happens."
        ),
    ]
    if city.reports is None:
        told.append(
            _(
                "No enrollment is reported in this snapshot, so every apartment counts as a household not yet "
                "subscribed."
            )
        )
    return told
