"""Weekly files of enrollment, one ingest after another: every reporting date ever seen stays. All rows are invented."""

import pandas as pd
import pytest

from app import build
from geo.errors import TableError
from loaders import DATASETS, store
from loaders.folder import gather_folder
from loaders.origin import Gathered, Raw
from tests.snapshots import NOW

BY_NAME = {dataset.name: dataset for dataset in DATASETS}
NAMES = [f"Invented {letter}{number}" for letter in "ABCDEFGHIJ" for number in range(26)]
HEADER = (
    "NYCHA Development Name,Provider,NYCHA Total Households,Total Big Apple Connect Subscribers,"
    "Percent of Enrollment,Reporting Date"
)
HOMES = 200


def week(day, subscribers, *, names=NAMES, **others):
    """A file of one reporting date: `subscribers` in each development but `others`, by name with `_` for a blank."""
    counts = dict.fromkeys(names, subscribers) | {name.replace("_", " "): count for name, count in others.items()}
    return [f"{name},Optimum,{HOMES},{count},,{day}" for name, count in counts.items()]


def file(*weeks):
    return "\n".join([HEADER, *(row for rows in weeks for row in rows), ""]).encode()


def raws(body, origin="folder", place="enrollment.csv"):
    return {"enrollment": Raw(BY_NAME["enrollment"].sources[0], body, origin, place, NOW.isoformat())}


def book(converted=(), names=NAMES):
    """The files of NYCHA: 260 invented developments of 210 apartments."""
    head = "DEVELOPMENT,TDS#,PROGRAM,NUMBER OF CURRENT APARTMENTS,TOTAL POPULATION,BOROUGH,COMMUNITY DISTIRCT,"
    rows = [head + "NY CITY COUNCIL DISTRICT,COMPLETION DATE,SENIOR DEVELOPMENT,RAD TRANSFERRED DATE"]
    shapes = ["developmen,tds_num,borough,the_geom"]
    for number, name in enumerate(names, start=1):
        pact = "2026-08-12" if name in converted else ""
        rows.append(f"{name.upper()},{number:03d},FEDERAL,210,500,BROOKLYN,6,38,1955-01-31,,{pact}")
        shapes.append(
            f'{name.upper()},{number:03d},BROOKLYN,"POLYGON ((-73.99 40.7, -73.98 40.7, -73.98 40.71, -73.99 40.7))"'
        )
    bodies = {"nycha_polygons": shapes, "nycha_data_book": rows}
    return {
        source.name: Raw(source, "\n".join(bodies[source.name]).encode(), "folder", source.name, NOW.isoformat())
        for source in BY_NAME["developments"].sources
        if source.name in bodies
    }


@pytest.fixture
def ingest(tmp_path, monkeypatch):
    """An ingest on a day of August 2026, of the given file of enrollment, or of none; scores are left out."""

    def score(draft, manifest, tables, walk_m, progress, now):
        return store.publish(draft, dict.fromkeys(store.PARTS) | manifest, now)

    monkeypatch.setattr(build, "DATASETS", [BY_NAME["developments"], BY_NAME["enrollment"]])
    monkeypatch.setattr(build, "NEEDED", ())
    monkeypatch.setattr(build, "score_and_publish", score)

    def run(day, body=None, *, developments=None, given=None):
        sources = {"developments": developments or book()}
        sources |= {"enrollment": given or raws(body)} if body or given else {}
        absent = {} if body or given else {"enrollment": "the folder has no enrollment"}
        at = NOW.replace(month=8, day=day)
        return build.build(Gathered(sources, absent), tmp_path, 400.0, lambda step: None, at)

    return run


def series(snapshot, name="Invented A0"):
    """Subscribers of a development by reporting date, as MM-DD."""
    rows = snapshot.table("enrollment")
    rows = rows[rows["reported_name"].str.lower() == name.lower()]
    return {day[5:]: int(count) for day, count in zip(rows["reported"], rows["subscribers"], strict=True)}


def entry(snapshot):
    return next(entry for entry in snapshot.manifest["datasets"] if entry["name"] == "enrollment")


