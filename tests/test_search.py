"""Places by their names: what is found, in which order, what is not, and how `/search` tells it."""

import re
import time
from html import unescape

import numpy as np
import pytest

from app.gazetteer import KINDS
from app.search import EXACT, LEAST, PREFIX, Index, joined, spelt, words
from app.state import load_city
from loaders import store
from tests.pseudo import bare, pseudo
from tests.snapshots import small

BROWSER = {"accept": "text/html,*/*;q=0.8"}
QUICK_MS = 20
QUESTIONS = [
    "b",
    "mott havn",
    "queensbrige",
    "washigton heigths manhattan",
    "ps 12",
    "36047",
    "zzzzzz",
    "a b c d e f g",
]


@pytest.fixture(scope="module")
def sample(sample_var):
    return Index(load_city(store.current(sample_var)))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The made-up city, with names that are hard."""
    from tests.city import facilities, kiosks

    named = kiosks().assign(
        address=["12 EAST 152ND STREET", None], kind="Link5G", borough="Brooklyn", council_district=["34", "34, 35"]
    )
    centres = facilities().assign(name=["Saint Mary's Library", "图书馆"], agency="Queens Library")
    return Index(load_city(small(tmp_path_factory.mktemp("tiny"), kiosks=named, facilities=centres)))


def kinds(hits):
    return [(hit.kind, hit.id) for hit in hits]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Mary’s Park", "SAINT MARYS PARK"),
        ("Mt. Eden", "mount eden"),
        ("Ft Greene", "Fort Greene"),
        ("E. 152nd St", "east 152 street"),
        ("Third Avenue", "3rd ave"),
        ("P.S. 015 Roberto Clemente", "ps15 roberto clemente"),
        ("P.S. 15", "Public School 15"),
        ("J.H.S. 118", "jhs118"),
        ("P.S./I.S. 157", "ps is 157"),
        ("Vladeck II", "vladeck 2"),
        ("Co-op City", "coop city"),
        ("The Bronx", "bronx"),
        ("Ünivérsity Hgts", "university heights"),
        ("Unity Houses", "unity house"),
    ],
)
def test_spellings_of_one_name(one, other):
    assert joined(words(one)) == joined(words(other)) != ""


def test_numbers_stay_apart_and_keep_their_point():
    assert joined(words("1000 1 Avenue")) != joined(words("10001 Avenue"))
    assert words("tract 285.01") == ["tract", "285.01"]
    assert [spelt(word) for word in ("049", "0", "2nd", "199x")] == ["49", "0", "2", "199x"]
    assert words("…!?") == []
    assert words("the") == ["the"]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("mott haven", [("nta", "BX0101"), ("cdta", "BX01"), ("development", "121")]),
        ("mott havn", [("nta", "BX0101"), ("cdta", "BX01"), ("development", "121")]),
        ("motthavn", [("nta", "BX0101"), ("cdta", "BX01"), ("development", "121")]),
        ("haven mott", [("nta", "BX0101"), ("cdta", "BX01"), ("development", "121")]),
        ("queensbrige", [("nta", "QN0105"), ("cdta", "QN01")]),
        ("queensbridge houses", [("development", "505"), ("development", "005")]),
        ("mott haven nycha", [("development", "121")]),
        ("bronx", [("borough", "Bronx"), ("nta", "BX2791")]),
        ("brooklyn", [("borough", "Brooklyn"), ("nta", "BK0201")]),
        ("harlem", [("nta", "MN1002"), ("nta", "MN1001"), ("cdta", "MN10")]),
        ("hell's kitchen", [("nta", "MN0402")]),
        ("bk08", [("cdta", "BK08"), ("nta", "BK0801")]),
        ("Community Board 4 Bronx", [("cdta", "BX04")]),
        ("bronx cb 4", [("cdta", "BX04")]),
        ("council district 34", [("council_district", "34")]),
        ("049", [("development", "049")]),
        ("tds 49", [("development", "049")]),
        ("36047028501", [("tract", "36047028501")]),
        ("tract 28501", [("tract", "36047028501")]),
        ("28501 tract", [("tract", "36047028501")]),
        ("brooklyn tract 285.01", [("tract", "36047028501")]),
        ("00K001", [("school", "00K001")]),
        ("school 001 brooklyn", [("school", "00K001")]),
        ("sy-01-000001", [("kiosk", "sy-01-000001")]),
        ("older adult centre 1", [("facility", "syn-001")]),
    ],
)
def test_what_is_found_first(sample, asked, first):
    found = kinds(sample.find(asked))
    assert found[: len(first)] == first


def test_names_of_schools_and_addresses(tiny):
    assert kinds(tiny.find("12 e 152nd st")) == [("kiosk", "k-live")]
    assert kinds(tiny.find("152 street")) == [("kiosk", "k-live")]
    assert kinds(tiny.find("k-planned")) == [("kiosk", "k-planned")]
    assert kinds(tiny.find("st marys")) == [("facility", "c-open")]
    assert kinds(tiny.find("marys queens library")) == [("facility", "c-open")]
    assert tiny.find("图书馆") == []


@pytest.mark.parametrize(
    "asked",
    ["", "   ", "???", "zzzz", "asdfgh", "qwerty", "hello", "lorem ipsum", "mott haven moscow", "12345678901",
     "ps 99999", "'; drop table", "%", "made up", "\ufffd", "a" * 100],
)  # fmt: skip
def test_nonsense_finds_nothing(sample, asked):
    assert sample.find(asked) == []


def test_numbers_are_never_merely_alike(sample):
    assert {hit.id[-6:] for hit in sample.find("tract 28501")} == {"028501"}
    assert all("1" in hit.name.split()[-1] or "1" in hit.id for hit in sample.find("school 001"))


def test_the_order_is_by_score_then_by_kind(sample):
    order = [*KINDS]
    for asked in QUESTIONS:
        hits = sample.find(asked, 50)
        assert [(-hit.score, order.index(hit.kind)) for hit in hits] == sorted(
            (-hit.score, order.index(hit.kind)) for hit in hits
        )
        assert all(LEAST <= hit.score <= EXACT for hit in hits)
        assert sample.find(asked, 3) == hits[:3]
        assert len({(hit.kind, hit.id) for hit in hits}) == len(hits)


def test_a_name_is_exact_and_its_beginning_next(sample):
    assert [hit.score for hit in sample.find("brooklyn", 2)] == [EXACT, PREFIX]
    assert sample.find("brookly", 1)[0].score == PREFIX
    assert LEAST <= sample.find("broklyn", 1)[0].score < PREFIX


def test_every_place_is_found_by_its_name_and_its_id(sample):
    step = 97
    for place in sample.places[::step]:
        assert any((hit.kind, hit.id) == (place.kind, place.id) for hit in sample.find(place.name, 60)), place
        if place.kind != "facility":
            assert any((hit.kind, hit.id) == (place.kind, place.id) for hit in sample.find(place.id)), place


def test_a_slip_in_a_long_name_is_forgiven(sample):
    rng = np.random.default_rng(4)
    names = [
        place.name for place in sample.places if place.kind == "nta" and re.fullmatch(r"[A-Z][a-z]{6,}", place.name)
    ]
    assert len(names) > 20
    for name in names:
        at = int(rng.integers(1, len(name) - 1))
        for wrong in (name[:at] + name[at + 1 :], name[:at] + "x" + name[at:], name[:at] + "x" + name[at + 1 :]):
            assert name in [hit.name for hit in sample.find(wrong)], wrong


def test_a_hit_says_where_it_is(sample, everything):
    development, centre = sample.find("mott haven nycha", 1)[0], sample.find("older adult centre 1", 1)[0]
    assert (development.title, development.where) == ("NYCHA development", "Mott Haven-Port Morris, Bronx")
    assert (development.collection, development.page) == ("developments", "/developments/121")
    west, south, east, north = development.bbox
    assert -73.93 < west < east < -73.91 and 40.81 < south < north < 40.82
    assert centre.bbox[:2] == centre.bbox[2:]
    assert "Manhattan" in centre.where
    nta, tract = sample.find("BX0101", 1)[0], sample.find("36047028501", 1)[0]
    assert (nta.page, nta.where) == ("/nta/BX0101", "Bronx")
    assert (tract.page, tract.where) == ("/tracts/36047028501", "Bedford-Stuyvesant (East), Brooklyn")
    for hit in (development, centre, nta, tract):
        features = {feature["id"]: feature for feature in everything[hit.collection]["features"]}
        assert features[hit.id]["properties"]


def test_a_council_district_is_a_box_around_what_is_in_it_alone(tiny, sample):
    hit = tiny.find("council district 34")[0]
    assert hit.approximate and hit.collection is None
    assert hit.told["where"] == "Brooklyn; approximate: the box around its kiosks and developments"
    assert hit.bbox[:2] == hit.bbox[2:]  # one kiosk; the other is in two districts
    assert tiny.find("council district 35") == []
    assert sample.find("council district 34")[0].approximate
    assert not sample.find("mott haven")[0].approximate


def test_what_is_not_on_the_map_says_so(tiny):
    hit = tiny.find("four")[0]
    assert (hit.id, hit.bbox, hit.told["where"]) == ("004", None, "not on the map")


def test_a_question_is_quick(sample):
    taken = {}
    for asked in QUESTIONS:
        times = []
        for _ in range(10):  # the best of them: others may be using this machine
            start = time.perf_counter()
            sample.find(asked)
            times.append(1000 * (time.perf_counter() - start))
        taken[asked] = min(times)
    assert max(taken.values()) <= QUICK_MS, taken


def test_the_answer(client):
    answer = client.json("/search", q="  Mott Haven ", limit=2)
    assert (answer["q"], [hit["id"] for hit in answer["hits"]]) == ("Mott Haven", ["BX0101", "BX01"])
    assert {*answer["hits"][0]} == {
        *("kind", "title", "id", "name", "where", "bbox", "approximate", "collection", "page", "score")
    }
    assert len(client.json("/search", q="b", limit=50)["hits"]) == 50
    assert len(client.json("/search", q="b")["hits"]) == 8
    assert client.json("/search", q="zzzz") == {"q": "zzzz", "hits": []}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "q: found 0 characters, expected 1 to 100"),
        ({"q": " "}, "q: found 0 characters, expected 1 to 100"),
        ({"q": "a" * 101}, "q: found 101 characters, expected 1 to 100"),
        ({"q": "a", "limit": "0"}, "limit: found '0', expected a whole number from 1 to 50"),
        ({"q": "a", "limit": "51"}, "expected a whole number from 1 to 50"),
        ({"q": "a", "limit": "9" * 5000}, "expected a whole number from 1 to 50"),
        ({"q": "a", "limit": "٣"}, "expected a whole number from 1 to 50"),
        ({"q": "a", "kind": "nta"}, "parameters are: q, limit, f"),
        ({"q": ["a", "b"]}, "q: given more than once"),
        ({"q": "a", "f": "xml"}, "expected one of: json, html"),
        ({"q": "a" * 101, "f": "html"}, "q: found 101 characters"),
    ],
)
def test_questions_that_are_none(client, asked, said):
    assert said in client.refused(400, "/search", **asked)


def test_it_can_be_asked_again(client):
    first = client.get("/search?q=harlem")
    assert client.get("/search?q=harlem", {"If-None-Match": first.headers["etag"]}).status_code == 304
    assert "Accept" in first.headers["vary"]
    assert client.get("/search?q=bronx").headers["etag"] != first.headers["etag"]


def test_the_page_needs_no_script(client):
    page = client.get("/search?q=mott+havn", BROWSER)
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text
    assert '<a href="/nta/BX0101">Mott Haven-Port Morris</a>' in page.text
    assert '<a href="/developments/121">Mott Haven</a>' in page.text
    assert 'value="mott havn"' in page.text
    assert client.get("/search?q=bronx&f=html").status_code == 200  # its name is its id


def test_the_page_without_a_question_or_hits(client):
    empty, none = client.get("/search", BROWSER).text, client.get("/search?q=zzzz&f=html").text
    assert "No place" not in empty and "<form" in empty
    assert "No place has a name like “zzzz”" in none


def test_the_page_escapes_what_was_asked(client):
    page = client.get("/search", q='"><script>alert(1)</script>', f="html").text
    assert "<script" not in page
    assert '"><script>alert(1)</script>' in unescape(page)


def test_links_of_the_page_answer(client):
    for asked in ("staten island", "community board 1", "council district 34", "older adult centre 1", "sy-01-000001"):
        hit = client.json("/search", q=asked, limit=1)["hits"][0]
        assert client.get(hit["page"]).status_code == 200, hit


def test_kinds_and_places_are_told_in_the_language_of_the_caller(client, monkeypatch):
    pseudo(monkeypatch)
    answer = client.get("/search?q=mott+haven&lang=es")
    assert answer.headers["vary"].startswith("Accept, Accept-Language")
    assert [hit["title"] for hit in answer.json()["hits"]][:2] == ["⟦Neighborhood⟧", "⟦Community district⟧"]
    assert client.json("/search", q="mott haven")["hits"][0]["title"] == "Neighborhood"
    borough, district = (
        client.json("/search", q=asked, limit=1, lang="es")["hits"][0] for asked in ("brooklyn", "council district 34")
    )
    assert borough["where"] == "⟦New York City⟧"
    assert district["where"] == "⟦Brooklyn; approximate: the box around its kiosks and developments⟧"


@pytest.mark.parametrize("asked", ["mott haven", "zzzz", "", "council district 34", "sy-01-000001"])
def test_all_of_the_page_can_be_translated(client, monkeypatch, asked):
    pseudo(monkeypatch)
    page = client.get("/search", q=asked, f="html", lang="es").text
    hits = client.json("/search", q=asked)["hits"] if asked else []
    names = {words for hit in hits for words in (hit["name"], f"{hit['id']} · {hit['where']}", f"· {hit['where']}")}
    assert {*bare(page)} <= names
