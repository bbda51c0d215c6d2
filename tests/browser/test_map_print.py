"""The map on paper: one sheet with title, map and legend, and what the panel says on the next."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from app.map import CITY
from tests.browser.screenshots import open_map, open_place, wait_ready

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}
BOUNDS = "(box => [[box.getSouth(), box.getWest()], [box.getNorth(), box.getEast()]])(map_city.getBounds())"
LISTEN = f"""() => addEventListener("beforeprint", () => {{ window.seen = {BOUNDS}; }})"""
VIEW = """() => { const { width, height } = map_city.getContainer().style; const { x, y } = map_city.getSize();
  const { x: left, y: top } = map_city.latLngToContainerPoint([40.7, -74]);
  return [map_city.getZoom(), x, y, width, height, L.Browser.retina, left, top]; }"""


def sheets(page, paper="A4"):
    """The words of each sheet of the printed page, and the width and height of each."""
    found = PdfReader(io.BytesIO(page.pdf(format=paper, prefer_css_page_size=True))).pages
    page.wait_for_timeout(100)  # the map is as it was from the next frame on
    return [" ".join(each.extract_text().split()) for each in found], [each.mediabox[2:] for each in found]


def holds(box, city=CITY):
    (south, west), (north, east) = box
    return south <= city[0][0] and west <= city[0][1] and north >= city[1][0] and east >= city[1][1]


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("window", [None, PHONE], ids=["desk", "phone"])
def test_the_whole_city_is_on_one_sheet(page, watch, service, window, paper):
    if window:
        page.set_viewport_size(window)
    open_map(page, service)
    page.evaluate(LISTEN)
    before = page.evaluate(VIEW)
    (words,), ((width, height),) = sheets(page, paper)
    assert width > height
    for said in (
        "NYC Broadband Equity Map",
        "made up",
        "Coverage gap",
        "Need and lack of reach",
        "no value",
        "Source:",
        "snapshot",
    ):
        assert said in words
    for borough in ("Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island"):
        assert words.count(borough) == 1
    for said in ("Show on the map", "Find a place", "Share and take away"):
        assert said not in words
    assert holds(page.evaluate("seen"))
    assert page.evaluate(VIEW) == before
    assert watch.errors == []


def test_paper_shows_the_city_and_little_else(page, service):
    """The wide view of a desk has sea on both sides; printed with it the city would be small."""
    open_map(page, service)
    page.evaluate(LISTEN)
    sheets(page)
    (south, west), (north, east) = page.evaluate("seen")
    assert (north - south) * (east - west) < 1.2 * (CITY[1][0] - CITY[0][0]) * (CITY[1][1] - CITY[0][1])


def test_a_part_of_the_city_is_printed_as_it_is_seen(page, service):
    open_map(page, service)
    page.evaluate("void map_city.setView([40.81, -73.92], 13, { animate: false })")
    page.evaluate(LISTEN)
    box = page.evaluate(BOUNDS)
    before = page.evaluate(VIEW)
    words, _ = sheets(page)
    assert len(words) == 1
    assert page.evaluate("seen") == [pytest.approx(corner, abs=1e-4) for corner in box]
    sheets(page)
    assert page.evaluate(VIEW) == before


def test_the_medium_alone_makes_the_map_ready(page, service):
    """Some browsers change the medium without an event before it."""
    open_map(page, service)
    before = page.evaluate(VIEW)
    stage = page.locator(".stage")
    page.emulate_media(media="print")
    expect(stage).to_have_css("contain", "strict")
    page.wait_for_timeout(300)
    shown, drawn = stage.bounding_box(), page.locator(".folium-map").bounding_box()
    assert shown == {key: pytest.approx(size, abs=0.5) for key, size in drawn.items()}
    assert holds(page.evaluate(BOUNDS))
    page.emulate_media(media="null")
    page.wait_for_timeout(300)
    assert page.evaluate(VIEW) == before


def test_what_the_panel_says_is_on_the_next_sheet(page, service):
    open_map(page, service)
    open_place(page)
    first, second = sheets(page)[0]
    assert "Coverage gap" in first and "How the gap adds up" not in first
    for said in (
        "Mott Haven",
        "How the gap adds up",
        "Compared with",
        "People",
        "What is near",
        "What the numbers are of",
    ):
        assert said in second
    assert "Close" not in second


def test_the_printed_legend_has_the_signs_of_what_is_shown(page, service):
    open_map(page, service)
    page.locator("input[value=kiosks]").check()
    wait_ready(page, "kiosks")
    page.emulate_media(media="print")
    expect(page.locator("[data-layer=kiosks] .keys svg").first).to_be_visible()
    expect(page.locator("[data-layer=schools]")).to_be_hidden()
    for box in page.locator("input[name=sites]").all():
        box.evaluate("box => { box.checked = false; }")
    expect(page.locator(".sites")).to_be_hidden()
    expect(page.get_by_role("heading", name="Sites")).to_be_hidden()
