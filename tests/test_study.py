"""`/study-area`: outlines as people draw and send them, and the answer in every form."""

import csv
import io
import json
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import openpyxl
import pytest
import shapely
from fastapi import FastAPI

from app import errors
from app.language import Speech, spoken
from app.phrases import PHRASES
from app.routes import study as route
from app.service import Live, serve
from app.settings import Settings
from app.speaking import Speaking
from app.study import MOST_POSITIONS, read_body, read_query, study_of
from app.study_answer import answer
from geo.errors import BadQuery
from geo.indicators import INDICATORS
from geo.method import METHOD_VERSION
from loaders import store
from tests import city
from tests.calling import calling, problem
from tests.pseudo import bare, pseudo
from tests.snapshots import small

SQUARE = [[-73.95, 40.70], [-73.94, 40.70], [-73.94, 40.71], [-73.95, 40.71], [-73.95, 40.70]]
BOW = [[-73.95, 40.70], [-73.94, 40.71], [-73.94, 40.70], [-73.95, 40.71], [-73.95, 40.70]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": [*rings]}


def feature(geometry):
    return {"type": "Feature", "properties": {"name": "mine"}, "geometry": geometry}


def collection(*geometries):
    return {"type": "FeatureCollection", "features": [feature(geometry) for geometry in geometries]}


def circle(lon, lat, radius):
    return {"circle": {"center": [lon, lat], "radius_m": radius}}


def read(document):
    return read_body(json.dumps(document).encode())


def refused(document):
    with pytest.raises(BadQuery) as caught:
        read(document)
    return str(caught.value)


def again(drawn):
    return read_query(dict(parse_qsl(urlsplit(drawn.link).query)))


def moved(ring, east, north=0.0):
    return [[x + east, y + north] for x, y in ring]


@pytest.mark.parametrize(
    "document",
    [polygon(SQUARE), feature(polygon(SQUARE)), collection(polygon(SQUARE)), polygon([[*at, 12.5] for at in SQUARE])],
)
def test_an_outline_may_come_in_several_wrappings(document):
    drawn = read(document)
    assert shapely.equals(drawn.shape, shapely.Polygon(SQUARE))
    assert drawn.m2 == pytest.approx(844.6 * 1110.5, rel=1e-3)
    assert drawn.notes == ()


def test_several_outlines_are_taken_together():
    drawn = read(collection(polygon(SQUARE), polygon(moved(SQUARE, 0.005)), polygon(moved(SQUARE, 0.05))))
    assert drawn.shape.area == pytest.approx(0.01 * 0.015 + 0.01 * 0.01)
    assert drawn.notes == ("3 outlines were taken together; what they share counts once.",)
    beside = read({"type": "MultiPolygon", "coordinates": [[SQUARE], [moved(SQUARE, 0.01)]]})
    assert beside.shape.geom_type == "Polygon"
    assert shapely.equals(beside.shape, shapely.box(-73.95, 40.70, -73.93, 40.71))


def test_an_outline_that_crosses_itself_is_mended_and_said_so():
    drawn = read(polygon(BOW))
    assert drawn.shape.is_valid
    assert drawn.shape.area == pytest.approx(0.5 * 0.01 * 0.01)
    assert "crossed itself and was mended" in drawn.notes[0]


def test_a_circle_is_round_on_the_ground():
    drawn = read(circle(-73.95, 40.70, 500))
    assert drawn.m2 == pytest.approx(np.pi * 500**2, rel=1e-3)
    assert drawn.words == "A circle of 500 m around 40.70000, -73.95000"
    west, south, east, north = drawn.shape.bounds
    assert ((north - south) * 111_050, (east - west) * 84_460) == pytest.approx((1000, 1000), abs=2)
    assert shapely.equals(read_query({"lon": "-73.95", "lat": "40.7", "radius_m": "500"}).shape, drawn.shape)


@pytest.mark.parametrize(
    "drawn",
    [
        read(polygon(BOW)),
        read(circle(-73.9512345678, 40.7012345678, 321.5)),
        read(collection(polygon(SQUARE), polygon(moved(SQUARE, 0.0012345678, 0.0098765432)))),
        read_query({"bbox": "-73.95,40.70,-73.94,40.71"}),
        read_query({"geometry": "MULTIPOLYGON (((-73.95 40.7, -73.94 40.7, -73.94 40.71, -73.95 40.7)))"}),
        read_query({"geometry": json.dumps(polygon(SQUARE))}),
    ],
    ids=lambda drawn: drawn.words,
)
def test_a_link_asks_for_the_same_outline(drawn):
    assert shapely.equals_exact(again(drawn).shape, drawn.shape)
    assert again(drawn).link == drawn.link


def test_a_long_outline_has_no_link():
    angles = np.linspace(0, 2 * np.pi, 1500)
    ring = np.column_stack([-73.95 + 0.02 * np.cos(angles), 40.7 + 0.02 * np.sin(angles)])
    ring[-1] = ring[0]
    assert read(polygon(ring.tolist())).link is None


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "found [], expected a GeoJSON Polygon"),
        ("text", 'found "text", expected'),
        ({"type": "Point", "coordinates": [-73.9, 40.7]}, "found type 'Point', expected a GeoJSON Polygon"),
        (feature(None), "the body.geometry: found null"),
        (collection(polygon(SQUARE), {"type": "LineString"}), "features[1].geometry: found type 'LineString'"),
        ({"type": "FeatureCollection", "features": []}, "found 0 positions"),
        ({"type": "Feature", "geometry": feature(feature(feature(polygon(SQUARE))))}, "found type 'Feature'"),
        (polygon(SQUARE[:-1]), "ring of 4 positions is open"),
        (polygon(SQUARE[:-1]), "end each ring with its first position"),
        (polygon(SQUARE[:2] + SQUARE[:1]), "with 3 positions in a ring, expected 4"),
        (polygon([["a", "b"]] * 4), "not two or three finite numbers"),
        ({"type": "Polygon"}, "expected a list of coordinates"),
        (polygon([[y, x] for x, y in SQUARE]), "found [40.7, -73.95], which is latitude first"),
        (circle(40.7, -73.9, 500), "found [40.7, -73.9], which is latitude first"),
        (polygon([[990_000, 200_000], [991_000, 200_000], [991_000, 201_000], [990_000, 200_000]]), "EPSG:4326"),
        (polygon(moved(SQUARE, 10)), "outside of the five boroughs: -63.9500, 40.7000"),
        (circle(-73.9, 40.7, 0), "a radius of more than 0"),
        (circle(-73.9, 40.7, 50), "found an area of 7,853 m² around the city, expected 10,000 m² (a hectare"),
        (circle(-73.9, 40.7, 60_000), "at most 50,000 m"),
        (circle("here", 40.7, 500), "found a circle with center ['here', 40.7]"),
        ({"circle": {"center": [-73.9]}}, "found a circle with center [-73.9] and radius_m None"),
        ({"circle": {"center": [True, 40.7], "radius_m": 5}}, "found a circle"),
        (polygon([[-75.4, 39.6], [-72.6, 39.6], [-72.6, 41.9], [-75.4, 41.9], [-75.4, 39.6]]), "to 10,000 km²"),
        (polygon([SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[0]]), "found an area of 0 m²"),
    ],
)
def test_what_cannot_be_studied_says_why(document, told):
    assert told in refused(document)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "the body: found nothing, which is no JSON"),
        (b"--boundary\r\nContent-Disposition: form-data", "sent as it is, not as a form"),
        (b"\xff\xfe{}", "expected GeoJSON in UTF-8"),
        (b'{"type": "Polygon", "coordinates": [[[1e999, 0]]]}', "number is infinity"),
        (b"[" * 5000, "which is no JSON"),
        (b'{"type":"Feature","geometry":' * 900 + b"null" + b"}" * 900, "expected a GeoJSON Polygon"),
    ],
)
def test_bytes_that_are_no_outline_say_why(raw, told):
    with pytest.raises(BadQuery) as caught:
        read_body(raw)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "found no outline, expected one of: bbox="),
        ({"bbox": "-73.95,40.7,-73.94,40.71", "lon": "-73.9"}, "found bbox, lon, expected one of"),
        ({"lon": "-73.9", "lat": "40.7"}, "radius_m: found '', expected a number"),
        ({"lon": "-73.9", "lat": "nan", "radius_m": "500"}, "lat: found 'nan', expected a number"),
        ({"bbox": "-73.95,40.7,-73.94"}, "bbox: found '-73.95,40.7,-73.94', expected 4 numbers"),
        ({"bbox": "40.7,-73.95,40.71,-73.94"}, "latitude first"),
        ({"bbox": "-73.94,40.7,-73.95,40.71"}, "expected west before east"),
        ({"geometry": "here"}, "which is neither WKT nor GeoJSON"),
        ({"geometry": "POINT (-73.95 40.7)"}, "found a Point, expected a POLYGON"),
        ({"geometry": "POLYGON EMPTY"}, "found 0 positions"),
        ({"geometry": "POLYGON ((-73.95 40.7, -73.94 40.7, -73.94 40.71))"}, "neither WKT nor GeoJSON"),
        ({"geometry": "{"}, "geometry: found '{', which is no JSON"),
    ],
)
def test_parameters_that_are_no_outline_say_why(given, told):
    with pytest.raises(BadQuery) as caught:
        read_query(given)
    assert told in str(caught.value)


