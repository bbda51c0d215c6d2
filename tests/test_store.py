"""The snapshot on disk: all of it or nothing, whatever happens to the process that writes it."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pandas as pd
import pytest

from app import build
from app.state import load_city
from geo.errors import SnapshotError
from geo.method import reach_column
from loaders import store
from tests.conftest import ROOT
from tests.snapshots import NOW

LATER = NOW + timedelta(days=1)
TO_STOP = """
import sys
from datetime import datetime, timezone
from pathlib import Path

from loaders import store

def stop(*ignored, **also_ignored):
    print("stopped", flush=True)
    sys.stdin.read()

var = Path(sys.argv[1])
now = datetime(2026, 3, 2, tzinfo=timezone.utc)
last = store.current(var)

def publish():
    with store.draft(var) as draft:
        draft.take_over(last)
        store.publish(draft, {**last.manifest, "created_at": "never"}, now)
"""
IN_A_DRAFT = """
with store.draft(var) as draft:
    draft.write_raw("kiosks", b"half a file")
    stop()
"""
AS_SCORING_BEGINS = """
from app import build
build.rescore(last, var, 300.0, stop, now)
"""
AT = {
    "in a draft": IN_A_DRAFT,
    "as scoring begins": AS_SCORING_BEGINS,
    "before the draft has its name": "Path.rename = stop; publish()",
    "before the link is there": "Path.symlink_to = stop; publish()",
    "before the link is switched": "Path.replace = stop; publish()",
}


def again(snapshot, at=LATER):
    """The same tables as another snapshot, not scored again."""
    with store.draft(snapshot.path.parents[1]) as draft:
        draft.take_over(snapshot)
        for path in sorted(snapshot.path.rglob("*.parquet")):
            name = path.relative_to(snapshot.path).with_suffix("")
            if name.parts[0] in ("scores", "map"):
                draft.write_table(str(name), snapshot.table(str(name)))
        return store.publish(draft, snapshot.manifest, at)


def names(var):
    return sorted(path.name for path in (*var.iterdir(), *(var / "snapshots").iterdir()))


@pytest.fixture
def stopped(tmp_path):
    """Starts another process that writes a snapshot and stops at the given point, and kills it after the test."""
    processes = []

    def start(at):
        writer = subprocess.Popen(
            [sys.executable, "-c", TO_STOP + AT[at], str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(writer)
        assert writer.stdout.readline() == "stopped\n"
        return writer

    yield start
    for writer in processes:
        if writer.poll() is None:
            os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdin.close()
        writer.stdout.close()


@pytest.mark.parametrize("at", AT)
def test_a_killed_writer_leaves_the_previous_snapshot_serving(tmp_path, own, stopped, at):
    first = own
    writer = stopped(at)
    os.kill(writer.pid, signal.SIGKILL)
    assert writer.wait() == -signal.SIGKILL
    assert store.current(tmp_path).id == first.id
    load_city(store.current(tmp_path))
    third = again(first)
    assert store.current(tmp_path).id == third.id != first.id
    assert not [name for name in names(tmp_path) if name.startswith((".draft-", ".current-"))]


def test_a_second_writer_is_refused_while_the_first_one_works(tmp_path, own, stopped):
    first = own
    stopped("in a draft")
    before = names(tmp_path)
    with pytest.raises(SnapshotError, match=r"another process is writing .*; wait until it is done"):
        again(first)
    assert names(tmp_path) == before, "the draft of the first one is left alone"
    assert store.current(tmp_path).id == first.id


def test_a_draft_that_fails_is_removed(tmp_path, own):
    before = names(tmp_path)
    with pytest.raises(ZeroDivisionError), store.draft(tmp_path) as draft:
        draft.write_raw("kiosks", b"a,b\n")
        draft.write_table("scores/ntas", pd.DataFrame({"nta": ["BK0101"]}))
        _ = 1 / 0
    assert names(tmp_path) == before


def test_the_link_is_switched_in_one_step(tmp_path, own, monkeypatch):
    """At no moment is there no `current`: it is replaced, never removed."""
    first = own
    seen = []
    replace = type(tmp_path).replace

    def watch(self, target):
        seen.append((target.resolve().name, self.resolve().name))
        return replace(self, target)

    monkeypatch.setattr(type(tmp_path), "replace", watch)
    second = again(first)
    assert seen == [(first.id, second.id)]
    assert (tmp_path / "current").is_symlink()
    assert not (tmp_path / "current").readlink().is_absolute(), "the folder can be moved"


def test_a_snapshot_holds_everything_that_was_written(tmp_path, own):
    snapshot = own
    assert snapshot.id.startswith("20260301T120000Z-")
    assert snapshot.raw("kiosks") == b"kiosks,rows\n"
    assert snapshot.raw("school") is None
    assert (snapshot.path / "rejects" / "kiosks.csv").read_text() == "reason\n"
    assert snapshot.table("kiosks").crs == "EPSG:4326"
    assert not hasattr(snapshot.table("adoption"), "crs")
    assert (store.current(tmp_path).path, store.current(tmp_path).id) == (snapshot.path, snapshot.id)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"PAR1...", "x.parquet"),
        (b'\xef\xbb\xbf {"type"', "x.json"),
        (b"[[", "x.json"),
        (b"a,b", "x.csv"),
        (b"", "x.csv"),
    ],
)
def test_raw_files_are_named_after_their_format(tmp_path, body, name):
    with store.draft(tmp_path) as draft:
        draft.write_raw("x", body)
        assert [path.name for path in (draft.path / "raw").iterdir()] == [name]


def test_no_snapshot_yet(tmp_path):
    with pytest.raises(SnapshotError, match=r"there is no snapshot in .*; run `equity-map ingest --sample`"):
        store.current(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SnapshotError, match="give another folder with --var"), store.draft(tmp_path / "file"):
        raise AssertionError("it was written")


@pytest.mark.parametrize("manifest", [b"", b'{"id": ', b"[]", b"{}", b"null", b'{"id": "x", "datasets": []}'])
def test_a_damaged_manifest(tmp_path, own, manifest):
    snapshot = own
    (snapshot.path / "manifest.json").write_bytes(manifest)
    with pytest.raises(SnapshotError, match=rf"the manifest of snapshot {snapshot.id} .*; run `equity-map ingest"):
        store.current(tmp_path)


def test_a_manifest_that_is_gone(tmp_path, own):
    (own.path / "manifest.json").unlink()
    with pytest.raises(SnapshotError, match="run `equity-map ingest"):
        store.current(tmp_path)


@pytest.mark.parametrize(
    "name", ["scores/tracts", "scores/city", "scores/developments", "kiosks", "map/tracts", "map/developments"]
)
@pytest.mark.parametrize("damage", ["gone", "cut off", "empty"])
def test_a_table_that_is_missing_or_damaged(tmp_path, small_var, name, damage):
    snapshot = store.current(small_var)
    copy = store.Snapshot(tmp_path / snapshot.id, snapshot.manifest)
    for path in snapshot.path.rglob("*.parquet"):
        there = copy.path / path.relative_to(snapshot.path)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(path.read_bytes())
    path = copy.path / f"{name}.parquet"
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:500] if damage == "cut off" else b"")
    with pytest.raises(SnapshotError, match=rf"table {name} of snapshot .* cannot be read .*; run `equity-map ingest"):
        load_city(copy)


def test_a_table_of_another_version(own):
    snapshot = own
    path = snapshot.path / "scores" / "ntas.parquet"
    snapshot.table("scores/ntas").drop(columns="gap").to_parquet(path)
    with pytest.raises(SnapshotError, match=r"scores/ntas .* has no \['gap'\]; run `equity-map score`"):
        load_city(snapshot)


def test_the_newest_snapshot_with_real_files_of_a_dataset(tmp_path, own):
    """Whether it serves or not; a sample is none, and a damaged snapshot is passed over."""
    first = own
    assert store.last_real(tmp_path, "kiosks").id == first.id
    assert store.last_real(tmp_path, "nothing") is store.last_real(tmp_path / "nowhere", "kiosks") is None
    second = again(first)
    assert store.last_real(tmp_path, "kiosks").id == second.id
    for entry in second.manifest["datasets"]:
        entry["origin"] = "sample"
    (second.path / "manifest.json").write_text(json.dumps(second.manifest))
    assert store.last_real(tmp_path, "kiosks").id == first.id
    for damaged in ("", "[]", '{"datasets": []}'):
        (second.path / "manifest.json").write_text(damaged)
        assert store.last_real(tmp_path, "kiosks").id == first.id
    (tmp_path / "snapshots" / ".draft-1").mkdir()
    (tmp_path / "snapshots" / ".draft-1" / "manifest.json").write_text(json.dumps(dict(first.manifest)))
    assert store.last_real(tmp_path, "kiosks").id == first.id


def test_scoring_again_under_the_same_settings_gives_the_same(tmp_path, own):
    first = own
    second = build.rescore(first, tmp_path, 400.0, lambda step: None, LATER)
    assert store.current(tmp_path).id == second.id != first.id
    assert first.path.is_dir(), "published snapshots stay as they are"
    assert second.manifest["rescored_from"] == first.id
    assert second.manifest["datasets"] == json.loads(json.dumps(first.manifest["datasets"]))
    files = {path.relative_to(first.path) for path in first.path.rglob("*") if path.is_file()}
    assert files == {path.relative_to(second.path) for path in second.path.rglob("*") if path.is_file()}
    for name in files:
        if name.name != "manifest.json":
            assert (first.path / name).read_bytes() == (second.path / name).read_bytes(), name


def test_scoring_again_under_another_radius(tmp_path, own):
    first = own
    second = build.rescore(first, tmp_path, 150.0, lambda step: None, LATER)
    assert second.manifest["method"]["walk_m"] == 150.0
    near, far = (snapshot.table("scores/boroughs").set_index("borough") for snapshot in (second, first))
    assert near.loc["Brooklyn", "supply"] == pytest.approx(far.loc["Brooklyn", reach_column("any", 150.0)] * 100)
    assert (near.loc["Queens", "supply"], far.loc["Queens", "supply"]) == (0.0, 100.0), "the centre is 200 m away"
    city = load_city(second)
    assert "reach_150m_share" in city.collections["ntas"].frame
