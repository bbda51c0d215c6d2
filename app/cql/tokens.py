"""The tokens of a filter, and which of them a part of its tree came from: what an error points at."""

import json
import re
from collections.abc import Iterator
from functools import reduce
from typing import Any, Final, NamedTuple

from app.cql.operators import INFIX

Path = tuple[str | int, ...]
"""Keys that lead from the top of a tree to one of its parts."""

GEOMETRIES: Final = (
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
)
LONGEST_SHOWN: Final = 40

TOKEN: Final = re.compile(
    r"""
    (?P<text>'(?:[^']|'')*+')
    | (?P<quoted>"(?:[^"]|"")*+")
    | (?P<open>['"].*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d][\w:.]*|:[\w:.]+)
    | (?P<symbol><>|<=|>=|!=|\S)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One token: its kind, its characters, and where they begin, counted from 0."""

    kind: str
    source: str
    start: int

    @property
    def end(self) -> int:
        """Where the next character begins."""
        return self.start + len(self.source)

    @property
    def shown(self) -> str:
        """The token for an error: in quotes, and not too long."""
        source = self.source if len(self.source) <= LONGEST_SHOWN else f"{self.source[: LONGEST_SHOWN - 1]}…"
        return f"the text {source}" if self.kind == "text" else f"'{source}'"


def tokens(text: str) -> list[Token]:
    """The tokens of CQL2 text; one of kind "open" is a quotation that is never closed."""
    return [Token(found.lastgroup or "", found[0], found.start()) for found in TOKEN.finditer(text)]


def place(text: str, tree: Any, path: Path) -> str:
    """
    The part of `tree` at `path` as `text` has it, and at which character.

    A tree does not say where its parts were written, but it has them in the order of the text: the third `gap` of
    the tree is the third `gap` of the text. An operator between operands is shown by its first operand.
    """
    marks = list(_marks(tree, ()))
    at = next((row for row, mark in enumerate(marks) if mark[0][: len(path)] == path), None)
    if at is None:
        return "an empty list"
    where, kind, value = marks[at]
    earlier = sum(mark[1:] == (kind, value) for mark in marks[:at])
    found = tokens(text)
    after = [*found[1:], None]
    written = [row for row, token in enumerate(found) if _is(token, after[row], kind, value)]
    if earlier >= len(written):
        return repr(value)
    row = written[earlier]
    token = found[row]
    if where == path and kind == "number" and row and found[row - 1].source == "-" and _at(tree, path) < 0:
        token = Token(kind, text[found[row - 1].start : token.end], found[row - 1].start)
    whole = "" if where == path or kind == "call" else "what begins with "
    return f"{whole}{token.shown} at character {token.start + 1}"


def quoted(text: str, name: str) -> bool:
    """Whether `name` is written in double quotes in `text`."""
    return any(token.kind == "quoted" and _unquoted(token.source) == name for token in tokens(text))


def member(tree: Any, path: Path, members: tuple[str, ...]) -> str:
    """The part of `tree` at `path`, and the path of the member that says what it is."""
    node = _at(tree, path)
    name = next((name for name in members if name in node), None) if isinstance(node, dict) else None
    full = path if name is None else (*path, name)
    shown = json.dumps(node if name is None else node[name], ensure_ascii=False)
    shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 1]}…"
    written = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in full).lstrip(".")
    return f"{shown} at {written or 'the top'}"


def _at(tree: Any, path: Path) -> Any:
    return reduce(lambda node, key: node[key], path, tree)


def _marks(node: Any, path: Path) -> Iterator[tuple[Path, str, Any]]:
    """What of `node` is written as a token of its own, in the order of the text: path, kind and value."""
    if isinstance(node, list):
        for row, part in enumerate(node):
            yield from _marks(part, (*path, row))
    elif not isinstance(node, dict):
        kind = "text" if isinstance(node, str) else "word" if node is None or isinstance(node, bool) else "number"
        yield path, kind, abs(node) if kind == "number" else node
    elif "property" in node:
        yield path, "name", node["property"]
    elif "op" in node:
        operator, args = node["op"].lower(), node["args"]
        if operator not in INFIX:
            yield path, "call", operator
        minus = operator == "*" and args[:1] == [-1.0]  # how the parser keeps the minus before a name
        for row, part in enumerate(args):
            if row or not minus:
                yield from _marks(part, (*path, "args", row))
    else:
        name = next(iter(node))
        yield path, "call", str(node.get("type", name)).lower()
        for key in ("date", "timestamp", "interval", "bbox", "coordinates", "geometries"):
            if key in node:
                yield from _marks(node[key], (*path, key))


def _is(token: Token, following: Token | None, kind: str, value: Any) -> bool:
    """Whether `token` is how a mark of that kind and value is written."""
    if kind == "name":
        called = following is not None and following.source == "("
        return (token.kind == "word" and token.source == value and not called) or (
            token.kind == "quoted" and _unquoted(token.source) == value
        )
    if kind == "call":
        called = following is not None and (following.source == "(" or value.upper() in GEOMETRIES)
        return token.kind == "word" and token.source.lower() == value and called
    if kind == "text":
        return token.kind == "text" and token.source[1:-1].replace("''", "'") == value
    if kind == "number":
        return token.kind == "number" and float(token.source) == value
    word = {True: "true", False: "false", None: "null"}[value]
    return token.kind == "word" and token.source.lower() == word


def _unquoted(source: str) -> str:
    return source[1:-1].replace('""', '"')
