"""
What the data say in English, said in the language of the page.

A text is known if it is one of app/phrases.py or has one of app/forms.py, whole or part by part where semicolons hold
it together. A part that is not known stays as it is, and is marked as English. Days are written as people write them.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from markupsafe import Markup, escape

from app.amounts import day
from app.forms import FORMS
from app.language import ENGLISH, _, spoken
from app.said import KNOWN, apart, english, first

BETWEEN: Final = "; "
NUMBER: Final = r"[\d,.]+"
ISO: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
DATASETS: Final = ("adoption", "lots", "kiosks", "facilities", "schools", "tracts", "developments", "enrollment")
VALUES: Final = {
    **dict.fromkeys(("day", "since", "until"), ISO.pattern),
    "number": r"[\d,.]+",
    "years": r"\d{4}(?:–\d{4})?",
    "year": r"[\d–-]+",
    "dataset": "|".join(DATASETS),
}
PART: Final = rf"(?:(?!{BETWEEN}).)+"
"""What may stand for a name in braces; for all others anything that ends where the next part begins."""


def find(text: str) -> str | None:
    """`text` in the language of the answer, None where a part of it is not known."""
    if (whole := _said(text)) is not None:
        return whole
    parts = [_said(part) for part in text.split(BETWEEN)]
    known = [part for part in parts if part is not None]
    return apart(known) if len(known) == len(parts) else None


def worded(text: str | None) -> str:
    """`text` in the language of the answer, part by part; what is not known stays in English."""
    if not text:
        return ""
    whole = _said(text)
    return apart(_said(part) or part for part in text.split(BETWEEN)) if whole is None else whole


def told(text: str | None) -> Markup:
    """`text` for a page, what is not known marked as English."""
    return _marked(text, str) if text else Markup()


def capital(text: str | None) -> Markup:
    """The same with its first letter large."""
    return _marked(text, first) if text else Markup()


def sentence(text: str | None) -> Markup:
    """The same as a sentence of its own."""
    return Markup(_("{sentence}.")).format(sentence=capital(text.removesuffix("."))) if text else Markup()


def dated(text: str) -> str:
    """`text` with its days as people write them."""
    return ISO.sub(lambda found: day(found[0]), text)


def _marked(text: str, shape: Callable[[str], str]) -> Markup:
    if (known := find(text)) is not None:
        return escape(shape(known))
    head, *rest = text.split(BETWEEN)
    return Markup(_("; ")).join([_part(head, shape), *(_part(part, str) for part in rest)])


def _part(text: str, shape: Callable[[str], str]) -> Markup:
    if (known := _said(text)) is not None:
        return escape(shape(known))
    with spoken(ENGLISH):
        kept = shape(dated(text))
    return english(kept)


def _said(text: str) -> str | None:
    if text in KNOWN:
        return _(text)
    form, values = _form(text)
    return None if form is None else _(form).format(**{name: _value(value) for name, value in values.items()})


@lru_cache(maxsize=8192)
def _form(text: str) -> tuple[str | None, Mapping[str, str]]:
    """The form of a text and what stands for its names."""
    for pattern, form in PATTERNS:
        if found := pattern.fullmatch(text):
            return form, found.groupdict()
    return None, {}


def _value(text: str) -> str:
    """What stands for a name in a form, which may be known itself."""
    known = _said(text) if any(letter.isalpha() for letter in text) else None
    return dated(text) if known is None else known


def _pattern(form: str) -> re.Pattern[str]:
    """What texts of a form look like; a name that comes again stands for the same."""
    seen: set[str] = set()

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{VALUES.get(name, PART)})"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", value, re.escape(form)))


PATTERNS: Final = tuple((_pattern(form), form) for form in FORMS)
