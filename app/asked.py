"""What an address asks for: its parameters, each once and each known, and the form of the answer."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request

from app.accept import preferred, quality
from app.terms import READ
from geo.errors import BadQuery

FORM: Final = "f"
"""The parameter that names the form of an answer: `html`, `json`, `csv` and so on."""


def asked(request: Request, allowed: Collection[str]) -> dict[str, str]:
    """
    The parameters of `request`.

    Raises
    ------
    BadQuery
        One is given twice, or is not among `allowed`.
    """
    given = request.query_params.multi_items()
    names = [name for name, _ in given]
    if len({*names}) < len(names):
        repeated = sorted({name for name in names if names.count(name) > 1})
        raise BadQuery(f"{', '.join(repeated)}: given more than once, expected once")
    if unknown := [name for name in names if name not in allowed]:
        expected = f"parameters are: {', '.join(allowed)}" if allowed else "but there are no parameters here"
        raise BadQuery(f"found {', '.join(map(repr, unknown))}, {expected}")
    return dict(given)


def negotiated(request: Request, offers: Mapping[str, str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """
    The form in which `request` wants its answer: what `f` says, else what the Accept header prefers, else the first.

    Parameters
    ----------
    offers
        Each form and its media type.
    names
        Further names that `f` may give to forms.

    Raises
    ------
    BadQuery
        `f` is neither a form nor a name of one.
    """
    wanted = request.query_params.get(FORM)
    if wanted is None:
        return preferred(request.headers.get("accept", ""), offers)
    found = names.get(wanted, wanted)
    if found not in offers:
        raise BadQuery(f"{FORM}: found {wanted!r}, expected one of: {', '.join((*offers, *names))}")
    return found


def form(request: Request, allowed: Collection[str], *, negotiated: bool = False) -> str:
    """
    The form in which `request` wants its answer: what `f` says, else the first of `allowed`.

    Parameters
    ----------
    negotiated
        Whether the Accept header decides without `f`: `html` where it prefers that, else `json`.

    Raises
    ------
    BadQuery
        `f` is none of `allowed`.
    """
    named = request.query_params.get(FORM, "")
    if not named:
        wanted = "html" if prefers_html(request.headers.get("accept", "")) else "json"
        return wanted if negotiated else next(iter(allowed))
    if named not in allowed:
        raise BadQuery(f"{FORM}: found {named!r}, expected one of: {', '.join(allowed)}")
    return named


def prefers_html(accept: str) -> bool:
    """Whether an Accept header wants HTML rather than JSON, as browsers do; one that takes both alike does not."""
    return quality(accept, "text/html") > quality(accept, "application/json")


def described(names: Iterable[str] = READ, **further: str) -> dict[str, Any]:
    """The terms `names` of a plan, and `further` parameters with what they are, for the description of the API."""
    told = {name: f"expected: {READ[name][2]}" for name in names} | further
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "description": words, "schema": {"type": "string"}}
            for name, words in told.items()
        ]
    }
