from fnmatch import fnmatch

import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo.errors import TableError, UpstreamChanged
from loaders.nycha import DATASET, outline
from tests.conftest import RECORDED

RAWS = {
    "nycha_polygons": (RECORDED / "nycha_polygons.geojson").read_bytes(),
    "nycha_data_book": (RECORDED / "invented_data_book.csv").read_bytes(),
}
POLYGONS, BOOK, LIST = DATASET.sources


@pytest.fixture(scope="module")
def parsed():
    return DATASET.parse(RAWS)


@pytest.fixture(scope="module")
def developments(parsed):
    return parsed.table.set_index("tds")


def test_every_tds_number_has_one_row(parsed):
    assert parsed.table["tds"].tolist() == ["009", "901", "902", "903", "904", "906"]


def test_names_as_people_write_them(developments):
    assert developments["name"].tolist() == [
        "O'Invented Gardens (Sites 4 & 5B)",
        "Invention East",
        "Invention West",
        "East 903rd Street-McMade Avenue",
        "FHA Imagined Houses (Group IV)",
        "UPACA Invented (Site 7)",
    ]


def test_aggregates_and_rows_without_a_number_are_set_aside(parsed):
    assert parsed.rejects[["name", "reason"]].fillna("").to_numpy().tolist() == [
        ["Invention I", "aggregate of 901, 902: would count apartments twice"],
        ["Invention II", "aggregate of 902: would count apartments twice"],
        ["Promised Plaza Phase III", "no TDS number"],
        ["No Such Number", "TDS number is not three digits"],
        ["", "no development name"],
        ["Invention East Again", "repeats the tds of an earlier row"],
        ["No Outline", "polygon without an area"],
        ["No Number", "no TDS number"],
    ]
    assert parsed.rows_in == len(parsed.table) + len(parsed.rejects)


def test_blank_counts_stay_missing(developments):
    assert developments["apartments"].fillna(-1).tolist() == [25, 1234, 1471, 28, -1, -1]
    assert developments["residents"].fillna(-1).tolist() == [-1, 2468, 2500, 55, -1, -1]


def test_geometry_is_a_valid_multipolygon_or_none(developments):
    assert developments["geometry"].isna().tolist() == [False, False, False, True, False, False]
    known = developments["geometry"].dropna()
    assert {*known.geom_type} == {"MultiPolygon"}
    assert known.is_valid.all()
    assert len(developments.loc["901", "geometry"].geoms) == 2


def test_dates_in_three_forms(developments):
    assert developments["completed"].fillna("").tolist() == [
        "2025-01-01",
        "1955-01-31",
        "1955-01-31",
        "1955-01-31",
        "",
        "",
    ]
    assert developments["pact_date"].fillna("").tolist() == ["", "", "", "2025-06-30", "", ""]


def test_other_values(developments):
    assert developments["borough"].tolist() == [
        "Brooklyn",
        "Brooklyn",
        "Brooklyn",
        "Bronx",
        "Bronx/Queens",
        "Manhattan",
    ]
    assert developments["senior"].fillna("").tolist() == ["exclusively", "", "", "partially (1 building)", "", ""]
    assert developments["council_district"].fillna("").tolist() == ["8", "38", "8", "8", "27, 8, 31", ""]
    assert developments["program"].fillna("").tolist() == ["Federal"] * 3 + ["Mixed Finance/LLC1", "Federal", ""]


def test_vintage_is_the_date_of_the_book_where_it_gives_one(parsed):
    assert parsed.vintage == "as of 2025-01-01"
    assert DATASET.parse(RAWS | {"nycha_data_book": RAWS["nycha_data_book"].replace(b"DATA AS OF", b"X")}).vintage == ""


def test_notes(parsed):
    assert parsed.notes == (
        "1 of 6 developments have no polygon; 0 of them have no PACT date either, "
        "most likely converted after the data book was made",
        "polygons that are not in the data book: 906 UPACA Invented (Site 7)",
    )


