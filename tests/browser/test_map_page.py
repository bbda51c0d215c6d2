"""The pages in a real browser: what they load, what controls and popups do, what happens when things fail."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import (
    MOTT_HAVEN,
    PHONE,
    click_at,
    hide_sites,
    open_map,
    open_popup,
    show_tracts,
    wait_ready,
)

pytestmark = pytest.mark.browser

WEIGHT = 900_000
EVIL = '<img src=x onerror="window.hacked=1">Evil'
SITES = {"developments": "tds", "kiosks": "site_id", "schools": "dbn", "facilities": "facility_id"}
ESTIMATE = re.compile(r"\d+\.\d\s% ± \d+\.\d\spoints")
COUNT = """key => { let n = 0; map_city.eachLayer(one => { if (one.feature && key in one.feature.properties) n += 1; });
           return n; }"""
COLOURS = """() => { const found = []; map_city.eachLayer(one => { const fill = one.options.fillColor;
             if (one.feature && 'gap' in one.feature.properties && one.options.interactive !== false)
               found.push(typeof fill === 'string' ? fill : 'pattern'); }); return found; }"""

GO_TO = """key => { let at;
           map_city.eachLayer(one => { if (one.feature?.properties[key]) at ??= (one.getLatLng ?? one.getCenter).call(one); });
           map_city.setView(at, 16, { animate: false }); return [at.lat, at.lng]; }"""


def areas(page):
    return len(page.evaluate(COLOURS))


def rewrite(page, layer, change):
    """Let the browser see the features of `layer` with their properties changed by `change`."""

    def answer(route):
        body = route.fetch().json()
        for feature in body["features"]:
            change(feature["properties"])
        route.fulfill(content_type="application/geo+json", body=json.dumps(body))

    page.route(f"**/layers/{layer}.geojson", answer)


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


def test_page_names_what_is_made_up(page, service):
    open_map(page, service)
    expect(page.locator(".banner")).to_contain_text("made up")


def test_popup_gives_estimate_margin_and_source(page, watch, service):
    open_map(page, service)
    page.get_by_label("Show on the map").select_option("no_broadband")
    open_popup(page)
    popup = page.locator(".leaflet-popup")
    expect(popup.locator("h3")).to_contain_text("Mott Haven")
    expect(popup).to_contain_text(ESTIMATE)
    expect(popup).to_contain_text(re.compile("reliable|use with care|weak"))
    expect(popup.locator(".from")).to_contain_text(re.compile(r"\d{4}"))
    assert watch.errors == []


def test_popup_gives_interval_rank_tier_and_cluster(page, service):
    open_map(page, service)
    open_popup(page)
    popup = page.locator(".leaflet-popup")
    expect(popup.locator(".scores .current small")).to_have_text(re.compile(r"\d+–\d+$"))
    expect(popup.locator(".scores div", has_text="Supply")).to_contain_text("counted")
    expect(popup.locator(".rank")).to_contain_text(
        re.compile(r"Rank \d+ of \d+ by gap.*90\s% interval \d+–\d+: likely top")
    )
    expect(popup.locator(".cluster")).to_contain_text(re.compile(r"exploratory: high among high.*\d+\s% of draws"))
    expect(popup.get_by_role("link", name="Methods").first).to_have_attribute("href", "/methods#ranks")


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


def test_without_margins_nothing_is_weak_and_the_popup_says_why(page, watch, service):
    bare = dict.fromkeys(("gap_low", "gap_high", "gap_rank_low", "gap_rank_high", "tier", "cluster_survival_share"))
    rewrite(page, "ntas", lambda properties: properties.update(bare, rank_note="no intervals: no margin"))
    open_map(page, service)
    expect(page.get_by_label("Legend")).not_to_contain_text("two classes off")
    open_popup(page)
    expect(page.locator(".scores .current")).to_contain_text("interval not known")
    expect(page.locator(".rank")).to_contain_text(re.compile(r"Rank \d+ of \d+ by gap.*No intervals: no margin\."))
    expect(page.locator(".cluster")).to_contain_text("is not known")
    assert watch.errors == []


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


def test_site_popup(page, service):
    open_map(page, service)
    hide_sites(page)
    page.locator("input[value=kiosks]").check()
    wait_ready(page, "kiosks")
    click_at(page, *page.evaluate(GO_TO, "site_id"))
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text("Counts as working public access")
    expect(popup.locator(".from").first).to_have_text(re.compile("^Source: LinkNYC.*made up$"))


def test_development_popup_names_the_source_of_each_fact(page, watch, service):
    open_map(page, service)
    wait_ready(page, "developments")
    click_at(page, *page.evaluate(GO_TO, "tds"))
    popup = page.locator(".leaflet-popup")
    expect(popup).to_contain_text(re.compile(r"Households without broadband\d+\.\d\s% ± \d+\.\d\spoints"))
    for name, gives in {"American Community Survey": "need", "Public computer centres": "distance"}.items():
        expect(popup.locator("li", has_text=name)).to_contain_text(gives)
    expect(popup.locator("li", has_text="LinkNYC")).to_contain_text("made up: supply, distance")
    expect(popup.get_by_role("link", name="Methods")).to_have_attribute("href", "/methods#priority")
    assert watch.errors == []


def test_names_from_upstream_are_text(page, watch, service):
    rewrite(page, "ntas", lambda properties: properties.update(name=EVIL, note=EVIL, gap=None))
    open_map(page, service)
    open_popup(page)
    expect(page.locator(".leaflet-popup h3")).to_have_text(EVIL)
    expect(page.locator(".leaflet-popup .note")).to_contain_text(EVIL)
    page.evaluate("place => void map_city.setView(place, 14, { animate: false })", [*MOTT_HAVEN])
    page.locator(".folium-map").hover(position={"x": 300, "y": 500})
    expect(page.locator(".label.area").first).to_have_text(EVIL)
    assert page.locator(".folium-map img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert watch.errors == []


def test_missing_values_are_hatched_and_say_why(page, service):
    rewrite(page, "ntas", lambda properties: properties.update(gap=None, need=None, note="too few households"))
    open_map(page, service)
    assert set(page.evaluate(COLOURS)) == {"pattern"}
    open_popup(page)
    expect(page.locator(".scores")).to_contain_text("not known")
    expect(page.locator(".leaflet-popup .note")).to_have_text("Not known: too few households")


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


def focus_map(page):
    """Walk to the map with the tabulator, as those do who use no pointer."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('folium-map')"):
            return


