"""
Enrollment by name → by development and date.

No recorded rows exist: `invented_enrollment.*` is built by hand from the documented columns, in the spellings that
the City uses elsewhere, for the invented developments of the other recorded files.
"""

from fnmatch import fnmatch

import numpy as np
import pandas as pd
import pytest

from geo.errors import TableError, UpstreamChanged
from geo.programme import NO_REPORTS, served
from loaders import DATASETS, enrollment, nycha
from loaders.enrollment import DATASET, provider, shares
from tests.conftest import RECORDED

CSV = (RECORDED / "invented_enrollment.csv").read_bytes()
HEADER = CSV.partition(b"\n")[0] + b"\n"
FILES = {"nycha_polygons": "nycha_polygons.geojson", "nycha_data_book": "invented_data_book.csv"}
BOOK = nycha.DATASET.parse({name: (RECORDED / file).read_bytes() for name, file in FILES.items()}).table
QUEENS = pd.DataFrame(
    {
        "tds": ["005", "505", "018"],
        "name": ["Queensbridge South", "Queensbridge North", "Riis"],
        "borough": ["Queens", "Queens", "Manhattan"],
        "apartments": [1600.0, 800.0, np.nan],
    }
)


def parse(body, developments=BOOK, **more):
    return DATASET.parse({"enrollment": body, **more}, {"developments": developments})


def lines(*rows):
    """A file of rows as `name,provider,households,subscribers,percent,date`."""
    told = [row.split(",") for row in rows]
    return HEADER + "".join(f"{','.join(row[:5])},,,,,,,{row[5]}\n" for row in told).encode()


@pytest.fixture(scope="module")
def parsed():
    return parse(CSV)


def test_rows_by_development_and_date(parsed):
    told = parsed.table[["record", "households", "subscribers", "provider"]].fillna("").to_numpy().tolist()
    assert told == [
        ["009 2026-08-17", 24, 12, "Verizon"],
        ["901 2026-08-10", 1200, 960, "Optimum"],
        ["901 2026-08-17", 1200, 966, "Optimum"],
        ["902 2026-08-17", 1420, 842, "Optimum; Spectrum"],
        ["903 2026-08-17", 28, 14, "Spectrum"],
        ["906 2026-08-17", 0, 0, ""],
    ]
    assert parsed.table["enrolled_share"].fillna(-1).tolist() == [0.5, 0.8, 0.805, 842 / 1420, 0.5, -1]
    assert parsed.table["reported_name"].tolist()[3] == "INVENTION WEST"
    assert parsed.table["reported_with"].isna().all()


def test_what_cannot_be_used_is_set_aside_as_it_came(parsed):
    nearest = "no development of this name; nearest: Invention West (902), Invention East (901)"
    assert parsed.rejects[["name", "households", "subscribers", "reason"]].fillna("").to_numpy().tolist() == [
        ["O’Invented Garden, Sites 4 and 5B", "24", "12", "exact duplicate of an earlier row"],
        ["Invention Houses", "300", "200", nearest],
        ["Invention North", "100", "81", nearest],
        ["Invention North", "100", "82", nearest],
        ["", "10", "5", "no development name"],
        ["Invention East Houses", "1,200", "960", "no reporting date that can be read"],
        ["Invention East Houses", "many", "960", "households are not a whole number of 0 or more"],
        ["Invention East Houses", "1,200", "-1", "subscribers are not a whole number of 0 or more"],
        ["Invention East Houses", "1,200", "10.5", "subscribers are not a whole number of 0 or more"],
        ["Invention East Houses", "1,200", "1,201", "more subscribers than households"],
        ["Invention East Houses", "1,200", "900", "repeats the development and date of an earlier row"],
    ]
    assert [*parsed.rejects] == [
        *("name", "provider", "households", "subscribers", "reported", "percent", "borough", "reason")
    ]
    assert (parsed.rows_in, parsed.counts) == (18, {"enrollment": 7})


def test_every_unmatched_name_is_listed_with_its_latest_numbers(parsed):
    """So that totals can be reconciled."""
    assert parsed.notes[-1] == (
        "names that match no development, set aside: Invention Houses (300 households, 200 subscribers on 2026-08-17; "
        "no development of this name; nearest: Invention West (902), Invention East (901)); Invention North (100 "
        "households, 82 subscribers on 2026-08-17; no development of this name; nearest: Invention West (902), "
        "Invention East (901))"
    )


def test_notes_on_percents_and_boroughs(parsed):
    assert parsed.notes[:-1] == (
        "1 of 6 stated percents are more than a point off the counts, which are used",
        "reported in another borough than NYCHA has them in: E. 903rd St. - McMade Ave",
    )


