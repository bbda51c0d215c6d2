"""Rollouts to plan in tests: small ones that can be counted out, and one of the size of the city."""

from itertools import product

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from geo.rollout_terms import Constraint, Terms

BOROUGHS = ("Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island")
PROVIDERS = ("Optimum", "Spectrum")


def developments(*rows, **columns):
    """Developments 001, 002, … from rows (borough, households, need, provider); all eligible."""
    index = pd.Index([f"{at:03d}" for at in range(1, len(rows) + 1)], name="tds")
    frame = pd.DataFrame([*rows], columns=["borough", "households", "need", "provider"], index=index)
    frame["need"] = frame["need"].astype(float)
    return frame.assign(name=[f"Houses {tds}" for tds in index], eligible=True, **columns)


def city(size=240, seed=0):
    """Made-up developments of the size of the city: none of the numbers is real."""
    random = np.random.default_rng(seed)
    households = np.exp(random.normal(6, 0.8, size)).clip(20, 3100) * random.beta(3, 9, size)
    borough = random.choice(5, size, p=[0.25, 0.27, 0.30, 0.10, 0.08])
    provider = np.where(borough < 2, *PROVIDERS)
    need = 100 * random.beta(4, 4, size)
    return developments(*zip(np.array(BOROUGHS)[borough], households.round().clip(1), need, provider, strict=True))


def full_terms(frame, waves=8, money_share=0.4):
    """Every constraint at once; the money of all waves pays for a share of all households."""
    least = dict(zip(BOROUGHS, (0.2, 0.2, 0.2, 0.1, 0.05), strict=True))
    return Terms(
        waves=waves,
        budget_usd=round(money_share * frame["households"].sum() * 360 / waves),
        crews=16,
        capacity=dict.fromkeys(PROVIDERS, 10),
        minimum=least,
        include=frozenset({"005", "100"}),
        exclude=frozenset({"007", "050"}),
    )


@st.composite
def small(draw, most=6):
    """A few developments and terms with some of the constraints, in units in which a household costs a dollar."""
    size = draw(st.integers(1, most))
    row = st.tuples(
        st.sampled_from(BOROUGHS[:3]),
        st.integers(0, 9),
        st.sampled_from([0, 10, 25, 50, 80, 100, 33.333]),
        st.sampled_from([*PROVIDERS, None]),
    )
    frame = developments(*draw(st.lists(row, min_size=size, max_size=size)))
    there = sorted({*frame["borough"]})
    who = sorted({*frame["provider"].dropna()})
    candidates = frame.index[frame["households"] > 0]
    include = frozenset(draw(st.sets(st.sampled_from([*candidates]), max_size=2)) if len(candidates) else ())
    terms = Terms(
        waves=draw(st.integers(1, 3)),
        budget_usd=draw(st.sampled_from([3, 5, 8, 12.5, 30])),
        cost_usd=1,
        months=1,
        crews=draw(st.sampled_from([None, None, 1, 2])),
        capacity={name: draw(st.integers(0, 2)) for name in who if draw(st.booleans())},
        minimum={name: draw(st.sampled_from([0.1, 0.25, 1 / 3])) for name in there if draw(st.booleans())},
        include=include,
        exclude=frozenset(draw(st.sets(st.sampled_from([*frame.index]), max_size=1)) - include),
    )
    return frame, terms


def counted(frame, terms, dropped=()):
    """
    Every rollout that meets the terms but for those `dropped`: waves (many, n), 0 for none, over all rows of `frame`.

    Whoever must be in the plan by the terms as a whole may be in it without a need.
    """
    kept = [each for each in all_of(terms) if each not in dropped]
    waves = np.array([*product(range(terms.waves + 1), repeat=len(frame))])
    households, planned = frame["households"].to_numpy(), waves > 0
    ok = planned.any(axis=1)
    unknown = frame["need"].isna() & ~frame.index.isin([*terms.include])
    ok &= ~(planned & ((households == 0) | unknown | (frame["eligible"] != True)).to_numpy()).any(axis=1)  # noqa: E712
    for constraint in kept:
        ok &= _met(constraint, frame, terms, waves)
    return waves[ok]


def _met(constraint, frame, terms, waves):
    households, planned = frame["households"].to_numpy(), waves > 0
    until = range(1, terms.waves + 1)
    match constraint.kind:
        case "budget":
            cost = terms.cost_usd * terms.months * households
            spent = [(np.where(planned & (waves <= last), cost, 0)).sum(axis=1) for last in until]
            return np.all([of <= last * terms.budget_usd + 1e-9 for last, of in zip(until, spent, strict=True)], axis=0)
        case "crews":
            return np.all([(waves == wave).sum(axis=1) <= terms.crews for wave in until], axis=0)
        case "capacity":
            own = (frame["provider"] == constraint.of).to_numpy()
            places = terms.capacity[constraint.of]
            return np.all([((waves == wave) & own).sum(axis=1) <= places for wave in until], axis=0)
        case "minimum":
            own = (frame["borough"] == constraint.of).to_numpy()
            all_of_them = (planned * households).sum(axis=1)
            return (planned * households * own).sum(axis=1) >= terms.minimum[constraint.of] * all_of_them - 1e-9
        case "include":
            wanted = terms.include if constraint.of is None else {constraint.of}
            return planned[:, frame.index.isin([*wanted])].all(axis=1)
        case "exclude":
            return ~planned[:, frame.index.isin([*terms.exclude])].any(axis=1)


def all_of(terms):
    """The constraints of `terms`, each must-include for itself."""
    others = [each for each in terms.constraints() if each.kind != "include"]
    return others + [Constraint("include", tds) for tds in sorted(terms.include)]


def thousandths(frame):
    """Need-weighted households of each row, in thousandths."""
    return np.round(frame["need"].fillna(0) / 100 * frame["households"] * 1000).astype(int).to_numpy()
