import geopandas as gpd
import pandas as pd
import pytest
import shapely

from app import build, freshness
from geo.errors import TableError, UpstreamChanged
from loaders import CHECKS, DATASETS, store
from loaders.folder import SAMPLE, find, gather_folder
from loaders.master_plan import DATASET
from tests.conftest import RECORDED, ROOT
from tests.snapshots import NOW

CSV = (RECORDED / "master_plan.csv").read_bytes()
OUTLINES = (SAMPLE / "ntas_2010.parquet").read_bytes()
AS_DOWNLOADED = (
    "Internet_Master_Plan__Adoption_and_Infrastructure_Data_by_Neighborhood.csv",
    "Internet_Master_Plan__Adoption_and_Infrastructure_Data_by_Neighborhood_20200901.csv",
    "internet_master_plan_by_nta_2020.csv",
    "fg5j-q5nk.json",
    "master_plan.csv",
)
OTHERS = (
    "Internet_Master_Plan__Home_Broadband_and_Mobile_Broadband_Adoption_by_NTA.csv",
    "broadband_adoption_by_zip_2023.csv",
    "acs5_2023_nta2020_nyc.csv",
)


def raws(plan=CSV):
    return {"master_plan": plan, "ntas_2010": OUTLINES}


@pytest.fixture(scope="module")
def parsed():
    return DATASET.parse(raws())


def test_shares_and_counts(parsed):
    table = parsed.table.set_index("code")
    assert table.loc["BK09", ["name", "home_adoption_share", "mobile_adoption_share", "households"]].tolist() == [
        "Imagined Heights",
        0.85,
        0.8,
        1100,
    ]
    assert table.loc["QN99", "home_adoption_share"] == 0.75, "a park with households has a share"


def test_an_adoption_of_nothing_is_not_known(parsed):
    island = parsed.table.set_index("code").loc["BX98"]
    assert pd.isna(island["home_adoption_share"]) and pd.isna(island["mobile_adoption_share"])
    assert island["households"] == 0


def test_each_row_has_the_outline_of_its_nta(parsed):
    outlines = pd.read_parquet(SAMPLE / "ntas_2010.parquet").set_index("code")["geometry"]
    assert isinstance(parsed.table, gpd.GeoDataFrame)
    assert parsed.table.geometry[0].equals(shapely.from_wkb(outlines["BK09"]))


def test_rejects_say_why(parsed):
    assert parsed.rejects["reason"].tolist() == [
        "not the code of a 2010 NTA",
        "no NTA code",
        "repeats the code of an earlier row",
    ]
    assert parsed.rows_in == 8


def test_a_share_in_percent_is_set_aside():
    read = DATASET.read(raws(), whole=False)
    assert read.rejects["reason"].tolist()[-1] == "home_adoption_share is 85, expected 0 to 1"
    assert read.table["code"].tolist() == ["BK09", "QN18", "BX98", "QN99"]
    assert read.vintage == "ACS 2013–2017 and FCC Form 477 of December 2017"


def test_columns_that_nothing_reads_are_listed(parsed):
    assert "number_of_nycha_buildings" in parsed.ignored["master_plan"]
    assert (
        "optimal_for_unlicensed_millimeter_wave_fixed_wireless_access_as_a_residential_broadband_solution"
        in (parsed.ignored["master_plan"])
    ), "a header over three lines is one name"
    assert parsed.ignored["ntas_2010"] == []


def test_a_part_of_the_file_is_refused():
    with pytest.raises(TableError, match="master_plan: 4 rows found, at least 195 expected: get the whole file again"):
        DATASET.read(raws())


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (b"", "master_plan: the file is empty"),
        (b"<!DOCTYPE html><html></html>", "download the file again"),
        (CSV.splitlines()[0] + b"\n", "master_plan: found"),
        (CSV.replace(b"Home Broadband Adoption (", b"Home Adoption ("), r"columns \['home_broadband_adoption_percent"),
    ],
    ids=["empty", "a page", "cut off", "a column renamed"],
)
def test_broken_files(plan, said):
    with pytest.raises(UpstreamChanged, match=said):
        DATASET.parse(raws(plan))


