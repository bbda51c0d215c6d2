"""What every test shares: no network, no settings from outside, the folder of real files, and one sample snapshot."""

import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from app import build
from app.main import create_app
from app.settings import Settings
from geo.method import WALK_M
from loaders import DATASETS, store
from loaders.folder import gather_sample
from tests.calling import Client, calling
from tests.snapshots import small

hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile("same")  # the same examples each time: a test fails for a change, never by luck

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data"
RECORDED = Path(__file__).parent / "recorded"
DATA = ROOT / "data"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """A test that looks up any other machine fails by name, not by time-out."""
    resolve = socket.getaddrinfo

    def refuse(host, *args, **kwargs):
        if host in LOOPBACK:
            return resolve(host, *args, **kwargs)
        raise AssertionError(f"a test tried to reach {host!r}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="session")
def real():
    """The folder of real upstream files; tests that use it are skipped where it is absent."""
    if not REAL.is_dir():
        pytest.skip("the folder of real upstream files (../shared/data) is not here")
    return REAL


@pytest.fixture(scope="session", autouse=True)
def no_settings() -> Iterator[None]:
    """What an operator set in this terminal does not reach a test."""
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(f"EQUITY_{name.upper()}", raising=False)
        yield


@pytest.fixture(scope="session")
def sample_var(tmp_path_factory) -> Path:
    """A folder of snapshots whose current one is made from the embedded sample; only to be read."""
    var = tmp_path_factory.mktemp("sample")
    build.build(gather_sample(DATASETS), var, WALK_M, lambda step: None, datetime(2026, 3, 1, tzinfo=UTC))
    return var


@pytest.fixture(scope="session")
def client(sample_var) -> Iterator[Client]:
    """The service on the sample."""
    with calling(create_app(Settings(var=sample_var))) as running:
        yield running


@pytest.fixture(scope="session")
def everything(client):
    """Each collection of the sample whole, as GeoJSON."""
    listed = client.json("/collections")["collections"]
    return {entry["id"]: client.json(f"/collections/{entry['id']}/items", limit=10_000) for entry in listed}


@pytest.fixture(scope="session")
def small_var(tmp_path_factory) -> Path:
    """A folder of snapshots whose current one is the made-up city; only to be read."""
    return small(tmp_path_factory.mktemp("small")).path.parents[1]


@pytest.fixture
def own(tmp_path, small_var) -> store.Snapshot:
    """The made-up city as the current snapshot in `tmp_path`, for tests that change it."""
    shutil.copytree(small_var, tmp_path, symlinks=True, dirs_exist_ok=True)
    return store.current(tmp_path)
