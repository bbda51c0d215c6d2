import json
import math
import re

import orjson
import pytest

from app.adopted import FILE, adopt, adopted
from geo.errors import SnapshotError

DOCUMENT = {
    "start": "2026-05-04",
    "wave_months": 3,
    "adopted_at": "2026-05-01T09:00:00+00:00",
    "snapshot": "20260501T000000Z-abc",
    "method_version": "1.1",
    "terms": {"waves": 2},
    "cost_usd": 30.0,
    "developments": [
        {"tds": "001", "name": "One", "wave": 1, "provider": "Optimum", "planned": 40, "baseline": 60},
        {"tds": "002", "name": "Two", "wave": 2, "provider": None, "planned": 10, "baseline": None},
    ],
}


def test_what_was_adopted_is_read_back(tmp_path):
    adopt(tmp_path, DOCUMENT)
    plan = adopted(tmp_path)
    assert (plan.start, plan.wave_months) == ("2026-05-04", 3)
    assert plan.rows["wave"].tolist() == [1, 2]
    assert plan.rows["baseline"][0] == 60 and math.isnan(plan.rows["baseline"][1])
    assert plan.facts["cost_usd"] == 30


def test_a_newer_plan_replaces_it_and_the_older_stays(tmp_path):
    adopt(tmp_path, DOCUMENT)
    adopt(tmp_path, DOCUMENT | {"adopted_at": "2026-06-01T09:00:00+00:00", "wave_months": 2})
    assert adopted(tmp_path).wave_months == 2
    assert len([*(tmp_path / "plans").iterdir()]) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [FILE]


def test_none_is_none(tmp_path):
    assert adopted(tmp_path) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"start": "2026-05-04"}',
        b'{"start": 1e999}',
        b"\xff",
        orjson.dumps(DOCUMENT | {"terms": {}}).replace(b'"terms":{}', b'"terms":' + b'{"a":' * 300 + b"1" + b"}" * 300),
    ],
)
def test_what_is_no_plan_is_refused_with_what_to_do(tmp_path, body):
    (tmp_path / FILE).write_bytes(body)
    with pytest.raises(SnapshotError, match="adopt it again with `equity-map plan --adopt`, or remove the file"):
        adopted(tmp_path)


