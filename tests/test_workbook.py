import io
import math
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from app.workbook import LONGEST_TEXT, Sheet, number_format, workbook
from geo.tables import date, flag, number, text
from tests.conftest import ROOT
from tests.office import opened

CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://evil.example")', "\t=1"]
COLUMNS = (
    text("tds", "Number", nullable=False),
    text("name", "Development"),
    number("no_broadband_share", "Households without broadband", "share"),
    number("need", "Need, 0–100", "points"),
    number("apartments", "Apartments", "homes"),
    number("income", "Income", "USD"),
    number("value", "A number without a unit", ""),
    flag("reached", "Whether reached", nullable=True),
    date("completed", "Completion"),
)
FRAME = pd.DataFrame(
    {
        "completed": ["1935-07-01", None, "2025-02-28", "1899-12-31"],
        "tds": ["001", "012", "505", "999"],
        "name": ["Baruch", None, "=1+1", "Saint Mary’s Park & Co <é>"],
        "no_broadband_share": [0.1234, float("nan"), 0.0, 1.0],
        "need": [91.5, float("nan"), 0.0, 100.0],
        "apartments": pd.array([1497, None, 0, 12], dtype="Int64"),
        "income": [51234.0, float("nan"), 0.0, 250001.0],
        "value": [-0.0512, float("nan"), 3.0, 1e-9],
        "reached": pd.array([True, None, False, True], dtype="boolean"),
        "left_out": [1, 2, 3, 4],
    }
)
SHEET = Sheet("plan", "What it is, & more.", FRAME, COLUMNS, frozen=2)


def made(*sheets):
    return workbook(sheets or (SHEET,), title="A list", created=CREATED)


def read(book):
    return openpyxl.load_workbook(io.BytesIO(book))


@pytest.fixture(scope="module")
def plan():
    return read(made())["plan"]


def test_cells_are_what_the_frame_has(plan):
    assert list(plan.values) == [
        tuple(column.name for column in COLUMNS),
        ("001", "Baruch", 0.1234, 91.5, 1497, 51234, -0.0512, True, datetime(1935, 7, 1)),
        ("012", *[None] * 8),
        ("505", "=1+1", 0, 0, 0, 0, 3, False, datetime(2025, 2, 28)),
        ("999", "Saint Mary’s Park & Co <é>", 1, 100, 12, 250001, 1e-9, True, "1899-12-31"),
    ]


def test_missing_is_an_empty_cell_not_an_empty_text(plan):
    assert [cell.data_type for cell in plan[3][1:]] == ["n"] * 8
    with zipfile.ZipFile(io.BytesIO(made())) as parts:
        assert parts.read("xl/worksheets/sheet1.xml").count(b"<c ") == 9 + 9 + 1 + 9 + 9


def test_pandas_reads_it_as_it_is():
    frame = pd.read_excel(io.BytesIO(made()), sheet_name="plan", dtype={"tds": str})
    assert [*frame] == [column.name for column in COLUMNS]
    assert frame["tds"].tolist() == FRAME["tds"].tolist()
    assert frame["need"].tolist()[:1] == [91.5] and math.isnan(frame["need"][1])


@pytest.mark.parametrize("words", FORMULAS)
def test_text_is_never_a_formula(words, tmp_path):
    frame = pd.DataFrame({"name": [words]})
    cell = read(made(Sheet("s", words, frame, (text("name", words),))))["s"]["A2"]
    assert (cell.data_type, cell.value) == ("s", words)


def test_nothing_in_the_file_is_a_formula_or_a_link():
    frame = pd.DataFrame({"name": [*FORMULAS, "https://city.example", "mailto:a@city.example"]})
    with zipfile.ZipFile(io.BytesIO(made(Sheet("s", "Lead", frame, (text("name", "Name"),))))) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name) and b"<hyperlink" not in parts.read(name), name


def test_head_is_frozen_filtered_bold_and_never_merged(plan):
    assert plan.freeze_panes == "C2"
    assert plan.auto_filter.ref == "A1:I5"
    assert plan.print_title_rows == "$1:$1" and plan.print_title_cols == "$A:$B"
    assert not plan.merged_cells.ranges
    assert all(cell.font.bold and cell.alignment.wrap_text for cell in plan[1])
    assert not any(cell.font.bold for cell in plan[2])


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (number("a", "", "share"), "0.0%"),
        (number("a", "", "points"), "#,##0.0"),
        (number("a", "", "people"), "#,##0"),
        (number("a", "", "homes"), "#,##0"),
        (number("a", "", "m"), "#,##0"),
        (number("a", "", "USD"), "$#,##0"),
        (number("a", "", "rows"), "#,##0"),
        (number("a", "", "index"), "#,##0.000"),
        (number("a", "", ""), "General"),
        (number("a", "", "of a unit to come"), "General"),
        (date("a", ""), "yyyy-mm-dd"),
        (text("a", ""), "General"),
        (flag("a", ""), "General"),
    ],
)
def test_number_formats_follow_the_unit(column, shown):
    assert number_format(column) == shown