@pytest.mark.parametrize("polygons", ["nycha_polygons.json", "nycha_polygons.csv", "nycha_polygons.geojson"])
@pytest.mark.parametrize("book", ["invented_data_book.json", "invented_data_book.csv"])
def test_api_and_exports_are_the_same_table(parsed, polygons, book):
    raws = {"nycha_polygons": (RECORDED / polygons).read_bytes(), "nycha_data_book": (RECORDED / book).read_bytes()}
    other = DATASET.parse(raws)
    assert_geodataframe_equal(other.table, parsed.table)
    pd.testing.assert_frame_equal(other.rejects, parsed.rejects)


def test_columns_not_read_are_listed(parsed):
    assert parsed.ignored["nycha_polygons"] == ["id", "version"]
    assert "development_cost" in parsed.ignored["nycha_data_book"]
    assert "consolidated_tds" not in parsed.ignored["nycha_data_book"]


def test_with_whom_a_development_is_managed(developments):
    """Padded to three digits; nothing where it is managed by itself or with several."""
    assert developments["consolidated_tds"].fillna("").tolist() == ["", "", "001", "901", "", ""]


def test_a_book_may_lack_with_whom_a_development_is_managed():
    book = RAWS["nycha_data_book"].replace(b"CONSOLIDATED TDS#", b"X")
    assert DATASET.parse(RAWS | {"nycha_data_book": book}).table["consolidated_tds"].isna().all()


LISTED = (RECORDED / "invented_pact_status.json").read_bytes()


def test_without_the_unofficial_list_nothing_is_listed(parsed):
    assert parsed.table["pact_listed"].isna().all()


def test_the_unofficial_list_is_kept_beside_the_data_book():
    parsed = DATASET.parse(RAWS | {"nycha_pact_status": LISTED})
    listed = parsed.table.set_index("tds")["pact_listed"].fillna("")
    assert listed.to_dict() == {
        "009": "planned",
        "901": "public housing",
        "902": "converted",
        "903": "planned",
        "904": "",
        "906": "",
    }
    assert parsed.table.set_index("tds").loc["903", "pact_date"] == "2025-06-30", "both are kept"
    assert parsed.ignored["nycha_pact_status"] == ["borough", "council_district", "latitude", "longitude", "url"]
    assert parsed.notes[2:] == (
        "conversions are of an unofficial list, which has 4 of 6 developments",
        "1 names of the unofficial list match no development: INVENTION (no development of this name; "
        "nearest: Invention West (902), Invention East (901))",
        "with a date of conversion in the data book, and not converted as the unofficial list has it: "
        "903 East 903rd Street-McMade Avenue",
        "with a polygon, so in public housing, and converted as the unofficial list has it: 902 Invention West",
        "listed with several states, so with none: 906",
        "listed with a state that is not known here: FHA Imagined Houses (Group IV)",
    )


def test_the_list_with_another_column_for_its_state_is_refused():
    with pytest.raises(UpstreamChanged, match=r"nycha_pact_status: columns \['status'\] are missing"):
        DATASET.parse(RAWS | {"nycha_pact_status": LISTED.replace(b'"status"', b'"state"')})


def test_the_rows_fit_the_contract_but_for_their_number(parsed):
    assert DATASET.table.problems(parsed.table) == ["6 rows found, at least 250 expected: get the whole file again"]
    with pytest.raises(TableError):
        DATASET.read(RAWS)


@pytest.mark.parametrize(
    ("source", "theirs", "named"),
    [("nycha_data_book", b"TDS#", "tds"), ("nycha_polygons", b"tds_num", "tds_num")],
)
def test_a_missing_column_is_named(source, theirs, named):
    with pytest.raises(UpstreamChanged, match=rf"{source}: columns \['{named}'\] are missing"):
        DATASET.parse(RAWS | {source: RAWS[source].replace(b'"' + theirs, b'"x')})


