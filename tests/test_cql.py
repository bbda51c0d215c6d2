import json
import subprocess
import sys

import hypothesis
import pytest
from hypothesis import strategies as st

from app.cql.reading import DEEPEST, LONGEST, NESTED, PARTS, parse, read_filter
from geo.errors import BadQuery
from tests.cql2_examples import JSON, TEXT

UNSUPPORTED = {"clause6_01", "clause6_02b", "clause7_15", "clause7_18"}


def refused(text, lang="cql2-text"):
    with pytest.raises(BadQuery) as caught:
        read_filter(text, lang)
    return str(caught.value)


@pytest.mark.parametrize(("name", "text"), TEXT, ids=[name for name, _ in TEXT])
def test_examples_of_the_standard_are_read_as_text(name, text):
    assert parse(text, "cql2-text").tree
    if name in UNSUPPORTED:
        assert "not supported; supported are: AND, OR" in refused(text)
    else:
        assert read_filter(text, "cql2-text")


@pytest.mark.parametrize(("name", "text"), JSON, ids=[name for name, _ in JSON])
def test_examples_of_the_standard_are_read_as_json_and_say_what_the_text_says(name, text):
    written = {shown.lower(): other for shown, other in TEXT}
    tree = json.dumps(parse(text, "cql2-json").tree).lower()
    if name != "clause7_13":  # another interval there
        assert tree == json.dumps(parse(written[name], "cql2-text").tree).lower()
    if name in UNSUPPORTED:
        assert "not supported; supported are: AND, OR" in refused(text, "cql2-json")
    else:
        assert read_filter(text, "cql2-json")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gap > > 3", "filter: found '>' at character 7, expected a value or a property"),
        ("gap >", "filter: the filter ends at character 5, where a value or a property is expected"),
        ("gap = 1 and ", "filter: the filter ends at character 11, where a value or a property is expected"),
        ("(gap = 1", "the filter ends at character 8, where an operator, a comma or a closing parenthesis is expected"),
        (
            "gap = 1 homes = 2",
            "filter: found 'homes' at character 9, expected an operator such as = or AND, or the end",
        ),
        ("gap == 1", "filter: found '=' at character 6, expected a value or a property"),
        ("name = '> é\n' and\n > 3", "filter: found '>' at character 20, expected a value or a property"),
        ("name = '\r\n' and\r\n > 3", "filter: found '>' at character 19, expected a value or a property"),
        ("name = 'Bronx", "filter: the text that opens at character 8 is never closed"),
        ('"name = 1', "filter: the name that opens at character 1 is never closed"),
        ("S_INTERSECTS(geometry,POINT(1 2,3))", "filter: found ',' at character 32, expected a number"),
        (" \n", "filter: found nothing, expected a condition such as homes > 0"),
        ("S_INTERSECTS(geometry,POINT EMPTY)", "filter: it cannot be read: "),
        ("name = '\ud800'", "filter: found half of a surrogate pair"),
    ],
)
def test_an_error_of_syntax_names_the_token_and_its_character(text, told):
    assert told in refused(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 'avg(b)' AND avg(b) > 1", "found 'avg' at character 18, which is not supported; supported are: AND"),
        ("a_contains = 1 OR A_Contains(a,('b'))", "found 'A_Contains' at character 19, which is not supported"),
        ("f(a) AND f(b)", "found 'f' at character 1,"),
        ("a = 1 AND casei(b,c) = 'x'", "found 'casei' at character 11 with 2 arguments, expected 1"),
    ],
)
def test_an_operator_that_is_not_evaluated_is_named_where_it_stands(text, told):
    assert told in refused(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"op":"foo","args":[]}', 'filter: found "foo" at op, which is not supported'),
        ('{"op":"and","args":[true,{"op":"foo","args":[]}]}', 'found "foo" at args[1].op, which is not supported'),
        ('{"op":"and","args":[true,{"op":3,"args":[]}]}', "found 3.0 at args[1].op, expected text"),
        ('{"op":"=","args":[{"property":"a"}]}', 'found "=" at op with 1 arguments, expected 2'),
        ('{"op":"and","args":[true]}', 'found "and" at op with 1 arguments, expected 2 or more'),
        ('{"op":"=","arg":[]}', 'found "=" at op without args, expected a list of arguments in args'),
        ('{"op":"=","args":[{"property":7},1]}', "found 7.0 at args[0].property, expected text"),
        ('{"op":"=","args":[{"a":1},1]}', 'found {"a": 1.0} at args[0], expected an object with one of the members op'),
        ('{"a":1}', 'found {"a": 1.0} at the top, expected an object'),
        ('{"op":"=","args":[1,2}', "filter: found '}' at character 22, expected JSON (expecting ',' delimiter)"),
        ('{"op":"="', "filter: the filter ends at character 10, expected JSON"),
        ('{"op":"=","args":[NaN,2]}', "filter: found NaN, expected a number that JSON knows"),
        ('{"op":"=","args":[1e999,2]}', "number out of range"),
        ('{"op":"=","args":["\\ud800",2]}', "filter: it cannot be read"),
        (
            '{"op":"t_after","args":[{"interval":"x"},{"date":"2020-01-01"}]}',
            'found "x" at args[0].interval, expected a',
        ),
        (
            '{"op":"s_equals","args":[{"type":"Circle"},{"bbox":7}]}',
            'found "Circle" at args[0].type, expected a geometry',
        ),
        ('{"op":"s_equals","args":[{"type":"Point","coordinates":[]},1]}', "at args[0].type, expected a list of coord"),
        ('{"op":"s_equals","args":[{"type":"Point","coordinates":[1,true]},1]}', "position [1.0, True] is not two or"),
        ('{"op":"s_equals","args":[{"type":"Point","coordinates":[1e999,1]},1]}', "position [inf, 1.0] is not two or"),
        ('{"op":"s_equals","args":[{"type":"LineString","coordinates":[[1,2]]},1]}', "with 1 positions in a line"),
        (
            '{"op":"s_equals","args":[{"type":"GeometryCollection","geometries":[{"type":"GeometryCollection"}]},1]}',
            "expected points, lines and polygons in geometries",
        ),
    ],
)
def test_an_error_in_json_names_the_member_and_what_it_holds(text, told):
    assert told in refused(text, "cql2-json")


