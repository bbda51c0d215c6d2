"""Which file of a folder is read for which source, and what happens where there is none."""

from pathlib import Path

import pytest

from geo.errors import UpstreamChanged
from loaders import DATASETS
from loaders.folder import SAMPLE, dated, find, gather_folder, gather_sample, survey_years

SOURCES = {source.name: source for dataset in DATASETS for source in dataset.sources}
AS_DOWNLOADED = {
    "tracts": ("2020_Census_Tracts_20250101.geojson", "nyct2020.csv", "tracts.geojson", "63ge-mke6.json"),
    "adoption": ("acs5_2024_tract_nyc_api.json", "acs5_2024_tract_nyc.csv", "ACS5_2023_NTA2020_NYC.csv"),
    "lots": ("Primary_Land_Use_Tax_Lot_Output__PLUTO__20250801.csv", "pluto_25v2.csv", "64uk-42ks.json", "lots.csv"),
    "nycha_polygons": ("NYCHA_Public_Housing_Developments_20260519.geojson", "nycha_developments.geojson"),
    "nycha_pact_status": ("nycha_pact_status.json", "NYCHA_PACT_Status_20260514.csv"),
    "enrollment": ("Big_Apple_Connect_(BAC)_Enrollment_Statistics_20260817.csv", "t4kb-prwp.json", "enrollment.csv"),
    "nycha_data_book": ("NYCHA_Development_Data_Book_20250818.csv", "nycha_data_book.csv", "data_book.csv"),
    "kiosks": ("LinkNYC_Kiosk_Locations_20251008.csv", "s4kf-3yrf.json", "kiosks.csv"),
    "schools": ("2019-2020_School_Locations_20250101.csv", "school_locations_2019_2020.csv", "wg9x-4ke6.csv"),
    "school_demographics": ("demographic_snapshot_2021_22_school.csv", "c7ru-d68s.json", "school_demographics.csv"),
    "facilities": ("Citywide_Public_Computer_Centers.csv", "public_computer_centers_2021.csv", "cuzb-dmcd.csv"),
}
OTHERS = (
    "linknyc_weekly_usage_20251008.csv",
    "co_locations.csv",
    "nypl_branches.csv",
    "nycha_residential_addresses.csv",
)


def put(folder, *names):
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a,b\n1,2\n")
    return paths


@pytest.mark.parametrize("name", SOURCES)
def test_every_documented_name_is_found_whatever_its_case_and_folder(name):
    for given in AS_DOWNLOADED[name]:
        for spelt in (given, given.upper(), given.lower()):
            path = Path("downloads") / "older" / spelt
            assert [known for known, source in SOURCES.items() if find(source, [path])] == [name], spelt


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_taken_for_nothing(name):
    assert [known for known, source in SOURCES.items() if find(source, [Path(name)])] == []


def test_the_better_pattern_wins_then_the_newer_date():
    def best(*names):
        return str(find(SOURCES["kiosks"], [Path(name) for name in names]))

    assert best("kiosks.csv", "LinkNYC_Kiosk_Locations_20200101.csv") == "LinkNYC_Kiosk_Locations_20200101.csv"
    old, new = "LinkNYC_Kiosk_Locations_20241231.csv", "LinkNYC_Kiosk_Locations_20250101.csv"
    assert best(old, new) == best(new, old) == new
    assert best("zz_linknyc_kiosk_locations_20241231.csv", "aa_LinkNYC_Kiosk_Locations_20250101.csv").startswith("aa")
    assert best("LinkNYC_Kiosk_Locations (copy).csv", old) == old, "one with a date is known to be that old"


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("kiosks_20251008.csv", "2025-10-08"),
        ("20251008 kiosks.csv", "2025-10-08"),
        ("kiosks_20251308.csv", None),
        ("kiosks_120251008.csv", None),
        ("kiosks.csv", None),
    ],
)
def test_the_day_in_a_name(name, day):
    found = dated(name)
    assert (found and f"{found:%Y-%m-%d}") == day


def test_the_survey_years_in_a_name():
    assert survey_years("ACS5_2024_tract_nyc.csv") == "ACS 2020–2024"
    assert survey_years("tracts.csv") == ""


