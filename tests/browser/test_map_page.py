"""The map in a real browser: what it loads, what controls and legend do, what happens when things fail."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import COLOURS, SITES, rewrite
from tests.browser.screenshots import MOTT_HAVEN, click_at, hide_sites, open_map, show_tracts, wait_ready

pytestmark = pytest.mark.browser

WEIGHT = 900_000
COUNT = """key => { let n = 0; map_city.eachLayer(one => { if (one.feature && key in one.feature.properties) n += 1; });
           return n; }"""


def areas(page):
    return len(page.evaluate(COLOURS))


def test_first_view_is_light_and_clean(page, watch, service):
    open_map(page, service)
    page.wait_for_load_state("networkidle")
    assert watch.errors == []
    assert watch.hosts == {"127.0.0.1"}
    loaded = page.evaluate(
        "performance.getEntries().filter(one => 'transferSize' in one).map(one => [one.name, one.transferSize])"
    )
    assert not [name for name, _ in loaded if "tracts" in name or "kiosks" in name]
    assert sum(size for _, size in loaded) <= WEIGHT, loaded
    assert len(page.request.get(f"{service}/map").body()) <= 100_000


def test_first_view_obeys_at_once(page, service):
    """Leaflet ignores every wish to move while it animates, so the first view must not."""
    page.add_init_script(
        "window.busy = []; new MutationObserver(() => busy.push(window.map_city?._animatingZoom ?? false))"
        ".observe(document, { childList: true, subtree: true })"
    )
    open_map(page, service)
    seen = page.evaluate("busy")
    assert seen and not any(seen)


def test_page_names_what_is_made_up(page, service):
    open_map(page, service)
    expect(page.locator(".banner")).to_contain_text("made up")


def test_tracts_replace_neighborhoods(page, watch, service):
    open_map(page, service)
    few = areas(page)
    show_tracts(page)
    assert few < 300 < 2_000 < areas(page)
    page.locator("input[name=areas][value=ntas]").check(force=True)
    wait_ready(page, "ntas")
    assert areas(page) == few
    assert watch.errors == []


def test_measure_recolours_and_renames(page, service):
    open_map(page, service)
    before, picture = page.evaluate(COLOURS), page.locator(".folium-map").screenshot()
    page.get_by_label("Show on the map").select_option("no_broadband")
    assert page.evaluate(COLOURS) != before
    assert page.locator(".folium-map").screenshot() != picture
    legend = page.get_by_label("Legend")
    expect(legend).to_contain_text("broadband")
    expect(legend).to_contain_text("%")
    expect(legend).to_contain_text("no value")
    expect(legend).to_contain_text("Source:")
    expect(legend).to_contain_text(re.compile(r"\d+\s% of areas could be in another class \(90\s% intervals\)"))
    page.get_by_label("Show on the map").select_option("supply")
    expect(legend).to_contain_text("Counted, not surveyed")


def test_weak_values_look_weak(page, service):
    def unsure(properties):
        properties.update(gap=50, gap_low=0, gap_high=50)

    rewrite(page, "ntas", unsure)
    open_map(page, service)
    assert set(page.evaluate(COLOURS)) == {"pattern"}
    expect(page.get_by_label("Legend")).to_contain_text(re.compile(r"could be two classes off\s*262 areas"))


def test_a_layer_without_values_has_no_classes_but_a_reason(page, watch, service):
    open_map(page, service)
    show_tracts(page)
    legend = page.get_by_label("Legend")
    expect(legend).to_contain_text(
        "No census tract has a value: the survey file of this snapshot is by NTA, not by tract."
    )
    expect(legend.locator(".classes")).to_have_count(0)
    page.get_by_label("Show on the map").select_option("supply")
    expect(legend.locator(".classes")).to_have_count(1)
    assert watch.errors == []


@pytest.mark.parametrize("layer", SITES)
def test_sites_come_and_go(page, watch, service, layer):
    open_map(page, service)
    key, box = SITES[layer], page.locator(f"input[value={layer}]")
    box.uncheck()
    assert page.evaluate(COUNT, key) == 0
    box.check()
    wait_ready(page, layer)
    assert page.evaluate(COUNT, key) > 20
    assert page.locator(f"[data-layer={layer}] .keys svg").count() >= 1
    box.uncheck()
    assert page.evaluate(COUNT, key) == 0
    assert watch.errors == []


def test_missing_values_are_hatched_and_say_why(page, service):
    rewrite(page, "ntas", lambda properties: properties.update(gap=None, need=None, note="too few households"))
    open_map(page, service)
    assert set(page.evaluate(COLOURS)) == {"pattern"}
    page.route("**/nta/BX0101?f=panel", lambda route: route.abort())
    hide_sites(page)
    click_at(page, *MOTT_HAVEN)
    expect(page.locator("#why .scores")).to_contain_text("not known")
    expect(page.locator("#why .note")).to_have_text("Not known: too few households")


def test_a_layer_that_fails_says_so_and_can_be_tried_again(page, service):
    open_map(page, service)
    page.route("**/layers/schools.geojson", lambda route: route.fulfill(status=503))
    page.locator("input[value=schools]").check()
    row = page.locator("[data-layer=schools]")
    expect(row.locator(".failed")).to_contain_text("could not be loaded: the server answered 503")
    page.unroute("**/layers/schools.geojson")
    row.get_by_role("button", name="Try again").click()
    wait_ready(page, "schools")
    expect(row.locator(".failed")).to_have_count(0)
