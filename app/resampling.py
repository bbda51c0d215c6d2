"""How stable a plan is, told while it is found out: one question of this kind at a time."""

import threading
from collections.abc import Generator
from typing import Any, Final

import orjson

from app.planning import Planner, records
from geo.errors import BadQuery, Busy
from geo.rollout import Terms
from geo.stability import resampled, summary

RESAMPLES: Final = 50
MOST: Final = 200
PATIENCE_S: Final = 5.0
"""How long a question waits for another: one that nobody listens to any more ends with the resample it is at."""

_one = threading.Lock()


def redrawn(planner: Planner, terms: Terms, resamples: int) -> Generator[bytes]:
    """
    Lines of JSON: `done` of `of` after each resample, at last `developments` (`geo.stability.summary`).

    Whoever listens no more closes the generator, which makes room for the next.

    Raises
    ------
    BadQuery
        The terms clash, or the snapshot has no margins of error to draw from.
    Busy
        The same is being found out for somebody else.
    """
    needs = planner.city.needs
    if needs.empty:
        raise BadQuery("the survey file of this snapshot gives no margins of error, so need cannot be redrawn")
    found = planner.planned(terms).plan
    if not _one.acquire(timeout=PATIENCE_S):
        raise Busy("the stability of another plan is being computed; ask again in a minute")
    try:
        yield _line({"done": 0, "of": resamples})
        done = []
        for one in resampled(found, planner.candidates, needs, resamples=resamples):
            done.append(one)
            yield _line({"done": len(done), "of": resamples})
        yield _line({"developments": records(summary(found, done))})
    finally:
        _one.release()


def _line(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_APPEND_NEWLINE)
