"""Features as files, in every form, read back as others read them; selection, order and choice apply to all."""

import io
import json

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from app.ogc.forms import FILES
from geo.crs import WGS84
from tests.test_routes import COUNTS

QUESTION = {"borough": "Bronx", "sortby": "-apartments,tds", "properties": "apartments,name,pact_date,eligible"}
FEET = "http://www.opengis.net/def/crs/EPSG/0/2263"


def asked(client, collection, form, **question):
    answer = client.get(f"/collections/{collection}/items.{form}", **question)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == FILES[form]
    assert answer.headers["content-disposition"] == f'attachment; filename="{collection}.{form}"'
    return answer.content


def read(content, form):
    """The rows of a file as pandas or geopandas has them."""
    if form == "csv":
        return pd.read_csv(io.BytesIO(content), dtype={"tds": str, "geoid": str, "community_district": str})
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        header, *rows = book.worksheets[0].values
        return pd.DataFrame(rows, columns=header)
    if form == "parquet":
        file = io.BytesIO(content)
        return gpd.read_parquet(file) if b"geo" in (pq.read_schema(file).metadata or {}) else pd.read_parquet(file)
    if form == "jsonseq":
        lines = content.decode().split("\x1e")
        assert lines[0] == "" and all(line.endswith("\n") for line in lines[1:])
        features = [json.loads(line) for line in lines[1:]]
        return gpd.GeoDataFrame.from_features(features, crs=WGS84)
    return gpd.read_file(io.BytesIO(content), engine="pyogrio")


@pytest.mark.filterwarnings("ignore:.*application_id.*non conformant file extension.*:RuntimeWarning")
@pytest.mark.parametrize("form", FILES)
@pytest.mark.parametrize("name", ["kiosks", "developments", "enrollment"])
def test_a_whole_collection(client, everything, name, form):
    frame = read(asked(client, name, form), form)
    features = everything[name]["features"]
    assert len(frame) == COUNTS[name] == len(features)
    key = {"kiosks": "site_id", "developments": "tds", "enrollment": "record"}[name]
    expected = pd.DataFrame([feature["properties"] for feature in features])
    assert set(frame[key].astype(str)) == set(expected[key])
    if form != "fgb":  # its index puts rows in the order of their places
        assert frame[key].astype(str).tolist() == expected[key].tolist()
    ours = frame.assign(key=frame[key].astype(str)).set_index("key").loc[expected[key]]
    for column in ("snapshot", "vintage", "method_version"):
        assert set(ours[column].astype(str)) == {expected[column].iloc[0]}
    numbers = expected.select_dtypes("number").columns
    for column in numbers:
        np.testing.assert_allclose(ours[column].astype(float), expected[column].astype(float), equal_nan=True)
    places = gpd.GeoSeries(
        [shapely.from_geojson(json.dumps(f["geometry"])) if f["geometry"] else None for f in features], crs=WGS84
    )
    if isinstance(frame, gpd.GeoDataFrame):
        assert frame.crs is None or frame.crs == WGS84
        pairs = zip(gpd.GeoSeries(ours.geometry.to_numpy()), places, strict=True)
        assert all(
            (a is None and b is None) or a.normalize().equals_exact(_as(a, b).normalize(), 1e-9) for a, b in pairs
        )
    elif form == "csv" and name == "developments":
        assert shapely.from_wkt(ours["wkt"].tolist())[0].equals_exact(places[0], 1e-9)
    else:
        np.testing.assert_allclose(ours["longitude"].astype(float) if name == "kiosks" else 0.0,
                                   places.x if name == "kiosks" else 0.0)  # fmt: skip


def _as(found, place):
    """`place` as the multipolygon that a layer of one type makes of it."""
    return (
        shapely.multipolygons([place]) if found.geom_type == "MultiPolygon" and place.geom_type == "Polygon" else place
    )


@pytest.mark.filterwarnings("ignore:.*application_id.*non conformant file extension.*:RuntimeWarning")
@pytest.mark.parametrize("form", FILES)
def test_selection_order_and_choice_apply_to_every_form(client, everything, form):
    chosen = [f["properties"] for f in everything["developments"]["features"] if f["properties"]["borough"] == "Bronx"]
    expected = [row["tds"] for row in sorted(chosen, key=lambda row: (-row["apartments"], row["tds"]))]
    assert len(expected) > 5
    frame = read(asked(client, "developments", form, **QUESTION), form)
    named = ["apartments", "name", "pact_date", "eligible"]
    if form in ("geojson", "jsonseq"):
        by_id = client.json("/collections/developments/items", limit=1000, **QUESTION)
        assert [feature["id"] for feature in by_id["features"]] == expected
        assert len(frame) == len(expected)
    else:
        assert frame["tds"].astype(str).tolist() == expected
        named = ["tds", *named]
    assert [column for column in frame.columns if column not in ("geometry", "wkt", "id", "bbox")] == named
    page = client.get("/collections/developments/items", **QUESTION, f=form, limit=3, offset=1)
    rows = read(page.content, form)
    assert len(rows) == 3
    if "tds" in rows:
        assert rows["tds"].astype(str).tolist() == expected[1:4]


