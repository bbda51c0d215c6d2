"""What looks like data and cannot be true is set aside with its reason, or stops the ingest."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from geo.eligibility import eligibility
from geo.errors import UpstreamChanged
from loaders import acs, facilities, nycha
from loaders.columns import in_city
from tests.conftest import DATA, RECORDED

BOOK, POLYGONS = ((DATA / name).read_bytes() for name in ("data_book.csv", "developments.geojson"))


def sample_developments(book=BOOK, polygons=POLYGONS):
    return nycha.DATASET.read({"nycha_data_book": book, "nycha_polygons": polygons}, whole=False)


def book_with(**cells):
    """The sample's data book, its first row changed."""
    rows = pd.read_csv(DATA / "data_book.csv", dtype=str, keep_default_na=False)
    rows.loc[0, [*cells]] = [*cells.values()]
    return rows.to_csv(index=False).encode(), rows.loc[0, "TDS#"]


@pytest.mark.parametrize(("apartments", "said"), [("9e300", "expected 0 to 10,000"), ("-500", "expected 0 to 10,000")])
def test_apartments_that_cannot_be_are_set_aside(apartments, said):
    book, tds = book_with(**{"NUMBER OF CURRENT APARTMENTS": apartments})
    read = sample_developments(book)
    assert tds not in set(read.table["tds"])
    assert said in read.rejects["reason"].iloc[-1]


def test_apartments_in_words_are_set_aside():
    book, _ = book_with(**{"NUMBER OF CURRENT APARTMENTS": "about 500"})
    assert "apartments or residents are not a number" in set(sample_developments(book).rejects["reason"])


@pytest.mark.parametrize("stated", ["YES", "31/12/2023", "12/31/23", "45291"])
def test_a_conversion_without_a_readable_date_is_never_eligible(stated):
    book, tds = book_with(**{"RAD TRANSFERRED DATE": stated})
    read = sample_developments(book)
    row = read.table[read.table["tds"] == tds]
    assert eligibility(row, "2026-01-01").tolist() == [
        "not confirmed: a conversion to PACT is stated, its date cannot be read"
    ]
    assert any(tds in note and "cannot be read" in note for note in read.notes)


def test_a_polygon_elsewhere_is_set_aside():
    swapped = POLYGONS.decode().replace("-73.9", "40.7").encode()
    assert "polygon is not inside the city" in set(sample_developments(polygons=swapped).rejects["reason"])


def test_in_city_takes_a_missing_place_as_it_is():
    places = gpd.GeoSeries([Point(-73.9, 40.7), Point(40.7, -73.9), None], crs="EPSG:4326")
    assert in_city(places).tolist() == [True, False, True]


def test_a_part_larger_than_its_whole_is_set_aside():
    parsed = acs.parse({"adoption": b"GEOID,B28002_001E,B28002_004E\n36005000100,100,99999\n36005000200,100,90\n"})
    assert parsed.table["place"].tolist() == ["36005000200"]
    assert parsed.rejects["reason"].tolist() == ["B28002_004E is more than B28002_001E"]


def test_a_survey_without_broadband_is_refused():
    with pytest.raises(UpstreamChanged, match="households with broadband"):
        acs.parse({"adoption": b"GEOID,B01003_001E\n36005000100,100\n"})


@pytest.mark.parametrize(
    ("access", "open_to_all"),
    [
        ("Must be 60+ years of age to access", False),
        ("Seniors only (60 and over)", False),
        ("Older adults only", False),
        ("All ages; library card required for use of public computers", True),
    ],
)
def test_who_may_use_a_centre(access, open_to_all):
    rows = pd.read_csv(RECORDED / "facilities.csv", dtype=str, keep_default_na=False)
    rows["Access Requirements"] = access
    parsed = facilities.parse({"facilities": rows.to_csv(index=False).encode()})
    assert parsed.table["open_to_all_ages"].eq(open_to_all).all()
