"""
Reading a filter: CQL2 (OGC 21-065r2), as text or as JSON, into one tree.

A tree is CQL2-JSON as Python objects. Reading checks syntax, limits, operators and their number of arguments; names
and kinds are checked where a filter meets a collection, in `app.cql.evaluation`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import cql2

from app.cql.geometries import problem
from app.cql.operators import ARGUMENTS, SUPPORTED
from app.cql.tokens import GEOMETRIES, Path, Token, member, place, tokens
from geo.errors import BadQuery

LANGUAGES: Final = ("cql2-text", "cql2-json")

LONGEST: Final = 8_000
"""Characters of a filter: a polygon of about 600 corners, and no more than 4,000 coordinates however it is written."""

DEEPEST: Final = 50
"""Operators or parentheses within each other; the parser overflows its stack beyond 700 in a worker thread."""

NESTED: Final = 7
"""
Parentheses within each other in text, not counting those of geometries: the parser takes twice as long for each that
it fails in, 0.1 s at 7 and minutes at 20. JSON, which is read otherwise, may be nested to `DEEPEST`.
"""

PARTS: Final = 500
"""Names, values and operators, not counting the coordinates of geometries."""

MEMBERS: Final = ("op", "property", "date", "timestamp", "interval", "bbox", "type")
"""The member that says what an object of CQL2-JSON is."""


@dataclass(frozen=True)
class Filter:
    """
    A filter that has been read.

    Attributes
    ----------
    tree
        CQL2-JSON as Python objects, its numbers floats.
    """

    text: str
    lang: str
    tree: Any

    def refusal(self, path: Path, problem: str) -> BadQuery:
        """The error to raise about the part at `path`: what was found and where, then `problem`."""
        return BadQuery(f"filter: found {self.place(path)}{problem}")

    def place(self, path: Path) -> str:
        """The part at `path` as it was written, and where it is."""
        return place(self.text, self.tree, path) if self.lang == "cql2-text" else member(self.tree, path, MEMBERS)


def read_filter(text: str, lang: str) -> Filter:
    """
    The filter that `text` is, written in `lang`.

    Raises
    ------
    BadQuery
        It is none, is larger than is allowed, or has an operator that is not evaluated.
    """
    found = parse(text, lang)
    for path, node, _ in parts(found.tree):
        if isinstance(node, dict) and "op" in node:
            check_operator(found, node, path)
    return found


def check_operator(filter: Filter, node: dict[str, Any], path: Path) -> str:
    """
    The operator of `node` in lower case.

    Raises
    ------
    BadQuery
        It is not evaluated, or not with that many arguments.
    """
    operator = str(node["op"]).lower()
    if operator not in ARGUMENTS:
        raise filter.refusal(path, f", which is not supported; supported are: {SUPPORTED}")
    least, most = ARGUMENTS[operator]
    count = len(node["args"])
    if count < least or (most is not None and count > most):
        expected = least if least == most else f"{least} or more"
        raise filter.refusal(path, f" with {count} arguments, expected {expected}")
    return operator


def language(name: str) -> str:
    """
    The language `name`.

    Raises
    ------
    BadQuery
        There is none of that name.
    """
    if name not in LANGUAGES:
        raise BadQuery(f"filter-lang: found {name!r}, expected {' or '.join(LANGUAGES)}")
    return name


def parse(text: str, lang: str) -> Filter:
    """
    `text` as a tree, whatever its operators.

    Raises
    ------
    BadQuery
        Its syntax is wrong, or it is larger than is allowed.
    """
    if len(text) > LONGEST:
        _too_large(f"{len(text):,} characters", f"{LONGEST:,}", "simplify its geometry or ask in parts")
    if not text.strip():
        raise BadQuery("filter: found nothing, expected a condition such as homes > 0")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadQuery("filter: found half of a surrogate pair, expected Unicode text")
    found = Filter(text, lang, _parse_text(text) if language(lang) == "cql2-text" else _parse_json(text))
    deepest, count = 0, 0
    for path, _, depth in parts(found.tree):
        deepest, count = max(deepest, depth), count + 1
        if deepest > DEEPEST or count > PARTS:
            break
        if lang == "cql2-json":
            _check_shape(found, path)
    _check_size(deepest, count)
    if lang == "cql2-json":
        _parsed(cql2.parse_json, text)
    return found


def parts(tree: Any) -> Iterator[tuple[Path, Any, int]]:
    """Each part of `tree` with its path and the number of operators around it; a geometry is one part."""
    waiting: list[tuple[Path, Any, int]] = [((), tree, 0)]
    while waiting:
        path, node, depth = waiting.pop()
        yield path, node, depth
        if isinstance(node, list):
            inside: Any = [((*path, row), part) for row, part in enumerate(node)]
        elif isinstance(node, dict) and isinstance(args := node.get(key := _inner(node)), list):
            inside = [((*path, key, row), part) for row, part in enumerate(args)]
        else:
            continue
        waiting += [(at, part, depth + 1) for at, part in reversed(inside)]


def _inner(node: dict[str, Any]) -> str:
    return "args" if "op" in node else "interval"


def _parse_text(text: str) -> Any:
    found = tokens(text)
    if found and found[-1].kind == "open":
        kind = "text" if found[-1].source[0] == "'" else "name"
        raise BadQuery(f"filter: the {kind} that opens at character {found[-1].start + 1} is never closed")
    deepest, count, nested = _size(found)
    _check_size(deepest, count)
    if nested > NESTED:
        _too_large(
            f"more than {NESTED} parentheses within each other", str(NESTED), "flatten it or send it as cql2-json"
        )
    return _parsed(cql2.parse_text, text)


def _size(found: list[Token]) -> tuple[int, int, int]:
    """
    How deep parentheses or runs of NOT and minus are, how many tokens there are outside of geometries, and how deep
    parentheses are outside of geometries.
    """
    depth = deepest = run = count = nested = 0
    around: int | None = None  # parentheses around the geometry that is being read
    for token in found:
        if token.source == ")":
            depth -= 1
            around = None if depth == around else around
        run = run + 1 if token.source.upper() in ("NOT", "-", "+") else 0
        count += token.source not in "()," and (around is None or not (token.kind == "number" or token.source in "+-"))
        if around is None and token.source.upper() in GEOMETRIES:
            around = depth
        depth += token.source == "("
        deepest = max(deepest, depth, run)
        nested = max(nested, depth if around is None else around)
    return deepest, count, nested


def _parsed(parser: Any, text: str) -> Any:
    try:
        return parser(text).to_json()
    except Exception as exc:  # the parser raises Exception itself for some geometries
        raise _syntax_error(text, tokens(text), str(exc)) from None


def _syntax_error(text: str, found: list[Token], told: str) -> BadQuery:
    """What the parser `told`, in plain words."""
    where = re.search(r"--> (\d+):(\d+)\n", told)
    if where is None:
        return BadQuery(f"filter: it cannot be read: {told[:300]}")
    line, column = int(where[1]), int(where[2])
    start = sum(len(part) + 1 for part in text.split("\n")[: line - 1]) + column - 1
    if "EOI" in told:
        expected = "an operator such as = or AND, or the end"
    elif " And," in told:
        expected = "an operator, a comma or a closing parenthesis"
    elif "Identifier" in told or "Expr" in told:
        expected = "a value or a property"
    else:
        expected = "a number" if "DECIMAL" in told else "something else"
    at = next((token for token in found if token.end > start), None)
    if at is None:
        return BadQuery(f"filter: the filter ends at character {len(text.rstrip())}, where {expected} is expected")
    return BadQuery(f"filter: found {at.shown} at character {at.start + 1}, expected {expected}")


def _parse_json(text: str) -> Any:
    depth = deepest = 0
    for bracket in re.findall(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', text, re.DOTALL):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(bracket, 0)
        deepest = max(deepest, depth)
    _check_size(deepest // 2, 0)  # an operator is an object and its list of arguments
    try:
        return json.loads(text, parse_int=float, parse_constant=_no_number)
    except json.JSONDecodeError as exc:
        found = f"found {text[exc.pos : exc.pos + 10]!r}" if text[exc.pos :].strip() else "the filter ends"
        raise BadQuery(f"filter: {found} at character {exc.pos + 1}, expected JSON ({exc.msg.lower()})") from None


def _no_number(name: str) -> float:
    raise BadQuery(f"filter: found {name}, expected a number that JSON knows")


def _check_shape(found: Filter, path: Path) -> None:
    """Raise BadQuery where the part at `path` is no CQL2-JSON, though JSON."""
    node: Any = found.tree
    for key in path:
        node = node[key]
    if not isinstance(node, dict):
        return
    kinds = [name for name in MEMBERS if name in node]
    if not kinds:
        raise found.refusal(path, f", expected an object with one of the members {', '.join(MEMBERS)}")
    value = node[kinds[0]]
    if kinds[0] in ("op", "property", "type") and not isinstance(value, str):
        raise found.refusal(path, ", expected text")
    if kinds[0] in ("interval", "bbox") and not isinstance(value, list):
        raise found.refusal(path, ", expected a list")
    if kinds[0] == "op" and not isinstance(node.get("args"), list):
        raise found.refusal(path, " without args, expected a list of arguments in args")
    if kinds[0] == "type" and value.upper() not in GEOMETRIES:
        raise found.refusal(path, f", expected a geometry: {', '.join(GEOMETRIES)}")
    if kinds[0] == "type" and (wrong := problem(node)):
        raise found.refusal(path, f", {wrong}")


def _check_size(deepest: int, count: int) -> None:
    if deepest > DEEPEST:
        _too_large(f"more than {DEEPEST} operators or parentheses within each other", str(DEEPEST), "flatten it")
    if count > PARTS:
        _too_large(f"more than {PARTS} names, values and operators", str(PARTS), "ask in parts")


def _too_large(found: str, most: str, remedy: str) -> None:
    raise BadQuery(f"filter: found {found}, expected at most {most}: {remedy}")
