"""Errors as RFC 9457 problem documents: what was found, what was expected, what to do; nothing of the inside."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from geo.errors import BadQuery, Busy, EquityError, NotFound

PROBLEM = "application/problem+json"
STATUSES = {
    NotFound: HTTPStatus.NOT_FOUND,
    BadQuery: HTTPStatus.BAD_REQUEST,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
}
RETRY_S = 5
METHODS = "GET, HEAD, OPTIONS"
POSTED = ("/study-area",)
"""Where something may be sent, to be answered and not to be kept."""


logger = logging.getLogger("app")


def methods(path: str) -> str:
    """The methods that are answered at `path`."""
    return f"{METHODS}, POST" if path in POSTED else METHODS


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document, which nobody keeps: what is wrong now need not be wrong later."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(orjson.dumps(body), status, {**(headers or {}), "Cache-Control": "no-store"}, media_type=PROBLEM)


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem document."""
    app.add_exception_handler(EquityError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _broken)


async def _refused(request: Request, exc: Exception) -> Response:
    for kind, status in STATUSES.items():
        if isinstance(exc, kind):
            headers = {"Retry-After": str(RETRY_S)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
            return problem(status, str(exc), headers)
    logger.error("%s %s failed", request.method, request.url.path, exc_info=exc)
    return await _broken(request, exc)


async def _http(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    said = {
        HTTPStatus.NOT_FOUND: f"there is nothing at {request.url.path}; see / and /docs",
        HTTPStatus.METHOD_NOT_ALLOWED: f"{request.method} is not answered here; the service is read-only, use GET",
    }
    headers = {"Allow": methods(request.url.path)} if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED else exc.headers
    return problem(exc.status_code, said.get(HTTPStatus(exc.status_code), str(exc.detail)), headers)


async def _invalid(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    said = "; ".join(f"{error['loc'][-1]}: {error['msg']}, found {error.get('input')!r}" for error in exc.errors())
    return problem(HTTPStatus.BAD_REQUEST, said)


async def _broken(request: Request, exc: Exception) -> Response:  # the server logs what reaches it
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error; it has been logged")
