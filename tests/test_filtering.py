"""Filters, orders and choices of properties as a client asks them, against plain pandas and shapely on the sample."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from app.ogc.crs import SERVED
from geo.crs import METRES, WGS84
from tests.test_core import links, there
from tests.test_routes import ids

NTAS, SCHOOLS, KIOSKS = (f"/collections/{name}/items" for name in ("ntas", "schools", "kiosks"))
RING = [(-73.99, 40.65), (-73.93, 40.65), (-73.93, 40.70), (-73.99, 40.70), (-73.99, 40.65)]
HUB = shapely.Point(-73.925, 40.81)
WKT = f"POLYGON(({', '.join(f'{x} {y}' for x, y in RING)}))"


@pytest.fixture(scope="module")
def tables(everything):
    """Each collection as a frame, in the order in which it is served."""

    def table(name):
        features = everything[name]["features"]
        frame = gpd.GeoDataFrame.from_features(features, crs=WGS84)
        return frame.assign(id=[feature["id"] for feature in features])

    return {name: table(name) for name in ("ntas", "schools", "kiosks", "enrollment")}


def metres_from(table, place):
    """Metres from each row to a place."""
    return table.to_crs(METRES).distance(gpd.GeoSeries([place], crs=WGS84).to_crs(METRES)[0])


def found(client, path, **asked):
    return ids(client.json(path, limit=10_000, **asked))


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("gap > 50", lambda t: t["gap"] > 50),
        ("gap > 50 AND borough = 'Bronx'", lambda t: (t["gap"] > 50) & (t["borough"] == "Bronx")),
        ("NOT gap > 50", lambda t: t["gap"] <= 50),
        ("gap IS NULL", lambda t: t["gap"].isna()),
        ("need > supply", lambda t: t["need"] > t["supply"]),
        ("need + supply > 100", lambda t: (t["need"] + t["supply"]).round(6) > 100),
        ("gap BETWEEN 20 AND 30", lambda t: t["gap"].between(20, 30)),
        ("borough IN ('Queens', 'Bronx')", lambda t: t["borough"].isin(["Queens", "Bronx"])),
        ("CASEI(name) LIKE CASEI('%MOTT%')", lambda t: t["name"].str.lower().str.contains("mott")),
        (f"S_INTERSECTS(geometry, {WKT})", lambda t: t.intersects(shapely.Polygon(RING))),
        (f"S_WITHIN(geometry, {WKT})", lambda t: t.within(shapely.Polygon(RING))),
        ("S_DWITHIN(geometry, POINT(-73.925 40.81), 1500, meters)", lambda t: metres_from(t, HUB) <= 1500),
    ],
)  # fmt: skip
def test_filters(client, tables, text, mask):
    table = tables["ntas"]
    expected = table["id"][mask(table)].tolist()
    assert 0 < len(expected) < len(table)
    assert found(client, NTAS, filter=text) == expected


def test_text_and_json_say_the_same(client):
    tree = {"op": "and", "args": [
        {"op": ">", "args": [{"property": "gap"}, 40]},
        {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [RING]}]},
    ]}  # fmt: skip
    asked = {"filter": json.dumps(tree), "filter-lang": "cql2-json"}
    text = found(client, NTAS, filter=f"gap > 40 AND S_INTERSECTS(geometry, {WKT})")
    assert found(client, NTAS, **asked) == text != []


def test_a_filter_goes_with_everything_else(client, tables):
    """Of the schools in a box and a borough those with many pupils, by falling number."""
    table = tables["schools"]
    box = shapely.box(-73.95, 40.80, -73.85, 40.90)
    chosen = table[table.intersects(box) & (table["borough"] == "Bronx") & (table["pupils"] > 500)]
    expected = chosen.sort_values(["pupils", "id"], ascending=[False, True])["id"].tolist()
    asked = {"bbox": "-73.95,40.80,-73.85,40.90", "borough": "Bronx", "filter": "pupils > 500", "sortby": "-pupils"}
    assert found(client, SCHOOLS, **asked) == expected and len(expected) > 20
    page, seen = client.json(SCHOOLS, limit=7, properties="name", **asked), []
    while True:
        seen += ids(page)
        assert page["numberMatched"] == len(expected)
        assert {*page["features"][0]["properties"]} == {"name"}
        if not (following := links(page, "next")):
            break
        page = client.json(there(following[0]["href"]))
    assert seen == expected


def test_days_in_filters(client, tables):
    table = tables["enrollment"]
    last = table["reported"].max()
    path = "/collections/enrollment/items"
    assert found(client, path, filter=f"reported = DATE('{last}')") == table["id"][table["reported"] == last].tolist()
    assert found(client, path, datetime=f"{last}/..") == found(
        client, path, filter=f"T_AFTER(reported, DATE('{last}')) OR reported = DATE('{last}')"
    )
    assert client.json(path, datetime="1999-01-01/2000-01-01")["numberMatched"] == 0
    assert client.json("/collections/enrollment")["extent"]["temporal"]["interval"][0][1].startswith(last)


def test_sorting_puts_what_is_not_known_last(client, tables):
    table = tables["ntas"]
    assert table["gap"].isna().any()
    for order, ascending in (("gap", True), ("-gap", False)):
        expected = table.sort_values(["gap", "id"], ascending=[ascending, True], na_position="last")["id"].tolist()
        assert found(client, NTAS, sortby=order) == expected


def test_properties_in_the_order_that_was_asked(client):
    page = client.json(NTAS, limit=2, properties="gap,name,snapshot", skipGeometry="true")
    for feature in page["features"]:
        assert [*feature["properties"]] == ["gap", "name", "snapshot"]
        assert feature["geometry"] is None and "bbox" not in feature
    assert "bbox" not in page
    one = client.json(f"{NTAS}/BX0101", properties="gap")
    assert [*one["properties"]] == ["gap"] and one["geometry"]
    assert client.json(NTAS, limit=1, properties="")["features"][0]["properties"] == {}
    assert "properties: found 'size'" in client.refused(400, NTAS, properties="gap,size")


@pytest.mark.parametrize("crs", SERVED.values(), ids=lambda crs: crs.title)
def test_boxes_in_every_system_select_the_same(client, tables, crs):
    """Against the features put into that system, with a box drawn there."""
    table = tables["kiosks"]
    places = crs.given(table.geometry.to_numpy())
    least, most = np.quantile(shapely.get_coordinates(places), [0.3, 0.45], axis=0)
    expected = table["id"][shapely.intersects(places, shapely.box(*least, *most))].tolist()
    assert 10 < len(expected) < 1000
    box = ",".join(repr(float(edge)) for edge in (*least, *most))
    assert found(client, KIOSKS, bbox=box, **{"bbox-crs": crs.uri}) == expected
    ring = [(least[0], least[1]), (most[0], least[1]), (most[0], most[1]), (least[0], most[1]), (least[0], least[1])]
    text = f"S_INTERSECTS(geometry, POLYGON(({', '.join(f'{float(x)!r} {float(y)!r}' for x, y in ring)})))"
    assert found(client, KIOSKS, filter=text, **{"filter-crs": crs.uri}) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gap >> 3", "found '>' at character 6"),
        ("gap > ", "character"),
        ("height > 3", "'height' at character 1"),
        ("name > 3", "character"),
        ("gap > 'much'", "character"),
        ("A_CONTAINS(name, ('a'))", "A_CONTAINS"),
        ("S_INTERSECTS(geometry, POLYGON((0 0)))", "character"),
    ],
)
def test_bad_filters_name_the_token_and_its_position(client, text, said):
    assert said in client.refused(400, NTAS, filter=text)


def test_no_number_is_lost_between_a_filter_and_a_frame(client, tables):
    """Every value of a column finds itself and nothing else."""
    table = tables["ntas"]
    for value in table["gap"].dropna().unique()[:25]:
        assert found(client, NTAS, filter=f"gap = {value}") == table["id"][table["gap"] == value].tolist()
    assert pd.isna(table["gap"]).sum() == client.json(NTAS, filter="gap IS NULL")["numberMatched"]
