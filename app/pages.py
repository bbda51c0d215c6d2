"""What every page that people read is drawn with."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def share(value: float | None, decimals: int = 1) -> str:
    """A share as per cent, or that it is not known."""
    return "not known" if value is None or value != value else f"{100 * value:.{decimals}f} %"


def count(value: float | None, decimals: int = 0) -> str:
    """A number with thousands commas, or that it is not known."""
    return "not known" if value is None or value != value else f"{value:,.{decimals}f}"


def money(value: float | None) -> str:
    """Whole dollars with thousands commas, or that they are not known."""
    return "not known" if value is None or value != value else f"${value:,.0f}"


def millions(value: float | None) -> str:
    """Dollars that are only roughly known: a tenth of a million, or a thousand below that."""
    if value is None or value != value:
        return "not known"
    return f"${value / 1e6:,.1f} million" if abs(value) >= 1e6 else f"${value / 1e3:,.0f} thousand"


def signed(value: float | None, decimals: int = 0) -> str:
    """A difference with its sign, or that it is not known; what rounds to nothing has none."""
    if value is None or value != value:
        return "not known"
    rounded = round(value, decimals)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded):,.{decimals}f}"


TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""Every page that people read is drawn from these templates; values are escaped."""

TEMPLATES.filters.update(share=share, count=count, money=money, millions=millions, signed=signed)
