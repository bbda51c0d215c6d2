import geopandas as gpd
import pandas as pd
import pytest

from geo.eligibility import eligibility, eligible, history, states, timelines
from tests import city

NAN = float("nan")


def row(pact_date=None, *, on_the_map=True, text=None, listed=None):
    outline = city.developments().set_index("tds").geometry.loc[["001" if on_the_map else "004"]]
    columns = {"pact_date": pact_date, "pact_text": text, "pact_listed": listed}
    return gpd.GeoDataFrame(
        {name: pd.Series([value], outline.index, object) for name, value in columns.items()}
    ).set_geometry(outline)


@pytest.mark.parametrize(
    ("pact_date", "on_the_map", "as_of", "said", "state", "may"),
    [
        (None, True, "2026-01-01", "eligible", "public housing", True),
        ("2025-06-01", True, "2026-01-01", "not eligible: converted to PACT on 2025-06-01", "PACT converted", False),
        ("2025-06-01", False, "2026-01-01", "not eligible: converted to PACT on 2025-06-01", "PACT converted", False),
        ("2025-06-01", True, "2025-06-01", "not eligible: converted to PACT on 2025-06-01", "PACT converted", False),
        ("2025-06-01", True, "2025-05-31", "eligible until conversion to PACT on 2025-06-01", "PACT planned", True),
        (None, False, "2026-01-01", "not confirmed: no longer on the map of public housing", "not confirmed", None),
    ],
)
def test_by_the_date_of_conversion(pact_date, on_the_map, as_of, said, state, may):
    for empty in (None, NAN):
        one = row(empty if pact_date is None else pact_date, on_the_map=on_the_map)
        assert eligibility(one, as_of).tolist() == [said]
        assert states(one, as_of).tolist() == [state]
        assert eligible(one, as_of).tolist() == [may]


@pytest.mark.parametrize(
    ("listed", "on_the_map", "said", "state"),
    [
        ("planned", True, "eligible; an unofficial list says that a conversion to PACT is planned", "PACT planned"),
        ("converted", True, "eligible; an unofficial list says converted", "public housing"),
        (
            "converted",
            False,
            "not confirmed: no longer on the map of public housing; an unofficial list says converted",
            "not confirmed",
        ),
        ("public housing", True, "eligible", "public housing"),
    ],
)
def test_an_unofficial_list_is_told_and_decides_nothing(listed, on_the_map, said, state):
    one = row(listed=listed, on_the_map=on_the_map)
    assert eligibility(one, "2026-01-01").tolist() == [said]
    assert states(one, "2026-01-01").tolist() == [state]


def test_a_date_that_cannot_be_read_is_not_confirmed():
    one = row(text="spring 2024")
    assert eligibility(one, "2026-01-01").tolist() == [
        "not confirmed: a conversion to PACT is stated, its date cannot be read"
    ]
    assert eligible(one, "2026-01-01").tolist() == [None]


def test_history_keeps_what_was_before_a_conversion():
    found = history(city.developments().set_index("tds"))
    assert found[found["tds"] == "003"].drop(columns="tds").to_dict("records") == [
        {"state": "public housing", "since": None, "until": "2025-06-01", "eligible": True},
        {"state": "PACT converted", "since": "2025-06-01", "until": None, "eligible": False},
    ]
    assert found["tds"].tolist() == ["001", "002", "003", "003", "004", "005", "005"]
    assert found.set_index("tds")["eligible"]["004"] is None


def test_consolidated_is_told_and_decides_nothing():
    rows = city.developments().set_index("tds")
    rows.loc["002", "consolidated_tds"] = "001"
    rows.loc["005", "consolidated_tds"] = "530"
    assert timelines(rows)["002"] == "public housing; consolidated: managed with 001 One"
    assert timelines(rows)["005"].endswith("; consolidated: managed with 530"), "no such development is known"
    assert eligible(rows, "2026-01-01")["002"] is True


def test_timelines_read_as_words():
    found = timelines(city.developments().set_index("tds"))
    assert found.to_dict() == {
        "001": "public housing",
        "002": "public housing",
        "003": "public housing until 2025-06-01; PACT converted since 2025-06-01",
        "004": "not confirmed",
        "005": "public housing until 2030-01-01; PACT converted since 2030-01-01",
    }
