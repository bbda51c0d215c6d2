"""Other weights on the map, and the address that holds what it shows."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.looking import COLOURS
from tests.browser.screenshots import open_map, wait_ready

pytestmark = pytest.mark.browser


def tried(page, state="tried"):
    """Wait until the scores stand; the policy of the page forbids to wait for an expression."""
    expect(page.locator("html")).to_have_attribute("data-trial", state)


def slide(page, code, presses):
    page.locator(".trial").evaluate("node => { node.open = true; }")
    slider = page.locator(f"#weight-{code}")
    slider.focus()
    for _ in range(abs(presses)):
        page.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")
    tried(page)


def test_a_slider_recolours_says_what_moves_and_how_much_stays(page, watch, service):
    open_map(page, service)
    before = page.evaluate(COLOURS)
    slide(page, "beyond_reach", -4)
    assert page.evaluate(COLOURS) != before
    told = page.locator(".told")
    expect(told).to_contain_text(re.compile(r"These weights keep \d+\s% of the published tiers\."))
    expect(told.locator(".moved li").first).to_contain_text("→")
    expect(page.locator("#trying")).to_have_text("Tried weights: not the published score.")
    assert page.locator("#weight-beyond_reach").get_attribute("aria-valuetext") == "0\u00a0% of the gap"
    page.get_by_role("button", name="Back to the published score").click()
    tried(page, "published")
    assert page.evaluate(COLOURS) == before
    expect(page.locator("#trying")).to_have_text("")
    assert watch.errors == []


def test_an_area_that_moved_can_be_opened(page, service):
    open_map(page, service)
    slide(page, "beyond_reach", -4)
    first = page.locator(".moved button").first
    name = first.text_content()
    first.click()
    expect(page.locator("#why h3").first).to_have_text(name)
    expect(page.locator("#why")).to_contain_text("of the published score only")
    expect(page.locator("#why .why h2")).to_have_text(name)
    expect(page.locator("#why")).to_contain_text("Above: the weights that you try. Below: the published score.")


def test_a_link_opens_the_same_map_elsewhere(page, browser, watch, service):
    open_map(page, service)
    page.get_by_label("Show on the map").select_option("need")
    page.locator("input[value=schools]").check()
    wait_ready(page, "schools")
    slide(page, "connection", 8)
    page.locator("#walk").select_option("150")
    page.wait_for_url(re.compile("walk=150"))
    tried(page)
    page.evaluate("void map_city.setView([40.81, -73.92], 13, { animate: false })")
    page.wait_for_url(re.compile("view=40.81"))
    shown = page.evaluate(COLOURS)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    other = context.new_page()
    watch.attend(other)
    other.goto(page.url)
    wait_ready(other, "ntas")
    wait_ready(other, "schools")
    tried(other)
    assert other.evaluate(COLOURS) == shown
    assert other.get_by_label("Show on the map").input_value() == "need"
    assert other.locator("input[value=schools]").is_checked()
    assert other.locator("#weight-connection").input_value() == "3"
    assert other.locator("#walk").input_value() == "150"
    assert other.evaluate("map_city.getZoom()") == 13
    assert urlsplit(other.url).fragment == urlsplit(page.url).fragment
    context.close()
    assert watch.errors == []


def test_the_open_place_is_in_the_address(page, service):
    page.goto(f"{service}/map#place=ntas/BX0101")
    wait_ready(page, "ntas")
    expect(page.locator("#why h2")).to_have_text("Mott Haven-Port Morris")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("^((?!place).)*$"))


@pytest.mark.parametrize(
    "hash", ["#measure=x&areas=y&view=1,2&weights=a&walk=7&sites=z", "#view=99,0,4", "#place=ntas/none", "#%"]
)
def test_an_address_that_makes_no_sense_is_the_plain_map(page, watch, service, hash):
    page.goto(f"{service}/map{hash}")
    wait_ready(page, "ntas")
    assert page.get_by_label("Show on the map").input_value() == "gap"
    assert watch.errors == []


def test_a_link_is_copied(page, service):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_map(page, service)
    page.get_by_label("Show on the map").select_option("supply")
    page.get_by_role("button", name="Copy a link to this map").click()
    expect(page.locator("#status")).to_have_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.locator("[data-way=table]").get_attribute("href") == "/table?of=ntas&measure=supply"
