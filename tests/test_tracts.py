import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo.crs import METRES, WGS84
from geo.errors import TableError, UpstreamChanged
from loaders.tracts import DATASET, coverage
from tests.conftest import RECORDED

FORMATS = ["tracts.geojson", "tracts.json", "tracts.csv"]


def read(name):
    return DATASET.parse({"tracts": (RECORDED / name).read_bytes()})


@pytest.fixture(scope="module", params=FORMATS)
def parsed(request):
    return read(request.param)


def test_every_format_gives_the_same_table():
    first, *others = (read(name).table for name in FORMATS)
    for other in others:
        assert_geodataframe_equal(other, first)


def test_values(parsed):
    assert parsed.table["geoid"].tolist() == ["36005900100", "36005900201", "36081900300"]
    assert parsed.table.drop(columns=["geometry"]).iloc[1].to_dict() == {
        "geoid": "36005900201",
        "name": "Bronx tract 2.01",
        "nta": "BX9901",
        "nta_name": "Made-up Heights",
        "cdta": "BX99",
        "cdta_name": "BX99 Made-up District (CD 99 Equivalent)",
        "borough": "Bronx",
    }
    assert parsed.table.crs == WGS84


def test_rejects_say_why(parsed):
    assert parsed.rejects["reason"].tolist() == [
        "no name, NTA, CDTA or borough",
        "GEOID is not 11 digits starting with 36 (New York)",
        "repeats the geoid of an earlier row",
    ]
    assert parsed.rows_in == len(parsed.table) + len(parsed.rejects)
    assert "geometry" not in parsed.rejects


def test_columns_that_nothing_reads_are_listed(parsed):
    assert parsed.ignored == {"tracts": ["borocode", "boroct2020", "ct2020", "puma"]}


def test_exterior_rings_are_counter_clockwise(parsed):
    parts = shapely.get_parts(parsed.table.geometry.to_numpy())
    assert len(parts) == 4
    assert all(part.exterior.is_ccw for part in parts)


def test_overlapping_neighbours_come_out_as_a_coverage(parsed):
    outlines = parsed.table.geometry.to_numpy()
    assert shapely.coverage_is_valid(outlines)
    one, other = outlines[:2]
    assert shapely.intersection(one, other).length == pytest.approx(0.01)
    areas = gpd.GeoSeries(outlines, crs=WGS84).to_crs(METRES).area
    assert areas[:2].sum() == pytest.approx(2 * 1110.5 * 845, rel=0.01)


def test_a_coverage_is_left_as_it_is():
    squares = np.array([shapely.box(-73.9, 40.7, -73.89, 40.71), shapely.box(-73.89, 40.7, -73.88, 40.71)])
    assert shapely.equals(coverage(squares), squares).all()


def test_an_outline_that_crosses_itself_comes_out_valid():
    bow = shapely.Polygon([(-73.9, 40.7), (-73.89, 40.71), (-73.89, 40.7), (-73.9, 40.71)])
    assert shapely.is_valid(coverage(np.array([bow, shapely.box(-73.95, 40.7, -73.9, 40.75)]))).all()


def test_too_few_tracts_are_a_partial_file():
    with pytest.raises(TableError, match=r"tracts: 3 rows found, at least 2300 expected: get the whole file again"):
        DATASET.read({"tracts": (RECORDED / "tracts.geojson").read_bytes()})


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ((RECORDED / "tracts.geojson").read_bytes().replace(b"nta2020", b"nta"), r"columns \['nta2020'\] are missing"),
        ((RECORDED / "tracts.csv").read_bytes().replace(b"the_geom", b"shape"), r"columns \['geometry'\] are missing"),
        ((RECORDED / "tracts.geojson").read_bytes()[:-200], "breaks off"),
        (b"<!DOCTYPE html><title>Sign in</title>", "found a web page"),
    ],
)
def test_a_broken_file_is_refused_by_name(raw, said):
    with pytest.raises(UpstreamChanged, match=rf"^tracts: .*{said}"):
        DATASET.parse({"tracts": raw})
