"""How stable a plan is, told line by line: one question at a time, and an end when nobody listens."""

import json
import time

import anyio
import pytest
from anyio.from_thread import start_blocking_portal

from app import resampling
from app.planning import Planner
from app.resampling import redrawn
from app.routes.plan import Lines
from app.state import load_city
from geo.errors import BadQuery, Busy
from geo.rollout import Terms
from loaders import store

TERMS = Terms(crews=1, waves=2)


@pytest.fixture(scope="module")
def planner(small_var):
    return Planner(load_city(store.current(small_var)))


def test_every_resample_is_told_and_then_what_they_say(planner):
    *steps, last = (json.loads(line) for line in redrawn(planner, TERMS, 3))
    assert steps == [{"done": done, "of": 3} for done in (0, 1, 2, 3)]
    assert [*last] == ["developments"]
    for row in last["developments"]:
        assert {"tds", "kept_share", "planned_share", "kept_mc_error", "resamples"} <= {*row}
        assert row["resamples"] == 3


def test_one_at_a_time(planner, monkeypatch):
    monkeypatch.setattr(resampling, "PATIENCE_S", 0.01)
    first = redrawn(planner, TERMS, 3)
    next(first)
    with pytest.raises(Busy, match="ask again in a minute"):
        next(redrawn(planner, TERMS, 3))
    first.close()
    assert len([*redrawn(planner, TERMS, 1)]) == 3


def test_what_cannot_be_planned_leaves_room_for_others(planner, monkeypatch):
    monkeypatch.setattr(resampling, "PATIENCE_S", 0.01)
    with pytest.raises(BadQuery, match="unknown TDS 999"):
        next(redrawn(planner, Terms(include=frozenset({"999"})), 3))
    assert len([*redrawn(planner, TERMS, 1)]) == 3


def test_whoever_goes_away_makes_room():
    """The generator is closed when the caller disconnects, not when it is collected; it is at its third line then."""
    told, closed = [], []

    def lines():
        try:
            for number in range(1000):
                told.append(number)
                time.sleep(0.01)
                yield b"%d\n" % number
        finally:
            closed.append(True)

    async def answer():
        gone = anyio.Event()

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if len(told) >= 3:
                gone.set()

        await kept({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send)

    kept = Lines(lines())
    with start_blocking_portal() as portal:  # a loop of its own: Playwright keeps one running in this thread
        portal.call(answer)
    assert closed == [True]
    assert 3 <= len(told) < 1000
