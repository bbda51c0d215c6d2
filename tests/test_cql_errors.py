import json

import hypothesis
import pytest
from hypothesis import strategies as st

from app.cql.evaluation import evaluate
from app.cql.operators import ARGUMENTS
from app.cql.reading import parse, read_filter
from app.ogc.crs import CRS84, SERVED
from geo.errors import BadQuery
from tests.cql2_rows import FRAME, ROWS, cases, refused

REFUSED = """
name = 'gpa' AND gpa > 3 ⇒ found 'gpa' at character 18, which is no property of places; like it are: gap; all
Homes > 3 ⇒ found 'Homes' at character 1, which is no property of places; like it are: homes; all are listed at
zzz > 3 ⇒ found 'zzz' at character 1, which is no property of places; all are listed at /collections/places/q
name = "Bronx" ⇒ found '"Bronx"' at character 8, which is no property of places; text is written in single
gap = 'x' ⇒ found the text 'x' at character 7, which is text; expected a number, to compare with 'gap' at
'x' = gap ⇒ found the text 'x' at character 1, which is text; expected a number, to compare with 'gap' at
name = 3 ⇒ found '3' at character 8, which is a number; expected text, to compare with 'name' at character 1; te
name = gap ⇒ found 'gap' at character 8, which is a number; expected text, to compare with 'name' at character
begun > '2024-01-01' ⇒ found the text '2024-01-01' at character 9, which is text; expected a date, to compare with
gap ⇒ found 'gap' at character 1, which is a number; expected a condition such as a comparison
works AND name ⇒ found 'name' at character 11, which is text; expected a condition
NOT (gap + 1) ⇒ found what begins with 'gap' at character 6, which is a number; expected a condition
'works' ⇒ found the text 'works' at character 1, expected a condition
3 ⇒ found '3' at character 1, expected a condition
CASEI(name) ⇒ found 'CASEI' at character 1, which is text; expected a condition
geometry ⇒ found 'geometry' at character 1, which is a geometry: compare it by an operator such as S_INTERSECTS
geometry = 1 ⇒ found 'geometry' at character 1, which is a geometry: compare it by an operator
POINT(1 1) = 1 ⇒ found 'POINT' at character 1, expected a number, text, true or false, a date, or a property
gap + name > 1 ⇒ found 'name' at character 7, which is text; expected a number
begun + 1 > begun ⇒ found 'begun' at character 1, which is a date; expected a number
CASEI(gap) = 'x' ⇒ found 'gap' at character 7, which is a number; expected text
gap LIKE 'x' ⇒ found 'gap' at character 1, which is a number; LIKE expects text
name LIKE id ⇒ found 'id' at character 11, expected a pattern such as 'East%'
gap IN (1, 'x') ⇒ found the text 'x' at character 12, which is text; expected a number
gap BETWEEN 1 AND 'x' ⇒ found the text 'x' at character 19, which is text
gap > 1e999 ⇒ found '1e999' at character 7, which is larger than any number here
gap = DATE(begun) ⇒ found 'begun' at character 12, expected a day such as '2025-03-01'
begun > DATE('2024-02-30') ⇒ found the text '2024-02-30' at character 14, which is in no calendar
begun > DATE('today') ⇒ found the text 'today' at character 14, expected a day such as '2025-03-01'
begun > TIMESTAMP('2024-02-01') ⇒ found the text '2024-02-01' at character 19, expected a moment such as
begun = INTERVAL('..','2024-01-01') ⇒ found 'INTERVAL' at character 9: compare intervals by an operator
T_AFTER(gap,DATE('2024-01-01')) ⇒ found 'gap' at character 9, which is a number; expected DATE(
T_AFTER(begun,'2024-01-01') ⇒ found the text '2024-01-01' at character 15, expected DATE(
T_DURING(begun,INTERVAL('..','2024-01-01')) ⇒ found 'begun' at character 10, which is an instant; T_DURING com
T_AFTER(begun,INTERVAL('2024-01-02','2024-01-01')) ⇒ found 'INTERVAL' at character 15 that ends before it beg
T_AFTER(begun,INTERVAL('2024-01-02')) ⇒ found 'INTERVAL' at character 15 with 1 ends, expected two, of which
T_AFTER(begun,INTERVAL('2024-01-02','soon')) ⇒ found the text 'soon' at character 37, expected '2025-03-01'
S_INTERSECTS(gap,POINT(1 1)) ⇒ found 'gap' at character 14, which is a number; expected geometry, or one such
S_INTERSECTS(true,POINT(1 1)) ⇒ found 'true' at character 14, expected geometry, or one such as POINT(
S_INTERSECTS(geometry,'POINT(1 1)') ⇒ found the text 'POINT(1 1)' at character 23, expected geometry
S_INTERSECTS(geometry,POLYGON((0 0,1 1,1 0))) ⇒ found 'POLYGON' at character 23, whose ring of 3 positions is op
S_INTERSECTS(geometry,POLYGON((0 0,1 1,0 0))) ⇒ found 'POLYGON' at character 23, with 3 positions in a ring
S_INTERSECTS(geometry,POLYGON((0 0,2 2,2 0,0 2,0 0))) ⇒ found 'POLYGON' at character 23, which is not a valid geom
S_INTERSECTS(geometry,POINT(40 -190)) ⇒ found 'POINT' at character 23, whose position [40.0, -190.0] is outside
S_INTERSECTS(geometry,BBOX(1,2,3)) ⇒ found 'BBOX' at character 23, found '1,2,3', expected four finite numbers
S_INTERSECTS(geometry,BBOX(1,2,3,gap)) ⇒ found 'BBOX' at character 23, expected four numbers, or six with
S_INTERSECTS(geometry,BBOX(1,2,3,100)) ⇒ found 'BBOX' at character 23, '1,2,3,100' is outside longitude
S_DWITHIN(geometry,geometry,1,'m') ⇒ found 'geometry' at character 20, expected a geometry to measure to
S_DWITHIN(geometry,POINT(1 1),-1,'m') ⇒ found '-1' at character 31, expected a distance of 0 or more
S_DWITHIN(geometry,POINT(1 1),gap,'m') ⇒ found 'gap' at character 31, expected a distance of 0 or more
S_DWITHIN(geometry,POINT(1 1),1,'inch') ⇒ found the text 'inch' at character 33, expected a unit: m, meter
"""
REFUSED_JSON = """
{"op": "and", "args": [true, {"op": "=", "args": [{"property": "gpa"}, 1]}]} ⇒ "gpa" at args[1].args[0].property
{"op": "=", "args": [{"property": "gap"}, "x"]} ⇒ found "x" at args[1], which is text; expected a number
{"op": "in", "args": [{"property": "gap"}, [1, "x"]]} ⇒ found "x" at args[1][1], which is text
{"op": "in", "args": [{"property": "gap"}, 1]} ⇒ found 1.0 at args[1], expected a list of values
{"op": "=", "args": [{"property": "begun"}, {"date": "x"}]} ⇒ found "x" at args[1].date, expected a day
{"op": "=", "args": [{"property": "begun"}, {"date": [1]}]} ⇒ found [1.0] at args[1].date, expected a day
{"op": "t_after", "args": [{"property": "begun"}, {"interval": ["x", ".."]}]} ⇒ "x" at args[1].interval[0], exp
{"op": "=", "args": [[1], 1]} ⇒ found [1.0] at args[0], expected a number
{"op": "s_within", "args": [{"property": "geometry"}, {"type": "Point", "coordinates": [1, 99]}]} ⇒ args[1].type
[true] ⇒ found [true] at the top, expected a condition
"works" ⇒ found "works" at the top, expected a condition
"""
VALID = [
    "gap > 3 AND name LIKE '%x' OR NOT works",
    "T_DURING(INTERVAL(begun,done),INTERVAL('2024-01-01','..'))",
    "S_INTERSECTS(geometry,POLYGON((0 0,1 0,1 1,0 0)))",
    "S_DWITHIN(geometry,BBOX(0,0,1,1),10,'km')",
    "gap IN (1,-2,homes^2) AND begun >= DATE('2024-01-01')",
    "CASEI(name) = CASEI('Bronx') AND gap / homes BETWEEN 0 AND 1e3",
    "S_WITHIN(GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1)),geometry)",
    "geometry IS NOT NULL AND (gap IS NULL) = (homes % 2 = 0)",
]
SCRAPS = (
    "( ) ' , . ; : - + * / ^ % < > = \\ \" _ \n \0 é 😀 0 1 9 NOT AND OR NULL true gap name works begun geometry 'x' "
    "1e308 1e999 .. IN( LIKE IS BETWEEN DATE('2024-13-01') POINT(999,9) BBOX(1,2,3,4) INTERVAL(begun,'..') S_TOUCHES( "
    "S_DWITHIN( T_MEETS( CASEI( A_EQUALS( div Z"
)
SCRAP = st.sampled_from(["", *SCRAPS.split(" ")])
EDIT = st.tuples(st.integers(0, 120), st.integers(0, 6), SCRAP, st.sampled_from(["", " "]))