@pytest.mark.parametrize("name", AS_DOWNLOADED)
def test_it_is_found_by_name(tmp_path, name):
    """The file from the folder, the outlines from the project."""
    (tmp_path / "City").mkdir()
    (tmp_path / "City" / name.upper()).write_bytes(CSV)
    gathered = gather_folder((*DATASETS, *CHECKS), tmp_path)
    origins = {source: (raw.origin, raw.place) for source, raw in gathered.raws["master_plan"].items()}
    assert origins == {"master_plan": ("folder", name.upper()), "ntas_2010": ("sample", "ntas_2010.parquet")}
    assert gathered.unread == ()
    sources = [source for dataset in DATASETS for source in dataset.sources]
    assert [source.name for source in sources if find(source, [tmp_path / name])] == []


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_not_taken_for_it(tmp_path, name):
    assert [source.name for source in DATASET.sources if find(source, [tmp_path / name])] == []


def test_a_folder_without_it_lacks_it(tmp_path):
    (tmp_path / "kiosks.csv").write_text("a,b\n1,2\n")
    gathered = gather_folder((*DATASETS, *CHECKS), tmp_path)
    assert "master_plan" not in gathered.raws
    assert gathered.absent["master_plan"].startswith("the folder has no Internet Master Plan: Adoption and")


@pytest.fixture
def ingest(tmp_path, monkeypatch):
    """The ingest of the plan alone, unscored, from a file of the given bytes."""

    def score(draft, manifest, *_):
        return store.publish(draft, {**manifest, "method": {}, "classes": {}}, NOW)

    monkeypatch.setattr(build, "DATASETS", ())
    monkeypatch.setattr(build, "NEEDED", ())
    monkeypatch.setattr(build, "score_and_publish", score)

    def run(body):
        (tmp_path / "master_plan.csv").write_bytes(body)
        return build.build(gather_folder(CHECKS, tmp_path), tmp_path / "var", 400.0, lambda step: None, NOW)

    return run


def test_a_broken_plan_stops_the_ingest(ingest, tmp_path):
    with pytest.raises(
        UpstreamChanged, match=r"master_plan: the file is empty.*\[master_plan.csv, ntas_2010.parquet\]"
    ):
        ingest(b"")
    assert not [*(tmp_path / "var").glob("snapshots/*")]


def test_it_is_stored_like_any_table(ingest):
    header, rows = CSV[: CSV.index(b"BK09")], []
    for code in pd.read_parquet(SAMPLE / "ntas_2010.parquet")["code"]:
        rows.append(f'{code},Name,Borough,"1,000",400,0.7,Low,0.7,Low,0,0,true,400,0,NO,0\n'.encode())
    snapshot = ingest(header + b"".join(rows) + rows[0])
    entry = snapshot.manifest["datasets"][0]
    assert (entry["name"], entry["origin"], entry["kind"]) == ("master_plan", "folder", "real")
    assert (entry["rows_in"], entry["rows_kept"], entry["rows_rejected"]) == (196, 195, 1)
    assert snapshot.table("master_plan").geometry.notna().all()
    assert len(pd.read_csv(snapshot.path / "rejects" / "master_plan.csv")) == 1
    assert snapshot.raw("master_plan").startswith(header[:20])
    line = freshness.report(snapshot.manifest, NOW)[0]
    assert (line.fetched, line.age.split()[0]) != ("–", "sample"), "its outlines come with the project, it does not"


def test_it_is_part_of_no_other_origin():
    assert {dataset.name for dataset in CHECKS}.isdisjoint(dataset.name for dataset in DATASETS)
    assert DATASET.sources[0].sample is None and not DATASET.stands_in


def test_the_readme_and_the_notice_name_it():
    readme, notice = (ROOT / "README.md").read_text(), (ROOT / "NOTICE").read_text()
    assert "| master_plan |" in readme
    for source in DATASET.sources:
        assert source.page in readme and source.publisher in notice
        assert [pattern for pattern in source.files if f"`{pattern}`" not in readme] == []


def test_the_real_folder(real):
    gathered = gather_folder(CHECKS, real)
    given = gathered.raws["master_plan"]
    assert given["master_plan"].place == "internet_master_plan_by_nta_2020.csv"
    read = DATASET.read({name: raw.body for name, raw in given.items()})
    plan = read.table.set_index("code")
    assert (len(plan), len(read.rejects)) == (195, 0)
    unknown = plan.index[plan["home_adoption_share"].isna()]
    assert sorted(unknown) == sorted(plan.index[plan["households"] == 0]) == ["BX98", "MN99", "QN98", "SI99"]
    assert plan["home_adoption_share"].agg(["min", "max"]).tolist() == [0.23, 0.95]
    everyone = plan["households"].sum()
    assert (plan["home_adoption_share"] * plan["households"]).sum() / everyone == pytest.approx(0.69, abs=0.02)
