"""The briefs on paper, and the pages around them in a real browser."""

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from app.main import create_app
from app.settings import Settings
from app.wave import MOST_ROWS
from tests.calling import calling
from tests.city import developments
from tests.snapshots import small
from tests.test_briefs import REPORTS

pytestmark = pytest.mark.browser

PAPERS = ("A4", "Letter")
PAGES = re.compile(rb"/Type\s*/Page\b")
LONG = "Scattered sites of several neighborhoods (Phase III)"
TERMS = "minimum=Bronx:20%25,Queens:5%25&provider=Bronx:Optimum,Brooklyn:Spectrum&exclude=005,006,009,016,017,020,024"


def pages_of(page, paper):
    return len(PAGES.findall(page.pdf(format=paper)))


@pytest.mark.parametrize("paper", PAPERS)
def test_the_brief_of_every_development_is_one_page(page, client, service, paper):
    listed = client.json("/collections/developments/items", limit=1000)["features"]
    longest = sorted(listed, key=lambda one: -len("".join(str(value) for value in one["properties"].values())))
    left = [one for one in listed if not one["properties"]["eligible"]]
    for one in (*longest[:5], *left[:2]):
        page.goto(f"{service}/developments/{one['id']}")
        assert pages_of(page, paper) == 1, one["id"]


@pytest.mark.parametrize("query", ["waves=4", "waves=1&budget=inf", f"waves=1&budget=inf&{TERMS}"])
def test_the_brief_of_a_wave_is_one_page(page, service, query):
    page.set_default_timeout(60_000)
    page.goto(f"{service}/plan/waves/1?{query}")
    rows = page.get_by_role("region", name="Developments of this wave").locator("tbody tr")
    if "inf" in query:
        assert rows.count() == MOST_ROWS
        expect(page.locator("main")).to_contain_text(re.compile(r"\d+ developments more, of less need than these"))
        page.evaluate("name => document.querySelectorAll('.compact a').forEach(a => a.textContent = name)", LONG)
    for paper in PAPERS:
        assert pages_of(page, paper) == 1, paper


def test_the_longest_words_fit_on_one_page(page, tmp_path):
    """Every text of a brief at its longest, drawn by the service and printed from what it answered."""
    named = developments().assign(
        name=f"{LONG} {LONG}",
        borough="Brooklyn/Queens",
        community_district="1; 2; 3; 12",
        council_district="26; 34; 51",
    )
    one = REPORTS.drop_duplicates("tds")
    reports = pd.concat([REPORTS, one.assign(reported="2026-01-05", record=one["tds"] + " 2026-01-05")])
    small(tmp_path, developments=named, enrollment=reports)
    with calling(create_app(Settings(var=tmp_path))) as client:
        for tds in ("001", "003", "004", "005"):
            html = client.get(f"/developments/{tds}").text
            styles = "".join(
                client.get(path).text for path in re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
            )
            page.set_content(re.sub(r"<link[^>]+>", "", html).replace("</head>", f"<style>{styles}</style></head>"))
            longer = "; around it 44 % of households have no cable, fibre or DSL" * 6
            page.evaluate("words => document.querySelector('main h2 + p').append(words)", longer)
            for paper in PAPERS:
                assert pages_of(page, paper) == 1, (tds, paper)


def test_a_brief_is_reached_from_the_lists(page, watch, service):
    page.goto(f"{service}/outreach")
    page.get_by_role("link", name="Bronx", exact=True).click()
    page.wait_for_url(f"{service}/outreach?borough=Bronx")
    page.get_by_role("region", name="Outreach list").get_by_role("link").first.click()
    expect(page.locator(".over")).to_contain_text("NYCHA development, TDS")
    expect(page.get_by_role("img", name="Households that subscribe")).to_be_visible()
    assert watch.errors == []


def test_the_follow_up_shows_the_programme(page, watch, service):
    page.goto(f"{service}/follow-up")
    expect(page.get_by_role("img", name="Households that subscribe")).to_be_visible()
    page.get_by_text("Every reporting date").click()
    assert page.get_by_role("region", name="The programme by reporting date").locator("tbody tr").count() >= 3
    assert not re.search(r"\b(nan|None|undefined)\b", page.locator("main").inner_text())
    assert watch.errors == []


def test_the_pages_are_found_from_every_page(page, service):
    page.goto(service)
    for name, heading in (
        ("Outreach", "Outreach"),
        ("Follow-up", "Follow-up"),
        ("Big Apple Connect", "Big Apple Connect"),
    ):
        page.get_by_role("navigation", name="Main").get_by_role("link", name=name).click(timeout=60_000)
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        expect(page.locator(".top nav [aria-current]")).to_have_text(name)