def test_the_vintage_is_the_span_of_the_reports(parsed):
    assert parsed.vintage == "reported 2026-08-10 to 2026-08-17"
    assert parse(lines("Riis,Optimum,10,5,50,2026-08-17"), QUEENS).vintage == "reported 2026-08-17"
    assert parse(lines("Nobody,Optimum,10,5,50,2026-08-17"), QUEENS).vintage == ""


def test_api_and_export_are_the_same_table(parsed):
    other = parse((RECORDED / "invented_enrollment.json").read_bytes())
    pd.testing.assert_frame_equal(other.table, parsed.table)
    pd.testing.assert_frame_equal(other.rejects, parsed.rejects)
    assert other.notes == parsed.notes


def test_columns_not_read_are_listed(parsed):
    assert parsed.ignored["enrollment"] == [
        "city_council_district",
        "community_board",
        "congressional_district",
        "state_assembly_district",
        "state_senate_district",
    ]


def test_a_name_of_two_developments_is_split_and_said():
    """1,200 of 1,500 households in the proportion 1,600 to 800: 800 of 1,000 and 400 of 500."""
    parsed = parse(lines("Queensbridge Houses,Spectrum,1500,1200,80%,2026-08-17"), QUEENS)
    rows = parsed.table.set_index("tds")
    assert rows[["households", "subscribers"]].to_numpy().tolist() == [[1000, 800], [500, 400]]
    assert rows["reported_with"].tolist() == ["505", "005"]
    assert rows["reported_name"].tolist() == ["Queensbridge Houses"] * 2
    assert parsed.notes == (
        "names that stand for several developments, split by their apartments: Queensbridge Houses (005, 505)",
    )
    assert (parsed.rows_in, parsed.counts) == (1, {"enrollment": 1})


def test_what_cannot_be_split_is_set_aside():
    unknown = QUEENS.assign(apartments=[1600.0, np.nan, 10.0])
    parsed = parse(lines("Queensbridge,Spectrum,1500,1200,80%,2026-08-17"), unknown)
    assert parsed.rejects["reason"].tolist() == [
        "stands for 005, 505, whose apartments are not all known: it cannot be split"
    ]


def test_the_whole_after_a_part_is_set_aside():
    body = lines("Queensbridge North,Spectrum,500,400,,2026-08-17", "Queensbridge,Spectrum,1500,1200,,2026-08-17")
    parsed = parse(body, QUEENS)
    assert parsed.table["record"].tolist() == ["505 2026-08-17"]
    assert parsed.rejects["reason"].str.contains("covers a development that Queensbridge North covers").all()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *((word, "Optimum") for word in ("Altice", "ALTICE USA", "Optimum", "Altice (Optimum)", "Optimum by Altice")),
        *((word, "Spectrum") for word in ("Charter", "Charter Communications", "SPECTRUM", "Charter/Spectrum")),
        ("Optimum and Spectrum", "Optimum; Spectrum"),
        ("Verizon", "Verizon"),
        ("Charterhouse", "Charterhouse"),
        (None, None),
    ],
)
def test_providers(written, name):
    assert provider(written) == name


@pytest.mark.parametrize(
    ("written", "own", "share"),
    [
        *((text, 0.8, 0.8) for text in ("80", "80%", "0.8", "80.0 %", ".80")),
        ("1", 1.0, 1.0),
        ("1", 0.01, 0.01),
        ("1%", 1.0, 0.01),
        ("0", 0.0, 0.0),
        ("60", 0.8, 0.6),
        (None, 0.8, None),
    ],
)
def test_percents(written, own, share):
    found = shares(pd.Series([written], dtype=object), pd.Series([own])).iloc[0]
    assert pd.isna(found) if share is None else found == pytest.approx(share)


@pytest.mark.parametrize("day", ["08/17/2026", "8/17/2026", "2026-08-17", "2026-08-17T00:00:00.000"])
def test_dates(day):
    parsed = parse(lines(f'Riis,Optimum,"1,000",800,80%,{day}'.replace('"1,000"', "1000")), QUEENS)
    assert parsed.table["record"].tolist() == ["018 2026-08-17"]


@pytest.mark.parametrize("day", ["17-Aug-2026", "8/17/26", "20260817"])
def test_dates_in_other_spellings(day):
    assert parse(lines(f"Riis,Optimum,1000,800,80%,{day}"), QUEENS).table["record"].tolist() == ["018 2026-08-17"]


