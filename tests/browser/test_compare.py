"""Comparing in a real browser: without JavaScript, on a phone, by keyboard; and two snapshots where there are two."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.running import running
from tests.snapshots import NOW, small

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 800}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
PAIR = "/compare?a=BX0101&b=MN0101"


@pytest.fixture(scope="module")
def two(browser, tmp_path_factory):
    """The address of a service on the made-up city with an earlier snapshot."""
    var = tmp_path_factory.mktemp("two")
    small(var)
    small(var, now=NOW + timedelta(days=300))
    with running(var) as address:
        yield address


def test_two_areas_are_compared_without_javascript(browser, service):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service}/compare")
    page.get_by_label("First area (A)").fill("Mott Haven-Port Morris")
    page.get_by_label("Second area (B)").fill("MN0101")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Mott Haven-Port Morris and Financial District-Battery Park City compared"
    )
    row = page.get_by_role("row", name="Households without broadband of any type")
    expect(row).to_contain_text("A is higher: significant at 90 %")
    expect(row.get_by_role("img")).to_have_attribute(
        "aria-label",
        re.compile("^Households without broadband of any type: A 18.1.% ±.2.8, B 2.3.% ±.1.3; .* from 0 to 25 %$"),
    )
    page.get_by_role("link", name="Boroughs").click()
    expect(page.locator("datalist option")).to_have_count(5)
    context.close()


def test_a_mistake_is_told_beside_what_was_typed(page, service):
    page.goto(f"{service}/compare?a=Mott&b=MN0101")
    expect(page.get_by_role("alert")).to_contain_text("near to it: Mott Haven-Port Morris")
    expect(page.get_by_label("First area (A)")).to_have_value("Mott")
    expect(page.get_by_label("Second area (B)")).to_have_value("MN0101")


@pytest.mark.parametrize("path", [PAIR, "/compare", "/compare?of=boroughs&a=Bronx&b=Queens", "/changes"])
def test_nothing_is_wider_than_the_screen(page, watch, service, path):
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.goto(f"{service}{path}")
        assert page.evaluate(FITS), size
        for region in page.locator(".scroll").all():
            assert region.evaluate("one => one.scrollWidth <= one.clientWidth + 1"), size
    assert watch.errors == []


def test_headings_tables_and_pictures_are_named(page, service, two):
    for address in (f"{service}{PAIR}", f"{two}/changes?of=tracts&measure=supply"):
        page.goto(address)
        levels = page.locator("h1, h2, h3").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
        assert levels[0] == 1 and all(level == 2 for level in levels[1:])
        assert page.locator("th:not([scope])").count() == page.locator("table:not(:has(caption))").count() == 0
        assert page.locator("svg:not([role=img][aria-label]):not([aria-hidden])").count() == 0
        small = page.locator("main a, main button, main input, main select").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height).filter(height => height && height < 15)"
        )
        assert small == []


def test_marks_are_where_the_numbers_say(page, service):
    """18.1 % ± 2.8 on a scale to 25 %: the mark at 72.6 % of it, its line from 61.5 to 83.6 %."""
    page.goto(f"{service}{PAIR}")
    [at, low, high] = page.locator("td.picture svg").first.evaluate(
        """svg => {
          const whole = svg.getBoundingClientRect();
          const [mark, line] = ['circle.a', 'line.a'].map(one => svg.querySelector(one).getBoundingClientRect());
          return [mark.left + mark.width / 2, line.left, line.right].map(x => 100 * (x - whole.left) / whole.width);
        }"""
    )
    assert (at, low, high) == pytest.approx((72.6, 61.5, 83.6), abs=0.3)


def test_two_snapshots_are_chosen_and_told_apart(page, watch, two):
    page.goto(f"{two}/changes")
    expect(page.get_by_role("status")).to_contain_text("not comparable in this measure")  # no years are stated
    page.get_by_label("Measure").select_option("supply")
    page.get_by_label("Areas").select_option("tracts")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Supply")).to_be_visible()
    expect(page.get_by_label("Areas")).to_have_value("tracts")
    expect(page.get_by_role("row", name="Brooklyn tract 0100")).to_contain_text("the same")
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        assert page.evaluate(FITS), size
    assert watch.errors == []


def test_one_snapshot_alone_says_what_to_do(page, service):
    page.goto(f"{service}/changes")
    expect(page.get_by_role("status")).to_contain_text("equity-map ingest")
    expect(page.get_by_role("link", name="Compare two areas of this snapshot")).to_be_visible()
