"""The table in a real browser: by keyboard, on a phone, without JavaScript, and in step with the map."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE_MS

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
TABLES = ("ntas", "tracts", "cdtas", "boroughs", "developments", "kiosks", "schools", "facilities")
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
DOTTED = """async () => {
  const { isWeak } = await import("/static/map/areas.js");
  const page = new DOMParser().parseFromString(await (await fetch("/map")).text(), "text/html");
  const [gap] = JSON.parse(page.getElementById("config").textContent).measures;
  const { features } = await (await fetch("/layers/ntas.geojson")).json();
  return features.filter(({ properties }) => isWeak(gap, "ntas", properties)).map(({ id }) => id);
}"""
WEAK = """async () => (await (await fetch("/table?f=json")).json()).rows
  .filter(({ reliability }) => reliability === "weak").map(({ nta }) => nta)"""


def tab_to(page, link):
    """Press Tab until `link` has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if link.evaluate("one => one === document.activeElement"):
            return
    pytest.fail("no number of tabs leads there")


def test_a_heading_sorts_by_keyboard(page, watch, service):
    page.goto(f"{service}/table")
    tab_to(page, page.get_by_role("link", name="Residents (sort: highest first)"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/table?sort=-residents#rows")
    expect(page.get_by_role("columnheader", name="Residents")).to_have_attribute("aria-sort", "descending")
    turned = page.get_by_role("link", name="Residents (sort: lowest first)")
    tab_to(page, turned)
    page.keyboard.press("Enter")
    page.wait_for_url("**/table?sort=residents#rows")
    expect(page.get_by_role("columnheader", name="Residents")).to_have_attribute("aria-sort", "ascending")
    assert watch.errors == []


def test_after_sorting_the_next_tab_is_at_the_rows(page, service):
    page.goto(f"{service}/table?sort=name#rows")
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('rows').contains(document.activeElement)")


def test_filters_without_javascript(browser, service):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{service}/table?sort=-residents")
    page.get_by_label("Borough").select_option("Bronx")
    page.get_by_label("Measure").select_option("no_broadband")
    page.get_by_label("Name contains").fill("mo")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ of 262 neighborhoods$"))
    expect(page.get_by_role("columnheader", name="Residents")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_label("Measure")).to_have_value("no_broadband")
    page.get_by_label("Name contains").fill("no such place")
    page.keyboard.press("Enter")
    expect(page.get_by_text("None of the 262 neighborhoods fits.")).to_be_visible()
    page.get_by_role("link", name="Show all 262 neighborhoods").click()
    expect(page.get_by_role("status")).to_have_text("262 of 262 neighborhoods")
    page.get_by_role("link", name="Next page").first.click()
    expect(page.get_by_text("Page 2 of 6", exact=True).first).to_be_visible()
    context.close()


@pytest.mark.parametrize("of", TABLES)
def test_on_a_phone_only_the_table_scrolls(page, watch, service, of):
    page.set_viewport_size(PHONE)
    page.goto(f"{service}/table?of={of}")
    assert page.evaluate(FITS)
    region = page.locator(".scroll")
    region.evaluate("one => { one.scrollLeft = 9999; }")
    assert page.evaluate(FITS)
    assert page.locator("tbody th").first.bounding_box()["x"] >= 0
    assert watch.errors == []


def test_the_map_dots_what_the_table_calls_weak(page, watch, service):
    page.goto(f"{service}/table")
    dotted, weak = page.evaluate(DOTTED), page.evaluate(WEAK)
    assert len(weak) > 0 and sorted(dotted) == sorted(weak)
    assert watch.errors == []


def test_a_print_holds_the_rows_and_not_the_form(page, service):
    page.goto(f"{service}/table")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    expect(page.locator("tbody tr")).to_have_count(50)
    expect(page.get_by_role("link", name="Next page").first).to_be_hidden()
