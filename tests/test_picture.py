"""The picture of the map: its colours, its words, and that nothing overlaps, on the made-up city and the sample."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image, ImageColor

from app.language import Speech, speech, spoken
from app.legend import banners, map_config
from app.map import AMBER, Measure
from app.picture import fonts
from app.picture.amounts import ranges, scale_words
from app.picture.drawing import WATER, drawn
from app.picture.fonts import latin, readable
from app.picture.names import Name, Names, arrangements
from app.picture.pen import Pen
from app.picture.scene import scene
from app.picture.shading import GROUND, LINE, NONE, bounds, colours, dot_colour, shades, values
from app.picture.sheet import broken, sheet
from app.picture.sites import OUTLINES, PICKS, enlarged, symbol
from app.picture.view import MILE_M, bars, view
from app.picture.wanted import read_wanted
from app.picture.words import says
from app.state import load_city
from app.trying import answer, trial_of
from geo.crs import METRES
from loaders import store
from tests.conftest import ROOT

SCRIPTS = ROOT / "static" / "map"
BRONX = "-73.935,40.785,-73.765,40.917"


def measure(breaks=(20.0, 40.0, 60.0), unit="points", ramp=AMBER, **more):
    return Measure("gap", "Coverage gap", unit, "Need.", {"ntas": breaks}, ramp, 0, "us", "2023", **more)


@pytest.fixture(scope="module")
def town(small_var):
    return load_city(store.current(small_var))


@pytest.fixture(scope="module")
def city(sample_var):
    return load_city(store.current(sample_var))


def told(city, **given):
    """The scene and the words of a picture."""
    config = map_config(city.collections, city.manifest, city.snapshot.id, None)
    wanted = read_wanted({name: str(value) for name, value in given.items()}, city, config)
    terms = wanted.terms
    tried = answer(city, trial_of(city, terms.geography), terms) if terms else None
    shown = scene(city, config, wanted, tried)
    return shown, says(city, config, shown)


def laid(shown, said):
    return sheet(said, shown.wanted.width, shown.view.height / shown.view.width, Pen(latin()).measure)


def image(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


def pixel(shown, page, point):
    """Where a point (EPSG:32118) is in the picture."""
    scale = page.map.width / shown.view.width
    x, y = page.map.left + (point.x - shown.view.west) * scale, page.map.top + (shown.view.north - point.y) * scale
    return int(x), int(y)


# How an area is coloured: static/map/areas.js


def test_a_value_equal_to_a_bound_belongs_to_the_class_above():
    frame = pd.DataFrame({"value": [19.9, 20, 59.9, 60, None], "low": np.nan, "high": np.nan})
    found = shades(frame, measure(), "ntas")
    assert [*found["of"]] == [0, 1, 2, 3, NONE]
    assert not found["weak"].any()


@pytest.mark.parametrize(
    ("count", "picked"), [(0, [0]), (1, [0, 5]), (2, [0, 3, 5]), (3, [0, 2, 3, 5]), (5, [0, 1, 2, 3, 4, 5])]
)
def test_fewer_classes_are_spread_over_the_ramp(count, picked):
    """Halves are rounded up, as Math.round does."""
    few = measure(tuple(float(10 * (at + 1)) for at in range(count)))
    assert colours(few, "ntas") == tuple(AMBER[at] for at in picked)


def test_a_layer_without_bounds_of_its_own_has_those_of_another():
    assert bounds(measure(), "tracts") == (20, 40, 60)
    assert bounds(replace(measure(), breaks={"ntas": (20,), "tracts": ()}), "tracts") == ()
    assert bounds(replace(measure(), breaks={}), "tracts") == ()


@pytest.mark.parametrize(
    ("low", "high", "weak"), [(25, 35, False), (15, 45, False), (15, 60, True), (19, 59, False), (None, 90, False)]
)
def test_weak_is_what_reaches_two_classes_away(low, high, weak):
    frame = pd.DataFrame({"value": [30.0], "low": [low], "high": [high]}, dtype=float)
    assert shades(frame, measure(), "ntas")["weak"].tolist() == [weak]


def test_dots_show_on_light_and_on_dark():
    assert [dot_colour(colour) for colour in (AMBER[0], AMBER[2], AMBER[5])] == ["#6d7a86", "#6d7a86", "#ffffff"]


def test_the_rules_are_those_of_the_scripts():
    """What is spelled in both languages is spelled alike."""
    areas, symbols = ((SCRIPTS / name).read_text() for name in ("areas.js", "symbols.js"))
    assert f'{{ ground: "{GROUND}", line: "{LINE}" }}' in areas
    assert '> 150 ? "#6d7a86" : "#ffffff"' in areas and "0.3 * red + 0.59 * green + 0.11 * blue" in areas
    assert "here - low, high - here) >= 2" in areas and "value >= bound" in areas
    assert "Math.round((i * (ramp.length - 1)) / last)" in areas
    assert f"background: {WATER}" in (ROOT / "static" / "map.css").read_text()
    short = {"#ffffff": "#fff"}
    for _, _, found in PICKS.values():
        for each in found:
            fill, line = (short.get(colour, colour) for colour in (each.fill, each.line))
            size = "" if each.shape == "estate" else f", size: {each.size:g}"
            assert f'shape: "{each.shape}", fill: "{fill}", line: "{line}"{size}' in symbols
    assert {*OUTLINES} - {"estate"} <= {*re.findall(r'(\w+): "M', symbols)}


def test_values_have_the_margin_of_the_layer_else_its_interval(city):
    config = map_config(city.collections, city.manifest, city.snapshot.id, None)
    of = {each.code: each for each in config.measures}
    ntas = city.collections["ntas"]
    share = values(ntas, of["no_broadband"])
    known = share["low"].notna().to_numpy()
    margin = ntas.values("no_broadband_moe_share").to_numpy(float)
    assert known.any()
    assert (share["high"] - share["value"]).to_numpy()[known] == pytest.approx(margin[known])
    gap = values(ntas, of["gap"])
    assert np.array_equal(gap["low"], ntas.values("gap_low").astype(float), equal_nan=True)
    assert values(ntas, of["supply"])["low"].isna().all()


# What is said


def test_what_the_picture_says(city):
    shown, said = told(city)
    assert said.title == "Coverage gap by neighborhood (NTA)" and said.unit == "points, 0–100"
    assert said.warning == () and said.sites == ()
    classes = [key for key in said.keys if key.kind == "class"]
    assert [key.colour for key in classes] == [*AMBER]
    assert [key.words for key in classes] == ranges(shown.measure, "ntas")
    assert [key.kind for key in said.keys[6:]] == ["weak", "none"]
    numbers = [int(key.count.split()[0]) for key in said.keys]
    assert sum(numbers) - numbers[6] == 262
    words = " ".join(said.texts)
    uncertain = city.manifest["uncertain_shares"]["gap"]["ntas"]
    for part in (
        f"{100 * uncertain:.0f} % of areas could be in another class",
        "Source: American Community Survey, kiosks",
        "Vintage: ACS 2019–2023",
        *banners(city.manifest),
        f"Method {city.manifest['method']['version']}; snapshot {city.snapshot.id}",
        "U.S. Census Bureau (Public domain",
    ):
        assert part in words


def test_classes_in_words():
    assert ranges(measure((20.0, 40.0)), "ntas") == ["under 20", "20 – 40", "40 or more"]
    assert ranges(measure(()), "ntas") == ["all values"]
    share = replace(measure((0.05, 0.125), "share"), decimals=1)
    assert ranges(share, "ntas") == ["under 5.0 %", "5.0 % – 12.5 %", "12.5 % or more"]
    assert ranges(replace(share, breaks={"ntas": (0.05,)}), "ntas") == ["under 5 %", "5 % or more"]


def test_areas_without_any_value_say_why(city):
    _, said = told(city, areas="tracts")
    assert [key.kind for key in said.keys] == ["none"]
    assert said.legend == ("No census tract has a value: the survey file of this snapshot is by NTA, not by tract.",)


def test_what_is_counted_has_no_margin(city):
    assert "Counted, not surveyed: it has no margin of error." in told(city, measure="supply")[1].legend


def test_a_part_of_the_city_counts_what_is_in_view(city):
    shown, said = told(city, bbox=BRONX, sites="kiosks,developments")
    there = int(shown.areas["in_view"].sum())
    assert 30 < there < 120
    assert f"Counted are the areas in view: {there} of 262." in said.legend
    assert sum(int(key.count.split()[0]) for key in said.keys if key.kind != "weak") == there
    by = {key.words: int(key.count.replace(",", "")) for key in said.sites}
    assert {*by} == {"NYCHA development", "Link1.0, working", "Link5G, working", "not working, or a payphone"}
    whole = {key.words: int(key.count.replace(",", "")) for key in told(city, sites="kiosks")[1].sites}
    assert 0 < by["Link1.0, working"] < whole["Link1.0, working"]
    assert "New York City Housing Authority" in " ".join(said.notes)


def test_tried_weights_are_told_in_large_letters(city):
    shown, said = told(city, connection=3, beyond_reach=0, walk_m=800)
    page = laid(shown, said)
    assert said.warning[0] == "Tried weights: not the published score"
    assert "No broadband at home 60 %" in said.warning[1] and "within 800 m" in said.warning[1]
    assert "No broadband at home 25 %" in said.warning[2] and "within 400 m" in said.warning[2]
    assert re.fullmatch(r"These weights keep \d+ % of the published tiers\.", said.warning[3])
    large = next(line for line in page.lines if line.text == said.warning[0])
    assert large.size > 1.5 * next(line for line in page.lines if line.text == "under 36").size
    assert "how sure these classes are is not known" in " ".join(said.legend)
    assert not shown.areas["weak"].any()
    published = told(city)[0].areas["value"]
    assert not np.allclose(shown.areas["value"].dropna(), published.dropna())


def test_the_published_weights_are_no_trial(city):
    assert told(city, connection=2, devices=2, circumstances=2, beyond_reach=2, walk_m=400)[1].warning == ()


def test_what_hangs_on_no_weight_is_as_published(city):
    shown, said = told(city, measure="no_broadband", connection=3)
    assert said.warning == () and shown.tried is None
    assert "Tried weights change nothing here: this measure is shown as published." in said.notes


def test_a_place_is_named_with_its_value(city):
    shown, said = told(city, place="ntas/BX0101")
    area = city.collections["ntas"].frame.set_index("nta").loc["BX0101"]
    assert shown.place.name == area["name"]
    expected = f"90 % interval {area['gap_low']:.0f} to {area['gap_high']:.0f}."
    assert any(expected in words for words in said.legend)
    assert "Asked for, but out of view" in " ".join(told(city, place="ntas/SI0101", bbox=BRONX)[1].legend)
    assert said.legend[-1].startswith("Outlined: Mott Haven")
    tds = city.collections["developments"].ids[0]
    assert re.fullmatch(rf"Outlined: .+ \({tds}\)\.", told(city, place=f"developments/{tds}")[1].legend[-1])


# Where it stands


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"width": 600, "sites": "kiosks,schools,facilities,developments", "place": "ntas/BX0101"},
        {"width": 999, "connection": 3},
        {"width": 1000, "connection": 3, "sites": "kiosks,schools,facilities,developments", "bbox": BRONX},
        {"width": 2400, "areas": "boroughs", "measure": "below_150_poverty"},
        {"areas": "tracts", "measure": "people_left_out", "bbox": "-74.3,40.6,-73.7,40.61"},
    ],
    ids=lambda given: "-".join(map(str, given.values())) or "plain",
)
def test_no_text_overlaps_and_nothing_is_cut(city, given):
    shown, said = told(city, **given)
    page = laid(shown, said)
    boxes = [
        (line.text, shapely.box(line.left, line.top, line.left + line.width, line.top + line.height))
        for line in page.lines
    ]
    boxes += [
        (name, shapely.box(b.left, b.top, b.left + b.width, b.top + b.height))
        for name, b in (("map", page.map), ("scale", page.scale))
    ]
    for (one, box), (other, of_other) in combinations(boxes, 2):
        assert shapely.area(shapely.intersection(box, of_other)) < 1e-6, (one, other)
    whole = shapely.box(0, 0, page.width, page.height)
    assert [text for text, box in boxes if not shapely.contains(whole, box)] == []
    assert min(line.size for line in page.lines) >= 10.9
    shown_texts = re.sub(r"\s", "", "".join(line.text for line in page.lines))
    assert all(
        re.sub(r"\s", "", text) in shown_texts for text in (said.title, *said.warning, *said.notes, *said.legend)
    )


def test_long_words_are_broken_and_shares_are_not():
    assert broken("a share of 79 % here", 11, len) == ["a share of", "79 % here"]
    assert broken("snapshot-20250101", 6, len) == ["snapsh", "ot-202", "50101"]
    assert broken("宽带差距，按街区", 4, len) == ["宽带差", "距，按街", "区"]
    assert broken("", 4, len) == []


def test_names_are_where_they_fit():
    frame = shapely.box(0, 0, 100, 100)
    names = Names(frame, lambda text, size, bold: len(text) * size * 0.6, [])
    assert names.add("Long Name", shapely.box(0, 0, 40, 40), 10, bold=False, inside=True)
    assert names.placed[0].lines == ("Long", "Name")
    assert not names.add("Longer-than-that", shapely.box(60, 60, 80, 80), 10, bold=False, inside=True)
    assert not names.add("Over it", shapely.box(0, 0, 40, 40), 10, bold=True, inside=False)
    assert not names.add("Far", shapely.box(200, 200, 300, 300), 10, bold=True, inside=False)
    assert not names.add("At the edge", shapely.box(0, 60, 10, 100), 10, bold=True, inside=False)
    found = list(arrangements("Soundview-Bruckner-Bronx River", 3, len))
    assert [lines for lines, _ in found][2] == ("Soundview-", "Bruckner-", "Bronx River")
    assert isinstance(names.placed[0], Name)


def test_the_scale_is_round_and_true(city):
    assert bars(12_000) == (10_000, 5 * MILE_M)
    assert bars(900) == (500, 0.5 * MILE_M)
    assert scale_words(10_000, 5 * MILE_M) == ("10 km", "5 mi")
    assert scale_words(500, 0.2 * MILE_M) == ("500 m", "0.2 mi")
    ground = view((-73.95, 40.70, -73.90, 40.75), np.zeros(4))
    assert ground.width == pytest.approx(4_220, rel=0.02) and ground.height == pytest.approx(5_550, rel=0.02)
    assert enlarged(1_000) == 0.52 and enlarged(1) == 1.6


def test_symbols_follow_properties():
    assert symbol("kiosks", {"working": True, "kind": "Link5G"}).shape == "diamond"
    assert symbol("kiosks", {"working": False, "kind": "Link5G"}).shape == "cross"
    assert symbol("facilities", {"open_to_all_ages": False}).fill == "#ffffff"
    assert symbol("facilities", {"open_to_all_ages": None}).fill == "#0b7a4b"
    assert symbol("anything", {}).title == "site"


# What is drawn


@pytest.mark.parametrize(
    ("given", "least"),
    [({}, 100), ({"areas": "tracts", "measure": "supply", "bbox": BRONX}, 200), ({"areas": "boroughs"}, 5)],
    ids=["ntas", "tracts", "boroughs"],
)
def test_areas_have_the_colours_of_their_classes(city, given, least):
    shown, said = told(city, **given)
    page, picture = laid(shown, said), image(drawn(shown, said, latin(), "png"))
    assert picture.size == (page.width, page.height)
    ramp = colours(shown.measure, shown.wanted.areas)
    core = shown.view.box.buffer(-100)
    sure = shown.areas[~shown.areas["weak"] & (shown.areas["of"] != NONE) & shown.areas.geometry.within(core)]
    others = {ImageColor.getrgb(colour) for colour in ramp}
    whole = []
    for outline, of in zip(sure.geometry, sure["of"], strict=True):
        middle, edge = shapely.get_coordinates(shapely.maximum_inscribed_circle(outline, tolerance=20))
        radius = np.hypot(*(middle - edge)) * 0.7
        if radius * page.map.width / shown.view.width > 4:
            ring = shapely.get_coordinates(shapely.Point(middle).buffer(radius, quad_segs=2))[1:]
            found = [picture.getpixel(pixel(shown, page, shapely.Point(point))) for point in ring]
            own = ImageColor.getrgb(ramp[of])
            assert others.intersection(found) <= {own}, outline
            whole.append(found.count(own) >= 4)
    assert len(whole) >= least and np.mean(whole) > 0.9  # names stand over some


def test_weak_areas_are_dotted_and_empty_ones_hatched(city):
    shown, said = told(city, width=2400)
    page, picture = laid(shown, said), image(drawn(shown, said, latin(), "png"))
    scale = page.map.width / shown.view.width

    def inside(outline):
        """The colours of the largest square in an outline."""
        middle, edge = shapely.get_coordinates(shapely.maximum_inscribed_circle(outline, tolerance=20))
        half = int(np.hypot(*(middle - edge)) * scale * 0.6)
        x, y = pixel(shown, page, shapely.Point(middle))
        return {colour for _, colour in picture.crop((x - half, y - half, x + half, y + half)).getcolors(100_000)}

    ramp = colours(shown.measure, "ntas")
    for outline, of in shown.areas.loc[shown.areas["weak"], ["geometry", "of"]].itertuples(index=False):
        assert ImageColor.getrgb(dot_colour(ramp[of])) in inside(outline)
    largest = shown.areas[shown.areas["of"] == NONE].geometry.area.nlargest(5).index
    for outline in shown.areas.loc[largest].geometry:
        found = inside(outline)
        assert ImageColor.getrgb(GROUND) in found and min(found) < (0xB0, 0xB0, 0xB0)


def test_sites_and_the_place_are_drawn(town):
    plain, said = told(town)
    page, before = laid(plain, said), image(drawn(plain, said, latin(), "png"))
    shown, more = told(town, sites="kiosks,developments", place="ntas/BK0101")
    after, there = image(drawn(shown, more, latin(), "png")), laid(shown, more)
    kiosk = town.collections["kiosks"].frame.to_crs(METRES).set_index("site_id").geometry["k-live"]
    assert before.getpixel(pixel(plain, page, kiosk)) != after.getpixel(pixel(shown, there, kiosk))
    assert shown.place.name == "Neighborhood BK0101"


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_the_same_input_gives_the_same_bytes(town, form):
    shown, said = told(town, sites="kiosks", place="ntas/BK0101")
    once = drawn(shown, said, latin(), form)
    with ThreadPoolExecutor(4) as pool:
        again = [*pool.map(lambda _: drawn(shown, said, latin(), form), range(4))]
    assert {*again} == {once}
    assert not re.search(rb"20\d\d-\d\d-\d\dT|CreationDate|Matplotlib v", once)


def test_a_picture_says_in_its_metadata_what_it_is(city):
    shown, said = told(city, connection=3)
    about = Image.open(io.BytesIO(drawn(shown, said, latin(), "png"))).text
    assert about["Title"] == "Coverage gap by neighborhood (NTA). Tried weights: not the published score"
    assert all(words in about["Description"] for words in (*said.warning, *said.notes))


def test_nothing_global_is_left_changed(town):
    import matplotlib

    before = dict(matplotlib.rcParams)
    drawn(*told(town), latin(), "svg")
    assert dict(matplotlib.rcParams) == before


# Languages


def test_every_letter_has_a_glyph(city):
    from matplotlib.font_manager import get_font

    known = get_font(latin().plain.get_file()).get_charmap()
    shown, said = told(city, connection=3, sites="kiosks,schools,facilities,developments", place="ntas/BX0101")
    letters = {*"".join((*said.texts, *shown.named["name"], *shown.boroughs["name"], *"áéíñóúü¿¡±≥"))}
    assert [letter for letter in letters if ord(letter) not in known] == []


def test_without_chinese_letters_the_texts_are_english(monkeypatch):
    monkeypatch.setattr(fonts, "chinese", lambda: None)
    with spoken(Speech("zh", carried=True)):
        with readable() as found:
            assert speech().code == "en" and found == latin()
        assert speech().code == "zh"


def test_with_chinese_letters_they_are_used(monkeypatch):
    monkeypatch.setattr(fonts, "chinese", latin)
    with spoken(Speech("zh")), readable():
        assert speech().code == "zh"
    with spoken(Speech("es")), readable() as found:
        assert speech().code == "es" and found == latin()


# The address


def test_the_answer(client):
    answer = client.get("/map.png", width=600)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == 'attachment; filename="gap-by-ntas.png"'
    assert answer.headers["vary"] == "Accept-Language" and answer.headers["content-language"] == "en"
    assert image(answer.content).size[0] == 600
    again = client.get("/map.png?width=600", {"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    tried = client.get("/map.png", width=600, connection=3)
    assert tried.headers["content-disposition"] == 'attachment; filename="gap-by-ntas-tried.png"'
    assert tried.content != answer.content
    assert client.get("/map.png", lang="zh", width=600).headers["content-language"] in ("zh", "en")


@pytest.mark.parametrize(("form", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF-")])
def test_other_forms(client, form, start):
    answer = client.get(f"/map.{form}", areas="boroughs", measure="supply")
    assert answer.status_code == 200 and answer.content.startswith(start)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "wealth"}, "measure: found 'wealth', expected one of: gap, need, supply"),
        ({"areas": "cdtas"}, "areas: found 'cdtas', expected one of: ntas, tracts, boroughs"),
        ({"width": "599"}, "expected a whole number of pixels from 600 to 2400"),
        ({"width": "1e3"}, "expected a whole number of pixels"),
        ({"sites": "kiosks,pubs"}, "sites: found 'pubs', expected some of: "),
        ({"bbox": "1,2,3"}, "expected west,south,east,north in degrees"),
        ({"bbox": "-73,40.5,-74,41"}, "expected west before east"),
        ({"bbox": "nan,40.5,-74,41"}, "expected west before east"),
        ({"bbox": "2,48,3,49"}, "that shows 0.002° of the city or more"),
        ({"place": "BX0101"}, "place: found 'BX0101', expected layer/id"),
        ({"connection": "much"}, "connection: found 'much', expected a weight"),
        ({"walk_m": "77"}, "expected one of: 45, 100"),
        ({"areas": "boroughs", "connection": "3"}, "boroughs are not scored under tried weights"),
        ({"colour": "red"}, "found 'colour', parameters are: measure, areas, bbox"),
    ],
)
def test_wrong_questions_are_refused_in_words(client, asked, said):
    assert said in client.refused(400, "/map.png", **asked)


def test_what_is_not_there(client):
    assert "no feature 'BX9999'" in client.refused(404, "/map.png", place="ntas/BX9999")
    assert "expected one of: png, svg, pdf" in client.refused(404, "/map.gif")
