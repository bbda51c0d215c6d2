import json

import pytest
from jsonschema import Draft202012Validator, ValidationError

from app.listing import CONSTANTS
from app.ogc.schema import queryables, schema, sortables, ucum, value
from app.provenance import origin, reliability, spread
from app.state import load_city
from geo.published import areas
from geo.roster import developments
from geo.tables import FACILITIES, KIOSKS, SCHOOLS, date, flag, number, text
from loaders import store

CONTRACTS = [*map(areas, ("tracts", "ntas", "cdtas", "boroughs")), developments(), KIOSKS, SCHOOLS, FACILITIES]
URL = "https://city.example/collections/some/schema"
KEYWORDS = {"title", "description", "type", "format", "minimum", "maximum"}
"""What Part 5 knows of JSON Schema and we use; the rest must begin with x-ogc-."""


@pytest.fixture(scope="module")
def small(small_var):
    return load_city(store.current(small_var)).collections


@pytest.fixture(scope="module")
def sample(sample_var):
    return load_city(store.current(sample_var)).collections


def said(piece):
    """What a feature says, as a schema describes it: its properties and its place, those that it has."""
    feature = json.loads(piece)
    return {
        name: given
        for name, given in {**feature["properties"], "geometry": feature["geometry"]}.items()
        if given is not None
    }


def ordered(document):
    return sorted(document["properties"], key=lambda name: document["properties"][name]["x-ogc-propertySeq"])


def roles(document):
    return {member["x-ogc-role"]: name for name, member in document["properties"].items() if "x-ogc-role" in member}


def test_a_schema_has_every_property_of_the_contract_and_no_other(small):
    for collection in small.values():
        told = schema(collection, URL)
        assert ordered(told) == [*collection.table.names, *collection.constants], collection.name
        assert [*json.loads(collection.pieces[0])["properties"]] == [
            name for name in ordered(told) if name != "geometry"
        ]
        assert told["additionalProperties"] is False


def test_what_is_asked_by_is_the_contract_and_what_is_sorted_by_has_no_place(small):
    for collection in small.values():
        names = [column.name for column in collection.table.columns]
        assert ordered(queryables(collection, URL)) == collection.table.names
        assert ordered(sortables(collection, URL)) == names
        for document in (queryables(collection, URL), sortables(collection, URL)):
            assert document["additionalProperties"] is False


