"""What the data say in English, said on a page: fixed words are translated, sentences with names or numbers marked."""

import re
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

from app.language import _, speech
from app.phrases import PHRASES

KNOWN: Final = frozenset(PHRASES)
BETWEEN: Final = "; "
"""What stands between the parts of a reason or a note, each of which may be of a fixed set."""


def said(text: str | None) -> Markup:
    """`text` of the data for a page: translated where each of its parts is of a fixed set, else marked as English."""
    if not text:
        return Markup()
    parts = [text] if text in KNOWN else text.split(BETWEEN)
    return escape(apart(map(_, parts))) if KNOWN.issuperset(parts) else english(text)


def english(text: object) -> Markup:
    """`text` for a page, marked as English where the page is not."""
    return escape(text) if speech().code == "en" or not text else Markup('<span lang="en">{}</span>').format(text)


def word(text: str) -> str:
    """`text` of the data in the language of the answer where it is of a fixed set, else as it is: a name."""
    return _(text) if text in KNOWN else text


def listed(words: Iterable[str]) -> str:
    """Words after each other, each of them alone."""
    return _(", ").join(words)


def apart(words: Iterable[str]) -> str:
    """Words after each other that may have commas inside."""
    return _("; ").join(words)


def inside(words: str) -> str:
    """A label as it stands inside a sentence: its first letter small, unless more capitals follow."""
    return words if words[1:2].isupper() else f"{words[:1].lower()}{words[1:]}"


def first(words: str) -> str:
    """Words as they stand at the beginning: the first letter large."""
    return f"{words[:1].upper()}{words[1:]}"


def unreal(text: str) -> str:
    """What is not real of a collection, `kiosks (synthetic), developments (by hand)`, in the language of the answer."""
    parts = re.findall(r"(\w[^(]*) \(([^)]*)\)", text)
    return listed(_("{dataset} ({kind})").format(dataset=word(name), kind=word(kind)) for name, kind in parts)