ONE, TWO = DOCUMENT["developments"]
WRONG = [
    ({"cost_usd": 0}, "cost_usd: found 0, expected dollars above 0"),
    ({"cost_usd": -1.5}, "cost_usd: found -1.5"),
    ({"cost_usd": None}, "cost_usd: found None"),
    ({"cost_usd": float("nan")}, "cost_usd: found None"),
    ({"cost_usd": float("inf")}, "cost_usd: found None"),
    ({"cost_usd": True}, "cost_usd: found True"),
    ({"cost_usd": "30"}, "cost_usd: found '30'"),
    ({"start": "soon"}, "start: found 'soon', expected a day from 2022-01-01 to 2100-01-01 as YYYY-MM-DD"),
    ({"start": "20260504"}, "start: found '20260504'"),
    ({"start": 2026}, "start: found 2026"),
    ({"start": "2021-12-31"}, "start: found '2021-12-31'"),
    ({"start": "2100-01-02"}, "start: found '2100-01-02'"),
    ({"wave_months": None}, "wave_months: found None, expected a whole number from 1 to 60"),
    ({"wave_months": 0}, "wave_months: found 0"),
    ({"wave_months": 61}, "wave_months: found 61"),
    ({"wave_months": 1.5}, "wave_months: found 1.5"),
    ({"wave_months": "3"}, "wave_months: found '3'"),
    ({"adopted_at": "yesterday"}, "adopted_at: found 'yesterday', expected a time"),
    ({"snapshot": 5}, "snapshot: found 5, expected text"),
    ({"terms": None}, "terms: found None, expected an object"),
    ({"developments": None}, "developments: found None, expected at least one development"),
    ({"developments": []}, "developments: found [], expected at least one development"),
    ({"developments": {"001": 1}}, "developments: found {'001': 1}"),
    (
        {"developments": [ONE, 7, "x", None, []]},
        "developments: found 7 in row 2, 'x' in row 3, None in row 4 and 1 more",
    ),
    ({"developments": [ONE, TWO, ONE]}, "tds: found '001' more than once, expected each development once"),
    ({"developments": [ONE | {"tds": 1}]}, "tds: found 1 in row 1, expected text"),
    ({"developments": [ONE | {"name": []}]}, "name: found [] in row 1, expected text or null"),
    ({"developments": [ONE, TWO | {"wave": 0}]}, "wave: found 0 in row 2, expected a whole number from 1 to 12"),
    ({"developments": [ONE | {"wave": 13}]}, "wave: found 13 in row 1"),
    ({"developments": [ONE | {"wave": 1.5}]}, "wave: found 1.5 in row 1"),
    ({"developments": [ONE | {"wave": "first"}]}, "wave: found 'first' in row 1"),
    ({"developments": [{"tds": "001"}]}, "wave: found None in row 1"),
    ({"developments": [ONE | {"planned": -1}]}, "planned: found -1 in row 1, expected households from 0 to 1,000,000"),
    ({"developments": [ONE | {"planned": float("nan")}]}, "planned: found None in row 1"),
    ({"developments": [ONE | {"planned": 10**30}]}, "planned: found "),
    ({"developments": [ONE | {"baseline": -0.5}]}, "baseline: found -0.5 in row 1"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_what_is_refused_when_read_is_refused_when_adopted(tmp_path, change, said):
    with pytest.raises(SnapshotError, match=rf"cannot be adopted \(.*{re.escape(said)}.*plan again"):
        adopt(tmp_path, DOCUMENT | change)
    assert not [*tmp_path.iterdir()]
    (tmp_path / FILE).write_bytes(
        json.dumps(DOCUMENT | change).replace("NaN", "null").replace("Infinity", "null").encode()
    )
    with pytest.raises(SnapshotError, match=rf"cannot be read as a plan \(.*{re.escape(said)}.*adopt it again"):
        adopted(tmp_path)


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    rows = [ONE | {"wave": 0, "planned": -1}, 5]
    (tmp_path / FILE).write_bytes(orjson.dumps(DOCUMENT | {"start": "soon", "cost_usd": 0, "developments": rows}))
    with pytest.raises(SnapshotError) as caught:
        adopted(tmp_path)
    for part in ("start: ", "cost_usd: ", "wave: ", "planned: ", "developments: found 5 in row 2"):
        assert part in str(caught.value)


def test_the_limits_themselves_are_plans(tmp_path):
    rows = [ONE | {"wave": 12.0, "planned": 0, "baseline": float("nan")}]
    for start, months in (("2022-01-01", 1), ("2100-01-01", 60)):
        adopt(tmp_path, DOCUMENT | {"start": start, "wave_months": months, "developments": rows})
        assert adopted(tmp_path).rows["wave"].tolist() == [12]


def test_a_whole_number_that_json_does_not_hold_is_kept_as_text(tmp_path):
    adopt(tmp_path, DOCUMENT | {"terms": {"crews": 10**30, "capacity": {"Optimum": -(2**53) - 1}, "waves": 2**53}})
    terms = {"crews": str(10**30), "capacity": {"Optimum": str(-(2**53) - 1)}, "waves": 2**53}
    assert adopted(tmp_path).facts["terms"] == terms


def test_what_json_cannot_say_is_refused(tmp_path):
    with pytest.raises(SnapshotError, match="cannot be adopted"):
        adopt(tmp_path, DOCUMENT | {"terms": {"odd": object()}})


def test_what_a_killed_process_left_is_removed_and_nothing_is_left_half_written(tmp_path, monkeypatch):
    (tmp_path / "plans").mkdir()
    for folder in (tmp_path, tmp_path / "plans"):
        (folder / ".plan-1").write_text("{")
    adopt(tmp_path, DOCUMENT)
    names = {path.name for path in tmp_path.rglob("*")}
    assert names == {FILE, "plans", "2026-05-01T090000+0000.json"}
    before = (tmp_path / FILE).read_bytes()

    def killed(path, body):
        with path.open("wb") as half:
            half.write(body[:9])
        raise OSError("no space")

    monkeypatch.setattr("pathlib.Path.write_bytes", killed)
    with pytest.raises(SnapshotError, match="no space"):
        adopt(tmp_path, DOCUMENT | {"adopted_at": "2026-06-01T09:00:00+00:00"})
    assert (tmp_path / FILE).read_bytes() == before
    assert [path.name for path in (tmp_path / "plans").glob("*.json")] == ["2026-05-01T090000+0000.json"]


def test_a_time_of_adoption_leads_nowhere_else(tmp_path):
    adopt(tmp_path, DOCUMENT | {"adopted_at": "2026-05-01/09:00:00"})
    assert [path.name for path in (tmp_path / "plans").iterdir()] == ["2026-05-01T090000.json"]


def test_where_nothing_can_be_written_it_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SnapshotError, match="give another folder with --var"):
        adopt(tmp_path / "file", DOCUMENT)
