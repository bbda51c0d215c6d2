"""Run every measurement and print it beside what it should reach."""

import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks import api, browsing, commands, reach, rollout, scoring, serving
from tests.conftest import REAL

out = Console(width=120)


def main() -> None:
    """Measure in the order of the table; a snapshot of the sample serves the later rows, or of real files if here."""
    table = Table(title=f"Benchmarks on {os.cpu_count()} cores")
    for heading in ("what", "measured", "should reach"):
        table.add_column(heading)
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        for row in measurements(var):
            out.print(f"{row[0]}: {row[1]}")
            table.add_row(*row)
    out.print(table)


def measurements(var: Path):
    """Rows (what, measured, should reach), one after the other."""
    yield "ingest --sample, with scoring", commands.ingest(["--sample"], var), "≤ 40 s"
    if REAL.is_dir():
        yield (
            "ingest --from real files, with scoring",
            commands.ingest(["--from", str(REAL)], var),
            "≤ 60 s, ≤ 2,048 MB",
        )
    yield "start of the service to /ready", commands.start(var), "≤ 4 s"
    yield from scoring.measurements()
    yield from rollout.measurements()
    yield "residents within six radii of every site", reach.measure(var), "≤ 3 s"
    with commands.service(var) as (base, process):
        yield from serving.weights(base)
        yield from browsing.measurements(base)
        yield from serving.throughput(base)
        yield from api.measurements(base, process)


if __name__ == "__main__":
    main()
