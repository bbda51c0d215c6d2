"""The map in small windows, and the words that lie over it."""

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import MOTT_HAVEN, open_map, wait_ready

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}
LOW = {"width": 640, "height": 400}
NAMES = """() => [...document.querySelectorAll(".label.area")].map(one => {
  const { x, y } = one.getBoundingClientRect(); return [one.textContent, Math.round(x), Math.round(y)]; }).sort()"""


@pytest.mark.parametrize("window", [PHONE, LOW], ids=["phone", "low"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_map_keeps_room_in_small_windows(page, service, window, language):
    page.set_viewport_size(window)
    page.goto(f"{service}/map?lang={language}")
    wait_ready(page, "ntas")
    stage, panel = page.locator(".stage"), page.locator("#why")
    page.locator(".handle").click()
    assert stage.bounding_box()["height"] >= 150
    home = page.get_by_role(
        "button", name="Show the whole city" if language == "en" else "Mostrar toda la ciudad"
    ).bounding_box()
    shown = stage.bounding_box()
    assert home["y"] + home["height"] <= shown["y"] + shown["height"]
    expect(page.locator(".handle")).to_have_css("text-align", "left")
    page.goto("about:blank")
    page.goto(f"{service}/map?lang={language}#place=ntas/BX0101")
    page.wait_for_selector("#why .why")
    shown, over = stage.bounding_box(), panel.bounding_box()
    above, beside = over["y"] - shown["y"], over["x"] - shown["x"]
    assert above >= 149 or (beside >= 149 and shown["height"] >= 150)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_failed_and_the_button_stand_on_one_line(page, service):
    open_map(page, service)
    page.route("**/layers/tracts.geojson*", lambda route: route.fulfill(status=503))
    page.get_by_label("Census tracts").check(force=True)
    button = page.locator("#status").get_by_role("button", name="Try again")
    expect(button).to_be_visible()
    assert page.locator("#status").bounding_box()["height"] < 2 * button.bounding_box()["height"]


def test_names_give_way_to_sites(page, service):
    open_map(page, service)
    page.locator("input[value=developments]").uncheck()
    page.evaluate("place => void map_city.setView(place, 14, { animate: false })", [*MOTT_HAVEN])
    alone = page.evaluate(NAMES)
    page.locator("input[value=schools]").check()
    wait_ready(page, "schools")
    page.wait_for_timeout(200)
    among = page.evaluate(NAMES)
    assert {name for name, *_ in among} & {name for name, *_ in alone} and among != alone
    page.locator("input[value=schools]").uncheck()
    page.wait_for_timeout(200)
    assert page.evaluate(NAMES) == alone
