"""
Where a filter is true: CQL2 (OGC 21-065r2) on the columns of a table.

A condition is true, false or unknown of a row, and a filter selects the rows of which it is true. A comparison with
a missing value is unknown; so is what divides by zero or leaves the numbers. `IS NULL` is never unknown. Text is
compared by code point, after Unicode normalisation (NFC) of what the filter says; nothing is cast to another kind.
"""

import unicodedata
from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any, Final

import numpy as np

from app.cql.operators import ARITHMETIC, COMPARISONS, SPATIAL, TEMPORAL
from app.cql.patterns import pattern
from app.cql.question import KINDS, MOST_SECONDS, Operand, Question, Rows, single
from app.cql.reading import Filter, check_operator
from app.cql.spatial import is_geometry, missing_geometry, relation, within_distance
from app.cql.temporal import instant, times, timing
from app.cql.tokens import Path
from app.cql.truth import Truth, both, constant, either, negated, told
from app.ogc.crs import Crs

COMPARE: Final = dict(
    zip(
        COMPARISONS,
        (np.equal, np.not_equal, np.less, np.greater, np.less_equal, np.greater_equal),
        strict=True,
    )
)
CALCULATE: Final[dict[str, Callable[[Any, Any], Any]]] = dict(
    zip(
        ARITHMETIC,
        (
            np.add,
            np.subtract,
            np.multiply,
            np.divide,
            np.fmod,
            np.power,
            lambda first, second: np.trunc(first / second),
        ),
        strict=True,
    )
)
"""The remainder has the sign of what is divided, and `div` drops the fraction, as in SQL."""

SCALAR: Final = (*ARITHMETIC, "casei", "accenti")
EXPECTED: Final = "expected a condition such as a comparison"


def evaluate(filter: Filter, rows: Rows, crs: Crs, seconds: float = MOST_SECONDS) -> np.ndarray:
    """
    Of which of the n `rows` the filter is true: n booleans.

    Parameters
    ----------
    crs
        The system that the geometries of the filter are in.
    seconds
        What its spatial operators may take, as estimated before they run.

    Raises
    ------
    BadQuery
        The filter does not fit the table, or would take too long.
    """
    truth = condition(Question(filter, rows, crs, seconds), filter.tree, ())
    return np.broadcast_to(truth.true, len(rows.geometry)).copy()


def condition(question: Question, node: Any, path: Path) -> Truth:
    """Where the part `node` of the filter at `path` is true, and where false."""
    if node is None or isinstance(node, bool):
        return constant(node)
    if not isinstance(node, dict) or not {"op", "property"} & {*node}:
        raise question.refusal(path, f", {EXPECTED}")
    if "op" in node and (operator := check_operator(question.filter, node, path)) not in SCALAR:
        return _operation(question, operator, node, path)
    found = scalar(question, node, path)
    if found.kind != "flag":
        raise question.refusal(path, f", which is {KINDS[found.kind]}; {EXPECTED}")
    return told(found.values, found.known)


def _operation(question: Question, operator: str, node: Any, path: Path) -> Truth:
    args, inner = node["args"], (*path, "args")
    if operator in ("and", "or"):
        parts = [condition(question, part, (*inner, row)) for row, part in enumerate(args)]
        return reduce(both if operator == "and" else either, parts)
    if operator == "not":
        return negated(condition(question, args[0], (*inner, 0)))
    if operator in SPATIAL:
        return relation(question, operator, args, path)
    if operator in TEMPORAL:
        return timing(question, operator, args, path)
    if operator == "s_dwithin":
        return within_distance(question, args, path)
    if operator == "isnull":
        known = _known(question, args[0], (*inner, 0))
        return Truth(~known, known)
    if operator == "in":
        return _among(question, args, inner)
    if operator == "like":
        return _like(question, args, inner)
    first, *others = (scalar(question, part, (*inner, row)) for row, part in enumerate(args))
    if operator == "between":
        return both(compare(question, ">=", first, others[0]), compare(question, "<=", first, others[1]))
    return compare(question, operator, first, others[0])


def scalar(question: Question, node: Any, path: Path) -> Operand:
    """The part `node` of the filter at `path` as something that can be compared."""
    if node is None:
        return Operand("nothing", np.asarray(0), np.asarray(False), path)
    if isinstance(node, bool):
        return single("flag", node, path)
    if isinstance(node, float | int):
        if not np.isfinite(node):
            raise question.refusal(path, ", which is larger than any number here")
        return single("number", node, path)
    if isinstance(node, str):
        return single("text", unicodedata.normalize("NFC", node), path)
    if isinstance(node, dict) and "op" in node:
        return _calculated(question, node, path)
    if isinstance(node, dict) and "property" in node:
        if question.kind(node["property"], path) == "geometry":
            raise question.refusal(path, ", which is a geometry: compare it by an operator such as S_INTERSECTS")
        return question.column(node["property"], path)
    if isinstance(node, dict) and ("date" in node or "timestamp" in node):
        return single("date", instant(question, node, path).start, path)
    if isinstance(node, dict) and "interval" in node:
        raise question.refusal(path, ": compare intervals by an operator such as T_INTERSECTS")
    raise question.refusal(path, ", expected a number, text, true or false, a date, or a property")


