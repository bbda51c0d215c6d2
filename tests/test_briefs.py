"""The brief of a development, whom to call on, and the follow-up: on the made-up city and the sample."""

import csv
import io
import json
import re
from html import unescape

import pandas as pd
import pytest

from app.adopted import adopt
from app.amounts import millions, money, signed
from app.followup_page import early, in_words
from app.main import create_app
from app.service import prepare
from app.settings import Settings
from tests.calling import calling
from tests.city import developments
from tests.pseudo import bare, pseudo
from tests.snapshots import small

BROWSER = {"accept": "text/html,*/*;q=0.8"}


def enrollment(*rows):
    """Reports of (TDS, date, households, subscribers, provider)."""
    return pd.DataFrame(
        [
            {
                "record": f"{tds} {date}",
                "tds": tds,
                "reported": date,
                "reported_name": f"Development {tds}",
                "provider": provider,
                "households": float(households),
                "subscribers": float(subscribers),
                "enrolled_share": subscribers / households,
                "reported_with": None,
            }
            for tds, date, households, subscribers, provider in rows
        ]
    )


REPORTS = enrollment(
    ("001", "2025-12-01", 1400, 100, "Optimum"),
    ("001", "2026-02-23", 1400, 340, "Optimum"),
    ("003", "2025-05-05", 100, 40, "Spectrum"),
    ("001", "2026-08-03", 1400, 999, "Optimum"),
)
"""Of One; of Three before it converted; and one after the day of the snapshot, which is not read."""

PLAN = {
    "start": "2026-01-01",
    "wave_months": 3,
    "adopted_at": "2026-01-01T09:00:00+00:00",
    "snapshot": "20260101T000000Z-0",
    "method_version": "1.1",
    "terms": {},
    "cost_usd": 20.0,
    "developments": [
        {"tds": "001", "name": "One", "wave": 1, "provider": "Optimum", "planned": 900.0, "baseline": 100.0},
        {"tds": "002", "name": "Two", "wave": 2, "provider": None, "planned": 300.0, "baseline": None},
    ],
}


def words(answer, status=200):
    """The text of the page that `answer` must be."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture(scope="module")
def silent(small_var):
    """The made-up city without a report."""
    with calling(create_app(Settings(var=small_var))) as running:
        yield running


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The made-up city with reports and an adopted plan."""
    var = tmp_path_factory.mktemp("town")
    small(var, enrollment=REPORTS)
    adopt(var, PLAN)
    with calling(create_app(Settings(var=var))) as running:
        yield running


def test_a_brief_says_what_the_data_say(town):
    text = words(town.get("/developments/001"))
    row = town.json("/developments/001", f="json")["row"]
    told = (
        *("One", "TDS 001", "Brooklyn", "1,500 apartments", "Eligible.", "1,400", "340", "1,060", "Optimum"),
        *("enrollment reported on Feb 23, 2026", "100 on Dec 1, 2025", "340 on Feb 23, 2026", "+240 households"),
        f"{row['priority']:.1f} of 100",
        f"{row['need']:.1f} of 100, 90 % interval {row['need_low']:.1f} to {row['need_high']:.1f}",
        f"{row['supply']:.0f} % of its grounds within 400 m",
        row["reasons"][1:].replace("2026-02-23", "Feb 23, 2026"),
        row["changes"],
        town.state["live"].service.city.snapshot.id,
    )
    for part in told:
        assert part in text, part
    assert "999" not in text
    assert not re.search(r"\b(nan|None)\b", text)


def test_the_parts_of_a_priority_add_up_to_it(town):
    told = town.json("/developments/001", f="json")
    assert sum(part["weight"] for part in told["parts"]) == pytest.approx(1)
    assert sum(part["adds"] for part in told["parts"]) == pytest.approx(told["row"]["priority"])


def test_what_was_enrolled_before_a_conversion_stays(town):
    text = words(town.get("/developments/003"))
    for part in (
        "Not eligible: converted to PACT on Jun 1, 2025",
        "PACT converted since Jun 1, 2025",
        "40 on May 5, 2025",
    ):
        assert part in text, part
    assert "It has none: not ranked: it left public housing" in text


