"""
The live origin: one source → the bytes that its parser reads, from NYC Open Data (Socrata) or the Census API.

Each request is remembered by its address with its validators, so that the next ingest can ask whether just that part
is still the same; a part that is comes from the body at hand. The parts are merged into one JSON array.
"""

import random as chance
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

import httpx
import orjson

from geo.errors import FetchError, UpstreamChanged
from loaders.dataset import Source
from loaders.http import FROM_DIR, KEY, TOKEN, Params, Reply, Validators, get, words

PAGE_ROWS = 50_000
MOST_PAGES = 400
CALL_VARIABLES = 50  # the most that one Census call may ask for, NAME among them
TRACT = ("state", "county", "tract")
CITY = {"for": "tract:*", "in": "state:36 county:005,047,061,081,085"}
AGAIN = f"try again later, {FROM_DIR}"

Progress = Callable[[int], object]
Rows = list[Any]


class Page(TypedDict):
    """One request as the manifest keeps it: address without secrets, length of its array, validators, data's date."""

    url: str
    rows: int
    etag: str | None
    last_modified: str | None
    updated_at: str | None


Ask = Callable[[str, Params], tuple[Rows | None, Page]]
"""From address and parameters to rows; None where they are still those at hand."""


@dataclass(frozen=True)
class Previous:
    """What an earlier fetch of the same source gave."""

    body: bytes
    validators: Sequence[Page]


@dataclass(frozen=True)
class Fetched:
    """
    What one source gave.

    Attributes
    ----------
    body
        A JSON array: of objects (Socrata), or of arrays with the header first (Census).
    url
        Where it came from, without paging and secrets.
    upstream_updated_at
        When the publisher last changed it, ISO text (UTC); None where the publisher does not say.
    validators
        One entry a request, fit for JSON: with `body`, the `Previous` of the next fetch.
    reused
        Whether all of `body` is the previous one.
    """

    body: bytes
    url: str
    fetched_at: datetime
    upstream_updated_at: str | None
    validators: tuple[Page, ...]
    reused: bool


def fetch(
    client: httpx.Client,
    source: Source,
    *,
    acs_year: int,
    census_key: str | None = None,
    previous: Previous | None = None,
    on_page: Progress = lambda rows: None,
    page_rows: int = PAGE_ROWS,
    fetched_at: datetime | None = None,
    sleep: Callable[[float], object] = time.sleep,
    random: Callable[[], float] = chance.random,
) -> Fetched:
    """
    All rows of `source` from its publisher; `on_page` hears the number of rows so far after each request.

    Raises
    ------
    FetchError
        The publisher cannot be reached, refuses, wants a key, or changed the data while its pages were read.
    UpstreamChanged
        An answer is not rows, or the answers do not fit together.
    """
    fetched_at = fetched_at or datetime.now(UTC)
    at_hand = _at_hand(previous, source) if previous else []
    known = {page["url"]: page for page in previous.validators} if previous and at_hand else {}
    key = {KEY: census_key} if source.api == "census" and census_key else {}
    clauses = {name: text for name, text in (("$select", source.select), ("$where", source.where)) if text}
    url = str(httpx.URL(source.url.format(year=acs_year)).copy_merge_params(clauses))
    replies: list[Reply] = []

    def ask(url: str, params: Params) -> tuple[Rows | None, Page]:
        address = str(httpx.URL(url).copy_merge_params(params))
        old = known.get(address)
        held = Validators(old["etag"], old["last_modified"]) if old else None
        reply = get(client, url, {**params, **key}, validators=held, sleep=sleep, random=random)
        replies.append(reply)
        if old and not reply.modified:
            return None, old
        rows = _rows(reply.body, source, (census_key or "", client.headers.get(TOKEN, "")))
        etag, date = reply.validators.etag, reply.validators.last_modified
        return rows, Page(url=address, rows=len(rows), etag=etag, last_modified=date, updated_at=reply.updated_at)

    if source.api == "census":
        body, pages = _census(ask, source, acs_year, at_hand, on_page)
    else:
        body, pages = _socrata(ask, url, source.name, at_hand, on_page, page_rows)
        if len(dates := {reply.updated_at for reply in replies if reply.updated_at}) > 1:
            raise FetchError(f"{source.name}: upstream changed it between two pages ({sorted(dates)}); {AGAIN}")
    reused = previous is not None and not any(reply.modified for reply in replies)
    updated_at = max((page["updated_at"] for page in pages if page["updated_at"]), default=None)
    return Fetched(previous.body if previous and reused else body, url, fetched_at, updated_at, tuple(pages), reused)


