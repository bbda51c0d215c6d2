"""The command line `equity-map`: the only module of the service that may fetch."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from app import exports, freshness
from app.main import create_app
from app.service import prepare
from app.settings import Settings
from app.state import load_city
from geo.errors import EquityError, SnapshotError
from loaders import CHECKS, DATASETS, store
from loaders.folder import gather_folder, gather_sample
from loaders.gather import gather_live
from loaders.http import USER_AGENT, make_client
from loaders.origin import Gathered

cli = typer.Typer(
    help="Where New Yorkers are left without affordable broadband, why, and what to do next.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a local may hold a key
    rich_markup_mode="markdown",
)
STATUS_WIDTH = 120
"""Columns of the status table; a narrower terminal wraps its lines rather than its words."""

out, err = Console(), Console(stderr=True)

Step = Callable[[str], None]
Var = Annotated[Path | None, typer.Option("--var", help="Folder of the snapshots.", show_default="var")]


@cli.command(epilog="Example: `equity-map ingest --from ~/Downloads/nyc`")
def ingest(
    folder: Annotated[
        Path | None, typer.Option("--from", help="Read the files that were downloaded into this folder.")
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Read the sample that comes with the project.")] = False,
    var: Var = None,
) -> None:
    """Read all sources, check them, score the city and publish a snapshot. Without an option the sources are live."""
    from app.build import build  # what scores is heavy, and serving starts without it

    if folder and sample:
        raise typer.BadParameter("give --from or --sample, not both")
    settings = _settings(var)
    with _refusals(), _steps() as step:
        gathered = _gather(folder, sample, settings, step)
        snapshot = build(gathered, settings.var, settings.walk_m, step, datetime.now(UTC))
    _tell(snapshot)


def _gather(folder: Path | None, sample: bool, settings: Settings, step: Step) -> Gathered:
    if folder:
        return gather_folder((*DATASETS, *CHECKS), folder)
    if sample:
        return gather_sample(DATASETS)
    census_key, token = settings.secrets
    try:
        last = store.current(settings.var)
    except SnapshotError:
        last = None
    with make_client(settings.timeout_s, token, USER_AGENT) as client:
        return gather_live(
            DATASETS,
            client,
            acs_year=settings.acs_year,
            census_key=census_key,
            last=last,
            on_page=lambda source, rows: step(f"fetching {source.title}: {rows:,} rows"),
        )


@cli.command(epilog="Example: `EQUITY_WALK_M=300 equity-map score`")
def score(var: Var = None) -> None:
    """Score the tables of the current snapshot again, by today's method and settings, as a new snapshot."""
    from app.build import rescore

    settings = _settings(var)
    with _refusals(), _steps() as step:
        last = store.current(settings.var, scored=False)
        snapshot = rescore(last, settings.var, settings.walk_m, step, datetime.now(UTC))
    _tell(snapshot)


@cli.command(epilog="Example: `equity-map serve --host 0.0.0.0 --port 8080`")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
    var: Var = None,
) -> None:
    """Serve the map, the API and the exports of the current snapshot."""
    settings = _settings(var)
    with _refusals():
        service = prepare(settings)
        listener = _listen(host, port)
    out.print(f"The map: http://{host}:{port}/map")
    config = uvicorn.Config(create_app(settings, service, warm=True), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


@cli.command(epilog="Example: `equity-map export big-apple-connect --format csv --output priorities.csv`")
def export(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(exports.EXPORTS)}.")],
    format: Annotated[str, typer.Option("--format", help=f"One of: {', '.join(exports.FORMATS)}.")] = "csv",
    output: Annotated[Path | None, typer.Option(help="File to write.", show_default="NAME.FORMAT")] = None,
    var: Var = None,
) -> None:
    """Write a list to a file."""
    if name not in exports.EXPORTS:
        raise typer.BadParameter(f"found {name!r}, expected one of: {', '.join(exports.EXPORTS)}")
    if format not in exports.FORMATS:
        raise typer.BadParameter(f"found {format!r}, expected one of: {', '.join(exports.FORMATS)}")
    settings = _settings(var)
    path = output or Path(f"{name}.{format}")
    with _refusals():
        _write(path, exports.export(load_city(store.current(settings.var)), name, format))


