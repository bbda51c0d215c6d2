import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo.access import coordinates_m
from geo.catchment import BANDS, SITES_AT_ONCE, access, by_area, capacity
from geo.errors import TableError
from geo.supply import sites
from tests import city

NAN = float("nan")
quick = settings(deadline=None, max_examples=60)


@st.composite
def towns(draw):
    """Lots and sites within 5 km; some lots without residents, some sites without computers, some out of reach."""
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    places = arrays.arrays(float, st.tuples(st.just(n + m), st.just(2)), elements=st.integers(0, 5000).map(float))
    there = draw(places)
    residents = draw(arrays.arrays(float, n, elements=st.integers(0, 5000).map(float)))
    units = draw(arrays.arrays(float, m, elements=st.integers(0, 200).map(float)))
    return there[:n], residents, there[n:], units


def row(*metres):
    return np.array([(east, 0.0) for east in metres])


def every_pair(lots_m, residents, sites_m, units):
    """The method again, by plain loops."""
    found = [0.0] * len(lots_m)
    for site, unit in zip(sites_m, units, strict=True):
        metres = [float(np.hypot(*(lot - site))) for lot in lots_m]
        weights = [next((weight for until, weight in BANDS if far <= until), 0.0) for far in metres]
        demand = sum(weight * people for weight, people in zip(weights, residents, strict=True))
        for number, weight in enumerate(weights):
            found[number] += weight * unit / demand if demand else 0.0
    return found


def test_by_hand():
    """A site at 0 with 10 computers: 100 people at its door, 100 at 800 m (0.68), 100 at 1,600 m (0.22), 50 beyond."""
    found = access(row(0, 800, 1600, 1601), np.array([100, 100, 100, 50]), row(0), np.array([10]))
    assert found == pytest.approx([10 / 190, 6.8 / 190, 2.2 / 190, 0])
    assert found[3] == 0


@pytest.mark.parametrize(("metres", "weight"), [(0, 1), (400, 1), (400.1, 0.68), (800, 0.68), (1600, 0.22)])
def test_exactly_on_a_bound_is_within_it(metres, weight):
    found = access(row(0, metres), np.array([50, 0]), row(0), np.array([100]))
    assert found == pytest.approx([2, 2 * weight])


@quick
@given(towns())
def test_agrees_with_every_pair_measured(town):
    assert access(*town) == pytest.approx(every_pair(*town), rel=1e-9)


def test_a_second_block_of_sites_adds_to_the_first():
    rng = np.random.default_rng(1)
    m = 2 * SITES_AT_ONCE + 3
    town = rng.uniform(0, 5000, (40, 2)), rng.uniform(0, 90, 40), rng.uniform(0, 5000, (m, 2)), rng.uniform(1, 9, m)
    assert access(*town) == pytest.approx(every_pair(*town), rel=1e-9)


@quick
@given(towns())
def test_no_computer_is_lost_or_counted_twice(town):
    lots_m, residents, sites_m, units = town
    apart = np.hypot(*(lots_m[:, None, :] - sites_m[None, :, :]).transpose(2, 0, 1))
    reaches = ((apart <= BANDS[-1][0]) & (residents > 0)[:, None]).any(axis=0)
    assert (residents * access(*town)).sum() == pytest.approx(units[reaches].sum(), rel=1e-9)


@quick
@given(towns(), st.integers(0, 4), st.integers(1, 100))
def test_more_capacity_never_lowers_anybodys_access(town, site, more):
    lots_m, residents, sites_m, units = town
    grown = units + more * (np.arange(len(units)) == site % len(units))
    assert (access(lots_m, residents, sites_m, grown) >= access(*town) - 1e-12).all()


@quick
@given(towns(), st.integers(1, 500))
def test_a_site_out_of_reach_changes_nothing(town, computers):
    lots_m, residents, sites_m, units = town
    further = np.vstack([sites_m, [(9000.0, 9000.0)]])
    assert access(lots_m, residents, further, np.append(units, computers)) == pytest.approx(access(*town), rel=1e-12)


@quick
@given(towns(), st.floats(0, 1))
def test_splitting_a_lot_at_its_place_changes_nothing(town, part):
    lots_m, residents, sites_m, units = town
    split = np.append(residents, residents[0] * (1 - part))
    split[0] *= part
    found = access(np.vstack([lots_m, lots_m[:1]]), split, sites_m, units)
    before = access(*town)
    assert found == pytest.approx(np.append(before, before[0]), rel=1e-9)