def test_keyboard_alone_opens_a_place(page, service):
    open_map(page, service)
    page.evaluate("place => void map_city.setView(place, 13, { animate: false })", [*MOTT_HAVEN])
    focus_map(page)
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".leaflet-popup h3")).to_contain_text("Mott Haven-Port Morris")
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)


@pytest.mark.parametrize("layer", SITES)
def test_keyboard_alone_opens_a_site(page, watch, service, layer):
    open_map(page, service)
    hide_sites(page)
    page.locator(f"input[value={layer}]").check()
    wait_ready(page, layer)
    page.evaluate(GO_TO, SITES[layer])
    page.evaluate("map_city.panBy([12, 10], { animate: false })")
    focus_map(page)
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup .from").last).to_contain_text("As GeoJSON")
    assert f"/collections/{layer}/" in page.locator(".leaflet-popup a", has_text="As GeoJSON").first.get_attribute(
        "href"
    )
    assert page.evaluate("document.activeElement.classList.contains('place')")
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)
    assert watch.errors == []


def test_methods_page(page, watch, service):
    page.goto(f"{service}/methods")
    for name in ("Indicators", "Tiers", "Worked example", "Variants of the score", "Equity ledger"):
        assert page.get_by_role("region", name=name).locator("tbody tr").count() >= 3, name
    expect(page.locator("#ranks")).to_contain_text("likely top")
    expect(page.locator("#example")).to_contain_text("Mott Haven")
    words = page.locator("main").inner_text()
    assert not re.search(r"\b(nan|None|undefined)\b|not known to", words)
    for link in page.locator(".contents a").all():
        assert page.locator(link.get_attribute("href")).count() == 1
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watch.errors == []


def test_phone(page, watch, service):
    page.set_viewport_size(PHONE)
    open_map(page, service)
    legend = page.get_by_label("Legend")
    expect(legend).to_be_hidden()
    page.get_by_role("button", name="layers and legend").click()
    expect(legend).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(service)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert watch.errors == []


def test_api_page(page, watch, service):
    page.goto(f"{service}/docs")
    expect(page.locator("#swagger-ui")).to_contain_text("/collections")
    assert watch.errors == []


def test_home_page(page, watch, service):
    page.goto(service)
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.locator(".figures dd").first).to_contain_text(re.compile(r"\d"))
    page.get_by_role("link", name="Open the map").click()
    wait_ready(page, "ntas")
    assert watch.errors == []
