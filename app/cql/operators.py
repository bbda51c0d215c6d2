"""The operators of CQL2 that are evaluated, with their numbers of arguments; all others are refused by name."""

from typing import Final

ARITHMETIC: Final = ("+", "-", "*", "/", "%", "^", "div")
COMPARISONS: Final = ("=", "<>", "<", ">", "<=", ">=")
SPATIAL: Final = (
    "s_intersects",
    "s_equals",
    "s_disjoint",
    "s_touches",
    "s_within",
    "s_overlaps",
    "s_crosses",
    "s_contains",
)
TEMPORAL: Final = (
    "t_after",
    "t_before",
    "t_contains",
    "t_disjoint",
    "t_during",
    "t_equals",
    "t_finishedby",
    "t_finishes",
    "t_intersects",
    "t_meets",
    "t_metby",
    "t_overlappedby",
    "t_overlaps",
    "t_startedby",
    "t_starts",
)
ARGUMENTS: Final[dict[str, tuple[int, int | None]]] = {
    **dict.fromkeys(("and", "or"), (2, None)),
    **dict.fromkeys(("not", "isnull", "casei", "accenti"), (1, 1)),
    **dict.fromkeys((*ARITHMETIC, *COMPARISONS, *SPATIAL, *TEMPORAL, "like", "in"), (2, 2)),
    "between": (3, 3),
    "s_dwithin": (4, 4),
}
"""Each operator, in lower case as CQL2-JSON has it, with its least and its greatest number of arguments."""

INFIX: Final = (*ARITHMETIC, *COMPARISONS, "and", "or", "not", "between", "like", "in", "isnull")
"""Those that text writes between or before its operands; all others are written as a call."""

SUPPORTED: Final = (
    f"AND, OR, NOT, {' '.join(COMPARISONS)}, IS NULL, LIKE, BETWEEN, IN, CASEI, ACCENTI, {' '.join(ARITHMETIC)}, "
    f"{', '.join(SPATIAL).upper()}, S_DWITHIN, {', '.join(TEMPORAL).upper()}"
)
"""All of them in words."""
