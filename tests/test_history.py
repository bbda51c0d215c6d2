"""Rows of earlier files: none is lost, and the file that goes furthest counts."""

import csv
import io
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.enrollment import CARRIED_WEEKS
from geo.errors import UpstreamChanged
from loaders import history
from loaders.dataset import Dataset, History
from loaders.enrollment import DATASET
from loaders.folder import SAMPLE
from loaders.history import DATE, LONGEST_GAP, NAME, TO, days, earlier, far
from loaders.origin import Raw

HEADER = "NYCHA Development Name,Provider,Total Big Apple Connect Subscribers,Reporting Date"


def file(*rows):
    return "\n".join([HEADER, *rows, ""]).encode()


def api(*rows):
    """The same rows as the API sends them, with ISO dates."""
    names = ("nycha_development_name", "provider", "total_big_apple_connect_subscribers", "reporting_date")
    return json.dumps([dict(zip(names, row.split(","), strict=True)) for row in rows]).encode()


def told(body):
    """Name, subscribers, date and how far the file went, of each kept row."""
    rows = csv.DictReader(io.StringIO((body or b"").decode()))
    return [(row[NAME], row["total_big_apple_connect_subscribers"], row[DATE], row[TO]) for row in rows]


FIRST = file("Riis,Optimum,100,08/03/2026", "Wald,Spectrum,50,08/03/2026")
SECOND = file("Riis,Optimum,105,08/10/2026", "Wald,Spectrum,51,08/10/2026")
THIRD = file("Riis,Optimum,110,08/17/2026")


def test_what_the_newest_file_lacks_is_kept_with_how_far_its_file_went():
    assert told(earlier(THIRD, [SECOND, FIRST])) == [
        ("Riis", "100", "08/03/2026", "2026-08-03"),
        ("Wald", "50", "08/03/2026", "2026-08-03"),
        ("Riis", "105", "08/10/2026", "2026-08-10"),
        ("Wald", "51", "08/10/2026", "2026-08-10"),
    ]


def test_one_week_after_another_is_the_same_as_all_at_once():
    at_second = earlier(SECOND, [FIRST])
    assert earlier(THIRD, [SECOND, at_second]) == earlier(THIRD, [SECOND, FIRST]) == earlier(THIRD, [FIRST, SECOND])


def test_the_same_file_again_adds_nothing():
    assert earlier(THIRD, [THIRD]) is None
    assert earlier(THIRD, []) is None
    kept = earlier(THIRD, [SECOND])
    assert earlier(THIRD, [THIRD, kept]) == kept


def test_a_row_that_was_revised_counts_as_revised():
    revised = file("Riis,Optimum,99,08/03/2026", "Riis,Optimum,110,08/17/2026")
    assert told(earlier(revised, [FIRST])) == [("Wald", "50", "08/03/2026", "2026-08-03")]
    assert ("Riis", "99", "08/03/2026", "2026-08-17") in told(
        earlier(file("Riis,Optimum,1,08/24/2026"), [revised, FIRST])
    )


def test_an_old_file_that_is_read_again_undoes_no_revision():
    revised = file("Riis,Optimum,99,08/03/2026", "Riis,Optimum,110,08/17/2026")
    assert told(earlier(FIRST, [revised])) == [
        ("Riis", "99", "08/03/2026", "2026-08-17"),
        ("Riis", "110", "08/17/2026", "2026-08-17"),
    ]


def test_spellings_of_names_and_dates_do_not_make_two_rows():
    newest = api("RIIS,Optimum,100,2026-08-03T00:00:00.000", "Riis,Optimum,110,2026-08-17T00:00:00.000")
    assert told(earlier(newest, [FIRST])) == [("Wald", "50", "08/03/2026", "2026-08-03")]
    assert earlier(file(" riis ,Optimum,100,8/3/2026", "WALD,Spectrum,50,2026-08-03"), [FIRST]) is None


def test_all_rows_of_a_name_and_date_stay_together():
    """Two providers of one development, of the file that counts; none of the other file."""
    both = file("Riis,Optimum,60,08/03/2026", "Riis,Spectrum,40,08/03/2026", "Riis,Optimum,1,08/10/2026")
    rows = told(earlier(THIRD, [FIRST, both]))
    assert [row[1] for row in rows if row[0] == "Riis"] == ["60", "40", "1"]


