from datetime import date

import pandas as pd
import pytest

from tests.cql2_rows import FRAME, cases, found

DAYS = {name: [None if pd.isna(day) else date.fromisoformat(day) for day in FRAME[name]] for name in ("begun", "done")}
ALLEN = {
    "t_after": lambda a, b, c, d: a > d,
    "t_before": lambda a, b, c, d: b < c,
    "t_disjoint": lambda a, b, c, d: a > d or b < c,
    "t_intersects": lambda a, b, c, d: a <= d and b >= c,
    "t_equals": lambda a, b, c, d: (a, b) == (c, d),
    "t_contains": lambda a, b, c, d: a < c and b > d,
    "t_during": lambda a, b, c, d: a > c and b < d,
    "t_finishedby": lambda a, b, c, d: a < c and b == d,
    "t_finishes": lambda a, b, c, d: a > c and b == d,
    "t_meets": lambda a, b, c, d: b == c,
    "t_metby": lambda a, b, c, d: a == d,
    "t_overlappedby": lambda a, b, c, d: c < a < d < b,
    "t_overlaps": lambda a, b, c, d: a < c < b < d,
    "t_startedby": lambda a, b, c, d: a == c and b > d,
    "t_starts": lambda a, b, c, d: a == c and b < d,
}
ASKED = [
    ("2024-02-01", "2024-03-01"),
    ("2024-01-15", "2024-02-15"),
    ("2024-02-29", "2024-02-29"),
    ("2023-12-31", "2024-01-01"),
    ("..", "2024-02-01"),
    ("2024-02-01", ".."),
    ("..", ".."),
    ("2023-01-01", "2025-01-01"),
]
MIXED = """
T_INTERSECTS(begun,TIMESTAMP('2024-02-01T17:00:00Z')) ⇒ bg
T_INTERSECTS(begun,TIMESTAMP('2024-02-02T00:00:00Z')) ⇒
T_AFTER(begun,TIMESTAMP('2024-02-01T17:00:00Z')) ⇒ deh
T_BEFORE(begun,TIMESTAMP('2024-02-01T17:00:00Z')) ⇒ af
T_EQUALS(begun,TIMESTAMP('2024-02-01T00:00:00Z')) ⇒
T_INTERSECTS(begun,INTERVAL('2024-02-01T23:59:59Z','..')) ⇒ bdegh
T_INTERSECTS(begun,INTERVAL('2024-02-29','2024-02-29T00:00:00Z')) ⇒ e
T_DURING(INTERVAL(begun,done),INTERVAL('2024-01-31T23:00:00Z','2024-03-01')) ⇒ eg
T_DURING(INTERVAL(begun,done),INTERVAL('2024-01-31T23:00:00Z','2024-03-02T00:00:00Z')) ⇒ beg
T_BEFORE(begun,done) ⇒ abf
T_AFTER(DATE('2024-02-01'),DATE('2024-01-01')) ⇒ abcdefgh
T_INTERSECTS(begun,INTERVAL('2024-02-01',done)) ⇒ beg
T_AFTER(INTERVAL(begun,'..'),DATE('2024-02-29')) ⇒ dh
T_INTERSECTS(INTERVAL(DATE('2024-02-01'),'..'),begun) ⇒ bdegh
"""


@pytest.mark.parametrize("name", ALLEN)
@pytest.mark.parametrize("asked", ASKED, ids="/".join)
def test_a_temporal_operator_says_what_allen_says_of_each_row(name, asked):
    first = date.min if asked[0] == ".." else date.fromisoformat(asked[0])
    last = date.max if asked[1] == ".." else date.fromisoformat(asked[1])
    spans = [
        (id, a, b) for id, a, b in zip(FRAME["id"], DAYS["begun"], DAYS["done"], strict=True) if a and b and a <= b
    ]
    there = [id for id, a, b in spans if ALLEN[name](a, b, first, last)]
    back = [id for id, a, b in spans if ALLEN[name](first, last, a, b)]
    span = f"INTERVAL('{asked[0]}','{asked[1]}')"
    assert found(f"{name}(INTERVAL(begun,done),{span})") == "".join(there)
    assert found(f"{name}({span},INTERVAL(begun,done))") == "".join(back)
    assert found(f"NOT {name}(INTERVAL(begun,done),{span})") == "".join(id for id, *_ in spans if id not in there)


@pytest.mark.parametrize("name", ["t_after", "t_before", "t_disjoint", "t_intersects", "t_equals"])
def test_instants_are_compared_too(name):
    day = date(2024, 2, 1)
    there = [id for id, a in zip(FRAME["id"], DAYS["begun"], strict=True) if a and ALLEN[name](a, a, day, day)]
    assert found(f"{name}(begun,DATE('2024-02-01'))") == "".join(there)
    assert found(f"NOT {name}(begun,DATE('2024-02-01'))") == "".join(sorted(set("abdefgh") - {*there}))


@pytest.mark.parametrize(("filter", "ids"), cases(MIXED))
def test_days_and_moments(filter, ids):
    assert found(filter) == ids
