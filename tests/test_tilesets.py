import re

import geopandas as gpd
import orjson
import pytest
import shapely

from app.features import Collection
from app.ogc import tilesets
from app.ogc.tiles import TileSet
from geo import tiling
from geo.crs import WGS84
from geo.published import areas
from geo.tables import KIOSKS, Table, date, number, text

BASE = "https://map.example/equity"
URL = f"{BASE}/collections/sites/tiles/WebMercatorQuad"
SITES = Table(
    name="sites",
    title="Sites",
    key="site",
    shape="point",
    columns=(
        text("site", "Site", nullable=False),
        text("name", "Name"),
        number("people", "People around", "people"),
        number("part_share", "Part", "share", most=1),
        date("since", "Since"),
    ),
)
CONSTANTS = {
    "source": "Kiosks & more",
    "vintage": "sites: 2025",
    "not_real": "sites (synthetic)",
    "method_version": "1.1",
    "snapshot": "20260301T120000Z-abcdef01",
}


def collection(*places, table=SITES, constants=CONSTANTS):
    frame = gpd.GeoDataFrame(
        {column.name: [None] * len(places) for column in table.columns},
        geometry=gpd.GeoSeries(places, crs=WGS84),
    )
    keys = [str(row) for row in range(len(places))]
    return Collection(table, table.typed(frame).assign(**{table.key: keys}), constants)


@pytest.fixture(scope="module")
def sites():
    return collection(shapely.Point(-74.25, 40.5), shapely.Point(-73.75, 40.9), None)


def links(document, rel):
    return [link for link in document["links"] if link["rel"].endswith(rel)]


def test_tile_json_says_what_the_tiles_are(sites):
    told = tilesets.tile_json(BASE, sites)
    assert told["tilejson"] == "3.0.0" and told["scheme"] == "xyz"
    assert told["tiles"] == [URL + "/{z}/{y}/{x}"]
    assert (told["minzoom"], told["maxzoom"]) == (0, 16)
    assert told["bounds"] == [-74.25, 40.5, -73.75, 40.9]
    assert told["center"] == [-74.0, 40.7, 9]
    assert told["name"] == "Sites" and told["attribution"] == "Kiosks &amp; more"
    assert told["description"] == "Sites: 3 features. Vintage: sites: 2025. Not real data: sites (synthetic)."
    assert told["version"] == "1.1.20260301120000"
    (layer,) = told["vector_layers"]
    assert layer["id"] == "sites" and (layer["minzoom"], layer["maxzoom"]) == (0, 16)
    assert layer["fields"]["site"] == "Site"
    assert layer["fields"]["people"] == "People around (people), from zoom 13"
    assert layer["fields"]["snapshot"].endswith("from zoom 13")


def test_the_fields_are_those_of_the_tiles():
    for table in (areas("ntas"), KIOSKS):
        some = collection(shapely.Point(-74, 40.7).buffer(0.1), table=table)
        fields = tilesets.fields(table)
        assert [*fields] == [*tilesets.properties(table)["properties"]]
        assert {*fields} == {column.name for column in table.columns} | {*CONSTANTS}
        for step, zoom in enumerate((0, 9, 13)):
            said = {
                name for name, told in fields.items() if int((re.findall(r"from zoom (\d+)$", told) or [0])[0]) <= zoom
            }
            assert {name for record in TileSet(some).records(step) for name in record} <= said


