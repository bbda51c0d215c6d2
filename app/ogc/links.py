"""Addresses and links: everything that is told to be elsewhere is told by an absolute address."""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request

from geo.errors import BadQuery

Link = dict[str, str]
HOST: Final = re.compile(r"[A-Za-z0-9._~-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def base_of(request: Request, public_url: str | None) -> str:
    """
    The address under which the caller reached the service, without a slash at its end.

    Parameters
    ----------
    public_url
        The address that the operator has set, for a service behind another.

    Raises
    ------
    BadQuery
        The Host header is not the name of a host.
    """
    if public_url:
        return public_url
    host = request.headers.get("host", "")
    if not HOST.fullmatch(host):
        raise BadQuery(f"Host: found {host!r}, expected the name of a host")
    scope = request.scope
    return f"{scope['scheme']}://{host}{scope.get('root_path', '').rstrip('/')}"


def link(href: str, rel: str, type: str, title: str) -> Link:
    """A link (RFC 8288) as OGC API documents hold it."""
    return {"href": href, "rel": rel, "type": type.partition(";")[0] if "charset" in type else type, "title": title}


def encoded(parameters: Iterable[tuple[str, str]]) -> str:
    """Parameters as an address holds them; what needs no escape has none, so that a person can read them."""
    return urlencode([*parameters], safe=",:/")


def address(url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """`url` with parameters."""
    query = encoded(parameters)
    return f"{url}?{query}" if query else url
