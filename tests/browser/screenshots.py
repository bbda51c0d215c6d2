"""Pictures of the pages in their main states: `python -m tests.browser.screenshots VAR FOLDER` (`make screenshots`)."""

import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.benchmarks.commands import service
from tests.browser.chromium import chromium

WIDE = {"width": 1360, "height": 860}
PHONE = {"width": 390, "height": 800}
MOTT_HAVEN = (40.8105, -73.9205)
SITES = ("developments", "schools", "kiosks", "facilities")
ROLLOUT = {
    "plan": "/plan",
    "plan-refused": "/plan?waves=2&include=005,505&budget=1000",
    "wave": "/plan/waves/1",
    "development": "/developments/049",
    "outreach": "/outreach",
    "follow-up": "/follow-up",
}
"""The pages of the rollout, by the name of their picture."""

DATA = {
    "nta": "/nta/BX0101",
    "tract": "/tracts/36005001901",
    "home-es": "/?lang=es",
    "nta-zh": "/nta/BX0101?lang=zh",
    "compare": "/compare",
    "compare-areas": "/compare?of=ntas&a=BX0101&b=MN0101",
    "changes": "/changes",
    "study-area": "/study-area?lon=-73.92&lat=40.81&radius_m=800&f=html",
    "table": "/table",
    "search": "/search?q=mott+havn",
    "collections": "/collections?f=html",
    "collection": "/collections/tracts?f=html",
    "features": "/collections/ntas/items?f=html&sortby=-gap",
    "feature": "/collections/ntas/items/BX0101?f=html",
    "properties": "/collections/ntas/schema?f=html",
    "tiles": "/collections/tracts/tiles/WebMercatorQuad?f=html",
}
"""The pages of places and data, the same."""


def open_map(page: Page, base_url: str) -> None:
    """Go to the map and wait until its first view stands."""
    page.goto(f"{base_url}/map")
    for layer in ("ntas", "outline"):
        wait_ready(page, layer)


def wait_ready(page: Page, layer: str) -> None:
    """Wait until `layer` is drawn."""
    page.wait_for_selector(f"html[data-{layer}=ready]", state="attached")


def show_tracts(page: Page) -> None:
    """Switch the areas to tracts."""
    page.get_by_label("Census tracts").check(force=True)
    wait_ready(page, "tracts")


def show_sites(page: Page) -> None:
    """Switch on every site layer that this snapshot has."""
    for layer in SITES:
        if (box := page.locator(f"input[value={layer}]")).count():
            box.check()
            wait_ready(page, layer)


def click_at(page: Page, latitude: float, longitude: float) -> None:
    """Click the map at a place on earth and wait for what the panel says of it."""
    at = page.evaluate("place => window.map_city.latLngToContainerPoint(place)", [latitude, longitude])
    page.locator(".folium-map").click(position=at)
    page.wait_for_selector("#why .place, #why .why")


def hide_sites(page: Page) -> None:
    """Switch every site layer off, so that a click meets the area."""
    for box in page.locator("input[name=sites]").all():
        box.uncheck()


def open_place(page: Page) -> None:
    """Open the panel of a neighborhood in the South Bronx, and wait for all that the server says of it."""
    hide_sites(page)
    click_at(page, *MOTT_HAVEN)
    page.wait_for_selector("#why .why")


def show_boroughs(page: Page) -> None:
    """Switch the areas to boroughs, and choose one."""
    page.locator("input[name=areas][value=boroughs]").check(force=True)
    wait_ready(page, "boroughs")
    hide_sites(page)
    click_at(page, *MOTT_HAVEN)


def try_weights(page: Page) -> None:
    """Leave reach out of the score."""
    page.locator(".trial summary").click()
    page.locator("#weight-beyond_reach").fill("0")
    page.wait_for_selector("html[data-trial=tried]", state="attached")
    page.locator(".trial").scroll_into_view_if_needed()


def draw_circle(page: Page) -> None:
    """Draw a circle around the South Bronx, and wait for what is known of it."""
    zoom_in(page)
    page.locator(".draw summary").click()
    page.locator("#draw").get_by_role("button", name="Circle").click()
    for place in (MOTT_HAVEN, (40.8105, -73.905)):
        at = page.evaluate("place => window.map_city.latLngToContainerPoint(place)", [*place])
        page.locator(".folium-map").click(position=at)
    page.wait_for_selector("#why article", timeout=60_000)


def speak(code: str) -> Callable[[Page], None]:
    """The same map in another language."""

    def spoken(page: Page) -> None:
        page.locator(f".languages [hreflang={code}]").click()
        wait_ready(page, "ntas")
        open_place(page)

    return spoken


def zoom_in(page: Page) -> None:
    """Go to the South Bronx, near enough to tell sites apart."""
    page.evaluate("place => void window.map_city.setView(place, 13.5, { animate: false })", [*MOTT_HAVEN])


def take_rollout(page: Page, base_url: str, shoot: Callable[..., None]) -> None:
    """Shoot each page of the rollout on a desk and on a phone, and a plan whose stability is known."""
    page.set_default_timeout(60_000)
    for name, path in (ROLLOUT | DATA).items():
        page.goto(f"{base_url}{path}")
        for size, kind in ((WIDE, ""), (PHONE, "phone-")):
            page.set_viewport_size(size)
            shoot(page, f"{kind}{name}", whole=True)
    page.set_viewport_size(WIDE)
    page.goto(f"{base_url}/plan?waves=2&crews=6")
    page.get_by_role("button", name="How stable").click()
    page.get_by_text("Done: need was redrawn").wait_for()
    shoot(page, "plan-stability")


def take_screenshots(base_url: str, folder: Path) -> list[Path]:
    """Write one PNG for each main state of the map and for each other page; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    states = {
        "map": [],
        "map-place": [open_place],
        "map-tracts": [show_tracts],
        "map-sites": [show_sites],
        "map-boroughs": [show_boroughs],
        "map-tried": [try_weights, open_place],
        "map-drawn": [draw_circle],
        "map-es": [speak("es")],
        "map-zh": [speak("zh")],
        "map-near": [show_sites, zoom_in],
    }
    written = []

    def shoot(page: Page, name: str, *, whole: bool = False) -> None:
        page.wait_for_timeout(600)
        written.append(folder / f"{name}.png")
        page.screenshot(path=written[-1], full_page=whole)

    with chromium() as browser:
        for name, steps in states.items():
            page = browser.new_page(viewport=WIDE)
            open_map(page, base_url)
            for step in steps:
                step(page)
            shoot(page, name)
            page.close()
        page = browser.new_page(viewport=PHONE)
        open_map(page, base_url)
        shoot(page, "phone")
        page.locator(".handle").click()
        shoot(page, "phone-panel")
        page.goto(f"{base_url}/map?place=ntas/BX0101")
        page.wait_for_selector("#why .why")
        shoot(page, "phone-place")
        page.goto(base_url)
        shoot(page, "phone-home")
        page.set_viewport_size(WIDE)
        shoot(page, "home")
        page.goto(f"{base_url}/methods")
        for name, size in (("methods", WIDE), ("phone-methods", PHONE)):
            page.set_viewport_size(size)
            shoot(page, name, whole=True)
        take_rollout(page, base_url, shoot)
    return written


if __name__ == "__main__":
    with service(Path(sys.argv[1])) as (address, _):
        for path in take_screenshots(address, Path(sys.argv[2])):
            print(path)
