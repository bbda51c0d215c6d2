"""The form of a rollout plan: every term with its default, what it means and where the default is from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.language import N_, _
from app.terms import READ, written
from geo.errors import EquityError
from geo.rollout import Infeasible, Terms
from geo.rollout_terms import MOST_WAVES, SOURCES


@dataclass(frozen=True)
class Field:
    """
    One field.

    Attributes
    ----------
    name
        The parameter of the address.
    mode
        The keyboard that a phone shows.
    empty
        What an empty field stands for.
    value, default
        What the field shows, and what it shows when nothing is given.
    source
        Where the default is from.
    """

    name: str
    label: str
    help: str
    mode: str = "text"
    example: str = ""
    empty: str = ""
    value: str = ""
    default: str = ""
    source: str | None = None
    wrong: bool = False


GROUPS: Final = {
    N_("Money"): (
        Field("waves", N_("Waves"), N_("Rounds of connections, 1 to {most}."), "numeric"),
        Field(
            "budget",
            N_("Budget of a wave, $"),
            N_(
                "What a wave leaves over is carried to the next; “inf” for no limit. The City spoke of some "
                "$38 million a year growing to near $42 million: $4 million more, a quarter each."
            ),
            "decimal",
        ),
        Field(
            "cost",
            N_("Cost of a household a month, $"),
            N_("About $30 was the estimate when the programme began."),
            "decimal",
        ),
        Field(
            "months",
            N_("Months of service"),
            N_("That the money of a wave pays for: the budget is of a year."),
            "decimal",
        ),
    ),
    N_("Who can start"): (
        Field(
            "crews",
            N_("Developments a wave"),
            N_("That can be started, all together."),
            "numeric",
            empty=N_("any number"),
        ),
        Field(
            "capacity",
            N_("Developments a wave, by provider"),
            N_("A provider that is not named has no limit."),
            example="Optimum:4, Spectrum:6",
            empty=N_("any number"),
        ),
        Field(
            "provider",
            N_("Provider of a borough"),
            N_("For developments whose own provider is not known."),
            example="Bronx:Optimum",
            empty=N_("not known"),
        ),
    ),
    N_("Who must have a part"): (
        Field(
            "minimum",
            N_("Least share of a borough"),
            N_("Of all the households of the plan."),
            example="Bronx:20%, Queens:10%",
            empty=N_("none"),
        ),
        Field(
            "include",
            N_("Must be in the plan"),
            N_("TDS numbers, as in the tables below."),
            example="005, 505",
            empty=N_("nobody"),
        ),
        Field(
            "exclude",
            N_("Must not be in the plan"),
            N_("TDS numbers, as in the tables below."),
            example="005, 505",
            empty=N_("nobody"),
        ),
    ),
}


def form(given: Mapping[str, str], problem: EquityError | None) -> list[tuple[str, list[Field]]]:
    """The groups of fields, filled as `given`; those that the `problem` speaks of are marked."""
    parts = str(problem).split("; ") if problem else []
    if isinstance(problem, Infeasible):
        parts += [f"{each.kind}:" for each in problem.clash]
    declared = Terms()
    return [
        (_(group), [_filled(field, given, parts, declared) for field in fields]) for group, fields in GROUPS.items()
    ]


def _filled(field: Field, given: Mapping[str, str], parts: list[str], declared: Terms) -> Field:
    term = READ[field.name][0]
    value = getattr(declared, term)
    default = f"{value:,.10g}" if isinstance(value, float | int) else written(value)
    starts = (f"{field.name}:", *(f"{name} {word} " for name in (field.name, term) for word in ("is", "of")))
    return replace(
        field,
        label=_(field.label),
        help=_(field.help).format(most=MOST_WAVES),
        empty=_(field.empty),
        value=given.get(field.name, "").strip() or default,
        default=default,
        source=SOURCES.get(term),
        wrong=any(part.startswith(starts) for part in parts),
    )