@quick
@given(towns(), st.floats(0.01, 100))
def test_more_residents_everywhere_share_the_same_computers(town, factor):
    lots_m, residents, sites_m, units = town
    found = access(lots_m, residents * factor, sites_m, units)
    assert found == pytest.approx(access(*town) / factor, rel=1e-9)


@quick
@given(towns())
def test_agrees_with_the_library_access(town):
    """`access` of PySAL has no answer (no row) for a lot that nothing reaches, and none (0/0) at a site of nobody."""
    pysal = pytest.importorskip("access.fca", reason="the package access is not installed")
    weights = pytest.importorskip("access.weights")
    lots_m, residents, sites_m, units = town
    residents = residents + 1
    lot, site = np.indices((len(lots_m), len(sites_m))).reshape(2, -1)
    costs = pd.DataFrame({"origin": lot, "dest": site, "cost": np.hypot(*(lots_m[lot] - sites_m[site]).T)})
    theirs = pysal.two_stage_fca(
        pd.DataFrame({"geoid": range(len(lots_m)), "demand": residents}),
        pd.DataFrame({"supply": units}),
        costs,
        max_cost=BANDS[-1][0],
        weight_fn=weights.step_fn(dict(BANDS)),
    )
    ours = pd.Series(access(lots_m, residents, sites_m, units))
    assert ours[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-9)
    assert (ours.drop(theirs.index) == 0).all()


def test_where_nobody_lives_or_nothing_stands_access_is_0():
    assert access(row(0, 100), np.zeros(2), row(0), np.array([10])).tolist() == [0, 0]
    assert access(row(0, 100), np.array([5, NAN]), np.empty((0, 2)), np.array([])).tolist() == [0, 0]
    assert access(np.empty((0, 2)), np.array([]), row(0), np.array([10])).tolist() == []


def test_people_who_are_not_known_make_no_demand():
    assert access(row(0, 100), np.array([5, NAN]), row(0), np.array([10])).tolist() == [2, 2]


@pytest.mark.parametrize(("people", "units"), [(5, -1), (5, NAN), (-5, 1)])
def test_capacity_and_residents_are_counts(people, units):
    with pytest.raises(TableError, match="1 capacities or residents are negative or not known"):
        access(row(0), np.array([people]), row(0), np.array([units]))


def test_areas_are_means_over_residents():
    """a: 10 people with 0.1 and 30 with none; b: not reached; c: nobody; the lot without an area has no say."""
    found = by_area(
        np.array([0.1, 0, 0, 0.5, 9, 9]),
        pd.Series([10, 30, 7, 0, NAN, 7], dtype=float),
        pd.Series(["a", "a", "b", "c", "a", None]),
    )
    assert found.index.tolist() == ["a", "b", "c"]
    assert found["computers_per_1000_residents"].tolist()[:2] == pytest.approx([25, 0])
    assert np.isnan(found["computers_per_1000_residents"]["c"])
    assert found["reached"].tolist() == [True, False, False]


def test_the_made_up_city_by_hand():
    """20 computers 200 m from both lots of C1 (300 people), 1,000 m or more from everybody else but the lot of A2."""
    centres = sites({"facilities": city.facilities().assign(workstations=20.0)})["centre"]
    lots, (computers, notes) = city.lots(), capacity(centres)
    place = coordinates_m(centres.geometry[computers.index])
    found = access(coordinates_m(lots.geometry), lots["residents"].to_numpy(), place, computers.to_numpy())
    areas = by_area(found, lots["residents"], pd.Series(["A1", "A1", "A2", "B1", "B2", "C1", "C1"]))
    demand = 300 + 0.22 * (400 + 40)
    assert notes == ()
    assert areas["computers_per_1000_residents"].to_dict() == pytest.approx(
        {"A1": 0, "A2": 4400 / demand, "B1": 0, "B2": 4400 / demand, "C1": 20_000 / demand}
    )
    assert areas["reached"].to_dict() == {"A1": False, "A2": True, "B1": False, "B2": True, "C1": True}


def test_a_centre_that_does_not_state_its_computers_is_left_out_and_counted():
    centres = gpd.GeoDataFrame({"workstations": [12.0, NAN, 0.0]}, geometry=city.points([(0, 0)] * 3).to_numpy())
    known, notes = capacity(centres)
    assert known.to_dict() == {0: 12, 2: 0}
    assert notes == (
        "1 of 3 public computer centres do not state how many computers they have: "
        "they are left out of computers per resident",
    )
