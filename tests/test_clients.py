"""What others make of what we serve: GDAL, OWSLib, geopandas and pandas, each as its users call it, over HTTP."""

import csv
import gzip
import io
import re
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import httpx
import mapbox_vector_tile
import pandas as pd
import pytest
import shapely
from owslib.ogcapi.features import Features
from pyproj import Transformer

from geo.crs import METRES, WGS84
from tests.gdal import ogr
from tests.serving import Serving, serving

BOX = (-73.96, 40.68, -73.92, 40.70)
TILE = {"z": 11, "y": 769, "x": 603}
CQL = ("--config", "OGR_OAPIF_ALLOW_CQL_TEXT", "YES")
"""Makes GDAL send the text form of CQL, under the name that it had in a draft."""

SELECTIONS = [
    ("kiosks", "borough = 'Bronx'", lambda rows: rows["borough"] == "Bronx"),
    ("kiosks", "borough = 'Bronx' AND status = 'Live'", lambda r: (r["borough"] == "Bronx") & (r["status"] == "Live")),
    ("kiosks", "borough = 'Staten Island' OR kind = 'Link5G'",
     lambda rows: (rows["borough"] == "Staten Island") | (rows["kind"] == "Link5G")),
    ("kiosks", "working = 1 AND borough = 'Queens'", lambda rows: rows["working"] & (rows["borough"] == "Queens")),
    ("kiosks", "working = 0", lambda rows: ~rows["working"]),
    ("schools", "pupils > 800", lambda rows: rows["pupils"] > 800),
    ("schools", "pupils = 830", lambda rows: rows["pupils"] == 830),
    ("schools", "economic_need_share <= 0.5 AND borough = 'Queens'",
     lambda rows: (rows["economic_need_share"] <= 0.5) & (rows["borough"] == "Queens")),
    ("schools", "pupils BETWEEN 300 AND 400", lambda rows: rows["pupils"].between(300, 400)),
    ("ntas", "gap > 60", lambda rows: rows["gap"] > 60),
    ("ntas", "gap >= 44.1 AND gap < 50 AND borough <> 'Bronx'",
     lambda rows: (rows["gap"] >= 44.1) & (rows["gap"] < 50) & (rows["borough"] != "Bronx")),
    ("ntas", "gap IS NULL", lambda rows: rows["gap"].isna()),
    ("ntas", "NOT (borough = 'Bronx')", lambda rows: rows["borough"] != "Bronx"),
    ("ntas", "name LIKE 'East%'", lambda rows: rows["name"].str.startswith("East")),
]  # fmt: skip

CASES = [
    pytest.param(cql, *one, id=f"{one[0]}: {one[1]}{' by CQL' if cql else ''}")
    for one in SELECTIONS
    for cql in ((), CQL)
    if not cql or "working" not in one[1]
]
"""GDAL writes a flag as 0 or 1, which is no value of a flag in CQL2."""


@pytest.fixture(scope="session")
def served(sample_var):
    with serving(sample_var) as running:
        yield running


@pytest.fixture(scope="session")
def address(served) -> str:
    return served.address


@pytest.fixture(scope="session")
def tables(address):
    """Each collection whole, by id, read from its GeoJSON by none of the programs under test."""
    found = {}
    for each in httpx.get(f"{address}/collections").json()["collections"]:
        features = httpx.get(f"{address}/collections/{each['id']}/items?limit=10000").json()["features"]
        rows = pd.DataFrame([feature["properties"] for feature in features], index=[one["id"] for one in features])
        places = [shapely.geometry.shape(one["geometry"]) if one["geometry"] else None for one in features]
        found[each["id"]] = gpd.GeoDataFrame(rows, geometry=places, crs=WGS84)
    return found


def near(rows, box=BOX):
    """Which `rows` a box selects: those that meet it, and those without a place."""
    return rows.geometry.intersects(shapely.box(*box)) | rows.geometry.isna()


def selected(address, layer, *asked, page=1000) -> list[str]:
    """The ids of what ogr2ogr reads."""
    pages = ("-oo", f"PAGE_SIZE={page}")
    told = ogr("ogr2ogr", "-f", "CSV", "/vsistdout/", f"OAPIF:{address}/", layer, "-select", "id", *pages, *asked)
    return [row["id"] for row in csv.DictReader(io.StringIO(told))]


