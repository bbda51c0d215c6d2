import pytest

from app.chart import EDGE, HEIGHT, WIDTH, line


def test_a_line_goes_from_edge_to_edge_in_proportion_to_the_days():
    drawn = line(["2026-01-01", "2026-01-11", "2026-01-21"], [0.0, 50.0, 100.0], most=200.0)
    first, last = drawn["ends"]
    assert (first["x"], first["y"]) == (EDGE, HEIGHT - EDGE)
    assert (last["x"], last["y"]) == (WIDTH - EDGE, HEIGHT / 2)
    assert drawn["points"].split()[1] == f"{WIDTH / 2},{round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) / 4, 1)}"
    assert (first["date"], last["value"], drawn["most"]) == ("2026-01-01", 100.0, 200.0)


def test_one_report_is_a_point():
    drawn = line(["2026-01-01"], [7.0], most=float("nan"))
    assert len(drawn["ends"]) == 1
    assert drawn["most"] == 7.0


def test_what_is_not_known_is_passed_over():
    drawn = line(["2026-01-01", "2026-01-08"], [float("nan"), 3.0], most=10.0)
    assert [end["date"] for end in drawn["ends"]] == ["2026-01-08"]
    assert line([], [], most=5.0) is None
    assert line(["2026-01-01"], [float("nan")], most=5.0) is None


def test_more_subscribers_than_households_stay_inside():
    drawn = line(["2026-01-01", "2026-02-01"], [30.0, 20.0], most=10.0)
    assert drawn["ends"][0]["y"] == pytest.approx(EDGE)
