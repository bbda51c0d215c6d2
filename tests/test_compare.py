"""Two areas beside each other: on the made-up city, where differences are known by hand, and on the sample."""

import csv
import io
import re
from html import unescape
from math import sqrt

import pytest

from app.main import create_app
from app.settings import Settings
from tests.calling import calling, problem
from tests.city import A1, A2, C1, C2
from tests.pseudo import bare, pseudo

PAIR = {"of": "tracts", "a": A1, "b": C1}


@pytest.fixture(scope="module")
def town(small_var):
    with calling(create_app(Settings(var=small_var))) as running:
        yield running


def page(client, status=200, **query):
    """The page at `query`, and its text."""
    answer = client.get("/compare", **query)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    return answer.text, " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def found(client, **query):
    told = client.json("/compare", f="json", **query)
    return told, {row["code"]: row for row in told["measures"] + told["people"]}


def test_a_difference_by_hand(town):
    """
    Without broadband: 10 of 100 households in A1, 20 of 100 in C1, every margin 10.

    The margin of a share p is √(10² − p² 10²) / 100 of those with broadband: √19 / 100 and √36 / 100.
    """
    told, rows = found(town, **PAIR)
    row = rows["no_broadband"]
    assert (row["a"]["value"], row["b"]["value"]) == pytest.approx((0.10, 0.20))
    assert row["a"]["high"] - row["a"]["value"] == pytest.approx(sqrt(19) / 100)
    assert row["b"]["high"] - row["b"]["value"] == pytest.approx(0.06)
    assert (row["difference"], row["moe"]) == pytest.approx((-0.10, sqrt(19 + 36) / 100))
    assert (row["significant"], row["verdict"]) == (True, "B is higher: significant at 90 %")
    assert (row["a"]["reliability"], row["b"]["reliability"]) == ("good", "fair")
    assert told["a"]["name"] == "Brooklyn tract 0100" and told["b"]["borough"] == "Queens"


def test_what_is_within_the_margin_is_no_difference(town):
    """65 and over: 25 of 250 in A1, 30 of 300 in C1; poor: 50 of 250 and 75 of 300, margins of four bands."""
    rows = found(town, **PAIR)[1]
    assert rows["aged_65"]["difference"] == pytest.approx(0, abs=1e-12)
    poor = rows["below_150_poverty"]
    parts = [sqrt(4 * 100 - share**2 * 100) / people for share, people in ((0.2, 250), (0.25, 300))]
    assert (poor["difference"], poor["moe"]) == pytest.approx((-0.05, sqrt(parts[0] ** 2 + parts[1] ** 2)))
    assert (poor["significant"], poor["verdict"]) == (False, "not significant at 90 %: they cannot be told apart")


def test_what_is_counted_has_no_margin_and_no_test(town):
    """100 of 250 residents of A1 are beyond 400 m of the kiosk, none of C1 of the centre."""
    rows = found(town, **PAIR)[1]
    for code, difference in (("beyond_reach", 0.4), ("people_beyond_reach", 100.0)):
        assert rows[code]["difference"] == pytest.approx(difference)
        assert (rows[code]["moe"], rows[code]["significant"]) == (None, None)
        assert rows[code]["verdict"] == "A is higher; counted, no margin"
    assert rows["beyond_reach"]["a"]["reliability"] == "counted"


def test_the_other_way_round_is_the_same_difference(town):
    one, other = (found(town, of="tracts", a=a, b=b)[1] for a, b in ((A1, A2), (A2, A1)))
    for code, row in one.items():
        assert row["significant"] == other[code]["significant"], code
        if row["difference"] is not None:
            assert row["difference"] == pytest.approx(-other[code]["difference"])


def test_what_is_not_known_is_not_compared(town):
    told, rows = found(town, of="tracts", a=A1, b=C2)
    assert rows["no_broadband"]["b"] == {"value": None, "low": None, "high": None, "reliability": None}
    for code in ("no_broadband", "need", "gap", "people_left_out"):
        assert (rows[code]["difference"], rows[code]["significant"]) == (None, None)
        assert rows[code]["verdict"] == "cannot be told: one of the two is not known"
    assert (told["tested"], told["significant"]) == (0, 0)
    text = page(town, of="tracts", a=A1, b=C2)[1]
    assert "no difference can be tested" in text and "no households" in text


