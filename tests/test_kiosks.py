from fnmatch import fnmatch

import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal

from geo.crs import WGS84
from geo.errors import TableError, UpstreamChanged
from loaders.kiosks import DATASET, kind
from tests.conftest import RECORDED

CSV = (RECORDED / "kiosks.csv").read_bytes()


@pytest.fixture(scope="module")
def parsed():
    return DATASET.parse({"kiosks": CSV})


def test_usable_rows_are_kept_in_order(parsed):
    assert parsed.table["site_id"].tolist() == [
        "qn-01-900001",
        "qn-01-900002",
        "bk-01-900003",
        "bx-04-900004",
        "mn-07-900005",
        "si-01-900006",
        "mn-03-900010",
    ]
    assert parsed.table["kind"].tolist() == ["Link1.0", "Link1.0", "Link5G", "Link5G", "payphone", "Link1.0", "Link1.0"]


def test_a_payphone_and_a_removed_kiosk_do_not_work(parsed):
    assert parsed.table["working"].tolist() == [True, True, True, False, False, True, True]


def test_values(parsed):
    first, link5g = parsed.table.iloc[0], parsed.table.iloc[2]
    assert (first["borough"], first["community_district"], first["council_district"]) == ("Queens", "401", "22")
    assert (link5g["installed"], link5g["activated"]) == ("2024-10-01", "2025-03-01")
    assert (first.geometry.x, first.geometry.y) == (-73.9212, 40.7601)
    assert parsed.table.crs == WGS84


def test_vintage_is_the_newest_activation(parsed):
    assert parsed.vintage == "activations to 2025-03-15"
    undated = DATASET.parse(
        {"kiosks": CSV.replace(b"Activation Complete", b"x").replace(b"Location\n", b"Activation Complete\n")}
    )
    assert undated.vintage == ""


def test_rejects_say_why(parsed):
    assert parsed.rejects["reason"].tolist() == [
        "no Site ID",
        "repeats the site_id of an earlier row",
        "kiosk type is none of Link1.0, Link5G, payphone",
        "no coordinates inside the city",
        "no installation status",
        "no borough",
    ]
    assert parsed.rows_in == len(parsed.table) + len(parsed.rejects)


def test_a_rejected_row_does_not_hide_a_good_one_of_its_id(parsed):
    assert parsed.table.set_index("site_id").loc["mn-03-900010", "address"] == "10 INVENTED STREET"


def test_api_and_export_are_the_same_table(parsed):
    api = DATASET.parse({"kiosks": (RECORDED / "kiosks.json").read_bytes()})
    assert_geodataframe_equal(api.table, parsed.table)
    pd.testing.assert_frame_equal(api.rejects, parsed.rejects)


def test_columns_not_read_are_listed(parsed):
    assert "census_tract_ct" in parsed.ignored["kiosks"]
    assert "site_id" not in parsed.ignored["kiosks"]
    extra = DATASET.parse({"kiosks": CSV.replace(b"IxN Corner", b"Brand New")})
    assert "brand_new" in extra.ignored["kiosks"]


@pytest.mark.parametrize(
    ("planned", "ours"),
    [("Link1.0", "Link1.0"), ("LINK1.0", "Link1.0"), ("Link5G_NonAd", "Link5G"), ("Public Payphones", "payphone")],
)
def test_kind(planned, ours):
    assert kind(planned) == ours


def test_other_kinds_are_unknown():
    assert kind("Bench") is kind(None) is kind("") is None


def test_a_missing_column_is_named():
    with pytest.raises(UpstreamChanged, match=r"kiosks: columns \['latitude'\] are missing \(found: .*all columns"):
        DATASET.parse({"kiosks": CSV.replace(b"Latitude", b"Lat")})


def test_a_partial_file_is_refused():
    with pytest.raises(TableError, match="7 rows found, at least 2000 expected"):
        DATASET.read({"kiosks": CSV})


@pytest.mark.parametrize("name", ["LinkNYC_Kiosk_Locations_20251008.csv", "linknyc_kiosk_locations.json", "kiosks.csv"])
def test_file_names(name):
    assert any(fnmatch(name.lower(), pattern) for pattern in DATASET.sources[0].files)


def test_real_file(real):
    read = DATASET.read({"kiosks": (real / "links" / "linknyc_kiosk_locations_20251008.csv").read_bytes()})
    kiosks = read.table
    assert (len(kiosks), len(read.rejects)) == (2250, 0)
    assert kiosks["kind"].value_counts().to_dict() == {"Link1.0": 2041, "Link5G": 205, "payphone": 4}
    assert kiosks.loc[kiosks["kind"] == "Link5G", "borough"].value_counts().to_dict() == {
        "Queens": 90,
        "Brooklyn": 57,
        "Bronx": 30,
        "Manhattan": 20,
        "Staten Island": 8,
    }
    assert kiosks["borough"].value_counts().to_dict() == {
        "Manhattan": 1230,
        "Queens": 398,
        "Brooklyn": 356,
        "Bronx": 216,
        "Staten Island": 50,
    }
    assert (kiosks["status"] == "Live").sum() == 2237
    assert kiosks["working"].sum() == 2237 - 4
