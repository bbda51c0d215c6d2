"""A study area on the map: drawn with a mouse, by keys alone, from a file; refused, cancelled, taken away."""

import csv
import io
import json
import math
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import MOTT_HAVEN, open_map, wait_ready, zoom_in

pytestmark = pytest.mark.browser

SQUARE = [[-73.95, 40.70], [-73.93, 40.70], [-73.93, 40.715], [-73.95, 40.715], [-73.95, 40.70]]
CORNERS = ((-120, -90), (120, -90), (140, 80), (-100, 110))
"""Pixels from the middle of the map."""

OUTLINES = ".leaflet-outlines-pane path[stroke='#102a43']"


def outline(ring):
    return json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})


def ring(positions):
    """A circle of 1.2 km or so with many corners, which fits in no address."""
    turns = [2 * math.pi * step / positions for step in range(positions)]
    corners = [[-73.92 + 0.014 * math.cos(turn), 40.81 + 0.0105 * math.sin(turn)] for turn in turns]
    return [*corners, corners[0]]


@pytest.fixture
def tools(page, service):
    """The tools in their place, above the South Bronx."""
    open_map(page, service)
    zoom_in(page)
    page.locator(".draw summary").click()
    return page.locator("#draw")


def click(page, *corners, count=1):
    """Click the map at pixels from its middle; the last of them `count` times."""
    box = page.locator(".folium-map").bounding_box()
    for at, (x, y) in enumerate(corners, start=1):
        times = count if at == len(corners) else 1
        page.mouse.click(box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y, click_count=times)


def numbers(page, service, sent):
    """What the service says in JSON of the outline that the page sent."""
    answer = page.request.post(f"{service}/study-area?f=json", data=sent.post_data)
    assert answer.status == 200
    return answer.json()


def expect_numbers(page, told):
    """The panel's numbers are those of `told`."""
    people, found = page.get_by_role("row", name="Population (survey)"), told["properties"]
    expect(people).to_contain_text(f"{found['population']:,} ±\u00a0{found['population_moe']:,}")
    expect(page.locator(".study .under")).to_contain_text(f"{found['residents']:,} resident")
    left_out = page.get_by_role("row", name="Left out: neither broadband nor access within reach")
    expect(left_out).to_contain_text(f"{found['people_left_out']:,}")
    expect(page.get_by_role("row", name="Need", exact=False).first).to_contain_text(f"{found['need']:.1f}")


def study(page):
    return page.locator("article.study")


def bar(page):
    return page.get_by_role("group", name="Drawing")


def test_a_polygon_by_mouse_has_the_numbers_of_its_outline(page, watch, service, tools):
    with page.expect_request("**/study-area?f=panel") as asked:
        tools.get_by_role("button", name="Polygon").click()
        expect(page.locator(".folium-map")).to_have_attribute("data-drawing", "polygon")
        click(page, *CORNERS[:3])
        expect(bar(page).get_by_role("status")).to_have_text("3 corners")
        click(page, CORNERS[3], count=2)
    expect(study(page)).to_be_visible()
    told = numbers(page, service, asked.value)
    assert len(told["study_area"]["geometry"]["coordinates"][0]) == 5
    assert told["properties"]["population"] > 1_000 and told["sites"]
    expect_numbers(page, told)
    expect(page.locator(".folium-map")).not_to_have_attribute("data-drawing", "polygon")
    expect(bar(page).get_by_role("button")).to_have_count(0)
    expect(page.locator(OUTLINES)).to_have_count(1)
    expect(page.locator("#why")).to_have_attribute("aria-label", "A drawn area")
    expect(page.locator("#said")).to_contain_text("A drawn area: ")
    assert page.get_by_role("link", name="A page to print or to share").get_attribute("href").startswith("/study-area?")
    tools.get_by_role("button", name="Clear").click()
    expect(page.locator(OUTLINES)).to_have_count(0)
    expect(page.locator("#why")).to_be_hidden()
    assert watch.errors == []


def test_the_panel_does_not_lie_over_the_outline(page, service, tools):
    tools.get_by_role("button", name="Polygon").click()
    click(page, (250, -90), (420, -90), (420, 80), (250, 80), (250, -90))
    expect(study(page)).to_be_visible()
    drawn, panel = page.locator(OUTLINES).bounding_box(), page.locator("#why").bounding_box()
    assert drawn["x"] + drawn["width"] < panel["x"]
    click(page, (-430, 250))
    expect(study(page)).to_have_count(0)
    expect(page.locator(OUTLINES)).to_have_count(1)
    tools.get_by_role("button", name="Circle").click()
    expect(page.locator("#why")).to_be_hidden()


