import math

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
        orjson.dumps(DOCUMENT | {"developments": [{"tds": "001", "wave": "first"}]}),
        orjson.dumps(DOCUMENT | {"start": "soon"}),
        orjson.dumps(DOCUMENT | {"wave_months": None}),
    ],
)
def test_what_is_no_plan_is_refused_with_what_to_do(tmp_path, body):
    (tmp_path / FILE).write_bytes(body)
    with pytest.raises(SnapshotError, match="adopt it again with `equity-map plan --adopt`, or remove the file"):
        adopted(tmp_path)


def test_where_nothing_can_be_written_it_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SnapshotError, match="give another folder with --var"):
        adopt(tmp_path / "file", DOCUMENT)
