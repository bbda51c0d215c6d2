import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from app.exports import EXPORTS, FORMATS, LEDGER, ROLLOUT, export, files
from app.listing import CONSTANTS, listing
from app.state import load_city
from geo.errors import NotFound
from loaders import store
from loaders.store import inert
from tests.conftest import ROOT
from tests.snapshots import small

LIST = ROLLOUT
DATES = ("completed", "pact_date", "reported", "first_reported")
LISTS = [name for name in EXPORTS if name != LEDGER]
DIGESTS = """
import hashlib, sys
from pathlib import Path
from app.exports import export, files
from app.state import load_city
from loaders import store

city = load_city(store.current(Path(sys.argv[1])))
for file in files(city):
    print(file, hashlib.sha256(export(city, *file.rsplit(".", 1))).hexdigest())
"""


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
            if isinstance(value, bool):
                assert row[name] == str(value), name
            elif isinstance(value, int | float):
                assert float(row[name]) == value, name
            else:
                assert row[name] == (value or ""), name


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_snapshot_gives_the_same_bytes(client, sample_var, format):
    again = export(load_city(store.current(sample_var)), LIST, format)
    assert again == client.get(f"/exports/{LIST}.{format}").content


def test_another_process_gives_the_same_bytes(made_up, small_var):
    """Of every file, whatever the order in which that process keeps its sets."""
    asked = [sys.executable, "-c", DIGESTS, str(small_var)]
    seeded = {**os.environ, "PYTHONHASHSEED": "1"}
    done = subprocess.run(asked, cwd=ROOT, env=seeded, capture_output=True, text=True, check=True)
    here = [f"{file} {hashlib.sha256(export(made_up, *file.rsplit('.', 1))).hexdigest()}" for file in files(made_up)]
    assert done.stdout.splitlines() == here


def test_every_list_comes_in_every_format(made_up):
    assert files(made_up) == [f"{name}.{format}" for name in LISTS for format in FORMATS] + [
        f"{LEDGER}.csv",
        f"{LEDGER}.xlsx",
    ]


@pytest.mark.parametrize("name", LISTS)
def test_every_format_has_the_same_columns_and_rows(made_up, name, tmp_path):
    table = rows(export(made_up, name, "csv"))
    columns, keys = [*table[0]], [next(iter(row.values())) for row in table]
    assert columns == [column.name for column in listing(made_up, name).columns]
    sheet = openpyxl.load_workbook(io.BytesIO(export(made_up, name, "xlsx")))["developments" if name == LIST else name]
    cells = list(sheet.values)
    assert ([*cells[0]], [row[0] for row in cells[1:]]) == (columns, keys)
    path = tmp_path / f"{name}.gpkg"
    path.write_bytes(export(made_up, name, "gpkg"))
    assert pyogrio.list_layers(path)[:, 0].tolist() == [name]
    layer = gpd.read_file(path)
    assert ([*layer][:-1], layer.iloc[:, 0].tolist()) == (columns, keys)
    body = io.BytesIO(export(made_up, name, "parquet"))
    assert pq.read_schema(body).names == [*columns, "geometry", "bbox"]
    assert gpd.read_parquet(body).iloc[:, 0].tolist() == keys


def test_gis_files_have_what_the_table_says(client, table, tmp_path):
    path = tmp_path / "list.gpkg"
    path.write_bytes(client.get(f"/exports/{LIST}.gpkg").content)
    for frame in (gpd.read_file(path), gpd.read_parquet(io.BytesIO(client.get(f"/exports/{LIST}.parquet").content))):
        assert frame.crs.to_epsg() == 4326
        for name in table[0]:
            for row, value in zip(table, frame[name].tolist(), strict=True):
                if pd.isna(value):
                    assert row[name] == "", name
                elif isinstance(value, bool):
                    assert row[name] == str(value), name
                elif isinstance(value, int | float):
                    assert float(row[name]) == value, name
                else:
                    assert row[name] == inert(str(value)[:10] if name in DATES else value), name


def test_a_development_that_is_not_on_the_map_is_on_the_list(made_up, tmp_path):
    path = tmp_path / "list.gpkg"
    path.write_bytes(export(made_up, LIST, "gpkg"))
    body = io.BytesIO(export(made_up, LIST, "parquet"))
    for frame in (gpd.read_file(path), gpd.read_parquet(body)):
        assert frame.loc[frame.geometry.isna(), "tds"].tolist() == ["004"]


def test_what_is_packed_is_not_packed_again(client):
    for format, kind in FORMATS.items():
        answer = client.get(f"/exports/{LIST}.{format}", {"Accept-Encoding": "gzip"})
        assert answer.headers["content-type"] == kind
        assert ("content-encoding" in answer.headers) is (format not in ("xlsx", "parquet")), format
        assert answer.headers["content-disposition"] == f'attachment; filename="{LIST}.{format}"'


def test_what_every_row_repeats_is_explained(made_up):
    for name in EXPORTS:
        assert {column.name for column in listing(made_up, name).columns}.issuperset(CONSTANTS), name


def test_the_ledger_says_where_it_is_from(made_up):
    table = rows(export(made_up, LEDGER, "csv"))
    assert {row["snapshot"] for row in table} == {made_up.snapshot.id}
    assert all(row["vintage"] and row["source"] and row["label"] for row in table)
    assert all(re.fullmatch(r"(-?\d+\.\d{1,4})?", row[name]) for row in table for name in ("value", "low", "high"))


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


@pytest.mark.parametrize(("name", "format"), [("other", "csv"), (LIST, "shp"), (LEDGER, "geojson"), (LEDGER, "gpkg")])
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