def test_polygons_without_shapes_are_refused():
    with pytest.raises(UpstreamChanged, match=r"nycha_polygons: columns \['geometry'\] are missing"):
        DATASET.parse(RAWS | {"nycha_polygons": b"developmen,tds_num,borough\nX,901,QUEENS\n"})


def test_outline():
    square = shapely.box(0, 0, 1, 1)
    assert outline(square) == shapely.MultiPolygon([square])
    assert outline(shapely.MultiPolygon([square])) == shapely.MultiPolygon([square])
    assert outline(shapely.from_wkt("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))")).area == 2
    assert outline(None) is outline(shapely.Polygon()) is outline(shapely.Point(0, 0)) is None


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("NYCHA_Public_Housing_Developments_20260519.geojson", POLYGONS),
        ("nycha_developments.geojson", POLYGONS),
        ("developments.geojson", POLYGONS),
        ("NYCHA_Development_Data_Book_20260519.csv", BOOK),
        ("nycha_data_book.csv", BOOK),
        ("data_book.csv", BOOK),
        ("nycha_resident_data_book_summary.csv", None),
        ("nycha_residential_addresses.csv", None),
        ("big_apple_connect_known_developments.csv", None),
        ("nycha_pact_status.json", LIST),
        ("NYCHA PACT Status 2026.csv", LIST),
    ],
)
def test_file_names(name, source):
    found = [each for each in DATASET.sources if any(fnmatch(name.lower(), pattern) for pattern in each.files)]
    assert found == ([source] if source else [])


def test_real_files(real):
    read = DATASET.read(
        {
            "nycha_polygons": (real / "nycha" / "nycha_developments.geojson").read_bytes(),
            "nycha_data_book": (real / "nycha" / "nycha_data_book.csv").read_bytes(),
        }
    )
    developments = read.table
    drawn, converted = developments.geometry.notna(), developments["pact_date"].notna()
    assert (read.rows_in, len(developments), len(read.rejects)) == (346, 341, 5)
    assert drawn.sum() == 216
    assert developments.loc[drawn, ["apartments", "residents"]].sum().tolist() == [144_609, 284_658]
    assert (converted.sum(), developments.loc[converted, "apartments"].sum()) == (101, 26_596)
    assert not (drawn & converted).any()
    assert developments["tds"].str.fullmatch(r"\d{3}").all()
    assert {"Red Hook East", "1010 East 178th Street", "UPACA (Site 5)", "PSS Grandparent Family Apartments"} <= {
        *developments["name"]
    }
    assert developments["residents"].isna().sum() == 6
    by_tds = developments.set_index("tds")["consolidated_tds"]
    assert by_tds.notna().sum() == 187
    assert by_tds[["085", "582", "004", "590"]].fillna("").tolist() == ["031", "082", "", ""]
    assert {*by_tds.dropna()} - {*by_tds.index} == {"530"}, "a consolidation that is no development"


def test_the_real_list_and_the_real_book(real):
    """The list has 302 names, of which 12 are no development of the book, and one stands for two."""
    names = {
        "nycha_polygons": "nycha_developments.geojson",
        "nycha_data_book": "nycha_data_book.csv",
        "nycha_pact_status": "nycha_pact_status.json",
    }
    read = DATASET.read({source: (real / "nycha" / name).read_bytes() for source, name in names.items()})
    listed = read.table.set_index("tds")["pact_listed"]
    assert listed.value_counts().to_dict() == {"public housing": 101, "converted": 100, "planned": 90}
    assert listed[["003", "147"]].tolist() == ["converted", "converted"]
    assert [note for note in read.notes if "12 names of the unofficial list match no development: BETANCES (" in note]
    assert [note for note in read.notes if note.endswith("list has it: 002 Williamsburg, 339 Howard Avenue")]
    assert [note for note in read.notes if "converted as the unofficial list has it: 092 Bay View, " in note]
    assert not [note for note in read.notes if "with a polygon" in note or "several states" in note]
