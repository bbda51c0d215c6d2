"""The parameter `datetime`: an instant or an interval, open or closed (17-069r4, 7.15.4), asked of columns of days."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import numpy as np
import pandas as pd

from geo.errors import BadQuery

OPEN: Final = ("", "..")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")
EXPECTED: Final = "an RFC 3339 time such as 2025-03-01T00:00:00Z, a day, or an interval of two such as 2025-01-01/.."


@dataclass(frozen=True)
class Period:
    """The first and the last day that are asked for (ISO, UTC), None where that side is open."""

    first: str | None
    last: str | None

    def meets(self, days: pd.Series) -> np.ndarray:
        """
        Whether each of `days` (ISO) lies in the period; one that is not known does.

        A day is all of its hours, so that an instant meets the day that it lies in. A feature without a time is
        selected whatever is asked, as the standard has it (17-069r4, requirement 26).
        """
        unknown = days.isna().to_numpy()
        known = days.fillna("").to_numpy(dtype=str)
        inside = np.ones(len(days), dtype=bool)
        if self.first is not None:
            inside &= known >= self.first
        if self.last is not None:
            inside &= known <= self.last
        return np.asarray(inside | unknown)


def read_period(text: str) -> Period:
    """
    The period that `text` asks for.

    Raises
    ------
    BadQuery
        It is none, or ends before it begins.
    """
    sides = text.split("/")
    if len(sides) > 2 or (len(sides) == 1 and sides[0] in OPEN):
        raise BadQuery(f"datetime: found {text!r}, expected {EXPECTED}")
    moments = [None if side in OPEN else _moment(side, text) for side in sides]
    first, last = moments[0], moments[-1]
    if first is not None and last is not None and first > last:
        raise BadQuery(f"datetime: {text!r} ends before it begins")
    return Period(*(None if moment is None else f"{moment:%Y-%m-%d}".zfill(10) for moment in (first, last)))


def is_day(text: str) -> bool:
    """Whether `text` is a day of the calendar, such as 2025-03-01."""
    try:
        return bool(DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _moment(side: str, text: str) -> datetime:
    try:
        if DAY.fullmatch(side):
            return datetime.combine(date.fromisoformat(side), datetime.min.time(), UTC)
        if MOMENT.fullmatch(side):
            return datetime.fromisoformat(side.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadQuery(f"datetime: found {text!r}, expected {EXPECTED}")
