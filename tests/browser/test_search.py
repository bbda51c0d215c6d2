"""The field that finds a place, in a real browser, on a page of its own: keys, list, announcements, failures."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import wait_ready

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><title>field</title>
<link rel="stylesheet" href="/static/page.css"><link rel="stylesheet" href="/static/search.css">
<form id="find" class="search" action="/search"><label for="name">Find a place</label><input id="name" name="q"></form>
<button>Elsewhere</button>
<script type="module">import { search } from "/static/map/search.js";
window.picked = []; search(document.getElementById("find"), { pick: (hit) => picked.push(hit), geocoder: GEOCODER });
document.body.dataset.ready = "yes";</script></html>"""
ADDRESS = "350 5 AVENUE, New York, NY, USA"
WHOLE = {"type": "Point", "coordinates": [-73.9849, 40.7484]}
LOCATED = {"features": [
    {"geometry": WHOLE, "properties": {"id": "1088469", "label": ADDRESS}},
    {"geometry": None, "properties": {"label": "nowhere"}},
    {"geometry": WHOLE, "properties": {"label": "<img src=x onerror=alert(1)>"}},
]}  # fmt: skip


def open_field(page, service, geocoder=None, words=None):
    """A page with the field alone, in Spanish if there are `words`; the geocoder, if any, is on the same machine."""
    told = PAGE.replace("GEOCODER", json.dumps(geocoder and f"{service}{geocoder}"))
    if words:
        told = told.replace('lang="en"', 'lang="es" data-lang="es"')
        told += f'<script type="application/json" id="words">{json.dumps(words)}</script>'
    page.route("**/field", lambda route: route.fulfill(content_type="text/html", body=told))
    page.goto(f"{service}/field")
    page.wait_for_selector("body[data-ready]")
    return page.get_by_role("combobox", name="Find a place")


def asked(page):
    """What the service is asked from now on."""
    found = []
    page.on("request", lambda request: found.append(request.url) if "/search?" in request.url else None)
    return found


def active(page, field):
    id = field.get_attribute("aria-activedescendant")
    return id and page.locator(f"[id='{id}']").text_content()


def write(page, field, text):
    field.press_sequentially(text, delay=10)
    page.wait_for_selector("form[data-state=open], form[data-state=empty], form[data-state=failed]")


def test_it_is_a_combobox_with_a_list_box(page, watch, service):
    field = open_field(page, service)
    expect(field).to_have_attribute("aria-autocomplete", "list")
    expect(field).to_have_attribute("aria-expanded", "false")
    options = page.get_by_role("listbox", name="Places").get_by_role("option")
    expect(options).to_have_count(0)
    write(page, field, "mott havn")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_contain_text("Mott Haven-Port Morris")
    expect(options.first).to_contain_text("Neighborhood · Bronx")
    assert page.get_by_role("listbox").get_attribute("id") == field.get_attribute("aria-controls")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d places found$"))
    assert field.get_attribute("aria-activedescendant") is None
    assert watch.errors == []


def test_keys_move_among_the_options(page, service):
    field = open_field(page, service)
    write(page, field, "harlem")
    names = page.get_by_role("option").all_text_contents()
    assert len(names) > 3
    for key, at in [
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("ArrowUp", 0),
        ("ArrowUp", -1),
        ("ArrowDown", 0),
        ("End", -1),
        ("Home", 0),
    ]:
        field.press(key)
        assert active(page, field) == names[at], key
        expect(page.locator("[aria-selected=true]")).to_have_count(1)
    field.press("ArrowLeft")
    assert active(page, field) is None
    field.press("Home")
    assert field.evaluate("one => one.selectionStart") == 0
    expect(field).to_be_focused()


def test_enter_picks_what_is_chosen(page, service):
    field = open_field(page, service)
    write(page, field, "mott haven")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Enter")
    (hit,) = page.evaluate("picked")
    assert (hit["kind"], hit["id"], hit["collection"]) == ("cdta", "BX01", "cdtas")
    assert len(hit["bbox"]) == 4
    expect(field).to_have_value(hit["name"])
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("status")).to_have_text(f"{hit['name']}, chosen")
    assert page.url == f"{service}/field"


def test_enter_does_not_wait_for_the_list(page, service):
    field = open_field(page, service)
    field.fill("BX0101")
    field.press("Enter")
    page.wait_for_function("picked.length")
    assert page.evaluate("picked[0].id") == "BX0101"


def test_a_click_picks(page, service):
    field = open_field(page, service)
    write(page, field, "queensbrige")
    page.get_by_role("option").nth(1).click()
    assert page.evaluate("picked[0].id") == "QN01"
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_be_focused()


def test_escape_closes_then_clears(page, service):
    field = open_field(page, service)
    write(page, field, "harlem")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("harlem")
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert "Harlem" in active(page, field)
    field.press("Alt+ArrowUp")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Alt+ArrowDown")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert active(page, field) is None
    field.press("Escape")
    field.press("Escape")
    expect(field).to_have_value("")


def test_leaving_closes(page, service):
    field = open_field(page, service)
    write(page, field, "harlem")
    field.press("Tab")
    expect(field).to_have_attribute("aria-expanded", "false")
    assert page.evaluate("picked") == []