def test_a_brief_of_one_that_is_hardly_known(town):
    text = words(town.get("/developments/004"))
    for part in ("Borough not known", "apartments not known", "Not confirmed", "Not known", "No enrollment report"):
        assert part in text, part


def test_there_is_no_brief_of_nobody(town):
    assert "there is no development '999'" in town.refused(404, "/developments/999")
    assert "found 'x', parameters are: f" in town.refused(400, "/developments/001", x="1")
    assert "expected one of: html, json, panel" in town.refused(400, "/developments/001", f="csv")


def test_the_panel_of_a_development_is_its_brief_alone(town):
    page, panel = town.get("/developments/001").text, town.get("/developments/001", f="panel").text
    assert panel.strip().startswith('<article class="why" data-layer="developments" data-id="001" data-bbox="')
    assert panel.strip().endswith("</article>")
    box = [float(bound) for bound in re.findall(r'data-bbox="([^"]+)"', panel)[0].split(",")]
    frame = town.state["live"].service.city.collections["developments"].frame.set_index("tds")
    assert box == pytest.approx(frame.geometry.loc["001"].bounds, abs=1e-6)
    assert "<h1" not in panel and panel.count("<h2>") == 1 and "<html" not in panel
    assert panel.count("<h3>") == page.count("<h2>")
    assert '<a href="/developments/001">A page to print</a>' in panel
    assert "data-summary" not in page and "<article" not in page


def test_a_development_in_one_sentence(town):
    def summary(tds):
        panel = town.get(f"/developments/{tds}", f="panel").text
        (said,) = re.findall(r'<p class="unseen" data-summary>(.*?)</p>', panel)
        return unescape(re.sub(r"<[^>]+>", "", said))

    row = town.json("/developments/001", f="json")["row"]
    interval = f"interval {row['priority_low']:.1f} to {row['priority_high']:.1f}"
    assert summary("001") == (
        f"One: eligible; priority {row['priority']:.1f} of 100, 90 % {interval}; 1,500 apartments."
    )
    assert summary("003").startswith("Three: not eligible: converted to PACT on Jun 1, 2025; no priority (not ranked: ")
    assert summary("004").endswith("; apartments not known.")
    panel = town.get("/developments/004", f="panel").text
    assert "data-bbox" not in panel and "nan" not in panel


def test_every_name_is_text(tmp_path):
    named = developments().assign(name=["<script>alert(1)</script>", "Two & Co", "Three", "Four", "Five"])
    small(tmp_path, developments=named)
    with calling(create_app(Settings(var=tmp_path))) as client:
        for path in ("/developments/001", "/developments/001?f=panel", "/outreach", "/plan?f=html", "/plan/waves/1"):
            assert "<script>alert" not in client.get(path).text, path
        assert "Two &amp; Co" in client.get("/outreach").text


@pytest.mark.parametrize("tds", ["005", "505", "049", "058"])
def test_briefs_of_the_sample(client, tds):
    text = words(client.get(f"/developments/{tds}"))
    assert not re.search(r"\b(nan|None)\b", text)
    assert "Not real, or only a part: developments (by hand), enrollment (synthetic)" in text
    assert "dashed:" in text


def test_the_list_for_outreach(client):
    text = words(client.get("/outreach"))
    listed = client.json("/outreach", f="json")["developments"]
    assert [row["tds"] for row in listed] == [
        row["tds"] for row in csv.DictReader(io.StringIO(client.get("/outreach", f="csv").content.decode("utf-8-sig")))
    ]
    below = [row for row in listed if row["outreach"] == "below similar developments"]
    assert listed[: len(below)] == below
    assert [row["shortfall_households"] for row in below] == sorted(
        (row["shortfall_households"] for row in below), reverse=True
    )
    assert f"{sum(row['unconnected'] or 0 for row in listed):,.0f} households are not connected" in text
    for row in below:
        assert row["outreach_reason"][1:] in text
    assert {row["snapshot"] for row in listed} == {client.state["live"].service.city.snapshot.id}
    assert not re.search(r"\b(nan|None)\b", text)