def test_the_page_says_both_sure_and_not(client):
    html, text = page(client, a="BX0101", b="MN0101")
    assert "Mott Haven-Port Morris and Financial District-Battery Park City compared" in text
    assert "Of 6 measures with margins, 6 differ significantly at 90 %." in text
    assert "taken as independent" in text and "Their intervals of rank do not overlap." in text
    assert "18.1 % ± 2.8 good 2.3 % ± 1.3 good" in text
    charts = re.findall(r'<svg[^>]*role="img" aria-label="([^"]*)"', html)
    told = unescape(charts[0])
    assert len(charts) == 7 and "A 18.1\u00a0% ±\u00a02.8, B 2.3\u00a0% ±\u00a01.3" in told and "from 0 to 25 %" in told
    assert "style=" not in html and "kiosks (synthetic)" in text


def test_the_same_as_the_page_of_the_place_says(client):
    """Values and intervals are those of `/nta/{id}`."""
    rows = found(client, a="BX0101", b="QN1003")[1]
    for side, nta in (("a", "BX0101"), ("b", "QN1003")):
        for row in client.json(f"/nta/{nta}", f="json")["compared"]:
            assert [rows[row["code"]][side][end] for end in ("value", "low", "high")] == [
                row[end] for end in ("value", "low", "high")
            ]


@pytest.mark.parametrize(
    ("of", "a", "b"), [("boroughs", "bronx", "Staten Island"), ("cdtas", "BX01", "MN01"), ("tracts", A1, C1)]
)
def test_every_geography_is_compared(client, town, of, a, b):
    asks = town if of == "tracts" else client
    told, rows = found(asks, of=of, a=a, b=b)
    assert told["tested"] >= 4 and {"need", "gap", "population"} <= {*rows}
    assert (told["ranked"] is None) == (of == "boroughs")
    text = page(asks, of=of, a=a, b=b)[1]
    assert ("Where they stand" in text) == (of != "boroughs")


def test_names_and_ids_in_any_case_are_the_same_place(client):
    one = client.json("/compare", a="BX0101", b="MN0101", f="json")
    assert client.json("/compare", a=" mott haven-port MORRIS ", b="mn0101", f="json") == one


def test_without_areas_there_is_a_form_that_needs_no_script(client):
    html, text = page(client)
    assert html.count("<option") == 262 and 'list="places"' in html and "<script" not in html
    assert 'value="Mott Haven-Port Morris"' in html and "Compare two areas" in text
    html, text = page(client, a="BX0101")
    assert 'value="BX0101"' in html and "Choose another one" in text
    assert client.get("/compare", of="tracts").text.count("<option") == 2325


def test_a_wrong_name_is_told_and_kept(client):
    html, text = page(client, 404, a='mott h"', b="Harlem (North)")
    assert 'value="mott h&#34;"' in html and 'value="Harlem (North)"' in html
    assert 'aria-invalid="true"' in html and "expected a neighborhood (NTA) by its id (BK0101 to SI9593)" in text
    told = client.refused(404, "/compare", a="mott h", b="MN0101", f="json")
    assert told.startswith("a: found 'mott h', expected") and told.endswith("near to it: Mott Haven-Port Morris")


def test_a_tract_and_its_neighborhood_are_refused_with_words(client):
    told = client.refused(404, "/compare", a="BX0101", b="36005001901", f="csv")
    assert "is a census tract" in told and "share their answers" in told and "/tracts/36005001901" in told
    told = client.refused(404, "/compare", a="BX0101", b="Bronx", f="json")
    assert "is a borough" in told and "of=boroughs" in told and "own page" not in told


