"""The command line: what it says, where it says it, and with which exit code."""

import io
import json
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app import build, cli
from geo.errors import FetchError
from loaders import store
from tests.conftest import ROOT
from tests.snapshots import small

COMMANDS = ("ingest", "score", "serve", "export", "plan", "status")


def run(*words, **environment):
    return CliRunner().invoke(cli.cli, list(map(str, words)), env=environment)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    result = run(command, "--help", COLUMNS="80")
    assert result.exit_code == 0
    assert "Example: " in result.stdout and f"equity-map {command}" in result.stdout
    assert "--var" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_these_are_the_commands():
    assert {command.callback.__name__ for command in cli.cli.registered_commands} == {*COMMANDS}


def test_the_module_is_the_same_command():
    asked = [sys.executable, "-m", "app.cli", "--help"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    for command in COMMANDS:
        assert f" {command} " in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["build"],
        ["ingest", "--fast"],
        ["ingest", "--from", "somewhere", "--sample"],
        ["ingest", "--from"],
        ["export"],
        ["export", "other"],
        ["export", "big-apple-connect", "--format", "shp"],
        ["serve", "--port", "0"],
        ["serve", "--port", "http"],
    ],
)
def test_wrong_usage_is_2(small_var, words):
    result = run(*words)
    assert result.exit_code == 2
    assert result.output and "Traceback" not in result.output


@pytest.mark.parametrize("command", ["ingest", "score", "serve", "status"])
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EQUITY_WALK_M", "abc", "valid number"),
        ("EQUITY_WALK_M", "-1", "greater than"),
        ("EQUITY_ACS_YEAR", "0", "2020"),
    ],
)
def test_a_bad_setting_is_2_and_named(small_var, command, name, value, said):
    result = run(command, "--var", small_var, **{name: value})
    assert (result.exit_code, result.stdout) == (2, "")
    assert name in result.stderr and said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [["score"], ["serve"], ["status"], ["export", "big-apple-connect"]])
