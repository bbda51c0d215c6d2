"""A browser, and the service it looks at: the real one, on a snapshot of the embedded sample."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATH, chromium
from tests.browser.running import running

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
    """The address of the service on the sample."""
    with running(sample_var) as address:
        yield address


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