def test_it_asks_when_the_writing_pauses(page, service):
    questions = asked(page)
    field = open_field(page, service)
    write(page, field, "bronx")
    assert len(questions) < len("bronx")
    assert "q=bronx&" in questions[-1]
    field.fill("")
    expect(field).to_have_attribute("aria-expanded", "false")
    assert len(questions) < len("bronx")


def test_an_old_answer_never_replaces_a_new_one(page, service):
    page.route("**/search?q=harlem*", lambda route: None)  # never answered
    field = open_field(page, service)
    with page.expect_request(re.compile("q=harlem")):
        field.fill("harlem")
    with page.expect_event("requestfailed", lambda request: "q=harlem" in request.url):
        field.fill("astoria")
    page.wait_for_selector("form[data-state=open]")
    expect(page.get_by_role("option").first).to_contain_text("Astoria")


def test_nothing_found_is_said(page, service):
    field = open_field(page, service)
    write(page, field, "zzzz")
    status = page.get_by_role("status")
    expect(status).to_have_text("No place has a name like “zzzz”.")
    expect(status).to_be_visible()
    assert status.bounding_box()["height"] > 10
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    field.press("ArrowDown")
    assert page.evaluate("picked") == []


def test_a_failure_is_said_and_can_be_tried_again(page, service):
    page.route("**/search?*", lambda route: route.fulfill(status=503))
    field = open_field(page, service)
    write(page, field, "bronx")
    expect(page.get_by_role("status")).to_have_text(
        "The search failed: the server answered 503. Press Enter to try again."
    )
    page.unroute("**/search?*")
    field.press("Enter")
    page.wait_for_function("picked.length")
    assert page.evaluate("picked[0].id") == "Bronx"


def test_it_speaks_the_language_of_the_page(page, watch, service):
    words = {
        "Places": "Lugares",
        "{n} place found": ["{n} lugar", "{n} lugares"],
        "No place has a name like “{text}”.": "Nada se llama “{text}”.",
        "{name}, chosen": "{name}, elegido",
    }
    questions = asked(page)
    field = open_field(page, service, words=words)
    write(page, field, "mott haven")
    expect(page.get_by_role("listbox", name="Lugares")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d lugares$"))
    assert all(address.endswith("&lang=es") for address in questions) and questions
    field.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Mott Haven-Port Morris, elegido")
    field.fill("")
    write(page, field, "zzzz")
    expect(page.get_by_role("status")).to_have_text("Nada se llama “zzzz”.")
    assert watch.errors == []


def test_without_a_geocoder_there_are_no_addresses(page, service):
    field = open_field(page, service)
    write(page, field, "zzzz")
    expect(page.get_by_text("as an address")).to_have_count(0)


def test_an_address_is_looked_up_only_when_that_is_chosen(page, watch, service):
    located = []

    def answer(route):
        located.append(route.request.url)
        route.fulfill(json=LOCATED)

    page.route("**/geocoder/**", answer)
    field = open_field(page, service, "/geocoder")
    write(page, field, "350 fifth")
    expect(page.get_by_role("option").last).to_have_text(re.compile(r"^Look up “350 fifth” as an address asks 127\.0"))
    assert located == []
    field.press("ArrowUp")
    field.press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 addresses found")
    assert located == [f"{service}/geocoder/v2/search?text=350+fifth&size=8"]
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("option").last).to_contain_text("<img src=x")
    field.press("ArrowDown")
    field.press("Enter")
    (hit,) = page.evaluate("picked")
    assert (hit["kind"], hit["name"], hit["collection"], hit["page"]) == ("address", ADDRESS, None, None)
    assert hit["bbox"] == [-73.9849, 40.7484, -73.9849, 40.7484]
    assert watch.errors == []


def test_a_geocoder_that_fails_says_so(page, service):
    page.route("**/geocoder/**", lambda route: route.fulfill(status=500))
    field = open_field(page, service, "/geocoder")
    write(page, field, "zzzz")
    expect(page.get_by_role("status")).to_have_text("No place has a name like “zzzz”.")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("the server answered 500")
    assert page.evaluate("picked") == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_hits_finds_without_script(browser, service, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{service}/search")
    page.get_by_role("searchbox").fill("mott havn")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Mott Haven-Port Morris", exact=True)).to_have_attribute("href", "/nta/BX0101")
    expect(page.get_by_role("heading", level=2)).to_have_text("3 places for “mott havn”")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize("lang", ["es", "zh"])
def test_the_map_finds_in_every_language(page, watch, service, lang):
    page.goto(f"{service}/map?lang={lang}")
    wait_ready(page, "ntas")
    page.locator("#find-place").fill("mott haven")
    page.get_by_role("option").filter(has_text="Mott Haven-Port Morris").first.click()
    expect(page.locator("#why h2")).to_have_text("Mott Haven-Port Morris")
    assert watch.errors == []


def test_on_a_phone_what_was_found_folds_the_controls(page, service):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{service}/map")
    wait_ready(page, "ntas")
    page.locator(".handle").click()
    page.locator("#find-place").fill("mott haven")
    page.get_by_role("option").filter(has_text="Mott Haven-Port Morris").first.click()
    expect(page.locator("#why h2")).to_be_visible()
    expect(page.locator(".controls")).to_be_hidden()
    expect(page.locator(".handle")).to_be_focused()
