"""OGC API – Features Part 1 (17-069r4): a test for each requirement of Core, HTML, GeoJSON and OpenAPI, by number."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import jsonschema
import pytest
import shapely
from openapi_spec_validator import OpenAPIV30SpecValidator

from app.ogc.query import MOST_ITEMS
from tests.calling import ADDRESS, problem

TRACTS = "/collections/tracts/items"
KIOSKS = "/collections/kiosks/items"
JSON, HTML, GEOJSON = "application/json", "text/html", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
FIXED = ("/", "/conformance", "/api", "/collections")
LINK = {
    "type": "object",
    "required": ["href", "rel", "type"],
    "properties": {"href": {"type": "string", "pattern": "^https?://"}, "type": {"pattern": "^[a-z]+/"}},
}
LINKS = {"type": "object", "required": ["links"], "properties": {"links": {"type": "array", "items": LINK}}}


def links(document, rel):
    return [link for link in document["links"] if link["rel"] == rel]


def there(href):
    """An address of the service as a path."""
    parts = urlsplit(href)
    assert f"{parts.scheme}://{parts.netloc}" == ADDRESS
    return f"{parts.path}{'?' if parts.query else ''}{parts.query}"


@pytest.fixture(scope="module")
def names(client):
    return [each["id"] for each in client.json("/collections")["collections"]]


@pytest.fixture(scope="module")
def pages(client, names):
    """A path of every kind of resource, for each collection."""
    kinds = ("", "/items", "/schema", "/queryables", "/sortables", "/tiles", "/tiles/WebMercatorQuad")
    return [*FIXED, *(f"/collections/{name}{kind}" for name in names for kind in kinds)]


def test_01_root_is_there(client):
    assert client.get("/").status_code == 200


def test_02_root_links_to_description_conformance_and_data(client):
    page = client.get("/", {"Accept": JSON})
    assert page.headers["content-type"] == JSON
    document = page.json()
    jsonschema.validate(document, LINKS)
    for rel in ("service-desc", "service-doc", "conformance", "data"):
        assert links(document, rel), rel
    assert [there(link["href"]) for link in links(document, "conformance")] == ["/conformance"]
    assert [there(link["href"]) for link in links(document, "data")] == ["/collections"]


def test_03_and_04_descriptions_are_what_their_links_say(client):
    for rel in ("service-desc", "service-doc"):
        for link in links(client.json("/"), rel):
            answer = client.get(there(link["href"]), {"Accept": link["type"]})
            assert answer.status_code == 200
            assert answer.headers["content-type"].replace("; charset=utf-8", "") == link["type"]


def test_05_and_06_conformance(client):
    declared = client.json("/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in declared
    assert len(declared) == len({*declared})


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json", "image/png", "nonsense;q=x, ,"])
def test_07_http(client, pages, accept):
    for path in pages:
        whole = client.get(path, {"Accept": accept})
        head = client.request("HEAD", path, {"Accept": accept})
        assert whole.status_code == head.status_code == 200, path
        assert head.content == b""
        for headers in (whole.headers, head.headers):
            headers.pop("etag", None)  # a page of features tells when it was made
        assert head.headers == whole.headers or "items" in path
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.request(method, path).headers["allow"] == "GET, HEAD, OPTIONS"
            problem(client.request(method, path), 405)
        options = client.request("OPTIONS", path)
        assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    problem(client.get("/collections/nothing"), 404)
    problem(client.get("/nothing"), 404)


def test_08_unknown_parameters_are_refused(client, pages):
    feature = f"{KIOSKS}/{client.json(KIOSKS)['features'][0]['id']}"
    for path in (*pages, feature, "/tileMatrixSets", "/collections/tracts/tiles/WebMercatorQuad/11/769/603"):
        detail = problem(client.get(f"{path}?zzz_unknown=1"), 400)["detail"]
        assert "zzz_unknown" in detail and "parameters" in detail


@pytest.mark.parametrize(
    "asked",
    [
        *("limit=abc", "limit=-1", "limit=0", "limit=1.5", "limit=", "offset=-1", "offset=x", "cursor=x"),
        *("bbox=1,2,3", "bbox=a,b,c,d", "bbox=0,91,1,95", "bbox=", "bbox=1,2,3,nan", "bbox=1,2,3,4,5", "bbox=0,2,1,1"),
        *("datetime=not-a-date", "datetime=", "datetime=..", "datetime=2025-02-30", "datetime=2025-01-02/2025-01-01"),
        *("bbox-crs=bad", "crs=bad", "filter-crs=bad", "bbox=1,2,3,4&bbox=1,2,3,4", "f=xml", "working=perhaps"),
    ],
)
def test_09_invalid_parameters_are_refused(client, asked):
    problem(client.get(f"{KIOSKS}?{asked}"), 400)


def test_10_coordinates_are_longitude_and_latitude(client, names):
    for name in names:
        page = client.get(f"/collections/{name}/items?limit=100")
        assert page.headers["content-crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
        document = page.json()
        assert "crs" not in document
        places = [f["geometry"] for f in document["features"] if f["geometry"]]
        coordinates = shapely.get_coordinates(shapely.from_geojson([json.dumps(place) for place in places]))
        assert ((coordinates > (-74.3, 40.4)) & (coordinates < (-73.6, 41))).all()


def test_11_to_14_collections(client):
    document = client.json("/collections")
    jsonschema.validate(document, LINKS)
    for each in document["collections"]:
        jsonschema.validate(each, LINKS)
        assert client.json(f"/collections/{each['id']}")["id"] == each["id"]
    own, other = links(document, "self"), links(document, "alternate")
    assert [link["type"] for link in (*own, *other)] == [JSON, HTML]
    assert client.get(there(other[0]["href"])).headers["content-type"].startswith(HTML)


def test_15_each_collection_links_to_its_features_in_every_form(client):
    for each in client.json("/collections")["collections"]:
        kinds = {link["type"]: link["href"] for link in links(each, "items")}
        assert {GEOJSON, HTML, "text/csv"} <= {*kinds}
        for kind, href in kinds.items():
            answer = client.get(there(href))
            assert answer.headers["content-type"].partition(";")[0] == kind, href


def test_16_extents_hold_every_feature(client, everything):
    for name, document in everything.items():
        extent = client.json(f"/collections/{name}")["extent"]
        west, south, east, north = extent["spatial"]["bbox"][0]
        box = shapely.box(west, south, east, north).buffer(1e-9)
        for feature in document["features"]:
            assert feature["geometry"] is None or box.covers(shapely.from_geojson(json.dumps(feature["geometry"])))
        if "temporal" in extent:
            first, last = extent["temporal"]["interval"][0]
            column = {"kiosks": "activated", "enrollment": "reported"}[name]
            days = [feature["properties"][column] for feature in document["features"]]
            assert all(first[:10] <= day <= last[:10] for day in days if day)
    assert "temporal" in client.json("/collections/kiosks")["extent"]


def test_17_extents_have_one_box(client):
    for each in client.json("/collections")["collections"]:
        assert len(each["extent"]["spatial"]["bbox"]) == 1


def test_18_and_19_a_collection_is_as_it_is_listed(client):
    for each in client.json("/collections")["collections"]:
        assert client.json(f"/collections/{each['id']}") == each
        assert each["itemType"] == "feature" and each["title"] and each["description"]
    assert "there are: tracts" in client.refused(404, "/collections/nothing")


def test_20_features_of_every_collection(client, names):
    for name in names:
        assert client.get(f"/collections/{name}/items").headers["content-type"] == GEOJSON


def parameter(client, name):
    described = client.json("/api")
    listed = described["paths"][TRACTS]["get"]["parameters"]
    found = [described["components"]["parameters"][p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in listed]
    return next(each for each in found if each["name"] == name)


def test_21_limit_is_described(client):
    limit = parameter(client, "limit")
    assert (limit["in"], limit["required"], limit["style"], limit["explode"]) == ("query", False, "form", False)
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": 10}


def test_22_limit_is_held(client, everything):
    for limit in (1, 5, MOST_ITEMS, MOST_ITEMS + 1, 100_000_000):
        page = client.json(TRACTS, limit=limit)
        assert len(page["features"]) == min(limit, len(everything["tracts"]["features"]))
    assert len(client.json(TRACTS)["features"]) == 10


def test_22_no_page_is_longer_than_the_limit(client, monkeypatch):
    monkeypatch.setattr("app.ogc.query.MOST_ITEMS", 7)
    page = client.json(TRACTS, limit=100)
    assert page["numberReturned"] == len(page["features"]) == 7


def test_23_bbox_is_described(client):
    bbox = parameter(client, "bbox")
    assert (bbox["style"], bbox["explode"], bbox["required"]) == ("form", False, False)
    assert (bbox["schema"]["type"], bbox["schema"]["items"]["type"]) == ("array", "number")
    assert (bbox["schema"]["minItems"], bbox["schema"]["maxItems"]) == (4, 6)


def test_24_bbox_selects_what_meets_it(client, everything):
    places = {f["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in everything["tracts"]["features"]}
    for west, south, east, north in ((-73.96, 40.68, -73.92, 40.70), (-73.95, 40.72, -73.949, 40.721)):
        box = shapely.box(west, south, east, north)
        meets = {id for id, place in places.items() if place.intersects(box)}
        for asked in (f"{west},{south},{east},{north}", f"{west},{south},0,{east},{north},100"):
            assert {f["id"] for f in client.json(TRACTS, bbox=asked, limit=10_000)["features"]} == meets
    envelopes = {id for id, place in places.items() if shapely.box(*place.bounds).intersects(box)}
    assert meets < envelopes, "or the test proves nothing"
    for asked, count in (("-70.5,39.5,-70,40", 0), ("170,40,-70,41", len(places)), ("170,40,-100,41", 0)):
        assert client.json(TRACTS, bbox=asked)["numberMatched"] == count


@pytest.mark.parametrize("moment", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z/2021-01-01T00:00:00+01:00",
                                    "../2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z/..", "/2020-01-01T00:00:00Z",
                                    "2020-01-01T00:00:00Z/", "2020-01-01", "../.."])  # fmt: skip
def test_25_and_26_datetime(client, everything, moment):
    time = parameter(client, "datetime")
    assert (time["style"], time["explode"], time["schema"]["type"]) == ("form", False, "string")
    assert client.json(TRACTS, datetime=moment)["numberMatched"] == 2325, "what has no time is always there"
    first, _, last = moment.partition("/") if "/" in moment else (moment, "", moment)
    first, last = (side[:10] if side not in ("", "..") else None for side in (first, last))
    last = "2020-12-31" if last == "2021-01-01" else last  # 2021 begins an hour earlier in that zone
    expected = [
        feature["id"]
        for feature in everything["kiosks"]["features"]
        if (day := feature["properties"]["activated"]) is None
        or ((first is None or first <= day) and (last is None or day <= last))
    ]
    found = client.json(KIOSKS, datetime=moment, limit=10_000)
    assert [feature["id"] for feature in found["features"]] == expected
    assert expected or "/" not in moment


def test_27_and_28_following_next_gives_every_feature_once(client, names, everything):
    for name in names:
        asked, seen = f"/collections/{name}/items?limit={max(len(everything[name]['features']) // 3, 1)}", []
        while asked:
            page = client.json(asked)
            seen += [feature["id"] for feature in page["features"]]
            assert len(links(page, "self")) == 1 and len(links(page, "alternate")) >= 2
            following = links(page, "next")
            asked = there(following[0]["href"]) if following else None
        assert seen == [feature["id"] for feature in everything[name]["features"]]


def test_29_links_have_types(client, names):
    for name in names:
        page = client.json(f"/collections/{name}/items?limit=2&offset=2")
        for rel in ("self", "alternate", "collection", "prev", "describedby"):
            assert links(page, rel), rel
        assert all(link["type"] for link in page["links"])


def test_30_a_page_says_when_it_was_made(client):
    before = datetime.now(UTC) - timedelta(seconds=1)
    for _ in range(2):
        stamp = client.json(f"{TRACTS}?limit=3")["timeStamp"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp)
        assert before <= datetime.fromisoformat(stamp) <= datetime.now(UTC)
    assert "timeStamp" not in client.json(f"{TRACTS}?limit=10000"), "what is kept ready was made before"


def test_31_and_32_numbers_of_features(client):
    page = client.json(TRACTS, limit=5)
    assert (page["numberMatched"], page["numberReturned"], len(page["features"])) == (2325, 5, 5)
    boxed = {limit: client.json(TRACTS, bbox="-73.9563,40.6842,-73.9541,40.6851", limit=limit) for limit in (1, 1000)}
    assert boxed[1]["numberMatched"] == boxed[1000]["numberMatched"] == boxed[1000]["numberReturned"]
    assert boxed[1]["numberReturned"] == 1


def test_33_to_35_every_feature_by_its_id(client, names, everything):
    for name in names:
        for feature in everything[name]["features"][:: max(len(everything[name]["features"]) // 20, 1)]:
            answer = client.get(f"/collections/{name}/items/{feature['id'].replace(' ', '%20')}")
            assert (answer.status_code, answer.headers["content-type"]) == (200, GEOJSON)
            document = answer.json()
            assert {key: document[key] for key in feature} == feature
            assert [there(link["href"]) for link in links(document, "collection")] == [f"/collections/{name}"]
            assert client.get(there(links(document, "self")[0]["href"])).json() == document
            assert client.get(there(links(document, "alternate")[0]["href"])).headers["content-type"].startswith(HTML)
            assert all(link["type"] for link in document["links"])
        assert "no feature" in client.refused(404, f"/collections/{name}/items/nothing")


LANGUAGES = re.compile(r'<ul class="languages".*?</ul>', re.DOTALL)
"""The links to the same page in other languages, which repeat what was asked."""


def test_36_and_37_every_page_is_html_with_the_links(client, pages):
    seen = {*()}
    for path in pages:
        page = client.get(path, {"Accept": "text/html"})
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.text.startswith("<!doctype html>") or path == "/api"
        named = client.get(f"{path}{'&' if '?' in path else '?'}f=html").text
        assert LANGUAGES.sub("", named) == LANGUAGES.sub("", page.text)
        for href in {*re.findall(r'<a [^>]*href="(/[^"#]*)"', page.text)} - seen:
            seen.add(href)
            assert client.request("HEAD", href.replace("&amp;", "&")).status_code == 200, (path, href)


def test_38_and_39_features_are_geojson(client, names):
    for name in names:
        for path in (f"/collections/{name}/items", f"/collections/{name}/items?f=geojson"):
            answer = client.get(path, {"Accept": GEOJSON})
            assert answer.headers["content-type"] == GEOJSON
        document = answer.json()
        assert document["type"] == "FeatureCollection"
        for feature in document["features"]:
            assert (feature["type"], type(feature["id"])) == ("Feature", str)
            if feature["geometry"]:
                place = shapely.from_geojson(json.dumps(feature["geometry"]))
                rings = [part.exterior for part in shapely.get_parts(place) if part.geom_type == "Polygon"]
                assert all(ring.is_ccw for ring in rings)
                assert feature.get("bbox") == (list(place.bounds) if rings else None)


def test_46_and_47_the_description_is_openapi_3_0(client):
    document = client.json("/")
    assert [link["type"] for link in links(document, "service-desc")] == [OPENAPI]
    assert [link["type"] for link in links(document, "service-doc")] == [HTML]
    described = client.json("/api")
    assert re.fullmatch(r"3\.0\.\d", described["openapi"])
    OpenAPIV30SpecValidator(described).validate()
    assert [server["url"] for server in described["servers"]] == [ADDRESS]


def test_48_every_operation_is_implemented(client):
    described = client.json("/api")
    given = {"featureId": "x", "tileMatrix": "11", "tileRow": "769", "tileCol": "603", "format": "csv"}
    for path, operations in described["paths"].items():
        assert {*operations} <= {"get", "parameters", "summary", "description"}
        asked = re.sub(r"{(\w+)}", lambda name: given[name[1]], path)
        status = client.get(asked).status_code
        assert status in (200, 204) or (status == 404 and "featureId" in path), path


def test_49_and_50_every_status_is_described(client):
    """The answers that the service really gives are among those described; errors name their media type."""
    described = client.json("/api")
    responses = described["paths"][TRACTS]["get"]["responses"]
    assert {"200", "304", "400"} <= {*responses}
    assert {"404", "304"} <= {*described["paths"][f"{TRACTS}/{{featureId}}"]["get"]["responses"]}
    for path, operations in described["paths"].items():
        for status, response in operations["get"]["responses"].items():
            if "$ref" in response:
                response = described["components"]["responses"][response["$ref"].rpartition("/")[2]]
            if status >= "400":
                assert [*response["content"]] == ["application/problem+json"], (path, status)


def test_51_there_is_no_security_to_describe(client):
    assert "securitySchemes" not in client.json("/api")["components"]
