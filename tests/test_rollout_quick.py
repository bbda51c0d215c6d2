"""The quick way to plan against counting out and against the exact one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from geo import rollout_quick
from geo.rollout import plan
from geo.rollout_problem import problem, values
from geo.rollout_quick import nearly
from tests.rollouts import city, counted, full_terms, small, thousandths

COUNT = settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck], derandomize=True)


def nobody(of):
    return np.zeros(len(of.value), dtype=int)


@COUNT
@given(small())
def test_a_few_are_all_core_so_it_is_exact(case):
    frame, terms = case
    ways = counted(frame, terms)
    of = problem(frame, terms)
    found = nearly(of, nobody(of), 0.0)
    if found is None:
        assert len(ways) == 0
        return
    wave = np.zeros(len(frame), dtype=int)
    wave[frame.index.get_indexer(of.candidates.index)] = found
    if not len(ways):  # nobody at all, which is no plan
        assert not wave.any()
        return
    value = thousandths(frame)
    assert (ways == wave).all(axis=1).any()
    assert value[wave > 0].sum() == np.where(ways > 0, value, 0).sum(axis=1).max()
    alike = ways[((ways > 0) == (wave > 0)).all(axis=1)]
    assert value[wave == 1].sum() == np.where(alike == 1, value, 0).sum(axis=1).max()


@pytest.mark.parametrize("core", [0, 12])
def test_at_full_size_it_keeps_the_limits_and_loses_nothing(core, monkeypatch):
    """A share of what nobody reaches is nothing to fall short of. Without a core every step is a program."""
    monkeypatch.setattr(rollout_quick, "CORE", core)
    frame = city()
    terms = full_terms(frame)
    best = plan(frame, terms)
    of = problem(frame, terms)
    found = nearly(of, nobody(of), 1e-3)
    rows = of.candidates.assign(wave=found, weighted=of.value)[found > 0]
    assert rows["weighted"].sum() == pytest.approx(best.totals["weighted"])
    spent = rows.groupby("wave")["households"].sum().cumsum() * terms.household_usd
    assert (spent <= terms.budget_usd * spent.index).all()
    assert rows.groupby("wave").size().max() <= terms.crews
    assert rows.groupby(["wave", "provider"]).size().max() <= 10
    share = rows.groupby("borough")["households"].sum() / rows["households"].sum()
    assert (share >= [terms.minimum[name] - 1e-9 for name in share.index]).all()
    assert terms.include <= {*rows.index}


def test_what_is_as_good_stays():
    """At any tolerance: the search does not move anybody for less than it gains."""
    frame = city()
    terms = full_terms(frame)
    of = problem(frame, terms)
    before = _waves(plan(frame, terms), of)
    for tolerance in (0.01, 0.001):
        assert (nearly(of, before, tolerance) == before).all()
    moved = replace(of, value=values(of.candidates["need"].to_numpy()[::-1], of.households))
    assert (nearly(moved, before, 0.001) != before).any()


def _waves(found, of):
    return found.rows["wave"].reindex(of.candidates.index, fill_value=0).to_numpy()
