"""Words of the data on a page: those of a fixed set are translated, others marked; and how words follow each other."""

import re
from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

from app.language import _, speech
from app.phrases import PHRASES

KNOWN: Final = frozenset(PHRASES)


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


def sentenced(words: str) -> str:
    """Words that are in the language of the answer as a sentence of their own."""
    return _("{sentence}.").format(sentence=first(words).rstrip(".。"))


def unreal(text: str) -> str:
    """What is not real of a collection, `kiosks (synthetic), developments (by hand)`, in the language of the answer."""
    parts = re.findall(r"(\w[^(]*) \(([^)]*)\)", text)
    return listed(_("{dataset} ({kind})").format(dataset=word(name), kind=word(kind)) for name, kind in parts)
