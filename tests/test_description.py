import re

import orjson
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from app.main import create_app
from app.ogc.description import description
from app.ogc.forms import FILES
from app.ogc.query import PARAMETERS
from app.ogc.schema import queryables
from app.settings import Settings
from app.state import load_city
from loaders import store
from tests.calling import calling

BASE = "https://city.example/map"


@pytest.fixture(scope="module")
def small(small_var):
    return load_city(store.current(small_var)).collections


@pytest.fixture(scope="module")
def document(small):
    return orjson.loads(orjson.dumps(description(small, BASE)))


def walk(node, path=()):
    """Every object of a document, with where it is."""
    if isinstance(node, dict):
        yield path, node
    for key, inner in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from walk(inner, (*path, key))


def found(document, ref):
    node = document
    for key in ref.removeprefix("#/").split("/"):
        node = node[key]
    return node


def parameters(document, path):
    """The parameters of an operation, by name."""
    told = [found(document, one["$ref"]) for one in document["paths"][path]["get"]["parameters"]]
    assert len({one["name"] for one in told}) == len(told)
    return {one["name"]: one for one in told}


def test_it_is_openapi_3_0(document):
    assert document["openapi"] == "3.0.3"
    assert [str(error) for error in OpenAPIV30SpecValidator(document).iter_errors()] == []


def test_nothing_of_3_1(document):
    for path, node in walk(document):
        where = "/".join(map(str, path))
        assert not isinstance(node.get("type"), list) and node.get("type") != "null", where
        for bound in ("exclusiveMinimum", "exclusiveMaximum"):
            assert isinstance(node.get(bound, False), bool), where
        if path[-1:] not in (("properties",), ("parameters",), ("paths",)):
            assert not {"const", "$schema", "examples", "if", "prefixItems"} & {*node}, where


def test_every_reference_is_local_and_to_something_and_nothing_is_left_over(document):
    refs = {node["$ref"] for _, node in walk(document) if isinstance(node.get("$ref"), str)}
    assert all(ref.startswith("#/components/") and isinstance(found(document, ref), dict) for ref in refs)
    parts = {f"#/components/{kind}/{name}" for kind, named in document["components"].items() for name in named}
    assert parts == refs


def test_the_server_is_where_it_was_asked(document):
    assert document["servers"] == [{"url": BASE}]


def test_every_collection_has_all_its_paths(document, small):
    ends = ["", "/items", "/items.{format}", "/items/{featureId}", "/schema", "/queryables", "/sortables", "/tiles"]
    ends += ["/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}"]
    paths = [f"/collections/{name}{end}" for name in small for end in ends]
    single = ["/", "/conformance", "/api", "/collections", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad"]
    assert {*document["paths"]} == {*paths, *single}


def test_operations_have_names_of_their_own_that_end_as_tiles_want_it(document):
    ids = {path: item["get"]["operationId"] for path, item in document["paths"].items()}
    assert len({*ids.values()}) == len(ids)
    for path, id in ids.items():
        if path.startswith("/collections/") and "/tiles" in path:
            assert re.fullmatch(r"[a-z]+\.collection\.vector\.getTile(SetsList|Set|)", id)


def test_every_variable_of_a_path_is_a_required_parameter(document):
    for path in document["paths"]:
        within = {name for name, one in parameters(document, path).items() if one["in"] == "path" and one["required"]}
        assert within == {*re.findall(r"{(\w+)}", path)}


def test_features_take_every_parameter_and_every_property(document, small):
    for name, collection in small.items():
        columns = {column.name for column in collection.table.columns}
        told = parameters(document, f"/collections/{name}/items")
        assert {*told} == {*PARAMETERS} | columns
        assert {one["in"] for one in told.values()} == {"query"}
        assert not any(one["required"] for one in told.values())
        aside = {"limit", "offset", "cursor", "f"}
        assert {*parameters(document, f"/collections/{name}/items.{{format}}")} == {*told} - aside | {"format"}
        one = parameters(document, f"/collections/{name}/items/{{featureId}}")
        assert {*one} == {"featureId", "crs", "properties", "skipGeometry", "f"}


def test_a_property_is_asked_for_in_the_type_that_it_is_queried_in(document, small):
    """19-079r2, /req/queryables-query-parameters/parameters: with the schema of the queryable."""
    for name, collection in small.items():
        told = parameters(document, f"/collections/{name}/items")
        for queryable, member in queryables(collection, BASE)["properties"].items():
            if queryable != "geometry":
                keys = ("type", "format", "minimum", "maximum")
                assert told[queryable]["schema"] == {key: member[key] for key in keys if key in member}
                assert (told[queryable]["style"], told[queryable]["explode"]) == ("form", False)


def test_parameters_are_as_the_standards_spell_them(document):
    told = parameters(document, "/collections/tracts/items")
    assert told["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 10}
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    assert told["bbox"]["schema"] == box
    assert told["filter-lang"]["schema"]["default"] == "cql2-text"
    for name in ("limit", "bbox", "datetime"):
        assert (told[name]["style"], told[name]["explode"]) == ("form", False)
    sorts = re.compile(told["sortby"]["schema"]["items"]["pattern"])
    assert [bool(sorts.search(text)) for text in ("-gap", "+gap", "gap", "--gap", "-", "", " gap")] == [True] * 3 + [
        False
    ] * 4
    files = parameters(document, "/collections/tracts/items.{format}")
    assert files["format"]["schema"]["enum"] == [*FILES]


def test_qgis_finds_the_longest_page_and_gdal_the_parameters(document):
    """QGIS reads the component `limit`; GDAL takes a reference that has `limit` in its name."""
    assert document["components"]["parameters"]["limit"]["schema"]["maximum"] == 10_000
    refs = [one["$ref"] for one in document["paths"]["/collections/tracts/items"]["get"]["parameters"]]
    assert [ref for ref in refs if "limit" in ref] == ["#/components/parameters/limit"]


def test_every_operation_says_what_it_answers(document):
    for path, item in document["paths"].items():
        answers = item["get"]["responses"]
        usual = {"200", "304", "400", "413", "414", "429", "500"}
        usual |= {"404"} if path.startswith("/collections/") else set()
        assert {*answers} == usual | ({"204"} if path.endswith("{tileCol}") else set())
        assert answers["200"]["content"]
        for status, response in answers.items():
            if int(status) >= 400:
                assert [*found(document, response["$ref"])["content"]] == ["application/problem+json"]
    page = document["paths"]["/collections/tracts/items"]["get"]["responses"]["200"]
    assert {*page["headers"]} == {"ETag", "Content-Crs"}
    assert {"application/geo+json", "text/html", "text/csv"} <= {*page["content"]}


def test_every_operation_is_answered_as_it_says(small_var, small, document):
    """17-069r4, requirements 48 and 49: every operation is there, with a status and a media type that it names."""
    tile = {"tileMatrix": 9, "tileRow": 192, "tileCol": 150}
    with calling(create_app(Settings(var=small_var))) as client:
        for path, item in document["paths"].items():
            name = path.removeprefix("/collections/").partition("/")[0]
            id = next(iter(small[name].rows)) if name in small else ""
            for form in FILES if "{format}" in path else [""]:
                answer = client.get(path.format(format=form, featureId=id, **tile), {"accept": "application/json"})
                responses = item["get"]["responses"]
                assert answer.status_code in (200, 204) and str(answer.status_code) in responses, (path, form)
                if answer.status_code == 200:
                    kind = answer.headers["content-type"]
                    assert {kind, kind.partition(";")[0]} & {*responses["200"]["content"]}, (path, form)