def test_outlines_of_too_many_positions_or_crossings_are_refused():
    random = np.random.default_rng(1)
    scribble = (np.array([-73.95, 40.7]) + random.random((MOST_POSITIONS - 1, 2)) * 0.01).tolist()
    assert "too often" in refused(polygon([*scribble, scribble[0]]))
    assert "10,001 positions, expected 1 to 10,000" in refused(polygon([*scribble, SQUARE[0], scribble[0]]))

    teeth = [[-74.1 + 0.0001 * at, 40.6 + 0.2 * (at % 4 in (1, 2))] for at in range(3000)]
    assert "up and down more than 500 times" in refused(polygon([*teeth, [-73.7, 40.59], [-74.1, 40.59], teeth[0]]))


@pytest.fixture(scope="module")
def service(small_var):
    return serve(store.current(small_var))


@pytest.fixture(scope="module")
def app_client(service, small_var):
    with calling(application(service, small_var)) as running:
        yield running


def application(service, var):
    """The route alone, behind nothing but what knows the language."""

    @asynccontextmanager
    async def lifespan(app):
        yield {"live": Live(Settings(var=var), service)}

    app = FastAPI(lifespan=lifespan)
    app.include_router(route.router)
    app.add_middleware(Speaking)
    errors.install(app)
    return app


