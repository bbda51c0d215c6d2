"""The service as others meet it: a real server on a loopback port, which keeps what it was asked."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from app.main import create_app
from app.settings import Settings

PATIENCE_S = 60
"""Long enough for a slow machine: what waits ends when what is waited for is there."""


@dataclass(frozen=True)
class Heard:
    """A request as the server got it; names of headers in small letters."""

    method: str
    path: str
    query: str
    headers: dict[str, str]

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass
class Serving:
    """A running server: its address without a slash at the end, and all that it was asked so far."""

    address: str
    heard: list[Heard] = field(default_factory=list)

    @contextmanager
    def hearing(self) -> Iterator[list[Heard]]:
        """What is asked inside of the block."""
        before, asked = len(self.heard), []
        yield asked
        asked += self.heard[before:]


@contextmanager
def serving(var: Path) -> Iterator[Serving]:
    """The service on the current snapshot in `var`, in a thread, on a free port of 127.0.0.1."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        running = Serving(f"http://127.0.0.1:{listener.getsockname()[1]}")
        app = _heard(create_app(Settings(var=var)), running.heard)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, args=([listener],), name="service", daemon=True)
        thread.start()
        try:
            until = time.monotonic() + PATIENCE_S
            while not server.started:
                assert thread.is_alive() and time.monotonic() < until, "the service did not start"
                time.sleep(0.02)
            yield running
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)


def _heard(app: ASGIApp, heard: list[Heard]) -> ASGIApp:
    async def hear(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            heard.append(Heard(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers))
        await app(scope, receive, send)

    return hear