def counts(told: str) -> dict[str, int]:
    layers = re.findall(r"^Layer name: (\w+)$.*?^Feature Count: (\d+)$", told, re.M | re.S)
    return {name: int(count) for name, count in layers}


@pytest.mark.parametrize("options", [(), ("-oo", "PAGE_SIZE=1000")], ids=["plain", "paged"])
def test_ogrinfo_counts_every_collection(address, tables, options):
    told = ogr("ogrinfo", "-al", "-so", f"OAPIF:{address}/", *options)
    assert counts(told) == {name: len(rows) for name, rows in tables.items()}
    for name, rows in tables.items():
        page = httpx.get(f"{address}/collections/{name}/items?limit=1").json()
        assert page["numberMatched"] == len(rows)


@pytest.mark.parametrize("page", [7, 100, 10_000])
def test_gdal_reads_page_by_page_every_feature_once(address, tables, page):
    assert selected(address, "ntas", page=page) == [*tables["ntas"].index]


@pytest.mark.parametrize(("cql", "layer", "where", "rule"), CASES)
def test_ogr2ogr_selects_the_same_rows_as_the_table(address, tables, layer, where, rule, cql):
    rows = tables[layer]
    assert selected(address, layer, "-where", where, *cql) == [*rows.index[rule(rows)]]
    within = [*rows.index[rule(rows) & near(rows)]]
    assert selected(address, layer, "-where", where, "-spat", *BOX, *cql) == within


def test_gdal_lets_the_service_select(served, tables):
    """What GDAL could do for itself it asks of us, so that one page is read instead of twenty."""
    where = ("-where", "borough = 'Bronx' AND status = 'Live'", "-spat", *BOX)
    with served.hearing() as plain:
        selected(served.address, "kiosks", *where)
    with served.hearing() as filtered:
        selected(served.address, "kiosks", *where, *CQL)
    by_value, by_filter = (asked[-1].parameters for asked in (plain, filtered))
    assert (by_value["borough"], by_value["status"]) == ("Bronx", "Live")
    assert [float(edge) for edge in by_value["bbox"].split(",")] == [*BOX]
    assert by_filter["filter-lang"] == "cql-text"
    assert by_filter["filter"] == "(borough = 'Bronx') AND (status = 'Live')"
    assert "/api" in [one.path for one in plain], "there it learns what can be asked"


def test_gdal_asks_for_one_feature_by_its_id(served, tables):
    id = tables["ntas"].index[100]
    with served.hearing() as asked:
        assert selected(served.address, "ntas", "-where", f"id = '{id}'") == [id]
    assert asked[-1].path == f"/collections/ntas/items/{id}"


def test_gdal_asks_for_days_by_datetime(served, tables):
    """With a time of day: without one, GDAL 3.6 sends `2020-01-01T`, which is none, and is refused."""
    days = tables["kiosks"]["activated"]
    for where, expected in (
        ("activated >= '2020/06/01 00:00:00'", days >= "2020-06-01"),
        ("activated >= '2020/06/01 00:00:00' AND activated <= '2021/06/01 00:00:00'",
         (days >= "2020-06-01") & (days <= "2021-06-01")),
    ):  # fmt: skip
        with served.hearing() as asked:
            found = selected(served.address, "kiosks", "-where", where)
        assert asked[-1].parameters["datetime"].startswith("2020-06-01T00:00:00Z/")
        assert found == [*tables["kiosks"].index[expected | days.isna()]]


def test_gdal_knows_numbers_and_days_where_the_first_page_has_none(address):
    """`describedBy`: without the schema GDAL takes a property that is null on the first page for text."""
    told = ogr("ogrinfo", "-so", f"OAPIF:{address}/", "tracts")
    types = dict(re.findall(r"^(\w+): (\w+) ?\(", told, re.M))
    assert (types["gap"], types["population"], types["name"]) == ("Real", "Integer", "String")
    told = ogr("ogrinfo", "-so", f"OAPIF:{address}/", "kiosks")
    types = dict(re.findall(r"^(\w+): (\w+) ?\(", told, re.M))
    assert (types["activated"], types["working"], types["borough"]) == ("Date", "Integer", "String")