def post(client, document, **parameters):
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return client.portal.call(partial(client.asks.post, "/study-area", content=raw, params=parameters))


def boxed(*bounds):
    """Rectangles of the made-up city (metres) as GeoJSON."""
    return collection(*(json.loads(shapely.to_geojson(box)) for box in city.boxes([*bounds])))


def test_an_outline_that_is_sent_is_answered(app_client, service):
    answer = post(app_client, boxed((500, -50, 1600, 950)))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert told["properties"]["population"] == 500
    assert told["properties"]["population_moe"] == round(np.hypot(4, 10))
    assert told["properties"]["residents"] == told["properties"]["people_beyond_reach"] == 500
    assert told["properties"]["people_left_out"] == 10
    assert told["city"]["population"] == 1090
    assert [(area["id"], area["share"]) for area in told["areas"]] == [("36047000100", 0.4), ("36047000200", 1.0)]
    assert told["surveyed"] == "tracts"
    assert {(site["layer"], site["id"]) for site in told["sites"]} == {
        ("facilities", "c-older"),
        ("developments", "002"),
    }
    assert [site["public_access"] for site in told["sites"]] == [False, None]
    assert "The outline cuts 1, where 20 % of the people inside live" in told["approximations"][1]
    assert told["snapshot"] == service.city.snapshot.id and told["method_version"] and told["vintage"]
    assert post(app_client, told["study_area"]["geometry"]).json()["properties"] == told["properties"]


