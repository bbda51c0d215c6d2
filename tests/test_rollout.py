"""The planner against counting every rollout out, one constraint after the other, and its numbers among themselves."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from geo.errors import BadQuery, TableError
from geo.rollout import Infeasible, Terms, costs_of, plan
from tests.rollouts import all_of, city, counted, developments, full_terms, small, thousandths

COUNT = settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck], derandomize=True)
DOLLARS = {"cost_usd": 1, "months": 1}


def waves_of(found, frame):
    return found.rows["wave"].reindex(frame.index).fillna(0).astype(int).to_numpy()


def reached(frame, waves):
    return np.where(waves > 0, thousandths(frame), 0).sum(axis=-1)


@COUNT
@given(small())
def test_as_good_as_counting_every_rollout_out(case):
    frame, terms = case
    ways = counted(frame, terms)
    try:
        found = plan(frame, terms)
    except Infeasible as exc:
        assert len(ways) == 0, exc
        return
    except BadQuery as exc:
        assert "must include what cannot be planned" in str(exc)
        return
    mine = waves_of(found, frame)
    assert (ways == mine).all(axis=1).any(), "it breaks a limit"
    assert found.proven and found.gap == 0
    assert reached(frame, mine) == reached(frame, ways).max()
    assert found.bound == pytest.approx(reached(frame, mine) / 1000)
    assert reached(frame, mine) >= round(1000 * found.greedy.totals["weighted"]) or found.greedy_short
    alike = ways[((ways > 0) == (mine > 0)).all(axis=1)]
    for wave in range(1, terms.waves + 1):  # of those chosen, each wave after those before it
        value = np.where(alike == wave, thousandths(frame), 0).sum(axis=1)
        assert np.where(mine == wave, thousandths(frame), 0).sum() == value.max()
        alike = alike[((alike == wave) == (mine == wave)).all(axis=1)]


@COUNT
@given(small())
def test_a_clash_is_one_and_the_smallest(case):
    frame, terms = case
    try:
        plan(frame, terms)
    except Infeasible as exc:
        others = [each for each in all_of(terms) if each not in exc.clash]
        assert len(counted(frame, terms, others)) == 0, exc
        for each in exc.clash:
            assert len(counted(frame, terms, [*others, each])), exc
    except BadQuery:
        return


@COUNT
@given(small(most=5))
def test_shadow_costs_are_what_dropping_brings(case):
    frame, terms = case
    try:
        found, costs = plan(frame, terms), costs_of(frame, terms)
    except BadQuery:
        return
    assert (costs["weighted_gained"] >= 0).all()
    for name, row in costs.iterrows():
        dropped = [
            each for each in all_of(terms) if str(each) == name or (name == "include" and each.kind == "include")
        ]
        if not dropped:
            assert name == "budget +10 %"
            continue
        most = reached(frame, counted(frame, terms, dropped)).max() / 1000
        assert row["weighted"] == pytest.approx(most), name
        assert row["weighted_gained"] == pytest.approx(most - found.totals["weighted"], abs=1e-3)


FOUR = developments(
    ("Bronx", 4, 50.0, "Optimum"),
    ("Bronx", 4, 40.0, "Optimum"),
    ("Queens", 4, 90.0, "Spectrum"),
    ("Queens", 4, 80.0, "Spectrum"),
)
PLENTY = {"waves": 1, "budget_usd": 1000, **DOLLARS}


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        ({"budget_usd": 8}, lambda rows: rows["cost_usd"].sum() <= 8),
        ({"crews": 2}, lambda rows: len(rows) <= 2),
        ({"capacity": {"Spectrum": 1}}, lambda rows: (rows["provider"] == "Spectrum").sum() <= 1),
        ({"exclude": frozenset({"003"})}, lambda rows: "003" not in rows.index),
        ({"budget_usd": 8, "minimum": {"Bronx": 0.5}}, lambda rows: (rows["borough"] == "Bronx").mean() >= 0.5),
        ({"budget_usd": 8, "include": frozenset({"002"})}, lambda rows: "002" in rows.index),
    ],
    ids=["budget", "crews", "capacity", "exclude", "minimum", "include"],
)
def test_each_constraint_is_violated_when_removed(limit, kept):
    name = [*limit][-1]
    without = {key: value for key, value in limit.items() if key != name}
    assert kept(plan(FOUR, Terms(**PLENTY | limit)).rows)
    assert not kept(plan(FOUR, Terms(**PLENTY | without)).rows)


def test_eligibility_is_a_constraint():
    eligible = pd.Series([True, None, False, True], index=FOUR.index, dtype=object)
    found = plan(FOUR.assign(eligible=eligible), Terms(**PLENTY))
    assert [*found.rows.index] == ["004", "001"]
    assert found.left_out["reason"].to_dict() == {"002": "its eligibility is not confirmed", "003": "not eligible"}
    with pytest.raises(BadQuery, match=r"must include what cannot be planned.*003 Houses 003: not eligible"):
        plan(FOUR.assign(eligible=eligible), Terms(**PLENTY, include=frozenset({"003"})))


def test_the_provider_of_a_borough_stands_in_where_none_is_known():
    frame = FOUR.assign(provider=[None, "Optimum", None, None])
    assert len(plan(frame, Terms(**PLENTY, capacity={"Spectrum": 0}, providers={"Queens": "Spectrum"})).rows) == 2
    found = plan(frame, Terms(**PLENTY, capacity={"Optimum": 1}))
    assert len(found.rows) == 4
    assert found.notes == ("the provider of 3 candidates is not known: no capacity limits them",)


def test_money_that_is_left_carries_over():
    frame = developments(("Bronx", 6, 50.0, None), ("Bronx", 3, 90.0, None))
    found = plan(frame, Terms(waves=2, budget_usd=5, **DOLLARS))
    assert found.rows["wave"].to_dict() == {"002": 1, "001": 2}
    assert found.waves["left_usd"].tolist() == [2, 1]


def test_by_hand():
    """Two waves of $10: 6 + 4 households at need 100 and 50 fill the first, what is worth 4.2 the second."""
    frame = developments(
        ("Bronx", 6, 100.0, None), ("Bronx", 4, 50.0, None), ("Queens", 7, 60.0, None), ("Queens", 9, 30.0, None)
    )
    found = plan(frame, Terms(waves=2, budget_usd=10, **DOLLARS))
    assert found.totals == {"developments": 3, "households": 17, "weighted": 12.2, "cost_usd": 17}
    assert found.waves["weighted"].tolist() == [8.0, 4.2]
    assert found.left_out["reason"].to_dict() == {"004": "costs $9, $3 are left: the money reaches more need elsewhere"}


def test_sums_are_those_of_the_rows():
    frame = city()
    found = plan(frame, full_terms(frame))
    for schedule in (found, found.greedy):
        for name in ("households", "weighted", "cost_usd"):
            assert schedule.totals[name] == pytest.approx(schedule.rows[name].sum())
            assert schedule.waves[name].tolist() == pytest.approx(
                schedule.rows.groupby("wave")[name].sum().reindex(schedule.waves.index, fill_value=0).tolist()
            )
        assert schedule.totals["developments"] == len(schedule.rows) == schedule.waves["developments"].sum()
    assert found.proven
    assert found.totals["weighted"] >= found.greedy.totals["weighted"]
    assert len(found.rows) + len(found.left_out) == len(frame)
    assert found.left_out["reason"].notna().all()


def test_the_order_of_the_rows_changes_nothing():
    frame = city(size=60)
    terms = full_terms(frame, waves=3)
    terms = Terms(**{**vars(terms), "include": frozenset({"005"}), "exclude": frozenset({"007"})})
    pd.testing.assert_frame_equal(plan(frame, terms).rows, plan(frame.sample(frac=1, random_state=3), terms).rows)


def test_of_twins_the_lower_number_goes_first():
    frame = developments(*[("Bronx", 5, 50.0, None)] * 4)
    found = plan(frame, Terms(waves=2, budget_usd=5, **DOLLARS))
    assert found.rows["wave"].to_dict() == {"001": 1, "002": 2}


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"waves": 0}, "waves is 0, expected a whole number from 1 to 12"),
        ({"budget_usd": -1}, "expected dollars a wave above 0"),
        ({"minimum": {"Bronx": 0.7, "Queens": 0.6}}, "add up to 1.30"),
        ({"include": frozenset({"001"}), "exclude": frozenset({"001"})}, "both included and excluded"),
        ({"include": frozenset({"999"})}, "unknown TDS 999"),
        ({"minimum": {"Kings": 0.1}}, "unknown borough Kings; known: Bronx, Queens"),
        ({"capacity": {"Verizon": 1}}, "unknown provider Verizon; known: Optimum, Spectrum"),
    ],
)
def test_terms_that_make_no_sense(terms, said):
    with pytest.raises(BadQuery, match=said.replace("(", r"\(")):
        plan(FOUR, Terms(**PLENTY | terms))


def test_frames_that_cannot_be_planned_from():
    with pytest.raises(TableError, match="need of 001 is 101, expected 0–100"):
        plan(FOUR.assign(need=101.0), Terms(**PLENTY))
    with pytest.raises(TableError, match="columns \\['provider'\\] are missing"):
        plan(FOUR.drop(columns="provider"), Terms(**PLENTY))


def test_when_nothing_fits_it_says_what_the_cheapest_costs():
    with pytest.raises(Infeasible, match=r"a budget of \$3 a wave.*the cheapest candidate is 001 .*\$4"):
        plan(FOUR, Terms(**PLENTY | {"budget_usd": 3}))


def test_a_clash_is_told_in_words_with_numbers():
    with pytest.raises(Infeasible, match=r"must include 001 .*, 002 .*\$8 together; a budget of \$5 a wave"):
        plan(FOUR, Terms(**PLENTY | {"budget_usd": 5, "include": frozenset({"001", "002"})}))
