"""What holds for every request: other origins, sizes, and how often one may ask."""

from functools import partial

import orjson
import pytest

from app.guard import LARGEST_BODY, LONGEST_URL
from app.main import create_app
from app.settings import Settings
from tests.calling import calling, problem

PATHS = ("/", "/map", "/collections/kiosks/items", "/collections/nothing", "/static/map.js", "/exports/ntas.csv")


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_other_origins_may_read(client, path):
    for headers in ({}, {"Origin": "https://other.example"}):
        answer = client.get(path, headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert {"ETag", "Content-Crs"} <= {*answer.headers["access-control-expose-headers"].split(", ")}
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "Origin" not in answer.headers.get("vary", "")


@pytest.mark.parametrize("path", PATHS)
def test_what_may_be_asked(client, path):
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    answer = client.request("OPTIONS", path, asked)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_addresses_that_are_too_long(client):
    path = "/collections/kiosks/items"
    detail = problem(client.get(f"{path}?borough={'x' * LONGEST_URL}"), 414)["detail"]
    assert f"at most {LONGEST_URL:,} are read" in detail
    fits = "x" * (LONGEST_URL - len(f"{path}borough="))
    assert client.json(f"{path}?borough={fits}")["numberMatched"] == 0


def test_bodies_are_not_read(client):
    large = {"Content-Length": str(LARGEST_BODY + 1)}
    assert "carries 65,537 bytes" in problem(client.get("/collections", large), 413)["detail"]
    assert client.get("/collections", {"Content-Length": str(LARGEST_BODY)}).status_code == 200
    assert client.get("/collections", {"Content-Length": "many"}).status_code == 200


def test_rates_are_not_limited_unless_they_are(tmp_path, own):
    with calling(create_app(Settings(var=tmp_path))) as client:
        assert {client.get("/collections").status_code for _ in range(50)} == {200}
    with calling(create_app(Settings(var=tmp_path, rate_per_minute=5))) as client:
        assert [client.get("/collections").status_code for _ in range(7)] == [200] * 5 + [429] * 2
        refused = client.get("/map")
        assert "ask again in" in problem(refused, 429)["detail"]
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert refused.headers["access-control-allow-origin"] == "*"
        assert client.get("/ready").status_code == client.get("/health").status_code == 200


def test_addresses_in_answers_are_those_that_the_operator_set(tmp_path, own):
    with calling(create_app(Settings(var=tmp_path, public_url="https://broadband.example/"))) as client:
        hrefs = [link["href"] for link in client.json("/")["links"]]
        assert all(href.startswith("https://broadband.example/") for href in hrefs)
        assert client.json("/api")["servers"] == [{"url": "https://broadband.example"}]


@pytest.mark.parametrize("host", ['x"><script>', "a b", "", "a/b", "a:b"])
def test_a_host_that_is_none(client, host):
    assert "Host: found" in problem(client.get("/collections", {"Host": host}), 400)["detail"]


def test_an_outline_may_be_sent_and_nothing_else(client):
    """Large ones too, from pages of other origins; what is sent anywhere else is refused as ever."""
    allowed = client.request("OPTIONS", "/study-area").headers
    assert allowed["allow"] == allowed["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    ring = [[-73.93, 40.80], [-73.91, 40.80], [-73.91, 40.82], [-73.93, 40.82], [-73.93, 40.80]]
    outline = orjson.dumps({"type": "Polygon", "coordinates": [ring]}) + b" " * 500_000

    def send(path, body):
        return client.portal.call(partial(client.asks.post, path, content=body))

    answer = send("/study-area", outline)
    assert answer.status_code == 200, answer.text
    assert answer.headers["access-control-allow-origin"] == "*" and answer.headers["cache-control"] == "no-store"
    problem(send("/study-area", outline + b" " * 600_000), 413)
    assert "read-only" in problem(send("/collections", b"{}"), 405)["detail"]
