from app.state import load_city
from loaders import store
from tests.snapshots import entry


def test_the_numbers_of_an_area_name_every_dataset_that_they_come_from(small_var):
    city = load_city(store.current(small_var))
    vintage = city.collections["ntas"].constants["vintage"]
    assert [part.split(":")[0] for part in vintage.split("; ")] == [
        "adoption",
        "lots",
        "kiosks",
        "facilities",
        "tracts",
    ]
    assert city.collections["kiosks"].constants["source"] == "LinkNYC and Link5G kiosks"


def test_only_layers_that_the_snapshot_has(small_var):
    city = load_city(store.current(small_var))
    assert {"tracts", "ntas", "boroughs", "developments", "kiosks", "facilities"} <= {*city.collections}
    assert "schools" not in city.collections
    assert {"tracts", "ntas", "boroughs", "developments"} <= {*city.outlines}
    assert {*city.outlines}.isdisjoint(("kiosks", "facilities"))


def test_the_method_is_the_one_that_scored(own):
    """A snapshot keeps the version of the method that made it, whatever this version of the project is."""
    snapshot = own
    aged = {**snapshot.manifest, "method": {**snapshot.manifest["method"], "version": "0.9"}}
    city = load_city(store.Snapshot(snapshot.path, aged))
    assert {collection.constants["method_version"] for collection in city.collections.values()} == {"0.9"}


def test_what_is_made_up_or_missing_is_said_on_every_feature(own):
    snapshot = own
    kinds = {"kiosks": "synthetic", "developments": "by hand"}
    datasets = [entry(e["name"], 1, kind=kinds.get(e["name"], "real")) for e in snapshot.manifest["datasets"]]
    missing = {"aged_65": "the file has no ages"}
    method = {**snapshot.manifest["method"], "missing_indicators": missing}
    city = load_city(store.Snapshot(snapshot.path, {**snapshot.manifest, "datasets": datasets, "method": method}))
    said = {name: collection.constants["not_real"] for name, collection in city.collections.items()}
    assert said["ntas"] == "kiosks (synthetic)"
    assert said["developments"] == "developments (by hand), kiosks (synthetic)"
    assert said["facilities"] is None
    assert city.collections["ntas"].constants["not_in_score"] == "the file has no ages"
    assert "not_in_score" not in city.collections["kiosks"].constants


def test_the_city_as_a_whole(small_var):
    whole = load_city(store.current(small_var)).whole
    assert (whole["city"], whole["residents"]) == ("New York City", 1090.0)