def test_rows_without_a_name_or_a_date_are_not_kept_and_odd_dates_are():
    """What cannot be read today may be read tomorrow."""
    odd = file(",Optimum,1,08/03/2026", "Riis,Optimum,2,", "Riis,Optimum,3,Week 31")
    assert told(earlier(THIRD, [odd])) == [("Riis", "3", "Week 31", "2026-08-03")]


def test_columns_that_only_one_file_has_are_kept():
    wide = (HEADER + ',"Mayor, Acting"\nRiis,Optimum,1,08/03/2026,"fine, so far"\n').encode()
    rows = [*csv.DictReader(io.StringIO(earlier(THIRD, [SECOND, wide]).decode()))]
    assert [row["mayor_acting"] for row in rows] == ["fine, so far", "", ""]


def many(day, count, names=20):
    """A row of `count` subscribers for each of so many invented developments."""
    return [f"Invented {number},Optimum,{count},{day}" for number in range(names)]


def test_a_mistyped_date_does_not_make_a_file_the_later_one():
    """The second file revises the first, one row of which has 2030 for 2026."""
    typo = file(*many("08/10/2026", 1), "Riis,Optimum,9,8/17/2030")
    later = file(*many("08/10/2026", 2), *many("08/17/2026", 3))
    assert {*history.read(typo, "enrollment")[TO]} == {"2026-08-10"}
    assert told(earlier(later, [typo])) == [("Riis", "9", "8/17/2030", "2026-08-10")], "kept, and ranked by the rest"
    assert earlier(later, [typo]) == earlier(later, [earlier(later, [typo])])


def gaps(*dates):
    """The reasons by date of rows as (date, number of developments)."""
    rows = pd.DataFrame([(f"Invented {number}", date) for date, count in dates for number in range(count)])
    reasons = far(rows[0], rows[1])
    return reasons.groupby(rows[1]).first().dropna().to_dict()


def test_a_date_is_far_after_a_gap_and_with_few_developments():
    assert gaps(("2026-08-10", 20), ("2026-08-17", 2), ("2030-08-17", 1)) == {
        "2030-08-17": "reporting date is far from all others: 1,461 days after 2026-08-17, for 1 of 20 developments"
    }
    assert [*gaps(("2026-08-17", 20), ("2030-08-17", 1), ("2030-08-18", 1))] == ["2030-08-17", "2030-08-18"]
    assert gaps(("2026-08-17", 20), ("2030-08-17", 2)) == {}, "a tenth is not few"
    assert gaps(("2026-06-01", 20), ("2026-08-10", 1), ("2026-08-17", 19)) == {}, "others follow"


def test_a_small_rest_that_reports_without_a_gap_is_believed():
    assert gaps(("2026-06-01", 20), ("2026-06-29", 1), ("2026-07-27", 1), ("2026-08-24", 1)) == {}
    assert [*gaps(("2026-06-01", 20), ("2026-06-29", 1), ("2026-07-28", 1))] == ["2026-07-28"]
    assert LONGEST_GAP == 7 * CARRIED_WEEKS, "one row alone never ends the reports of all others"


def test_nothing_is_far_where_there_is_nothing():
    nothing = pd.Series([None, None], dtype=object)
    assert far(nothing, nothing).tolist() == [None, None]
    assert far(nothing, pd.Series(["2026-08-17", "2030-08-17"])).tolist() == [None, None]


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        *(
            (text, "2026-08-17")
            for text in (
                *("08/17/2026", "2026-08-17T00:00:00.000", "17-Aug-2026", "17-AUG-2026", "August 17, 2026"),
                *("Aug 17, 2026", "8/17/26", "8/17/26 12:00:00 AM", "20260817", " Aug  17, 2026 "),
            )
        ),
        ("May 4, 2026", "2026-05-04"),
        ("1/2/00", "2000-01-02"),
        ("12/31/68", "2068-12-31"),
        *(
            (text, None)
            for text in (
                "12/31/69",
                "12/31/99",
                "2026817",
                "20261317",
                "31-Feb-2026",
                "Week 31",
                "Foo 1, 2026",
                "",
                None,
            )
        ),
    ],
)
def test_days(written, iso):
    found = days(pd.Series(["2026-08-10", written], dtype=object)).tolist()
    assert [None if pd.isna(day) else day for day in found] == ["2026-08-10", iso]


