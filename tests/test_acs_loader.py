import csv

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geo.errors import TableError, UpstreamChanged
from loaders.acs import DATASET
from tests.conftest import RECORDED, ROOT

TRACTS = ["36005900100", "36005900201", "36081900300"]
NO_PLACE = "no GEOID or NTA code of New York City"


def raw(name):
    return (RECORDED / name).read_bytes()


def parse(content):
    return DATASET.parse({"adoption": content})


@pytest.fixture(scope="module", params=["acs.json", "acs.csv", "acs_geo_id.csv"])
def parsed(request):
    return parse(raw(request.param))


@pytest.fixture
def rows(parsed):
    return parsed.table.set_index("place")


def test_places_are_tracts_of_the_city(parsed):
    assert parsed.table["place"].tolist() == TRACTS
    assert {*parsed.table["geography"]} == {"tract"}


def test_every_format_gives_the_same_table():
    first = parse(raw("acs.json")).table
    assert_frame_equal(parse(raw("acs.csv")).table, first)
    assert_frame_equal(parse(raw("acs_geo_id.csv")).table.reset_index(drop=True), first)


def test_estimates_and_margins_are_numbers(rows):
    assert rows.loc["36005900100", ["B28002_001E", "B28002_001M", "B28002_004E", "B19013_001E"]].tolist() == [
        1000,
        80,
        900,
        61250,
    ]


def test_sentinels_are_missing(rows):
    assert np.isnan(rows.loc["36005900201", "B19013_001E"])  # -666666666
    assert np.isnan(rows.loc["36005900201", "B19013_001M"])  # -222222222
    assert np.isnan(rows.loc["36081900300", "B19013_001M"])  # -333333333
    assert np.isnan(rows.loc["36081900300", "B28001_011E"])  # null
    assert rows.drop(columns="geography").min(axis=None) == 0


def test_a_controlled_estimate_has_no_sampling_error(rows):
    assert rows.loc["36005900100", "B01003_001M"] == 0  # -555555555


def test_a_tract_without_households_is_kept(rows):
    assert rows.loc["36005900201", ["B28002_001E", "B28002_001M"]].tolist() == [0, 13]


def test_the_top_code_is_noted(parsed, rows):
    assert rows.loc["36081900300", "B19013_001E"] == 250_001
    assert parsed.notes == ("median household income is top-coded (250,000 or more) in 1 places",)


def test_a_place_outside_the_city_is_set_aside(parsed):
    assert {*parsed.rejects["reason"]} == {NO_PLACE}
    assert parsed.rows_in == len(parsed.table) + len(parsed.rejects)


def test_variables_that_nothing_reads_are_listed():
    assert parse(raw("acs.json")).ignored == {"adoption": ["b25077_001e"]}


def test_codes_may_be_in_either_case():
    header, rest = raw("acs.csv").split(b"\n", 1)
    assert_frame_equal(parse(header.lower() + b"\n" + rest).table, parse(header.upper() + b"\n" + rest).table)


def test_an_unreadable_value_and_a_repeat_are_set_aside():
    content = raw("acs.csv").replace(b",900,75,", b",about 900,75,") + raw("acs.csv").splitlines(keepends=True)[3]
    found = parse(content)
    assert found.table["place"].tolist() == TRACTS[1:]
    assert found.rejects["reason"].tolist() == [
        "a value is not a number",
        NO_PLACE,
        "repeats the place of an earlier row",
    ]


def test_a_usable_row_after_an_unusable_one_of_the_same_place_is_kept():
    lines = raw("acs.csv").splitlines(keepends=True)
    found = parse(b"".join([lines[0], lines[1].replace(b",900,", b",about 900,"), *lines[1:]]))
    assert found.table["place"].tolist() == TRACTS
    assert found.rejects["reason"].tolist() == ["a value is not a number", NO_PLACE]


