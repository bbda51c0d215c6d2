"""Estimates and differences in words: a value with its margin or its interval, in its unit."""

from app.amounts import count, share, signed
from app.language import _

NBSP = "\u00a0"


def amount(value: float | None, unit: str) -> str:
    """`18.1 %` of a share, `67.1` of a score, `12,345` of people."""
    return share(value).replace(" %", f"{NBSP}%") if unit == "share" else count(value, _decimals(unit))


def estimate(value: float | None, low: float | None, high: float | None, unit: str) -> str:
    """`18.1 % ± 2.8` in points for a share, `12,345 ± 678` people, `67.1 (63.2 to 70.8)` for a score."""
    told = amount(value, unit)
    if value is None or low is None or high is None or low == high:
        return told
    if unit == "points":
        return _("{value} ({low} to {high})").format(value=told, low=count(low, 1), high=count(high, 1))
    return f"{told} ±{NBSP}{margin((high - low) / 2, unit)}"


def change(value: float | None, moe: float | None, unit: str) -> str:
    """`+12.9 ± 3.4`: a difference with its sign, of shares in percentage points; without a margin where it has none."""
    if value is None:
        return _("not known")
    told = signed(100 * value if unit == "share" else value, _decimals(unit))
    return told if not moe else f"{told} ±{NBSP}{margin(moe, unit)}"


def margin(moe: float, unit: str) -> str:
    """A margin, of shares in percentage points."""
    return count(100 * moe if unit == "share" else moe, _decimals(unit))


def _decimals(unit: str) -> int:
    return 0 if unit == "people" else 1
