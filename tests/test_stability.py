import numpy as np
import pandas as pd
import pytest

from geo.rollout import Terms, plan
from geo.stability import resampled, summary
from tests.rollouts import developments

TERMS = Terms(waves=2, budget_usd=5, cost_usd=1, months=1)
FRAME = developments(
    ("Bronx", 5, 90.0, None), ("Bronx", 5, 50.0, None), ("Queens", 5, 40.0, None), ("Queens", 5, 10.0, None)
)


def found(needs, **changed):
    best = plan(FRAME, TERMS)
    return summary(best, resampled(best, FRAME, needs, **changed))


def test_without_spread_everyone_stays():
    needs = pd.DataFrame([FRAME["need"]] * 5, columns=FRAME.index)
    assert found(needs, resamples=5)["kept_share"].tolist() == [1, 1]


def test_a_known_share():
    """In one draw of four 003 is in greater need than 002, and takes its place."""
    needs = pd.DataFrame({"002": [50.0] * 4, "003": [40.0, 40.0, 60.0, 40.0]})
    said = found(needs, resamples=4)
    assert said["kept_share"].to_dict() == pytest.approx({"001": 1, "002": 0.75, "003": np.nan}, nan_ok=True)
    assert said["planned_share"].to_dict() == {"001": 1, "002": 0.75, "003": 0.25}
    likely = (0.75 * 4 + 0.5) / 5
    assert said["kept_mc_error"]["002"] == pytest.approx(np.sqrt(likely * (1 - likely) / 4))


def test_those_without_draws_keep_their_need_and_draws_are_used_again():
    waves = [*resampled(plan(FRAME, TERMS), FRAME, pd.DataFrame({"003": [95.0, 0.0]}), resamples=4)]
    assert [wave["003"] for wave in waves] == [1, 0, 1, 0]
    assert [wave["001"] for wave in waves] == [2, 1, 2, 1]


def test_whoever_has_enough_stops_and_keeps_what_was_done():
    best = plan(FRAME, TERMS)
    asked = resampled(best, FRAME, pd.DataFrame({"003": [95.0, 0.0]}), resamples=200)
    done = [next(asked), next(asked)]
    asked.close()
    assert summary(best, done)["resamples"].tolist() == [2, 2, 2]


def test_nothing_to_draw_from_is_no_resample():
    assert found(pd.DataFrame(index=range(0))).empty
