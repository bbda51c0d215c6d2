"""The floor: an ASGI app that does nothing but send the same bytes."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from tests.benchmarks.commands import listening


@contextmanager
def serving(body: bytes, encoding: str | None) -> Iterator[str]:
    """A bare app that answers every request with `body`, in a process of its own."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(body)
        arguments = [
            "-m",
            "tests.benchmarks.bare",
            "--file",
            file.name,
            *(["--encoding", encoding] if encoding else []),
        ]
        with listening(arguments, "/") as (base, _):
            yield base


def main() -> None:
    """Serve a file's bytes until ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--file", type=Path)
    parser.add_argument("--encoding")
    parser.add_argument("--port", type=int)
    given = parser.parse_args()
    body = given.file.read_bytes()
    headers = [(b"content-length", str(len(body)).encode()), (b"content-type", b"application/geo+json")]
    headers += [(b"content-encoding", given.encoding.encode())] if given.encoding else []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    uvicorn.run(app, port=given.port, log_level="warning", lifespan="off", access_log=False)


if __name__ == "__main__":
    main()
