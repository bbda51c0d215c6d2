"""The running service: what the first view weighs, and its throughput beside a bare ASGI app with the same bytes."""

import json
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from tests.benchmarks import bare

LAYER = "/layers/tracts.geojson"
CONNECTIONS = 2
SECONDS = 4.0
ROUNDS = 3


def weights(base: str) -> Iterator[tuple[str, str, str]]:
    """Bytes of the map page, and of all that it loads at first, compressed."""
    page, _ = fetched(f"{base}/map", None)
    yield "/map HTML", f"{len(page) / 1024:.1f} KB", "≤ 100 KB"
    html = page.decode()
    linked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', html))
    config = json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.S)[1])
    shown = {layer["url"] for layer in config["layers"] if layer["shown"]}
    loaded = sum(fetched(urljoin(base, path), "gzip")[1] for path in {"/map", *linked, *shown})
    yield "first view, compressed", f"{loaded / 1024:.0f} KB in {1 + len(linked) + len(shown)} files", "≤ 900 KB"


def throughput(base: str) -> Iterator[tuple[str, str, str]]:
    """Requests a second for all tracts, in turn with a bare app that serves the same bytes; the ratio of medians."""
    for encoding, words in ((None, "plain"), ("gzip", "gzip")):
        body, _ = fetched(base + LAYER, encoding)
        with bare.serving(body, encoding) as floor:
            pairs = [(rate([base + LAYER], encoding), rate([f"{floor}/"], encoding)) for _ in range(ROUNDS)]
        ours, theirs = (sorted(side)[ROUNDS // 2] for side in zip(*pairs, strict=True))
        yield (
            f"all tracts, {words}, {len(body) / 1024:,.0f} KB",
            f"{ours:,.0f} requests/s, bare app {theirs:,.0f}: {ours / theirs:.0%}",
            "≥ 50 % of the bare app",
        )


def fetched(url: str, encoding: str | None) -> tuple[bytes, int]:
    """The body as it came over the wire, and its length."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding or "identity"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body = answer.read()
    return body, len(body)


def rate(urls: list[str], encoding: str | None) -> float:
    """Requests a second over a few kept-alive connections for a few seconds, the addresses in turn."""
    where = urlsplit(urls[0])
    head = f"HTTP/1.1\r\nHost: {where.netloc}\r\nAccept-Encoding: {encoding or 'identity'}\r\n\r\n"
    asked = [f"GET {url.removeprefix(f'{where.scheme}://{where.netloc}')} {head}".encode() for url in urls]
    counts = [0] * CONNECTIONS
    stop = time.monotonic() + SECONDS

    def ask(number: int) -> None:
        with socket.create_connection((where.hostname, where.port)) as connection:
            turn = number * len(asked) // CONNECTIONS
            while time.monotonic() < stop:
                connection.sendall(asked[turn % len(asked)])
                _read_answer(connection)
                counts[number] += 1
                turn += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def _read_answer(connection: socket.socket) -> None:
    head = b""
    while b"\r\n\r\n" not in head:
        head += _received(connection.recv(65536))
    head, _, rest = head.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode(errors="replace").splitlines()[0])
    left = int(re.search(rb"content-length: (\d+)", head, re.I)[1]) - len(rest)
    buffer = bytearray(1 << 20)
    while left > 0:
        left -= _received(connection.recv_into(buffer, min(left, len(buffer))))


def _received(what):
    """What came over a connection, if it is still there: a service that died must end the measurement."""
    if not what:
        raise ConnectionError("the service closed the connection in the middle of an answer")
    return what
