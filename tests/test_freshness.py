from datetime import UTC, datetime, timedelta

import pytest

from app.freshness import age, remarks, report
from app.language import Speech, spoken
from tests.pseudo import pseudo
from tests.snapshots import entry

FETCHED = datetime(2026, 1, 1, tzinfo=UTC)
THEN = FETCHED.isoformat()


def source(days=30, fetched_at=THEN):
    return {"fetched_at": fetched_at, "cadence_days": days}


@pytest.mark.parametrize(
    ("days", "word"),
    [(0, "fresh"), (30, "fresh"), (31, "due"), (60, "due"), (61, "stale"), (4000, "stale")],
)
def test_age_against_the_cadence(days, word):
    share, said = age(source(), FETCHED + timedelta(days=days, hours=5))
    assert said == f"{word} ({days} of 30 days)"
    assert share == days / 30


def test_files_of_the_sample_do_not_age():
    assert age(source(fetched_at=""), FETCHED) == (0.0, "sample")


def test_a_time_with_another_offset_is_the_same_moment():
    assert age(source(fetched_at="2025-12-31T19:00:00-05:00"), FETCHED + timedelta(days=31))[1].startswith("due (31")


def manifest(*entries, **changed):
    method = {"missing_indicators": {}, "notes": []} | changed.pop("method", {})
    return {"datasets": [*entries], "absent": [], "unread_files": [], "method": method} | changed


def test_a_dataset_is_as_old_as_its_oldest_source():
    old = {**entry("schools", 5)["sources"][0], "fetched_at": "2020-05-05T00:00:00+00:00", "cadence_days": 365}
    both = entry("schools", 5, sources=[entry("schools", 5)["sources"][0], old], rows_rejected=2)
    row = report(manifest(both), FETCHED)[0]
    assert (row.dataset, row.origin, row.vintage, row.kept, row.rejected) == ("schools", "folder", "2026", 5, 2)
    assert (row.fetched, row.age.split()[0], row.synthetic) == ("2020-05-05", "stale", "no")


@pytest.mark.parametrize(("kind", "said"), [("synthetic", "made up"), ("by hand", "by hand"), ("real", "no")])
def test_what_is_made_up_says_so(kind, said):
    assert report(manifest(entry("kiosks", 1, kind=kind)), FETCHED)[0].synthetic == said


def test_remarks_say_everything_that_a_reader_must_know():
    said = remarks(
        manifest(
            entry("kiosks", 1, kind="synthetic", origin="sample"),
            entry("developments", 1, kind="by hand", origin="sample"),
            entry("lots", 1, origin="sample", vintage="PLUTO"),
            entry("schools", 1, notes=["one school without a place"]),
            absent=[{"name": "facilities", "title": "Public computer centres", "reason": "the folder has none"}],
            unread_files=["other.csv", "older/[2] kiosks.csv"],
            method={"missing_indicators": {"aged_65": "no ages"}, "notes": ["7 people live nowhere"]},
        )
    )
    for words in (
        "LinkNYC and Link5G kiosks: made up, not real data",
        "NYCHA developments: a part, collected by hand",
        "Residential tax lots: not in the folder, so the sample's real data stand in (PLUTO)",
        "Public computer centres are absent: the folder has none",
        "not in the score: no ages",
        "Public and charter schools: one school without a place",
        "7 people live nowhere",
        "files that nothing here reads: other.csv, older/[2] kiosks.csv",
    ):
        assert words in said


def test_nothing_stands_in_where_all_is_the_sample():
    assert not [line for line in remarks(manifest(entry("lots", 1, origin="sample"))) if "stand in" in line]


def test_another_language_is_spoken_where_a_page_asks_for_it(monkeypatch):
    pseudo(monkeypatch)
    told = manifest(entry("lots", 1, kind="by hand", vintage=None), entry("kiosks", 1, kind="synthetic"))
    with spoken(Speech("es")):
        assert age(source(), FETCHED)[1] == "⟦fresh (0 of 30 days)⟧"
        assert [(row.vintage, row.synthetic) for row in report(told, FETCHED)] == [
            ("⟦not stated⟧", "⟦by hand⟧"),
            ("2026", "⟦made up⟧"),
        ]
        assert remarks(told)[0] == "⟦⟦LinkNYC and Link5G kiosks⟧: made up, not real data⟧"