def _calculated(question: Question, node: Any, path: Path) -> Operand:
    operator = check_operator(question.filter, node, path)
    if operator not in SCALAR:
        truth = condition(question, node, path)
        return Operand("flag", truth.true, truth.known, path)
    kind = "number" if operator in ARITHMETIC else "text"
    operands = [scalar(question, part, (*path, "args", row)) for row, part in enumerate(node["args"])]
    for operand in operands:
        if operand.kind not in (kind, "nothing"):
            raise question.refusal(operand.path, f", which is {KINDS[operand.kind]}; expected {KINDS[kind]}")
    known = reduce(np.logical_and, (operand.known for operand in operands))
    if not all(operand.kind == kind for operand in operands):
        return Operand("nothing", np.asarray(0), np.asarray(False), path)
    if kind == "text":
        return Operand("text", _each(FOLD[operator], operands[0].values, object), known, path)
    with np.errstate(all="ignore"):
        values = np.asarray(CALCULATE[operator](operands[0].values, operands[1].values))
    return Operand("number", values, np.asarray(known & np.isfinite(values)), path)


def compare(question: Question, operator: str, first: Operand, second: Operand) -> Truth:
    """`first` compared with `second`, which must be of one kind; false comes before true."""
    if "nothing" in (first.kind, second.kind):
        return constant(None)
    if first.kind != second.kind:
        wrong, right = (first, second) if not first.values.ndim and second.values.ndim else (second, first)
        raise question.refusal(
            wrong.path,
            f", which is {KINDS[wrong.kind]}; expected {KINDS[right.kind]}, to compare with "
            f"{question.filter.place(right.path)}{_advice(wrong, right)}",
        )
    with np.errstate(invalid="ignore"):
        true = np.asarray(COMPARE[operator](first.values, second.values), dtype=bool)
    return told(true, np.asarray(first.known & second.known))


def _advice(wrong: Operand, right: Operand) -> str:
    if (wrong.kind, right.kind) == ("text", "date"):
        return "; a date is written DATE('2025-03-01')"
    return "; text is written in single quotes" if (wrong.kind, right.kind) == ("number", "text") else ""


def _among(question: Question, args: list[Any], inner: Path) -> Truth:
    """IN: true where equal to one, unknown where not but one of the list is unknown."""
    subject = scalar(question, args[0], (*inner, 0))
    if not isinstance(args[1], list):
        raise question.refusal((*inner, 1), ", expected a list of values")
    listed = [scalar(question, part, (*inner, 1, row)) for row, part in enumerate(args[1])]
    literal = [operand for operand in listed if not operand.values.ndim and operand.kind == subject.kind]
    wanted = {operand.values.item() for operand in literal if operand.known.item()}
    found = told(_each(wanted.__contains__, subject.values, bool), subject.known)
    others = (compare(question, "=", subject, operand) for operand in listed if operand not in literal)
    return reduce(either, others, found)


def _like(question: Question, args: list[Any], inner: Path) -> Truth:
    subject, wanted = (scalar(question, part, (*inner, row)) for row, part in enumerate(args))
    if "nothing" in (subject.kind, wanted.kind):
        return constant(None)
    for operand in (subject, wanted):
        if operand.kind != "text":
            raise question.refusal(operand.path, f", which is {KINDS[operand.kind]}; LIKE expects text")
    if wanted.values.ndim:
        raise question.refusal(wanted.path, ", expected a pattern such as 'East%'")
    matches = pattern(wanted.values.item()).match
    return told(_each(lambda value: matches(value) is not None, subject.values, bool), subject.known)


def _known(question: Question, node: Any, path: Path) -> np.ndarray:
    """Where the part `node` of the filter has a value at all."""
    if is_geometry(question, node, path):
        return ~missing_geometry(question, node, path)
    if isinstance(node, dict) and "interval" in node:
        return times(question, node, path).known
    return scalar(question, node, path).known


def _each(function: Callable[[Any], Any], values: np.ndarray, dtype: Any) -> np.ndarray:
    """`function` of each of `values`, which may be one for all rows."""
    return np.fromiter(map(function, values.ravel().tolist()), dtype=dtype, count=values.size).reshape(values.shape)


@lru_cache(maxsize=50_000)
def _without_case(value: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold())


@lru_cache(maxsize=50_000)
def _without_accents(value: str) -> str:
    kept = (part for part in unicodedata.normalize("NFD", value) if not unicodedata.combining(part))
    return unicodedata.normalize("NFC", "".join(kept))


FOLD: Final = {"casei": _without_case, "accenti": _without_accents}
