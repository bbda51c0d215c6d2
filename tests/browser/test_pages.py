"""The other pages in a real browser, and all of them on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import PHONE, open_map, wait_ready

pytestmark = pytest.mark.browser


def test_phone(page, watch, service):
    page.set_viewport_size(PHONE)
    open_map(page, service)
    legend = page.get_by_label("Legend")
    expect(legend).to_be_hidden()
    page.get_by_role("button", name="layers and legend").click()
    expect(legend).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(service)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watch.errors == []


def test_api_page(page, watch, service):
    page.goto(f"{service}/docs")
    expect(page.locator("#swagger-ui")).to_contain_text("/collections")
    assert watch.errors == []


def test_home_page(page, watch, service):
    page.goto(service)
    boroughs = page.get_by_role("region", name="Table of boroughs")
    expect(boroughs.locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Open the map").click()
    wait_ready(page, "ntas")
    assert watch.errors == []


def test_methods_page(page, watch, service):
    page.goto(f"{service}/methods")
    for name in ("Indicators", "Tiers", "Worked example", "Variants of the score", "Equity ledger"):
        assert page.get_by_role("region", name=name).locator("tbody tr").count() >= 3, name
    expect(page.locator("#ranks")).to_contain_text("likely top")
    expect(page.locator("#example")).to_contain_text("Mott Haven")
    words = page.locator("main").inner_text()
    assert not re.search(r"\b(nan|None|undefined)\b|not known to", words)
    for link in page.locator(".contents a").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watch.errors == []
