"""Numbers, money and days in words, in the language of the answer; what is not known says so."""

import datetime as dt
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from app.language import _, locale, speech


def _missing(value: float | None) -> bool:
    return value is None or value != value


def count(value: float | None, decimals: int = 0) -> str:
    """A number with its thousands apart, or that it is not known."""
    if value is None or value != value:
        return _("not known")
    plain = f"{value:,.{decimals}f}"
    if speech().code == "en":
        return plain
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(Decimal(plain.replace(",", "")), pattern, locale()))


def share(value: float | None, decimals: int = 1) -> str:
    """A share as per cent, or that it is not known."""
    return _("not known") if _missing(value) else _("{number} %").format(number=count(100 * value, decimals))  # type: ignore[operator]


def money(value: float | None) -> str:
    """Whole dollars with their thousands apart, or that they are not known."""
    return _("not known") if _missing(value) else _("${amount}").format(amount=count(value))


def millions(value: float | None) -> str:
    """Dollars that are only roughly known: a tenth of a million, or a thousand below that."""
    if value is None or value != value:
        return _("not known")
    if abs(value) >= 1e6:
        return _("${amount} million").format(amount=count(value / 1e6, 1))
    return _("${amount} thousand").format(amount=count(value / 1e3))


def signed(value: float | None, decimals: int = 0) -> str:
    """A difference with its sign, or that it is not known; what rounds to nothing has none."""
    if value is None or value != value:
        return _("not known")
    rounded = round(value, decimals)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{count(abs(rounded), decimals)}"


def day(value: dt.date | str | None) -> str:
    """A day as people write it, or that it is not known; text that is no ISO date stays as it is."""
    if value is None or value != value or value == "":
        return _("not known")
    try:
        found = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return str(format_date(found, "medium", locale()))
