"""What every page that people read is drawn with: the templates, and numbers and dates in the language of the page."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.language import LANGUAGES, _, gettext, locale, ngettext, script_words, speech
from app.reasons import reasons

OWN: Final = re.compile(r"""(<a\b[^>]*?\bhref=")(/(?!static/|layers/|exports/|/)[^"#]*)(#[^"]*)?(")""")
FORM: Final = re.compile(r"<form\b(?![^>]*\bmethod=\"post\")[^>]*>")


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


TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
"""Every page that people read is drawn from these templates; values are escaped."""

TEMPLATES.policies["ext.i18n.trimmed"] = True
TEMPLATES.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
TEMPLATES.filters.update(share=share, count=count, money=money, millions=millions, signed=signed, day=day, told=reasons)
TEMPLATES.globals.update(speech=speech, languages=LANGUAGES, script_words=script_words)


def draw(template: str, **facts: Any) -> str:
    """The page that `template` makes of `facts`, in the language of the answer, which its links carry on."""
    page = TEMPLATES.get_template(template).render(**facts)
    return carried(page, speech().code) if speech().carried else page


def carried(page: str, code: str) -> str:
    """`page` with `lang` in its links to other pages, and in its forms; an address that has one keeps it."""

    def link(found: re.Match[str]) -> str:
        before, address, fragment, after = found.groups()
        if re.search(r"(\?|&amp;|&)lang=", address):
            return found[0]
        joint = "&amp;" if "?" in address else "?"
        return f"{before}{address}{joint}lang={code}{fragment or ''}{after}"

    hidden = f'<input type="hidden" name="lang" value="{code}">'
    return FORM.sub(lambda found: found[0] + hidden, OWN.sub(link, page))