def test_the_list_can_be_narrowed(client):
    page = client.get("/outreach", borough="Bronx").text
    assert '<a href="/outreach?borough=Bronx" aria-current="true">Bronx</a>' in page
    assert 'href="/outreach?borough=Bronx&amp;provider=Optimum"' in page
    rows = client.json("/outreach", borough="Bronx", provider="Optimum", f="json")["developments"]
    assert rows and {(row["borough"], row["provider"]) for row in rows} == {("Bronx", "Optimum")}
    assert client.json("/outreach", provider="not known", f="json")["developments"]
    assert "borough: found 'Jersey', expected one of: Bronx, Brooklyn" in client.refused(
        400, "/outreach", borough="Jersey"
    )
    assert client.refused(400, "/outreach", tds="005")
    assert client.get("/outreach", borough="").status_code == 200


def test_only_filters_that_somebody_fits_are_offered(client):
    page = client.get("/outreach", borough="Bronx").text
    offered = {unescape(address) for address in re.findall(r'href="(/outreach[^"]*)"', page)}
    assert "/outreach?borough=Bronx&provider=Spectrum" not in offered
    for address in sorted(offered):
        assert client.get(address).status_code == 200, address
        if "f=" not in address:
            joint = "&" if "?" in address else "?"
            assert client.json(f"{address}{joint}f=json")["developments"], address


def test_what_nobody_fits_is_an_empty_list(client):
    text = words(client.get("/outreach", borough="Bronx", provider="Spectrum"))
    assert "0 households are not connected in 0 developments" in text and "Nobody is eligible here." in text
    page = client.get("/outreach", borough="Bronx", provider="Spectrum").text
    assert page.count('aria-current="true">Spectrum') == page.count('aria-current="true">Bronx') == 1
    assert client.json("/outreach", borough="Bronx", provider="Spectrum", f="json") == {"developments": []}
    lines = client.get("/outreach", borough="Bronx", provider="Spectrum", f="csv").text.splitlines()
    assert len(lines) == 1 and "tds,name" in lines[0]


def test_without_reports_outreach_says_so(silent):
    text = words(silent.get("/outreach"))
    assert "No enrollment is reported in this snapshot, so nothing can be compared" in text
    assert "4,800 households are not connected in 3 developments" in text


def test_a_file_of_outreach_runs_nothing(tmp_path):
    small(tmp_path, developments=developments().assign(name=["=1+1", "Two", "Three", "Four", "Five"]))
    with calling(create_app(Settings(var=tmp_path))) as client:
        answer = client.get("/outreach", f="csv")
        assert "'=1+1" in answer.text
        assert answer.headers["content-disposition"] == 'attachment; filename="outreach.csv"'


def test_the_adopted_plan_against_what_happened(town):
    """One: wave 1 from 2026-01-01 to 2026-04-01; by 2026-02-23 53 of 90 days, so 530 of 900 were expected."""
    told = town.json("/follow-up", f="json")
    plan = told["adopted"]
    one, two = plan["developments"]
    assert (one["expected"], one["connected"], one["words"]) == (530.0, 240.0, "behind by 290 households")
    assert two["words"] == "not begun"
    assert [wave["words"] for wave in plan["waves"]] == ["behind by 290 households", "not begun"]
    assert [row["reported"] for row in told["programme"]] == ["2025-05-05", "2025-12-01", "2026-02-23"]
    text = words(town.get("/follow-up"))
    for part in (
        "Behind by 290 households",
        "530",
        "At $20.00 a household",
        "as adopted",
        "Jun 30, 2028",
        "340 on Feb 23, 2026",
    ):
        assert part in text, part
    assert not re.search(r"\b(nan|None)\b", text)


