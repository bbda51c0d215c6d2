import pandas as pd
import pytest

from app.ogc.moments import Period, read_period
from geo.errors import BadQuery

DAYS = pd.Series(["2025-01-01", "2025-06-30", None, "2025-07-01"])


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-06-30", "2025-06-30", "2025-06-30"),
        ("2025-06-30T23:59:59Z", "2025-06-30", "2025-06-30"),
        ("2025-06-30t12:00:00.5z", "2025-06-30", "2025-06-30"),
        ("2025-06-30T23:00:00-05:00", "2025-07-01", "2025-07-01"),
        ("2025-01-01/2025-06-30", "2025-01-01", "2025-06-30"),
        ("2025-01-01T00:00:00Z/..", "2025-01-01", None),
        ("../2025-01-01", None, "2025-01-01"),
        ("/2025-01-01", None, "2025-01-01"),
        ("2025-01-01/", "2025-01-01", None),
        ("../..", None, None),
    ],
)
def test_read_period(text, first, last):
    assert read_period(text) == Period(first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("", "..", "now", "2025", "2025-13-01", "2025-02-30", "2025-01-01T25:00:00Z", "2025-01-01T00:00:00", "1/2/3"),
        *("a/b", "2025-01-01 00:00:00Z", "2025-01-01/2025-01-02/2025-01-03", "0001-01-01T00:00:00+10:00"),
        "9999-12-31T23:59:59-10:00",
    ],
)
def test_what_is_no_time(text):
    with pytest.raises(BadQuery, match="datetime: found"):
        read_period(text)


def test_backwards():
    with pytest.raises(BadQuery, match="ends before it begins"):
        read_period("2025-02-01/2025-01-01")


def test_a_day_that_is_not_known_meets_every_period():
    assert read_period("2025-06-30/2025-07-01").meets(DAYS).tolist() == [False, True, True, True]
    assert read_period("2025-01-02/2025-06-29").meets(DAYS).tolist() == [False, False, True, False]
    assert read_period("../..").meets(DAYS).all()
