import json
import math
import operator

import hypothesis
import pandas as pd
import pytest
from hypothesis import strategies as st

from app.cql.evaluation import evaluate
from app.cql.reading import parse, read_filter
from app.ogc.crs import CRS84
from geo.errors import BadQuery
from tests.cql2_examples import JSON, TEXT
from tests.cql2_rows import FRAME, PLACES, ROWS, Made, cases, found

SELECTED = """
gap = 2.5 ⇒ bg
gap <> 2.5 ⇒ adef
gap < 1 ⇒ de
gap > 1 ⇒ bfg
gap <= 1 ⇒ ade
gap >= 1 ⇒ abfg
1 < gap ⇒ bfg
NOT gap > 1 ⇒ ade
gap > homes ⇒ abfg
gap = homes + 0.5 ⇒ b
name = 'Bronx' ⇒ a
name <> 'Bronx' ⇒ bdefgh
name < 'C' ⇒ adf
name = '' ⇒ f
id >= name ⇒ adefgh
name = 'CAFÉ_x' ⇒ e
begun = DATE('2024-02-01') ⇒ bg
begun < DATE('2024-02-01') ⇒ af
DATE('2024-02-01') <= begun ⇒ bdegh
begun < done ⇒ abf
begun = done ⇒ eg
begun > TIMESTAMP('2024-02-28T23:59:59Z') ⇒ deh
begun = TIMESTAMP('2024-02-01T00:00:00Z') ⇒ bg
begun < TIMESTAMP('2024-01-31T20:00:00.5-05:00') ⇒ abfg
works ⇒ adg
NOT works ⇒ bfh
works = true ⇒ adg
works <> true ⇒ bfh
works < true ⇒ bfh
works = (gap > 0) ⇒ ag
(gap > 0) = true ⇒ abfg
true ⇒ abcdefgh
false ⇒
1 = 1 ⇒ abcdefgh
gap = NULL ⇒
NOT gap = NULL ⇒
NULL ⇒
NOT NULL ⇒
works AND gap > 0 ⇒ ag
works OR gap > 0 ⇒ abdfg
works OR NULL ⇒ adg
NOT (works AND NULL) ⇒ bfh
gap IS NULL ⇒ ch
gap IS NOT NULL ⇒ abdefg
name IS NULL ⇒ c
works IS NULL ⇒ ce
begun IS NULL ⇒ c
geometry IS NULL ⇒ c
geometry IS NOT NULL ⇒ abdefgh
gap + homes IS NULL ⇒ cdh
(gap > 0) IS NULL ⇒ ch
POINT(1 1) IS NULL ⇒
INTERVAL(begun, done) IS NULL ⇒ cdh
gap / homes > 0 ⇒ bf
gap / homes IS NULL ⇒ acdh
gap * 2 - 1 = 4 ⇒ bg
-gap = 3 ⇒ d
gap % 2 = -1 ⇒ d
gap div 2 = -1 ⇒ d
gap div 2 = 1 ⇒ bg
homes ^ 2 = 4 ⇒ be
homes ^ 0.5 IS NULL ⇒ dg
gap BETWEEN 0 AND 2.5 ⇒ abeg
gap NOT BETWEEN 0 AND 2.5 ⇒ df
gap BETWEEN NULL AND 2.5 ⇒
NOT gap BETWEEN NULL AND 2.5 ⇒ f
begun BETWEEN DATE('2024-01-01') AND done ⇒ abeg
name BETWEEN 'A' AND 'Bz' ⇒ a
gap IN (1, 2.5, 9) ⇒ abg
gap NOT IN (1, 2.5, 9) ⇒ def
gap IN (1, NULL) ⇒ a
gap NOT IN (1, NULL) ⇒
gap IN (homes, 1) ⇒ a
homes IN (gap, 2) ⇒ be
name IN ('Bronx', 'bronx') ⇒ ab
works IN (true) ⇒ adg
begun IN (DATE('2024-02-29'), done) ⇒ eg
2 IN (homes, 7) ⇒ be
NULL IN (1) ⇒
name LIKE 'B%' ⇒ a
name NOT LIKE 'B%' ⇒ bdefgh
name LIKE '_ronx' ⇒ ab
name LIKE '%n%' ⇒ ab
name LIKE '%' ⇒ abdefgh
name LIKE '' ⇒ f
name LIKE '100\\% %' ⇒ d
name LIKE '%\\_x' ⇒ e
name LIKE 'East_Village' ⇒ h
name LIKE NULL ⇒
CASEI(name) = CASEI('BRONX') ⇒ ab
CASEI(name) = CASEI('STRASSE') ⇒ g
CASEI(name) LIKE CASEI('BR%') ⇒ ab
ACCENTI(name) LIKE ACCENTI('100\\% Cáfe') ⇒
ACCENTI(name) LIKE '%cafe' ⇒ d
CASEI(ACCENTI(name)) LIKE CASEI(ACCENTI('cáf%')) ⇒ e
CASEI(name) IN (CASEI('BRONX'), CASEI('café_X')) ⇒ abe
"""