def test_without_margins_there_is_a_note():
    found = parse(b"GEOID,B28002_001E,B28002_004E\n36005900100,10,9\n")
    assert found.notes == ("upstream gave no margins of error: estimates stand without an interval",)
    assert [*found.table] == ["place", "geography", "B28002_001E", "B28002_004E"]


def test_readable_names_are_codes_unless_the_codes_are_there():
    found = parse(b"GEOID,hh_total,hh_broadband_any,B28002_004E\n36005900100,10,8,9\n")
    assert found.table[["B28002_001E", "B28002_004E"]].iloc[0].tolist() == [10, 9]
    assert found.ignored == {"adoption": ["hh_broadband_any"]}


def test_by_nta():
    found = parse(raw("acs_nta.csv"))
    assert found.table["place"].tolist() == ["BX9901", "QN9961"]
    assert {*found.table["geography"]} == {"nta"}
    assert found.table["DP02_0154E"].tolist() == [13500, 0]
    assert found.table["DP02_0154M"].isna().tolist() == [False, True]
    assert found.rejects["reason"].tolist() == [NO_PLACE]
    assert found.ignored == {"adoption": ["dp02_0154pe"]}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"GEOID,NAME\n36005900100,Somewhere\n", r"B28002_004E"),
        (b"zip,B28002_001E\n10001,3\n", r"neither state, county and tract nor geoid.*nta_code"),
        (b'{"error": "invalid key"}', "found a JSON object"),
        (b"<html><title>Missing Key</title></html>", "found a web page"),
        (b'[["NAME","B28002_001E","state"],["x","1"]]', "rows of several lengths"),
    ],
)
def test_a_file_that_is_something_else_is_refused(content, said):
    with pytest.raises(UpstreamChanged, match=rf"(?i)^adoption.*{said}"):
        parse(content)


def test_too_few_places_are_a_partial_file():
    with pytest.raises(TableError, match="3 rows found, at least 250 expected"):
        DATASET.read({"adoption": raw("acs.json")})


def test_the_real_file_has_the_published_totals_as_csv_and_as_api_json(real):
    found, same = (
        DATASET.read({"adoption": (real / "acs" / name).read_bytes()})
        for name in ("acs5_2024_tract_nyc.csv", "acs5_2024_tract_nyc_api.json")
    )
    assert_frame_equal(found.table, same.table)
    sums = found.table[["B28002_001E", "B28002_004E", "B28002_007E", "B28002_013E"]].sum()
    assert len(found.table) == 2327
    assert sums["B28002_001E"] == 3_334_088
    assert (100 * sums / sums["B28002_001E"]).round(1).tolist() == [100, 90.5, 74.9, 7.3]
    assert found.table["B19013_001E"].isna().sum() == 128
    assert found.table["B28002_001E"].eq(0).sum() == 96
    assert found.notes[1] == "median household income is top-coded (250,000 or more) in 13 places"
    assert found.rejects.empty


def test_the_real_ntas_are_those_of_the_sample(real):
    found, sample = (
        DATASET.read({"adoption": path.read_bytes()}).table.set_index("place").sort_index()
        for path in (real / "acs" / "acs5_2023_nta2020_nyc.csv", ROOT / "data" / "adoption_nta.csv")
    )
    assert_frame_equal(found[[*sample]], sample)
    households, connected = found["DP02_0001E"].sum(), found["DP02_0154E"].sum()
    assert (households, connected, round(100 * connected / households, 1)) == (3_313_316, 2_949_535, 89.0)


def test_the_real_file_agrees_with_its_own_rows(real):
    path = real / "acs" / "acs5_2024_tract_nyc.csv"
    with path.open(newline="") as file:
        by_hand = {row["GEOID"]: float(row["hh_total"]) for row in csv.DictReader(file)}
    found = DATASET.parse({"adoption": path.read_bytes()}).table
    assert pd.Series(by_hand).equals(
        found.set_index("place")["B28002_001E"].rename_axis(None).rename(None).astype(float)
    )