def test_the_answer_is_in_the_language_of_the_page(page, watch, service):
    page.goto(f"{service}/map?lang=es")
    wait_ready(page, "outline")
    page.locator(".draw summary").click()
    with page.expect_response("**/study-area?f=panel&lang=es") as answered:
        page.locator("#draw input[type=file]").set_input_files(
            {"name": "x.json", "mimeType": "application/json", "buffer": outline(SQUARE).encode()}
        )
    assert answered.value.status == 200
    expect(study(page)).to_be_visible()
    assert watch.errors == []


def test_a_click_on_the_first_corner_finishes_and_a_new_outline_replaces_the_old(page, service, tools):
    for _ in range(2):
        tools.get_by_role("button", name="Polygon").click()
        with page.expect_response("**/study-area?f=panel"):
            click(page, *CORNERS, CORNERS[0])
        expect(bar(page).get_by_role("button")).to_have_count(0)
        expect(page.locator(OUTLINES)).to_have_count(1)


def test_a_circle_by_mouse_says_its_radius(page, service, tools):
    tools.get_by_role("button", name="Circle").click()
    click(page, (0, 0))
    box = page.locator(".folium-map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(middle[0] + 100, middle[1])
    edge = "map_city.distance(map_city.containerPointToLatLng([0, 100]), map_city.containerPointToLatLng([100, 100]))"
    metres = page.evaluate(edge)
    radius = bar(page).get_by_label("Radius in metres")
    assert float(radius.input_value()) == pytest.approx(metres, abs=3)
    expect(page.locator(".leaflet-tooltip")).to_have_text(f"{int(radius.input_value()):,} m")
    with page.expect_request("**/study-area?f=panel") as asked:
        click(page, (100, 0))
    assert json.loads(asked.value.post_data)["circle"]["radius_m"] == pytest.approx(metres, abs=3)
    expect(study(page).locator("h2")).to_contain_text("A circle of")
    expect(page.locator(".leaflet-tooltip")).to_have_count(0)


def test_a_circle_by_keys_alone(page, watch, service):
    open_map(page, service)
    zoom_in(page)
    page.locator(".draw summary").focus()
    page.keyboard.press("Enter")
    button = page.locator("#draw").get_by_role("button", name="Circle")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".folium-map")).to_be_focused()
    expect(bar(page).get_by_role("status")).to_contain_text("Enter sets the centre under the cross")
    before = page.evaluate("map_city.getCenter()")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".leaflet-pan-anim")).to_have_count(0)
    centre = page.evaluate("map_city.getCenter()")
    assert centre["lng"] < before["lng"]
    page.keyboard.press("Enter")
    expect(bar(page).get_by_role("status")).to_contain_text("Radius 500 m")
    expect(page.locator("#why")).to_be_hidden()
    radius = bar(page).get_by_label("Radius in metres")
    for _ in range(20):
        page.keyboard.press("Tab")
        if radius.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(bar(page).get_by_role("alert")).to_have_text("The radius must be from 60 to 10,000 metres.")
    page.keyboard.type("00")
    page.keyboard.press("Control+A")
    page.keyboard.type("800")
    with page.expect_request("**/study-area?f=panel") as asked:
        page.keyboard.press("Enter")
    sent = json.loads(asked.value.post_data)["circle"]
    assert sent["radius_m"] == 800
    assert sent["center"] == pytest.approx([centre["lng"], centre["lat"]], abs=1e-6)
    expect(study(page)).to_be_visible()
    expect(page.locator("#why")).to_be_focused()
    expect_numbers(page, numbers(page, service, asked.value))
    expect(page.locator(OUTLINES)).to_have_count(1)
    assert watch.errors == []