def test_a_folder_is_read_as_far_as_it_goes(tmp_path):
    """What is real stands in from the sample, what is made up never does, and nothing is left unsaid."""
    put(tmp_path, "New/LINKNYC_KIOSK_LOCATIONS_20251008.CSV", "kiosks.csv", "other.csv", "README.md", "notes.txt")
    gathered = gather_folder(DATASETS, tmp_path)
    kiosks = gathered.raws["kiosks"]["kiosks"]
    assert (kiosks.place, kiosks.origin) == ("LINKNYC_KIOSK_LOCATIONS_20251008.CSV", "folder")
    assert kiosks.fetched_at == "2025-10-08T00:00:00+00:00"
    origins = {name: {raw.origin for raw in raws.values()} for name, raws in gathered.raws.items()}
    assert origins == {"tracts": {"sample"}, "adoption": {"sample"}, "lots": {"sample"}, "kiosks": {"folder"}}
    assert {*gathered.absent} == {"developments", "enrollment", "schools", "facilities"}
    assert gathered.absent["facilities"].startswith(
        "the folder has no Citywide Public Computer Centers (looked for *public"
    )
    assert gathered.unread == ("kiosks.csv", "other.csv")


def test_an_optional_file_may_be_missing_and_a_needed_one_may_not(tmp_path):
    put(tmp_path, "schools.csv", "nycha_developments.geojson")
    gathered = gather_folder(DATASETS, tmp_path)
    assert {*gathered.raws["schools"]} == {"schools"}
    assert "NYCHA Development Data Book" in gathered.absent["developments"]
    assert gathered.unread == ("nycha_developments.geojson",)


@pytest.mark.parametrize("files", [(), ("other.csv", "README.md")])
def test_a_folder_in_which_nothing_is_known(tmp_path, files):
    put(tmp_path, *files)
    known = len([name for name in files if name.endswith(".csv")])
    with pytest.raises(UpstreamChanged, match=rf"holds {known} files and none that is known here; expected e\.g\."):
        gather_folder(DATASETS, tmp_path)


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("")])
def test_what_is_no_folder(tmp_path, make):
    path = tmp_path / "there"
    make(path)
    with pytest.raises(UpstreamChanged, match="is not a folder; give the folder that holds"):
        gather_folder(DATASETS, path)


def test_the_sample_is_whole():
    gathered = gather_sample(DATASETS)
    assert {*gathered.raws} == {dataset.name for dataset in DATASETS}
    assert (gathered.absent, gathered.unread) == ({}, ())
    for raws in gathered.raws.values():
        for raw in raws.values():
            assert (raw.origin, raw.fetched_at, (SAMPLE / raw.place).is_file()) == ("sample", "", True)
            assert raw.vintage == raw.source.sample_vintage != ""


def test_only_real_layers_may_stand_in():
    assert {dataset.name: dataset.sample_kind for dataset in DATASETS if dataset.stands_in} == {
        "tracts": "real",
        "adoption": "real",
        "lots": "real",
    }
    assert not [source.name for source in SOURCES.values() if source.synthetic and source.stands_in]


def test_the_real_folder_gives_exactly_the_expected_files(real):
    gathered = gather_folder(DATASETS, real)
    chosen = {raw.source.name: (raw.origin, raw.place) for raws in gathered.raws.values() for raw in raws.values()}
    assert chosen == {
        "tracts": ("sample", "tracts.parquet"),
        "adoption": ("folder", "acs5_2024_tract_nyc_api.json"),
        "lots": ("sample", "lots.parquet"),
        "nycha_polygons": ("folder", "nycha_developments.geojson"),
        "nycha_data_book": ("folder", "nycha_data_book.csv"),
        "nycha_pact_status": ("folder", "nycha_pact_status.json"),
        "kiosks": ("folder", "linknyc_kiosk_locations_20251008.csv"),
        "schools": ("folder", "school_locations_2019_2020.csv"),
        "school_demographics": ("folder", "demographic_snapshot_2021_22_school.csv"),
        "facilities": ("folder", "public_computer_centers_2021.csv"),
    }
    assert {*gathered.absent} == {"enrollment"}, "no recorded rows of it exist"
    assert "nycha/big_apple_connect_known_developments.csv" in gathered.unread, "it is no file of enrollment"
    assert gathered.raws["adoption"]["adoption"].vintage == "ACS 2020–2024"
    assert "links/linknyc_weekly_usage_20251008.csv" in gathered.unread
    assert not [name for name in gathered.unread if "README" in name]