def test_gdal_has_longitude_before_latitude_and_projects_as_we_do(address, tables):
    read = ("-f", "CSV", "/vsistdout/", f"OAPIF:{address}/", "kiosks", "-select", "id", "-lco", "GEOMETRY=AS_XY")
    whole = ("-oo", "PAGE_SIZE=10000")
    plain = pd.read_csv(io.StringIO(ogr("ogr2ogr", *read, *whole)), index_col="id")
    expected = shapely.get_coordinates(tables["kiosks"].geometry)
    assert [*plain.index] == [*tables["kiosks"].index]
    assert abs(plain[["X", "Y"]].to_numpy() - expected).max() < 1e-9
    metres = pd.read_csv(io.StringIO(ogr("ogr2ogr", *read, *whole, "-t_srs", METRES)), index_col="id")
    ours = httpx.get(f"{address}/collections/kiosks/items?limit=10000&crs={METRES}").json()["features"]
    assert abs(metres[["X", "Y"]].to_numpy() - [one["geometry"]["coordinates"] for one in ours]).max() < 0.02


@pytest.mark.parametrize("name", ["tracts", "kiosks"])
def test_gdal_reads_a_part_of_a_flatgeobuf_by_ranges(served: Serving, tables, name):
    file = f"{served.address}/collections/{name}/items.fgb"
    size = len(httpx.get(file, headers={"Accept-Encoding": "identity"}).content)
    key = {"tracts": "geoid", "kiosks": "site_id"}[name]
    with served.hearing() as asked:
        told = ogr("ogr2ogr", "-f", "CSV", "/vsistdout/", f"/vsicurl/{file}", "-select", key, "-spat", *BOX)
    ids = [row[key] for row in csv.DictReader(io.StringIO(told))]
    rows = tables[name]
    assert sorted(ids) == sorted(rows.index[near(rows)])
    ranges = [re.fullmatch(r"bytes=(\d+)-(\d+)", one.headers["range"]) for one in asked if one.method == "GET"]
    assert len(ranges) > 1 and all(ranges)
    assert sum(min(int(part[2]) + 1, size) - int(part[1]) for part in ranges) < size * 0.8


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("name", ["tracts", "kiosks"])
def test_gdal_reads_a_vector_tile(address, tmp_path, name, encoding):
    """As it comes over the wire, packed or not."""
    place = "{z}/{y}/{x}".format(**TILE)
    path = tmp_path / "tile.pbf"
    with httpx.stream(
        "GET",
        f"{address}/collections/{name}/tiles/WebMercatorQuad/{place}",
        headers={"Accept-Encoding": encoding},
    ) as answer:
        assert answer.headers.get("content-encoding", "identity") == encoding
        path.write_bytes(b"".join(answer.iter_raw()))
    raw = path.read_bytes()
    features = mapbox_vector_tile.decode(gzip.decompress(raw) if encoding == "gzip" else raw)[name]["features"]
    where = [part for axis, number in TILE.items() for part in ("-oo", f"{axis.upper()}={number}")]
    told = ogr("ogrinfo", "-al", "-so", f"MVT:{path}", *where)
    assert counts(told) == {name: len(features)}
    edges = [float(edge) for edge in re.findall(r"-?\d+\.\d+", re.search(r"^Extent: (.*)$", told, re.M)[1])]
    side = 2 * 20_037_508.34 / 2 ** TILE["z"]
    west, north = TILE["x"] * side - 20_037_508.34, 20_037_508.34 - TILE["y"] * side
    tile = shapely.box(west, north - side, west + side, north)
    assert shapely.box(*edges).within(tile.buffer(side / 10)) and shapely.box(*edges).intersects(tile)


@pytest.fixture(scope="module")
def walker(address) -> Features:
    return Features(f"{address}/")


def test_owslib_walks_from_the_landing_page_to_one_feature(walker, address, tables):
    assert {"service-desc", "conformance", "data"} <= {link["rel"] for link in walker.links}
    assert walker.api()["openapi"].startswith("3.0")
    assert any(each.endswith("/conf/core") for each in walker.conformance()["conformsTo"])
    assert walker.feature_collections() == [*tables]
    for name, rows in tables.items():
        assert walker.collection(name)["id"] == name
        told = {*walker.collection_schema(name)["properties"]}
        assert {*rows.columns} <= told | {"not_in_score"}
        assert {*walker.collection_queryables(name)["properties"]} <= told
        id = rows.index[-1]
        one = walker.collection_item(name, id)
        assert (one["id"], one["properties"]["snapshot"]) == (id, rows["snapshot"].iloc[-1])


