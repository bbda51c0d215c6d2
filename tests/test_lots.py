import io

import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo.crs import WGS84
from geo.errors import TableError, UpstreamChanged
from loaders.lots import DATASET
from tests.conftest import RECORDED

CSV = (RECORDED / "lots.csv").read_bytes()
JSON = (RECORDED / "lots.json").read_bytes()


@pytest.fixture(scope="module", params=[CSV, JSON], ids=["csv", "json"])
def parsed(request):
    return DATASET.parse({"lots": request.param})


def test_csv_and_json_give_the_same_table():
    assert_geodataframe_equal(*(DATASET.parse({"lots": raw}).table for raw in (CSV, JSON)))


def test_values_as_pluto_writes_them(parsed):
    assert parsed.table["bbl"].tolist() == ["2010000001", "2010000002", "4000010002"]
    assert parsed.table["units"].tolist() == [5, 120, 2]
    assert (parsed.table.geometry.x[0], parsed.table.geometry.y[0]) == (-73.92, 40.81)
    assert parsed.table.crs == WGS84


def test_pluto_knows_no_residents(parsed):
    assert parsed.table["residents"].isna().all()


def test_a_lot_without_homes_is_neither_kept_nor_rejected(parsed):
    assert "4000010001" not in parsed.table["bbl"].tolist()
    assert len(parsed.table) + len(parsed.rejects) == parsed.rows_in - 1


def test_rejects_say_why(parsed):
    assert parsed.rejects["reason"].tolist() == [
        "no coordinates inside the city",
        "no coordinates inside the city",
        "BBL is not 10 digits",
        "residential units are missing or below 0",
        "repeats the bbl of an earlier row",
    ]


def test_columns_that_nothing_reads_are_listed(parsed):
    assert parsed.ignored == {"lots": ["address", "block", "borough", "lot", "unitstotal"]}


def test_residents_are_kept_where_the_source_knows_them():
    raw = b"bbl,units,residents,latitude,longitude\n1000010010,3,7.5,40.7,-74.0\n1000010011,3,-1,40.7,-74.0\n"
    found = DATASET.parse({"lots": raw})
    assert found.table["residents"].tolist() == [7.5]
    assert found.rejects["reason"].tolist() == ["residents are below 0"]


def test_typed_parquet_is_read_as_it_is():
    rows = pd.DataFrame(
        {
            "bbl": ["1000010010"],
            "units": [3],
            "residents": np.array([7.5], np.float32),
            "longitude": [-74.0],
            "latitude": [40.7],
        }
    )
    raw = io.BytesIO()
    rows.to_parquet(raw)
    assert DATASET.parse({"lots": raw.getvalue()}).table.drop(columns="geometry").iloc[0].tolist() == [
        "1000010010",
        3,
        7.5,
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (CSV.replace(b"unitsres", b"homes"), r"columns \['unitsres'\] are missing .*borough, block, lot"),
        (b"", "the file is empty"),
        (b'{"code": "query.timeout", "message": "Timeout"}', "Timeout"),
    ],
)
def test_a_broken_file_is_refused_by_name(raw, said):
    with pytest.raises(UpstreamChanged, match=rf"^lots: .*{said}"):
        DATASET.parse({"lots": raw})


def test_too_few_lots_are_a_partial_file():
    with pytest.raises(TableError, match="3 rows found, at least 700000 expected"):
        DATASET.read({"lots": CSV})