def test_cells_have_the_format_of_their_column(plan):
    assert [cell.number_format for cell in plan[2]] == [number_format(column) for column in COLUMNS]


def test_a_header_cell_tells_what_it_means_when_it_is_chosen(plan):
    told = {str(rule.sqref): (rule.promptTitle, rule.prompt) for rule in plan.data_validations.dataValidation}
    assert told["C1"] == ("no_broadband_share", "Households without broadband (share)")
    assert told["I1"] == ("completed", "Completion")


def test_columns_are_wide_enough_and_not_too_wide():
    frame = pd.DataFrame({"short": ["a"], "long": ["word " * 100], "none": [None]})
    columns = (text("short", ""), text("long", ""), text("none", ""), number("population_of_the_place", "", "people"))
    page = read(made(Sheet("s", "Lead", frame.assign(population_of_the_place=1), columns)))["s"]
    widths = [round(page.column_dimensions[letter].width) for letter in "ABCD"]
    assert (widths[0], widths[1], widths[2]) == (11, 61, 11)
    assert 14 <= widths[3] <= 26
    assert page.row_dimensions[2].height is None


def test_rows_of_wrapped_text_are_high_enough():
    frame = pd.DataFrame({"long": ["word " * 40, "short", None, "word " * 8000]})
    page = read(made(Sheet("s", "Lead", frame, (text("long", ""),), wraps=True)))["s"]
    heights = [page.row_dimensions[row].height for row in (2, 3, 4, 5)]
    assert heights[0] == 60.0, "200 characters in lines of 51"
    assert heights[1] in (None, 15.0) and heights[2] in (None, 15.0)
    assert heights[3] <= 409.0
    assert page["A2"].alignment.wrap_text


def test_what_does_not_fit_ends_with_an_ellipsis():
    column = text("a_name_of_more_than_thirty_two_characters", "title " * 100)
    page = read(made(Sheet("s", "lead " * 100, pd.DataFrame({column.name: ["x" * 40_000]}), (column,))))["s"]
    assert len(page["A2"].value) == LONGEST_TEXT and page["A2"].value.endswith("x…")
    rule = page.data_validations.dataValidation[0]
    assert (len(rule.promptTitle), len(rule.prompt)) == (32, 255)


def test_a_text_column_may_hold_numbers():
    frame = pd.DataFrame({"value": [0.3, "Optimum", None, np.int64(8), np.True_]}, dtype=object)
    page = read(made(Sheet("s", "Lead", frame, (text("value", "Value"),))))["s"]
    assert [cell.value for cell in page["A"]] == ["value", 0.3, "Optimum", None, 8, True]


def test_a_sheet_without_rows():
    assert list(read(made(Sheet("plan", "Lead", FRAME.iloc[:0], COLUMNS, wraps=True)))["plan"].values) == [
        tuple(column.name for column in COLUMNS)
    ]


def test_sheets_keep_their_order_and_the_file_its_title_and_time():
    book = read(made(SHEET, Sheet("other", "Lead", FRAME, COLUMNS[:1])))
    assert book.sheetnames == ["plan", "other"]
    assert (book.properties.title, book.properties.created) == ("A list", datetime(2026, 3, 1, 12))
    assert book["plan"].oddHeader.left.text == "What it is, && more."


def test_the_same_sheets_give_the_same_bytes():
    assert made() == made() != workbook((SHEET,), title="A list", created=datetime(2027, 3, 1, tzinfo=UTC))


def test_serving_starts_without_the_writers():
    asked = "import app.main, app.cli, sys; print(*{'xlsxwriter', 'pyogrio', 'openpyxl'}.intersection(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_an_office_keeps_every_cell(tmp_path):
    cells = opened(made(), tmp_path, shown=False)["plan"]
    assert cells == [
        [column.name for column in COLUMNS],
        ["001", "Baruch", "12.34%", "91.5", "1497", "51234", "-0.0512", "TRUE", "1935-07-01"],
        ["012", *[""] * 8],
        ["505", "=1+1", "0%", "0", "0", "0", "3", "FALSE", "2025-02-28"],
        ["999", "Saint Mary’s Park & Co <é>", "100%", "100", "12", "250001", "0.000000001", "TRUE", "1899-12-31"],
    ]


def test_an_office_shows_the_formats(tmp_path):
    cells = opened(made(), tmp_path, shown=True)["plan"]
    assert cells[1] == ["001", "Baruch", "12.3%", "91.5", "1,497", "$51,234", "-0.0512", "TRUE", "1935-07-01"]
    assert cells[3][1:6] == ["=1+1", "0.0%", "0.0", "0", "$0"]