def edited(filter, edits):
    """`filter` with pieces of it replaced: from where, how many characters, by what, and with which space around."""
    for start, length, scrap, space in edits:
        filter = filter[:start] + space + scrap + space + filter[start + length :]
    return filter


@pytest.mark.parametrize(("filter", "told"), cases(REFUSED))
def test_what_does_not_fit_is_named_where_it_stands(filter, told):
    assert f"filter: {told}" in refused(filter)


@pytest.mark.parametrize(("tree", "told"), cases(REFUSED_JSON))
def test_what_does_not_fit_in_json_is_named_by_its_member(tree, told):
    assert told in refused(tree, "cql2-json")


def test_the_constructs_that_are_not_evaluated_are_refused_even_if_only_parsed():
    for filter in ("A_CONTAINS(name, ('x','y'))", "avg(gap) < 4", "S_WITHIN(geometry,Buffer(geometry,10,'m'))"):
        with pytest.raises(BadQuery, match=r"at character (1|19), which is not supported; supported are: AND, OR, NOT"):
            evaluate(parse(filter, "cql2-text"), ROWS, CRS84)


@hypothesis.given(st.sampled_from(VALID), st.lists(EDIT, max_size=4), st.sampled_from([*SERVED.values()]))
@hypothesis.settings(max_examples=1_000)
def test_whatever_text_is_asked_is_answered_or_refused(filter, edits, crs):
    try:
        assert evaluate(read_filter(edited(filter, edits), "cql2-text"), ROWS, crs).shape == (len(FRAME),)
    except BadQuery as refusal:
        assert str(refusal).startswith("filter: ")


