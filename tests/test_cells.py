import pandas as pd
import pytest

from loaders.cells import boroughs, dates, flags, numbers, set_aside, texts, titles


def read(reader, *cells):
    values = reader(pd.Series(list(cells), dtype=object)).tolist()
    return [None if pd.isna(value) else value for value in values]


@pytest.mark.parametrize("nothing", ["", "  ", "NULL", "null", "N/A", "n/a", "None", "***", "-", None, float("nan")])
def test_a_word_for_nothing_is_none(nothing):
    assert texts(pd.Series(["x", nothing], dtype=object)).tolist() == ["x", None]


def test_texts_are_trimmed_of_every_kind_of_blank_and_of_lost_characters():
    assert read(texts, " a  b ", "1 NORTH \xa05 STREET", "line\r\nbreak", "PAL\ufffd(x)\ufffd\ufffd") == [
        "a b",
        "1 NORTH 5 STREET",
        "line break",
        "PAL (x)",
    ]


@pytest.mark.parametrize("nothing", [None, float("nan"), ""])
def test_texts_of_nothing_at_all(nothing):
    assert texts(pd.Series([nothing, nothing], dtype=object)).tolist() == [None, None]
    assert texts(pd.Series([float("nan")])).tolist() == [None]


def test_texts_of_typed_and_of_empty_columns():
    assert texts(pd.Series([True, False])).tolist() == ["True", "False"]
    assert texts(pd.Series([], dtype=object)).tolist() == []


def test_numbers_lose_commas_signs_and_blanks():
    assert read(numbers, "1,608", "$5,031.50", "16.97%", " 7 ", "-3", "0") == [1608, 5031.5, 16.97, 7, -3, 0]


@pytest.mark.parametrize("text", ["", "NULL", "Above 95%", "inf", "-inf", "n/a", "1 2 x", None])
def test_what_is_no_number_is_missing_not_zero(text):
    assert read(numbers, text) == [None]


def test_numbers_keep_numeric_columns():
    assert numbers(pd.Series([1, 2])).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("1/1/2025", "2025-01-01"),
        ("06/24/2025", "2025-06-24"),
        ("06/24/2025 12:00:00 AM", "2025-06-24"),
        ("1971-03-31T00:00:00.000", "1971-03-31"),
        ("1971-03-31", "1971-03-31"),
        ("13/13/2025", None),
        ("soon", None),
        ("NULL", None),
        ("", None),
    ],
)
def test_dates(text, iso):
    assert read(dates, text) == [iso]


def test_flags():
    assert (
        read(flags, "true", "YES", "y", "1", "FALSE", "No", "0", "", "maybe") == [True] * 4 + [False] * 3 + [None] * 2
    )


def test_boroughs():
    spellings = ["BROOKLYN", "kings", "k", "3", "bk", "New York", "Staten Island", "R", "x", "Albany", ""]
    assert read(boroughs, *spellings) == ["Brooklyn"] * 5 + ["Manhattan"] + ["Staten Island"] * 2 + [
        "Bronx",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("capitals", "name"),
    [
        ("MOTT HAVEN", "Mott Haven"),
        ("O'DWYER GARDENS", "O'Dwyer Gardens"),
        ("MARINER'S HARBOR", "Mariner's Harbor"),
        ("MCKINLEY", "McKinley"),
        ("RIIS II", "Riis II"),
        ("REHAB PHASE IV (C)", "Rehab Phase IV (C)"),
        ("GROUP VIII", "Group VIII"),
        ("1010 EAST 178TH STREET", "1010 East 178th Street"),
        ("UNITY PLAZA (SITES 17,24,25A)", "Unity Plaza (Sites 17,24,25A)"),
        ("PARK AVENUE-EAST 122ND, 123RD STREETS", "Park Avenue-East 122nd, 123rd Streets"),
        ("THE HOUSE OF THE AGED", "The House of the Aged"),
        ("PSS HOUSE", "PSS House"),
        ("already Mixed II CASE", "already Mixed II CASE"),
        ("N/A", None),
    ],
)
def test_titles(capitals, name):
    assert titles(pd.Series([capitals]), keep="PSS|MHOP").tolist() == [name]


def test_titles_are_stable():
    names = pd.Series(["O'DWYER GARDENS", "RIIS II", "FHA HOUSES (GROUP IX)", "PS 9A OF THE BRONX"])
    assert titles(titles(names)).tolist() == titles(names).tolist()


def test_set_aside_splits_without_loss_and_leaves_its_argument_alone():
    rows = pd.DataFrame({"id": ["a", "b", "b", "c", "c"], "geometry": 1}, index=[1, 2, 3, 5, 8])
    before = rows.copy()
    reasons = pd.Series([None, "bad", None, None, None], index=rows.index, dtype=object)
    kept, rejects = set_aside(rows, reasons, key="id")
    assert kept["id"].tolist() == ["a", "b", "c"]
    assert rejects.to_dict("records") == [
        {"id": "b", "reason": "bad"},
        {"id": "c", "reason": "repeats the id of an earlier row"},
    ]
    pd.testing.assert_frame_equal(rows, before)
