"""A browser, and the service it looks at: the real one, on a snapshot of the embedded sample."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from app.main import create_app
from app.settings import Settings
from tests.browser.chromium import PATH, chromium

PATIENCE_MS = 60_000
"""Waits end when what is waited for is there; a slow machine is no failure."""

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Watch:
    """What a page did besides showing itself."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str | None] = field(default_factory=set)

    def attend(self, page: Page) -> None:
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).hostname))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if PATH is None:
        reason = "no chromium was found: apt-get install chromium"
        if os.environ.get("EQUITY_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def service(browser, sample_var) -> Iterator[str]:
    """The address of the service on a free loopback port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Settings(var=sample_var))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive() and time.monotonic() < until, "the service did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def page(browser, watch) -> Iterator[Page]:
    """A page of its own; no test may make it ask another machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    watch.attend(opened)
    yield opened
    context.close()
    assert watch.hosts <= {"127.0.0.1"}
