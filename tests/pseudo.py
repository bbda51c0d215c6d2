"""A language in which every translated text stands in brackets, so that what is not translated is seen."""

import re
from html.parser import HTMLParser

import pytest

import app.language as language

SILENT = ("script", "style", "template", "title")
SAID = ("aria-label", "alt", "placeholder", "title", "data-label", "aria-valuetext")
LETTERS = re.compile(r"[^\W\d_]{2,}")


class _Pseudo(language.NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, num: int) -> str:
        return f"⟦{msgid1 if num == 1 else msgid2}⟧"


def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Spanish be said in brackets."""
    monkeypatch.setattr(language, "words", lambda code: _Pseudo() if code == "es" else language.NullTranslations())


def bare(html: str) -> list[str]:
    """The texts of a page, also those of labels, that stand outside brackets and outside parts marked as English."""
    reader = _Reader()
    reader.feed(html)
    return [text for text in reader.found if LETTERS.search(text)]


def _outside(text: str) -> str:
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    return " ".join(text.split())


VOID = ("br", "img", "input", "link", "meta", "hr", "wbr", "col", "source")


class _Reader(HTMLParser):
    """Collects text by element; a sentence whose brackets reach over several elements is put together first."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[tuple[str, bool]] = []
        self.text = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        hidden = tag in SILENT or named.get("lang") == "en" or "hreflang" in named
        for name in SAID:
            if (value := named.get(name)) and not self._hidden and not hidden:
                self.found.append(_outside(value))
        if tag not in VOID:
            self._flush()
            self.open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        self._flush()
        while self.open:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data
            self.depth += data.count("⟦") - data.count("⟧")

    @property
    def _hidden(self) -> bool:
        return any(hidden for _, hidden in self.open)

    def _flush(self) -> None:
        if self.depth == 0:
            self.found.append(_outside(self.text))
            self.text = ""
