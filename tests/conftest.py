"""What every test shares: no network, the folder of real files, and the small recorded answers."""

import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data"
RECORDED = Path(__file__).parent / "recorded"
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
