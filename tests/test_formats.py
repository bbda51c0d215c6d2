import io
import json

import pandas as pd
import pytest
import shapely

from geo.errors import UpstreamChanged
from loaders.formats import read_rows, snake, without_personal
from tests.conftest import RECORDED

CSV = b'Site ID,Name\r\n007,"Smith, A"\r\n008,\r\n'
SQUARE = {"type": "Polygon", "coordinates": [[[-74.0, 40.7], [-73.9, 40.7], [-73.9, 40.8], [-74.0, 40.7]]]}
FEATURES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "geometry": SQUARE, "properties": {"Site ID": "007", "n": 3, "x": None}},
        {"type": "Feature", "geometry": None, "properties": {"Site ID": "008"}},
    ],
}


def as_bytes(document):
    return json.dumps(document).encode()


def refusal(raw):
    with pytest.raises(UpstreamChanged) as caught:
        read_rows(raw, "kiosks")
    return str(caught.value)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Council-district", "council_district"),
        ("TDS#", "tds"),
        ("tds_", "tds"),
        ("BLDG COVERAGE %", "bldg_coverage"),
        ("Borough-Block-Lot (BBL)", "borough_block_lot_bbl"),
        (":created_at", "created_at"),
        ("Community_district 1", "community_district_1"),
    ],
)
def test_snake(header, name):
    assert snake(header) == name
    assert snake(name) == name


def test_csv_is_text_and_keeps_zeros_and_blanks():
    rows = read_rows(CSV, "kiosks")
    assert rows.to_dict("list") == {"site_id": ["007", "008"], "name": ["Smith, A", ""]}


def test_words_for_nothing_stay_words():
    assert read_rows(b"a,b\nNULL,N/A\n", "x").to_dict("records") == [{"a": "NULL", "b": "N/A"}]


def test_columns_of_one_name_are_told_apart():
    assert [*read_rows(b"# Poverty,% Poverty,a,a\n1,2,3,4\n", "x")] == ["poverty", "poverty_1", "a", "a_1"]


def test_a_header_without_a_name_is_read():
    assert len(read_rows(b",lon,lat\n0,1,2\n", "x")) == 1


def test_short_rows_inside_and_a_break_inside_quotes():
    assert read_rows(b'a,b,c\n1\n2,3,"x\ny"\n', "x")["c"].tolist() == ["", "x\ny"]


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.csv")), ids=lambda path: path.name)
def test_mark_and_line_ends_change_nothing(path):
    plain = path.read_bytes().removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    for mark in (b"", b"\xef\xbb\xbf"):
        for end in (b"\n", b"\r\n"):
            pd.testing.assert_frame_equal(
                read_rows(mark + plain.replace(b"\n", end), "x"), read_rows(plain, "x"), check_exact=True
            )


def test_array_of_objects_may_lack_cells():
    rows = read_rows(as_bytes([{"a": "007", "b": 3}, {"b": None, "c": True}]), "x")
    assert rows.to_dict("records") == [{"a": "007", "b": "3", "c": ""}, {"a": "", "b": "", "c": "true"}]


def test_array_of_arrays_has_a_header():
    rows = read_rows(as_bytes([["NAME", "B28002_001E"], ["A", -666666666], ["B", None]]), "x")
    assert rows.to_dict("list") == {"name": ["A", "B"], "b28002_001e": ["-666666666", ""]}


def test_geojson():
    rows = read_rows(as_bytes(FEATURES), "x")
    assert rows.drop(columns="geometry").to_dict("records") == [
        {"site_id": "007", "n": "3", "x": ""},
        {"site_id": "008", "n": "", "x": ""},
    ]
    assert rows["geometry"][0] == shapely.from_geojson(json.dumps(SQUARE))
    assert rows["geometry"][1] is None


@pytest.mark.parametrize("column", ["the_geom", "geometry", "geom"])
def test_a_wkt_column_becomes_the_geometry(column):
    rows = read_rows(f'{column},n\n"POLYGON ((0 0, 1 0, 1 1, 0 0))",1\n,2\n'.encode(), "x")
    assert [*rows] in (["n", "geometry"], ["geometry", "n"])
    assert rows["geometry"][0].area == 0.5
    assert rows["geometry"][1] is None


def test_socrata_json_gives_polygons_as_objects():
    rows = read_rows(as_bytes([{"the_geom": SQUARE, "n": "1"}, {"n": "2"}]), "x")
    assert [*rows] == ["n", "geometry"]
    assert rows["geometry"][0].geom_type == "Polygon"
    assert rows["geometry"][1] is None


def parquet(frame):
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


def test_parquet_keeps_types_and_shapes():
    point = shapely.Point(-74, 40.7)
    rows = read_rows(parquet(pd.DataFrame({"n": [3], "geometry": [shapely.to_wkb(point)]})), "x")
    assert rows["n"].tolist() == [3]
    assert rows["geometry"][0] == point


