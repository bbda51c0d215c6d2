"""
The languages that pages speak: which one a caller wants, and the words in it (gettext catalogues, read by Babel).

English is in the code; app/translations/<locale>/LC_MESSAGES/messages.po holds the others. What is marked with `_` is
said in the language of the request that is answered now, and in English where there is none.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from app.accept import qualities
from geo.errors import BadQuery

TRANSLATIONS: Final = Path(__file__).parent / "translations"
LANGUAGES: Final = {"en": "English", "es": "Español", "zh": "中文"}
"""The code of each language, and how those who speak it call it."""

LOCALES: Final = {"en": "en_US", "es": "es_US", "zh": "zh_Hans"}
"""The locale of each: numbers are written as they are in New York, so that both sides of a table read alike."""

PARAMETER: Final = "lang"


@dataclass(frozen=True)
class Speech:
    """
    The language of an answer.

    Attributes
    ----------
    code
        One of `LANGUAGES`.
    carried
        Whether the links of a page name it, so that the next page speaks it too.
    query
        What else was asked, for the links to the same page in other languages.
    """

    code: str = "en"
    carried: bool = False
    query: str = field(default="", compare=False)


ENGLISH: Final = Speech()
_speech: ContextVar[Speech] = ContextVar("speech", default=ENGLISH)


def speech() -> Speech:
    """The language of the answer that is made now."""
    return _speech.get()


@contextmanager
def spoken(wanted: Speech) -> Iterator[None]:
    """Speak `wanted` inside the block."""
    token = _speech.set(wanted)
    try:
        yield
    finally:
        _speech.reset(token)


def wanted(query: str, header: str) -> Speech:
    """
    The language that a caller wants: the one that `lang` names, else what an Accept-Language header prefers.

    Raises
    ------
    BadQuery
        `lang` names none of `LANGUAGES`, or is given twice.
    """
    named = parse_qs(query, keep_blank_values=True).get(PARAMETER, []) if f"{PARAMETER}=" in query else []
    if not named:
        code = preferred(header)
        return Speech(code, carried=code != "en", query=query)
    if len(named) > 1 or named[0] not in LANGUAGES:
        raise BadQuery(f"{PARAMETER}: found {', '.join(map(repr, named))}, expected one of: {', '.join(LANGUAGES)}")
    rest = [part for part in query.split("&") if part.partition("=")[0] != PARAMETER]
    return Speech(named[0], carried=True, query="&".join(rest))


@lru_cache(maxsize=1024)
def preferred(header: str) -> str:
    """The language that an Accept-Language header (RFC 9110, 12.5.4) wants most, else English."""
    best, most = "en", 0.0
    for name, quality in qualities(header).items():
        code = "en" if name == "*" else name.partition("-")[0]
        if code in LANGUAGES and quality > most:
            best, most = code, quality
    return best


def locale() -> Locale:
    """The locale of the answer that is made now."""
    return Locale.parse(LOCALES[speech().code])


def gettext(message: str) -> str:
    """`message` in the language of the answer."""
    return words(speech().code).gettext(message) if message else ""


def ngettext(one: str, many: str, number: int) -> str:
    """`one` or `many`, as `number` asks, in the language of the answer."""
    return words(speech().code).ngettext(one, many, number)


_ = gettext


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for it)
    """Mark `message` to be translated where it is said."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def catalog(code: str) -> Catalog:
    """The catalogue of a language; that of English is empty."""
    path = TRANSLATIONS / LOCALES[code] / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Catalog(locale=LOCALES[code])
    with path.open("rb") as file:
        return read_po(file, locale=LOCALES[code])


@lru_cache(maxsize=len(LANGUAGES))
def words(code: str) -> NullTranslations:
    """The words of a language."""
    if code == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, catalog(code))
    compiled.seek(0)
    return Translations(compiled)


@lru_cache(maxsize=len(LANGUAGES))
def script_words(code: str) -> dict[str, Any]:
    """The words that scripts of pages say: English → translated, a list where it hangs on a number."""
    said = [message for message in catalog(code) if _is_said(message)]
    single = {each.id: each.string for each in said if isinstance(each.id, str) and each.string}
    plural = {each.id[0]: [*(each.string or ())] for each in said if not isinstance(each.id, str)}
    return {**single, **{message: forms for message, forms in plural.items() if forms and all(forms)}}


def _is_said(message: Message) -> bool:
    """Whether scripts say `message`; phrases come to them with the data."""
    return any(path.startswith("static/") or path == "app/phrases.py" for path, _ in message.locations)
