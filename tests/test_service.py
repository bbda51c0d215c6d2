"""What is the same for everybody, as it is answered; and one snapshot taken over from another."""

import gzip
import json
from datetime import timedelta

import pytest

from app.encodings import worthwhile
from app.main import create_app
from app.service import Live, prepare
from app.settings import Settings
from geo.errors import SnapshotError
from tests import city
from tests.calling import calling
from tests.snapshots import NOW, small

READY = (
    "/?f=html",
    "/?f=json",
    "/collections",
    "/collections/tracts/items?limit=10000",
    "/collections/tracts/tiles/WebMercatorQuad/12/1539/1207",
    "/map",
    "/sources",
    "/static/map.js",
    "/layers/ntas.geojson",
    "/exports/big-apple-connect.csv",
    "/exports/big-apple-connect.geojson",
)
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", READY)
def test_ready_bodies_can_be_asked_again(client, path):
    first = client.get(path, PLAIN)
    etag = first.headers["etag"]
    assert etag.startswith('"') and etag.endswith('"')
    for header in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = client.get(path, {**PLAIN, "If-None-Match": header})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
    assert client.get(path, {**PLAIN, "If-None-Match": '"other"'}).content == first.content


@pytest.mark.parametrize("path", READY)
def test_compressed_only_when_accepted(client, path):
    plain = client.get(path, PLAIN)
    refused = client.get(path, {"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in {*plain.headers, *refused.headers}
    assert plain.content == refused.content
    for coding in ("gzip", "br", "zstd"):
        packed = client.get(path, {"Accept-Encoding": coding})
        assert packed.headers["content-encoding"] == coding
        assert packed.content == plain.content
        assert packed.headers["etag"] != plain.headers["etag"]
        for answer in (plain, packed, refused):
            assert "Accept-Encoding" in answer.headers["vary"].split(", ")
        assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])


@pytest.mark.parametrize(
    "path", [*READY, "/health", "/ready", "/docs", "/openapi.json", "/collections/kiosks/items?limit=2"]
)
def test_head_is_get_without_a_body(client, path):
    whole, head = client.get(path), client.request("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers


def test_head_of_nothing(client):
    head = client.request("HEAD", "/nothing")
    assert (head.status_code, head.content) == (404, b"")


def test_a_ready_body_asked_with_parameters_is_the_same(client):
    assert client.get("/map", from_="mail").content == client.get("/map").content


def test_exports_are_saved_under_their_names(client):
    for format in ("csv", "geojson"):
        answer = client.get(f"/exports/big-apple-connect.{format}")
        assert answer.headers["content-disposition"] == f'attachment; filename="big-apple-connect.{format}"'
    assert "content-disposition" not in client.get("/map").headers


def test_a_new_snapshot_is_taken_over_whole(tmp_path, own):
    first = own
    settings = Settings(var=tmp_path)
    with calling(create_app(settings)) as client:
        assert client.json("/ready") == {"status": "ready", "snapshot": first.id}
        second = small(tmp_path, now=NOW + timedelta(days=1), without=("kiosks",))
        assert client.json("/ready")["snapshot"] == first.id
        client.state["live"].reload()
        assert client.json("/ready")["snapshot"] == second.id == client.json("/sources")["id"]
        assert client.get("/collections/kiosks").status_code == 404


def test_a_damaged_snapshot_is_not_taken_over(tmp_path, own, caplog):
    first = own
    settings = Settings(var=tmp_path)
    live = Live(settings, prepare(settings))
    second = small(tmp_path, now=NOW + timedelta(days=1))
    (second.path / "scores" / "ntas.parquet").write_bytes(b"PAR1 and no more")
    live.reload()
    assert live.service.city.snapshot.id == first.id
    assert "reload refused" in caplog.text and "ntas" in caplog.text


def test_without_a_snapshot_the_service_does_not_start(tmp_path):
    with pytest.raises(SnapshotError, match="equity-map ingest --sample"), calling(create_app(Settings(var=tmp_path))):
        raise AssertionError("it started")


def test_a_snapshot_without_sites_is_served(tmp_path):
    """Only tracts, survey and lots: supply is not known, and every page says so instead of failing."""
    small(tmp_path, without=("kiosks", "facilities", "developments"))
    with calling(create_app(Settings(var=tmp_path))) as client:
        listed = {entry["id"] for entry in client.json("/collections")["collections"]}
        assert {"tracts", "ntas", "boroughs"} <= listed
        assert listed.isdisjoint(("developments", "kiosks", "schools", "facilities"))
        assert "LinkNYC and Link5G kiosks" in client.get("/map").text
        assert "not known" in client.get("/?f=html").text
        assert client.json("/collections/boroughs/items/Queens")["properties"]["supply"] is None
        assert "nobody brought kiosks" in client.refused(404, "/collections/kiosks")
        assert "expected one of: ntas.csv" in client.refused(404, "/exports/big-apple-connect.csv")


def test_sites_of_which_none_works_reach_nobody(tmp_path):
    """No number is infinite: the supply is 0, the distance is not known."""
    small(
        tmp_path,
        kiosks=city.kiosks().assign(working=False),
        facilities=city.facilities().assign(open_to_all_ages=False),
    )
    with calling(create_app(Settings(var=tmp_path))) as client:
        assert client.json("/collections/boroughs/items/Queens")["properties"]["supply"] == 0.0
        assert client.json("/collections/developments/items/001")["properties"]["nearest_kiosk_m"] is None
        assert "inf" not in client.get("/exports/big-apple-connect.csv").text.split("snapshot", 1)[1]


def test_basemap_is_an_option(tmp_path, own):
    url = "https://tiles.example/{z}/{x}/{y}.png"
    settings = Settings(var=tmp_path, basemap_url=url, basemap_attribution="Tiles & Co")
    with calling(create_app(settings)) as client:
        assert "tiles.example" in client.get("/map").text


def test_sources_are_the_manifest(client, sample_var):
    manifest = json.loads((sample_var / "current" / "manifest.json").read_bytes())
    assert client.json("/sources") == manifest


def test_compressed_form_is_made_before_it_is_asked_for(tmp_path, own):
    for path, body in prepare(Settings(var=tmp_path)).bodies.items():
        assert "etag" in vars(body), path
        for packed in body._packed.values():
            assert gzip.decompress(packed) == body.content
        assert body._packed or not worthwhile(len(body.content), body.media_type), path