def test_a_mistyped_date_is_set_aside_and_ends_nothing():
    """Riis is reported for 2030 by one file; of the others twelve are reported in August."""
    others = pd.DataFrame({"tds": [f"1{number:02d}" for number in range(12)], "borough": "Queens", "apartments": 50.0})
    known = pd.concat([QUEENS, others.assign(name="Invented " + others["tds"])], ignore_index=True)
    week = [f"Invented {tds},Optimum,40,20,,08/10/2026" for tds in others["tds"]]
    newest = lines(*week, "Riis,Optimum,10,5,,8/17/2030")
    past = lines("Riis,Optimum,10,4,,2026-08-03")
    parsed = parse(newest, known, enrollment_history=past)
    assert parsed.vintage == "reported 2026-08-03 to 2026-08-10"
    assert parsed.table["reported"].max() == "2026-08-10" and len(parsed.table) == 13
    assert parsed.rejects[["name", "reported", "reason"]].to_numpy().tolist() == [
        [
            *("Riis", "8/17/2030"),
            "reporting date is far from all others: 1,468 days after 2026-08-10, for 1 of 12 developments",
        ]
    ]
    assert parsed.counts == {"enrollment": 12}


def test_no_households_where_there_are_apartments_is_no_report():
    """The last good report counts, and without one the apartments."""
    known = QUEENS.assign(apartments=[1600.0, 800.0, 1150.0])
    zero = lines("Riis,Optimum,0,0,,2026-08-17", "Queensbridge,Optimum,0,0,,2026-08-17")
    parsed = parse(zero, known, enrollment_history=lines("Queensbridge North,Optimum,700,600,,2026-08-10"))
    assert parsed.rejects["reason"].tolist() == [
        "reports 0 households; NYCHA has 1,150 apartments",
        "reports 0 households; NYCHA has 2,400 apartments",
    ]
    assert parsed.table["record"].tolist() == ["505 2026-08-10"]
    found = served(known.set_index("tds").assign(eligible=True), parsed.table, "2026-08-18")
    assert found[["households", "unconnected"]].to_numpy().tolist() == [[1600, 1600], [700, 100], [1150, 1150]]
    assert found["counted_from"].tolist() == [NO_REPORTS, "enrollment reported on 2026-08-10", NO_REPORTS]


@pytest.mark.parametrize("apartments", [np.nan, 0.0])
def test_no_households_where_no_apartments_are_known_is_a_report(apartments):
    known = QUEENS.assign(apartments=[1600.0, 800.0, apartments])
    assert parse(lines("Riis,Optimum,0,0,,2026-08-17"), known).table["households"].tolist() == [0]


def test_words_for_nothing_are_set_aside_as_they_came():
    body = lines("Riis,-,N/A,nan,,2026-08-17", "N/A,Optimum,10,5,50,2026-08-17")
    rejects = parse(body, QUEENS).rejects
    assert rejects[["name", "provider", "households", "subscribers"]].to_numpy().tolist() == [
        ["Riis", "-", "N/A", "nan"],
        ["N/A", "Optimum", "10", "5"],
    ]
    assert rejects["percent"].tolist() == [None, "50"]
    assert rejects["reason"].tolist() == ["households are not a whole number of 0 or more", "no development name"]


def test_a_converted_development_keeps_its_past(parsed):
    """903 converted on 2025-06-30: what is eligible is decided elsewhere, and not by what was reported."""
    assert "903 2026-08-17" in parsed.table["record"].tolist()


def test_percent_and_borough_may_be_missing():
    body = CSV.replace(b"Percent of Enrollment", b"Share").replace(b"Borough", b"Boro")
    pd.testing.assert_frame_equal(parse(body).table, parse(CSV).table)


@pytest.mark.parametrize("column", ["NYCHA Development Name", "Provider", "NYCHA Total Households", "Reporting Date"])
def test_a_missing_column_is_named(column):
    with pytest.raises(UpstreamChanged, match=r"enrollment: columns \['[a-z_]+'\] are missing"):
        parse(CSV.replace(column.encode(), b"Something"))


def test_only_columns_of_the_newest_file_are_said_to_be_found():
    """Neither what is kept beside them nor what an earlier file had."""
    short = b"NYCHA Development Name,Provider,Reporting Date\nRiis,Optimum,2026-08-17\n"
    with pytest.raises(UpstreamChanged, match=r"\(found: nycha_development_name, provider, reporting_date\)"):
        parse(short, QUEENS, enrollment_history=lines("Riis,Optimum,10,4,,2026-08-03"))


def test_a_part_of_a_file_is_refused_and_a_sample_is_not():
    raws, tables = {"enrollment": CSV}, {"developments": BOOK}
    with pytest.raises(TableError, match="6 rows found, at least 100 expected"):
        DATASET.read(raws, tables)
    assert len(DATASET.read(raws, tables, whole=False).table) == 6


def test_a_short_newest_file_is_refused_however_much_is_kept():
    """A hundred weeks of Riis are kept, the newest file has one row."""
    weeks = [f"Riis,Optimum,10,5,,{day:%Y-%m-%d}" for day in pd.date_range("2024-01-01", periods=100, freq="7D")]
    raws = {"enrollment": lines("Riis,Optimum,10,5,,2026-08-17"), "enrollment_history": lines(*weeks)}
    with pytest.raises(TableError, match="enrollment: 1 rows found, at least 100 expected"):
        DATASET.read(raws, {"developments": QUEENS})