def test_copies_of_the_sample_are_no_downloads(tmp_path):
    for name in (
        "kiosks.csv",
        "schools.csv",
        "facilities.csv",
        "enrollment.csv",
        "data_book.csv",
        "developments.geojson",
    ):
        (tmp_path / name).write_bytes((SAMPLE / name).read_bytes())
    with pytest.raises(UpstreamChanged, match="none that is known here"):
        gather_folder(DATASETS, tmp_path)


def test_the_tables_of_a_snapshot_are_no_downloads(tmp_path, small_var):
    with pytest.raises(UpstreamChanged, match="none that is known here"):
        gather_folder(DATASETS, small_var)


WEEK = "NYCHA Development Name,Reporting Date\n{}\n"


def weekly(folder, **files):
    """Files of enrollment with the given rows; names with `_` for `-`."""
    for name, rows in files.items():
        (folder / f"{name}.csv").write_text(WEEK.format("\n".join(rows)))


def test_older_files_of_enrollment_are_its_history(tmp_path):
    """Whatever pattern they fit; the newest of the best pattern is the file."""
    weekly(
        tmp_path,
        BAC_Enrollment_20260803=["Riis,08/03/2026"],
        Big_Apple_Connect_Enrollment_20260817=["Riis,08/17/2026"],
        Big_Apple_Connect_Enrollment_20260810=["Riis,08/10/2026", "Wald,08/10/2026"],
    )
    gathered = gather_folder(DATASETS, tmp_path)
    newest, past = gathered.raws["enrollment"].values()
    assert newest.place == "Big_Apple_Connect_Enrollment_20260817.csv"
    assert (past.source.name, past.place) == (
        "enrollment_history",
        "Big_Apple_Connect_Enrollment_20260810.csv, BAC_Enrollment_20260803.csv",
    )
    assert past.fetched_at == newest.fetched_at == "2026-08-17T00:00:00+00:00"
    assert past.body.decode().splitlines() == [
        "nycha_development_name,reporting_date,newest_date_of_file",
        "Riis,08/03/2026,2026-08-03",
        "Riis,08/10/2026,2026-08-10",
        "Wald,08/10/2026,2026-08-10",
    ]
    assert gathered.unread == ()


def test_older_files_that_add_nothing_are_read_all_the_same(tmp_path):
    weekly(tmp_path, enrollment=["Riis,08/03/2026"], BAC_Enrollment_20260817=["Riis,08/03/2026", "Riis,08/17/2026"])
    gathered = gather_folder(DATASETS, tmp_path)
    assert [*gathered.raws["enrollment"]] == ["enrollment"] and gathered.unread == ()


def test_an_older_file_that_is_broken_is_named(tmp_path):
    weekly(tmp_path, BAC_Enrollment_20260817=["Riis,08/17/2026"])
    (tmp_path / "BAC_Enrollment_20260810.csv").write_text("")
    named = r"the file is empty.*\[BAC_Enrollment_20260817.csv, BAC_Enrollment_20260810.csv\]"
    with pytest.raises(UpstreamChanged, match=named):
        gather_folder(DATASETS, tmp_path)


def test_older_files_of_other_datasets_are_left_alone(tmp_path):
    put(tmp_path, "LinkNYC_Kiosk_Locations_20251008.csv", "LinkNYC_Kiosk_Locations_20241008.csv")
    gathered = gather_folder(DATASETS, tmp_path)
    assert [*gathered.raws["kiosks"]] == ["kiosks"]
    assert gathered.unread == ("LinkNYC_Kiosk_Locations_20241008.csv",)


def test_the_made_up_enrollment_is_no_older_file(tmp_path):
    weekly(tmp_path, BAC_Enrollment_20260817=["Riis,08/17/2026"])
    (tmp_path / "enrollment.csv").write_bytes((SAMPLE / "enrollment.csv").read_bytes())
    gathered = gather_folder(DATASETS, tmp_path)
    assert [*gathered.raws["enrollment"]] == ["enrollment"] and gathered.unread == ("enrollment.csv",)


def test_a_sample_without_an_optional_file_is_whole():
    raws = gather_sample(DATASETS).raws["developments"]
    assert [*raws] == ["nycha_polygons", "nycha_data_book"]
