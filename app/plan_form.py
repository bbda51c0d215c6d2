"""The form of a rollout plan: every term with its default, what it means and where the default is from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

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
    "Money": (
        Field("waves", "Waves", f"Rounds of connections, 1 to {MOST_WAVES}.", "numeric"),
        Field(
            "budget",
            "Budget of a wave, $",
            "What a wave leaves over is carried to the next; “inf” for no limit. The City spoke of some $38 million a "
            "year growing to near $42 million: $4 million more, a quarter each.",
            "decimal",
        ),
        Field(
            "cost",
            "Cost of a household a month, $",
            "About $30 was the estimate when the programme began.",
            "decimal",
        ),
        Field("months", "Months of service", "That the money of a wave pays for: the budget is of a year.", "decimal"),
    ),
    "Who can start": (
        Field("crews", "Developments a wave", "That can be started, all together.", "numeric", empty="any number"),
        Field(
            "capacity",
            "Developments a wave, by provider",
            "A provider that is not named has no limit.",
            example="Optimum:4, Spectrum:6",
            empty="any number",
        ),
        Field(
            "provider",
            "Provider of a borough",
            "For developments whose own provider is not known.",
            example="Bronx:Optimum",
            empty="not known",
        ),
    ),
    "Who must have a part": (
        Field(
            "minimum",
            "Least share of a borough",
            "Of all the households of the plan.",
            example="Bronx:20%, Queens:10%",
            empty="none",
        ),
        Field(
            "include", "Must be in the plan", "TDS numbers, as in the tables below.", example="005, 505", empty="nobody"
        ),
        Field(
            "exclude",
            "Must not be in the plan",
            "TDS numbers, as in the tables below.",
            example="005, 505",
            empty="nobody",
        ),
    ),
}


def form(given: Mapping[str, str], problem: EquityError | None) -> list[tuple[str, list[Field]]]:
    """The groups of fields, filled as `given`; those that the `problem` speaks of are marked."""
    parts = str(problem).split("; ") if problem else []
    if isinstance(problem, Infeasible):
        parts += [f"{each.kind}:" for each in problem.clash]
    declared = Terms()
    return [(group, [_filled(field, given, parts, declared) for field in fields]) for group, fields in GROUPS.items()]


def _filled(field: Field, given: Mapping[str, str], parts: list[str], declared: Terms) -> Field:
    term = READ[field.name][0]
    value = getattr(declared, term)
    default = f"{value:,.10g}" if isinstance(value, float | int) else written(value)
    starts = (f"{field.name}:", *(f"{name} {word} " for name in (field.name, term) for word in ("is", "of")))
    return replace(
        field,
        value=given.get(field.name, "").strip() or default,
        default=default,
        source=SOURCES.get(term),
        wrong=any(part.startswith(starts) for part in parts),
    )
