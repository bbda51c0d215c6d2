import csv
import io
import json
import re
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest

from app.exports import FORMATS, ROLLOUT, export
from app.state import load_city
from geo.errors import NotFound
from loaders import store
from loaders.store import inert
from tests.snapshots import small

LIST = ROLLOUT


@pytest.fixture(scope="module")
def made_up(small_var):
    return load_city(store.current(small_var))


def rows(body):
    assert body.startswith(b"\xef\xbb\xbf"), "spreadsheets need the mark to read UTF-8"
    assert body.count(b"\r\n") == body.count(b"\n")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def table(client):
    return rows(client.get(f"/exports/{LIST}.csv").content)


def test_the_list_is_ranked(table):
    priorities = [float(row["priority"] or "-inf") for row in table]
    assert priorities == sorted(priorities, reverse=True)
    assert len(table) == 91
    first = [row for row in table if row["priority"]]
    assert table[: len(first)] == first, "those that may not be served come last"
    assert all(row["eligibility"].startswith("not ") for row in table[len(first) :])


def test_every_row_says_where_it_is_from(table, sample_var):
    snapshot = store.current(sample_var)
    for row in table:
        assert row["snapshot"] == snapshot.id
        assert row["method_version"] == snapshot.manifest["method"]["version"]
        assert "ACS 2019–2023" in row["vintage"] and "kiosks: made up" in row["vintage"]
        assert "kiosks (synthetic)" in row["not_real"] and "developments (by hand)" in row["not_real"]
        assert "no ACS B28002" in row["not_in_score"]
        assert row["reasons"] and row["eligibility"] and row["source"]


def test_no_word_for_nothing(client, made_up):
    bodies = [client.get(f"/exports/{LIST}.csv").content, export(made_up, LIST, "csv")]
    for body in bodies:
        cells = {cell for row in rows(body) for cell in row.values()}
        assert {cell for cell in cells if re.fullmatch(r"(?i)-?(nan|none|null|inf|infinity|nat|<na>)", cell)} == set()


def test_what_is_whole_is_written_whole(table):
    for row in table:
        assert re.fullmatch(r"\d*", row["apartments"]) and re.fullmatch(r"\d*", row["nearest_kiosk_m"])
        assert re.fullmatch(r"(\d+\.\d)?", row["need"])


def test_both_formats_say_the_same(client, table):
    features = client.json(f"/exports/{LIST}.geojson")["features"]
    assert [feature["id"] for feature in features] == [row["tds"] for row in table]
    for feature, row in zip(features, table, strict=True):
        assert {*feature["properties"]} == {*row}
        for name, value in feature["properties"].items():
            if isinstance(value, int | float):
                assert float(row[name]) == value, name
            else:
                assert row[name] == (value or ""), name


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_snapshot_gives_the_same_bytes(client, sample_var, format):
    again = export(load_city(store.current(sample_var)), LIST, format)
    assert again == client.get(f"/exports/{LIST}.{format}").content


def test_the_made_up_city_by_hand(made_up):
    table = rows(export(made_up, LIST, "csv"))
    assert [row["tds"] for row in table] == ["005", "001", "002", "003", "004"]
    assert [row["priority"] != "" for row in table] == [True, True, True, False, False]
    assert table[0]["not_real"] == ""


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_plain_text(cell):
    assert inert(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Baruch", "1=1", "", None, 5])
def test_other_cells_stay(cell):
    assert inert(cell) is cell


def test_a_name_that_is_a_formula_is_inert_in_the_file(made_up):
    developments = made_up.collections["developments"]
    frame = developments.frame.assign(name='=HYPERLINK("http://evil.example";"x")', senior="@cmd")
    evil = replace(made_up, collections={"developments": replace(developments, frame=gpd.GeoDataFrame(frame))})
    for row in rows(export(evil, LIST, "csv")):
        assert row["name"].startswith("'=") and row["senior"] == "'@cmd"
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "@", "\t", "\r"))]
    features = json.loads(export(evil, LIST, "geojson"))["features"]
    assert features[0]["properties"]["name"].startswith("=HYPERLINK"), "JSON is no spreadsheet"


@pytest.mark.parametrize(("name", "format"), [("other", "csv"), (LIST, "xlsx")])
def test_an_export_that_does_not_exist(made_up, name, format):
    with pytest.raises(NotFound, match=f"expected one of: {LIST}.csv, {LIST}.geojson"):
        export(made_up, name, format)


def test_a_snapshot_without_developments(tmp_path):
    with pytest.raises(NotFound, match="nobody brought developments"):
        export(load_city(small(tmp_path, without=("developments",))), LIST, "csv")


def test_a_spreadsheet_program_reads_it(client):
    frame = pd.read_csv(io.BytesIO(client.get(f"/exports/{LIST}.csv").content), dtype={"tds": str})
    assert frame["tds"].str.fullmatch(r"\d{3}").all()
    assert frame["apartments"].sum() > 50_000