@pytest.mark.parametrize("lang", ["cql", "", "CQL2-TEXT", "ecql"])
def test_a_language_that_is_not_known_is_refused(lang):
    assert refused("a = 1", lang) == f"filter-lang: found {lang!r}, expected cql2-text or cql2-json"


@pytest.mark.parametrize(
    "text",
    [
        "(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1),
        "NOT " * (DEEPEST + 1) + "a",
        "a = " + "-" * (DEEPEST + 1) + "b",
        "f(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1),
        "a = " + "+".join("1" * (DEEPEST + 2)),
        "a < " * (DEEPEST + 1) + "a",
        "(" * 3_900 + "a",
    ],
    ids=str.split,
)
def test_what_is_nested_too_deep_is_refused(text):
    assert "50 operators or parentheses within each other, expected at most 50" in refused(text)


def test_json_that_is_nested_too_deep_is_refused():
    nested = "true"
    for _ in range(DEEPEST + 1):
        nested = f'{{"op":"not","args":[{nested}]}}'
    assert "expected at most 50" in refused(nested, "cql2-json")
    assert "expected at most 50" in refused("[" * 5_000, "cql2-json")
    assert read_filter(json.dumps("[" * 500), "cql2-json")


def test_what_is_nested_as_deep_as_allowed_is_read():
    assert read_filter("(" * NESTED + "a" + ")" * NESTED, "cql2-text").tree == {"property": "a"}
    deep = "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1, 0 0))))"
    assert read_filter("(" * (NESTED - 1) + deep + ")" * (NESTED - 1), "cql2-text"), "those of geometries do not count"
    assert read_filter("NOT " * DEEPEST + "a", "cql2-text")
    assert read_filter(" AND ".join(["a = 1"] * 120), "cql2-text")  # a chain is not deep


