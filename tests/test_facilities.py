from fnmatch import fnmatch

import pytest

from geo.errors import TableError, UpstreamChanged
from loaders.facilities import DATASET
from tests.conftest import RECORDED

CSV = (RECORDED / "facilities.csv").read_bytes()


@pytest.fixture(scope="module")
def parsed():
    return DATASET.parse({"facilities": CSV})


def test_names_in_capitals_are_read_as_people_write_them(parsed):
    assert parsed.table["name"].tolist() == [
        "O'Hara & McVey Neighborhood NSC",
        "Nowhere Branch",
        "East 9th St Center II",
        "Imagined Community Center",
    ]
    assert parsed.table["operator"].tolist() == [
        "Invented Care for the Aged Inc",
        "New York Public Library",
        "MADE (Made Up, Inc.)",
        "NYCHA",
    ]


def test_only_a_centre_for_older_adults_is_not_open_to_all_ages(parsed):
    assert parsed.table["open_to_all_ages"].tolist() == [False, True, True, True]
    assert parsed.table["access"].isna().tolist() == [False, False, False, True]


def test_blank_numbers_stay_missing(parsed):
    assert parsed.table["workstations"].fillna(-1).tolist() == [12, 1012, -1, 12]
    assert parsed.table["wireline_down_mbps"].fillna(-1).tolist() == [100, 100, -1, 100]
    assert parsed.table["wifi_down_mbps"].fillna(-1).tolist() == [-1, 40, 40, 40]
    assert parsed.table["wifi"].tolist() == [False, True, True, True]


def test_places(parsed):
    assert parsed.table["borough"].tolist() == ["Queens", "Manhattan", "Bronx", "Staten Island"]
    assert (parsed.table.geometry.x[0], parsed.table.geometry.y[0]) == (-73.82, 40.72)


def test_rejects_say_why(parsed):
    assert parsed.rejects["reason"].tolist() == [
        "no OID",
        "no location name",
        "no coordinates inside the city",
        "repeats the facility_id of an earlier row",
    ]
    assert parsed.rows_in == 8


def test_the_swapped_device_columns_are_not_read(parsed):
    assert {"device_loaning", "devices_loaned", "mon_open"} <= {*parsed.ignored["facilities"]}


def test_the_rows_fit_the_contract_but_for_their_number(parsed):
    assert DATASET.table.problems(parsed.table) == ["4 rows found, at least 400 expected: get the whole file again"]
    with pytest.raises(TableError):
        DATASET.read({"facilities": CSV})


def test_a_missing_column_is_named():
    with pytest.raises(UpstreamChanged, match=r"facilities: columns \['oid', 'access_requirements'\] are missing"):
        DATASET.parse({"facilities": CSV.replace(b"OID", b"ID").replace(b"Access Requirements", b"Access")})


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("Citywide_Public_Computer_Centers_20210331.csv", True),
        ("public_computer_centers_2021.csv", True),
        ("facilities.csv", True),
        ("nypl_branches.csv", False),
        ("selected_facilities_2015_subset.csv", False),
        ("benefits_access_centers_20250521.csv", False),
        ("homeless_drop_in_centers_2020.csv", False),
    ],
)
def test_file_names(name, ours):
    assert any(fnmatch(name.lower(), pattern) for pattern in DATASET.sources[0].files) is ours


def test_real_file(real):
    read = DATASET.read({"facilities": (real / "facilities" / "public_computer_centers_2021.csv").read_bytes()})
    centres = read.table
    assert (len(centres), len(read.rejects)) == (508, 0)
    assert (~centres["open_to_all_ages"]).sum() == 159
    assert (centres.loc[~centres["open_to_all_ages"], "agency"] == "Department for the Aging").all()
    assert centres["wifi"].value_counts().to_dict() == {True: 446, False: 62}
    assert centres["wifi_down_mbps"].isna().sum() == 62
    assert not centres["name"].str.contains(r"\d{3}-\d{4}").any()
    assert centres["agency"].value_counts()[["New York Public Library", "Queens Library"]].tolist() == [92, 74]
