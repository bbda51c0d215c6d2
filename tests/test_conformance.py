import re

import pytest

from app.ogc.conformance import CONFORMANCE

SPELLED = re.compile(r"http://www\.opengis\.net/spec/[a-z0-9-]+/\d\.\d/conf/[a-z0-9-]+")
QGIS = (
    *(f"ogcapi-features-{part}" for part in ("2/1.0/conf/crs", "3/1.0/conf/filter", "3/1.0/conf/features-filter")),
    *(f"cql2/1.0/conf/{name}" for name in ("basic-cql2", "cql2-text", "advanced-comparison-operators")),
    *(f"cql2/1.0/conf/{name}" for name in ("case-insensitive-comparison", "basic-spatial-functions")),
    "ogcapi-features-5/1.0/conf/schemas",
)
"""What QGIS looks for before it lets the service filter and describe (qgsoapifprovider.cpp)."""


def test_every_class_is_declared_once_and_spelled_alike():
    assert len({*CONFORMANCE}) == len(CONFORMANCE)
    assert [uri for uri in CONFORMANCE if not SPELLED.fullmatch(uri)] == []


@pytest.mark.parametrize("name", QGIS)
def test_what_qgis_looks_for_is_declared(name):
    assert f"http://www.opengis.net/spec/{name}" in CONFORMANCE


def test_what_is_not_met_is_not_declared():
    names = {uri.rpartition("/")[2] for uri in CONFORMANCE}
    assert names.isdisjoint({"array-functions", "functions", "oas31", "dataset-tilesets", "gmlsf0"})


def test_a_part_is_declared_with_what_it_builds_on():
    """Spatial functions build on the basic ones with more literals, tiles on the grid that they are cut by."""
    standards = {uri.removeprefix("http://www.opengis.net/spec/").partition("/conf/")[0] for uri in CONFORMANCE}
    features = {f"ogcapi-features-{part}/1.0" for part in (1, 2, 3, 5)}
    assert standards == features | {"ogcapi-common-1/1.0", "cql2/1.0", "ogcapi-tiles-1/1.0", "tms/2.0"}
    for name in ("basic-cql2", "basic-spatial-functions", "basic-spatial-functions-plus"):
        assert f"http://www.opengis.net/spec/cql2/1.0/conf/{name}" in CONFORMANCE
