"""The panel of the chosen place, by pointer and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import GO_TO, SITES, rewrite
from tests.browser.screenshots import MOTT_HAVEN, click_at, hide_sites, open_map, open_place, show_tracts, wait_ready

pytestmark = pytest.mark.browser

EVIL = '<img src=x onerror="window.hacked=1">Evil'
MARK = ".leaflet-chosen-pane path[stroke='#0b1a26']"
"""The line around the chosen place."""

PHONE = {"width": 360, "height": 740}
ESTIMATE = re.compile(r"\d+\.\d\s% ±\s\d+\.\d")


def test_the_panel_says_everything_of_an_area_with_margins_tier_and_sources(page, watch, service):
    open_map(page, service)
    open_place(page)
    panel = page.get_by_role("complementary", name="Mott Haven-Port Morris")
    expect(panel.locator("h2")).to_have_text("Mott Haven-Port Morris")
    expect(panel).to_contain_text(re.compile(r"The gap is \d+\.\d of 100 \(90\s% interval \d+\.\d to \d+\.\d\)"))
    expect(panel).to_contain_text("likely top")
    expect(panel).to_contain_text(ESTIMATE)
    expect(panel).to_contain_text(re.compile("not a significant difference|a significant difference"))
    expect(page.locator("#said")).to_contain_text("Mott Haven-Port Morris")
    assert page.evaluate("document.querySelector('#why').getBoundingClientRect().width") <= 411
    assert watch.errors == []


def test_the_chosen_area_is_marked_and_beside_the_panel(page, service):
    open_map(page, service)
    page.evaluate("place => void map_city.setView(place, 13, { animate: false })", [40.8105, -73.98])
    open_place(page)
    box = page.evaluate("""() => { let found;
        map_city.eachLayer(one => { if (one.feature?.id === 'BX0101') found = one; });
        const corner = map_city.latLngToContainerPoint(found.getBounds().getNorthEast());
        return [corner.x, map_city.getSize().x]; }""")
    expect(page.locator(MARK)).to_have_count(1)
    assert box[0] < box[1] - 410
    page.get_by_role("button", name="Close the panel").click()
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator(MARK)).to_have_count(0)
    page.wait_for_url(re.compile("^((?!place).)*$"))


def test_a_borough_is_told_by_the_map_and_leads_down(page, watch, service):
    open_map(page, service)
    page.locator("input[name=areas][value=boroughs]").check(force=True)
    wait_ready(page, "boroughs")
    page.get_by_label("Show on the map").select_option("no_broadband")
    hide_sites(page)
    click_at(page, *MOTT_HAVEN)
    panel = page.locator("#why")
    expect(panel.locator("h3")).to_have_text("Bronx")
    expect(panel).to_contain_text(re.compile(r"\d+\.\d\s% ± \d+\.\d\spoints"))
    panel.get_by_role("link", name="Its neighborhoods").click()
    page.wait_for_url(re.compile("of=ntas&borough=Bronx"))
    expect(page.locator("tbody tr").first).to_contain_text("Bronx")
    assert watch.errors == []


def test_without_margins_nothing_is_weak(page, watch, service):
    bare = dict.fromkeys(("gap_low", "gap_high", "gap_rank_low", "gap_rank_high", "tier", "cluster_survival_share"))
    rewrite(page, "ntas", lambda properties: properties.update(bare, rank_note="no intervals: no margin"))
    open_map(page, service)
    expect(page.get_by_label("Legend")).not_to_contain_text("two classes off")
    assert watch.errors == []


def test_site_panel(page, service):
    open_map(page, service)
    hide_sites(page)
    page.locator("input[value=kiosks]").check()
    wait_ready(page, "kiosks")
    click_at(page, *page.evaluate(GO_TO, "site_id"))
    panel = page.locator("#why")
    expect(panel).to_contain_text("Counts as working public access")
    expect(panel.locator(".from").first).to_have_text(re.compile("^Source: LinkNYC.*made up$"))


def test_development_panel_is_the_brief_of_the_development(page, watch, service):
    open_map(page, service)
    wait_ready(page, "developments")
    click_at(page, *page.evaluate(GO_TO, "tds"))
    panel = page.locator("#why")
    expect(panel.locator("article.why")).to_have_attribute("data-layer", "developments")
    expect(panel).to_contain_text("Big Apple Connect")
    assert watch.errors == []


def test_a_panel_that_cannot_be_loaded_keeps_what_the_map_knows_and_can_be_asked_again(page, service):
    open_map(page, service)
    hide_sites(page)
    page.route("**/nta/BX0101?f=panel", lambda route: route.fulfill(status=503))
    click_at(page, *MOTT_HAVEN)
    panel = page.locator("#why")
    expect(panel.locator(".failed")).to_have_text("Not loaded: the server answered 503 Try again")
    expect(panel.locator("h3")).to_contain_text("Mott Haven")
    expect(panel).to_contain_text(ESTIMATE)
    page.unroute("**/nta/BX0101?f=panel")
    page.route("**/nta/BX0101?f=panel", lambda route: route.abort())
    panel.get_by_role("button", name="Try again").click()
    expect(panel.locator(".failed")).to_contain_text("Not loaded: no connection")
    page.unroute("**/nta/BX0101?f=panel")
    panel.get_by_role("button", name="Try again").click()
    expect(panel.locator("h2")).to_have_text("Mott Haven-Port Morris")


def test_names_from_upstream_are_text(page, watch, service):
    rewrite(page, "ntas", lambda properties: properties.update(name=EVIL, note=EVIL, gap=None))
    open_map(page, service)
    hide_sites(page)
    page.route("**/nta/BX0101?f=panel", lambda route: route.fulfill(status=404))
    click_at(page, *MOTT_HAVEN)
    expect(page.locator("#why h3")).to_have_text(EVIL)
    expect(page.locator("#why .note").first).to_contain_text(EVIL)
    page.get_by_role("button", name="Close the panel").click()
    page.evaluate("place => void map_city.setView(place, 14, { animate: false })", [*MOTT_HAVEN])
    page.locator(".folium-map").hover(position={"x": 300, "y": 500})
    expect(page.locator(".label.area").first).to_have_text(EVIL)
    assert page.locator(".folium-map img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert [error for error in watch.errors if "404" not in error] == []


def focus_map(page):
    """Walk to the map with the tabulator, as those do who use no pointer."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('folium-map')"):
            return


