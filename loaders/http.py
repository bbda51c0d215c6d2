"""
One GET with patience: time-outs, retries with full jitter, Retry-After, conditional requests.

A secret (the Census key, the Socrata token) goes to its own host and nowhere else: not into a message, a log or a
manifest. Messages name an address without its parameters; exceptions of httpx, which carry all of it, are not chained.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx

from geo.errors import FetchError

ATTEMPTS = 5
FIRST_WAIT_S, LONGEST_WAIT_S, TOTAL_WAIT_S = 1.0, 60.0, 180.0
CONNECT_S = 10.0
KEY, TOKEN, TOKEN_HOST = "key", "X-App-Token", "data.cityofnewyork.us"
USER_AGENT = "equity-map (NYC Broadband Equity Map)"
FROM_DIR = "or download the file and use `equity-map ingest --from DIR`"

Params = Mapping[str, str | int]


@dataclass(frozen=True)
class Validators:
    """What a publisher gave for asking later whether an answer is still the same."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Reply:
    """An answer: its body (empty unless `modified`), and when upstream last changed the data (ISO, UTC)."""

    modified: bool
    body: bytes
    validators: Validators
    updated_at: str | None


def make_client(
    timeout_s: float, app_token: str | None, user_agent: str, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """A client that waits `timeout_s` for each read, shows `app_token` to NYC Open Data only, and logs no key."""
    logging.getLogger("httpx").addFilter(_log_without_key)
    return httpx.Client(
        timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, CONNECT_S)),
        headers={"User-Agent": user_agent} | ({TOKEN: app_token} if app_token else {}),
        event_hooks={"request": [_keep_token_home]},
        follow_redirects=True,
        transport=transport,
    )


def get(
    client: httpx.Client,
    url: str,
    params: Params,
    *,
    validators: Validators | None,
    sleep: Callable[[float], object],
    random: Callable[[], float],
) -> Reply:
    """
    The answer to one GET, conditional on `validators`, asked again on 202, 429, 5xx and broken transport.

    `sleep` waits some seconds, `random` draws the jitter from [0, 1).

    Raises
    ------
    FetchError
        A refusal (another 4xx), or no answer within `ATTEMPTS` attempts and `TOTAL_WAIT_S` of waiting.
    """
    given = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified} if validators else {}
    conditions = {name: value for name, value in given.items() if value}
    address, waited, attempt = httpx.URL(url).copy_merge_params(params), 0.0, 0
    secrets = str(params.get(KEY, "")), client.headers.get(TOKEN, "")
    while True:
        attempt, asked_s, passing = attempt + 1, 0.0, True
        try:
            answer = client.get(address, headers=conditions)
        except httpx.RequestError as exc:
            said = f"{type(exc).__name__} {words(str(exc).encode(), *secrets)}"
        else:
            same = bool(conditions) and answer.status_code == httpx.codes.NOT_MODIFIED
            if same or (answer.is_success and answer.status_code != httpx.codes.ACCEPTED):
                return _reply(answer, modified=not same)
            said = f"{answer.status_code} {answer.reason_phrase} {words(answer.content, *secrets)}"
            asked_s = _retry_after(answer)
            passing = answer.status_code in (202, 429) or answer.is_server_error
        wait = min(max(asked_s, random() * FIRST_WAIT_S * 2 ** (attempt - 1)), LONGEST_WAIT_S)
        if not passing or attempt == ATTEMPTS or waited + wait > TOTAL_WAIT_S:
            break
        sleep(wait)
        waited += wait
    advice = "try again later" if passing else "check the address, year, key and token"
    raise FetchError(f"{url}: no data after {attempt} attempt(s), the last gave {said!r}; {advice}, {FROM_DIR}")


def words(body: bytes, *secrets: str) -> str:
    """The beginning of a body as one line of text without tags and without `secrets`, for a message."""
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", body[:20_000].decode(errors="replace"))
    for secret in filter(None, secrets):
        text = text.replace(secret, "…").replace(quote(secret, safe=""), "…")
    return " ".join(text.split())[:200]


def _reply(response: httpx.Response, *, modified: bool) -> Reply:
    last = response.headers.get("Last-Modified")
    changed = _moment(response.headers.get("X-SODA2-Truth-Last-Modified") or last)
    validators = Validators(response.headers.get("ETag"), last)
    return Reply(modified, response.content, validators, changed.isoformat() if changed else None)


def _retry_after(response: httpx.Response) -> float:
    """Seconds that the publisher asks to wait; a date counts from the publisher's own clock where it shows one."""
    asked = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return float(asked)
    until, now = _moment(asked), _moment(response.headers.get("Date")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) if until else 0.0


def _moment(http_date: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(http_date or "").replace(tzinfo=UTC)  # HTTP dates are GMT
    except ValueError:
        return None


def _keep_token_home(request: httpx.Request) -> None:
    """Each hop of a redirect passes here too."""
    if request.url.scheme != "https" or request.url.host != TOKEN_HOST:
        request.headers.pop(TOKEN, None)


def _log_without_key(record: logging.LogRecord) -> bool:
    hide = [part.copy_remove_param(KEY) if isinstance(part, httpx.URL) else part for part in record.args or ()]
    record.args = tuple(hide) if isinstance(record.args, tuple) else record.args
    return True