def test_an_area_is_not_compared_with_itself(client):
    told = client.refused(400, "/compare", a="BX0101", b="Mott Haven-Port Morris", f="json")
    assert told == "a and b: found Mott Haven-Port Morris twice, expected two different areas"
    html, text = page(client, 400, a="BX0101", b="bx0101")
    assert "expected two different areas" in text and 'value="bx0101"' in html


def test_other_mistakes(client):
    assert "of: found 'kiosks'" in client.refused(400, "/compare", of="kiosks", f="json")
    assert client.refused(400, "/compare", a="BX0101", f="json").startswith("b: missing")
    assert "at most 200 characters" in client.refused(400, "/compare", a="x" * 201, b="BX0101", f="json")
    assert "expected one of: html, json, csv" in problem(client.get("/compare", f="pdf"), 400)["detail"]
    assert "at most 200 characters" in page(client, 400, a="x" * 201)[1]


def test_the_file_says_the_same(client):
    answer = client.get("/compare", a="BX0101", b="MN0101", f="csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="BX0101-MN0101.csv"'
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    told, known = found(client, a="BX0101", b="MN0101")
    assert [*rows] == [*known]
    for code, row in rows.items():
        assert float(row["difference"]) == pytest.approx(known[code]["difference"], abs=1e-6)
        assert (row["a_id"], row["b_name"]) == ("BX0101", told["b"]["name"])
        assert row["significant"] == ("" if known[code]["significant"] is None else str(known[code]["significant"]))
        assert row["snapshot"] == told["snapshot"] and row["not_real"] == told["not_real"]


def test_a_value_is_as_sure_as_the_table_says_it_is(client):
    """Where the end of an interval is a bound of the classes once it is rounded, as that of BX0201 is."""
    for code in ("gap", "need", "no_broadband"):
        rows = client.json("/table", f="json", measure=code, borough="Bronx")["rows"]
        table = {row["nta"]: row["reliability"] for row in rows}
        for other in ("BX0101", "BX0102", "BX0303", "BX2891"):
            told = found(client, a="BX0201", b=other)[1][code]
            assert (told["a"]["reliability"], told["b"]["reliability"]) == (table["BX0201"], table[other])


def test_a_verdict_has_a_code(town):
    rows = found(town, **PAIR)[1]
    assert rows["no_broadband"]["verdict_code"] == "b higher"
    assert rows["below_150_poverty"]["verdict_code"] == "not significant"
    assert rows["beyond_reach"]["verdict_code"] == "a higher"
    assert found(town, of="tracts", a=A1, b=C2)[1]["gap"]["verdict_code"] == "not known"
    answer = town.get("/compare", f="csv", **PAIR).content.decode("utf-8-sig")
    codes = {row["measure"]: row["verdict_code"] for row in csv.DictReader(io.StringIO(answer))}
    assert codes == {code: row["verdict_code"] for code, row in rows.items()}


def test_the_page_speaks_the_language(client, sample_var, monkeypatch):
    """Notes and what is not real as well: what is left are names."""
    names = {row["name"] for row in client.json("/table", f="json")["rows"]} | {"JSON", "CSV"}
    pseudo(monkeypatch)
    pairs = {"BX0101": "BX2891", "Mott": "foo", "x" * 201: "", "BX0102": ""}
    with calling(create_app(Settings(var=sample_var))) as own:
        pages = [own.get("/compare", {"accept-language": "es"}, a=a, b=b).text for a, b in pairs.items()]
    for page in pages:
        html = re.sub(r"<datalist.*?</datalist>", "", page, flags=re.DOTALL)
        assert [text for text in bare(html) if text not in names] == []
        assert "(synthetic)" not in html and '<span lang="en"' not in html


@pytest.mark.parametrize("asks", [{"b": "MN0101"}, {"b": "foo"}, {"b": "bx0101"}, {}, {"b": "x" * 201}])
def test_data_and_its_errors_are_in_english_whatever_the_language(client, asks):
    for form in ("json", "csv"):
        plain, spanish = (
            client.get("/compare", header, a="BX0101", f=form, **asks) for header in (None, {"accept-language": "es"})
        )
        assert plain.content == spanish.content and "Accept-Language" not in spanish.headers.get("vary", "")
