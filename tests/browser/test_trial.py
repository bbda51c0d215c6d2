"""Other weights on the map, and the address that holds what it shows."""

import re
from urllib.parse import parse_qs, urlsplit

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


def test_what_is_tried_outlives_a_look_at_the_boroughs(page, watch, service):
    open_map(page, service)
    slide(page, "beyond_reach", -4)
    shown = page.evaluate(COLOURS)
    for areas, state in (("boroughs", "published"), ("ntas", "tried")):
        page.locator(f"input[name=areas][value={areas}]").check(force=True)
        wait_ready(page, areas)
        tried(page, state)
        expect(page.locator("#trying")).to_have_text(
            "Tried weights: not the published score." if state == "tried" else ""
        )
        link = page.locator("[data-way=picture]").get_attribute("href")
        assert ("beyond_reach" in link) == (state == "tried")
    assert page.evaluate(COLOURS) == shown
    assert watch.errors == []


def test_a_measure_that_is_no_score_gives_way_to_the_gap_when_somebody_weighs(page, service):
    open_map(page, service)
    page.get_by_label("Show on the map").select_option("no_broadband")
    page.wait_for_url(re.compile("measure=no_broadband"))
    slide(page, "connection", 4)
    assert page.get_by_label("Show on the map").input_value() == "gap"
    assert "measure=" not in page.url and "weights=" in page.url
    assert "measure=gap" in page.locator("[data-way=picture]").get_attribute("href")


def test_a_link_with_weights_keeps_a_measure_that_is_no_score(page, service):
    page.goto(f"{service}/map#measure=no_broadband&weights=3,1,1,1")
    tried(page)
    assert page.get_by_label("Show on the map").input_value() == "no_broadband"
    expect(page.locator("#trying")).to_have_text(
        "Tried weights change nothing here: this measure is shown as published."
    )
    expect(page.get_by_label("Legend")).to_contain_text("could be in another class")


def test_a_trial_that_fails_shows_the_published_score_and_says_so(page, service):
    open_map(page, service)
    published = page.evaluate(COLOURS)
    slide(page, "beyond_reach", -4)
    link = page.url
    page.route("**/score?*", lambda route: route.abort())
    page.locator("#weight-beyond_reach").press("ArrowRight")
    tried(page, "failed")
    told = page.locator(".told")
    expect(told).to_contain_text("Not scored: no connection. The map shows the published score.")
    expect(page.locator("#trying")).to_have_text(
        "The tried weights could not be scored: the map shows the published score."
    )
    assert page.evaluate(COLOURS) == published
    assert "beyond_reach" not in page.locator("[data-way=picture]").get_attribute("href")
    page.goto("about:blank")
    page.goto(link)
    tried(page, "failed")
    wait_ready(page, "ntas")
    assert page.evaluate(COLOURS) == published
    page.unroute("**/score?*")
    told.get_by_role("button", name="Try again").click()
    tried(page)
    assert page.evaluate(COLOURS) != published
    expect(told).to_contain_text("These weights keep")


def test_the_legend_of_tried_scores_has_no_intervals(page, service):
    open_map(page, service)
    legend = page.get_by_label("Legend")
    expect(legend.locator(".sureness")).to_contain_text("could be in another class (90")
    slide(page, "beyond_reach", -4)
    expect(legend.locator(".sureness")).to_contain_text("Tried scores have no intervals")
    page.get_by_label("Show on the map").select_option("supply")
    expect(legend.locator(".sureness")).to_contain_text("Counted, not surveyed")


def test_the_query_holds_nothing_that_can_be_changed(page, service):
    page.goto(f"{service}/map?areas=boroughs&measure=need&lang=es")
    wait_ready(page, "boroughs")
    page.locator("#measure").select_option("gap")
    page.locator("input[name=areas][value=ntas]").check(force=True)
    wait_ready(page, "ntas")
    assert urlsplit(page.url).query == "lang=es"
    page.locator(".languages [hreflang=en]").click()
    wait_ready(page, "ntas")
    assert page.locator("#measure").input_value() == "gap"
    assert page.locator("input[name=areas][value=ntas]").is_checked()


def test_a_link_into_the_page_keeps_the_map_and_a_state_of_the_map_is_loaded(page, watch, service):
    open_map(page, service)
    page.get_by_label("Show on the map").select_option("need")
    page.evaluate("window.stays = true")
    page.keyboard.press("Tab")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.wait_for_url(re.compile("#measure=need$"))
    assert page.evaluate("window.stays")
    page.evaluate("void (location.hash = '#measure=supply')")
    expect(page.get_by_label("Show on the map")).to_have_value("supply")
    assert page.evaluate("window.stays") is None
    assert watch.errors == []


def bbox(page, way):
    """The box that a link asks for, as [west, south, east, north]; none for the whole city."""
    asked = parse_qs(urlsplit(page.locator(f"[data-way={way}]").get_attribute("href")).query)
    return [float(edge) for edge in asked["bbox"][0].split(",")] if "bbox" in asked else None


def test_links_ask_for_what_the_view_shows_of_the_city(page, service):
    open_map(page, service)
    view = "([place, zoom]) => void map_city.setView(place, zoom, { animate: false })"
    page.evaluate(view, [[40.7, -74.0], 2])
    for way in ("picture", "csv", "xlsx"):
        assert bbox(page, way) == pytest.approx([-74.2557, 40.4961, -73.7004, 40.9155])
    assert page.request.get(service + page.locator("[data-way=csv]").get_attribute("href")).status == 200
    page.evaluate(view, [[40.81, -73.92], 20])
    west, _, east, _ = bbox(page, "picture")
    assert east - west > 0.002 > bbox(page, "csv")[2] - bbox(page, "csv")[0]
    page.evaluate(view, [[48.85, 2.35], 12])
    assert [bbox(page, way) for way in ("picture", "csv")] == [None, None]
    expect(page.locator("#status")).to_have_text("No area is in view: picture and files are of the whole city.")