def test_without_a_snapshot_everything_else_is_1(tmp_path, words):
    result = run(*words, "--var", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: there is no snapshot in ")
    assert "run `equity-map ingest --sample`" in result.stderr


def test_a_folder_that_is_not_there_is_1(tmp_path):
    result = run("ingest", "--from", tmp_path / "nowhere", "--var", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{tmp_path}/nowhere is not a folder; give the folder" in result.stderr


def test_a_publisher_that_cannot_be_reached_is_1(tmp_path, own, monkeypatch):
    def refuse(*asked, **options):
        raise FetchError("https://data.example: no data after 5 attempt(s)")

    before = own
    monkeypatch.setattr(cli, "gather_live", refuse)
    result = run("ingest", "--var", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.strip() == "Error: https://data.example: no data after 5 attempt(s)"
    assert store.current(tmp_path).id == before.id


def test_a_live_ingest_knows_what_serves_and_the_secrets(tmp_path, own, monkeypatch):
    seen = {}

    def gather(datasets, client, **asked):
        seen.update(asked, token=client.headers["X-App-Token"])
        raise FetchError("enough")

    before = own
    monkeypatch.setattr(cli, "gather_live", gather)
    result = run(
        "ingest", "--var", tmp_path, EQUITY_CENSUS_KEY="k3y", EQUITY_SOCRATA_TOKEN="t0k", EQUITY_ACS_YEAR="2023"
    )
    assert (seen["last"].id, seen["acs_year"], seen["census_key"], seen["token"]) == (before.id, 2023, "k3y", "t0k")
    assert "k3y" not in result.output and "t0k" not in result.output
    run("ingest", "--var", tmp_path / "new", EQUITY_SOCRATA_TOKEN="t0k")
    assert seen["last"] is None


def test_a_file_that_cannot_be_read_is_1(tmp_path, monkeypatch):
    (tmp_path / "kiosks.csv").write_text("a,b\n1,2\n")

    read = type(tmp_path).read_bytes

    def refuse(path):
        if path.parent == tmp_path:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(type(tmp_path), "read_bytes", refuse)
    result = run("ingest", "--from", tmp_path, "--var", tmp_path / "var")
    assert result.exit_code == 1
    assert "Permission denied" in result.stderr and "kiosks.csv" in result.stderr


@pytest.mark.parametrize("format", cli.exports.FORMATS)
def test_export_writes_what_the_service_gives(client, sample_var, tmp_path, format):
    path = tmp_path / f"[bold] list.{format}"
    result = run("export", "big-apple-connect", "--format", format, "--output", path, "--var", sample_var)
    body = client.get(f"/exports/big-apple-connect.{format}").content
    assert (result.exit_code, path.read_bytes()) == (0, body)
    assert result.stdout.strip() == f"{path}: {len(body):,} bytes"


def test_export_has_a_name_of_its_own(small_var, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("export", "big-apple-connect", "--var", small_var).exit_code == 0
    assert (tmp_path / "big-apple-connect.csv").stat().st_size > 1000


def test_export_to_where_nothing_can_be_written(small_var, tmp_path):
    result = run("export", "big-apple-connect", "--output", tmp_path / "no" / "list.csv", "--var", small_var)
    assert result.exit_code == 1
    assert "cannot be written (No such file or directory); give another --output" in result.stderr


def test_export_without_developments(tmp_path):
    small(tmp_path, without=("developments",))
    result = run("export", "big-apple-connect", "--output", tmp_path / "list.csv", "--var", tmp_path)
    assert (result.exit_code, (tmp_path / "list.csv").exists()) == (1, False)
    assert "nobody brought developments" in result.stderr


def rows_of(stdout):
    """The table of `status`: the first words of each dataset's line."""
    return {line.split()[0]: line for line in stdout.splitlines() if line.split() and not line.startswith("-")}


def test_status_of_the_sample(sample_var):
    result = run("status", "--var", sample_var, COLUMNS="120")
    assert result.exit_code == 0
    table = rows_of(result.stdout)
    counts = {"tracts": 2325, "adoption": 262, "lots": 767049, "developments": 91, "kiosks": 2250, "schools": 1843}
    for name, kept in (counts | {"facilities": 508}).items():
        assert f" {kept:,} " in table[name] and " sample " in table[name], name
    for name in ("kiosks", "schools", "facilities"):
        assert "made up" in table[name]
    assert "by hand" in table["developments"]
    assert "LinkNYC and Link5G kiosks: made up, not real data" in result.stdout


def test_status_tells_fresh_from_due_and_stale(tmp_path):
    snapshot = small(tmp_path, without=("facilities",))
    manifest = json.loads((snapshot.path / "manifest.json").read_bytes())
    ages = {"tracts": 3, "kiosks": 45, "developments": 400}
    for entry in manifest["datasets"]:
        then = datetime.now(UTC) - timedelta(days=ages.get(entry["name"], 0), hours=1)
        entry["sources"][0]["fetched_at"] = then.isoformat()
        entry["rows_rejected"] = 1234 if entry["name"] == "kiosks" else 0
    manifest["unread_files"] = ["[red]odd[/red].csv"]
    (snapshot.path / "manifest.json").write_text(json.dumps(manifest))
    result = run("status", "--var", tmp_path, COLUMNS="160")
    table = rows_of(result.stdout)
    assert "fresh (3 of 30 days)" in table["tracts"]
    assert "due (45 of 30 days)" in table["kiosks"] and "1,234" in table["kiosks"]
    assert "stale (400 of 30 days)" in table["developments"]
    assert "Public computer centres are absent: nobody brought facilities" in result.stdout
    assert "files that nothing here reads: [red]odd[/red].csv" in result.stdout


def test_remarks_wrap_between_words(sample_var):
    result = run("status", "--var", sample_var, COLUMNS="80")
    remarks = result.stdout[result.stdout.index("\n- ") :].splitlines()
    assert max(map(len, remarks)) <= 80
    whole = " ".join(" ".join(remarks).split())
    assert "Households without cable, fibre or DSL: the survey file has no ACS B28002" in whole


def test_a_message_wraps_at_a_terminal_and_is_one_line_in_a_log(tmp_path, monkeypatch):
    screen = Console(file=io.StringIO(), force_terminal=True, width=80, color_system=None)
    monkeypatch.setattr(cli, "err", screen)
    run("ingest", "--from", tmp_path, "--var", tmp_path)
    message = re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]|\r", "", screen.file.getvalue()).splitlines()
    assert "holds 0 files and none that is known here" in " ".join(" ".join(message).split())
    assert max(map(len, message)) <= 80
    monkeypatch.undo()
    logged = run("ingest", "--from", tmp_path, "--var", tmp_path, COLUMNS="80").stderr
    assert len(logged.strip().splitlines()) == 1


def test_score_again(tmp_path, own):
    first = own
    result = run("score", "--var", tmp_path, EQUITY_WALK_M="150")
    second = store.current(tmp_path)
    assert (result.exit_code, second.id != first.id) == (0, True)
    assert second.manifest["method"]["walk_m"] == 150.0
    assert f"Snapshot {second.id}: 6 datasets, " in result.stdout


def test_an_ingest_publishes_and_tells(tmp_path, monkeypatch):
    """The real reading and scoring are timed elsewhere; here is what the command makes of them."""
    monkeypatch.setattr(build, "build", lambda gathered, var, walk_m, step, now: small(var, walk_m=walk_m, now=now))
    result = run("ingest", "--sample", "--var", tmp_path, EQUITY_WALK_M="300")
    assert result.exit_code == 0, result.output
    snapshot = store.current(tmp_path)
    assert snapshot.manifest["method"]["walk_m"] == 300.0
    assert f"Snapshot {snapshot.id}: 6 datasets" in result.stdout


def test_serve_listens_where_it_is_told(small_var, monkeypatch):
    asked = []
    monkeypatch.setattr(cli.uvicorn.Server, "run", lambda server, sockets: asked.extend(sockets))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    result = run("serve", "--host", "127.0.0.1", "--port", str(port), "--var", small_var)
    assert result.exit_code == 0, result.output
    assert [listener.getsockname() for listener in asked] == [("127.0.0.1", port)]
    assert f"http://127.0.0.1:{port}/map" in result.stdout
    asked[0].close()


def test_serve_refuses_a_port_in_use_in_one_message(small_var):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--port", str(taken.getsockname()[1]), "--var", small_var)
    assert result.exit_code == 1
    assert "give another --host or --port" in result.stderr and "Traceback" not in result.stderr


def test_serve_refuses_a_damaged_snapshot_in_one_message(tmp_path, own, monkeypatch):
    snapshot = own
    (snapshot.path / "scores" / "ntas.parquet").unlink()
    monkeypatch.setattr(cli.uvicorn.Server, "run", lambda server, sockets: pytest.fail("it listened"))
    result = run("serve", "--var", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "table scores/ntas" in result.stderr and "Traceback" not in result.stderr