def test_owslib_pages_by_offset_and_by_next_links(walker, tables):
    every = [*tables["ntas"].index]
    by_offset = []
    while found := walker.collection_items("ntas", limit=100, offset=len(by_offset))["features"]:
        by_offset += [feature["id"] for feature in found]
    assert by_offset == every
    asked, by_next = {"limit": "100"}, []
    while asked:
        page = walker.collection_items("ntas", **asked)
        assert page["numberMatched"] == len(every)
        by_next += [feature["id"] for feature in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        asked = {name: value[0] for name, value in parse_qs(urlsplit(following[0]).query).items()} if following else {}
    assert by_next == every


def test_owslib_selects_and_sorts(walker, tables):
    def ids(name, **asked):
        return [feature["id"] for feature in walker.collection_items(name, limit=10_000, **asked)["features"]]

    ntas, kiosks = tables["ntas"], tables["kiosks"]
    weak = (ntas["gap"] > 50) & (ntas["borough"] == "Bronx")
    assert ids("ntas", filter="gap > 50 AND borough = 'Bronx'") == [*ntas.index[weak]]
    assert ids("ntas", bbox=BOX) == [*ntas.index[near(ntas)]]
    assert ids("kiosks", bbox=BOX, filter="status = 'Live'") == [
        *kiosks.index[near(kiosks) & (kiosks["status"] == "Live")]
    ]
    days = kiosks["activated"]
    recent = days.isna() | ((days >= "2020-01-01") & (days <= "2020-12-31"))
    assert ids("kiosks", datetime_="2020-01-01/2020-12-31") == [*kiosks.index[recent]]
    falling = ntas.sort_values("gap", ascending=False, kind="stable", na_position="last")
    assert ids("ntas", sortby=("gap", "desc")) == [*falling.index]


def same(found, rows, key):
    """That a file has the rows of the table, by key, each in its place."""
    assert {*found[key]} == {*rows.index} and len(found) == len(rows)
    found = found.set_index(key).loc[rows.index]
    assert found.geometry.geom_equals(rows.geometry, align=False).all()


@pytest.mark.parametrize("file", ["items?limit=10000", "items.geojson", "items.fgb", "items.gpkg"])
@pytest.mark.parametrize(("name", "key"), [("ntas", "nta"), ("schools", "dbn")])
def test_geopandas_reads_addresses(address, tables, file, name, key):
    found = gpd.read_file(f"{address}/collections/{name}/{file}")
    assert found.crs == WGS84
    same(found, tables[name], key)


def test_geopandas_reads_the_addresses_of_the_readme(address, tables):
    weakest = gpd.read_file(f"{address}/collections/ntas/items?sortby=-gap&limit=20")
    assert [*weakest["gap"]] == sorted(tables["ntas"]["gap"].dropna(), reverse=True)[:20]
    found = gpd.read_parquet(
        f"{address}/collections/ntas/items.parquet?filter=residents>4000 AND borough='Queens'",
    )
    rows = tables["ntas"]
    assert found.crs == WGS84
    same(found, rows[(rows["residents"] > 4000) & (rows["borough"] == "Queens")], "nta")


@pytest.mark.filterwarnings("ignore:File .*items.gpkg.crs=.* has GPKG application_id:RuntimeWarning")  # of GDAL: `?`
@pytest.mark.parametrize("form", ["fgb", "gpkg", "parquet"])
def test_geopandas_knows_the_system_that_was_asked_for(address, tables, form):
    """The file names it, and has x before y."""
    read = gpd.read_parquet if form == "parquet" else gpd.read_file
    found = read(f"{address}/collections/schools/items.{form}?crs={METRES}").set_index("dbn")
    assert found.crs == METRES
    rows = tables["schools"]
    x, y = Transformer.from_crs(WGS84, METRES, always_xy=True).transform(rows.geometry.x, rows.geometry.y)
    places = found.geometry.loc[rows.index]
    assert abs(places.x - x).max() < 0.011 and abs(places.y - y).max() < 0.011


def test_pandas_reads_csv(address, tables):
    rows = tables["schools"]
    found = pd.read_csv(f"{address}/collections/schools/items.csv", dtype={"dbn": str}, index_col="dbn")
    assert [*found.index] == [*rows.index]
    assert [*found["pupils"]] == [*rows["pupils"]]
    coordinates = shapely.get_coordinates(rows.geometry)
    assert (found[["longitude", "latitude"]].to_numpy() == coordinates).all()
