"""The page of a plan in a real browser: the form, how stable the plan is, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import PHONE

pytestmark = pytest.mark.browser

SLOW_MS = 60_000
"""A plan is solved when it is first asked for."""


def open_plan(page, service, query=""):
    page.set_default_timeout(SLOW_MS)
    page.goto(f"{service}/plan{query}")


def test_a_plan_is_made_by_the_form_and_its_address_is_short(page, watch, service):
    open_plan(page, service)
    expect(page.get_by_role("heading", name="What the plan reaches")).to_be_visible()
    page.get_by_label("Waves", exact=True).fill("2")
    page.get_by_text("Crews, providers, boroughs").click()
    page.get_by_label("Developments a wave", exact=True).fill("3")
    page.get_by_role("button", name="Make the plan").click()
    page.wait_for_url(f"{service}/plan?waves=2&crews=3")
    expect(page.get_by_role("region", name="Waves of the plan").locator("tbody tr")).to_have_count(2)
    expect(page.get_by_label("Developments a wave", exact=True)).to_have_value("3")
    page.locator(".rows summary").first.click()
    page.get_by_role("link", name="Plan without it").first.click()
    page.wait_for_url(re.compile(r"exclude=\d{3}"))
    expect(page.get_by_label("Must not be in the plan")).to_have_value(re.compile(r"\d{3}"))
    assert watch.errors == []


def test_the_form_keeps_the_language(page, watch, service):
    open_plan(page, service, "?lang=es&waves=2&crews=1")
    page.locator("#waves").fill("1")
    page.locator("form.terms button").click()
    page.wait_for_url(re.compile(r"/plan\?lang=es&waves=1&crews=1$"))
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#waves")).to_have_value("1")
    page.locator("[data-do=start]").click()
    expect(page.locator("td[data-kept='']").first).to_be_visible()
    assert watch.errors == []


def test_what_is_wrong_is_said_beside_what_was_typed(page, service):
    open_plan(page, service, "?waves=many&minimum=Bronx:20%25")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("found 'many', expected a whole number")
    field = page.get_by_label("Waves", exact=True)
    expect(field).to_have_value("many")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Least share of a borough")).to_have_value("Bronx:20%")
    field.fill("3")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("region", name="Waves of the plan").locator("tbody tr")).to_have_count(3)
    expect(alert).to_have_count(0)


def test_how_stable_a_plan_is_can_be_asked_cancelled_and_asked_again(page, watch, service):
    open_plan(page, service, "?crews=2&waves=2")
    start, stop = page.get_by_role("button", name="How stable"), page.get_by_role("button", name="Cancel")
    status = page.locator(".stable [role=status]")
    column = page.get_by_role("columnheader", name="Stays in its wave")
    expect(column).to_be_hidden()
    start.click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    stop.click()
    expect(status).to_have_text("Cancelled.")
    expect(start).to_be_focused()
    start.click()
    expect(status).to_contain_text("Done: need was redrawn 50 times")
    expect(column).to_be_visible()
    kept = page.locator("td[data-kept]:not([data-kept=''])")
    assert kept.count() == 4
    for cell in kept.all():
        expect(cell).to_have_text(re.compile(r"^\d+\s%in any: \d+\s%$"))
    assert watch.errors == []


def test_a_refusal_of_stability_is_told(page, service):
    open_plan(page, service, "?crews=2&waves=2")
    page.route("**/plan/stability*", lambda route: route.fulfill(status=503, json={"detail": "ask again in a minute"}))
    page.get_by_role("button", name="How stable").click()
    expect(page.locator(".stable [role=status]")).to_have_text("That did not work: ask again in a minute.")
    expect(page.get_by_role("button", name="How stable")).to_be_visible()


def test_without_javascript_everything_but_stability_is_there(browser, service):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_plan(page, service)
    expect(page.get_by_role("button", name="How stable")).to_have_count(0)
    page.get_by_label("Waves", exact=True).fill("1")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_role("region", name="Waves of the plan").locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Wave 1").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wave 1 of 1")
    context.close()


@pytest.mark.parametrize("path", ["/plan", "/plan/waves/1", "/developments/049", "/outreach", "/follow-up"])
def test_nothing_is_wider_than_the_screen(page, watch, service, path):
    page.set_default_timeout(SLOW_MS)
    for size in ({"width": 1280, "height": 800}, PHONE):
        page.set_viewport_size(size)
        page.goto(f"{service}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (path, size)
    assert watch.errors == []
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, nav a, summary, .filters a, input')]
             .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 24)
             .map(one => one.outerHTML)"""
    )
    assert small == []
