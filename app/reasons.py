"""
Reasons and vintages that the data give in English, such as why a value is missing, in the language of the answer.

A note of a row holds several reasons apart by semicolons, and so does the vintage of several files. Most are a text of
their own, listed in app/phrases.py; some hold a number, a day or a name, and are known by their form.
"""

import re
from typing import Final

from app.language import N_, _
from app.phrases import PHRASES

APART: Final = "; "
KNOWN: Final = frozenset(PHRASES)
COMPOSED: Final = tuple(
    (re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(words))), words)
    for words in (
        N_("{number} people live in areas too small to score and are not in the counts"),
        N_("{name}: the survey file has no {source}"),
        N_("activations to {day}"),
        N_("as of {day}"),
        N_("announced {first} to {last}"),
        N_("sites: fiscal year {year}"),
        N_("pupils: school year {year}"),
        N_("{dataset}: {vintage}"),
    )
)
"""The form of each reason that is made of several parts, and its words."""


def reasons(note: str) -> str:
    """Every reason of a note; one that has no translation stays in English."""
    return APART.join(_reason(part) for part in note.split(APART))


def sentence(words: str) -> str:
    """Words that are in the language of the answer as a sentence of their own."""
    return _("{sentence}.").format(sentence=f"{words[:1].upper()}{words[1:]}".rstrip(".。"))


def _reason(part: str) -> str:
    if part in KNOWN:
        return _(part)
    for form, words in COMPOSED:
        if found := form.fullmatch(part):
            return _(words).format(**{name: _(value) for name, value in found.groupdict().items()})
    return _(part)
