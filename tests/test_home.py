import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import quote

import pandas as pd
import pytest

from app.dashboard.ages import ages
from app.dashboard.bars import WIDTH, bar, interval
from app.dashboard.enrollment import enrollment
from app.dashboard.figures import MOST_ROWS, items
from app.dashboard.high_gap import TOP, high_gap
from app.dashboard.link5g import link5g
from app.dashboard.people import people
from app.home import draw_home
from app.state import load_city
from loaders import store
from tests import city
from tests.snapshots import entry, small

NAN = float("nan")
LIGHT = 60_000
"""Bytes of the page before it is compressed."""


@pytest.fixture(scope="module")
def sample(sample_var):
    return load_city(store.current(sample_var))


@pytest.fixture(scope="module")
def made(small_var):
    return load_city(store.current(small_var))


def text_of(page):
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def number(words):
    return float(words.replace(",", "").removesuffix(" %"))


def href(figure, words):
    return next(link.href for link in figure.links if link.text == words)


def features(client, path):
    return [feature["properties"] for feature in client.json(f"{path}&f=json")["features"]]


def summed(client, path, column):
    """The sum of a column of the list at `path`, and how far rounding to whole people can move it."""
    values = [row[column] for row in features(client, path) if row[column] is not None]
    return sum(values), len(values) / 2


def without_margins():
    frame = city.adoption()
    return frame.assign(**{name: NAN for name in frame if name.endswith("M")})


def test_the_figures_of_the_made_up_city(made, small_var):
    text = text_of(draw_home(made))
    assert "of 1,090 residents" in text
    for borough in ("Brooklyn", "Queens"):
        assert borough in text
    assert store.current(small_var).id in text
    assert "nan" not in text.lower().split()


def test_the_sample_says_what_it_is(client):
    page = client.get("/?f=html").text
    for words in ("made up", "Staten Island", "/map", "/exports/big-apple-connect.csv", "no proof of 5G service"):
        assert words in page
    assert text_of(page).count("made up") > 10


def test_the_page_is_light_and_needs_no_script(client):
    page = client.get("/?f=html").text
    assert len(page.encode()) < LIGHT
    main = page[page.index("<main") : page.index("</main>")]
    assert "<script" not in main and "style=" not in page and "<style" not in page
    assert not re.search(r"<svg(?![^>]*role=\"img\" aria-label=\"[^\"]*\d)", main)
    assert not re.search(r"\b(nan|None|NaN|undefined)\b", text_of(main))


def test_every_link_on_the_page_answers(client):
    page = client.get("/?f=html").text
    for path in sorted({*re.findall(r"(?:href|src)=\"(/[^\"#]*)\"", page)}):
        assert client.get(unescape(path)).status_code == 200, path


def test_links_keep_the_language(client):
    page = client.get("/?f=html&lang=es").text
    path = next(unescape(path) for path in re.findall(r"href=\"(/[^\"#]*)\"", page) if "/schools/items" in path)
    assert path.endswith("lang=es")
    assert len(features(client, path)) > 0


def test_people_are_the_sums_of_the_lists_behind_them(client, sample):
    without, beyond, left_out = people(sample)
    total, apart = summed(client, href(without, "Count by neighborhood"), "people_without_broadband")
    assert number(without.value) == pytest.approx(total, abs=apart)
    total, apart = summed(client, href(beyond, "Count by neighborhood"), "people_beyond_reach")
    assert number(beyond.value) == pytest.approx(total, abs=apart)
    table = client.get(href(left_out, "Count by neighborhood") + "&f=csv").content.decode("utf-8-sig")
    values = [float(row["people_left_out"]) for row in csv.DictReader(io.StringIO(table)) if row["people_left_out"]]
    assert number(left_out.value) == pytest.approx(sum(values), abs=len(values) / 2)
    boroughs = client.json("/collections/boroughs/items")["features"]
    for figure, column in ((without, "people_without_broadband"), (left_out, "people_left_out")):
        assert number(figure.value) == pytest.approx(sum(each["properties"][column] for each in boroughs), abs=3)


def test_margins_are_those_of_the_census_formulas(sample):
    """Neighborhoods in quadrature; a share of people by the proportion formula."""
    without, beyond, left_out = people(sample)
    ntas = sample.collections["ntas"].frame
    for figure, column in ((without, "people_without_broadband"), (left_out, "people_left_out")):
        moe = number(re.search(r"± ([\d,]+) \(90 % margin\)", figure.margin)[1])
        assert moe == pytest.approx((ntas[f"{column}_moe"].dropna() ** 2).sum() ** 0.5, rel=0.01)
    part, whole = sample.whole["people_without_broadband"], sample.whole["population"]
    squared = sample.whole["people_without_broadband_moe"] ** 2 - (part / whole * sample.whole["population_moe"]) ** 2
    said = f"{100 * part / whole:.1f} % ± {100 * squared**0.5 / whole:.1f} points of {whole:,.0f} people"
    assert without.notes[0] == said
    assert beyond.margin.startswith("no margin")


