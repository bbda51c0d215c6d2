"""What people come for, from the first page to the answer: by pointer, keyboard, on paper, phones, without scripts."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.screenshots import MOTT_HAVEN, hide_sites, open_map, open_place, wait_ready

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
ZOOMED = {"width": 640, "height": 400}
"""What 200 % zoom leaves of 1280 by 800."""

PAGES = (
    *("/", "/map", "/table", "/table?of=developments", "/search?q=mott", "/nta/BX0101", "/tracts/36005001901"),
    *(
        "/developments/049",
        "/study-area?lon=-73.92&lat=40.81&radius_m=800&f=html",
        "/compare?of=ntas&a=BX0101&b=MN0101",
    ),
    *("/changes", "/plan", "/plan/waves/1", "/outreach", "/follow-up", "/methods", "/collections?f=html"),
    *("/collections/ntas/items?f=html", "/collections/ntas/schema?f=html", "/conformance?f=html"),
)


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def tab_to(page, selector: str) -> None:
    """Walk by the tabulator until what `selector` names has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the tabulator does not come to {selector}")


def test_find_mott_haven_and_read_its_tier_and_margin(page, watch, service):
    page.goto(service)
    page.get_by_role("link", name="Open the map").click()
    wait_ready(page, "ntas")
    page.get_by_label("Find a place").fill("mott haven")
    page.get_by_role("option", name=re.compile("Mott Haven-Port Morris")).first.click()
    panel = page.get_by_role("complementary", name="Mott Haven-Port Morris")
    expect(panel).to_contain_text("likely top")
    expect(panel).to_contain_text(re.compile(r"\d+\.\d\s% ±\s\d+\.\d"))
    page.wait_for_url(re.compile("place=ntas/BX0101"))
    assert watch.errors == []


def test_layers_measure_and_a_place_by_the_keyboard_alone(page, watch, service):
    open_map(page, service)
    tab_to(page, "#measure")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Legend")).to_contain_text("Need")
    tab_to(page, "input[name=areas]")
    page.keyboard.press("ArrowRight")
    wait_ready(page, "tracts")
    tab_to(page, "input[value=kiosks]")
    page.keyboard.press("Space")
    wait_ready(page, "kiosks")
    page.keyboard.press("Space")
    expect(page.locator("html")).to_have_attribute("data-kiosks", "off")
    tab_to(page, "a[data-way=table]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/table\?of=tracts&measure=need"))
    assert watch.errors == []


def test_the_map_moves_zooms_and_opens_by_the_keyboard(page, service):
    open_map(page, service)
    tab_to(page, ".folium-map")
    before = page.evaluate("[map_city.getCenter().lat, map_city.getZoom()]")
    page.keyboard.press("ArrowUp")
    page.wait_for_url(re.compile("view="))
    page.keyboard.press("+")
    page.wait_for_url(re.compile(r"view=[^&]*,1[1-9]"))
    after = page.evaluate("[map_city.getCenter().lat, map_city.getZoom()]")
    assert after[0] > before[0] and after[1] > before[1]
    page.evaluate("place => void map_city.setView(place, 13, { animate: false })", [*MOTT_HAVEN])
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#why h2")).to_have_text("Mott Haven-Port Morris")
    outline = page.evaluate("getComputedStyle(document.querySelector('#why')).outlineStyle")
    assert outline == "solid"


def test_the_map_on_paper_says_what_it_shows(page, service):
    open_map(page, service)
    open_place(page)
    words = words_of(page.pdf(prefer_css_page_size=True, print_background=True))
    for said in ("Coverage gap", "63 or more", "Source:", "made up", "Mott Haven-Port Morris", "likely top", "Method"):
        assert said in words, said
    assert "Find a place" not in words


def test_a_place_on_paper_says_its_tier_margins_and_sources(page, service):
    page.goto(f"{service}/nta/BX0101")
    words = words_of(page.pdf(format="Letter"))
    for said in ("Mott Haven-Port Morris", "likely top", "±", "ACS 2019–2023", "snapshot"):
        assert said in words, said


def test_without_scripts_pages_tables_and_downloads_work(browser, service):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service}/map")
    assert "The map needs JavaScript." in page.content()  # Chromium, told to run none, still hides <noscript>
    page.get_by_role("link", name="See as a table").click()
    page.locator("select[name=borough]").select_option("Bronx")
    page.get_by_role("button", name=re.compile("Show")).first.click()
    expect(page.locator("tbody tr").first).to_contain_text("Bronx")
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").first.click()
    with saved.value.path().open() as rows:
        assert len(rows.readlines()) > 30
    page.goto(f"{service}/search?q=mott+havn")
    page.get_by_role("link", name=re.compile("Mott Haven-Port Morris")).first.click()
    expect(page.locator("h1")).to_have_text("Mott Haven-Port Morris")
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone_or_a_zoomed_window(page, service, path):
    for size in (PHONE, ZOOMED):
        page.set_viewport_size(size)
        page.goto(f"{service}{path}")
        if path == "/map":
            wait_ready(page, "ntas")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, size


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_the_map_can_be_used_in_a_small_window(page, watch, service, size):
    page.set_viewport_size(size)
    open_map(page, service)
    if page.locator(".handle").is_visible():
        page.locator(".handle").click()
    hide_sites(page)
    page.get_by_label("Show on the map").select_option("supply")
    expect(page.get_by_label("Legend")).to_contain_text("Supply")
    if page.locator(".handle").is_visible():
        page.locator(".handle").click()
    page.evaluate("place => void map_city.setView(place, 12, { animate: false })", [*MOTT_HAVEN])
    box = page.locator(".folium-map").bounding_box()
    assert box["height"] >= 150
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#why h2")).to_be_visible()
    page.get_by_role("button", name="Close the panel").click()
    expect(page.locator("#why")).to_be_hidden()
    assert watch.errors == []
