"""`/score`: what if the dimensions weighed otherwise, on the sample."""

import pytest

from geo.method import RADII_M


@pytest.fixture(scope="module")
def ntas(everything):
    return {feature["id"]: feature["properties"] for feature in everything["ntas"]["features"]}


def columns(answer):
    areas = answer["areas"]
    return {id: {name: values[row] for name, values in areas.items()} for row, id in enumerate(areas["id"])}


def test_the_declared_terms_give_what_is_published(client, ntas):
    answer = client.json("/score")
    assert answer["weights"] == answer["published"]["weights"] == dict.fromkeys(answer["weights"], 0.25)
    assert (answer["kept_tiers_share"], answer["moved"], answer["note"]) == (1.0, [], None)
    found = columns(answer)
    assert {*found} == {id for id, area in ntas.items() if area["gap"] is not None}
    for id, area in found.items():
        assert [area[name] for name in ("need", "supply", "gap", "tier")] == [
            ntas[id][name] for name in ("need", "supply", "gap", "tier")
        ], id


def test_other_weights_move_tiers_and_say_which(client, ntas):
    answer = client.json("/score", connection=3, beyond_reach=0, devices=1, circumstances=1)
    assert answer["weights"] == {"connection": 0.6, "devices": 0.2, "circumstances": 0.2, "beyond_reach": 0.0}
    found = columns(answer)
    moved = {each["id"]: each for each in answer["moved"]}
    assert 0 < len(moved) < len(found)
    for id, area in found.items():
        gap = 0.6 * ntas[id]["connection"] + 0.2 * (ntas[id]["devices"] + ntas[id]["circumstances"])
        assert area["gap"] == pytest.approx(gap, abs=0.11)
        if area["tier"] and ntas[id]["tier"]:
            assert (id in moved) == (area["tier"] != ntas[id]["tier"])
    known = [id for id in found if ntas[id]["tier"]]
    assert answer["kept_tiers_share"] == pytest.approx(1 - len(moved) / len(known), abs=1e-4)
    for id, each in moved.items():
        assert (each["name"], each["from"], each["to"]) == (ntas[id]["name"], ntas[id]["tier"], found[id]["tier"])


@pytest.mark.parametrize("walk_m", [f"{radius:g}" for radius in RADII_M])
def test_another_radius(client, ntas, walk_m):
    answer = client.json("/score", walk_m=walk_m)
    for id, area in columns(answer).items():
        assert area["supply"] == pytest.approx(100 * ntas[id][f"reach_{walk_m}m_share"], abs=0.06)


def test_where_nothing_is_scored_it_says_so(client):
    answer = client.json("/score", geography="tracts")  # the sample's survey is by neighborhood
    assert (answer["areas"]["id"], answer["kept_tiers_share"]) == ([], None)
    assert "no margins" in answer["note"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"connection": "-1"}, "expected a weight from 0 to 100"),
        ({"connection": "much"}, "expected a weight from 0 to 100"),
        ({"devices": "nan"}, "expected a weight from 0 to 100"),
        ({"connection": 0, "devices": 0, "circumstances": 0}, "a dimension of need must weigh"),
        ({"walk_m": "77"}, "expected one of: 45, 100, 150, 300, 400, 800"),
        ({"geography": "boroughs"}, "expected one of: tracts, ntas, cdtas"),
        ({"income": "1"}, "parameters are: geography, walk_m, connection"),
    ],
)
def test_terms_that_are_none(client, asked, said):
    assert said in client.refused(400, "/score", **asked)


def test_it_can_be_asked_again(client):
    first = client.get("/score?connection=2")
    again = client.get("/score?connection=2", {"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
