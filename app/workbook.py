"""
Sheets as one XLSX file.

The first row of a sheet holds the column names of every other format, so that filters, pivots and pandas read it as it
is; what they mean is in the sheet `dictionary`, and is shown when a header cell is chosen. Nothing is merged. What is
missing is an empty cell. Text is never a formula, whatever it starts with.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import ceil
from typing import Any, Final

import numpy as np
import pandas as pd

from geo.contracts import Column
from geo.published import DECIMALS as PUBLISHED

DECIMALS: Final = {**PUBLISHED, "rows": 0}

LONGEST_TEXT: Final = 32_767
"""Characters that a cell can hold (ECMA-376 as Excel has it)."""

WIDEST, NARROWEST = 60, 10
ONE_LINE: Final = 20
"""Widths of a column, in characters; a longer header takes two lines."""

LINE_POINTS, MOST_LINES = 15, 27
"""Height of a line, and as many of them as the highest row that Excel allows has (409 points)."""

FIRST_YEAR: Final = 1900
"""Excel has no earlier day."""


@dataclass(frozen=True)
class Sheet:
    """
    One sheet of a workbook.

    Attributes
    ----------
    lead
        What the sheet holds, in a sentence; the dictionary says it, and a print has it at the top.
    frame
        The rows in order; a column for each of `columns`, others are left out. Dates are ISO text. A column of kind
        text may hold numbers too.
    frozen
        How many of the first columns stay in sight.
    wraps
        Whether long text runs over several lines.
    """

    name: str
    lead: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    frozen: int = 1
    wraps: bool = False


def workbook(sheets: Sequence[Sheet], *, title: str, created: datetime) -> bytes:
    """The XLSX file; the same sheets, title and time give the same bytes."""
    from xlsxwriter import Workbook  # only exports need it, and serving starts without it

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": created.astimezone(UTC).replace(tzinfo=None)})
        header = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E8EDF2"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.set_row(0, 2 * LINE_POINTS)
            widths = [_width(sheet.frame[column.name], column) for column in sheet.columns]
            for row, lines in enumerate(_lines(sheet, widths) if sheet.wraps else [], start=1):
                page.set_row(row, lines * LINE_POINTS)
            for at, column in enumerate(sheet.columns):
                look = {"num_format": number_format(column), "text_wrap": sheet.wraps, "valign": "top"}
                page.write_string(0, at, column.name, header)
                page.data_validation(0, at, 0, at, _hint(column))
                page.set_column(at, at, widths[at])
                _write(page, at, sheet.frame[column.name], column, book.add_format(look))
            page.autofilter(0, 0, len(sheet.frame), len(sheet.columns) - 1)
            page.freeze_panes(1, sheet.frozen)
            page.repeat_rows(0)
            page.repeat_columns(0, sheet.frozen - 1)
            page.set_landscape()
            page.set_header("&L" + sheet.lead.replace("&", "&&")[:250])
    return file.getvalue()


def number_format(column: Column) -> str:
    """How a spreadsheet shows the values of `column`: with as many decimals as its unit is published with."""
    if column.kind == "date":
        return "yyyy-mm-dd"
    decimals = DECIMALS.get(column.unit) if column.kind == "number" else None
    if decimals is None:
        return "General"
    if column.unit == "share":
        return "0.0%"
    return ("$" if column.unit.startswith("USD") else "") + "#,##0" + (f".{'0' * decimals}" if decimals else "")


def _write(page: Any, at: int, values: pd.Series, column: Column, look: Any) -> None:
    for row, (value, missing) in enumerate(zip(values.tolist(), values.isna().tolist(), strict=True), start=1):
        if missing:
            continue
        if isinstance(value, str):
            if column.kind == "date" and int(value[:4]) >= FIRST_YEAR:
                page.write_datetime(row, at, date.fromisoformat(value), look)
            else:
                page.write_string(row, at, _fitting(value, LONGEST_TEXT), look)
        elif isinstance(value, bool | np.bool_):
            page.write_boolean(row, at, value, look)
        else:
            page.write_number(row, at, value, look)


def _hint(column: Column) -> dict[str, Any]:
    """What is shown when the header cell is chosen."""
    told = f"{column.title} ({column.unit})" if column.unit else column.title
    return {"validate": "any", "input_title": _fitting(column.name, 32), "input_message": _fitting(told, 255)}


def _width(values: pd.Series, column: Column) -> int:
    header = len(column.name) + 3
    return min(WIDEST, max(NARROWEST, max(_lengths(values), default=0) + 1, min(header, ONE_LINE), header // 2 + 2))


def _lines(sheet: Sheet, widths: Sequence[int]) -> list[int]:
    """How many lines each row needs, lines ending at words; not every program finds that out by itself."""
    rows = zip(*(_lengths(sheet.frame[column.name]) for column in sheet.columns), strict=True)
    return [
        min(MOST_LINES, max(ceil(length / (0.85 * width)) if length >= width else 1 for length, width in cells))
        for cells in (zip(row, widths, strict=True) for row in rows)
    ]


def _lengths(values: pd.Series) -> list[int]:
    return [len(value) if isinstance(value, str) else 0 for value in values.tolist()]


def _fitting(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
