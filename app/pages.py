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


TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""Every page that people read is drawn from these templates; values are escaped."""

TEMPLATES.filters.update(share=share, count=count)
