"""`equity-map plan`: what it prints, writes and adopts, and how it refuses."""

import csv
import io
import sys

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app import cli, plan_command
from app.adopted import FILE, adopted
from app.state import load_city
from geo.errors import EquityError
from geo.rollout import Terms
from loaders import store


def run(*words):
    return CliRunner().invoke(cli.cli, ["plan", *map(str, words)], env={"COLUMNS": "100"})


def test_a_plan_is_told_in_tables(small_var):
    result = run("--var", small_var, "--waves", 2)
    assert result.exit_code == 0, result.output
    assert "households to connect" in result.stdout
    assert "Proved: no plan under these terms reaches more." in result.stdout
    for heading in ("Waves", "What each constraint costs", "Developments", "need-weighted"):
        assert heading in result.stdout


def test_a_file_holds_the_waves_that_were_told(sample_var, tmp_path):
    path = tmp_path / "plan.csv"
    result = run("--var", sample_var, "--waves", 2, "--budget", "$500,000", "--include", "060", "--output", path)
    assert result.exit_code == 0, result.output
    rows = [*csv.DictReader(io.StringIO(path.read_text("utf-8-sig")))]
    planned = [row for row in rows if row["wave"]]
    assert {row["wave"] for row in planned} == {"1", "2"}
    assert "060" in {row["tds"] for row in planned}
    assert sum(int(row["unconnected"]) for row in planned) * 360 <= 1_000_000
    assert all(row["plan_note"] for row in rows if not row["wave"])
    assert result.stdout.count("\n") > len(planned)


def test_the_standing_plan_is_in_the_export_of_the_snapshot(sample_var):
    city = load_city(store.current(sample_var))
    frame = city.collections["developments"].frame
    assert frame["wave"].max() == Terms().waves
    assert city.plan["proven"] and city.plan["totals"]["developments"] == frame["wave"].notna().sum()
    planned = frame[frame["wave"].notna()]
    assert planned["unconnected"].sum() == city.plan["totals"]["households"]
    assert planned["wave_kept_share"].between(0, 1).all()
    assert planned["weighted_households"].sum() == pytest.approx(city.plan["totals"]["weighted"])
    assert planned["plan_cost_usd"].sum() == city.plan["totals"]["cost_usd"]


def test_a_plan_of_an_earlier_day_adds_up_to_its_rows(sample_var, tmp_path):
    path = tmp_path / "plan.csv"
    assert run("--var", sample_var, "--start", "2026-05-04", "--output", path).exit_code == 0
    rows = [row for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))) if row["wave"]]
    city = plan_command.as_of(load_city(store.current(sample_var)), "2026-05-04")
    totals = plan_command.solve(city, Terms())[0].plan.totals
    assert len(rows) == totals["developments"]
    assert sum(int(row["unconnected"]) for row in rows) == totals["households"]
    assert sum(float(row["weighted_households"]) for row in rows) == pytest.approx(totals["weighted"], abs=1e-6)
    assert sum(int(row["plan_cost_usd"]) for row in rows) == totals["cost_usd"]
    assert max(row["reported"] for row in rows) <= "2026-05-04"


def test_who_has_left_since_could_be_planned_then(sample_var):
    city = load_city(store.current(sample_var))
    then = plan_command.as_of(city, "2024-12-11").collections["developments"].frame.set_index("tds")
    assert then["eligible"]["081"] is True and then["state"]["081"] == "PACT planned"
    assert not city.collections["developments"].frame.set_index("tds")["eligible"]["081"]


def test_adopting_keeps_what_was_reported_at_the_start(own, tmp_path, sample_var):
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to((sample_var / "current").resolve())
    result = run("--var", tmp_path, "--adopt", "--start", "2026-05-04", "--wave-months", 2)
    assert result.exit_code == 0, result.output
    plan, city = adopted(tmp_path), load_city(store.current(tmp_path))
    assert (plan.start, plan.wave_months) == ("2026-05-04", 2)
    one = plan.rows[plan.rows["baseline"].notna()].iloc[0]
    reports = city.reports[(city.reports["tds"] == one["tds"]) & (city.reports["reported"] <= "2026-05-04")]
    last = reports.sort_values("reported").iloc[-1]
    assert one["baseline"] == last["subscribers"]
    assert one["planned"] == last["households"] - last["subscribers"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--waves", "many"], 2, "waves: found 'many', expected a whole number"),
        (["--minimum", "Yonkers:1"], 2, "is no borough"),
        (["--start", "soon"], 2, "expected a day as YYYY-MM-DD"),
        (["--adopt"], 2, "--adopt needs --start"),
        (["--output", "plan.doc"], 2, "expected an ending among: csv"),
        (["--resamples", "201"], 2, "less than or equal to 200"),
        (["--include", "999"], 1, "unknown TDS 999"),
        (["--budget", "1"], 1, "these terms clash: a budget of $1 a wave"),
    ],
)
def test_refusals_say_what_is_wrong(small_var, words, code, said):
    result = run("--var", small_var, *words)
    assert result.exit_code == code
    told = " ".join(result.stderr.replace("│", " ").split())
    assert said in told or said.replace(" ", "") in told.replace(" ", "")
    assert "Traceback" not in told
    assert not (small_var / FILE).exists()


def test_without_margins_nothing_is_redrawn(small_var):
    city = load_city(store.current(small_var))
    with pytest.raises(EquityError, match="leave out --resamples"):
        plan_command.stable(None, None, city.needs.iloc[:0, :0], 10, Console(file=sys.stderr))


def test_an_interrupt_keeps_what_was_done(small_var, monkeypatch):
    city = load_city(store.current(small_var))
    found, rows = plan_command.solve(city, Terms())
    real = plan_command.resampled

    def interrupted(*given, **options):
        for done, waves in enumerate(real(*given, **options)):
            if done == 3:
                raise KeyboardInterrupt
            yield waves

    monkeypatch.setattr(plan_command, "resampled", interrupted)
    told = io.StringIO()
    kept = plan_command.stable(found, rows, city.needs, 50, Console(file=told))
    assert set(kept["resamples"]) == {3}
    assert "Ended after 3 of 50 resamples." in told.getvalue()


def test_an_interrupted_plan_is_not_adopted(own, tmp_path, monkeypatch):
    def interrupted(*given, **options):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(plan_command, "resampled", interrupted)
    result = run("--var", tmp_path, "--resamples", 5, "--adopt", "--start", "2026-03-01")
    assert result.exit_code == 1
    assert "not adopted, since the redraws were ended" in result.stderr
    assert adopted(tmp_path) is None
