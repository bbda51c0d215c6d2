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
    page.route("**/layers/facilities.geojson", lambda route: route.abort())
    page.locator("input[value=facilities]").check()
    expect(page.locator("[data-layer=facilities] .failed")).to_contain_text("could not be loaded: no connection.")


def hold(page, address):
    """The requests for `address`, which wait until they are let go."""
    held = []
    page.route(address, lambda route: held.append(route))
    return held


def test_another_layer_does_not_wipe_what_the_areas_say(page, service):
    held = hold(page, "**/layers/boroughs.geojson")
    page.goto(f"{service}/map#place=ntas/nope")
    status = page.locator("#status")
    expect(status).to_have_text("There is no nope on this map.")
    held[0].continue_()
    wait_ready(page, "outline")
    expect(status).to_have_text("There is no nope on this map.")


def test_areas_that_fail_say_so_until_they_are_there(page, service):
    held = hold(page, "**/layers/boroughs.geojson")
    page.route("**/layers/ntas.geojson", lambda route: route.fulfill(status=503))
    page.goto(f"{service}/map")
    status = page.locator("#status")
    expect(status).to_contain_text("could not be loaded: the server answered 503.")
    held[0].continue_()
    wait_ready(page, "outline")
    page.evaluate("void map_city.panBy([30, 0], { animate: false })")
    expect(status).to_contain_text("could not be loaded: the server answered 503.")
    page.unroute("**/layers/ntas.geojson")
    status.get_by_role("button", name="Try again").click()
    wait_ready(page, "ntas")
    expect(status).to_have_text("")


TRACTS = """() => { const found = []; map_city.eachLayer(one => { const { id, properties } = one.feature ?? {};
            if (/^\\d{11}$/.test(id))
              found.push([Boolean(properties.tried), map_city.getBounds().intersects(one.getBounds())]); });
            return found; }"""
"""Of each tract that is drawn, whether it has tried scores, and whether it is in view."""


@pytest.mark.parametrize("trial", ["published", "tried"])
def test_what_came_is_drawn_when_a_part_fails_and_under_the_weights_that_hold(page, service, trial):
    terms = "&walk=150" if trial == "tried" else ""
    page.goto(f"{service}/map#areas=tracts&measure=supply{terms}&view=40.81000,-73.92000,13")
    wait_ready(page, "tracts")
    if terms:
        expect(page.locator("html")).to_have_attribute("data-trial", "tried")
    before = page.evaluate(TRACTS)
    asked = []

    def fail_one(route):
        asked.append(route)
        route.abort() if len(asked) == 5 else route.continue_()

    page.route("**/layers/tracts.geojson?*", fail_one)
    page.evaluate("void map_city.setView([40.65, -73.95], 12, { animate: false })")
    status = page.locator("#status")
    expect(status).to_contain_text("could not be loaded: no connection.")
    after = page.evaluate(TRACTS)
    assert len(after) > len(before) > 0 and {is_tried for is_tried, _ in after} == {trial == "tried"}
    counts = page.locator("#legend .classes .count").all_text_contents()  # the sample tries no tract: none then
    assert sum(int(count.split()[0].replace(",", "")) for count in counts) == sum(seen for _, seen in after) * (
        not terms
    )
    page.unroute("**/layers/tracts.geojson?*")
    status.get_by_role("button", name="Try again").click()
    wait_ready(page, "tracts")
    expect(status).to_have_text("")
    assert len(page.evaluate(TRACTS)) > len(after)
