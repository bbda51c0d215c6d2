"""The embedded sample: its files, that made-up rows can be told, that the scripts give the committed bytes."""

import difflib
import itertools
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data import make_developments, make_enrollment, make_real, make_synthetic
from geo.crs import METRES, WGS84
from loaders import acs, facilities, kiosks, lots, nycha, schools, tracts
from tests.conftest import ROOT

DATA = ROOT / "data"
MADE_UP = ("kiosks.csv", "schools.csv", "school_demographics.csv", "facilities.csv")


def table(name):
    return pd.read_csv(DATA / name, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def outlines():
    rows = pd.read_parquet(DATA / "tracts.parquet")
    return gpd.GeoDataFrame(rows.drop(columns="geometry"), geometry=shapely.from_wkb(rows["geometry"]), crs=WGS84)


@pytest.fixture(scope="module")
def homes():
    return pd.read_parquet(DATA / "lots.parquet")


@pytest.fixture(scope="module")
def developments():
    return gpd.read_file(DATA / "developments.geojson", engine="pyogrio").set_index("tds_num")


@pytest.mark.parametrize(
    ("dataset", "rows"),
    [
        (tracts.DATASET, 2325),
        (lots.DATASET, 767_049),
        (acs.DATASET, 262),
        (nycha.DATASET, 91),
        (kiosks.DATASET, 2250),
        (schools.DATASET, 1843),
        (facilities.DATASET, 508),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_loaders_keep_every_row(dataset, rows):
    sampled = [source for source in dataset.sources if source.sample]
    parsed = dataset.read({source.name: (DATA / source.sample).read_bytes() for source in sampled}, whole=False)
    assert (len(parsed.table), len(parsed.rejects)) == (rows, 0)


def test_the_sample_is_small():
    sizes = {path.name: path.stat().st_size for path in DATA.iterdir() if path.is_file()}
    assert max(sizes.values()) <= 8e6
    assert sum(sizes.values()) <= 12e6


def test_the_readme_names_every_file():
    readme = (DATA / "README.md").read_text()
    assert [path.name for path in DATA.iterdir() if path.is_file() and f"`{path.name}`" not in readme] == ["README.md"]


def test_tracts_are_a_valid_coverage(outlines):
    shapes = outlines.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.coverage_is_valid(outlines.to_crs(METRES).geometry.to_numpy())


def test_tracts_are_wound_counter_clockwise_on_six_decimals(outlines):
    rings = shapely.get_exterior_ring(shapely.get_parts(outlines.geometry.to_numpy()))
    assert shapely.is_ccw(rings).all()
    degrees = shapely.get_coordinates(outlines.geometry.to_numpy())
    assert (degrees == degrees.round(6)).all()


def test_tracts_cover_the_city(outlines):
    assert outlines["geoid"].is_unique
    assert set(outlines["boroname"]) == {"Manhattan", "Bronx", "Brooklyn", "Queens", "Staten Island"}
    assert outlines["nta2020"].nunique() == 262
    assert outlines.to_crs(METRES).area.sum() / 1e6 == pytest.approx(782.6, abs=0.1)


def test_the_old_ntas_are_a_valid_coverage_of_the_city():
    rows = pd.read_parquet(DATA / "ntas_2010.parquet")
    shapes = shapely.from_wkb(rows["geometry"])
    assert [*rows] == ["code", "name", "geometry"]
    assert (len(rows), rows["code"].is_unique, rows["code"].str.fullmatch(r"(BK|BX|MN|QN|SI)\d\d").all()) == (
        195,
        True,
        True,
    )
    assert shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)
    assert shapely.is_ccw(shapely.get_exterior_ring(shapely.get_parts(shapes))).all()
    assert gpd.GeoSeries(shapes, crs=WGS84).to_crs(METRES).area.sum() / 1e6 == pytest.approx(782.3, abs=0.1)


def test_nearly_every_lot_lies_in_one_old_nta(homes):
    """The outlines are generalised: 134 lots are off them, and none lies in two."""
    index = shapely.STRtree(shapely.from_wkb(pd.read_parquet(DATA / "ntas_2010.parquet")["geometry"]))
    found = index.query(shapely.points(homes["longitude"], homes["latitude"]), predicate="intersects")[0]
    assert len(found) == len(np.unique(found)) == len(homes) - 134


def test_coverage_closes_an_overlap():
    """Two squares of 0.01° that overlap by 1e-7°: about a centimetre."""
    squares = gpd.GeoSeries(
        [shapely.box(-74, 40.7, -73.99, 40.71), shapely.box(-73.9900001, 40.7, -73.98, 40.71)], crs=WGS84
    )
    clean = make_real.coverage(squares).to_numpy()
    assert not shapely.coverage_is_valid(squares.to_numpy())
    assert shapely.coverage_is_valid(clean)
    assert shapely.hausdorff_distance(clean, squares.to_numpy()).max() <= 1e-6


def test_lots_hold_the_people_of_the_2020_census(homes):
    assert homes["bbl"].is_unique
    assert homes["bbl"].str.fullmatch(r"[1-5]\d{9}").all()
    assert (homes["units"] > 0).all()
    census = {"1": 1_694_251, "2": 1_472_654, "3": 2_736_074, "4": 2_405_464, "5": 495_747}
    counted = homes["residents"].astype(float).groupby(homes["bbl"].str[0]).sum()
    assert counted.to_dict() == pytest.approx(census, rel=3e-4)
    assert counted.sum() == pytest.approx(8_803_420, abs=1)


def test_every_lot_lies_in_a_tract(outlines, homes):
    index = shapely.STRtree(outlines.geometry.to_numpy())
    found = index.query(shapely.points(homes["longitude"], homes["latitude"]), predicate="within")
    assert len(np.unique(found[0])) == len(homes)


def test_survey_sums_to_the_published_totals():
    survey = table("adoption_nta.csv")
    figures = survey.drop(columns=["nta_code", "nta2020"]).apply(pd.to_numeric)
    totals = figures[["B01001_001E", "DP02_0001E", "DP02_0154E", "DP05_0024E"]].sum().astype(int).to_dict()
    assert totals == {
        "B01001_001E": 8_516_202,
        "DP02_0001E": 3_313_316,
        "DP02_0154E": 2_949_535,
        "DP05_0024E": 1_365_795,
    }
    assert len(figures.columns) == 18
    assert figures["DP02_0154M"].isna().sum() == 53


@pytest.fixture(scope="module")
def remade(tmp_path_factory):
    folder = tmp_path_factory.mktemp("remade")
    make_synthetic.main(folder)
    make_developments.main(folder)
    make_enrollment.main(folder)
    return folder


@pytest.mark.parametrize("name", [*MADE_UP, "enrollment.csv", "data_book.csv", "developments.geojson"])
def test_the_scripts_give_the_committed_bytes(remade, name):
    assert (remade / name).read_bytes() == (DATA / name).read_bytes()


def test_made_up_rows_can_be_told():
    assert table("kiosks.csv")["Site ID"].str.fullmatch(r"sy-\d\d-\d{6}").all()
    assert table("kiosks.csv")["Street Address"].eq("made up").all()
    assert table("schools.csv")["system_code"].str.fullmatch(r"00[MXKQR]\d{3}").all()
    assert table("schools.csv")["location_name"].str.startswith("Synthetic").all()
    assert table("school_demographics.csv")["DBN"].equals(table("schools.csv")["system_code"])
    assert table("facilities.csv")["OID"].str.fullmatch(r"syn-\d{3}").all()
    assert table("facilities.csv")["Location Name"].str.startswith("Synthetic").all()
    assert table("enrollment.csv")["Congressional District"].eq("made up").all()


def test_made_up_kiosks_follow_the_published_counts():
    sites = table("kiosks.csv")
    tall = sites["Planned Kiosk Type"].str.startswith("Link5G")
    boroughs = {"Manhattan": 1230, "Queens": 398, "Brooklyn": 356, "Bronx": 216, "Staten Island": 50}
    assert sites["Borough"].value_counts().to_dict() == boroughs
    tall_by_borough = {"Queens": 90, "Brooklyn": 57, "Bronx": 30, "Manhattan": 20, "Staten Island": 8}
    assert sites.loc[tall, "Borough"].value_counts().to_dict() == tall_by_borough
    assert (sites["Installation Status"] != "Live").sum() == 13
    assert (sites["Planned Kiosk Type"] == "Public Payphones").sum() == 4


def test_made_up_schools_and_centres_follow_the_published_counts():
    assert table("school_demographics.csv")["Total Enrollment"].astype(int).sum() == pytest.approx(1_003_629, abs=100)
    assert table("facilities.csv")["Oversight Agency"].value_counts().sort_index().tolist() == [
        59,
        159,
        33,
        70,
        21,
        92,
        74,
    ]
    assert table("facilities.csv")["Wi-Fi Available"].value_counts().to_dict() == {"true": 446, "false": 62}


@pytest.fixture(scope="module")
def reports():
    """Made-up enrollment with numbers, dates and the share that subscribes."""
    rows = table("enrollment.csv").set_axis(
        ["name", "provider", "homes", "subscribers", "percent", *"bcdefg", "day"], axis=1
    )
    rows = rows.assign(day=pd.to_datetime(rows["day"]), homes=rows["homes"].astype(int))
    rows["subscribers"] = rows["subscribers"].astype(int)
    return rows.assign(share=rows["subscribers"] / rows["homes"])


def test_made_up_enrollment_is_small_and_has_the_documented_columns():
    assert (DATA / "enrollment.csv").stat().st_size < 250_000
    assert [*table("enrollment.csv")] == [
        "NYCHA Development Name",
        "Provider",
        "NYCHA Total Households",
        "Total Big Apple Connect Subscribers",
        "Percent of Enrollment",
        "Borough",
        "Community Board",
        "City Council District",
        "Congressional District",
        "State Senate District",
        "State Assembly District",
        "Reporting Date",
    ]


def test_made_up_enrollment_follows_what_the_city_said(reports):
    """Four of five households; 26 weeks to the newest date, in which little is gained; two dates before."""
    days = sorted(reports["day"].unique())
    assert (f"{days[-1]:%Y-%m-%d}", len(days)) == ("2026-08-17", 28)
    assert {(later - day).days for day, later in itertools.pairwise(days[2:])} == {7}
    totals = reports.groupby("day")[["subscribers", "homes"]].sum()
    shares = totals["subscribers"] / totals["homes"]
    assert shares.iloc[-1] == pytest.approx(0.80, abs=0.01)
    assert 0.01 < shares.iloc[-1] - shares.iloc[2] < 0.03
    assert shares.diff().iloc[1:].between(0, 0.02).all()
    assert (reports["subscribers"] <= reports["homes"]).all()
    assert reports.groupby("name")["homes"].nunique().eq(1).all()


def test_made_up_enrollment_has_what_is_worth_looking_at(reports):
    newest = reports[reports["day"] == reports["day"].max()].set_index("name")
    assert (newest["share"] < 0.65).sum() == make_enrollment.LOW
    since = reports[reports["day"] >= "2026-04-20"].groupby("name")["subscribers"]
    assert (since.nunique() == 1).sum() == make_enrollment.STALLED
    gone = reports.groupby("name")["day"].max()
    assert gone[gone < newest["day"].max()].astype(str).to_dict() == {"Manhattanville Houses": "2024-12-02"}
    book = table("data_book.csv").set_index("TDS#")
    assert book.loc["081", "RAD TRANSFERRED DATE"] > "2024-12-02"
    silent = book.loc[[*make_enrollment.UNREPORTED], "DEVELOPMENT"].str.title()
    assert [name for name in silent if reports["name"].str.contains(name).any()] == []
    assert {"Queensbridge Houses", "Jacob Riis Houses", "Invented Park Houses"} <= {*newest.index}


def test_made_up_places_stand_near_a_lot_in_their_borough(outlines, homes):
    rows = pd.concat([table("kiosks.csv"), table("facilities.csv")], ignore_index=True)
    places = gpd.GeoDataFrame(rows, geometry=gpd.points_from_xy(rows["Longitude"], rows["Latitude"]), crs=WGS84)
    inside = places.sjoin(outlines, predicate="within")
    assert (len(inside), (inside["Borough"] == inside["boroname"]).all()) == (len(rows), True)
    points = gpd.GeoSeries.from_xy(homes["longitude"], homes["latitude"], crs=WGS84).to_crs(METRES)
    _, metres = points.sindex.nearest(places.geometry.to_crs(METRES), return_all=False, return_distance=True)
    assert metres.max() <= make_synthetic.OFF_LOT_M + 0.2


def test_developments_have_valid_polygons_and_both_kinds(developments):
    book = table("data_book.csv").set_index("TDS#")
    assert set(developments.index) == set(book.index)
    assert developments.is_valid.all()
    assert shapely.is_ccw(shapely.get_exterior_ring(developments.geometry.to_numpy())).all()
    assert len(book) >= 40
    assert 3 <= (book["RAD TRANSFERRED DATE"] != "").sum() < len(book) / 4


def test_grounds_of_one_lot_are_a_disc():
    """1,000 apartments at 50 m²: 50,000 m², less what a polygon of 24 sides cuts off."""
    disc = make_developments.grounds(gpd.GeoSeries([shapely.Point(300_000, 60_000)], crs=METRES), 1000)
    assert disc.area == pytest.approx(50_000, rel=0.02)


def test_hand_written_facts_agree_with_the_real_data_book(real):
    book = pd.read_csv(real / "nycha" / "nycha_data_book.csv", dtype=str, keep_default_na=False).set_index("TDS#")
    ours = table("data_book.csv").set_index("TDS#")
    theirs = book.loc[ours.index]
    alike = [
        difflib.SequenceMatcher(None, *pair).ratio()
        for pair in zip(ours["DEVELOPMENT"], theirs["DEVELOPMENT"], strict=True)
    ]
    assert min(alike) > 0.85
    assert ours["BOROUGH"].equals(theirs["BOROUGH"])
    apartments = "NUMBER OF CURRENT APARTMENTS"
    ratio = ours[apartments].astype(float) / theirs[apartments].str.replace(",", "").astype(float)
    assert ratio.between(0.85, 1.15).all()
    for column, days in (("COMPLETION DATE", 31), ("RAD TRANSFERRED DATE", 45)):
        known = ours[column] != ""
        apart = pd.to_datetime(ours[column][known]) - pd.to_datetime(theirs[column][known], format="mixed")
        assert (apart.abs() <= pd.Timedelta(days=days)).all()
    converted = "RAD TRANSFERRED DATE"
    assert ((ours[converted] != "") == (theirs[converted] != "")).all()
    for column in ("COMMUNITY DISTIRCT", "NY CITY COUNCIL DISTRICT"):
        known = ours[column] != ""
        assert ours[column][known].equals(theirs[column][known].str.lstrip("0"))


def test_hand_placed_polygons_touch_the_real_ones(real, developments):
    upstream = gpd.read_file(real / "nycha" / "nycha_developments.geojson", columns=["tds_num"]).set_index("tds_num")
    both = developments.index.intersection(upstream.index)
    apart = developments.loc[both].to_crs(METRES).distance(upstream.loc[both].to_crs(METRES))
    assert len(both) >= 40
    assert apart.max() <= 150


def test_nothing_here_names_a_web_address():
    texts = [path for path in DATA.iterdir() if path.suffix in {".py", ".md", ".csv"}]
    assert [path.name for path in texts if "http" in path.read_text()] == []
    assert json.loads((DATA / "developments.geojson").read_text()).keys() == {"type", "features"}