def test_keyboard_alone_opens_a_place_and_comes_back(page, service):
    open_map(page, service)
    page.evaluate("place => void map_city.setView(place, 13, { animate: false })", [*MOTT_HAVEN])
    focus_map(page)
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#why h2")).to_have_text("Mott Haven-Port Morris")
    assert page.evaluate("document.activeElement.id") == "why"
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    assert page.evaluate("document.activeElement.classList.contains('folium-map')")


@pytest.mark.parametrize("layer", SITES)
def test_keyboard_alone_opens_a_site(page, watch, service, layer):
    open_map(page, service)
    hide_sites(page)
    page.locator(f"input[value={layer}]").check()
    wait_ready(page, layer)
    page.evaluate(GO_TO, SITES[layer])
    page.evaluate("void map_city.panBy([12, 10], { animate: false })")
    focus_map(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"place={layer}/"))
    expect(page.locator("#why article").first).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "why"
    page.keyboard.press("Escape")
    expect(page.locator("#why")).to_be_hidden()
    assert watch.errors == []


def test_a_link_keeps_its_view_and_marks_the_place_when_it_comes_on_the_map(page, watch, service):
    page.goto(f"{service}/map#view=40.60000,-74.10000,14&place=tracts/36005001901")
    expect(page.locator("#why h2")).to_contain_text("tract")
    wait_ready(page, "tracts")
    expect(page.locator("#why article")).to_be_visible()
    page.wait_for_url(re.compile(r"view=40\.60000,-74\.10000,14&place=tracts/36005001901"))
    expect(page.locator(MARK)).to_have_count(0)
    page.evaluate("place => void map_city.setView(place, 14, { animate: false })", [*MOTT_HAVEN])
    expect(page.locator(MARK)).to_have_count(1)
    assert watch.errors == []


