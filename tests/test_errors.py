"""Every error is a problem document of one shape, and a failure says nothing of the inside."""

import pytest
from starlette.exceptions import HTTPException

from app.main import create_app
from app.settings import Settings
from geo.errors import SnapshotError
from tests.calling import calling, problem


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/nothing", "nothing at /nothing"),
        ("/collections/lots", "there are: tracts"),
        ("/collections/lots/items", "there are: tracts"),
        ("/collections/ntas/items/BK9999", "no feature 'BK9999'"),
        ("/collections/ntas/items/", "no feature ''"),
        ("/collections/ntas/items/BK0101/more", "no feature 'BK0101/more'"),
        ("/layers/lots.geojson", "ntas.geojson"),
        ("/exports/big-apple-connect.shp", "big-apple-connect.csv"),
        ("/exports/other.csv", "big-apple-connect.csv"),
        ("/static/../app/cli.py", "nothing at"),
        ("/static/%2e%2e/app/cli.py", "app/cli.py"),
        ("/static/vendor.py", "no file 'vendor.py'"),
        ("/redoc", "nothing at /redoc"),
    ],
)
def test_what_is_not_there(client, path, said):
    assert said in problem(client.get(path), 404)["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/", "/map", "/collections", "/collections/ntas/items", "/sources", "/ready", "/docs"]
)
def test_nothing_can_be_written(client, method, path):
    answer = client.request(method, path)
    assert "read-only" in problem(answer, 405)["detail"]
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=abc", "found 'abc'"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("offset=-1", "offset"),
        ("offset=x", "offset"),
        ("offset=99999999999", "offset"),
        ("bbox=1,2,3", "expected four"),
        ("bbox=1,2,3,4,5", "expected four"),
        ("bbox=a,b,c,d", "expected four numbers"),
        ("bbox=", "expected four numbers"),
        ("bbox=1,2,3,nan", "expected four"),
        ("bbox=1,2,inf,4", "expected four"),
        ("bbox=-74,41,-73,40", "south"),
        ("bbox=-181,40,-73,41", "outside"),
        ("bbox=-74,40,-73,91", "outside"),
        ("color=red", "parameters are: bbox, "),
        ("need=high", "need is a number, from 0 to 100, found 'high'"),
    ],
)
def test_questions_that_cannot_be_answered(client, query, said):
    assert said in problem(client.get(f"/collections/ntas/items?{query}"), 400)["detail"]


def test_a_flag_is_true_or_false(client):
    assert "true or false" in client.refused(400, "/collections/kiosks/items", working="maybe")


@pytest.mark.parametrize(
    "failure", [RuntimeError("secret /var/lib/inside"), SnapshotError("secret /var/lib/inside"), KeyError("secret")]
)
def test_a_failure_says_nothing_of_the_inside(small_var, caplog, failure):
    app = create_app(Settings(var=small_var))

    @app.get("/broken")
    async def broken():
        raise failure

    with calling(app) as client:
        answer = client.get("/broken")
    document = problem(answer, 500)
    assert document["detail"] == "internal error; it has been logged"
    assert "secret" not in answer.text and "Traceback" not in answer.text
    if isinstance(failure, SnapshotError):
        assert "secret" in caplog.text


def test_other_refusals_of_the_framework_keep_the_shape(small_var):
    app = create_app(Settings(var=small_var))

    @app.get("/teapot")
    async def teapot():
        raise HTTPException(418, "short and stout")

    with calling(app) as client:
        assert problem(client.get("/teapot"), 418)["detail"] == "short and stout"


@pytest.mark.parametrize("path", ["/nothing", "/collections/ntas/items?limit=x", "/map?lang=fr", "/score?w=1"])
def test_nobody_keeps_an_error(client, path):
    answer = client.get(path)
    assert problem(answer, answer.status_code) and answer.headers["cache-control"] == "no-store"
