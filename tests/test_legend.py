from dataclasses import asdict

import pytest

from app.layers import COLUMNS
from app.legend import absent, banners, map_config
from app.map import Basemap
from app.state import load_city
from loaders import store
from tests.snapshots import entry


@pytest.fixture(scope="module")
def sample(sample_var):
    return load_city(store.current(sample_var))


@pytest.fixture(scope="module")
def config(sample):
    return map_config(sample.collections, sample.manifest, sample.snapshot.id, None)


def test_every_layer_has_a_legend_entry_and_an_address(client, config, sample):
    assert {layer.name for layer in config.layers} == {*sample.collections} & {*COLUMNS}
    for layer in config.layers:
        assert len(client.json(layer.url)["features"]) == layer.count
    assert [layer.name for layer in config.layers if layer.shown] == ["boroughs", "ntas", "developments"]


def test_each_made_up_layer_has_its_banner(config, sample):
    made_up = [e["title"] for e in sample.manifest["datasets"] if e["kind"] != "real"]
    assert len(made_up) == len(config.banners) == 5
    for title in made_up:
        assert any(banner.startswith(title) for banner in config.banners)


def test_real_layers_have_no_banner():
    assert banners({"datasets": [entry("kiosks", 1), entry("schools", 1)]}) == []


def test_absent_layers_give_their_reason():
    told = absent({"absent": [{"name": "kiosks", "title": "Kiosks", "reason": "no file"}]})
    assert [asdict(one) for one in told] == [{"title": "Kiosks", "reason": "no file"}]


def test_measures_name_source_and_vintage(config):
    for measure in config.measures:
        assert measure.source and measure.vintage, measure.code
    assert "ACS 2019–2023" in next(m for m in config.measures if m.code == "need").vintage
    assert "kiosks: made up" in next(m for m in config.measures if m.code == "supply").vintage


def test_a_missing_indicator_is_no_measure_and_is_named(config):
    assert "no_fixed_broadband" not in {measure.code for measure in config.measures}
    assert any("no ACS B28002" in reason for reason in config.missing)


def test_a_basemap_is_passed_on(sample):
    tiles = Basemap("https://tiles.example/{z}/{x}/{y}.png", "Tiles")
    assert map_config(sample.collections, sample.manifest, "x", tiles).basemap == tiles