def test_rows_of_earlier_files_are_read_beside_the_newest():
    newest = lines("Riis,Optimum,10,6,,2026-08-17")
    past = lines("Jacob Riis Houses,Optimum,10,5,,2026-08-10", "Riis,Optimum,10,4,,2026-08-03")
    parsed = parse(newest, QUEENS, enrollment_history=past)
    assert parsed.table[["record", "subscribers"]].to_numpy().tolist() == [
        ["018 2026-08-03", 4],
        ["018 2026-08-10", 5],
        ["018 2026-08-17", 6],
    ]
    assert parsed.notes == ("2 rows are kept from earlier files and snapshots, which the newest file lacks",)
    assert (parsed.rows_in, parsed.counts) == (3, {"enrollment": 1})


def test_a_development_that_was_spelt_otherwise_in_an_earlier_file_counts_once():
    newest = lines("Riis,Optimum,10,6,,2026-08-10", "Riis,Optimum,10,7,,2026-08-17")
    past = lines("Jacob Riis Houses,Spectrum,10,2,,2026-08-10")
    parsed = parse(newest, QUEENS, enrollment_history=past)
    assert parsed.table["subscribers"].tolist() == [6, 7]
    assert parsed.rejects["reason"].tolist() == ["a later file has this development and date"]


def test_old_rows_are_matched_anew():
    """What matched nothing when it came matches once its development is listed."""
    newest, past = lines("Riis,Optimum,10,6,,2026-08-17"), lines("Queensbridge North,Optimum,10,5,,2026-08-10")
    known = QUEENS[QUEENS["tds"] == "018"]
    assert parse(newest, known, enrollment_history=past).table["tds"].tolist() == ["018"]
    assert parse(newest, QUEENS, enrollment_history=past).table["tds"].tolist() == ["018", "505"]


def test_it_is_read_after_the_developments():
    names = [dataset.name for dataset in DATASETS]
    assert DATASET.needs == ("developments",)
    assert names.index("enrollment") == names.index("developments") + 1


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("Big_Apple_Connect_(BAC)_Enrollment_Statistics_20260817.csv", True),
        ("big-apple-connect-enrollment.json", True),
        ("BAC Enrollment Statistics.csv", True),
        ("t4kb-prwp.json", True),
        ("enrollment.csv", True),
        ("big_apple_connect_known_developments.csv", False),
        ("school_enrollment.csv", False),
        ("enrollment_history.csv", False),
    ],
)
def test_file_names(name, fits):
    assert any(fnmatch(name.lower(), pattern) for pattern in enrollment.SOURCE.files) is fits


@pytest.fixture(scope="module")
def sample():
    body = (RECORDED.parents[1] / "data" / "enrollment.csv").read_bytes()
    files = {"nycha_polygons": "developments.geojson", "nycha_data_book": "data_book.csv"}
    raws = {name: (RECORDED.parents[1] / "data" / file).read_bytes() for name, file in files.items()}
    return DATASET.read({"enrollment": body}, {"developments": nycha.DATASET.parse(raws).table}, whole=False)


def test_the_sample_uses_aliases_splits_and_has_one_name_of_nobody(sample):
    assert len(sample.table) == 2270 and {*sample.rejects["name"]} == {"Invented Park Houses"}
    assert sample.rows_in == len(sample.table) + len(sample.rejects) - 28, "one name a date is of two developments"
    names = sample.table.drop_duplicates("tds").set_index("tds")["reported_name"]
    assert names[["023", "027", "093"]].tolist() == [
        "Lillian Wald Houses",
        "Governor Alfred E. Smith Houses",
        "St. Mary’s Park Houses",
    ]
    assert names[names == "Queensbridge Houses"].index.tolist() == ["005", "505"]


def test_all_polygon_names_are_matched_by_the_parser(real):
    """A file with a row for each of the 216 developments gives 216 rows, whose households add up."""
    files = {"nycha_polygons": "nycha_developments.geojson", "nycha_data_book": "nycha_data_book.csv"}
    raws = {source: (real / "nycha" / name).read_bytes() for source, name in files.items()}
    developments = nycha.DATASET.read(raws).table
    drawn = developments[developments.geometry.notna()]
    rows = [
        f"{name.replace(',', ';')},Optimum,{number},{number // 2},,2026-08-17"
        for number, name in enumerate(drawn["name"], start=100)
    ]
    read = DATASET.read({"enrollment": lines(*rows)}, {"developments": developments})
    assert sorted(read.table["tds"]) == sorted(drawn["tds"])
    assert read.table["households"].sum() == sum(range(100, 316))
    assert len(read.rejects) == 0
