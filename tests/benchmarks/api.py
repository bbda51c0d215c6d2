"""The API beside a bare app: requests a second, no two alike unless a cache is what is measured."""

import http.client
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import numpy as np

from geo import tiling
from tests.benchmarks import bare
from tests.benchmarks.serving import fetched, rate

ITEMS = "/collections/tracts/items"
HOOD = (0.022, 0.014)
"""Degrees of a box that holds about as many tracts as a neighborhood: 25, 100 kB."""

FILTERS = 150
SURE = 0.99


def measurements(base: str, process: int) -> Iterator[tuple[str, str, str]]:
    """Rows (what, measured, should reach) of the service at `base`, which runs as `process`."""
    chance = np.random.default_rng(5)
    ids = [feature["id"] for feature in json.loads(fetched(f"{base}{ITEMS}?limit=10000", None)[0])["features"]]
    for what, paths, target in (
        ("/collections", ["/collections"], "≥ 3,000/s"),
        ("items?limit=10", [f"{ITEMS}?limit=10&offset={n}" for n in range(0, 2000, 7)], "≥ 2,000/s"),
        ("items?bbox=…&limit=1000, 100 kB", [*boxes(chance, 300)], "≥ 1,000/s"),
        ("one feature by id", [f"{ITEMS}/{id}" for id in ids], "≥ 3,000/s"),
    ):
        yield what, beside(base, paths, None), target
    whole = [f"{ITEMS}?limit=10000"]
    yield "all tracts, plain", beside(base, whole, None), "≥ 300/s"
    yield "all tracts, gzip'd", beside(base, whole, "gzip"), "≥ 800/s"
    yield "filter= (CQL2): two properties and a polygon", filters(base, chance), "≥ 150/s, p99 ≤ 40 ms"
    paths = [*tiles(base)]
    seconds = once(base, paths)
    yield "vector tiles z10–z14, first time", f"{len(paths) / seconds:,.0f}/s, all {len(paths)} of tracts", "≥ 150/s"
    yield "vector tiles z10–z14, kept", beside(base, paths, "gzip"), "≥ 3,000/s"
    yield "memory after all that", f"{resident_mb(process):,.0f} MB", "≤ 700 MB"


def beside(base: str, paths: list[str], encoding: str | None) -> str:
    """Requests a second in turn with a bare app that sends bytes of the middle size, the median of three."""
    bodies = sorted((fetched(base + path, encoding)[0] for path in paths[:21]), key=len)
    body = bodies[len(bodies) // 2]
    with bare.serving(body, encoding) as floor:
        pairs = [(rate([base + path for path in paths], encoding), rate([f"{floor}/"], encoding)) for _ in range(3)]
    ours, theirs = (sorted(side)[1] for side in zip(*pairs, strict=True))
    return f"{ours:,.0f}/s, bare app {theirs:,.0f}: {ours / theirs:.0%}; {len(body) / 1024:,.0f} KB"


def boxes(chance: np.random.Generator, count: int) -> Iterator[str]:
    """Questions for different boxes in Brooklyn and Queens."""
    for west, south in chance.uniform((-73.97, 40.64), (-73.87, 40.70), (count, 2)):
        yield f"{ITEMS}?bbox={west:.5f},{south:.5f},{west + HOOD[0]:.5f},{south + HOOD[1]:.5f}&limit=1000"


def filters(base: str, chance: np.random.Generator) -> str:
    """Different filters one after the other: how many a second, and how long the slowest hundredth waits."""
    asked = []
    for west, south, residents in chance.uniform((-74.0, 40.62, 1000), (-73.95, 40.66, 3000), (FILTERS, 3)):
        corners = [
            (west, south),
            (west + 0.07, south),
            (west + 0.07, south + 0.06),
            (west, south + 0.06),
            (west, south),
        ]
        ring = ", ".join(f"{x:.4f} {y:.4f}" for x, y in corners)
        few = f"residents > {residents:.0f} AND borough = 'Brooklyn'"
        asked.append(f"{few} AND S_INTERSECTS(geometry, POLYGON(({ring})))")
    paths = [f"{ITEMS}?limit=1000&filter={quote(text)}" for text in asked]
    took, found = [], []
    for path in paths:
        began = time.perf_counter()
        body = fetched(base + path, None)[0]
        took.append(time.perf_counter() - began)
        found.append(json.loads(body)["numberMatched"])
    return (
        f"{rate([base + path for path in paths], None):,.0f}/s, p99 {1000 * np.quantile(took, SURE):.0f} ms, "
        f"{np.median(found):.0f} tracts each"
    )


def tiles(base: str) -> Iterator[str]:
    """The addresses of all tiles of tracts from zoom 10 to 14 that may hold something."""
    box = json.loads(fetched(f"{base}/collections/tracts", None)[0])["extent"]["spatial"]["bbox"][0]
    for zoom in range(10, 15):
        span = tiling.covering(tuple(box), zoom)
        for row, column in itertools.product(
            range(span.min_row, span.max_row + 1), range(span.min_column, span.max_column + 1)
        ):
            path = f"/collections/tracts/tiles/WebMercatorQuad/{zoom}/{row}/{column}"
            yield path


def once(base: str, paths: list[str]) -> float:
    """Seconds for one request of each over one connection; what is empty is taken off the list."""
    where = urlsplit(base)
    connection = http.client.HTTPConnection(where.hostname, where.port)
    began = time.perf_counter()
    for path in [*paths]:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        if answer.status == 204:
            paths.remove(path)
    return time.perf_counter() - began


def resident_mb(process: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