def test_without_margins_none_is_made_up(tmp_path):
    page = load_city(small(tmp_path, adoption=without_margins()))
    without, _, left_out = people(page)
    for figure in (without, left_out):
        assert figure.margin == "margin of error not known: upstream gave none"
        assert figure.notes[0].endswith("margin not known")
    assert "no neighborhood of this snapshot has a tier" in text_of(draw_home(page))


def test_enrollment_is_the_sum_of_its_reports(client, sample):
    found = enrollment(sample)
    subscribers, share, developments, may_be_served = found["figures"]
    reports = features(client, href(subscribers, "The reports of that day"))
    assert number(subscribers.value) == sum(row["subscribers"] for row in reports)
    assert number(developments.value) == len(reports)
    households = sum(row["households"] for row in reports)
    assert number(share.value) == pytest.approx(100 * number(subscribers.value) / households, abs=0.05)
    assert share.notes[0] == f"{subscribers.value} of {households:,} households"
    follow_up = client.json("/follow-up?f=json")["programme"]
    assert found["dates"] == len(follow_up)
    assert number(subscribers.value) == follow_up[-1]["subscribers"]
    rows = [*csv.DictReader(io.StringIO(client.get("/exports/big-apple-connect.csv").content.decode("utf-8-sig")))]
    assert number(may_be_served.value) == sum(row["eligible"] == "True" for row in rows)
    assert found["gained"] is None and not any(row["gained_12_weeks"] for row in rows)  # reports of too few weeks
    assert f"{subscribers.value} on" in found["words"]


def enrolled(var, *rows):
    """What is said of enrollment, given reports of rows (tds, day, households, subscribers)."""
    told = pd.DataFrame(rows, columns=["tds", "reported", "households", "subscribers"])
    told = told.assign(record=told["tds"] + told["reported"], reported_name="Name")
    return enrollment(load_city(small(var, enrollment=told)))


def test_what_was_gained_is_the_sum_of_the_developments(tmp_path):
    rows = [("001", "2025-12-01", 1400, 900), ("002", "2025-12-01", 250, 100)]
    rows += [("001", "2026-02-23", 1400, 950), ("002", "2026-02-23", 250, 97), ("001", "2026-03-09", 1400, 1400)]
    found = enrolled(tmp_path, *rows)
    assert "2 developments gained 47 households" in found["gained"]
    assert [row["reported"] for row in found["latest"]] == ["2026-02-23", "2025-12-01"]  # none after the snapshot


def test_who_missed_the_last_report_is_told(tmp_path):
    rows = [("001", "2026-02-02", 1400, 900), ("002", "2026-02-02", 250, 100), ("001", "2026-02-16", 1400, 910)]
    subscribers, share, developments, _ = enrolled(tmp_path, *rows)["figures"]
    assert (subscribers.value, share.value, developments.value) == ("1,010", "61.2 %", "2")
    assert developments.notes == (
        "1 of them missed that day and counts with its last report",
        "fewer reported than on the date before",
    )


def test_no_enrollment_is_told_with_the_reason(made):
    found = enrollment(made)
    assert found["reason"] == "nobody brought enrollment"
    assert [figure.label for figure in found["figures"]] == ["NYCHA developments that Big Apple Connect may serve"]
    assert "nobody brought enrollment" in text_of(draw_home(made))


def test_link5g_is_the_length_of_its_lists(client, sample):
    found = link5g(sample)
    built, equity = found["figures"]
    every = features(client, href(built, "Every Link5G kiosk"))
    assert number(built.value) == len(every) == 205
    below = features(client, href(equity, "Those in Manhattan below 96th Street"))
    assert {row["borough"] for row in below} == {"Manhattan"}
    assert number(equity.value) == pytest.approx(100 * (1 - len(below) / len(every)), abs=0.05)
    for row in found["boroughs"]:
        assert row["built"] == len(features(client, row["href"])) == sum(one["borough"] == row["name"] for one in every)
    assert "10.2 % of 2,000 promised" in built.notes
    assert equity.notes[1].startswith("kept: 90 % were promised, 3 kiosks more")


