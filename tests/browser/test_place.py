"""A place on paper, on a phone and without JavaScript, in a real browser."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAPERS = ("A4", "Letter")
PAGES = re.compile(rb"/Type\s*/Page\b")
NARROW = {"width": 360, "height": 780}
PLACES = (
    *("/nta/BX0101", "/nta/QN1304", "/nta/BK1803", "/nta/BX2691", "/nta/MN0191", "/tracts/36005001901"),
    *("/nta/BX0101?lang=es", "/nta/QN1304?lang=es", "/nta/BX0101?lang=zh"),
)


def pages_of(page, paper):
    return len(PAGES.findall(page.pdf(format=paper)))


@pytest.mark.parametrize("path", PLACES)
def test_a_place_is_one_sheet(page, watch, service, path):
    page.goto(f"{service}{path}")
    for paper in PAPERS:
        assert pages_of(page, paper) == 1, paper
    assert watch.errors == []


def test_there_is_room_for_more_words(page, service):
    """A fifth indicator in both tables, and a longer name of every site."""
    page.goto(f"{service}/nta/QN1304")
    page.evaluate(
        """() => {
          for (const row of document.querySelectorAll('.sums tr.indicator:nth-child(2), .versus tbody tr:first-child'))
            row.after(row.cloneNode(true));
          document.querySelectorAll('.pair li a').forEach(link => link.append(' and Annex'));
        }"""
    )
    for paper in PAPERS:
        assert pages_of(page, paper) == 1, paper


@pytest.mark.parametrize("path", PLACES)
def test_nothing_is_wider_than_the_screen(page, watch, service, path):
    for size in ({"width": 1280, "height": 800}, NARROW):
        page.set_viewport_size(size)
        page.goto(f"{service}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), size
        for region in page.locator(".scroll").all():
            assert region.evaluate("one => one.scrollWidth <= one.clientWidth + 1"), size
    assert watch.errors == []


def test_headings_tables_and_pictures_are_named(page, service):
    page.goto(f"{service}/nta/BX0101")
    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and all(level == 2 for level in levels[1:])
    assert page.locator("th:not([scope])").count() == 0
    expect(page.get_by_role("img", name=re.compile("^from 0.0 to 67.1"))).to_be_visible()
    assert page.locator(".why svg:not([role=img][aria-label])").count() == 0


def test_bars_are_where_the_numbers_say(page, service):
    page.goto(f"{service}/nta/BX0101")
    rows = page.locator(".sums tbody tr").evaluate_all(
        """rows => rows.map(row => {
          const [all, bar] = ['svg', 'rect.adds'].map(one => row.querySelector(one).getBoundingClientRect());
          return [row.className, 100 * (bar.left - all.left) / all.width, 100 * bar.width / all.width];
        })"""
    )
    dimensions = [row for row in rows if row[0] in ("dimension", "reach")]
    for before, after in pairwise(dimensions):
        assert after[1] == pytest.approx(before[1] + before[2], abs=0.2)
    assert rows[-1] == ["gap", pytest.approx(0, abs=0.2), pytest.approx(67.1, abs=0.2)]


def test_without_javascript_everything_is_there(browser, service):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service}/nta/BX0101")
    expect(page.get_by_role("region", name="The parts of the gap").locator("tbody tr")).to_have_count(10)
    page.get_by_role("link", name="19.01", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bronx tract 19.01")
    page.get_by_role("link", name="Mott Haven-Port Morris", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mott Haven-Port Morris")
    context.close()