def test_files_of_one_week_each_add_up_to_all_weeks(ingest):
    assert series(ingest(4, file(week("08/03/2026", 100)))) == {"08-03": 100}
    assert series(ingest(11, file(week("08/10/2026", 105)))) == {"08-03": 100, "08-10": 105}
    third = ingest(18, file(week("2026-08-17T00:00:00.000", 107)))
    assert series(third) == {"08-03": 100, "08-10": 105, "08-17": 107}
    told = entry(third)
    assert (told["rows_in"], told["rows_kept"], told["rows_rejected"]) == (780, 780, 0)
    assert told["vintage"] == "reported 2026-08-03 to 2026-08-17"
    assert "520 rows are kept from earlier files and snapshots, which the newest file lacks" in told["notes"]
    assert [source["name"] for source in told["sources"]] == ["enrollment", "enrollment_history"]
    assert told["sources"][1]["place"].startswith("snapshot 20260811T")
    assert (told["sources"][1]["pages"], told["sources"][1]["fetched_at"]) == ([], NOW.isoformat())


def test_a_file_of_all_weeks_keeps_nothing_besides(ingest):
    ingest(4, file(week("08/03/2026", 100)))
    second = ingest(11, file(week("08/03/2026", 100), week("08/10/2026", 105)))
    assert series(second) == {"08-03": 100, "08-10": 105}
    assert second.raw("enrollment_history") is None
    assert not [note for note in entry(second)["notes"] if "kept" in note]


def test_a_week_that_was_revised_counts_as_revised(ingest):
    ingest(4, file(week("08/03/2026", 100)))
    ingest(11, file(week("08/03/2026", 90, Invented_A1=100), week("08/10/2026", 105)))
    third = ingest(18, file(week("08/17/2026", 107)))
    assert series(third) == {"08-03": 90, "08-10": 105, "08-17": 107}
    assert series(third, "Invented A1") == {"08-03": 100, "08-10": 105, "08-17": 107}


def test_a_mistyped_date_keeps_no_later_revision_out(ingest):
    ingest(4, file(week("08/03/2026", 100), ["Invented A1,Optimum,200,7,,8/17/2030"]))
    ingest(11, file(week("08/03/2026", 90), week("08/10/2026", 105)))
    third = ingest(18, file(week("08/17/2026", 107)))
    assert series(third) == series(third, "Invented A1") == {"08-03": 90, "08-10": 105, "08-17": 107}
    assert entry(third)["vintage"] == "reported 2026-08-03 to 2026-08-17"
    assert entry(third)["rows_rejected"] == 1


def test_an_ingest_without_enrollment_loses_nothing(ingest):
    ingest(4, file(week("08/03/2026", 100)))
    gap = ingest(11)
    assert not gap.has("enrollment") and gap.manifest["absent"][0]["name"] == "enrollment"
    assert series(ingest(18, file(week("08/17/2026", 107)))) == {"08-03": 100, "08-17": 107}


def test_a_killed_ingest_loses_nothing(ingest, monkeypatch, tmp_path):
    ingest(4, file(week("08/03/2026", 100)))
    publish = store.publish

    def stop(*ignored, **also_ignored):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "publish", stop)
    with pytest.raises(KeyboardInterrupt):
        ingest(11, file(week("08/10/2026", 105)))
    left = tmp_path / "snapshots" / ".draft-1" / "raw"
    left.mkdir(parents=True)  # as a process that was killed leaves it
    (left / "enrollment.csv").write_bytes(b"half a fi")
    monkeypatch.setattr(store, "publish", publish)
    third = ingest(18, file(week("08/10/2026", 105), week("08/17/2026", 107)))
    assert series(third) == {"08-03": 100, "08-10": 105, "08-17": 107}


def test_a_refused_file_loses_nothing(ingest):
    ingest(4, file(week("08/03/2026", 100)))
    with pytest.raises(TableError, match=r"3 rows found.*\[enrollment.csv, snapshot 20260804T"):
        ingest(11, file(week("08/10/2026", 105, names=NAMES[:3])))
    assert series(ingest(18, file(week("08/17/2026", 107)))) == {"08-03": 100, "08-17": 107}