def test_the_cost_to_date_is_that_of_the_reports(town):
    """One: from 100 to 340 subscribers in 84 days, 220 between; Three ended before."""
    cost = town.json("/follow-up", f="json")["cost_to_date"]
    months = 84 / (365.25 / 12)
    assert cost["cost_usd"] == pytest.approx(220 * months * 20)
    assert (cost["low_usd"], cost["high_usd"]) == pytest.approx((100 * months * 20, 340 * months * 20))


def test_without_an_adopted_plan_it_is_told_how(client):
    text = words(client.get("/follow-up"))
    for part in (
        "No plan is adopted yet",
        "equity-map plan --adopt --start",
        "At $30.00 a household",
        "estimate of 2022",
    ):
        assert part in text, part
    assert client.json("/follow-up", f="json")["adopted"] is None


def test_without_reports_follow_up_says_so(silent, tmp_path):
    text = words(silent.get("/follow-up"))
    assert "how the programme is going and what it costs are not known" in text
    assert silent.json("/follow-up", f="json")["cost_until"] is None
    small(tmp_path)
    adopt(tmp_path, PLAN)
    with calling(create_app(Settings(var=tmp_path))) as client:
        text = words(client.get("/follow-up"))
        assert "not known: no report since the start" in text.lower()
        assert not re.search(r"\b(nan|None)\b", text)


def test_a_plan_that_cannot_be_read_stops_nothing(tmp_path, caplog):
    small(tmp_path)
    (tmp_path / "plan.json").write_text("{}")
    service = prepare(Settings(var=tmp_path))
    assert service.adopted is None and "it has no start, wave_months" in service.adopted_problem
    assert "the adopted plan is left out" in caplog.text
    with calling(create_app(Settings(var=tmp_path), service)) as client:
        assert "plan.json cannot be read as a plan (it has no start" in words(client.get("/follow-up"))


@pytest.mark.parametrize(
    "wrong",
    [{"start": "9999-12-31"}, {"start": "1000-01-01"}, {"wave_months": 10**9}, {"adopted_at": 1}, {"developments": {}}],
)
def test_a_plan_of_impossible_dates_is_told_and_never_fails(tmp_path, wrong):
    small(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(PLAN | wrong))
    with calling(create_app(Settings(var=tmp_path))) as client:
        assert f"cannot be read as a plan ({next(iter(wrong))}: found" in words(client.get("/follow-up"))
        assert client.json("/follow-up", f="json")["adopted"] is None


@pytest.mark.parametrize("start", ["2022-01-01", "2100-01-01"])
def test_a_plan_of_the_first_or_last_dates_is_followed(tmp_path, start):
    small(tmp_path, enrollment=REPORTS)
    rows = [PLAN["developments"][0] | {"wave": 12}]
    adopt(tmp_path, PLAN | {"start": start, "wave_months": 60, "developments": rows})
    with calling(create_app(Settings(var=tmp_path))) as client:
        assert "Not begun" in words(client.get("/follow-up"))


def test_what_was_connected_early_is_told_beside_the_standing(tmp_path):
    """One has 240 of the 530 expected by 2026-02-23; Two gains 250 before its wave begins."""
    more = enrollment(("002", "2026-02-23", 500, 290, "Spectrum"))
    small(tmp_path, enrollment=pd.concat([REPORTS, more], ignore_index=True))
    two = {"tds": "002", "name": "Two", "wave": 2, "provider": "Spectrum", "planned": 300.0, "baseline": 40.0}
    adopt(tmp_path, PLAN | {"developments": [PLAN["developments"][0], two]})
    with calling(create_app(Settings(var=tmp_path))) as client:
        told = client.json("/follow-up", f="json")["adopted"]["plan"]
        assert (told["expected"], told["connected"], told["connected_early"]) == (530, 240, 250)
        assert told["words"] == "behind by 290 households"
        text = words(client.get("/follow-up"))
    assert "since Jan 1, 2026; 250 more in waves that have not begun" in text
    assert "by the day of each last report, in the waves that have begun" in text


def test_a_plan_is_adopted_while_the_service_runs(tmp_path):
    small(tmp_path, enrollment=REPORTS)
    with calling(create_app(Settings(var=tmp_path))) as client:
        assert client.json("/follow-up", f="json")["adopted"] is None
        adopt(tmp_path, PLAN)
        client.state["live"].reload()
        assert client.json("/follow-up", f="json")["adopted"]["start"] == "2026-01-01"


