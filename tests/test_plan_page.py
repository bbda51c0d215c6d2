"""The page of a plan, its data and files, the brief of a wave, and how stable it is."""

import csv
import io
import json
import re
from html import unescape

import pytest

from app.main import create_app
from app.routes import plan as routes
from app.settings import Settings
from geo.rollout import Terms
from tests.calling import calling
from tests.city import adoption
from tests.pseudo import bare, pseudo
from tests.snapshots import small

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def town(small_var):
    """The service on the made-up city: developments 001, 002 and 005 can be planned."""
    with calling(create_app(Settings(var=small_var))) as running:
        yield running


def page(client, url, status=200, **parameters):
    """The page at `url` and its text."""
    answer = client.get(url, BROWSER, **parameters)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text, " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def fields(html):
    """What each field of the form shows."""
    return dict(re.findall(r'<input id="(\w+)" name="\w+" value="([^"]*)"', html))


def test_the_form_shows_every_default_with_its_source(town):
    html, text = page(town, "/plan")
    shown = fields(html)
    assert {name: shown[name] for name in ("waves", "budget", "cost", "months")} == {
        "waves": "4",
        "budget": "1,000,000",
        "cost": "30",
        "months": "12",
    }
    assert {shown[name] for name in ("crews", "capacity", "provider", "minimum", "include", "exclude")} == {""}
    assert "$38 million a year growing to near $42 million" in text
    assert "citymeetings.nyc" in html and "motthavenherald.com" in html
    for name in shown:
        assert f'<label for="{name}">' in html and f'id="{name}-help"' in html


def test_the_page_says_what_the_plan_says(town):
    html, text = page(town, "/plan")
    plan = town.json("/plan")
    assert plan["totals"]["developments"] == 3 == len(plan["developments"])
    assert plan["totals"]["households"] == 4800 == sum(wave["households"] for wave in plan["waves"])
    assert plan["totals"]["cost_usd"] == 4800 * 360
    for words in ("4,800", "$1,728,000", "of $4,000,000 in 4 waves", "Proved: no plan under these terms reaches more"):
        assert words in text
    for row in plan["developments"]:
        assert f'href="/developments/{row["tds"]}">{row["name"]}</a>' in html
    for words in (
        "Not eligible",
        "Its eligibility is not confirmed",
        "carried over to the next",
        "every apartment counts",
    ):
        assert words in text
    assert not re.search(r"\b(nan|None)\b", text)


def test_the_simple_rule_and_the_cost_of_each_limit_stand_beside_it(town):
    _, text = page(town, "/plan", crews="1", waves="2")
    plan = town.json("/plan", crews="1", waves="2")
    assert [row["constraint"] for row in plan["constraints"]] == ["budget", "crews", "budget +10 %"]
    for row in plan["constraints"]:
        assert row["change"] in text
    assert "The simple rule" in text
    assert f"{plan['greedy']['totals']['weighted']:,.1f}" in text


def test_whoever_is_left_out_can_be_put_in_by_a_link(town):
    html, _ = page(town, "/plan", exclude="002", waves="3")
    assert "Excluded by the terms" in html
    assert 'href="/plan?waves=3">Plan with it<' in html
    html, _ = page(town, "/plan", crews="1", waves="1")
    there = town.json("/plan", crews="1", waves="1")["developments"][0]["tds"]
    assert f'href="/plan?waves=1&amp;crews=1&amp;exclude={there}">Plan without it<' in html
    others = {"001", "002", "005"} - {there}
    offered = {*re.findall(r'href="/plan\?waves=1&amp;crews=1&amp;include=(\d+)">Plan with it', html)}
    assert offered and offered <= others


@pytest.mark.parametrize(
    ("given", "says", "wrong"),
    [
        ({"waves": "many", "budget": "-5"}, "waves: found 'many', expected a whole number", ["waves"]),
        ({"waves": "99"}, "Waves is 99, expected a whole number from 1 to 12", ["waves"]),
        ({"budget": "-5", "cost": "7"}, "Budget_usd is -5.0, expected dollars a wave above 0", ["budget"]),
        ({"minimum": "Bronx:200%"}, "Minimum of Bronx is 2.0, expected a share from 0 to 1", ["minimum"]),
        ({"include": "001,005", "budget": "300000"}, "These terms clash: must include 001 ", ["budget", "include"]),
        ({"include": "999"}, "999", []),
        ({"exclude": "001,002,005", "crews": "2"}, "must exclude 001, 002, 005", ["exclude"]),
        ({"wave": "2"}, "Found 'wave', parameters are: waves, budget", []),
        ({"crews": "1", "include": "<b>1</b>"}, "'<b>1</b>'", ["include"]),
    ],
)
def test_what_cannot_be_planned_is_said_and_nothing_is_lost(town, given, says, wrong):
    html, text = page(town, "/plan", 400, **given)
    assert 'role="alert"' in html
    assert says.lower() in text.lower()
    shown = {name: unescape(value) for name, value in fields(html).items()}
    for name, value in given.items():
        assert shown.get(name, value) == value
    assert re.findall(r'<input id="(\w+)"[^>]*aria-invalid="true"', html) == wrong
    assert "<b>1</b>" not in html
    assert town.refused(400, "/plan", **given)


