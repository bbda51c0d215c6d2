"""What an ingest leaves on disk and tells in its manifest."""

import hashlib
import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from app import build
from geo.errors import UpstreamChanged
from loaders import DATASETS, store
from loaders.folder import gather_folder, gather_sample
from loaders.origin import Gathered, Raw
from tests.snapshots import NOW

SOURCES = {source.name: source for dataset in DATASETS for source in dataset.sources}
PEOPLE = ("ADA LOVELACE", "Grace Hopper", "212-555-0142", "(718) 555-0199", "HEDY LAMARR", "212-555-0177")


@pytest.fixture(scope="module")
def manifest(sample_var):
    return store.current(sample_var).manifest


@pytest.fixture
def without_scoring(monkeypatch):
    """Everything but the scores, which take their time and are tested elsewhere."""

    def publish(draft, manifest, tables, walk_m, progress, now):
        parts = {"method": {"walk_m": walk_m, "version": "1", "missing_indicators": {}, "notes": []}, "classes": {}}
        return store.publish(draft, {**manifest, **parts}, now)

    monkeypatch.setattr(build, "score_and_publish", publish)


def only(monkeypatch, *names):
    """The ingest of a few datasets."""
    monkeypatch.setattr(build, "DATASETS", [dataset for dataset in DATASETS if dataset.name in names])
    monkeypatch.setattr(build, "NEEDED", ())


def gathered(*names, **bodies):
    """The sample's files of some datasets; `bodies` replaces sources."""
    raws = {name: raws for name, raws in gather_sample(DATASETS).raws.items() if name in names}
    for parts in raws.values():
        for name in parts.keys() & bodies.keys():
            parts[name] = Raw(SOURCES[name], bodies[name], "folder", f"{name}.csv", NOW.isoformat())
    return Gathered(raws, {})


def make(var, given):
    return build.build(given, var, 400.0, lambda step: None, NOW)


def test_the_manifest_tells_of_every_dataset_of_the_sample(manifest):
    assert [entry["name"] for entry in manifest["datasets"]] == [dataset.name for dataset in DATASETS]
    kinds = {entry["name"]: entry["kind"] for entry in manifest["datasets"]}
    assert kinds == {
        **dict.fromkeys(("tracts", "adoption", "lots"), "real"),
        "developments": "by hand",
        **dict.fromkeys(("enrollment", "kiosks", "schools", "facilities"), "synthetic"),
    }
    for entry in manifest["datasets"]:
        assert entry["vintage"] and entry["origin"] == "sample"
        for source in entry["sources"]:
            assert len(source["sha256"]) == 64 and source["licence"] and source["publisher"] and source["bytes"] > 0


def test_the_manifest_tells_of_the_method(manifest):
    assert manifest["method"]["walk_m"] == 400.0
    assert manifest["method"]["missing_indicators"] == {
        "no_fixed_broadband": "Households without cable, fibre or DSL: the survey file has no ACS B28002"
    }
    assert manifest["created_at"] == "2026-03-01T00:00:00+00:00"
    assert manifest["id"].startswith("20260301T000000Z-")


def counted(entry):
    return entry["rows_in"] == entry["rows_kept"] + entry["rows_rejected"]


def test_every_row_of_the_sample_is_kept_or_set_aside(manifest, sample_var):
    """But for the 28 rows of Queensbridge, which stands for two developments: each is two rows."""
    for entry in manifest["datasets"]:
        split = {"enrollment": 28}.get(entry["name"], 0)
        assert counted({**entry, "rows_in": entry["rows_in"] + split}), entry["name"]
        rejects = pd.read_csv(store.current(sample_var).path / "rejects" / f"{entry['name']}.csv")
        assert len(rejects) == entry["rows_rejected"]
        assert rejects.columns[-1] == "reason"


def test_ignored_columns_are_listed(manifest):
    ignored = {
        source["name"]: source["ignored_columns"] for entry in manifest["datasets"] for source in entry["sources"]
    }
    assert ignored["kiosks"] == ["neighborhood_tabulation_area_nta"]
    assert ignored["school_demographics"] == ["school_name"]
    assert ignored["schools"] == []


def test_unknown_columns_are_ignored_and_listed(tmp_path, monkeypatch, without_scoring):
    only(monkeypatch, "kiosks")
    lines = SOURCES["kiosks"].sample and gathered("kiosks").raws["kiosks"]["kiosks"].body.decode().splitlines()
    body = "\n".join([lines[0] + ",Mayor's Mood", *(f"{line},fine" for line in lines[1:])]).encode()
    entry = make(tmp_path, gathered("kiosks", kiosks=body)).manifest["datasets"][0]
    assert entry["sources"][0]["ignored_columns"] == ["mayor_s_mood", "neighborhood_tabulation_area_nta"]
    assert (entry["origin"], entry["kind"], entry["rows_kept"]) == ("folder", "real", 2250)


