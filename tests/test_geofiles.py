import io
import json
import shutil
import subprocess
import threading
from datetime import UTC, date, datetime

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from app.geofiles import geopackage, geoparquet
from geo.crs import WGS84
from geo.tables import date as day
from geo.tables import flag, number, text

CREATED = datetime(2026, 3, 1, 12, tzinfo=UTC)
COLUMNS = (
    text("tds", "Number", nullable=False),
    text("name", "Name"),
    text("nothing", "Known of none"),
    number("need", "Need", "points"),
    number("apartments", "Apartments", "homes"),
    flag("reached", "Reached", nullable=True),
    day("completed", "Completion"),
    day("converted", "Known of none"),
)
SQUARE = shapely.box(-74.0, 40.7, -73.9, 40.8)
TWO = shapely.MultiPolygon([shapely.box(-73.8, 40.6, -73.7, 40.7), shapely.box(-73.6, 40.6, -73.5, 40.7)])
FRAME = gpd.GeoDataFrame(
    {
        "left_out": [1, 2, 3],
        "tds": ["005", "001", "012"],
        "name": ["=Five", None, "Zwölf"],
        "nothing": pd.array([None] * 3, dtype="str"),
        "need": [91.5, float("nan"), 0.0],
        "apartments": pd.array([1497, None, 0], dtype="Int64"),
        "reached": pd.array([True, None, False], dtype="boolean"),
        "completed": pd.array(["1935-07-01", None, "2025-02-28"], dtype="str"),
        "converted": pd.array([None] * 3, dtype="str"),
    },
    geometry=[SQUARE, None, TWO],
    crs=WGS84,
    index=[4, 0, 2],
)
NAMES = [column.name for column in COLUMNS]


def gpkg(frame=FRAME, created=CREATED):
    return geopackage(frame, COLUMNS, name="big-apple-connect", title="A list, told", created=created)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A path: GDAL complains of a GeoPackage whose name does not end so."""
    path = tmp_path_factory.mktemp("gis") / "list.gpkg"
    path.write_bytes(gpkg())
    return path


def assert_rows(back):
    """The rows as they went in, in their order."""
    assert back["tds"].tolist() == ["005", "001", "012"]
    assert back["name"].isna().tolist() == [False, True, False]
    assert back["name"].dropna().tolist() == ["=Five", "Zwölf"]
    assert back["nothing"].isna().all() and back["converted"].isna().all()
    assert back["need"].isna().tolist() == [False, True, False] and back["need"].dropna().tolist() == [91.5, 0.0]
    assert back["apartments"].dropna().tolist() == [1497, 0] and pd.isna(back["apartments"][1])
    assert back["reached"].dropna().tolist() == [True, False] and pd.isna(back["reached"][1])
    days = [None if pd.isna(value) else pd.Timestamp(value).date() for value in back["completed"]]
    assert days == [date(1935, 7, 1), None, date(2025, 2, 28)]
    assert back.crs == WGS84
    assert back.geometry.isna().tolist() == [False, True, False]
    assert back.geometry[0].equals(SQUARE) and back.geometry[2].equals(TWO)


def test_a_geopackage_has_one_layer_of_everything(file):
    assert pyogrio.list_layers(file).tolist() == [["big-apple-connect", "MultiPolygon"]]
    back = gpd.read_file(file)
    assert [*back] == [*NAMES, "geometry"]
    assert_rows(back)


def test_types_do_not_depend_on_what_is_missing(file):
    told = pyogrio.read_info(file)
    assert dict(zip(told["fields"], told["ogr_types"], strict=True)) == {
        "tds": "OFTString",
        "name": "OFTString",
        "nothing": "OFTString",
        "need": "OFTReal",
        "apartments": "OFTInteger64",
        "reached": "OFTInteger",
        "completed": "OFTDate",
        "converted": "OFTDate",
    }


def test_other_programs_read_the_geopackage(file):
    """`ogrinfo` of the system, often years older than what wrote the file."""
    if not (ogrinfo := shutil.which("ogrinfo")):
        pytest.skip("ogrinfo is not installed: apt-get install gdal-bin")
    done = subprocess.run([ogrinfo, "-al", file, "big-apple-connect"], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    for said in ("Feature Count: 3", "Multi Polygon", 'ID["EPSG",4326]', "A list, told", "tds (String) = 001"):
        assert said in done.stdout, said
    assert "completed (Date) = 1935/07/01" in done.stdout


def test_the_same_rows_and_time_give_the_same_geopackage():
    """Though GDAL writes the time of day into it: also when several are made at once."""
    first, later = gpkg(), gpkg(created=datetime(2027, 3, 1, tzinfo=UTC))
    assert first != later
    made = {}

    def make(at):
        made[at] = gpkg(created=CREATED if at % 2 else datetime(2027, 3, 1, tzinfo=UTC))

    threads = [threading.Thread(target=make, args=(at,)) for at in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made[at] == (first if at % 2 else later) for at in range(6)] == [True] * 6
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_geoparquet_of_everything():
    body = geoparquet(FRAME, COLUMNS)
    assert_rows(gpd.read_parquet(io.BytesIO(body)))
    schema = pq.read_schema(io.BytesIO(body))
    assert schema.names == [*NAMES, "geometry", "bbox"]
    for name, kind in {"nothing": pa.large_string(), "apartments": pa.int64(), "reached": pa.bool_()}.items():
        assert schema.field(name).type == kind, name
    assert schema.field("completed").type == schema.field("converted").type == pa.date32()


def test_geoparquet_says_what_it_is():
    body = geoparquet(FRAME, COLUMNS)
    told = json.loads(pq.read_schema(io.BytesIO(body)).metadata[b"geo"])
    assert (told["version"], told["primary_column"]) == ("1.1.0", "geometry")
    column = told["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]


def test_a_box_finds_its_rows():
    body = io.BytesIO(geoparquet(FRAME, COLUMNS))
    assert gpd.read_parquet(body, bbox=(-73.65, 40.5, -73.4, 40.9))["tds"].tolist() == ["012"]
    boxes = pq.read_table(body, columns=["bbox"])["bbox"].to_pylist()
    assert boxes[0] == {"xmin": -74.0, "ymin": 40.7, "xmax": -73.9, "ymax": 40.8}
    assert boxes[1] == dict.fromkeys(("xmin", "ymin", "xmax", "ymax"))


def test_the_same_rows_give_the_same_geoparquet():
    assert geoparquet(FRAME, COLUMNS) == geoparquet(FRAME.copy(), COLUMNS)


@pytest.mark.parametrize("rows", [FRAME.iloc[:0], FRAME.iloc[1:2]], ids=["no rows", "no geometry"])
def test_a_list_with_nothing_to_draw(rows, tmp_path):
    path = tmp_path / "list.gpkg"
    path.write_bytes(gpkg(rows))
    for back in (gpd.read_file(path), gpd.read_parquet(io.BytesIO(geoparquet(rows, COLUMNS)))):
        assert back["tds"].tolist() == rows["tds"].tolist()
        assert back.geometry.isna().all()
    assert pyogrio.read_info(path)["geometry_type"] == "MultiPolygon"
