"""Every page under the rules of WCAG 2.1 AA, as axe-core checks them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.screenshots import open_map, open_place

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text()
RUN = """() => axe.run(document, {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] },
  rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] })"""
PAGES = (
    *("/", "/map", "/methods", "/table", "/table?of=tracts&sort=gap", "/search?q=mott", "/search?q=zzzzzzzz"),
    *("/nta/BX0101", "/tracts/36005001901", "/developments/049"),
    "/study-area?lon=-73.92&lat=40.81&radius_m=800&f=html",
    *("/compare", "/compare?of=ntas&a=BX0101&b=MN0101", "/changes"),
    *("/plan", "/plan?waves=2&include=005,505&budget=1000", "/plan/waves/1", "/outreach", "/follow-up"),
    *("/collections?f=html", "/collections/tracts?f=html", "/collections/ntas/items?f=html&sortby=-gap"),
    *("/collections/ntas/items/BX0101?f=html", "/collections/ntas/schema?f=html", "/conformance?f=html"),
    *("/collections/tracts/tiles/WebMercatorQuad?f=html", "/?lang=es", "/map?lang=es", "/nta/BX0101?lang=zh"),
)


def findings(page) -> list[str]:
    """What is serious or critical on a page: the rule, how bad, and the first places where it is broken."""
    page.evaluate(AXE)
    found = page.evaluate(RUN)
    assert found["testEngine"]["name"] == "axe-core"
    return [
        f"{each['id']} ({each['impact']}): {[' '.join(node['target']) for node in each['nodes'][:3]]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_is_found(page, service, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{service}{path}")
    if path.startswith("/map"):
        expect(page.locator("html")).to_have_attribute("data-ntas", "ready")
    assert findings(page) == []


@pytest.mark.parametrize("width", [1280, 360])
def test_the_map_with_everything_open(page, service, width):
    open_map(page, service)
    open_place(page)
    page.set_viewport_size({"width": width, "height": 800})
    for box in page.locator("details").all():
        box.evaluate("node => { node.open = true; }")
    assert findings(page) == []
    page.get_by_role("button", name="Close the panel").click()
    if width == 360:
        page.locator(".handle").click()
    assert findings(page) == []


def test_a_fault_would_be_found(page, service):
    page.goto(f"{service}/table")
    faults = "<img src='/static/icon.svg'><input>"
    page.evaluate("faults => document.querySelector('main').insertAdjacentHTML('beforeend', faults)", faults)
    assert {each.split()[0] for each in findings(page)} >= {"image-alt", "label"}