NAMES = {"One", "Two", "Three", "Four", "Five", "Brooklyn", "Queens", "Bronx", "Manhattan", "Optimum", "Spectrum"}


@pytest.mark.parametrize(
    "path",
    [
        *("/developments/001", "/developments/003", "/developments/004", "/developments/001?f=panel", "/outreach"),
        *("/outreach?borough=Brooklyn", "/follow-up"),
    ],
)
def test_the_pages_speak_other_languages(town, silent, monkeypatch, path):
    pseudo(monkeypatch)
    for client in (town, silent):
        answer = client.get(f"{path}{'&' if '?' in path else '?'}lang=es")
        assert answer.headers["content-language"] == "es"
        odd = {text for text in bare(answer.text) if text not in NAMES | {"GeoJSON"}}
        assert not {text for text in odd if not re.fullmatch(r"\d+ [a-z]{3} \d{4}", text)}
        assert "⟦" in answer.text


def test_what_is_composed_is_said_with_its_days(town, monkeypatch):
    pseudo(monkeypatch)
    page = town.get("/developments/001", lang="es").text
    assert "⟦eligible⟧⟦; ⟧⟦1,060 of" in page.replace("Eligible", "eligible")
    assert "households not yet subscribed on 23 feb 2026⟧" in page
    assert 'lang="en">Eligible' not in page
    assert "⟦enrollment reported on 23 feb 2026⟧" in page


def test_data_stay_english_in_every_language(town, monkeypatch):
    pseudo(monkeypatch)
    for path in ("/developments/001?f=json", "/outreach?f=json", "/outreach?f=csv", "/follow-up?f=json"):
        assert "⟦" not in town.get(f"{path}&lang=es").text, path
        assert town.get(f"{path}&lang=es").text == town.get(path).text


def test_how_a_plan_is_kept_in_words():
    assert in_words({"standing": "ahead", "ahead": 1.2}) == "ahead by 1 household"
    assert in_words({"standing": "behind", "ahead": -1234.0}) == "behind by 1,234 households"
    assert in_words({"standing": "on plan", "ahead": 0.0}) == "on plan"
    assert in_words({"standing": "not begun", "ahead": None}) == "not begun"


def test_what_came_early_in_words():
    assert early(1250.0) == "1,250 more in waves that have not begun"
    assert early(-3.0) == "3 fewer in waves that have not begun"
    assert early(0.0) is early(None) is None


def test_money_and_differences_in_words():
    assert (money(1234567.8), money(None)) == ("$1,234,568", "not known")
    assert (millions(48_517_989), millions(1_234), millions(float("nan"))) == (
        "$48.5 million",
        "$1 thousand",
        "not known",
    )
    assert (signed(12), signed(-0.04, 1), signed(-1234), signed(None)) == ("+12", "0.0", "−1,234", "not known")


def test_the_methods_page_has_planner_and_backtest(client):
    text = words(client.get("/methods"))
    for part in ("Rollout plan", "HiGHS", "4 waves of $1,000,000", "This snapshot has no list of the developments"):
        assert part in text, part
    assert "big_apple_connect_known_developments.csv" in text


def test_the_methods_page_shows_the_phases(tmp_path):
    phases = pd.DataFrame(
        {
            "tds": ["001", "002"],
            "name": ["One", "Two"],
            "phase": ["pilot", "second"],
            "announced": ["2022-06-01", "2023-03-01"],
            "source_url": ["https://city.example/a", None],
        }
    )
    small(tmp_path, phases=phases)
    with calling(create_app(Settings(var=tmp_path))) as client:
        text = words(client.get("/methods"))
        for part in (
            "Backtest",
            "pilot announced Jun 1, 2022",
            "second announced Mar 1, 2023",
            "too few to conclude",
            "50 %",
        ):
            assert part in text, part
        assert not re.search(r"\b(nan|None)\b", text)
