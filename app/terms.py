"""The terms of a rollout plan as people write them in an address or on the command line, and back."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Final, TypeVar

from geo.errors import BadQuery
from geo.rollout import Terms

Number = TypeVar("Number", int, float)

MOST: Final = 1e12
"""No amount is larger, so that products of amounts stay numbers."""

ALIKE: Final = {
    "Bronx": ("bronx", "bx", "the bronx"),
    "Brooklyn": ("brooklyn", "bk", "kings"),
    "Manhattan": ("manhattan", "mn", "new york"),
    "Queens": ("queens", "qn"),
    "Staten Island": ("staten island", "si", "richmond"),
}
PROVIDERS: Final = {"optimum": "Optimum", "altice": "Optimum", "spectrum": "Spectrum", "charter": "Spectrum"}
MOST_PLACES: Final = 1_000_000
"""More than any count of waves, crews or places can be."""

BOROUGHS: Final = {spelled: name for name, spellings in ALIKE.items() for spelled in spellings}


def read_terms(given: Mapping[str, str]) -> Terms:
    """
    The terms that `given` asks for; what it leaves out, or empty, is as declared.

    Raises
    ------
    BadQuery
        A name that is no term, or a value that cannot be one; all of them at once.
    """
    values: dict[str, Any] = {}
    wrong = []
    for name, text in given.items():
        if name not in READ:
            wrong.append(f"{name!r} is no term of a plan, terms are: {', '.join(READ)}")
        elif text.strip():
            field, read, expected = READ[name]
            try:
                values[field] = read(text)
            except ValueError as exc:
                wrong.append(f"{name}: found {text!r}, expected {expected}{f' ({exc})' if exc.args else ''}")
    if wrong:
        raise BadQuery("; ".join(wrong))
    return Terms(**values)


def as_query(terms: Terms) -> dict[str, str]:
    """`terms` as the parameters of an address: those that differ from what is declared."""
    declared = Terms()
    names = {field: name for name, (field, _, _) in READ.items()}
    return {
        names[field.name]: written(getattr(terms, field.name))
        for field in fields(terms)
        if getattr(terms, field.name) != getattr(declared, field.name)
    }


def written(value: Any) -> str:
    """A term as it is written: `0.2`, `Bronx:0.2,Queens:0.1`, `005,505`; empty for one that is not set."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{_plain(one)}" for name, one in sorted(value.items()))
    if isinstance(value, frozenset | list):
        return ",".join(sorted(value))
    return _plain(value)


def _plain(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _pairs(read: Callable[[str], Any], *, borough: bool) -> Callable[[str], dict[str, Any]]:
    def parse(text: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, colon, value = part.partition(":")
            key = _borough(name) if borough else _provider(name)
            if not (colon and key and value.strip()):
                raise ValueError(f"in {part!r} a name, a colon or a value is missing")
            if key in found:
                raise ValueError(f"{key} is given twice")
            found[key] = read(value.strip())
        return found

    return parse


def _borough(name: str) -> str:
    if (found := BOROUGHS.get(" ".join(name.lower().split()))) is None:
        raise ValueError(f"{name.strip()!r} is no borough, boroughs are: {', '.join(ALIKE)}")
    return found


def _numbers(text: str) -> frozenset[str]:
    parts = [part for part in text.replace(";", ",").replace(" ", ",").split(",") if part]
    if odd := [part for part in parts if not (part.isascii() and part.isdigit() and len(part) <= 3)]:
        raise ValueError(f"{odd[0]!r} is not a TDS number")
    return frozenset(part.zfill(3) for part in parts)


def _amount(text: str) -> float:
    return _held(_plainly(float, text.replace("$", "").replace(",", "").replace("_", "")), MOST)


def _budget(text: str) -> float:
    return float("inf") if text.strip().lower() in ("inf", "none") else _amount(text)


def _whole(text: str) -> int:
    return _held(_plainly(int, text.replace(",", "")), MOST_PLACES)


def _held(value: Number, most: float) -> Number:
    if value > most:
        raise ValueError(f"at most {most:,.0f}")
    return value


def _provider(name: str) -> str:
    """A provider under the name that the reports use for it."""
    plain = " ".join(name.split())
    return PROVIDERS.get(plain.lower(), plain)


def _share(text: str) -> float:
    return _plainly(float, text.removesuffix("%")) / 100 if text.endswith("%") else _plainly(float, text)


def _plainly(read: Callable[[str], Number], text: str) -> Number:
    """What `read` makes of `text`; its error says nothing, since what was found and expected says it all."""
    try:
        return read(text)
    except ValueError:
        raise ValueError from None


READ: Final[dict[str, tuple[str, Callable[[str], Any], str]]] = {
    "waves": ("waves", _whole, "a whole number"),
    "budget": ("budget_usd", _budget, "dollars a wave, or inf for no limit"),
    "cost": ("cost_usd", _amount, "dollars a household a month"),
    "months": ("months", _amount, "months of service that a wave pays for"),
    "crews": ("crews", _whole, "developments that can be started in a wave"),
    "capacity": (
        "capacity",
        _pairs(_whole, borough=False),
        "provider:developments a wave, such as Optimum:4,Spectrum:6",
    ),
    "provider": ("providers", _pairs(_provider, borough=True), "borough:provider, such as Bronx:Optimum"),
    "minimum": ("minimum", _pairs(_share, borough=True), "borough:share of the plan's households, such as Bronx:20%"),
    "include": ("include", _numbers, "TDS numbers, such as 005,505"),
    "exclude": ("exclude", _numbers, "TDS numbers, such as 005,505"),
}
"""Each parameter: the term, how it is read, and what is expected."""
