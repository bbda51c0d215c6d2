"""Patterns of LIKE: `%` is any text, `_` one character, and a backslash takes the meaning from what follows."""

import re


def pattern(text: str) -> re.Pattern[str]:
    """
    The pattern `text` as a regular expression for `match`.

    What stands between two `%` is sought once from the left and not again (an atomic group): the first place fits if
    any does, and no text takes longer than its length times that of the pattern.
    """
    first, *others = _pieces(text)
    if not others:
        return re.compile(rf"{first}\Z", re.DOTALL)
    middle = "".join(rf"(?>.*?{piece})" for piece in others[:-1] if piece)
    return re.compile(rf"{first}{middle}.*{others[-1]}\Z", re.DOTALL)


def _pieces(text: str) -> list[str]:
    """The parts of `text` between its `%`, each as a regular expression."""
    pieces, escaped = [""], False
    for character in text:
        if escaped or character not in "\\%_":
            pieces[-1] += re.escape(character)
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "%":
            pieces.append("")
        else:
            pieces[-1] += "."
    if escaped:
        pieces[-1] += re.escape("\\")
    return pieces
