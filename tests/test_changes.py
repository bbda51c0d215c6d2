"""What has changed: by hand, and between two snapshots of the made-up city whose second survey has other answers."""

import csv
import io
import json
import re
import shutil
from datetime import timedelta
from html import unescape
from math import sqrt

import geopandas as gpd
import pandas as pd
import pytest

from app.changes import BY_CODE
from app.earlier import earlier, made_at
from app.main import create_app
from app.settings import Settings
from geo.acs import Estimate
from geo.change import changes, period, shared_share
from geo.comparison import sampled
from loaders.store import Snapshot
from tests import city
from tests.calling import calling
from tests.city import A1, A2, B1, C1, C2
from tests.pseudo import bare, pseudo
from tests.snapshots import NOW, small


def answers(**broadband):
    """The survey with other numbers of households with broadband, by tract."""
    survey = city.adoption().set_index("place")
    for place, households in broadband.items():
        survey.loc[place.removeprefix("t"), "B28002_004E"] = float(households)
    return survey.reset_index()


def amend(snapshot, **changed):
    """Write what a manifest says otherwise: the vintage of the survey, and members of the method."""
    path = snapshot.path / "manifest.json"
    manifest = json.loads(path.read_text())
    for entry in manifest["datasets"]:
        if entry["name"] == "adoption":
            entry["vintage"] = changed.pop("survey", entry["vintage"])
        entry["kind"] = changed.get("kinds", {}).get(entry["name"], entry["kind"])
    changed.pop("kinds", None)
    manifest["method"] |= changed
    path.write_text(json.dumps(manifest))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two snapshots: in the first 70 of 100 households of A1 have broadband and 84 of C1, now 90 and 80."""
    var = tmp_path_factory.mktemp("two")
    kiosks = city.kiosks().assign(working=False)
    amend(small(var, adoption=answers(**{A1: 70, C1: 84}), kiosks=kiosks), survey="ACS 2019–2023")
    amend(small(var, now=NOW + timedelta(days=300)), survey="ACS 2020–2024")
    return var


@pytest.fixture
def two(folder, tmp_path):
    """A copy of the two, the earlier and the present, for tests that change them; and their folder."""
    shutil.copytree(folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture(scope="module")
def client_of_two(folder):
    with calling(create_app(Settings(var=folder))) as running:
        yield running


def snapshots(var):
    """The earlier and the present snapshot."""
    return [Snapshot(path, {}) for path in sorted((var / "snapshots").iterdir())]


def asked(client, **query):
    told = client.json("/changes", f="json", **{"of": "tracts", "measure": "no_broadband"} | query)
    return told, {row["id"]: row for row in told["rows"]}


def page(client, status=200, **query):
    answer = client.get("/changes", **query)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text, " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def served(var, **query):
    """What is answered from `var`."""
    with calling(create_app(Settings(var=var))) as client:
        return asked(client, **query)


def test_periods():
    assert period("ACS 2019–2023, by NTA") == (2019, 2023) and period("ACS 2020-2024") == (2020, 2024)
    assert period("2026") is period(None) is period("2024–2020") is None
    assert shared_share((2019, 2023), (2020, 2024)) == 0.8 == shared_share((2020, 2024), (2019, 2023))
    assert shared_share((2014, 2018), (2019, 2023)) == 0
    assert shared_share((2015, 2019), (2019, 2023)) == 0.2


def test_an_overlap_narrows_the_margin_by_hand():
    """16 % ± 5.4, then 10 % ± 4.4: the margin of the change is 7.0 alone, √0.2 of it where 4 of 5 years are shared."""
    before = sampled(Estimate(pd.Series({"x": 0.16}), pd.Series({"x": sqrt(100 - 70.56) / 100})))
    after = sampled(Estimate(pd.Series({"x": 0.10}), pd.Series({"x": sqrt(19) / 100})))
    apart, together = (changes(before, after, shared).loc["x"] for shared in (0.0, 0.8))
    assert apart["change"] == together["change"] == pytest.approx(-0.06)
    assert apart["moe"] == pytest.approx(sqrt(19 + 29.44) / 100)
    assert together["moe"] == pytest.approx(sqrt(19 + 29.44) / 100 * sqrt(0.2))
    assert (apart["significant"], together["significant"]) == (False, True)


def test_a_change_by_hand(client_of_two):
    """
    A1: 30 of 100 households without broadband, now 10; of 90 and 70 with it the margin is 10, that of all is 10.

    The margins of the shares are √(10² − 0.7² 10²) / 100 and √(10² − 0.9² 10²) / 100; four of five years are shared.
    """
    told, rows = asked(client_of_two)
    row = rows[A1]
    assert (row["before"]["value"], row["after"]["value"]) == pytest.approx((0.30, 0.10))
    assert row["change"] == pytest.approx(-0.20)
    assert row["moe"] == pytest.approx(sqrt(51 + 19) / 100 * sqrt(1 / 5))
    assert (row["significant"], row["verdict"]) == (True, "fell")
    assert told["shared_years"] == pytest.approx(0.8)
    assert "√(1 − 0.8)" in told["notes"][0] and "caution" in told["notes"][0]
    row = rows[C1]  # 16 %, now 20 %
    assert row["moe"] == pytest.approx(sqrt(29.44 + 36) / 100 * sqrt(1 / 5)) and row["moe"] == pytest.approx(
        0.0362, abs=1e-4
    )
    assert (row["change"], row["verdict"]) == (pytest.approx(0.04), "rose")
    assert rows[B1]["verdict"] == "not significant" and rows[C2]["verdict"] == "not known"
    assert (
        told["summary"] | {"areas": 6, "rose": 1, "fell": 1, "not_significant": 3, "not_known": 1, "tested": 5}
        == told["summary"]
    )
    assert told["summary"]["by_chance"] == 0.5
    assert [row["verdict"] for row in told["rows"]][:2] == ["rose", "fell"]


def test_without_shared_years_the_same_change_is_less_sure(two):
    amend(snapshots(two)[0], survey="ACS 2014–2018")
    told, rows = served(two)
    assert told["shared_years"] == 0 and "share no year" in told["notes"][0]
    assert rows[A1]["moe"] == pytest.approx(sqrt(70) / 100) and rows[A1]["verdict"] == "fell"
    assert rows[C1]["verdict"] == "not significant" and rows[C1]["change"] == pytest.approx(0.04)


def test_only_what_is_significant_is_called_a_change(client_of_two):
    html, text = page(client_of_two, of="tracts", measure="no_broadband")
    assert "Brooklyn tract 0100 Brooklyn 30.0 % ± 7.1 10.0 % ± 4.4 ▼ −20.0 ± 3.7 fell: significant at 90 %" in text
    assert "no significant change 0.0 ±" in text and html.count('class="apart sure"') == 2
    assert "Rose 1 by more than the 90 % margin" in text and "Cannot be told apart 3" in text
    assert "5 areas were tested" in text and "about 0.5 of them look changed" in text
    assert "2008–2012 ACS 5-Year Data" in text


def test_the_same_survey_is_not_compared(two):
    amend(snapshots(two)[1], survey="ACS 2019–2023")
    for measure in ("no_broadband", "need", "population"):
        told, rows = served(two, measure=measure)
        assert "nothing to compare" in told["why_not"][0] and told["summary"]["tested"] == 0
        assert {row["verdict"] for row in rows.values()} <= {"not compared", "not known"}
        assert {row["change"] for row in rows.values()} == {None}
    told, rows = served(two, measure="gap")
    assert told["why_not"] == [] and "comes from what is counted" in told["notes"][0]
    assert rows[A1]["moe"] is None and rows[A1]["significant"] is None


def test_what_is_counted_has_no_margin(client_of_two):
    """The kiosk of A1 was not working yet: 150 of 250 residents are within reach now, 60 of 100."""
    told, rows = asked(client_of_two, measure="supply")
    assert (rows[A1]["before"]["value"], rows[A1]["after"]["value"], rows[A1]["change"]) == pytest.approx((0, 60, 60))
    assert (rows[A1]["moe"], rows[A1]["significant"], rows[A1]["verdict"]) == (None, None, "rose")
    assert rows[A2]["verdict"] == "same" and told["shared_years"] is None
    counts = {row["code"]: row for row in told["citywide"]}
    assert counts["kiosks"] == {"code": "kiosks", "before": 0, "after": 1, "change": 1}
    assert counts["schools"] == {"code": "schools", "before": None, "after": None, "change": None}
    text = page(client_of_two, of="tracts", measure="supply")[1]
    assert "▲ +60.0 rose: counted, no margin" in text and "Working kiosks 0 1 +1" in text


@pytest.mark.parametrize(
    ("changed", "measures", "words"),
    [
        ({"version": "0.9"}, ("supply", "gap", "no_broadband"), "The method is another one (0.9 before"),
        ({"walk_m": 300.0}, ("supply", "gap", "people_beyond_reach"), "The reach is another one: 300 m before, 400 m"),
        ({"indicators": ["no_broadband"]}, ("need", "gap"), "other indicators"),
        ({"survey": "2026"}, ("no_broadband", "gap"), "are not stated (2026, ACS 2020–2024)"),
        ({"survey": "ACS 2021–2023"}, ("need",), "periods of different length"),
        (
            {"kinds": {"kiosks": "synthetic"}},
            ("supply",),
            "“LinkNYC and Link5G kiosks” is another kind of data: made up",
        ),
        (
            {"kinds": {"adoption": "by hand"}},
            ("need", "gap"),
            "age” is another kind of data: by hand before, real now.",
        ),
        ({"missing_indicators": {"no_computer": "nobody asked"}}, ("no_computer",), "lacks this measure (nobody"),
    ],
)
def test_what_is_not_comparable_is_not_called_a_change(two, changed, measures, words):
    amend(snapshots(two)[0], **changed)
    with calling(create_app(Settings(var=two))) as client:
        for measure in measures:
            told, rows = asked(client, measure=measure)
            assert any(words in why for why in told["why_not"]), (measure, told["why_not"])
            assert {row["change"] for row in rows.values()} == {None}
            html, text = page(client, of="tracts", measure=measure)
            assert "not comparable in this measure" in text and "▲" not in html and "▼" not in html
        if "version" in changed:
            assert {row["change"] for row in told["citywide"]} == {None}


def test_a_measure_that_the_obstacle_does_not_touch_is_compared(two):
    amend(snapshots(two)[0], walk_m=300.0, kinds={"kiosks": "synthetic"})
    assert served(two)[0]["why_not"] == []


def test_areas_of_one_snapshot_alone(two):
    old = snapshots(two)[0].path / "scores" / "tracts.parquet"
    frame = gpd.read_parquet(old)
    frame.loc[frame["geoid"] == B1, "geoid"] = "36047999999"
    frame.to_parquet(old)
    told, rows = served(two)
    assert (rows[B1]["verdict"], rows["36047999999"]["verdict"]) == ("only now", "only before")
    assert (told["summary"]["only_now"], told["summary"]["only_before"], told["summary"]["areas"]) == (1, 1, 7)
    with calling(create_app(Settings(var=two))) as client:
        html = page(client, of="tracts", measure="no_broadband")[0]
        assert "only in the earlier snapshot" in html and "/tracts/36047999999" not in html


def test_the_default_is_the_latest_before_the_one_that_serves(two):
    older, present = snapshots(two)
    first = older.path.with_name("20250101T000000Z-00000000")
    shutil.copytree(older.path, first)
    (two / "snapshots" / "20990101T000000Z-00000000").mkdir()  # later than what serves
    (two / "snapshots" / ".draft-1").mkdir()
    assert earlier(two, present.id) == [older.id, first.name]
    assert made_at(first.name).isoformat() == "2025-01-01T00:00:00+00:00"
    with calling(create_app(Settings(var=two))) as client:
        assert asked(client)[0]["before"]["id"] == older.id
        assert asked(client, before=first.name)[0]["before"]["id"] == first.name
        assert page(client)[0].count("<option") == 2 + 4 + len(BY_CODE)


@pytest.mark.parametrize("id", ["../snapshots", "..", "/etc/passwd", "20990101T000000Z-00000000", "current"])
def test_an_id_is_one_of_those_listed_and_never_a_path(client_of_two, id):
    assert client_of_two.refused(400, "/changes", before=id, f="json").startswith(f"before: found {id!r}, expected one")
    text = page(client_of_two, 400, before=id)[1]
    assert "This cannot be compared." in text


def test_a_damaged_earlier_snapshot_is_told(two):
    older = snapshots(two)[0]
    (older.path / "scores" / "tracts.parquet").write_bytes(b"PAR1")
    with calling(create_app(Settings(var=two))) as client:
        told = client.refused(404, "/changes", of="tracts", f="json")
        assert told == f"Snapshot {older.id} cannot be compared: its table scores/tracts is missing or damaged."
        (older.path / "manifest.json").write_text("{")
        assert "its manifest is damaged" in client.refused(404, "/changes", f="json")
        assert "its manifest is damaged" in page(client, 404)[1]


def test_a_folder_whose_name_is_no_time_is_no_snapshot(two):
    older, present = snapshots(two)
    for name in ("20259999T999999Z-aaaaaaaa", "20250230T000000Z-aaaaaaaa", "20250101T250000Z-aaaaaaaa"):
        (two / "snapshots" / name).mkdir()
    assert earlier(two, present.id) == [older.id]
    with calling(create_app(Settings(var=two))) as client:
        assert "20259999T" not in page(client, of="tracts")[0]


def without(*path):
    """Leaves a member out of a manifest, a text for a member of each dataset."""

    def changed(manifest):
        if path[0] == "datasets" and len(path) > 1:
            for each in manifest["datasets"]:
                del each[path[1]]
        elif len(path) > 1:
            del manifest[path[0]][path[1]]
        else:
            manifest[path[0]] = {} if path[0] == "method" else None

    return changed


@pytest.mark.parametrize(
    "path",
    [
        *(("method",), ("method", "version"), ("method", "walk_m"), ("method", "missing_indicators")),
        *(("method", "goalposts"), ("datasets",)),
        *(("datasets", member) for member in ("kind", "vintage", "name", "sources", "title")),
    ],
)
def test_a_manifest_that_lacks_what_is_compared_is_damaged(two, path):
    file = snapshots(two)[0].path / "manifest.json"
    manifest = json.loads(file.read_text())
    without(*path)(manifest)
    file.write_text(json.dumps(manifest))
    with calling(create_app(Settings(var=two))) as client:
        assert "cannot be compared: its manifest is damaged" in client.refused(404, "/changes", f="json")
        assert "cannot be compared: its manifest is damaged" in page(client, 404)[1]


@pytest.mark.parametrize("column", ["geoid", "name", "no_broadband_share", "no_broadband_moe_share"])
def test_a_table_without_a_column_is_damaged(two, column):
    file = snapshots(two)[0].path / "scores" / "tracts.parquet"
    gpd.read_parquet(file).drop(columns=column).to_parquet(file)
    with calling(create_app(Settings(var=two))) as client:
        told = client.refused(404, "/changes", of="tracts", measure="no_broadband", f="csv")
        assert told.endswith(f"cannot be compared: its table scores/tracts has no column {column}.")
        assert told in page(client, 404, of="tracts", measure="no_broadband")[1]


def test_a_table_whose_key_tells_no_rows_apart_is_damaged(two):
    file = snapshots(two)[0].path / "scores" / "tracts.parquet"
    for key in (A1, None):
        gpd.read_parquet(file).assign(geoid=key).to_parquet(file)
        with calling(create_app(Settings(var=two))) as client:
            assert "scores/tracts is missing or damaged" in client.refused(404, "/changes", of="tracts", f="json")


def test_a_measure_that_the_earlier_snapshot_lacks_needs_no_column(two):
    older = snapshots(two)[0]
    amend(older, missing_indicators={"no_broadband": "nobody asked"})
    file = older.path / "scores" / "tracts.parquet"
    gpd.read_parquet(file).drop(columns="no_broadband_share").to_parquet(file)
    assert "lacks this measure (nobody asked)" in served(two)[0]["why_not"][0]


def test_where_the_latest_is_damaged_another_one_is_offered(two):
    older = snapshots(two)[0]
    oldest = older.path.with_name("20250101T000000Z-00000000")
    shutil.copytree(older.path, oldest)
    (older.path / "manifest.json").write_text("{}")
    with calling(create_app(Settings(var=two))) as client:
        html = page(client, 404, of="tracts")[0]
        link = unescape(re.findall(r'<a href="(/changes[^"]*)">Compare with', html)[0])
        assert f"before={oldest.name}" in link and "of=tracts" in link
        assert client.get(link).status_code == 200
        (oldest / "manifest.json").write_text("{}")
        assert "Compare with the snapshot" not in page(client, 404)[0]


def test_an_error_is_one_sentence_that_names_few_snapshots(two):
    older = snapshots(two)[0]
    for month in range(1, 10):
        shutil.copytree(older.path, older.path.with_name(f"20250{month}01T000000Z-00000000"))
    with calling(create_app(Settings(var=two))) as client:
        told = client.refused(400, "/changes", before="foo", f="json")
        assert older.id in told and told.count("Z-") == 4 and "or an older one" in told
        text = page(client, 400, before="foo")[1]
        assert "Before: found 'foo', expected one of these, or an older one: " in text
        (older.path / "manifest.json").write_text("{}")
        assert ".." not in page(client, 404)[1]


def test_the_page_speaks_the_language_and_files_do_not(two, monkeypatch):
    amend(snapshots(two)[1], kinds={"kiosks": "synthetic"})
    pseudo(monkeypatch)
    spanish = {"accept-language": "es"}
    with calling(create_app(Settings(var=two))) as client:
        names = {row["name"] for row in asked(client)[0]["rows"]} | {"Brooklyn", "Queens", "JSON", "CSV"}
        for asks in ({"measure": "gap"}, {"measure": "no_broadband"}, {"before": "foo"}, {"measure": "luck"}):
            html = client.get("/changes", spanish, of="tracts", **asks).text
            assert [text for text in bare(html) if text not in names and "UTC" not in text] == []
        assert "kiosks (synthetic)" not in html
        for asks in ({"f": "json"}, {"f": "csv"}, {"f": "json", "before": "foo"}):
            plain, other = (client.get("/changes", header, of="tracts", **asks) for header in (None, spanish))
            assert plain.content == other.content and "Accept-Language" not in other.headers.get("vary", "")


def test_one_snapshot_alone_is_said_plainly(client):
    html, text = page(client)
    assert "Nothing to compare with yet." in text and "equity-map ingest" in text and "<table" not in html
    assert "There is no earlier snapshot" in client.refused(404, "/changes", f="json")
    assert "There is no earlier snapshot" in client.refused(404, "/changes", f="csv")


def test_mistakes(client_of_two):
    assert "of: found 'kiosks'" in client_of_two.refused(400, "/changes", of="kiosks", f="json")
    assert "measure: found 'luck'" in client_of_two.refused(400, "/changes", measure="luck", f="json")
    assert "parameters are" in client_of_two.refused(400, "/changes", after="x")
    assert "expected one of: html, json, csv" in client_of_two.refused(400, "/changes", f="xlsx")


@pytest.mark.parametrize("of", ["ntas", "tracts", "cdtas", "boroughs"])
@pytest.mark.parametrize("measure", BY_CODE)
def test_every_measure_of_every_geography(client_of_two, of, measure):
    told = client_of_two.json("/changes", of=of, measure=measure, f="json")
    assert told["why_not"] == [] and len(told["rows"]) == told["summary"]["areas"] > 1
    assert told["measure"]["label"] in page(client_of_two, of=of, measure=measure)[1]


def test_the_file_says_the_same(client_of_two):
    answer = client_of_two.get("/changes", of="tracts", measure="no_broadband", f="csv")
    rows = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    told = asked(client_of_two)[0]
    assert [row["id"] for row in rows] == [row["id"] for row in told["rows"]]
    fell = next(row for row in rows if row["id"] == A1)
    assert float(fell["difference"]) == pytest.approx(-0.2) and fell["significant"] == "True"
    assert (fell["verdict"], fell["before_snapshot"], fell["unit"]) == ("fell", told["before"]["id"], "share")
