"""
What is the same for every request: who may read the answers, what is too large to be answered, how often one may ask.

Answers are open to pages of other origins (CORS) whether or not a request names its origin, so that a cache between can
give one answer to all.
"""

import math
import time
from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import POSTED, methods, problem

LONGEST_URL: Final = 32_768
"""Bytes of an address: room for the longest filter that is read, each character escaped."""

LARGEST_BODY: Final = 65_536
"""Bytes that a request may carry where none is read."""

ALWAYS: Final = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Crs, Content-Disposition, Content-Range, ETag, Retry-After"),
    (b"x-content-type-options", b"nosniff"),
]
OPTIONS: Final = {"Access-Control-Allow-Headers": "*", "Access-Control-Max-Age": "86400"}
FREE: Final = ("/health", "/ready")
"""What operators ask, however often."""

Wait = Callable[[str], float]


class Guard:
    """
    Middleware around everything.

    Parameters
    ----------
    rate_per_minute
        Requests a minute that one address may make; None or 0 for any number.
    """

    def __init__(self, app: ASGIApp, rate_per_minute: int | None = None) -> None:
        self.app = app
        self.wait = _rationed(rate_per_minute) if rate_per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what needs no thought, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def open_to_all(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *ALWAYS]}
            await send(message)

        refused = self._refusal(scope)
        await (refused or self.app)(scope, receive, open_to_all)

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["method"] == "OPTIONS":
            allowed = methods(scope["path"])
            headers = {**OPTIONS, "Allow": allowed, "Access-Control-Allow-Methods": allowed}
            return Response(status_code=204, headers=headers)
        if (length := len(scope.get("raw_path") or b"") + len(scope["query_string"])) > LONGEST_URL:
            return problem(414, f"the address has {length:,} bytes, at most {LONGEST_URL:,} are read; ask for less")
        if scope["path"] not in POSTED and (length := _length(scope)) > LARGEST_BODY:
            return problem(413, f"the request carries {length:,} bytes, but the service reads none; send it without")
        if self.wait and scope["path"] not in FREE and (seconds := self.wait(_asker(scope))) > 0:
            return problem(
                429,
                f"more requests than one address may make in a minute; ask again in {seconds:.0f} s",
                {"Retry-After": f"{seconds:.0f}"},
            )
        return None


def _length(scope: Scope) -> int:
    text = Request(scope).headers.get("content-length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _asker(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _rationed(rate_per_minute: int) -> Wait:
    """Counts a request of an address; gives the whole seconds that it must wait, 0 if it is welcome."""
    from limits import RateLimitItemPerMinute  # only where rates are limited
    from limits.storage import MemoryStorage
    from limits.strategies import MovingWindowRateLimiter

    window, limiter = RateLimitItemPerMinute(rate_per_minute), MovingWindowRateLimiter(MemoryStorage())

    def wait(asker: str) -> float:
        if limiter.hit(window, asker):
            return 0
        return max(1, math.ceil(limiter.get_window_stats(window, asker).reset_time - time.time()))

    return wait
