"""
The letters of pictures: DejaVu Sans, which comes with matplotlib, and for Chinese a font of this machine.

DejaVu has no Chinese glyphs. Where no font with them is installed, pictures in Chinese say the English texts instead:
boxes in place of words would tell nobody anything. A Debian machine gets one with `apt install fonts-noto-cjk`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from app.language import speech, spoken

CHINESE: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Noto Sans CJK JP",
)
"""Fonts with simplified characters, the best first; the last holds them too, in Japanese forms."""


@dataclass(frozen=True)
class Fonts:
    """Font properties (matplotlib) of plain and of bold letters."""

    plain: Any
    bold: Any

    def of(self, bold: bool) -> Any:
        """Those of bold or plain letters."""
        return self.bold if bold else self.plain


@lru_cache(maxsize=1)
def latin() -> Fonts:
    """DejaVu Sans as matplotlib brings it, so that every machine draws the same."""
    import matplotlib
    from matplotlib.font_manager import FontProperties

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return Fonts(*(FontProperties(fname=str(folder / name)) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")))


@lru_cache(maxsize=1)
def chinese() -> Fonts | None:
    """A font with Chinese glyphs, with DejaVu for what it lacks; None where the machine has none."""
    from matplotlib.font_manager import FontProperties, fontManager

    there = {entry.name for entry in fontManager.ttflist}
    family = next((name for name in CHINESE if name in there), None)
    if family is None:
        return None
    plain, bold = (FontProperties(family=[family, "DejaVu Sans"], weight=weight) for weight in ("normal", "bold"))
    return Fonts(plain, bold)


@contextmanager
def readable() -> Iterator[Fonts]:
    """The fonts for the language of the answer; inside the block it is English where there are none for it."""
    if speech().code != "zh":
        yield latin()
    elif (found := chinese()) is not None:
        yield found
    else:
        with spoken(replace(speech(), code="en")):
            yield latin()