def test_spellings_of_dates_do_not_make_two_rows():
    assert earlier(file("Riis,Optimum,100,8/3/26", "Wald,Spectrum,50,03-Aug-2026"), [FIRST]) is None


@pytest.mark.parametrize("broken", [b"", b"a,b\n1,2\n", b"<html></html>"])
def test_what_is_no_file_of_enrollment_is_refused(broken):
    with pytest.raises(UpstreamChanged, match="enrollment, an earlier file"):
        earlier(THIRD, [broken])
    with pytest.raises(UpstreamChanged, match="enrollment"):
        earlier(broken, [THIRD])


weeks = st.lists(
    st.dictionaries(st.sampled_from(["Riis", "Wald", "Smith"]), st.integers(0, 99), min_size=1), min_size=2, max_size=6
)


@settings(deadline=None, max_examples=30)
@given(weeks, st.booleans())
def test_no_name_and_date_is_ever_lost(files, with_past):
    """Weekly files, each with its own week and perhaps the first one again: the chain has every row once."""
    kept, newest, seen = None, None, {}
    for week, counts in enumerate(files, start=1):
        rows = [(name, count, f"08/{week:02d}/2026") for name, count in counts.items()]
        if with_past and week > 1:
            rows += [(name, 100 + week, "08/01/2026") for name in files[0]]
        body = file(*(f"{name},Optimum,{count},{day}" for name, count, day in rows))
        kept = earlier(body, [raw for raw in (newest, kept) if raw])
        newest = body
        seen |= {(name, day): str(count) for name, count, day in rows}
    last = history.read(newest, "enrollment")
    have = {(row[0], row[2]): row[1] for row in told(kept)}
    have |= dict(
        zip(zip(last[NAME], last[DATE], strict=True), last["total_big_apple_connect_subscribers"], strict=True)
    )
    assert have == seen


def raw(body, place, name="enrollment"):
    source = DATASET.sources[0] if name == "enrollment" else DATASET.history.source
    return Raw(
        source, body, "folder", place, "2026-08-18T00:00:00+00:00", "file of 2026", "2026-08-17", ({"url": "x"},)
    )


def test_kept_rows_are_a_source_of_their_own():
    """As fresh as the newest file, so that old rows do not make it stale; nothing to ask upstream with."""
    raws = DATASET.history.added({"enrollment": raw(THIRD, "new.csv")}, [SECOND], "old.csv")
    assert [*raws] == ["enrollment", "enrollment_history"]
    past = raws["enrollment_history"]
    assert (past.source.name, past.place, past.origin) == ("enrollment_history", "old.csv", "folder")
    assert (past.fetched_at, past.vintage, past.upstream_updated_at, past.pages) == (
        "2026-08-18T00:00:00+00:00",
        "",
        None,
        (),
    )
    assert told(past.body) == told(earlier(THIRD, [SECOND]))


def test_what_was_kept_before_is_kept_again():
    before = {
        "enrollment": raw(THIRD, "new.csv"),
        "enrollment_history": raw(earlier(THIRD, [SECOND]), "old.csv", "enrollment_history"),
    }
    raws = DATASET.history.added(before, [FIRST], "snapshot 1")
    assert raws["enrollment_history"].place == "snapshot 1, old.csv"
    assert told(raws["enrollment_history"].body) == told(earlier(THIRD, [FIRST, SECOND]))
    assert [*DATASET.history.added({"enrollment": before["enrollment"]}, [THIRD], "snapshot 1")] == ["enrollment"]


def test_an_unreadable_older_file_is_named():
    with pytest.raises(UpstreamChanged, match=r"the file is empty.*\[new.csv, old.csv\]"):
        DATASET.history.added({"enrollment": raw(THIRD, "new.csv")}, [b""], "old.csv")


def test_only_a_dataset_of_one_source_has_a_history():
    assert isinstance(DATASET, Dataset) and isinstance(DATASET.history, History)
    assert [source.name for source in DATASET.sources] == [DATASET.history.of]


def test_the_sample_is_a_file_like_any_other():
    body = (SAMPLE / "enrollment.csv").read_bytes()
    assert len(told(earlier(THIRD, [body]))) == 2270
