"""
When: instants and intervals of CQL2, and the operators that compare them (21-065r2, clause 7.8; Allen's relations).

Days and moments are microseconds since 1970, UTC. A day is as fine as the columns are, so between days and intervals
of days the days themselves are compared; where one side has a time of day, a day is all of its hours, from midnight
up to the next. Of two sides compared by `=`, `<` and the like, a day is its midnight. An interval includes both of
its ends. Where the columns make an interval that ends before it begins, what is asked of it is unknown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import numpy as np

from app.cql.question import KINDS, Question
from app.cql.reading import check_operator
from app.cql.tokens import Path
from app.cql.truth import Truth, told
from app.ogc.moments import DAY, MOMENT

DAY_US: Final = 86_400_000_000
ALWAYS: Final = np.iinfo(np.int64).max
"""The end of an interval without end; its negative is the beginning of one without beginning."""

EXPECTED: Final = "expected DATE('2025-03-01'), TIMESTAMP('2025-03-01T00:00:00Z'), an INTERVAL or a property of dates"


@dataclass(frozen=True, eq=False)
class Times:
    """
    Instants or intervals, n or one for all rows.

    Attributes
    ----------
    start, end
        Microseconds since 1970; the end of a day is its midnight.
    known
        Where both are known.
    days
        Whether they are days, without a time of day.
    interval
        Whether it was written as an interval.
    """

    start: np.ndarray
    end: np.ndarray
    known: np.ndarray
    days: bool
    interval: bool
    path: Path

    def whole(self) -> "Times":
        """The same by the microsecond, each day as all of its hours."""
        if not self.days:
            return self
        return Times(self.start, _last(self.end), self.known, False, self.interval, self.path)


RELATIONS: Final[dict[str, Callable[[Times, Times], np.ndarray]]] = {
    "t_after": lambda a, b: a.start > b.end,
    "t_before": lambda a, b: a.end < b.start,
    "t_disjoint": lambda a, b: (a.end < b.start) | (a.start > b.end),
    "t_intersects": lambda a, b: (a.end >= b.start) & (a.start <= b.end),
    "t_equals": lambda a, b: (a.start == b.start) & (a.end == b.end),
    "t_contains": lambda a, b: (a.start < b.start) & (a.end > b.end),
    "t_during": lambda a, b: (a.start > b.start) & (a.end < b.end),
    "t_finishedby": lambda a, b: (a.start < b.start) & (a.end == b.end),
    "t_finishes": lambda a, b: (a.start > b.start) & (a.end == b.end),
    "t_meets": lambda a, b: a.end == b.start,
    "t_metby": lambda a, b: a.start == b.end,
    "t_overlappedby": lambda a, b: (a.start > b.start) & (a.start < b.end) & (a.end > b.end),
    "t_overlaps": lambda a, b: (a.start < b.start) & (a.end > b.start) & (a.end < b.end),
    "t_startedby": lambda a, b: (a.start == b.start) & (a.end > b.end),
    "t_starts": lambda a, b: (a.start == b.start) & (a.end < b.end),
}
INSTANTS: Final = ("t_after", "t_before", "t_disjoint", "t_intersects", "t_equals")
"""The operators that take instants too; all others compare intervals only, as the standard has it."""


def timing(question: Question, operator: str, args: list[Any], path: Path) -> Truth:
    """Where the temporal operator is true of its two arguments."""
    first, second = (times(question, node, (*path, "args", row)) for row, node in enumerate(args))
    for side in (first, second):
        if operator not in INSTANTS and not side.interval:
            raise question.refusal(
                side.path,
                f", which is an instant; {operator.upper()} compares intervals: use {', '.join(INSTANTS).upper()}, or "
                "write INTERVAL(a, b)",
            )
    if not (first.days and second.days):
        first, second = first.whole(), second.whole()
    return told(np.asarray(RELATIONS[operator](first, second)), np.asarray(first.known & second.known))


def times(question: Question, node: Any, path: Path) -> Times:
    """The part `node` of the filter at `path` as instants or intervals."""
    if isinstance(node, dict) and ("date" in node or "timestamp" in node):
        return instant(question, node, path)
    if isinstance(node, dict) and "interval" in node:
        return _interval(question, node["interval"], path)
    if isinstance(node, dict) and "property" in node:
        kind = question.kind(node["property"], path)
        if kind == "date":
            column = question.column(node["property"], path)
            return Times(column.values, column.values, column.known, True, False, path)
        raise question.refusal(path, f", which is {KINDS[kind]}; {EXPECTED}")
    if isinstance(node, dict) and "op" in node:
        check_operator(question.filter, node, path)
    raise question.refusal(path, f", {EXPECTED}")


def instant(question: Question, node: dict[str, Any], path: Path) -> Times:
    """The DATE or TIMESTAMP that `node` is."""
    kind = "date" if "date" in node else "timestamp"
    text = node[kind]
    if not isinstance(text, str) or (DAY if kind == "date" else MOMENT).fullmatch(text) is None:
        wanted = "a day such as '2025-03-01'" if kind == "date" else "a moment such as '2025-03-01T00:00:00Z'"
        raise question.refusal((*path, kind), f", expected {wanted}")
    return _single(question, text, (*path, kind), path)


def _interval(question: Question, ends: list[Any], path: Path) -> Times:
    if len(ends) != 2:
        raise question.refusal(path, f" with {len(ends)} ends, expected two, of which '..' is open")
    first, last = (_end(question, node, (*path, "interval", row)) for row, node in enumerate(ends))
    if first is None and last is None:
        everything = np.asarray(ALWAYS)
        return Times(-everything, everything, np.asarray(True), True, True, path)
    days = all(side is None or side.days for side in (first, last))
    start = np.asarray(-ALWAYS) if first is None else first.start
    end = np.asarray(ALWAYS) if last is None else last.end
    if not days and last is not None:
        end = last.whole().end
    known = [side.known for side in (first, last) if side is not None]
    if not start.ndim and not end.ndim and start > end:
        raise question.refusal(path, " that ends before it begins")
    return Times(start, end, np.asarray(known[0] & known[-1] & (start <= end)), days, True, path)


def _end(question: Question, node: Any, path: Path) -> Times | None:
    """One end of an interval, None where it is open."""
    if node == "..":
        return None
    if isinstance(node, str):
        if DAY.fullmatch(node) or MOMENT.fullmatch(node):
            return _single(question, node, path, path)
    elif not (isinstance(node, dict) and "interval" in node):
        return times(question, node, path)
    raise question.refusal(path, ", expected '2025-03-01', '2025-03-01T00:00:00Z', '..' or a property of dates")


def _single(question: Question, text: str, told_at: Path, path: Path) -> Times:
    """The day or the moment that `text` is."""
    try:
        if days := DAY.fullmatch(text) is not None:
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        else:
            moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise question.refusal(told_at, ", which is in no calendar") from None
    value = np.asarray((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
    return Times(value, value, np.asarray(True), days, False, path)


def _last(midnight: np.ndarray) -> np.ndarray:
    """The last microsecond of the day that begins at `midnight`."""
    return np.asarray(np.where(midnight == ALWAYS, ALWAYS, midnight - 1 + DAY_US))