BROKEN = {
    "empty file": (b"", "the file is empty"),
    "blank file": (b"\xef\xbb\xbf \r\n", "the file is empty"),
    "web page": (b"<!DOCTYPE html><html><h1>503 Service Unavailable</h1>", "web page ('503 Service Unavailable')"),
    "XML error": (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "AccessDenied"),
    "workbook": (b"PK\x03\x04\x14\x00rest", "Excel workbook"),
    "Latin-1": ("a,b\nCafé,1\n".encode("latin-1"), "byte 7 is not UTF-8"),
    "one column": (b"Internal Server Error\nplease try again\n", "one column 'Internal Server Error'"),
    "semicolons": (b"a;b\n1;2\n", "found semicolons between cells, expected commas"),
    "deep": (b"[" * 100_000, "nested without end"),
    "long number": (b'[{"a": ' + b"9" * 5_000 + b"}]", "a number that cannot be one"),
    "header only": (b"a,b\n", "a header and no rows"),
    "longer rows": (b"a,b\n1,2,3\n1,2,3\n", "no readable CSV"),
    "a longer row": (b"a,b\n1,2\n1,2,3\n", "no readable CSV"),
    "open quote": (b'a,b\n1,"2\n', "no readable CSV"),
    "cut-off CSV": (b"a,b,c\n1,2,3\n4,5", "the last row breaks off after 2 of 3 cells"),
    "truncated GeoJSON": (as_bytes(FEATURES)[:200], "the JSON breaks off at character"),
    "truncated JSON": (b'[{"a": 1}, {"a"', "the JSON breaks off at character"),
    "JSON error": (b'{"error": true, "message": "Invalid app_token specified"}', "Invalid app_token specified"),
    "JSON object": (b'{"b": 1, "a": 2}', "['a', 'b']"),
    "no rows": (b"[]", "an empty JSON array"),
    "no features": (b'{"type": "FeatureCollection", "features": []}', "a header and no rows"),
    "array of numbers": (b"[1, 2]", "a JSON array that holds no rows"),
    "mixed array": (b'[{"a": 1}, ["a"]]', "a JSON array that holds no rows"),
    "header array": (b'[["a", "b"]]', "a header and no rows"),
    "ragged arrays": (b'[["a", "b"], [1]]', "several lengths"),
    "no geometry": (b'{"features": [{"properties": {}}]}', "a feature that is not GeoJSON"),
    "feature is text": (b'{"features": ["x"]}', "a feature that is not an object"),
    "broken GeoJSON": (b'{"features": [{"properties": {"a": 1}, "geometry": {"type": "Blob"}}]}', "is not GeoJSON"),
    "broken the_geom": (b'[{"a": 1, "the_geom": {"type": "Blob"}}]', "a geometry that is not GeoJSON"),
    "broken WKT": (b"the_geom,a\nPOINT (1,1\n", "a geometry that is not WKT"),
    "feet": (b"the_geom,a\nPOINT (981081 175710),1\n", "the coordinate 981,081"),
    "broken Parquet": (b"PAR1 and no more", "a damaged Parquet file"),
}
EXPECTED, TO_DO = ("expected", "breaks off", "damaged", "is not"), ("download", "save", "export", "get it again")


@pytest.mark.parametrize("case", BROKEN)
def test_each_way_of_being_broken_has_its_message(case):
    raw, found = BROKEN[case]
    message = refusal(raw)
    assert message.startswith("kiosks: ")
    assert found in message
    assert any(word in message for word in EXPECTED)
    assert any(word in message for word in TO_DO)
    assert len(message) < 300


PERSONAL = "principal|phone"


def test_personal_columns_leave_csv():
    raw = b'\xef\xbb\xbfDBN,Principal_Name,fax,Phone Number\r\n1,"Doe, J",NULL,2\r\n'
    assert without_personal(raw, PERSONAL, "x") == b"DBN,fax\n1,NULL\n"


def test_personal_columns_leave_json():
    raw = as_bytes([{"dbn": "1", "principal_name": "J"}, {"dbn": "2", "fax": 3}])
    assert json.loads(without_personal(raw, PERSONAL, "x")) == [{"dbn": "1"}, {"dbn": "2", "fax": 3}]


def test_personal_columns_leave_arrays():
    raw = as_bytes([["dbn", "Phone", "n"], ["1", "2", "3"]])
    assert json.loads(without_personal(raw, PERSONAL, "x")) == [["dbn", "n"], ["1", "3"]]


def test_personal_columns_leave_geojson():
    raw = as_bytes(FEATURES).replace(b'"n"', b'"Principal Title"')
    read = read_rows(without_personal(raw, PERSONAL, "x"), "x")
    assert [*read] == ["site_id", "x", "geometry"]
    assert read["geometry"].notna().tolist() == [True, False]


def test_personal_columns_leave_parquet():
    raw = parquet(pd.DataFrame({"dbn": ["1"], "principal_name": ["J"]}))
    assert [*read_rows(without_personal(raw, PERSONAL, "x"), "x")] == ["dbn"]


def test_without_a_pattern_the_bytes_stay():
    assert without_personal(CSV, None, "x") is CSV


@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.csv")), ids=lambda path: path.name)
def test_dropping_nothing_keeps_every_cell(path):
    raw = path.read_bytes()
    pd.testing.assert_frame_equal(read_rows(without_personal(raw, "no_such_column", "x"), "x"), read_rows(raw, "x"))


@pytest.mark.parametrize("case", [case for case in BROKEN if case not in {"broken Parquet"}])
def test_what_is_broken_is_refused_or_passed_on_but_never_a_crash(case):
    try:
        passed = without_personal(BROKEN[case][0], PERSONAL, "kiosks")
    except UpstreamChanged:
        return
    assert BROKEN[case][1] in refusal(passed)
