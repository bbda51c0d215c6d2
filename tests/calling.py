"""The service called in this process: httpx over ASGI, the lifespan run, answers given back without `await`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

ADDRESS = "http://service.example"


class Client:
    """Asks a running app; `state` is what its lifespan gave it."""

    def __init__(self, portal: BlockingPortal, asks: httpx.AsyncClient, state: dict) -> None:
        self.portal, self.asks, self.state = portal, asks, state

    def request(self, method: str, url: str, headers: dict | None = None, **parameters) -> httpx.Response:
        ask = partial(self.asks.request, method, url, headers=headers, params=parameters or None)
        return self.portal.call(ask)

    def get(self, url: str, headers: dict | None = None, **parameters) -> httpx.Response:
        return self.request("GET", url, headers, **parameters)

    def json(self, url: str, **parameters):
        """The document of an answer that must be 200."""
        answer = self.get(url, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, status: int, url: str, **parameters) -> str:
        """The detail of a refusal, which must be a problem document of the one shape."""
        return problem(self.get(url, **parameters), status)["detail"]


def problem(answer: httpx.Response, status: int) -> dict:
    """The problem document that `answer` must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert {*document} == {"type", "title", "status", "detail"}
    assert (document["status"], document["type"]) == (status, "about:blank")
    assert document["detail"] and document["title"]
    return document


@contextmanager
def calling(app: FastAPI) -> Iterator[Client]:
    """A client of `app`, in an event loop of another thread: Playwright keeps one running in this one."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(_lifespan(app)) as state:

        async def with_state(scope, receive, send):
            await app({**scope, "state": dict(state)}, receive, send)

        transport = httpx.ASGITransport(with_state, raise_app_exceptions=False)
        asks = httpx.AsyncClient(transport=transport, base_url=ADDRESS)
        with portal.wrap_async_context_manager(asks):
            yield Client(portal, asks, state)


def _lifespan(app: FastAPI):
    return app.router.lifespan_context(app)