def test_without_link5g_nothing_is_claimed(made, tmp_path):
    built, equity = link5g(made)["figures"]
    assert (built.value, equity.value) == ("0", "not known")
    assert equity.notes == ("90 % were promised",)
    assert len(link5g(made)["bars"]) == 1
    gone = load_city(small(tmp_path, without=("kiosks",)))
    assert link5g(gone)["reason"] == "nobody brought kiosks"
    assert "this snapshot has no kiosks (nobody brought kiosks)" in text_of(draw_home(gone))


@pytest.mark.parametrize(
    ("uptown", "said"),
    [
        (9, "kept: 90 % were promised, 0 kiosks more than that"),
        (8, "missed: 90 % were promised, 1 kiosk short of that"),
    ],
)
def test_whether_the_promise_is_kept(tmp_path, uptown, said):
    kiosks = pd.concat([city.kiosks().iloc[[0]]] * 10, ignore_index=True)
    boroughs = ["Queens"] * uptown + ["Manhattan"] * (10 - uptown)  # the made-up city lies south of 96th Street
    kiosks = kiosks.assign(site_id=[f"k{n}" for n in range(10)], kind="Link5G", borough=boroughs)
    assert link5g(load_city(small(tmp_path, kiosks=kiosks)))["figures"][1].notes[1] == said


def test_high_gap_is_the_length_of_its_lists(client, sample):
    found = high_gap(sample)
    ntas = features(client, f"/collections/ntas/items?tier={quote(TOP)}&limit=300")
    assert len(found["all"]["neighborhoods"]) == len(ntas) > 0
    for site in ("schools", "facilities"):
        assert found["all"][site]["number"] == len(features(client, found["all"][site]["href"])) > 0
        assert found["all"][site]["number"] == sum(row[site]["number"] for row in found["boroughs"])
    pages = [client.json(f"/nta/{row['nta']}?f=json") for row in ntas]
    inside = {layer["layer"]: 0 for layer in pages[0]["near"]}
    for page in pages:
        for layer in page["near"]:
            inside[layer["layer"]] += layer["inside"]
    assert found["all"]["schools"]["number"] == inside["schools"]
    assert found["all"]["facilities"]["open"] == inside["facilities"]


def test_too_many_sites_to_name_have_no_list(sample):
    assert items(sample, "schools", []) is None
    assert items(sample, "schools", [f"{n:06d}" for n in range(MOST_ROWS)]) is None
    assert items(sample, "schools", ["it's"]).startswith(
        "/collections/schools/items?filter=dbn%20IN%20(%27it%27%27s%27)"
    )


def test_what_is_missing_is_said(tmp_path):
    page = draw_home(load_city(small(tmp_path, without=("kiosks", "facilities", "developments"))))
    assert "not known" in page
    assert "Public computer centres" in page and "nobody brought facilities" in page
    assert "this snapshot has no list of NYCHA developments" in page


def test_ages_are_as_of_the_snapshot():
    def told(fetched, updated=None):
        source = {**entry("kiosks", 1)["sources"][0], "fetched_at": fetched, "upstream_updated_at": updated}
        made = datetime(2026, 3, 1, 12, tzinfo=UTC).isoformat()
        row = ages({"created_at": made, "datasets": [entry("kiosks", 1, sources=[source])]})[0]
        return row["age"], row["standing"], row["updated"], row["fetched"]

    fresh, stale = "fresh: younger than its update cycle", "stale: older than two update cycles"
    assert told("2026-03-01T10:00:00+00:00") == ("fetched on the same day", fresh, None, "2026-03-01")
    assert told("2026-02-28T11:00:00+00:00")[0] == "1 day since it was fetched"
    assert told("2025-10-01T00:00:00+00:00")[:2] == ("5 months since it was fetched", stale)
    assert told("2026-02-28T00:00:00+00:00", "2023-02-28T00:00:00+00:00") == (
        *("3 years since upstream changed it", fresh, "2023-02-28", "2026-02-28"),
    )
    assert told(None) == ("age not known", "", None, None)


def test_every_dataset_has_an_age(sample):
    assert [row["name"] for row in ages(sample.manifest)] == [row["name"] for row in sample.manifest["datasets"]]


def test_bars():
    assert bar(0.25, 0.9) == {"width": WIDTH, "filled": WIDTH / 4, "mark": 0.9 * WIDTH}
    assert bar(1.5) == {"width": WIDTH, "filled": WIDTH}
    assert bar(NAN) is None
    assert interval(0.1, 0.05, 0.2, 0.4) == {
        "width": WIDTH,
        "filled": WIDTH / 4,
        "low": WIDTH / 8,
        "high": 3 * WIDTH / 8,
        "mark": WIDTH / 2,
    }
    assert interval(0.1, NAN, NAN, 0.4) == {"width": WIDTH, "filled": WIDTH / 4}
    assert interval(NAN, 0.1, 0.2, NAN) is None
