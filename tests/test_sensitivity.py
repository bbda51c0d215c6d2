import numpy as np
import pandas as pd
import pytest
import scipy.stats

from geo.gaps import WEIGHTS
from geo.need import dimensions
from geo.sensitivity import (
    VARIANTS,
    bands,
    geography_correlation,
    kept_band_share,
    variant_correlations,
    variant_scores,
)
from tests import survey

NAN = float("nan")


@pytest.fixture(scope="module")
def city():
    return survey.scored(survey.adoption(80))


def test_bands_by_hand():
    scores = pd.Series([3.0, 10, NAN, 1, 2, 9, 4, 5, 6, 7, 8], index=list("abcdefghijk"))
    assert bands(scores).to_dict() == pytest.approx(
        {"b": 0, "f": 1, "c": NAN, **dict.fromkeys("adeghijk", 2)}, nan_ok=True
    )


def test_equals_have_the_same_band():
    assert bands(pd.Series([9.0, 9, *range(8)])).tolist() == [0, 0, *[2] * 8]


def test_of_five_areas_one_is_in_the_first_band_and_none_in_the_second():
    assert bands(pd.Series([1.0, 2, 3, 4, 5])).tolist() == [2, 2, 2, 2, 0]


def test_kept_band_share_by_hand():
    areas = pd.DataFrame({"gap": [*range(10, 0, -1), NAN]}, dtype=float)
    swapped = areas["gap"].replace({10: 9, 9: 10})
    kept = kept_band_share(areas, pd.DataFrame({"same": areas["gap"] * 3, "swapped": swapped}))
    assert kept.tolist() == pytest.approx([0.5, 0.5, *[1] * 8, NAN], nan_ok=True)


def test_variants_are_those_declared_and_have_the_rows_of_the_areas(city):
    areas, basis = city
    found = variant_scores(areas, basis)
    assert [*found] == [*VARIANTS]
    assert found.index.equals(areas.index)
    assert (found.notna().all(axis=1) == areas["gap"].notna()).all()


def test_variants_against_scipy(city):
    areas, basis = city
    areas = areas[areas["gap"].notna()]
    found = variant_scores(areas, basis)
    parts = dimensions(areas, basis).assign(beyond_reach=areas["beyond_reach"])[[*WEIGHTS]]
    assert found["geometric"].to_numpy() == pytest.approx(scipy.stats.gmean(parts.clip(lower=1), axis=1))
    for name, normalised in {
        "z_score": scipy.stats.zscore,
        "percentile": lambda values: (scipy.stats.rankdata(values) - 0.5) / len(values) * 100,
    }.items():
        means = [
            np.mean([normalised(areas[f"{code}_share"]) for code in codes], axis=0) for codes in basis.members.values()
        ]
        by_scipy = np.mean([*means, normalised(areas["beyond_reach"])], axis=0)
        assert found[name].to_numpy() == pytest.approx(by_scipy, abs=1e-3)
    loadings = np.linalg.eigh(np.corrcoef(parts.T))[1][:, -1]
    by_scipy = scipy.stats.zscore(parts.to_numpy()) @ (loadings * np.sign(loadings.sum()))
    assert found["principal"].to_numpy() == pytest.approx(by_scipy)


def test_areas_without_a_gap_have_no_part_in_the_variants(city):
    areas, basis = city
    park = areas.iloc[[0]].assign(gap=NAN).rename(lambda place: "a park")
    with_park, without = (variant_scores(frame, basis) for frame in (pd.concat([areas, park]), areas))
    assert with_park.loc["a park"].isna().all()
    pd.testing.assert_frame_equal(with_park.drop("a park"), without)


def test_a_city_without_any_gap_has_no_variants(city):
    found = variant_scores(city[0].assign(gap=NAN), city[1])
    assert [*found] == [*VARIANTS]
    assert found.isna().all(axis=None)


def test_a_copy_of_an_area_has_the_same_variants_and_bands(city):
    areas, basis = city
    twice = pd.concat([areas, areas.iloc[[4]].rename(lambda place: "copy")])
    found = variant_scores(twice, basis)
    assert found.loc["copy"].to_numpy() == pytest.approx(found.iloc[4].to_numpy())
    kept = kept_band_share(twice, found)
    assert kept["copy"] == kept.iloc[4]


def test_correlations_are_those_of_scipy(city):
    areas, basis = city
    found = variant_scores(areas, basis)
    for name, correlation in variant_correlations(areas, found).items():
        assert correlation == pytest.approx(scipy.stats.spearmanr(areas["gap"], found[name]).statistic)


def test_geographies_are_compared_through_what_holds_what():
    small = pd.DataFrame({"gap": [1.0, 2, 3, 4, NAN, 6, 7]}, index=list("abcdefg"))
    large = pd.DataFrame({"gap": [5.0, 2, NAN]}, index=["L", "M", "N"])
    holds = pd.Series({"g": "N", "f": "L", "e": "L", "d": "L", "c": "M", "b": "L", "a": "M"})
    by_scipy = scipy.stats.spearmanr([1, 2, 3, 4, 6], [2, 5, 2, 5, 5]).statistic
    assert geography_correlation(small, large, holds) == pytest.approx(by_scipy)


def test_two_areas_are_too_few_to_correlate():
    frame = pd.DataFrame({"gap": [1.0, 2.0]}, index=["a", "b"])
    assert np.isnan(geography_correlation(frame, frame, pd.Series({"a": "a", "b": "b"})))
