"""
The service as others meet it: a real server in a process of its own, which keeps what it was asked.

Not in a thread: GDAL inside of this process holds the interpreter while it waits for an answer, which could then never
be given.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO
from urllib.parse import parse_qsl

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60


@dataclass(frozen=True)
class Heard:
    """A request as the server got it; names of headers in small letters."""

    method: str
    path: str
    query: str
    headers: dict[str, str]

    @property
    def parameters(self) -> dict[str, str]:
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True)
class Serving:
    """A running server: its address without a slash at the end, and the file of what it was asked."""

    address: str
    log: Path

    @contextmanager
    def hearing(self) -> Iterator[list[Heard]]:
        """What is asked inside of the block; the list is filled at its end."""
        before, asked = self.log.stat().st_size, []
        yield asked
        with self.log.open() as lines:
            lines.seek(before)
            asked += [Heard(**json.loads(line)) for line in lines]


@contextmanager
def serving(var: Path) -> Iterator[Serving]:
    """The service on the current snapshot in `var`, on a free port of 127.0.0.1."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "heard.jsonl"
        command = [sys.executable, "-m", "tests.serving", str(var), str(log)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            try:
                address = process.stdout.readline().strip()
                assert address, "the service did not start; its errors are above"
                yield Serving(address, log)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE_S)


class Server(uvicorn.Server):
    """Tells its address once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(f"http://127.0.0.1:{sockets[0].getsockname()[1]}", flush=True)


def _kept(app: ASGIApp, log: TextIO) -> ASGIApp:
    async def keep(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
            heard = Heard(scope["method"], scope["path"], scope["query_string"].decode("latin-1"), headers)
            log.write(json.dumps(vars(heard)) + "\n")
            log.flush()
        await app(scope, receive, send)

    return keep


def _serve(var: Path, log: Path) -> None:
    with socket.socket() as listener, log.open("w") as lines:
        listener.bind(("127.0.0.1", 0))
        app = _kept(create_app(Settings(var=var)), lines)
        config = uvicorn.Config(app, lifespan="on", log_level="warning", access_log=False)
        Server(config).run(sockets=[listener])


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("EQUITY_")]:
        del os.environ[name]
    _serve(*map(Path, sys.argv[1:]))
