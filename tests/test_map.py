"""The map page as text: what it links, what it carries, and that it trusts no value."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from markupsafe import escape

from app.map import (
    AMBER,
    BLUE,
    GREEN,
    PURPLE,
    Absent,
    Basemap,
    Layer,
    MapConfig,
    Measure,
    Origin,
    draw_map,
)
from tests.conftest import ROOT

STATIC = ROOT / "static"
GAP = Measure("gap", "Coverage gap", "points", "Need and reach.", {"ntas": (20, 40)}, AMBER, 1, "this service", "2023")
CONFIG = MapConfig(
    title="The city on one map",
    measures=(GAP,),
    layers=(
        Layer("ntas", "Neighborhoods", "/layers/ntas.geojson", "area", True, 262),
        Layer("boroughs", "Boroughs", "/layers/boroughs.geojson", "area", True, 5),
        Layer("kiosks", "Kiosks", "/layers/kiosks.geojson", "point", False, 2250),
    ),
    sources=(Origin("kiosks", "Kiosk Locations", "OTI", "2025", "sample", True, "https://example.org/kiosks"),),
    method_version="1",
    snapshot_id="20250101T000000Z-abc",
    banners=("Kiosks are made up.",),
    absent=(Absent("Schools", "No file was found."),),
    missing=("Aged 65 and over is not in the file.",),
)


def facts(page):
    return json.loads(re.search(r'<script type="application/json" id="config">(.*?)</script>', page, re.S)[1])


def test_page_says_what_it_is():
    page = draw_map(CONFIG)
    assert '<html lang="en">' in page
    assert "<title>The city on one map</title>" in page
    for words in ("Kiosks are made up.", "No file was found.", "Aged 65 and over is not in the file.", "2,250"):
        assert words in page
    for address in ("/", "/map", "/methods", "/docs", "/compare", "/collections", "/plan", "/outreach", "/follow-up"):
        assert f'href="{address}"' in page
    assert "user-scalable" not in page


def test_page_is_small_holds_no_geometry_and_is_the_same_twice():
    page = draw_map(CONFIG)
    assert len(page.encode()) < 30_000
    assert "coordinates" not in page
    assert draw_map(CONFIG) == page


def test_page_loads_only_files_that_are_here():
    page = draw_map(CONFIG)
    loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', page)
    assert len(loaded) > 10
    assert [path for path in loaded if not (ROOT / path.lstrip("/")).is_file()] == []


def test_every_module_is_preloaded():
    page = draw_map(CONFIG)
    assert sorted(path.name for path in (STATIC / "map").glob("*.js")) == re.findall(
        r'href="/static/map/(\w+\.js)', page
    )


def test_modules_never_parse_html_or_text():
    for path in [STATIC / "map.js", *(STATIC / "map").glob("*.js")]:
        assert (
            re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(|new Function|\bon\w+=", path.read_text()) == []
        )


def test_config_reaches_the_script():
    carried = facts(draw_map(CONFIG))
    assert carried["map"] == "map_city"
    assert carried["measures"][0]["breaks"] == {"ntas": [20, 40]}
    assert [layer["name"] for layer in carried["layers"]] == ["ntas", "boroughs", "kiosks"]


@pytest.mark.parametrize("evil", ["</script><script>alert(1)</script>", "{{ 7 * 7 }}{% raw %}", '"><img src=x>'])
def test_values_are_text(evil):
    config = replace(CONFIG, title=evil, banners=(evil,), absent=(Absent(evil, evil),))
    page = draw_map(config)
    assert facts(page)["title"] == evil
    assert "alert(1)</script>" not in page
    assert f"<title>{escape(evil)}</title>" in page
    assert "<img src=x>" not in page


def test_basemap_is_an_option():
    assert "tileLayer" not in draw_map(CONFIG)
    page = draw_map(replace(CONFIG, basemap=Basemap("https://tiles.example.org/{z}/{x}/{y}.png", "<b>Somebody</b>")))
    assert "https://tiles.example.org/{z}/{x}/{y}.png" in page
    assert "<b>Somebody" not in page


@pytest.mark.parametrize("breaks", [(40, 20), (20, 20), (1, 2, 3, 4, 5, 6)])
def test_classes_must_be_drawable(breaks):
    with pytest.raises(ValueError, match="gap: found bounds"):
        replace(GAP, breaks={"ntas": breaks})


def test_colours_are_few():
    with pytest.raises(ValueError, match="7 colours found, expected 2 to 6"):
        replace(GAP, colours=("#000000",) * 7)


@pytest.mark.parametrize("ramp", [AMBER, BLUE, GREEN, PURPLE])
def test_ramps_fall_in_lightness(ramp):
    def luminance(colour):
        red, green, blue = ((int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert all(luminance(light) > 1.2 * luminance(dark) for light, dark in pairwise(ramp))
