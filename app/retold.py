"""
What geo says in English with days, numbers and names in it, said again in the language of the page.

A text is known by its form, whole or part by part where semicolons hold it together. One that has no form stays as it
is and is marked as English. Days are written as people write them.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from markupsafe import Markup, escape

from app.language import ENGLISH, N_, _, spoken
from app.pages import day
from app.said import english, first

APART: Final = "; "
ISO: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
VALUES: Final = {"day": ISO.pattern, "since": ISO.pattern, "until": ISO.pattern, "number": r"[\d,.]+"}
"""What may stand for a name in braces; anything for all others."""

FORMS: Final = (
    # geo.eligibility
    N_("eligible"),
    N_("eligible until conversion to PACT on {day}"),
    N_("an unofficial list says that a conversion to PACT is planned"),
    N_("an unofficial list says converted"),
    N_("not eligible: converted to PACT on {day}"),
    N_("not confirmed: a conversion to PACT is stated, its date cannot be read"),
    N_("not confirmed: no longer on the map of public housing"),
    N_("public housing"),
    N_("public housing until {day}"),
    N_("PACT planned"),
    N_("PACT converted since {day}"),
    N_("not confirmed"),
    N_("consolidated: managed with {name}"),
    N_("exclusively"),
    N_("partially"),
    N_("partially ({number} building)"),
    N_("partially ({number} buildings)"),
    N_("partially ({number} stairhall)"),
    N_("partially ({number} stairhalls)"),
    # geo.enrollment, geo.programme
    N_("enrollment reported on {day}"),
    N_("enrollment reported on {day}: its reports ended on {until}"),
    N_("enrollment reported on {day}: more subscribers than households were reported"),
    N_("apartments: no enrollment is reported, so all of them are counted"),
    N_("its reports ended on {day}"),
    N_("more subscribers than households were reported"),
    N_("no trend: {number} weeks of reports, at least {least} needed"),
    N_("no trend: no report {least} to {most} weeks before the last"),
    N_("no gain since {day} ({number} weeks)"),
    N_("fell by {households} since {day} ({number} weeks)"),
    N_("{number} unconnected"),
    N_("households revised from {before} to {now}"),
    N_("partial: {number} developments reported, {before} the date before"),
    N_("{number} carried from at most {weeks} weeks before"),
    N_("{number} no longer counted: no report for more than {weeks} weeks"),
    # geo.developments, geo.priority
    N_("no outline: its place, need and reach are not known"),
    N_("not ranked: it has no priority"),
    N_("no interval and no tier: margins of error of its place are missing or too wide"),
    N_("not ranked: it left public housing"),
    N_("not ranked: a part of its priority is not known"),
    N_("not ranked; it would be if its place in public housing were confirmed"),
    N_("the only one that is ranked"),
    # geo.outreach
    N_("not compared: not eligible, or not confirmed to be"),
    N_("not compared: it has no enrollment report"),
    N_("not compared: its reports ended on {day}"),
    N_("not compared: more subscribers than households were reported"),
    N_("not compared: no households were reported"),
    N_("not compared: {number} developments to compare with, at least {least} needed"),
    # geo.rollout, geo.rollout_problem
    N_("excluded by the terms"),
    N_("not eligible"),
    N_("its eligibility is not confirmed"),
    N_("the number of households to connect is not known"),
    N_("nobody is left to connect"),
    N_("its need is not known"),
    N_("it costs more than all waves together have"),
    N_("costs ${cost}, ${left} are left: the money reaches more need elsewhere"),
    N_("costs ${cost}, ${left} are left"),
    N_("the money reaches more need elsewhere"),
    N_("no crew is left: they reach more need elsewhere"),
    N_("{provider} can start no more: it reaches more need elsewhere"),
    N_("with it {borough} would have less than its least share"),
    N_("its need is 0"),
    N_("no wave has room for it beside those that reach more need"),
    N_("provider {provider} by the terms: none is reported"),
    N_("the search was ended before it was proved that no plan reaches more"),
    N_("it is not proved that each wave is the most it can be"),
    N_("the need of {tds} is not known and counts as 0: must be in the plan"),
    N_("the provider of {number} candidates is not known: no capacity limits them"),
    N_("the borough of {number} candidates is not known: they count for no least share"),
    # geo.rollout_costs, geo.rollout_greedy
    N_("money without end"),
    N_("any number of crews"),
    N_("any number of developments of {provider}"),
    N_("no least share of {borough}"),
    N_("nobody must be in it"),
    N_("nobody is excluded"),
    N_("a tenth more money in each wave"),
    N_("no development found room"),
    N_("{tds} must be in the plan and found no room"),
    N_("{borough} has {number} % of the households, expected {least} % or more"),
    # geo.followup
    N_("on plan"),
    N_("not begun"),
    N_("not known: no report since the start"),
    N_("not known: no report since its wave began"),
    N_("not known: subscribers at the start are not stated"),
    N_("left on {day}"),
    N_("not known: it takes reports of two dates"),
    N_("from {since} to {until}; what was spent before {since} is not known from the reports"),
    N_("from {since} to {until}, each development at its pace of the last {weeks} weeks"),
    N_("{number} without a trend stay as they are"),
    N_("the newest report is of {since}, expected a report before {until}: choose a later end or load newer reports"),
    N_("nothing was reported, expected a report before {until}: choose a later end or load newer reports"),
    # app.planning
    N_("this snapshot has no developments, so there is nothing to plan"),
    N_("other plans are being solved; ask again in a moment"),
)
"""Every text that is known."""


def find(text: str) -> str | None:
    """`text` in the language of the answer, None where it has no form."""
    if (whole := _said(text)) is not None:
        return whole
    parts = [_said(part) for part in text.split(APART)]
    known = [part for part in parts if part is not None]
    return _("; ").join(known) if len(known) == len(parts) else None


def told(text: str | None) -> Markup:
    """`text` for a page, marked as English where it has no form."""
    return _marked(text, str) if text else Markup()


def capital(text: str | None) -> Markup:
    """The same with its first letter large."""
    return _marked(text, first) if text else Markup()


def sentence(text: str | None) -> Markup:
    """The same as a sentence of its own."""
    return Markup(_("{sentence}.")).format(sentence=capital(text.removesuffix("."))) if text else Markup()


def dated(text: str) -> str:
    """`text` with its days as people write them."""
    return ISO.sub(lambda found: day(found[0]), text)


WORDS: Final[Mapping[str, Any]] = {"told": told, "capital": capital, "sentence": sentence, "dated": dated}
"""What templates call."""


def _marked(text: str, shape: Callable[[str], str]) -> Markup:
    if (known := find(text)) is not None:
        return escape(shape(known))
    with spoken(ENGLISH):
        plain = shape(dated(text))
    return english(plain)


def _said(text: str) -> str | None:
    form, values = _form(text)
    return None if form is None else _(form).format(**{name: dated(value) for name, value in values.items()})


@lru_cache(maxsize=4096)
def _form(text: str) -> tuple[str | None, Mapping[str, str]]:
    """The form of a text and what stands for its names."""
    for pattern, form in PATTERNS:
        if found := pattern.fullmatch(text):
            return form, found.groupdict()
    return None, {}


def _pattern(form: str) -> re.Pattern[str]:
    """What texts of a form look like; a name that comes again stands for the same."""
    seen: set[str] = set()

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{VALUES.get(name, '.+')})"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", value, re.escape(form)))


PATTERNS: Final = tuple((_pattern(form), form) for form in FORMS)