@pytest.mark.parametrize("make", [schema, queryables, sortables])
def test_every_document_is_a_json_schema_as_part_5_has_it(small, make):
    for collection in small.values():
        document = make(collection, URL)
        Draft202012Validator.check_schema(document)
        assert document["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
        assert (document["$id"], document["type"], document["title"]) == (URL, "object", collection.table.title)
        for name, member in document["properties"].items():
            assert member["title"] and member["description"], name
            assert [word for word in member if word not in KEYWORDS and not word.startswith("x-ogc-")] == [], name
            if name == "geometry":
                assert "type" not in member and member["format"].startswith("geometry-")
            else:
                assert member["type"] in ("string", "number", "integer", "boolean"), "QGIS takes a list for text"


def test_every_column_has_its_unit(small):
    for collection in small.values():
        told = schema(collection, URL)["properties"]
        for column in collection.table.columns:
            assert told[column.name].get("x-ogc-unitName", "") == column.unit
            assert told[column.name].get("x-ogc-unit", "") == (ucum(column.unit) if column.unit else "")


def test_every_feature_is_as_its_schema_says(small, sample):
    for collection in (*small.values(), *sample.values()):
        check = Draft202012Validator(schema(collection, URL), format_checker=Draft202012Validator.FORMAT_CHECKER)
        for piece in collection.pieces[:: max(len(collection.pieces) // 300, 1)]:
            check.validate(said(piece))


def test_what_is_required_is_known_of_every_feature(small):
    for collection in small.values():
        required = schema(collection, URL)["required"]
        assert collection.table.key in required
        assert ("geometry" in required) == collection.table.everywhere
        assert {"source", "vintage", "method_version", "snapshot"} <= {*required}


@pytest.mark.parametrize(
    "changed",
    [
        {"nta": None},
        {"nta": 7},
        {"population": "many"},
        {"population": 1.5},
        {"reach_share": 1.01},
        {"need": -0.1},
        {"reached": "yes"},
        {"something": 1},
    ],
)
def test_a_feature_that_is_otherwise_is_refused(small, changed):
    feature = said(small["ntas"].pieces[0])
    with pytest.raises(ValidationError):
        Draft202012Validator(schema(small["ntas"], URL)).validate(feature | changed)


def test_roles(small):
    assert roles(schema(small["tracts"], URL)) == {"id": "geoid", "primary-geometry": "geometry"}
    for collection in small.values():
        time = {"primary-instant": collection.time} if collection.time else {}
        told = {"id": collection.table.key, **time}
        assert roles(sortables(collection, URL)) == told
        assert roles(queryables(collection, URL)) == {**told, "primary-geometry": "geometry"}


def test_how_sure_a_property_is(small):
    told = schema(small["ntas"], URL)["properties"]
    assert told["no_broadband_share"]["x-ogc-reliability"] == {
        "margin_of_error": ["no_broadband_moe_share"],
        "coefficient_of_variation": ["no_broadband_cv_share"],
        "class": ["no_broadband_reliability"],
    }
    assert told["need"]["x-ogc-reliability"] == {"interval": ["need_low", "need_high"]}
    assert "How sure it is: interval need_low to need_high. " in told["need"]["description"]
    assert told["p_top20"]["x-ogc-reliability"] == {"standard_error": ["p_top20_mc_error"]}
    assert "x-ogc-reliability" not in told["name"]


@pytest.mark.parametrize("table", CONTRACTS, ids=lambda table: table.name)
def test_every_margin_and_class_belongs_to_a_property(table):
    """A margin, error or class that nothing refers to was named in a way that a reader cannot find."""
    names = [column.name for column in table.columns]
    referred = {found for name in names for columns in reliability(name, names).values() for found in columns}
    uncertain = [name for name in names if "_moe" in name or "_mc_error" in name or name.endswith("_reliability")]
    assert [name for name in uncertain if name not in referred] == []
    assert referred <= {*names}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("need", ["need_low", "need_high"]),
        ("population", ["population_moe"]),
        ("median_income_usd", ["median_income_moe_usd"]),
        ("wave_kept_share", ["wave_kept_mc_error"]),
        ("no_broadband_reliability", []),
        ("name", []),
    ],
)
def test_spread(name, found):
    names = {column.name for table in CONTRACTS for column in table.columns}
    assert spread(name, names) == found


def test_where_a_property_is_from(small):
    assert origin("geoid", "tracts", ("lots", "tracts")) == "tracts"
    assert origin("gap", "tracts", ("lots", "tracts")) == "computed from lots, tracts"
    told = schema(small["tracts"], URL)["properties"]
    assert told["geoid"]["x-ogc-source"] == "tracts"
    assert told["gap"]["description"].endswith(f"Source: {told['gap']['x-ogc-source']}.")
    assert {told[name]["x-ogc-source"] for name in small["tracts"].constants} == {"the snapshot"}
    assert all(told[name]["title"] == CONSTANTS[name] for name in small["tracts"].constants)


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (text("a", "A"), {"type": "string"}),
        (date("a", "A"), {"type": "string", "format": "date"}),
        (flag("a", "A"), {"type": "boolean"}),
        (number("a", "A", "people", most=60_000), {"type": "integer", "minimum": 0, "maximum": 60_000}),
        (number("a", "A", "households"), {"type": "integer"}),
        (number("a", "A", "Mbit/s", most=100.0), {"type": "number", "minimum": 0, "maximum": 100}),
        (number("a_share", "A", "share"), {"type": "number", "minimum": 0, "maximum": 1}),
        (number("a_moe_share", "A", "share"), {"type": "number", "minimum": 0}),
        (number("a", "A", "rank"), {"type": "integer", "minimum": 1}),
        (number("a", "A", "index"), {"type": "number"}),
    ],
)
def test_values(column, found):
    assert value(column) == found


def test_units_are_codes_of_ucum_or_notes_in_braces():
    assert [ucum(unit) for unit in ("share", "m", "households a week")] == ["1", "m", "{households}/wk"]
    assert ucum("computers per 1,000") == "{computers_per_1,000}"