def test_names_and_numbers_of_people_are_nowhere_on_disk(tmp_path, monkeypatch, without_scoring):
    """Not in raw, tables, rejects or manifest; of rows that are kept and of rows that are set aside."""
    only(monkeypatch, "schools")
    lines = gathered("schools").raws["schools"]["schools"].body.decode().splitlines()
    header = (
        "Principal_Name,Principal_phone_number,fax_number,community_school_sup_name,HighSchool_Network_Superintendent"
    )
    lines[0] += f",{header},Tier_3_Support_Leader_Name"
    lines[1:] = [f"{line},{','.join(PEOPLE)}" for line in lines[1:]]
    lines.append(lines[1].replace("00K001", "not a DBN"))
    snapshot = make(tmp_path, gathered("schools", schools="\n".join(lines).encode()))
    assert snapshot.manifest["datasets"][0]["rows_rejected"] == 1
    for path in snapshot.path.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            if path.suffix == ".parquet":
                held += pd.read_parquet(path).to_csv().encode()
            assert [person for person in PEOPLE if person.encode() in held] == [], path.name
    assert "principal_name" in snapshot.manifest["datasets"][0]["sources"][0]["ignored_columns"]


def test_the_checksum_is_that_of_the_file_as_it_came(manifest):
    raw = gather_sample(DATASETS).raws["schools"]["schools"]
    assert hashlib.sha256(raw.body).hexdigest() == raw.sha256
    entry = next(entry for entry in manifest["datasets"] if entry["name"] == "schools")
    assert entry["sources"][0]["sha256"] == raw.sha256


def test_the_order_of_steps_is_told(tmp_path, monkeypatch, without_scoring):
    only(monkeypatch, "kiosks", "facilities")
    told = []
    build.build(gathered("kiosks", "facilities"), tmp_path, 400.0, told.append, NOW)
    assert told == ["reading LinkNYC and Link5G kiosks", "reading Public computer centres"]


def test_absent_datasets_and_unread_files_are_kept_in_the_manifest(tmp_path, monkeypatch, without_scoring):
    only(monkeypatch, "kiosks", "schools")
    given = Gathered(gathered("kiosks").raws, {"schools": "the folder has no schools"}, ("other.csv",))
    manifest = make(tmp_path, given).manifest
    assert manifest["absent"] == [
        {"name": "schools", "title": "Public and charter schools", "reason": "the folder has no schools"}
    ]
    assert manifest["unread_files"] == ["other.csv"]


def test_without_what_scoring_needs_nothing_begins(tmp_path):
    reasons = {"tracts": "no tracts here", "lots": "no lots here"}
    given = Gathered(gathered("adoption").raws, reasons)
    with pytest.raises(UpstreamChanged, match="tracts: no tracts here; lots: no lots here"):
        make(tmp_path, given)
    assert not (tmp_path / "snapshots").exists()


def test_a_time_anywhere_is_written_in_utc(tmp_path, monkeypatch, without_scoring):
    only(monkeypatch, "kiosks")
    at = datetime.fromisoformat("2026-03-01T20:00:00-05:00")
    snapshot = build.build(gathered("kiosks"), tmp_path, 400.0, lambda step: None, at)
    assert snapshot.id.startswith("20260302T010000Z-")
    assert datetime.fromisoformat(snapshot.manifest["created_at"]) == at.astimezone(UTC)


def test_the_real_folder_counts_every_row(real, tmp_path, monkeypatch, without_scoring):
    """Kept, set aside with a reason, or accounted for by a note; and no name of a principal on disk."""
    names = ("adoption", "developments", "kiosks", "schools", "facilities")
    only(monkeypatch, *names)
    found = gather_folder(DATASETS, real)
    given = Gathered({name: found.raws[name] for name in names}, {}, found.unread)
    snapshot = make(tmp_path, given)
    for entry in snapshot.manifest["datasets"]:
        assert counted(entry) or entry["notes"], entry["name"]
        rejects = pd.read_csv(snapshot.path / "rejects" / f"{entry['name']}.csv")
        assert (len(rejects), rejects["reason"].notna().all()) == (entry["rows_rejected"], True)
        assert entry["kind"] == "real" and entry["origin"] == "folder"
    kept = {entry["name"]: (entry["rows_kept"], entry["rows_rejected"]) for entry in snapshot.manifest["datasets"]}
    assert kept["kiosks"] == (2250, 0)
    assert kept["schools"] == (1843, 2190 - 1843 + 48)  # 48 rows of the snapshot have no site
    assert kept["facilities"] == (508, 0)
    upstream = pd.read_csv(real / "schools" / "school_locations_2019_2020.csv", dtype=str)
    principals = [name for name in upstream["Principal_Name"].dropna().unique() if len(name) > 12][:200]
    for path in [*snapshot.path.glob("r*/school*"), snapshot.path / "manifest.json"]:
        held = path.read_text()
        assert [name for name in principals if name in held] == [], path.name
    json.dumps(snapshot.manifest)