@pytest.mark.parametrize("text", ["{}1=1", "{}", "{}a b", "{}x IN (1,2", "{}S_INTERSECTS(geometry,POLYGON((0 0"])
@pytest.mark.parametrize("opening", ["(", "NOT (", "1=(", "-(", "1 IN ("])
def test_text_that_the_parser_would_never_come_back_from_is_refused(opening, text):
    """It tries each parenthesis that it fails in twice: 20 take minutes, and hold up everybody."""
    told = refused(text.format(opening * (NESTED + 1)))
    assert f"more than {NESTED} parentheses within each other, expected at most {NESTED}" in told


def test_too_many_parts_or_characters_are_refused():
    assert f"more than {PARTS} names, values and operators" in refused(" OR ".join(["a = 1"] * 200))
    listed = ",".join(["1"] * PARTS)
    assert f"more than {PARTS} names" in refused(f'{{"op":"in","args":[1,[{listed}]]}}', "cql2-json")
    assert f"found 8,001 characters, expected at most {LONGEST:,}" in refused("a" * (LONGEST + 1))


def test_the_coordinates_of_a_geometry_are_no_parts():
    corners = ",".join(f"{row} {row % 2}" for row in range(1_000))
    assert read_filter(f"S_INTERSECTS(geometry,LINESTRING({corners})) AND a = 1", "cql2-text")
    assert f"more than {PARTS}" in refused(f"S_INTERSECTS(geometry,POINT(1 2)) AND {' OR '.join(['a = 1'] * 200)}")


@pytest.mark.parametrize("operator", ["<", "+", "-", " NOT "])
def test_what_only_looks_like_a_geometry_is_counted(operator):
    """A call of POINT with a chain of comparisons would overflow the stack of the parser."""
    assert "expected at most" in refused(f"POINT({operator.join('1' * 1_300)})")


def test_the_parser_bears_the_deepest_that_it_is_given_even_in_a_worker_thread():
    """Nested ten times as deep as a filter may be, it neither fails nor takes the process with it."""
    code = f"""
import threading, cql2
deep = 10 * {DEEPEST}
texts = ["(" * deep + "a" + ")" * deep, "NOT (" * deep + "a" + ")" * deep, "a=" + "-" * deep + "b",
         "f(" * deep + "a" + ")" * deep, "a in (" + "(" * deep + "1" + ")" * deep + ")", "<".join("a" * {PARTS})]
thread = threading.Thread(target=lambda: [print(len(cql2.parse_text(text).to_json())) for text in texts])
thread.start(), thread.join()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert len(done.stdout.split()) == 6


SCRAPS = (
    "( ) ' \" , a 1 AND OR NOT = < > <> + - * / ^ % div LIKE IN BETWEEN IS NULL POINT( POLYGON(( BBOX( INTERVAL( DATE( "
    "S_INTERSECTS( CASEI( true .. . : ; \\ é 1e5 EMPTY Z MULTIPOINT( 'x' 😀 { } [ ] \0 \n \ud800"
)


@hypothesis.given(st.lists(st.sampled_from(SCRAPS.split(" ")), max_size=14).map(" ".join))
@hypothesis.settings(max_examples=400)
def test_whatever_text_is_read_or_refused(text):
    for lang in ("cql2-text", "cql2-json"):
        try:
            assert read_filter(text, lang).text == text
        except BadQuery as refusal:
            assert str(refusal).startswith("filter: ")


def test_the_place_of_a_token_is_counted_among_its_likes():
    found = read_filter("a = 'a' AND \"a\" = -3 AND a IN ('a',3,-3) AND casei(a) = 1", "cql2-text")
    second, listed = found.tree["args"][1], ("args", 2, "args")
    assert second == {"op": "=", "args": [{"property": "a"}, -3.0]}
    assert found.place(("args", 1, "args", 0)) == "'\"a\"' at character 13"
    assert found.place(("args", 1, "args", 1)) == "'-3' at character 19"
    assert found.place((*listed, 0)) == "'a' at character 26"
    assert found.place((*listed, 1, 0)) == "the text 'a' at character 32"
    assert found.place((*listed, 1, 2)) == "'-3' at character 38"
    assert found.place(("args", 1)) == "what begins with '\"a\"' at character 13"
    assert found.place(("args", 3)) == "'casei' at character 46"