def test_the_address_is_answered_as_it_asks(town):
    assert town.get("/plan").headers["content-type"] == "application/json"
    assert town.get("/plan", BROWSER).headers["content-type"] == "text/html; charset=utf-8"
    assert town.get("/plan", BROWSER, f="json").headers["content-type"] == "application/json"
    assert town.get("/plan", f="html").headers["content-type"] == "text/html; charset=utf-8"
    for answer in (town.get("/plan"), town.get("/plan", BROWSER)):
        assert "Accept" in answer.headers["vary"].split(", ")
        again = town.get("/plan", {**BROWSER, "if-none-match": answer.headers["etag"]})
        assert again.status_code == (304 if answer.headers["content-type"].startswith("text/html") else 200)
    head = town.request("HEAD", "/plan", BROWSER)
    assert head.status_code == 200 and head.headers["etag"] == town.get("/plan", BROWSER).headers["etag"]
    assert "expected one of: html, json, csv" in town.refused(400, "/plan", f="pdf")
    assert "f: given more than once" in town.refused(400, "/plan?f=json&f=json")


def test_the_answer_hangs_on_the_language_as_well(town):
    page, refused = town.get("/plan", BROWSER), town.get("/plan", BROWSER, waves="0")
    for answer in (page, refused):
        assert {"Accept", "Accept-Language"} <= {*answer.headers["vary"].split(", ")}
        assert answer.headers["content-language"] == "en"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "Accept-Language" not in town.get("/plan").headers["vary"]
    assert town.get("/plan", {**BROWSER, "accept-language": "es"}).headers["content-language"] == "es"


NAMES = {"One", "Two", "Three", "Four", "Five", "Brooklyn", "Queens", "Optimum", "TDS"}
HARD = "waves=2&crews=1&capacity=Optimum:1&provider=Brooklyn:Optimum&minimum=Brooklyn:1%25&exclude=005&budget=600000"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/plan?", 200),
        (f"/plan?{HARD}", 200),
        ("/plan?budget=inf&include=001", 200),
        ("/plan?waves=many", 400),
        ("/plan?include=001,005&budget=300000", 400),
        ("/plan/waves/1?", 200),
        ("/plan/waves/12?waves=12", 200),
        (f"/plan/waves/1?{HARD}", 200),
    ],
)
def test_the_pages_speak_other_languages(town, monkeypatch, path, status):
    pseudo(monkeypatch)
    answer = town.get(f"{path}&lang=es", BROWSER)
    assert answer.status_code == status and answer.headers["content-language"] == "es"
    assert "⟦" in answer.text
    odd = {*bare(answer.text)} - NAMES
    assert not {text for text in odd if not text.startswith("/plan?")}


def test_why_there_is_no_plan_is_marked_as_english(town, monkeypatch):
    pseudo(monkeypatch)
    html = town.get("/plan?waves=2026-01-01&lang=es", BROWSER).text
    assert '</strong> <span lang="en">Waves: found &#39;2026-01-01&#39;, expected a whole number</span>.' in html
    assert '<input type="hidden" name="lang" value="es">' in html


def test_data_stay_english_in_every_language(town, monkeypatch):
    pseudo(monkeypatch)
    for path in ("/plan?f=json", "/plan?f=csv", "/plan/stability?resamples=1"):
        assert town.get(f"{path}&lang=es").text == town.get(path).text


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "gpkg", "parquet"])
def test_a_plan_as_a_file(town, form):
    answer = town.get("/plan", waves="2", f=form)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="big-apple-connect-plan.{form}"'
    assert answer.content == town.get("/plan", waves="2", f=form).content


