"""The command `equity-map plan`: a rollout plan on the terminal, as a file, and as the plan that the City adopts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pandas as pd
import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from app import exports
from app.adopted import ROW, adopt
from app.planning import Planned, document, records, with_plan
from app.quiet import quiet
from app.state import City
from app.terms import read_terms
from app.waves import candidates, verdict
from geo.eligibility import eligibility, eligible, states
from geo.errors import BadQuery, EquityError, NotFound
from geo.rollout import Terms, costs_of, plan
from geo.stability import resampled, summary

WIDTH: Final = 120


def terms_of(given: Mapping[str, str | None]) -> Terms:
    """
    The terms that the options ask for.

    Raises
    ------
    BadParameter
        A value that cannot be a term; all of them at once.
    """
    try:
        return read_terms({name: text for name, text in given.items() if text is not None})
    except BadQuery as exc:
        raise typer.BadParameter(str(exc)) from exc


def day(text: str | None, *, needed: bool) -> str | None:
    """
    The ISO date that an option gives.

    Raises
    ------
    BadParameter
        It is no date, or one is `needed` and none was given.
    """
    if text is None:
        if needed:
            raise typer.BadParameter("--adopt needs --start, the day on which the first wave begins (YYYY-MM-DD)")
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as exc:
        raise typer.BadParameter(f"--start: found {text!r}, expected a day as YYYY-MM-DD") from exc


def solve(city: City, terms: Terms) -> tuple[Planned, pd.DataFrame]:
    """The plan for the developments of `city`, and the candidates that it was made of."""
    if "developments" not in city.collections:
        raise NotFound("this snapshot has no developments, so there is nothing to plan")
    rows = candidates(city.collections["developments"].frame)
    with quiet():
        return Planned(plan(rows, terms), costs_of(rows, terms)), rows


def file(city: City, found: Planned, kept: pd.DataFrame | None, format: str) -> bytes:
    """The rollout list with the waves of this plan."""
    return exports.export(with_plan(city, found.plan, kept), exports.ROLLOUT, format)


def keep(var: Path, city: City, found: Planned, start: str, wave_months: int, now: datetime) -> Path:
    """Adopt the plan: from now on `/follow-up` measures what is reported against it."""
    planned = found.plan.rows.rename_axis("tds").reset_index().rename(columns={"households": "planned"})
    reported = city.collections["developments"].frame.set_index("tds")["subscribers"]
    planned["baseline"] = planned["tds"].map(reported)
    told = document(city, found)
    return adopt(
        var,
        {
            "start": start,
            "wave_months": wave_months,
            "adopted_at": now.astimezone(UTC).isoformat(timespec="seconds"),
            "cost_usd": found.plan.terms.cost_usd,
            "terms": told["terms"],
            "snapshot": told["snapshot"],
            "method_version": told["method_version"],
            "developments": records(planned[[*ROW]].set_index("tds")),
        },
    )


def as_of(city: City, start: str | None) -> City:
    """
    `city` with its developments as they were reported, and eligible, on the ISO date `start` (None: as they are).

    Priorities, tiers and reasons stay those of the snapshot.
    """
    from geo.programme import served  # what scores is heavy, and the other commands start without it

    if start is None or "developments" not in city.collections:
        return city
    collection = city.collections["developments"]
    frame = collection.frame.set_index("tds", drop=False)
    told = {"eligible": eligible(frame, start), "eligibility": eligibility(frame, start), "state": states(frame, start)}
    frame = frame.assign(**told)
    known = served(frame[["eligible", "apartments"]], city.reports, start)
    frame = frame.assign(**{str(name): known[name] for name in known if name in frame})
    there = replace(collection, frame=collection.table.typed(frame.reset_index(drop=True)))
    return replace(city, collections={**city.collections, "developments": there})


def show(found: Planned, kept: pd.DataFrame | None, out: Console) -> None:
    """The plan as tables; a narrow terminal wraps their lines rather than their words."""
    out = Console(file=out.file, width=max(out.width, WIDTH))
    best = found.plan
    totals, simple = best.totals, best.greedy.totals
    out.print(
        f"{totals['developments']:,.0f} developments, {totals['households']:,.0f} households to connect "
        f"({totals['weighted']:,.1f} need-weighted), ${totals['cost_usd']:,.0f}.",
        highlight=False,
    )
    short = f" It does not meet: {'; '.join(best.greedy_short)}." if best.greedy_short else ""
    out.print(
        f"{verdict(best)} The greedy plan reaches {simple['weighted']:,.1f} need-weighted.{short}", highlight=False
    )
    for line in best.notes:
        out.print(f"- {line}", markup=False, highlight=False)
    waves = _table("Waves", "wave", "developments", "households", "need-weighted", "cost", "left over")
    for wave, row in best.waves.iterrows():
        left = "" if row["left_usd"] == float("inf") else f"${row['left_usd']:,.0f}"
        numbers = f"{row['developments']:.0f}", f"{row['households']:,.0f}", f"{row['weighted']:,.1f}"
        waves.add_row(str(wave), *numbers, f"${row['cost_usd']:,.0f}", left)
    out.print(waves)
    costs = _table("What each constraint costs", "without it", "households more", "need-weighted more")
    for _, row in found.costs.iterrows():
        costs.add_row(row["change"], f"{row['households_gained']:+,.0f}", f"{row['weighted_gained']:+,.1f}")
    if len(found.costs):
        out.print(costs)
    rows = _table("Developments", "wave", "TDS", "name", "borough", "households", "need", "cost", "stays in its wave")
    for tds, row in best.rows.iterrows():
        stays = "" if kept is None else f"{kept['kept_share'].get(tds, float('nan')):.0%}"
        told = str(row["wave"]), str(tds), str(row["name"]), str(row["borough"] or "")
        rows.add_row(*told, f"{row['households']:,.0f}", f"{row['need']:.1f}", f"${row['cost_usd']:,.0f}", stays)
    out.print(rows)


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, box=box.SIMPLE, title_justify="left")
    for heading in headings:
        words = heading in ("name", "borough", "without it", "TDS")
        table.add_column(heading, justify="left" if words else "right", no_wrap=heading != "without it")
    return table


def stable(found: Planned, rows: pd.DataFrame, needs: pd.DataFrame, resamples: int, err: Console) -> pd.DataFrame:
    """
    How often each development stays in its wave; Ctrl-C ends the resampling and keeps what was done.

    Raises
    ------
    EquityError
        The snapshot has no margins of error to draw from.
    """
    if needs.empty:
        raise EquityError("this snapshot has no margins of error, so nothing can be redrawn; leave out --resamples")
    columns = TextColumn("redrawing need"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    done = []
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=resamples)
        try:
            with quiet():
                for one in resampled(found.plan, rows, needs, resamples=resamples):
                    done.append(one)
                    progress.advance(task)
        except KeyboardInterrupt:
            err.print(f"Ended after {len(done)} of {resamples} resamples.")
    return summary(found.plan, done)
