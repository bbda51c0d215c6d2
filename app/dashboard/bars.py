"""Bars as coordinates for inline SVG; a bar never stands without its number in words."""

from collections.abc import Mapping
from typing import Final

WIDTH: Final = 320.0
"""Of a whole bar, in the units of its drawing."""


def bar(share: float, mark: float | None = None) -> Mapping[str, float] | None:
    """
    A bar filled up to `share` (0–1), with a `mark` (0–1) to be measured against.

    Returns
    -------
    bar
        `width` of all, `filled`, and `mark` where there is one; None where the share is not known.
    """
    if share != share:
        return None
    found = {"width": WIDTH, "filled": _at(share, 1.0)}
    return found if mark is None else {**found, "mark": _at(mark, 1.0)}


def interval(value: float, moe: float, whole: float, most: float) -> Mapping[str, float] | None:
    """
    A bar from 0 to `value` with the ends of its interval, and a line at `whole`, on a scale from 0 to `most`.

    Returns
    -------
    bar
        `width`, `filled`; `low` and `high` where there is a margin; `mark` where `whole` is known. None without a
        value.
    """
    if value != value or not most > 0:
        return None
    found = {"width": WIDTH, "filled": _at(value, most)}
    if moe == moe:
        found |= {"low": _at(value - moe, most), "high": _at(value + moe, most)}
    return found if whole != whole else {**found, "mark": _at(whole, most)}


def _at(value: float, most: float) -> float:
    return round(WIDTH * min(max(value / most, 0.0), 1.0), 1)