def test_the_file_holds_the_waves_of_the_plan(town):
    rows = csv.DictReader(io.StringIO(town.get("/plan", crews="1", f="csv").content.decode("utf-8-sig")))
    waves = {row["tds"]: row["wave"] for row in rows}
    planned = {row["tds"]: str(row["wave"]) for row in town.json("/plan", crews="1")["developments"]}
    assert {tds: wave for tds, wave in waves.items() if wave} == planned


def test_the_same_terms_are_solved_once(town):
    planner = town.state["live"].service.planner
    town.get("/plan", waves="5")
    first = planner.planned(Terms(waves=5))
    town.get("/plan", BROWSER, waves="5", budget="1,000,000")
    assert planner.planned(Terms(waves=5)) is first


def test_the_brief_of_a_wave(town):
    html, text = page(town, "/plan/waves/1", crews="1")
    (first,) = [row for row in town.json("/plan", crews="1")["developments"] if row["wave"] == 1]
    for words in ("Wave 1 of 4", first["name"], f"${first['cost_usd']:,.0f}", "1 development a wave", "Method 1."):
        assert words in text
    assert 'href="/plan?crews=1"' in html
    assert 'href="/plan/waves/2?crews=1"' in html
    _, text = page(town, "/plan/waves/12", waves="12")
    assert "Nobody is in this wave" in text
    assert "expected one from 1 to 4" in town.refused(404, "/plan/waves/5")
    assert town.refused(404, "/plan/waves/0")
    assert town.refused(400, "/plan/waves/first")
    assert town.refused(400, "/plan/waves/1", f="json")


def stability(client, **parameters):
    answer = client.get("/plan/stability", **parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert answer.headers["cache-control"] == "no-store"
    return [json.loads(line) for line in answer.text.splitlines()]


def test_stability_is_told_line_by_line(town):
    *steps, last = stability(town, resamples="5", crews="1")
    assert steps == [{"done": done, "of": 5} for done in range(6)]
    told = {row["tds"]: row for row in last["developments"]}
    planned = {row["tds"] for row in town.json("/plan", crews="1")["developments"]}
    assert planned <= {*told}
    for row in told.values():
        assert 0 <= row["planned_share"] <= 1
        assert row["kept_share"] is None or row["kept_share"] <= row["planned_share"]
    assert stability(town, resamples="5", crews="1")[-1] == last


@pytest.mark.parametrize("resamples", ["0", "201", "many", "1.5"])
def test_stability_refuses_before_it_begins(town, resamples):
    assert "expected a whole number from 1 to 200" in town.refused(400, "/plan/stability", resamples=resamples)
    assert town.refused(400, "/plan/stability", waves="0")
    assert town.refused(400, "/plan/stability", include="001", budget="1000")


def test_without_margins_there_is_nothing_to_redraw(tmp_path):
    survey = adoption()
    small(tmp_path, adoption=survey.assign(**{name: float("nan") for name in survey if name.endswith("M")}))
    with calling(create_app(Settings(var=tmp_path))) as client:
        assert client.state["live"].service.city.needs.empty
        assert "no margins of error" in client.refused(400, "/plan/stability")
        html, text = page(client, "/plan")
        assert "how stable the plan is, is not known" in text
        assert "data-address" not in html


def test_without_developments_there_is_nothing_to_plan(tmp_path):
    small(tmp_path, without=("developments",))
    with calling(create_app(Settings(var=tmp_path))) as client:
        html, text = page(client, "/plan", 404)
        assert "no developments" in text and fields(html)["waves"] == "4"
        assert "no developments" in client.refused(404, "/plan")
        assert "nobody to call on" in page(client, "/outreach")[1]
        assert client.refused(404, "/outreach", f="csv")
        assert client.refused(404, "/developments/001")
        assert page(client, "/follow-up")


def test_the_plan_of_the_sample(client):
    html, text = page(client, "/plan")
    assert "Proved" in text
    assert not re.search(r"\b(nan|None)\b", text)
    assert html.count("Plan without it") == client.json("/plan")["totals"]["developments"] > 20
    for address in sorted({*re.findall(r'href="(/plan/waves/[^"]+)"', html)}):
        assert client.get(unescape(address)).status_code == 200


def test_asking_for_the_head_of_the_stability_solves_nothing(town, monkeypatch):
    monkeypatch.setattr(routes, "redrawn", lambda *given: pytest.fail("it was asked for"))
    answer = town.request("HEAD", "/plan/stability")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")


@pytest.mark.parametrize("terms", [{"crews": "9" * 25}, {"cost": "1e308"}, {"months": "1e300", "cost": "1e12"}])
def test_huge_terms_are_refused(town, terms):
    assert "at most" in town.refused(400, "/plan", **terms)