def test_a_whole_area_has_the_numbers_that_are_served_of_it(app_client, service):
    for name in ("ntas", "tracts", "boroughs"):
        served = service.city.collections[name]
        for row, piece in enumerate(served.pieces):
            area = json.loads(piece)
            if area["properties"]["households"] < 30:
                continue
            told = post(app_client, area["geometry"]).json()["properties"]
            known = {*told} & {*area["properties"]} - {"need_low", "need_high", "gap_low", "gap_high"}
            assert {name: told[name] for name in known} == {name: area["properties"][name] for name in known}, row


def test_a_link_gives_the_same_as_what_was_sent(app_client):
    sent = post(app_client, boxed((0, 0, 1600, 1000))).json()
    answer = app_client.get(sent["study_area"]["link"])
    assert answer.json() == sent
    assert answer.headers["cache-control"] == "public, max-age=0"
    known = app_client.get(sent["study_area"]["link"], {"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304


def test_refusals_are_problem_documents(app_client):
    assert "no JSON" in problem(post(app_client, b"hello"), 400)["detail"]
    assert "1,048,576 bytes; simplify it" in problem(post(app_client, b" " * (route.MOST_BYTES + 1)), 413)["detail"]
    assert "outside of the five boroughs" in problem(post(app_client, boxed((9000, 9000, 9900, 9900))), 400)["detail"]
    assert "parameters are: f" in problem(post(app_client, polygon(SQUARE), bbox="1,2,3,4"), 400)["detail"]
    assert "f: found 'pdf'" in app_client.refused(400, "/study-area", bbox="-73.95,40.7,-73.94,40.71", f="pdf")
    assert "found no outline" in app_client.refused(400, "/study-area")
    assert problem(app_client.request("DELETE", "/study-area"), 405)


def test_a_megabyte_is_read(app_client):
    padded = json.dumps(boxed((0, 0, 1000, 1000))).encode()
    assert post(app_client, padded + b" " * (route.MOST_BYTES - len(padded))).status_code == 200


def test_nobody_lives_in_a_park(app_client):
    told = post(app_client, boxed((2000, 1000, 3000, 2000))).json()
    assert told["notes"] == ["no households: shares are not defined here; no residential lots here"]
    assert (told["properties"]["population"], told["properties"]["need"]) == (0, None)
    assert "ground stands for residents" in " ".join(told["approximations"])
    assert "No kiosk" in post(app_client, boxed((2000, 1000, 3000, 2000)), f="panel").text


def test_the_article_says_it_in_words(app_client):
    answer = post(app_client, boxed((500, -50, 1600, 950)), f="panel")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    text = answer.text
    assert text.strip().startswith("<article") and text.strip().endswith("</article>")
    for words in ("A drawn area", "500 ±&nbsp;11", "1 NYCHA development", "Margins are those of the survey", "f=xlsx"):
        assert words in text
    assert "<script" not in text and " style=" not in text and "None" not in text and " nan" not in text


def test_a_link_opens_as_a_page(app_client):
    link = post(app_client, circle_in_a1(300)).json()["study_area"]["link"]
    asked = app_client.get(link, {"Accept": "text/html,*/*;q=0.8"})
    assert asked.headers["vary"].startswith("Accept")
    for page in (asked.text, app_client.get(f"{link}&f=html").text):
        assert page.startswith("<!doctype html>") and page.count("<main") == page.count("<article") == 1
        assert "<h1>A circle of 300 m around" in page and "<title>Study area</title>" in page
    assert "A page to print or to share" not in page


def circle_in_a1(radius):
    place = city.points([(300, 500)]).iloc[0]
    return circle(place.x, place.y, radius)


def test_what_is_written_by_others_is_escaped(tmp_path):
    centres = city.facilities().assign(name="<b>=1+1</b>")
    snapshot = small(tmp_path, facilities=centres)
    with calling(application(serve(snapshot), tmp_path)) as client:
        assert "<b>" not in post(client, boxed((2000, 0, 3000, 1000)), f="panel").text
        assert "&lt;b&gt;" in post(client, boxed((2000, 0, 3000, 1000)), f="panel").text


def test_csv_is_one_table_of_all(app_client):
    answer = post(app_client, boxed((500, -50, 1600, 950)), f="csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="study-area.csv"'
    rows = [*csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
    parts = [row["part"] for row in rows]
    assert [*dict.fromkeys(parts)] == ["asked for", "link", "approximation", "measure", "area", "site"]
    measures = {row["id"]: row for row in rows if row["part"] == "measure"}
    assert (measures["population"]["value"], measures["population"]["margin_of_error"]) == ("500", "11")
    assert measures["no_broadband_share"]["reliability"] == "good"
    assert all(float(measures[name]["low"]) <= float(measures[name]["value"]) for name in ("need", "gap"))
    assert {row["method_version"] for row in rows} == {METHOD_VERSION}


def test_a_workbook_has_a_sheet_for_each(app_client):
    answer = post(app_client, boxed((0, 0, 2000, 1000)), f="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["study area", "areas", "sites", "notes", "dictionary", "sources"]
    rows = {row[0]: row for row in book["study area"].iter_rows(min_row=2, values_only=True)}
    assert rows["population"][2:4] == (650, 14)
    assert book["sites"].max_row > 1


def test_geojson_has_the_outline_and_the_sites(app_client):
    answer = post(app_client, boxed((0, 0, 2000, 1000)), f="geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    found = answer.json()
    first, *sites = found["features"]
    assert (first["id"], first["geometry"]["type"]) == ("study-area", "Polygon")
    assert first["properties"]["population"] == 650 and first["properties"]["approximations"]
    assert {site["id"] for site in sites} == {
        "kiosks/k-live",
        "facilities/c-older",
        "developments/001",
        "developments/002",
    }
    assert all(shapely.from_geojson(json.dumps(site["geometry"])).geom_type == "Point" for site in sites)


def test_a_snapshot_without_sites_is_answered(tmp_path):
    snapshot = small(tmp_path, without=("kiosks", "facilities", "developments"))
    with calling(application(serve(snapshot), tmp_path)) as client:
        for form in route.FORMS:
            assert post(client, boxed((0, 0, 2000, 1000)), f=form).status_code == 200, form
        told = post(client, boxed((0, 0, 2000, 1000))).json()
        assert told["sites"] == [] and told["properties"]["gap"] is None
        assert "no working public access is known" in told["notes"]


def test_outlines_are_cut_from_what_is_read_once(service):
    assert study_of(service.city) is study_of(service.city)
    assert study_of(service.city).ground is study_of(service.city).ground


@pytest.mark.parametrize("outline", [circle(-73.92, 40.81, 700), polygon(BOW)], ids=["circle", "drawn"])
def test_a_study_speaks_the_language_of_the_page(sample_var, monkeypatch, outline):
    served = serve(store.current(sample_var)).city
    plain = answer(served, read(outline))
    pseudo(monkeypatch)
    with spoken(Speech("es", carried=True)):
        page = route.WRITERS["html"](answer(served, read(outline)), served).decode()
    names = {word for site in plain["sites"] for word in f"{site['name']} {site['id']},".split()}
    left = {word for text in bare(page) for word in text.split()}
    assert left - names == {"CSV", "Excel", "GeoJSON", "JSON"}
    assert "(synthetic)" not in page


def test_files_and_documents_are_in_english_whatever_the_language(app_client, monkeypatch):
    pseudo(monkeypatch)
    document = boxed((500, -50, 1600, 950))
    for form in ("json", "csv", "geojson"):
        english, spanish = (post(app_client, document, f=form, lang=lang).content for lang in ("en", "es"))
        assert english == spanish, form
    assert "⟦A drawn area⟧" in post(app_client, document, f="panel", lang="es").text


def test_what_is_refused_is_said_in_the_language_of_the_page(app_client, monkeypatch):
    pseudo(monkeypatch)
    for form, begin in (("panel", "⟦⟦the body⟧: found ⟦nothing⟧"), ("json", "the body: found nothing")):
        assert problem(post(app_client, b"", f=form, lang="es"), 400)["detail"].startswith(begin)


def test_titles_of_shares_can_be_translated():
    assert {indicator.label for indicator in INDICATORS} <= {*PHRASES}
