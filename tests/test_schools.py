from fnmatch import fnmatch

import pandas as pd
import pytest

from geo.errors import TableError, UpstreamChanged
from loaders.formats import without_personal
from loaders.schools import DATASET, economic_need
from tests.conftest import RECORDED

RAWS = {name: (RECORDED / f"{name}.csv").read_bytes() for name in ("schools", "school_demographics")}
STAFF = ("PAT EXAMPLE", "SAM SAMPLE", "LEE MADEUP", "KIM FICTION", "555-01")
LOCATIONS, SNAPSHOT = DATASET.sources


@pytest.fixture(scope="module")
def parsed():
    return DATASET.parse(RAWS)


@pytest.fixture(scope="module")
def schools(parsed):
    return parsed.table.set_index("dbn")


def test_only_open_schools_are_kept(parsed):
    assert parsed.table["dbn"].tolist() == ["98K901", "98Q902", "98M903", "98X904", "98R905", "98K911"]


def test_the_others_say_why(parsed):
    assert parsed.rejects[["dbn", "reason"]].fillna("").to_numpy().tolist() == [
        ["98K901", "exact duplicate of an earlier row"],
        ["98K906", "not an open school: closed"],
        ["98K907", "not an open school: initiated, never opened"],
        ["98M903", "repeats the dbn of an earlier row"],
        ["", "no DBN"],
        ["98Z908", "DBN is not district, borough letter and number"],
        ["98K909", "no status"],
        ["98K910", "no name"],
        ["98K911", "not an open school: closed"],
        ["98K999", "in the demographic snapshot, and not in the file of school locations"],
    ]
    assert parsed.rows_in == len(parsed.table) + len(parsed.rejects)


def test_an_open_school_without_coordinates_is_kept_and_named(parsed, schools):
    assert schools["geometry"].isna().tolist() == [False, True, False, False, False, False]
    assert "open schools without usable coordinates: 98Q902 P.S. 902 Nowhere" in parsed.notes


def test_values(schools):
    assert schools["borough"].tolist() == ["Brooklyn", "Queens", "Manhattan", "Bronx", "Staten Island", "Brooklyn"]
    assert schools["grades"].fillna("").tolist() == ["PK,0K,01,02", "PK,0K,01,02", "09,10,11,12", "", "", "PK,0K,01,02"]
    assert schools.loc["98X904", "managed_by"] == "Charter"
    assert schools.loc["98K901", "address"] == "1 INVENTED STREET"


def test_pupils_are_of_the_newest_year(parsed, schools):
    assert schools["pupils"].fillna(-1).tolist() == [1310, 200, 640, -1, -1, -1]
    assert "pupils and economic need are of school year 2021-22; it lacks 2 of the open schools" in parsed.notes


def test_withheld_economic_need_says_so(schools):
    assert schools["economic_need_share"].fillna(-1).tolist() == [0.84, 0.95, 0.05, 0.875, -1, -1]
    assert schools["economic_need_note"].fillna("").tolist() == [
        "",
        "above 95 %, withheld by upstream for privacy",
        "below 5 %, withheld by upstream for privacy",
        "",
        "",
        "",
    ]


def test_economic_need_keeps_its_index_and_knows_no_other_words():
    need = economic_need(pd.Series(["0.5", "s", "", "above  95 %"], index=[4, 3, 2, 1]))
    assert need["economic_need_share"].fillna(-1).to_dict() == {4: 0.5, 3: -1, 2: -1, 1: 0.95}


def test_without_the_snapshot_the_schools_stand():
    alone = DATASET.parse({"schools": RAWS["schools"]})
    assert alone.table["pupils"].isna().all()
    assert alone.table["economic_need_share"].isna().all()
    assert "no demographic snapshot: pupils and economic need are missing" in alone.notes
    assert len(alone.table) == 6
    assert "500 expected" in "; ".join(DATASET.table.problems(alone.table))
    assert len(DATASET.table.problems(alone.table)) == 1


def test_vintage(parsed):
    assert parsed.vintage == "sites: fiscal year 2020; pupils: school year 2021-22"
    assert DATASET.parse({"schools": RAWS["schools"].replace(b"fiscal_year", b"x")}).vintage == ""


def test_staff_are_in_no_output(parsed):
    kept = parsed.table.drop(columns="geometry").to_csv() + parsed.rejects.to_csv()
    assert not any(name in kept for name in STAFF)


def test_staff_leave_the_file_before_it_is_stored(parsed):
    assert all(name in RAWS["schools"].decode() for name in STAFF)
    stored = without_personal(RAWS["schools"], LOCATIONS.personal, "schools")
    assert not any(name in stored.decode() for name in STAFF)
    again = DATASET.parse(RAWS | {"schools": stored})
    pd.testing.assert_frame_equal(pd.DataFrame(again.table), pd.DataFrame(parsed.table))


def test_a_missing_column_is_named():
    with pytest.raises(UpstreamChanged, match=r"school_demographics: columns \['economic_need_index'\] are missing"):
        DATASET.parse(RAWS | {"school_demographics": RAWS["school_demographics"].replace(b"Economic Need", b"E N")})
    with pytest.raises(UpstreamChanged, match=r"schools: columns \['system_code'\] are missing"):
        DATASET.parse(RAWS | {"schools": RAWS["schools"].replace(b"system_code", b"code")})


def test_a_partial_file_is_refused():
    with pytest.raises(TableError, match="6 rows found, at least 1500 expected"):
        DATASET.read(RAWS)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("2019_-_2020_School_Locations_20240115.csv", LOCATIONS),
        ("school_locations_2019_2020.csv", LOCATIONS),
        ("schools.csv", LOCATIONS),
        ("2017-18_-_2021-22_Demographic_Snapshot_20240115.csv", SNAPSHOT),
        ("demographic_snapshot_2021_22_school.csv", SNAPSHOT),
        ("school_demographics.csv", SNAPSHOT),
        ("co_locations.csv", None),
        ("homebase_locations_2020.csv", None),
    ],
)
def test_file_names(name, source):
    found = [each for each in DATASET.sources if any(fnmatch(name.lower(), pattern) for pattern in each.files)]
    assert found == ([source] if source else [])


def test_real_files(real):
    read = DATASET.read(
        {
            "schools": (real / "schools" / "school_locations_2019_2020.csv").read_bytes(),
            "school_demographics": (real / "schools" / "demographic_snapshot_2021_22_school.csv").read_bytes(),
        }
    )
    schools = read.table
    assert (read.rows_in, len(schools), schools.geometry.notna().sum()) == (2190 + 48, 1843, 1842)
    assert schools.loc[schools.geometry.isna(), "dbn"].tolist() == ["75Q256"]
    assert read.rejects["reason"].value_counts().to_dict() == {
        "exact duplicate of an earlier row": 59,
        "not an open school: closed": 253,
        "not an open school: initiated, never opened": 35,
        "in the demographic snapshot, and not in the file of school locations": 48,
    }
    assert schools["pupils"].notna().sum() == 1833
    withheld = schools["economic_need_note"].notna()
    assert withheld.sum() == 92
    assert (schools.loc[withheld, "economic_need_share"] == 0.95).all()
    assert schools["economic_need_share"].dropna().between(0, 1).all()
