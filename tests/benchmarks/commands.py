"""Whole commands as a user runs them: wall time and peak memory of the process."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WAIT_S = 60


def ingest(arguments: list[str], var: Path) -> str:
    """Wall seconds and peak megabytes of one ingest."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "ingest", *arguments, "--var", str(var)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"ingest {arguments} ended with exit code {process.returncode}")
    return f"{time.perf_counter() - began:.1f} s, {usage.ru_maxrss / 1024:,.0f} MB"


def start(var: Path) -> str:
    """The median of three starts, from the command to the first 200 on /ready."""
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        with service(var):
            seconds.append(time.perf_counter() - began)
    return f"{sorted(seconds)[1]:.2f} s"


@contextmanager
def service(var: Path) -> Iterator[tuple[str, int]]:
    """The service on a free loopback port, and its process id, ended with the block."""
    arguments = ["-m", "app.cli", "serve", "--var", str(var)]
    with listening(arguments, "/ready") as started:
        yield started


@contextmanager
def listening(arguments: list[str], path: str) -> Iterator[tuple[str, int]]:
    """A Python process that takes `--port`, once it answers `path`: its address and id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, *arguments, "--port", str(port)], stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{base}{path}", process)
        yield base, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError(f"no answer at {url} after {WAIT_S} s")
