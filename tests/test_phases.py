"""Developments whose phase was announced, one row a TDS number. The recorded rows are invented."""

from fnmatch import fnmatch

import pytest

from geo.errors import UpstreamChanged
from loaders import CHECKS, DATASETS
from loaders.folder import find, gather_folder
from loaders.phases import DATASET
from tests.conftest import RECORDED, ROOT

CSV = (RECORDED / "invented_phases.csv").read_bytes()


@pytest.fixture(scope="module")
def parsed():
    return DATASET.parse({"phases": CSV})


def test_a_name_that_stands_for_several_has_a_row_for_each(parsed):
    rows = DATASET.table.check(parsed.table).fillna("")
    assert rows[["tds", "name", "phase", "announced"]].to_numpy().tolist() == [
        ["901", "Invention East Houses", "pilot", "2022-09-19"],
        ["005", "Invention Houses", "second wave", ""],
        ["902", "Invention Houses", "second wave", ""],
        ["009", "O'Invented Gardens", "third wave", "2023-08-01"],
    ]
    assert rows["source_url"].tolist()[0] == "https://city.example/first"


def test_rows_without_a_number_or_a_phase_are_set_aside(parsed):
    assert parsed.rejects[["name", "reason"]].to_numpy().tolist() == [
        ["Nowhere Houses", "no TDS number"],
        ["Invention North", "TDS number is not three digits"],
        ["Invention South", "no phase"],
        ["Invention East", "repeats the tds of an earlier row"],
    ]
    assert parsed.rows_in == len(parsed.table) + len(parsed.rejects) == 8


def test_what_it_says_of_itself(parsed):
    assert parsed.vintage == "announced 2022-09-19 to 2023-08-01"
    assert parsed.ignored == {"phases": ["borough"]}
    assert DATASET.parse({"phases": CSV.replace(b"2022-09-19", b"").replace(b"2023-08-01", b"")}).vintage == ""


def test_a_missing_column_is_named():
    with pytest.raises(UpstreamChanged, match=r"phases: columns \['wave'\] are missing"):
        DATASET.parse({"phases": CSV.replace(b"wave,", b"stage,", 1)})


def test_it_is_read_from_a_folder_alone(tmp_path):
    (tmp_path / "Big_Apple_Connect_known_developments.csv").write_bytes(CSV)
    gathered = gather_folder((*DATASETS, *CHECKS), tmp_path)
    assert gathered.raws["phases"]["phases"].place == "Big_Apple_Connect_known_developments.csv"
    assert "enrollment" not in gathered.raws and gathered.unread == ()
    assert DATASET.name not in {dataset.name for dataset in DATASETS}
    assert (DATASET.sources[0].url, DATASET.sources[0].sample) == ("", None)


def test_no_other_dataset_takes_it(tmp_path):
    name = "big_apple_connect_known_developments.csv"
    sources = [source for dataset in (*DATASETS, *CHECKS) for source in dataset.sources]
    assert [source.name for source in sources if find(source, [tmp_path / name])] == ["phases"]
    assert not fnmatch("big_apple_connect_enrollment.csv", DATASET.sources[0].files[0])


def test_the_readme_names_it():
    readme = (ROOT / "README.md").read_text()
    assert "| phases |" in readme and f"`{DATASET.sources[0].files[0]}`" in readme


def test_the_real_list(real):
    read = DATASET.read({"phases": (real / "nycha" / "big_apple_connect_known_developments.csv").read_bytes()})
    assert (len(read.table), len(read.rejects)) == (24, 0)
    assert read.table["phase"].value_counts().to_dict() == {
        "third wave (17 sites)": 17,
        "pilot": 4,
        "early site (wave not stated)": 2,
        "in place at the second wave announcement (wave not stated)": 1,
    }
    assert {"005", "505"} <= {*read.table["tds"]}
