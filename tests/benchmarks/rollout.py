"""The rollout planner at the size of the city: to a proved optimum, and solved again with need redrawn."""

import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.rollout import plan
from geo.stability import RESAMPLES, resampled, summary
from tests.rollouts import city, full_terms

SEEDS = 3
SPREAD = 4.0
"""Standard deviation of a need, in points: about that of a neighborhood in the survey."""


def measurements() -> Iterator[tuple[str, str, str]]:
    """Rows (what, measured, should reach)."""
    slowest = 0.0
    for seed in range(SEEDS):
        frame = city(seed=seed)
        terms = full_terms(frame)
        began = time.perf_counter()
        found = plan(frame, terms)
        slowest = max(slowest, time.perf_counter() - began)
        assert found.proven and found.gap == 0
    size = f"{len(frame)} developments, {terms.waves} waves"
    yield f"rollout plan, {size}, to the proved optimum", f"{slowest:.2f} s, slowest of {SEEDS}", "≤ 5 s"
    random = np.random.default_rng(1)
    need = frame["need"].to_numpy() + random.normal(0, SPREAD, (RESAMPLES, len(frame)))
    draws = pd.DataFrame(need.clip(0, 100), columns=frame.index)
    began = time.perf_counter()
    stays = summary(found, resampled(found, frame, draws))["kept_share"].mean()
    seconds = time.perf_counter() - began
    yield f"{RESAMPLES} resamples of it", f"{seconds:.0f} s; {stays:.0%} stay in their wave", "≤ 60 s"