def test_scoring_again_keeps_tables_and_files(ingest, tmp_path):
    ingest(4, file(week("08/03/2026", 100)))
    second = ingest(11, file(week("08/10/2026", 105)))
    again = build.rescore(second, tmp_path, 300.0, lambda step: None, NOW.replace(month=8, day=12))
    assert series(again) == series(second)
    assert again.raw("enrollment_history") == second.raw("enrollment_history") is not None
    assert series(ingest(18, file(week("08/17/2026", 107)))) == {"08-03": 100, "08-10": 105, "08-17": 107}


def test_made_up_rows_are_no_history_and_have_none(ingest):
    ingest(4, file(week("08/03/2026", 100)))
    made_up = ingest(5, given=raws(file(week("08/01/2026", 1)), "sample"))
    assert series(made_up) == {"08-01": 1} and entry(made_up)["kind"] == "synthetic"
    real = ingest(11, file(week("08/10/2026", 105)))
    assert series(real) == {"08-03": 100, "08-10": 105}


def test_old_rows_are_read_anew_with_the_developments_of_today(ingest):
    """A name that nobody knew when it came, and a development that has converted since, whose past stays."""
    first = ingest(4, file(week("08/03/2026", 100)), developments=book(names=[*NAMES[1:], "Another"]))
    assert series(first) == {} and entry(first)["rows_rejected"] == 1
    assert "Invented A0 (200 households, 100 subscribers on 2026-08-03; " in " ".join(entry(first)["notes"])
    gone = [name for name in NAMES if name != "Invented A1"]
    second = ingest(11, file(week("08/10/2026", 105, names=gone)), developments=book(converted=["Invented A1"]))
    assert series(second) == {"08-03": 100, "08-10": 105}
    assert series(second, "Invented A1") == {"08-03": 100}


def test_without_developments_enrollment_is_absent_with_the_reason(ingest, tmp_path):
    ingest(4, file(week("08/03/2026", 100)))
    given = Gathered({"enrollment": raws(file(week("08/10/2026", 105)))}, {"developments": "no developments here"})
    second = build.build(given, tmp_path, 400.0, lambda step: None, NOW.replace(month=8, day=11))
    assert [*second.manifest["absent"]] == [
        {"name": "developments", "title": "NYCHA developments", "reason": "no developments here"},
        {
            "name": "enrollment",
            "title": BY_NAME["enrollment"].table.title,
            "reason": "not read without developments, which this snapshot lacks",
        },
    ]
    third = ingest(18, file(week("08/17/2026", 107)))
    assert series(third) == {"08-03": 100, "08-17": 107}


def test_older_files_of_a_folder_and_older_snapshots_are_both_kept(ingest, tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    for day, count in ((10, 105), (17, 107)):
        (folder / f"BAC_Enrollment_202608{day}.csv").write_bytes(file(week(f"08/{day}/2026", count)))
    ingest(4, file(week("08/03/2026", 100)))
    given = gather_folder([BY_NAME["enrollment"]], folder).raws["enrollment"]
    second = ingest(18, given=given)
    assert series(second) == {"08-03": 100, "08-10": 105, "08-17": 107}
    assert entry(second)["sources"][1]["place"].endswith(", BAC_Enrollment_20260810.csv")


def test_what_is_kept_is_text_as_upstream_wrote_it(ingest):
    body = file(week("08/03/2026", 100)).replace(b"Invented B2,Optimum", b'"Invented  B2","Altice, USA"')
    ingest(4, body)
    kept = ingest(11, file(week("08/10/2026", 105))).raw("enrollment_history").decode()
    assert 'Invented  B2,"Altice, USA",200,100,,08/03/2026,2026-08-03' in kept
    assert len(kept.splitlines()) == 261


def test_the_table_is_the_same_whatever_the_way(ingest):
    """Three weeks by three files, and at once: the same rows."""
    weeks = [week(f"08/{day:02d}/2026", 100 + day) for day in (3, 10, 17)]
    for day, rows in zip((4, 11, 18), weeks, strict=True):
        chained = ingest(day, file(rows))
    whole = ingest(19, file(*weeks))
    pd.testing.assert_frame_equal(chained.table("enrollment"), whole.table("enrollment"))
