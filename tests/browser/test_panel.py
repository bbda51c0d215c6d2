"""The popups of areas and sites, by pointer and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import GO_TO, SITES, rewrite
from tests.browser.screenshots import MOTT_HAVEN, click_at, hide_sites, open_map, open_popup, wait_ready

pytestmark = pytest.mark.browser

EVIL = '<img src=x onerror="window.hacked=1">Evil'
ESTIMATE = re.compile(r"\d+\.\d\s% ± \d+\.\d\spoints")


def test_popup_gives_estimate_margin_and_source(page, watch, service):
    open_map(page, service)
    page.get_by_label("Show on the map").select_option("no_broadband")
    open_popup(page)
    popup = page.locator(".leaflet-popup")
    expect(popup.locator("h3")).to_contain_text("Mott Haven")
    expect(popup).to_contain_text(ESTIMATE)
    expect(popup).to_contain_text(re.compile("good|fair|weak"))
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
    page.evaluate("void map_city.panBy([12, 10], { animate: false })")
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