def test_a_polygon_by_keys_alone(page, service, tools):
    tools.get_by_role("button", name="Polygon").focus()
    page.keyboard.press("Enter")
    status = bar(page).get_by_role("status")
    for number, key in enumerate(("ArrowRight", "ArrowDown", "ArrowLeft"), start=1):
        for _ in range(3):
            page.keyboard.press(key)
        expect(page.locator(".leaflet-pan-anim")).to_have_count(0)
        page.keyboard.press("Enter")
        expect(status).to_have_text("1 corner" if number == 1 else f"{number} corners")
    page.keyboard.press("Backspace")
    expect(status).to_have_text("2 corners")
    page.keyboard.press("Enter")
    expect(status).to_have_text("3 corners")
    with page.expect_request("**/study-area?f=panel") as asked:
        page.keyboard.press("Enter")
    assert len(json.loads(asked.value.post_data)["coordinates"][0]) == 4
    expect(study(page)).to_be_visible()


def choose(page, tools, tmp_path, text):
    path = Path(tmp_path, "mine.geojson")
    path.write_text(text)
    with page.expect_file_chooser() as chooser:
        tools.get_by_role("button", name="Upload GeoJSON").click()
    chooser.value.set_files(path)


def test_an_uploaded_file_is_shown_and_counted(page, watch, service, tools, tmp_path):
    with page.expect_request("**/study-area?f=panel") as asked:
        choose(page, tools, tmp_path, outline(SQUARE))
    expect(study(page)).to_be_visible()
    expect_numbers(page, numbers(page, service, asked.value))
    expect(page.locator(OUTLINES)).to_have_count(1)
    seen = page.evaluate(
        "(([s, w, n, e]) => map_city.getBounds().contains([[s, w], [n, e]]))([40.70, -73.95, 40.715, -73.93])"
    )
    assert seen
    assert watch.errors == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rubbish", "the body: found 'rubbish', which is no JSON"),
        ('{"type": "Point", "coordinates": [-73.9, 40.7]}', "found type 'Point', expected a GeoJSON Polygon"),
        (outline([[x + 1, y] for x, y in SQUARE]), "outside of the five boroughs"),
        (outline(SQUARE) + " " * 2**20, "more than 1,048,576 bytes"),
    ],
    ids=["rubbish", "point", "elsewhere", "large"],
)
def test_a_file_that_is_refused_says_why_and_the_outline_before_stays(page, service, tools, tmp_path, text, told):
    choose(page, tools, tmp_path, outline(SQUARE))
    expect(page.locator(OUTLINES)).to_have_count(1)
    choose(page, tools, tmp_path, text)
    expect(tools.get_by_role("alert")).to_contain_text(told)
    expect(page.locator(OUTLINES)).to_have_count(1)
    choose(page, tools, tmp_path, outline(SQUARE))
    expect(tools.get_by_role("alert")).to_have_text("")


def test_what_was_drawn_and_refused_can_be_changed(page, service, tools):
    page.evaluate("void map_city.setView([40.70, -74.03], 15, { animate: false })")
    tools.get_by_role("button", name="Polygon").click()
    click(page, (-60, -60), (-52, -60), (-60, -52))
    bar(page).get_by_role("button", name="Finish").click()
    expect(bar(page).get_by_role("alert")).to_contain_text("expected 10,000 m²")
    expect(bar(page).get_by_role("status")).to_have_text("3 corners")
    page.evaluate("void map_city.setView([40.81, -73.92], 13, { animate: false })")
    for _ in range(3):
        bar(page).get_by_role("button", name="Undo").click()
    bar(page).get_by_role("button", name="Finish").click()
    expect(bar(page).get_by_role("alert")).to_have_text("An outline needs at least 3 corners; it has 0.")
    click(page, *CORNERS)
    page.keyboard.press("Enter")
    expect(study(page)).to_be_visible()