@cli.command(epilog="Example: `equity-map plan --waves 4 --budget 1000000 --minimum Bronx:20% --output plan.xlsx`")
def plan(
    waves: Annotated[str | None, typer.Option(help="How many waves.", show_default="4")] = None,
    budget: Annotated[str | None, typer.Option(help="Dollars a wave; what is left carries over.")] = None,
    cost: Annotated[str | None, typer.Option(help="Dollars a household a month.", show_default="30")] = None,
    months: Annotated[str | None, typer.Option(help="Months that a wave pays for.", show_default="12")] = None,
    crews: Annotated[str | None, typer.Option(help="Developments that can be started in a wave.")] = None,
    capacity: Annotated[str | None, typer.Option(help="The same by provider: Optimum:4,Spectrum:6.")] = None,
    provider: Annotated[str | None, typer.Option(help="Provider where none is reported: Bronx:Optimum.")] = None,
    minimum: Annotated[str | None, typer.Option(help="Least share of households: Bronx:20%,Queens:10%.")] = None,
    include: Annotated[str | None, typer.Option(help="TDS that must be in it: 005,505.")] = None,
    exclude: Annotated[str | None, typer.Option(help="TDS that must not be in it.")] = None,
    resamples: Annotated[
        int, typer.Option(help="Draws of need to see how stable the waves are; Ctrl-C ends them.", min=0, max=200)
    ] = 0,
    output: Annotated[Path | None, typer.Option(help="File to write; its ending is the format.")] = None,
    adopt: Annotated[bool, typer.Option("--adopt", help="Keep it as the plan that /follow-up measures.")] = False,
    start: Annotated[
        str | None, typer.Option(help="Day on which the first wave begins; later reports are not read.")
    ] = None,
    wave_months: Annotated[int, typer.Option(help="Months from one wave to the next.", min=1, max=60)] = 3,
    var: Var = None,
) -> None:
    """Plan the rollout of Big Apple Connect: which developments in which wave."""
    from app import plan_command  # planning is heavy, and the other commands start without it

    options = {
        "waves": waves,
        "budget": budget,
        "cost": cost,
        "months": months,
        "crews": crews,
        "capacity": capacity,
        "provider": provider,
        "minimum": minimum,
        "include": include,
        "exclude": exclude,
    }
    terms = plan_command.terms_of(options)
    begins = plan_command.day(start, needed=adopt)
    if output and output.suffix.removeprefix(".") not in exports.FORMATS:
        raise typer.BadParameter(f"found {output.name}, expected an ending among: {', '.join(exports.FORMATS)}")
    settings = _settings(var)
    with _refusals():
        city = plan_command.as_of(load_city(store.current(settings.var)), begins)
        found, rows = plan_command.solve(city, terms)
        kept = plan_command.stable(found, rows, city.needs, resamples, err) if resamples else None
        plan_command.show(found, kept, out)
        if output:
            body = plan_command.file(city, found, kept, output.suffix.removeprefix("."))
            _write(output, body)
        if adopt and kept is not None and not (kept["resamples"] == resamples).any():
            raise EquityError("not adopted, since the redraws were ended; adopt it without --resamples")
        if adopt and begins:
            path = plan_command.keep(settings.var, city, found, begins, wave_months, datetime.now(UTC))
            out.print(f"{path}: adopted; /follow-up measures it after `serve` is started again or reloaded.")


@cli.command(epilog="Example: `equity-map status`")
def status(var: Var = None) -> None:
    """Show what the current snapshot is made of, how old it is, and what it lacks."""
    with _refusals():
        snapshot = store.current(_settings(var).var)
    table = Table(title=f"Snapshot {snapshot.id}", box=box.SIMPLE, title_justify="left")
    for heading in ("dataset", "origin", "vintage", "fetched", "age", "kept", "rejected", "synthetic"):
        right = heading in ("kept", "rejected")
        table.add_column(heading, justify="right" if right else "left", no_wrap=heading != "vintage")
    for row in freshness.report(snapshot.manifest, datetime.now(UTC)):
        told = (row.dataset, row.origin, row.vintage, row.fetched, row.age)
        table.add_row(*map(escape, told), f"{row.kept:,}", f"{row.rejected:,}", row.synthetic)
    Console(width=max(out.width, STATUS_WIDTH)).print(table)
    _remark(snapshot)


def _write(path: Path, body: bytes) -> None:
    try:
        path.write_bytes(body)
    except OSError as exc:
        raise EquityError(f"{path} cannot be written ({exc.strerror}); give another --output") from exc
    out.print(f"{path}: {len(body):,} bytes", markup=False, highlight=False, soft_wrap=True)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as exc:
        raise EquityError(f"cannot listen on {host}:{port} ({exc.strerror}); give another --host or --port") from exc


def _settings(var: Path | None) -> Settings:
    try:
        return Settings() if var is None else Settings(var=var)
    except ValidationError as exc:
        said = "; ".join(f"EQUITY_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in exc.errors())
        err.print(f"[red]Error:[/red] {said}", highlight=False)
        raise typer.Exit(2) from exc


@contextmanager
def _refusals() -> Iterator[None]:
    """A refusal is one message on standard error, on a single line unless that is a terminal, and exit code 1."""
    try:
        yield
    except (EquityError, OSError) as exc:
        err.print(Text.assemble(("Error:", "red"), f" {exc}"), soft_wrap=not err.is_terminal)
        raise typer.Exit(1) from exc


@contextmanager
def _steps() -> Iterator[Step]:
    """A progress line that shows the present step, where somebody watches."""
    columns = SpinnerColumn(), BarColumn(bar_width=20), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("starting", total=None)
        yield lambda text: progress.update(task, description=text)


def _tell(snapshot: store.Snapshot) -> None:
    datasets = snapshot.manifest["datasets"]
    kept, rejected = (sum(entry[f"rows_{what}"] for entry in datasets) for what in ("kept", "rejected"))
    out.print(f"Snapshot {snapshot.id}: {len(datasets)} datasets, {kept:,} rows kept, {rejected:,} set aside.")
    _remark(snapshot)


def _remark(snapshot: store.Snapshot) -> None:
    for line in freshness.remarks(snapshot.manifest):
        out.print(f"- {line}", markup=False, highlight=False)


def main() -> None:
    """Entry point of the console script."""
    cli()


if __name__ == "__main__":
    main()
