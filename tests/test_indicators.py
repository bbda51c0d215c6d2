import csv
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from geo.indicators import INDICATORS, MEDIAN_INCOME, NEED, NOT_CONNECTED, REACH
from geo.tables import ADOPTION
from tests.conftest import ROOT


def weighted_95th(shares, universe):
    """The least share at or below which 95 % of the universe lives."""
    order = np.argsort(shares)
    total = np.cumsum(universe[order])
    return shares[order][np.searchsorted(total, 0.95 * total[-1])]


def to_five_points(share):
    return round(share * 20) / 20


def test_codes_are_unique_and_in_a_dimension():
    codes = [indicator.code for indicator in INDICATORS]
    assert len({*codes}) == len(codes)
    assert {indicator.dimension for indicator in INDICATORS} == {dimension.code for dimension in NEED}
    assert REACH not in NEED
    assert NOT_CONNECTED in codes


def test_goalposts_rise():
    assert all(0 <= low < high <= 1 for low, high in (indicator.goalposts for indicator in INDICATORS))


def test_variables_are_those_that_the_contract_admits():
    variables = [name for indicator in INDICATORS for ratio in indicator.ratios for name in ratio.variables]
    frame = dict.fromkeys(f"{name}{kind}" for name in (*variables, MEDIAN_INCOME) for kind in "EM")
    assert len(ADOPTION.measures(frame)) == len(frame)


def test_each_source_names_its_tables():
    for indicator in INDICATORS:
        tables = {name.split("_")[0] for ratio in indicator.ratios for name in ratio.part}
        assert all(table in indicator.source or table == "DP05" for table in tables), indicator.code


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda indicator: indicator.code)
def test_goalposts_are_those_of_the_base_vintage(indicator):
    survey = pd.read_csv(ROOT / "data" / "adoption_nta.csv")
    there = [ratio for ratio in indicator.ratios if {f"{name}E" for name in ratio.variables} <= {*survey}]
    if not there:
        assert indicator.code == "no_fixed_broadband"
        return
    survey = survey[survey[f"{there[0].whole}E"] > 0]
    universe = survey[f"{there[0].whole}E"].to_numpy()
    found = survey[[f"{name}E" for name in there[0].part]].to_numpy().sum(axis=1) / universe
    shares = 1 - found if there[0].rest else found
    assert indicator.goalposts == (0, to_five_points(weighted_95th(shares, universe)))


def test_the_goalpost_of_fixed_broadband_is_that_of_the_real_tracts(real):
    def rows(name):
        with (real / "acs" / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    nta = {row["GEOID"]: row["NTACode"] for row in rows("tract2020_nta_cdta_equivalency.csv")}
    households, fixed = Counter(), Counter()
    for row in rows("acs5_2024_tract_nyc.csv"):
        if row["GEOID"] in nta:
            households[nta[row["GEOID"]]] += int(float(row["hh_total"]))
            fixed[nta[row["GEOID"]]] += int(float(row["hh_cable_fiber_dsl"]))
    lived_in = [name for name, number in households.items() if number]
    shares = np.array([1 - fixed[name] / households[name] for name in lived_in])
    universe = np.array([households[name] for name in lived_in])
    declared = next(indicator for indicator in INDICATORS if indicator.code == "no_fixed_broadband")
    assert declared.goalposts == (0, to_five_points(weighted_95th(shares, universe)))
