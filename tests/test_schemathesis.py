"""
The service against its own description: schemathesis asks every operation of `/api`, rightly and wrongly.

All of its checks run. What a schema cannot say it is told here: boxes, days and expressions have a grammar of their
own, so that they are always right, unless it is in them that a question is to be wrong.
"""

import re
from itertools import cycle

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.engine import events, from_schema
from schemathesis.engine.run import PhaseName
from schemathesis.python.asgi import get_client

from app.main import create_app
from app.ogc.query import MOST_ITEMS
from app.settings import Settings

ALIKE = r"^/collections/(tracts|cdtas|boroughs)/items(\.{format})?$"
"""Their hundred parameters are those of `ntas`, which are each made wrong in every way; these are asked at random."""

CONFIG = {
    "seed": 1,
    "continue-on-failure": True,
    "cache": {"enabled": False},
    "generation": {"deterministic": True, "max-examples": 10, "database": "none", "no-shrink": True},
    "phases": {"stateful": {"enabled": False}},  # nothing is made here that could be asked for again
    "operations": [{"include-path-regex": ALIKE, "phases": {"coverage": {"enabled": False}}}],
}
GRAMMARS = {
    "bbox": ("-74,40.5,-73.7,41", "-73.96,40.68,0,-73.92,40.7,100", "170,40,-170,41"),
    "datetime": ("2025-03-01T00:00:00Z", "../2025-03-01", "2020-01-01T00:00:00+01:00/..", "../.."),
    "filter": ("borough = 'Bronx'", "borough IS NULL OR borough <> 'x'", "S_INTERSECTS(geometry,POINT(-74 40.7))"),
}
CHECKED = {
    "allow_header_conformance",
    "content_type_conformance",
    "negative_data_rejection",
    "not_a_server_error",
    "positive_data_acceptance",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
}
"""The checks that have something to say of a service that only reads, and keeps nothing from anybody."""

TILE = {"tileMatrix": "9", "tileRow": 192, "tileCol": 150}
ASIDE = {"bbox": "bbox-crs", "filter": "filter-lang"}
"""What would make another thing of the right words."""


def wrong(case) -> set[str]:
    """The parameters that a question is to be wrong in."""
    if case.meta.generation.mode.is_positive:
        return set()
    told = case.meta.phase.data
    return {told.parameter, *(mutation.parameter for mutation in getattr(told, "mutations", None) or ())} - {None}


def with_grammars(ids):
    """A hook that puts in right words; a cursor comes from a link and stands beside no offset, so it is left out."""
    words = {name: cycle(right) for name, right in GRAMMARS.items()}
    there = cycle((True, True, False))  # what is not there is asked for too

    def put_in(context, case):
        left = wrong(case)
        for name in words.keys() & case.query.keys() - left:
            case.query[name] = next(words[name])
            if ASIDE.get(name) not in left:
                case.query.pop(ASIDE.get(name), None)
        if "cursor" not in left:
            case.query.pop("cursor", None)
        if "sortby" in case.query and "sortby" not in left:
            keys = {key.lstrip("+-"): key for key in str(case.query["sortby"]).split(",")}
            case.query["sortby"] = ",".join(keys.values())  # each property once, whatever its sign
        if not left & case.path_parameters.keys() and next(there):
            found = {**TILE, "featureId": ids.get(case.path.split("/")[2]) if "/items" in case.path else ""}
            case.path_parameters.update((name, found[name]) for name in found.keys() & case.path_parameters.keys())
        return case

    return put_in


def is_failure(context, failure, case, response) -> bool:
    """All are but one: a limit beyond the greatest is no error, but taken as it (17-069r4, requirement 22)."""
    if not isinstance(failure, AcceptedNegativeData) or wrong(case) != {"limit"}:
        return True
    limit = str(case.query["limit"])
    return not (limit.isdigit() and int(limit) > MOST_ITEMS)


@pytest.fixture(scope="module")
def operations(small_var):
    """The names of all operations, and what schemathesis tells of them."""
    app = create_app(Settings(var=small_var))
    with get_client(app) as client:
        names = [each["id"] for each in client.get("/collections?f=json").json()["collections"]]
        pages = {name: client.get(f"/collections/{name}/items?f=json&limit=1").json() for name in names}
    ids = {name: page["features"][0]["id"] for name, page in pages.items()}
    schema = schemathesis.openapi.from_asgi("/api", app, config=SchemathesisConfig.from_dict(CONFIG))
    schema.hook("map_case")(with_grammars(ids))
    schema.hook("filter_failure")(is_failure)
    return {found.ok().label for found in schema.get_all_operations()}, [*from_schema(schema).execute()]


@pytest.fixture(scope="module")
def scenarios(operations):
    return [told for told in operations[1] if isinstance(told, events.ScenarioFinished)]


def test_every_operation_answers_as_it_is_described(scenarios):
    failures = {}
    for recorder in (scenario.recorder for scenario in scenarios):
        for id, checks in recorder.checks.items():
            for check in (each for each in checks if each.failure_info):
                told, answer = check.failure_info, recorder.find_response(case_id=id)
                words = f"{recorder.label}: {told.failure.message}\n{told.code_sample}\n{answer.content[:300]!r}"
                failures.setdefault((check.name, recorder.label, told.failure.message), words)
    assert not failures, "\n\n".join(failures.values())


def test_every_operation_was_asked_rightly_and_wrongly(operations, scenarios):
    """Or the test above proves little."""
    labels, told = operations
    assert not [each for each in told if isinstance(each, events.NonFatalError | events.FatalError)]
    assert len(labels) > 70
    assert {scenario.recorder.label for scenario in scenarios if scenario.phase == PhaseName.FUZZING} == labels
    statuses, checks = {label: set() for label in labels}, set()
    for recorder in (scenario.recorder for scenario in scenarios):
        statuses[recorder.label] |= {recorder.find_response(case_id=id).status_code for id in recorder.cases}
        checks |= {check.name for found in recorder.checks.values() for check in found}
    for label, seen in statuses.items():
        assert seen >= ({200} if re.search(ALIKE, label.removeprefix("GET ")) else {200, 400, 405}), label
        assert "{featureId}" not in label or 404 in seen
    assert checks >= CHECKED