def test_a_tileset_describes_itself(sites):
    told = tilesets.tileset(BASE, sites)
    assert told["dataType"] == "vector" and told["title"] == "Sites" and told["version"] == "1.1.20260301120000"
    assert told["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
    assert told["tileMatrixSetURI"] == "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    assert told["boundingBox"]["lowerLeft"] == [-74.25, 40.5] and told["boundingBox"]["upperRight"] == [-73.75, 40.9]
    assert told["centerPoint"]["coordinates"] == [-74.0, 40.7] and told["centerPoint"]["tileMatrix"] == "9"
    (layer,) = told["layers"]
    assert (layer["id"], layer["dataType"], layer["geometryDimension"]) == ("sites", "vector", 0)
    properties = layer["propertiesSchema"]["properties"]
    assert properties["people"]["type"] == "integer" and properties["people"]["uom"] == "people"
    assert properties["part_share"]["type"] == "number" and properties["since"]["format"] == "date"
    assert tilesets.tileset(BASE, collection(None, table=areas("ntas")))["layers"][0]["geometryDimension"] == 2


def test_a_tileset_leads_to_its_tiles_its_grid_and_its_tile_json(sites):
    told = tilesets.tileset(BASE, sites)
    (item,) = links(told, "item")
    assert item["href"] == URL + "/{tileMatrix}/{tileRow}/{tileCol}" and item["templated"] is True
    assert item["type"] == "application/vnd.mapbox-vector-tile"
    assert [link["href"] for link in links(told, "self")] == [f"{URL}?f=json"]
    assert [link["href"] for link in links(told, "describedby")] == [f"{URL}?f=tilejson"]
    assert [link["href"] for link in links(told, "alternate")] == [f"{URL}?f=html", f"{URL}?f=tilejson"]
    assert [link["href"] for link in links(told, "/tiling-scheme")] == [f"{BASE}/tileMatrixSets/WebMercatorQuad"]
    assert [link["href"] for link in links(told, "/geodata")] == [f"{BASE}/collections/sites"]


def test_the_limits_hold_every_tile(sites):
    limits = tilesets.tileset(BASE, sites)["tileMatrixSetLimits"]
    assert [limit["tileMatrix"] for limit in limits] == [str(zoom) for zoom in range(17)]
    assert limits[0] == {"tileMatrix": "0", "minTileRow": 0, "maxTileRow": 0, "minTileCol": 0, "maxTileCol": 0}
    ten = limits[10]
    for point in sites.frame.geometry.dropna():
        row, _, column, _ = tiling.covering(point.bounds, 10)
        assert ten["minTileRow"] <= row <= ten["maxTileRow"] and ten["minTileCol"] <= column <= ten["maxTileCol"]
        assert TileSet(sites).tile(10, row, column)


def test_the_list_of_tilesets_has_what_is_asked_of_its_entries(sites):
    told = tilesets.tilesets(BASE, sites)
    (entry,) = told["tilesets"]
    assert {"title", "dataType", "crs", "tileMatrixSetURI"} <= {*entry}
    assert [link["href"] for link in links(entry, "self")] == [f"{URL}?f=json"]
    assert [link["href"] for link in links(entry, "/tiling-scheme")] == [f"{BASE}/tileMatrixSets/WebMercatorQuad"]
    assert [link["href"] for link in links(told, "self")] == [f"{BASE}/collections/sites/tiles"]


def test_the_grid_is_that_of_the_standard():
    (entry,) = tilesets.matrix_sets(BASE)["tileMatrixSets"]
    assert entry["id"] == "WebMercatorQuad"
    assert [link["href"] for link in links(entry, "self")] == [f"{BASE}/tileMatrixSets/WebMercatorQuad"]
    told = tilesets.matrix_set(BASE)
    assert told["id"] == "WebMercatorQuad" and told["orderedAxes"] == ["X", "Y"]
    matrices = told["tileMatrices"]
    assert [matrix["id"] for matrix in matrices] == [str(zoom) for zoom in range(25)]
    for zoom, scale, cell in (
        (0, 559082264.028717, 156543.033928041),
        (10, 545978.773465544, 152.874056570352),
        (24, 33.3238997476528, 0.0093306919293428),
    ):
        assert matrices[zoom]["scaleDenominator"] == pytest.approx(scale, rel=1e-14)
        assert matrices[zoom]["cellSize"] == pytest.approx(cell, rel=1e-14)
        assert matrices[zoom]["matrixWidth"] == matrices[zoom]["matrixHeight"] == 2**zoom
        assert matrices[zoom]["pointOfOrigin"] == pytest.approx([-20037508.3427892, 20037508.3427892])
        assert (matrices[zoom]["tileWidth"], matrices[zoom]["cornerOfOrigin"]) == (256, "topLeft")


def test_what_is_nowhere_has_no_bounds():
    nowhere = collection(None, constants={"source": None})
    told = tilesets.tile_json(BASE, nowhere)
    assert not {"bounds", "center", "attribution"} & {*told} and told["version"] == "0.0.0"
    assert not {"boundingBox", "centerPoint", "tileMatrixSetLimits"} & {*tilesets.tileset(BASE, nowhere)}


def test_a_single_point_is_looked_at_from_the_closest_zoom():
    told = tilesets.tile_json(BASE, collection(shapely.Point(-74, 40.7)))
    assert told["center"] == [-74.0, 40.7, 16]


def test_every_document_is_plain(sites):
    for document in (
        *(make(BASE, sites) for make in (tilesets.tile_json, tilesets.tileset, tilesets.tilesets)),
        tilesets.matrix_sets(BASE),
        tilesets.matrix_set(BASE),
    ):
        assert orjson.loads(orjson.dumps(document)) == document