@pytest.mark.parametrize(("filter", "ids"), cases(SELECTED))
def test_a_filter_selects_what_it_says(filter, ids):
    assert found(filter) == ids


VALUES = {name: [None if pd.isna(value) or value == math.inf else value for value in FRAME[name]] for name in FRAME}
COMPARE = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def plainly(node, row):
    """What a filter is for one row, by the book: True, False or None."""
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return VALUES[node["property"]][row]
    op, args = node["op"], [plainly(part, row) for part in node["args"]]
    if op == "and":
        return False if False in args else None if None in args else True
    if op == "or":
        return True if True in args else None if None in args else False
    if op == "not":
        return None if args[0] is None else not args[0]
    if op == "isNull":
        return args[0] is None
    if op == "in":
        return plainly({"op": "or", "args": [{"op": "=", "args": [args[0], part]} for part in args[1]]}, row)
    return None if None in args else COMPARE[op](*args)


NUMBERS = st.sampled_from([{"property": "gap"}, {"property": "homes"}, None, 0, 1, 2.5, -3, 7])
FLAGS = st.sampled_from([{"property": "works"}, True, False, None])
WORDS = st.sampled_from([{"property": "name"}, {"property": "id"}, None, "a", "Bronx", "", "e"])
PREDICATES = st.one_of(
    FLAGS,
    st.builds(
        lambda op, args: {"op": op, "args": list(args)},
        st.sampled_from([*COMPARE]),
        st.one_of(st.tuples(NUMBERS, NUMBERS), st.tuples(FLAGS, FLAGS), st.tuples(WORDS, WORDS)),
    ),
    st.one_of(NUMBERS, WORDS).map(lambda part: {"op": "isNull", "args": [part]}),
    st.builds(
        lambda part, listed: {"op": "in", "args": [part, listed]}, NUMBERS, st.lists(NUMBERS, min_size=2, max_size=4)
    ),
)
CONDITIONS = st.recursive(
    PREDICATES,
    lambda inner: st.one_of(
        inner.map(lambda part: {"op": "not", "args": [part]}),
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
    ),
    max_leaves=8,
)


@hypothesis.given(CONDITIONS)
@hypothesis.settings(max_examples=300)
def test_three_values_are_combined_as_sql_does(tree):
    expected = [id for row, id in enumerate(FRAME["id"]) if plainly(tree, row) is True]
    assert found(json.dumps(tree), "cql2-json") == "".join(expected)


def likes(value, pattern):
    """LIKE without escapes, by trying everything."""
    if not pattern:
        return not value
    if pattern[0] == "%":
        return any(likes(value[start:], pattern[1:]) for start in range(len(value) + 1))
    return bool(value) and pattern[0] in ("_", value[0]) and likes(value[1:], pattern[1:])


@hypothesis.given(st.lists(st.text("ab", max_size=6), min_size=8, max_size=8), st.text("ab%_", max_size=6))
@hypothesis.settings(max_examples=300)
def test_a_pattern_matches_as_if_all_were_tried(names, pattern):
    rows = Made(PLACES, FRAME.assign(name=names), ROWS.geometry)
    expected = [id for id, name in zip(FRAME["id"], names, strict=True) if likes(name, pattern)]
    assert found(f"name LIKE '{pattern}'", rows=rows) == "".join(expected)


def test_a_pattern_that_almost_matches_is_done_at_once():
    rows = Made(PLACES, FRAME.assign(name="a" * 20_000), ROWS.geometry)
    assert found(f"name LIKE '{'%a' * 200}b'", rows=rows) == ""


@pytest.mark.parametrize(
    ("name", "filter", "lang"),
    [
        *((name, filter, "cql2-text") for name, filter in TEXT),
        *((name, filter, "cql2-json") for name, filter in JSON),
    ],
    ids=str,
)
def test_examples_of_the_standard_are_evaluated_or_refused_by_name(name, filter, lang):
    """Their properties are foreign: what names one, or an array or a function, says which."""
    try:
        evaluate(parse(filter, lang), ROWS, CRS84)
    except BadQuery as refusal:
        assert "which is no property of places" in str(refusal) or "not supported; supported are: AND" in str(refusal)


def test_no_rows_are_asked_like_any_others():
    none = Made(PLACES, FRAME.iloc[:0], ROWS.geometry[:0])
    for filter, _ in cases(SELECTED):
        assert evaluate(read_filter(filter, "cql2-text"), none, CRS84).shape == (0,)


def test_asking_changes_nothing_of_the_rows():
    before = FRAME.copy(), ROWS.geometry.copy()
    found("works AND gap > 1 AND S_DWITHIN(geometry,POINT(1 1),1,'km') AND CASEI(name) LIKE 'b%'")
    pd.testing.assert_frame_equal(FRAME, before[0])
    assert all(kept is shape for kept, shape in zip(ROWS.geometry, before[1], strict=True))