def test_escape_cancels_and_clicks_open_places_again(page, watch, service, tools):
    page.get_by_role("button", name="Polygon").click()
    click(page, *CORNERS[:3])
    expect(page.locator(OUTLINES)).not_to_have_count(0)
    expect(page.locator("#why")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-outlines-pane path")).to_have_count(0)
    expect(page.locator("#status")).to_have_text("Drawing was cancelled.")
    expect(page.get_by_role("button", name="Polygon")).to_have_attribute("aria-pressed", "false")
    assert page.locator(".folium-map").get_attribute("data-drawing") is None
    assert page.locator(".glass").count() == 0
    click(page, (0, 40))
    expect(page.locator("#why h2, #why h3").first).to_be_visible()
    assert watch.errors == []


def test_the_map_can_be_dragged_while_somebody_draws(page, service, tools):
    tools.get_by_role("button", name="Polygon").click()
    click(page, CORNERS[0])
    before = page.evaluate("map_city.getCenter().lng")
    box = page.locator(".folium-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 150, y, steps=5)
    page.mouse.up()
    assert page.evaluate("map_city.getCenter().lng") < before
    expect(bar(page).get_by_role("status")).to_have_text("1 corner")


def totals(table):
    """Of a CSV, the measures by their name."""
    rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    return {row["id"]: row["value"] for row in rows if row["part"] == "measure"}


@pytest.mark.parametrize("positions", [60, 1500], ids=["by-link", "by-button"])
def test_a_csv_has_the_totals_of_the_panel(page, watch, service, tools, tmp_path, positions):
    with page.expect_request("**/study-area?f=panel") as asked:
        choose(page, tools, tmp_path, outline(ring(positions)))
    expect(study(page)).to_be_visible()
    role = "link" if positions < 1000 else "button"
    with page.expect_download() as download:
        study(page).get_by_role(role, name="CSV").click()
    assert download.value.suggested_filename == "study-area.csv"
    found, told = totals(download.value.path().read_bytes()), numbers(page, service, asked.value)["properties"]
    assert int(found["population"]) == told["population"] > 10_000
    assert int(found["people_left_out"]) == told["people_left_out"]
    assert float(found["need"]) == told["need"]
    if role == "button":
        expect(study(page).locator("[data-study-export]")).to_contain_text("The file is saved.")
    assert watch.errors == []


def test_a_file_that_cannot_be_made_says_so(page, service, tools, tmp_path):
    choose(page, tools, tmp_path, outline(ring(1500)))
    page.route("**/study-area?f=xlsx", lambda route: route.abort())
    study(page).get_by_role("button", name="Excel").click()
    expect(study(page).locator("[data-study-export]")).to_contain_text("The service was not reached. Try again.")


def test_asking_can_be_cancelled(page, service, tools):
    page.route("**/study-area?f=panel", lambda route: None)
    tools.get_by_role("button", name="Polygon").click()
    click(page, *CORNERS, CORNERS[0])
    expect(bar(page).get_by_role("status")).to_contain_text("Counting what is inside.")
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-outlines-pane path")).to_have_count(0)
    expect(bar(page).get_by_role("button")).to_have_count(0)
    expect(study(page)).to_have_count(0)


def test_on_a_phone_the_tools_leave_room_for_the_map(page, service):
    page.set_viewport_size({"width": 360, "height": 740})
    open_map(page, service)
    zoom_in(page)
    page.locator(".handle").click()
    page.locator(".draw summary").click()
    page.locator("#draw").get_by_role("button", name="Circle").click()
    expect(page.locator(".controls")).to_be_hidden()
    box = bar(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    for button in bar(page).get_by_role("button").all():
        assert button.bounding_box()["height"] >= 32
    assert page.locator(".folium-map").bounding_box()["height"] > 300
    assert MOTT_HAVEN[0] == pytest.approx(page.evaluate("map_city.getCenter().lat"), abs=0.01)


def test_an_answer_that_comes_late_leaves_the_place_chosen_meanwhile(page, watch, service, tools):
    held = []
    page.route("**/study-area?f=panel", lambda route: held.append(route))
    tools.get_by_role("button", name="Polygon").click()
    click(page, *CORNERS, CORNERS[0])
    expect(bar(page).get_by_role("status")).to_contain_text("Counting what is inside.")
    click(page, (-300, 200))
    chosen = page.locator("#why h2")
    expect(page.locator("#why .why")).to_be_visible()
    name = chosen.text_content()
    held[0].continue_()
    expect(page.locator("#status")).to_have_text("The study area is counted: “Show the result again” opens it.")
    expect(chosen).to_have_text(name)
    expect(page.locator(OUTLINES)).to_have_count(1)
    again = tools.get_by_role("button", name="Show the result again")
    for _ in range(2):
        again.click()
        expect(study(page)).to_be_visible()
        page.get_by_role("button", name="Close the panel").click()
        expect(study(page)).to_have_count(0)
    tools.get_by_role("button", name="Clear").click()
    expect(again).to_be_hidden()
    assert watch.errors == []