@pytest.mark.filterwarnings("ignore:.*application_id.*non conformant file extension.*:RuntimeWarning")
@pytest.mark.parametrize("form", ["fgb", "gpkg", "parquet"])
def test_files_in_feet(client, everything, form):
    frame = read(asked(client, "kiosks", form, crs=FEET, borough="Queens"), form)
    assert frame.crs.to_epsg() == 2263
    first = min(
        (f for f in everything["kiosks"]["features"] if f["properties"]["borough"] == "Queens"), key=lambda f: f["id"]
    )
    degrees = frame.set_index("site_id").geometry.to_crs(WGS84).loc[first["id"]]
    assert degrees.distance(shapely.Point(first["geometry"]["coordinates"])) < 1e-6


def test_text_forms_in_feet_and_in_latitude_first(client):
    whole = client.json("/collections/kiosks/items", limit=1)["features"][0]["geometry"]["coordinates"]
    feet = client.get("/collections/kiosks/items", limit=1, crs=FEET)
    assert feet.headers["content-crs"] == f"<{FEET}>"
    x, y = feet.json()["features"][0]["geometry"]["coordinates"]
    assert 900_000 < x < 1_100_000 and 110_000 < y < 280_000 and round(x, 2) == x
    assert "bbox" not in feet.json()
    latitude_first = FEET.replace("2263", "4326")
    turned = client.json("/collections/kiosks/items", limit=1, crs=latitude_first)
    assert turned["features"][0]["geometry"]["coordinates"] == whole[::-1]
    csv = read(asked(client, "kiosks", "csv", crs=latitude_first), "csv")
    assert csv[["longitude", "latitude"]].iloc[0].tolist() == whole
    assert read(asked(client, "kiosks", "csv", crs=FEET), "csv")[["x", "y"]].iloc[0].tolist() == [x, y]


@pytest.mark.filterwarnings("ignore:.*application_id.*non conformant file extension.*:RuntimeWarning")
@pytest.mark.parametrize("form", FILES)
def test_without_geometry(client, form):
    frame = read(asked(client, "developments", form, skipGeometry="true", properties="name"), form)
    assert len(frame) == COUNTS["developments"]
    assert "wkt" not in frame
    if "geometry" in frame:
        assert frame["geometry"].isna().all()


@pytest.mark.filterwarnings("ignore:.*application_id.*non conformant file extension.*:RuntimeWarning")
@pytest.mark.parametrize("form", FILES)
def test_nothing_selected_is_a_file_without_rows(client, form):
    content = asked(client, "kiosks", form, borough="Nowhere")
    if form == "jsonseq":
        assert content == b""
    elif form == "geojson":
        assert json.loads(content)["features"] == []
    else:
        assert len(read(content, form)) == 0


def test_geoparquet_says_so_and_has_a_covering_box(client):
    schema = pq.read_schema(io.BytesIO(asked(client, "ntas", "parquet")))
    geo = json.loads(schema.metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]


def test_the_workbook_has_a_dictionary_and_the_sources(client):
    book = openpyxl.load_workbook(io.BytesIO(asked(client, "kiosks", "xlsx")))
    assert book.sheetnames == ["kiosks", "dictionary", "sources"]
    told = {row[1] for row in book["dictionary"].values}
    assert {*next(book["kiosks"].values)} <= told | {None}


def test_a_formula_is_text(client, monkeypatch):
    from app.ogc import files

    assert files.inert("=1+1") == "'=1+1"


def test_files_are_not_paged(client):
    for name in ("limit", "offset", "cursor"):
        detail = client.refused(400, "/collections/kiosks/items.csv", **{name: 1})
        assert detail.startswith(f"{name}: a file holds all that is selected")
    assert "expected one of: geojson, jsonseq, csv" in client.refused(404, "/collections/kiosks/items.doc")
    assert "no collection" in client.refused(404, "/collections/nothing/items.csv")


def test_sequences_are_sent_as_they_are_written(client):
    """In pieces, with a strong ETag, and compressed on the way."""
    first = client.get("/collections/tracts/items.jsonseq", {"Accept-Encoding": "identity"})
    assert "content-length" not in first.headers and first.headers["etag"].startswith('"')
    again = client.get(
        "/collections/tracts/items.jsonseq", {"Accept-Encoding": "identity", "If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    for coding in ("gzip", "br", "zstd"):
        packed = client.get("/collections/tracts/items.jsonseq", {"Accept-Encoding": coding})
        assert packed.headers["content-encoding"] == coding
        assert packed.content == first.content


def test_a_form_by_the_accept_header(client):
    for form in ("csv", "fgb", "parquet", "gpkg", "xlsx", "jsonseq"):
        answer = client.get("/collections/kiosks/items?limit=2", {"Accept": FILES[form]})
        assert answer.headers["content-type"] == FILES[form]
        assert "Accept" in answer.headers["vary"]