def _socrata(ask: Ask, url: str, what: str, at_hand: Rows, on_page: Progress, size: int) -> tuple[bytes, list[Page]]:
    """Pages of `size` rows in the order of their ids, until a short one."""
    chunks: list[bytes] = []
    pages: list[Page] = []
    for offset in range(0, MOST_PAGES * size, size):
        rows, page = ask(url, {"$order": ":id", "$limit": size, "$offset": offset})
        if rows is None:
            rows = at_hand[offset : offset + page["rows"]]
        where = f"{what}: page {len(pages) + 1}"
        if len(rows) > size or not all(isinstance(row, dict) for row in rows):
            raise UpstreamChanged(f"{where} holds {len(rows):,} items, expected at most {size:,} objects; {AGAIN}")
        chunk = orjson.dumps(rows)[1:-1]
        if chunk and chunk in chunks:
            raise UpstreamChanged(f"{where} repeats page {chunks.index(chunk) + 1}, expected further rows; {AGAIN}")
        chunks.append(chunk)
        pages.append(page)
        on_page(offset + len(rows))
        if len(rows) < size:
            return b"[" + b",".join(filter(None, chunks)) + b"]", pages
    raise UpstreamChanged(f"{what}: no end after {MOST_PAGES} pages of {size:,} rows; {AGAIN}")


def _census(ask: Ask, source: Source, year: int, at_hand: Rows, on_page: Progress) -> tuple[bytes, list[Page]]:
    """The replies to all queries side by side: NAME, the variables, and the tract's codes last."""
    merged: dict[tuple[str, ...], dict[str, Any]] = {}
    pages: list[Page] = []
    step = CALL_VARIABLES - 1
    calls = [(url, names[at : at + step]) for url, names in source.queries for at in range(0, len(names), step)]
    for template, names in calls:
        rows, page = ask(template.format(year=year), {"get": ",".join(("NAME", *names)), **CITY})
        table = _by_tract(at_hand if rows is None else rows, names, source.name)
        if odd := merged.keys() ^ table.keys() if merged else set():
            first = "".join(map(str, min(odd)))
            raise UpstreamChanged(f"{source.name}: {len(odd)} tracts are not in all replies, first {first}; {AGAIN}")
        merged = {tract: row | merged.get(tract, {}) for tract, row in table.items()}
        pages.append(page)
        on_page(len(merged))
    header = ["NAME", *dict.fromkeys(name for _, names in calls for name in names), *TRACT]
    return orjson.dumps([header, *([row[name] for name in header] for row in merged.values())]), pages


def _by_tract(rows: Rows, names: Sequence[str], what: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """The columns asked for of a Census array of arrays, by (state, county, tract)."""
    if not all(isinstance(row, list) and len(row) == len(rows[0]) for row in rows):
        raise UpstreamChanged(f"{what}: the rows of the Census reply are not arrays of one length; {AGAIN}")
    header, *body = rows or [[]]
    wanted = ("NAME", *names, *TRACT)
    if missing := [name for name in wanted if name not in header]:
        raise UpstreamChanged(f"{what}: the Census reply lacks {missing}, found {str(header)[:200]}; {AGAIN}")
    places = {name: header.index(name) for name in wanted}
    table = [{name: row[place] for name, place in places.items()} for row in body]
    by_tract = {tuple(row[part] for part in TRACT): row for row in table}
    if len(by_tract) < len(table):
        raise UpstreamChanged(f"{what}: the Census reply repeats {len(table) - len(by_tract)} tracts; {AGAIN}")
    return by_tract


def _rows(body: bytes, source: Source, secrets: Sequence[str]) -> Rows:
    """The JSON array that `body` is."""
    what, said = source.name, words(body, *secrets)
    if source.api == "census" and body.lstrip().startswith(b"<"):
        raise FetchError(
            f"{what}: the Census API answered with a web page ({said!r}), expected rows; ask for a free key at "
            f"api.census.gov/data/key_signup.html and set EQUITY_CENSUS_KEY, {FROM_DIR}"
        )
    if not body.strip():
        raise UpstreamChanged(f"{what}: the answer has no content, expected rows; check the year, {FROM_DIR}")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise UpstreamChanged(f"{what}: found {said!r}, not whole JSON (character {exc.pos}); {AGAIN}") from exc
    if not isinstance(document, list):
        raise UpstreamChanged(f"{what}: found {said!r}, expected a JSON array of rows; {AGAIN}")
    return document


def _at_hand(previous: Previous, source: Source) -> Rows:
    """The rows of the previous body; none where its validators speak of other rows."""
    try:
        rows = _rows(previous.body, source, ())
    except (UpstreamChanged, FetchError):
        return []
    lengths = [page["rows"] for page in previous.validators]
    fits = set(lengths) == {len(rows)} if source.api == "census" else sum(lengths) == len(rows)
    return rows if fits else []