def test_a_link_to_a_place_alone_goes_there(page, service):
    page.goto(f"{service}/map#place=tracts/36005001901")
    expect(page.locator("#why h2")).to_contain_text("tract")
    page.wait_for_url(re.compile(r"view=40\.8"))
    expect(page.locator(MARK)).to_have_count(1)


def test_sites_in_a_chosen_area_can_be_chosen(page, service):
    open_map(page, service)
    hide_sites(page)
    page.locator("input[value=kiosks]").check()
    wait_ready(page, "kiosks")
    at = page.evaluate(GO_TO, "site_id")
    page.locator(".folium-map").focus()
    page.keyboard.press("Shift+Enter")
    page.wait_for_url(re.compile("place=ntas/"))
    click_at(page, *at)
    page.wait_for_url(re.compile("place=kiosks/"))


def test_the_mark_stays_under_another_measure_and_goes_with_the_panel(page, service):
    open_map(page, service)
    wait_ready(page, "developments")
    click_at(page, *page.evaluate(GO_TO, "tds"))
    page.wait_for_url(re.compile("place=developments/"))
    page.get_by_label("Show on the map").select_option("need")
    expect(page.locator(MARK)).to_have_count(1)
    page.get_by_role("button", name="Close the panel").click()
    expect(page.locator(MARK)).to_have_count(0)
    lines = """() => { const found = new Set(); map_city.eachLayer(one => {
               if (one.feature?.properties.tds) found.add(one.options.color); }); return [...found]; }"""
    assert page.evaluate(lines) == ["#2b2140"]


def test_the_panel_follows_the_measure_and_goes_with_its_layer(page, service):
    open_map(page, service)
    hide_sites(page)
    page.locator("input[name=areas][value=boroughs]").check(force=True)
    wait_ready(page, "boroughs")
    click_at(page, *MOTT_HAVEN)
    panel = page.locator("#why")
    page.get_by_label("Show on the map").select_option("no_broadband")
    expect(panel.locator("tr.current")).to_contain_text("broadband")
    page.locator("input[value=developments]").check()
    wait_ready(page, "developments")
    click_at(page, *page.evaluate(GO_TO, "tds"))
    page.wait_for_url(re.compile("place=developments/"))
    page.locator("input[value=developments]").uncheck()
    expect(panel).to_be_hidden()
    page.wait_for_url(re.compile("^((?!place).)*$"))


def test_on_a_phone_a_chosen_place_folds_the_controls(page, service):
    page.set_viewport_size(PHONE)
    open_map(page, service)
    page.locator(".handle").click()
    hide_sites(page)
    page.evaluate("place => void map_city.setView(place, 12, { animate: false })", [*MOTT_HAVEN])
    click_at(page, *MOTT_HAVEN)
    expect(page.locator(".controls")).to_be_hidden()
    expect(page.locator("#why h2")).to_be_visible()


def test_tracts_come_by_boxes_of_what_is_in_view(page, watch, service):
    page.goto(f"{service}/map#measure=supply&view=40.81000,-73.92000,14")
    wait_ready(page, "ntas")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/layers/tracts" in request.url else None)
    show_tracts(page)
    first = len(asked)
    assert 1 <= first <= 6 and all("bbox=" in url for url in asked)
    page.evaluate("void map_city.panBy([30, 0], { animate: false })")
    expect(page.get_by_label("Legend")).to_contain_text("Areas in view:")
    page.evaluate("void map_city.setView([40.65, -73.95], 14, { animate: false })")
    wait_ready(page, "tracts")
    expect(page.get_by_label("Legend")).to_contain_text("no value")
    assert len({*asked}) == len(asked) > first
    assert watch.errors == []
