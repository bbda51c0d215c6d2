"""Pages in Spanish and Chinese: no English word is left but names, and what the data themselves say in English."""

import re

import pytest
from playwright.sync_api import expect

from app.language import catalog
from tests.browser.screenshots import hide_sites, open_place, wait_ready

pytestmark = pytest.mark.browser

ENGLISH = re.compile(
    r"\b(the|with|from|not|are|this|that|which|people|households?|within|where|each|see|how|why|made|and|known|of)\b",
    re.I,
)
TEXTS = """() => {
  const found = [];
  const silent = 'script, style, [lang=en], [hreflang], code, pre, datalist, .leaflet-control-attribution';
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(silent)) found.push(walk.currentNode.data);
  for (const one of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
    if (one.closest(silent)) continue;
    for (const name of ['aria-label', 'placeholder', 'title', 'alt']) found.push(one.getAttribute(name));
  }
  found.push(document.title);
  return found.filter(Boolean).map(text => text.replace(/\\s+/g, ' ').trim()).filter(Boolean); }"""
PAGES = (
    *(
        "/",
        "/table",
        "/table?of=developments",
        "/search?q=mott",
        "/nta/BX0101",
        "/tracts/36005001901",
        "/developments/049",
    ),
    "/study-area?lon=-73.92&lat=40.81&radius_m=800&f=html",
    *(
        "/compare",
        "/compare?of=ntas&a=BX0101&b=MN0101",
        "/changes",
        "/plan",
        "/plan/waves/1",
        "/outreach",
        "/follow-up",
    ),
    *("/methods", "/collections?f=html", "/collections/ntas/items?f=html"),
)
NAMES = re.compile(r"Synthetic [\w ]+|made up( sy-[\d-]+)?|OGC API – Features|NYC \w+ of [\w ]+|gap > 50 AND .*")
"""Names that hold one of the words: those of made-up sites, of a standard and of agencies; a filter as it is typed."""

IDS = ("boroughs", "developments", "enrollment", "facilities", "kiosks", "schools", "tracts", "made up")


def english(page) -> list[str]:
    """The texts of a page that hold an English word, or are a message that has another form in the language."""
    code = page.evaluate("document.documentElement.lang")[:2]
    messages = {
        each.id for each in catalog(code) if isinstance(each.id, str) and len(each.id) > 3 and each.string != each.id
    }
    texts = page.evaluate(TEXTS)
    return sorted(
        {text for text in {*texts}.difference(IDS) if text in messages or ENGLISH.search(NAMES.sub("", text))}
    )


@pytest.mark.parametrize("lang", ["es", "zh"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_english_label(page, service, path, lang):
    page.goto(f"{service}{path}{'&' if '?' in path else '?'}lang={lang}")
    assert english(page) == []


@pytest.mark.parametrize("lang", ["es", "zh"])
def test_the_map_has_no_english_label(page, watch, service, lang):
    page.goto(f"{service}/map?lang={lang}")
    wait_ready(page, "ntas")
    for box in page.locator("details").all():
        box.evaluate("node => { node.open = true; }")
    assert english(page) == []
    hide_sites(page)
    open_place(page)
    assert english(page) == []
    page.locator("#weight-connection").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("html")).to_have_attribute("data-trial", "tried")
    assert english(page) == []
    assert watch.errors == []


def test_links_keep_the_language(page, service):
    page.goto(f"{service}/?lang=es")
    page.get_by_role("link", name="Tabla", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.get_by_role("link", name="English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_header_of_the_browser_chooses(browser, service):
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{service}/nta/BX0101")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("h1")).to_have_text("Mott Haven-Port Morris")
    context.close()
