"""The dashboard in a real browser: on a desk, on a phone, on paper, and from a borough down to a tract."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import PHONE

pytestmark = pytest.mark.browser
NARROW = {"width": 360, "height": 780}
SMALL_TARGETS = """() => [...document.querySelectorAll('main a, main summary')].filter(target => {
    const box = target.getBoundingClientRect();
    return box.width && (box.height < 23.9 || box.width < 23.9); }).map(target => target.textContent)"""
PAGES = re.compile(rb"/Type\s*/Page\b")


def test_the_numbers_are_there(page, watch, service):
    page.goto(service)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    for name in ("People who are left without", "Big Apple Connect", "Link5G", "The five boroughs"):
        expect(page.get_by_role("region", name=name, exact=True)).to_contain_text(re.compile(r"\d"))
    expect(page.get_by_role("region", name="Table of boroughs").locator("tbody tr")).to_have_count(5)
    expect(page.get_by_role("img", name=re.compile(r"Link5G: 205 built of 2,000 promised"))).to_be_visible()
    expect(
        page.get_by_role("img", name=re.compile(r"Households that subscribe.* on .* of .* households"))
    ).to_be_visible()
    assert page.evaluate(SMALL_TARGETS) == []
    assert watch.errors == []


def test_from_a_borough_to_a_tract(page, watch, service):
    page.goto(service)
    page.get_by_role("row", name=re.compile("^Bronx neighborhoods")).get_by_role("link", name="neighborhoods").click()
    page.wait_for_url("**/table?of=ntas&borough=Bronx")
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/nta/BX*")
    page.locator("a[href*='/tracts/36005']").first.click()
    page.wait_for_url("**/tracts/36005*")
    assert watch.errors == []


def test_the_dates_of_reports_by_keyboard(page, service):
    page.goto(service)
    summary = page.get_by_text(re.compile("The last .* reporting dates"))
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Table of reporting dates").locator("tbody tr").first).to_be_visible()


@pytest.mark.parametrize("size", [NARROW, PHONE, {"width": 640, "height": 400}], ids=["360", "phone", "zoomed"])
def test_nothing_is_cut_off(page, watch, service, size):
    page.set_viewport_size(size)
    page.goto(service)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate(SMALL_TARGETS) == []
    assert watch.errors == []


def test_without_scripts_all_of_it_is_there(browser, service):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(service)
    expect(page.get_by_role("region", name="Table of boroughs").locator("tbody tr")).to_have_count(5)
    expect(page.get_by_role("link", name="Every Link5G kiosk")).to_be_visible()
    context.close()


def test_paper(page, service):
    page.goto(service)
    assert len(PAGES.findall(page.pdf(format="A4"))) <= 6
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})
    expect(page.get_by_role("link", name="Open the map")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