ANYTHING = st.recursive(
    st.one_of(
        st.sampled_from([None, True, -1, 0, 1e308, 10**400, "", "x", "..", "2024-01-01", "m"]),
        st.sampled_from([{"property": name} for name in (*FRAME, "geometry", "nope", "")]),
        st.sampled_from([{"date": "2024-01-01"}, {"timestamp": "2024-01-01T00:00:00Z"}, {"bbox": [0, 0, 1, 1]}]),
        st.sampled_from(
            [{"type": "Point", "coordinates": [1, 1]}, {"type": "point", "coordinates": []}, {"type": "Polygon"}]
        ),
        st.lists(st.floats(allow_nan=False), max_size=4).map(
            lambda part: {"type": "LineString", "coordinates": [part, part]}
        ),
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from([*ARGUMENTS, "isNull", "a_equals", ""]),
            st.lists(inner, max_size=4),
        ),
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(lambda part: {"interval": part}),
        st.dictionaries(
            st.sampled_from(["op", "args", "property", "date", "type", "bbox", "coordinates"]), inner, max_size=3
        ),
    ),
    max_leaves=10,
)


@hypothesis.given(ANYTHING, st.sampled_from([*SERVED.values()]))
@hypothesis.settings(max_examples=1_000)
def test_whatever_json_is_asked_is_answered_or_refused(tree, crs):
    try:
        assert evaluate(read_filter(json.dumps(tree), "cql2-json"), ROWS, crs).shape == (len(FRAME),)
    except BadQuery as refusal:
        assert str(refusal).startswith("filter: ")
