from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo import tables
from geo.crs import WGS84
from geo.errors import TableError
from geo.tables import Table, date, first_reason, flag, number, text

PLACES = Table(
    name="places",
    title="Places",
    key="id",
    floor=2,
    shape="point",
    columns=(
        text("id", "Id", nullable=False),
        number("homes", "Homes", "homes"),
        flag("working", "Works"),
        date("built", "Built"),
    ),
)
ALL = [value for value in vars(tables).values() if isinstance(value, Table)]


def places(crs=WGS84, **columns):
    frame = {"id": ["a", "b"], "homes": [1.0, None], "working": [True, False], "built": ["2025-01-01", None]}
    points = [shapely.Point(-74, 40.7), shapely.Point(-73.9, 40.8)]
    frame = pd.DataFrame(frame | {name: value for name, value in columns.items() if name != "geometry"})
    return gpd.GeoDataFrame(frame, geometry=columns.get("geometry", points), crs=crs)


def test_a_good_frame_comes_out_in_order_and_without_extras():
    frame = places()[["geometry", "built", "id", "working", "homes"]].assign(extra=1).set_index(pd.Index([7, 9]))
    checked = PLACES.check(frame)
    assert [*checked] == PLACES.names == ["id", "homes", "working", "built", "geometry"]
    assert checked.index.tolist() == [0, 1]
    assert isinstance(checked, gpd.GeoDataFrame)
    assert frame.index.tolist() == [7, 9]


@pytest.mark.parametrize(
    ("frame", "problem"),
    [
        (places().drop(columns="homes"), "columns ['homes'] are missing"),
        (places(id=["a", "a"]), "1 rows repeat a id, the first is 'a'"),
        (places(id=["a", None]), "column 'id' is empty in 1 rows"),
        (places(id=[1, 2]), "column 'id' holds int64, expected text"),
        (places(homes=["1", "2"]), "column 'homes' holds str, expected number"),
        (places(homes=[True, False]), "column 'homes' holds bool, expected number"),
        (places(working=["yes", "no"]), "column 'working' holds str, expected flag"),
        (places(working=[True, None]), "column 'working' is empty in 1 rows"),
        (places(crs="EPSG:32118"), "the geometry is not in EPSG:4326"),
        (pd.DataFrame(places()), "the geometry is not in EPSG:4326"),
        (places(geometry=[shapely.Point(-74, 40.7), None]), "1 rows have no geometry"),
        (places(geometry=[shapely.Point(-74, 40.7), shapely.box(0, 0, 1, 1)]), "1 geometries are not of type Point"),
        (places(geometry=[shapely.Point(-74, 40.7), shapely.Point()]), "1 geometries are empty or invalid"),
        (places().head(1), "1 rows found, at least 2 expected"),
    ],
)
def test_each_breach_is_named(frame, problem):
    with pytest.raises(TableError) as caught:
        PLACES.check(frame)
    assert str(caught.value).startswith("places: ")
    assert problem in str(caught.value)


@pytest.mark.parametrize("built", ["01/02/2025", "2025-13-01", "soon"])
def test_a_date_is_iso(built):
    assert PLACES.problems(places(built=[built, None])) == [f"column 'built' holds {built!r}, expected YYYY-MM-DD"]


def test_all_breaches_are_reported_at_once():
    assert len(PLACES.problems(places(id=["a", "a"], homes=["1", "2"]).to_crs("EPSG:32118"))) == 3


def test_a_table_may_have_rows_without_geometry():
    frame = places(geometry=[shapely.Point(-74, 40.7), None])
    assert replace(PLACES, everywhere=False).problems(frame) == []


def test_further_columns_are_kept_and_are_numbers():
    table = replace(PLACES, further=r"B\d+E")
    assert [*table.check(places(B1E=[1, 2], b1=[1, 2]))] == [*PLACES.names, "B1E"]
    assert table.problems(places(B1E=["1", "2"])) == ["column 'B1E' holds str, expected number"]


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_contracts_are_sound(table):
    names = [column.name for column in table.columns]
    assert len({*names}) == len(names)
    assert not next(column for column in table.columns if column.name == table.key).nullable
    assert "geometry" not in names
    assert all(column.unit for column in table.columns if column.kind == "number")


def test_first_reason_takes_the_first_and_accepts_a_series():
    index = pd.Index([3, 5, 9])
    bad, odd = pd.Series([True, False, False], index=index), pd.Series([True, True, None], index=index)
    reasons = first_reason(index, (bad, "bad"), (odd, "odd: " + pd.Series(["a", "b", "c"], index=index)))
    assert reasons.dropna().to_dict() == {3: "bad", 5: "odd: b"}
