"""The heavy parts of the method at full size, on a made-up survey: 2,325 tracts, five indicators, all with margins."""

import resource
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from geo.acs import Estimate
from geo.equity import ledger
from geo.gaps import WEIGHTS, score
from geo.ranks import DRAWS, rank_intervals
from tests import survey

ROUNDS = 5


def measurements() -> Iterator[tuple[str, str, str]]:
    """Rows (what, measured, should reach)."""
    scored, found = survey.scored(survey.adoption())
    seconds = best(lambda: rank_intervals(scored, found), 2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"ranks of {len(scored):,} tracts, {DRAWS:,} draws", f"{seconds:.2f} s, {peak:,.0f} MB", "≤ 4 s, ≤ 1,024 MB"
    parts = scored[[*WEIGHTS]]
    both = [parts, parts.iloc[:262]]
    weights = {name: weight + 0.5 for name, weight in WEIGHTS.items()}
    seconds = best(lambda: [score(areas, weights) for areas in both], ROUNDS)
    yield "all tracts and NTAs under new weights", f"{1000 * seconds:.1f} ms", "≤ 15 ms"
    random = np.random.default_rng(1)
    boroughs = pd.Series(random.integers(0, 5, len(scored)), index=scored.index).astype(str)
    income = pd.Series(random.uniform(2e4, 2e5, len(scored)), index=scored.index)
    measure = Estimate(1 - scored["no_broadband_share"], scored["no_broadband_moe_share"])
    people = pd.Series(1000.0, index=scored.index)
    seconds = best(lambda: ledger(measure, people, boroughs, income, threshold=0.9), 2)
    yield "equity ledger of one measure", f"{seconds:.2f} s", "≤ 1 s"


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest of `rounds`."""
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return min(seconds)
