"""
A plan against what happened, and what the programme costs: both from the enrollment that was reported.

The City pays for each household enrolled (https://council.nyc.gov/jennifer-gutierrez/2022/09/20/internet-access-and-broadband-nyc-big-apple-connect/).
Between two reports the number of subscribers is taken to follow a straight line.
"""

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from geo.enrollment import DAYS, TREND_WEEKS, day, latest, trend, until
from geo.errors import BadQuery
from geo.tables import first_reason

CONTRACTS_END: Final = "2028-06-30"
"""
Both contracts were extended to June 2028.

https://www.route-fifty.com/digital-government/2025/09/nyc-mayor-locks-big-apple-connect-through-2028-one-day-oversight-hearing/408471/
"""

MONTH_DAYS: Final = 365.25 / 12
ON_PLAN: Final = 0.05
"""Within this share of what was expected, or within one household, a plan is kept."""

AHEAD, AS_PLANNED, BEHIND, NOT_BEGUN = "ahead", "on plan", "behind", "not begun"
NO_REPORT: Final = "not known: no report since the start"
NOT_YET: Final = "not known: no report since its wave began"
NO_BASELINE: Final = "not known: subscribers at the start are not stated"


class Progress(NamedTuple):
    """
    How a plan is kept; every sum is that of its rows.

    Attributes
    ----------
    developments
        Indexed by `tds`: `wave`, `provider`, `planned`, `baseline` (households), `reported`, `expected` by that date,
        `connected` since the start (below 0 where households left), `ahead` (households; below 0 is behind; NaN until
        its wave begins), `standing` in words, `left` (ISO date of its conversion) and `note`.
    waves
        Indexed by `wave`: `begins`, `ends`, `developments`, `planned`, `expected`, `connected`, `ahead`, `not_known`
        (developments without an answer, who count in `planned` only), `standing` and `left`, who left, by name.
    plan
        The same of all waves together, fit for JSON; but `expected`, `connected` and `ahead` are of the waves that have
        begun, so that what was gained early elsewhere hides no delay, and `connected_early` is of all others.
    """

    developments: pd.DataFrame
    waves: pd.DataFrame
    plan: dict[str, Any]


def follow(
    plan: pd.DataFrame, enrollment: pd.DataFrame, *, start: str, wave_months: int, as_of: str | None = None
) -> Progress:
    """
    An adopted plan against what was reported, not after the ISO date `as_of` (None: the newest report).

    Parameters
    ----------
    plan
        A row for each development: `tds`, `wave` (1 for the first), `planned` (households to connect), `baseline`
        (subscribers at the start), `provider`; if known `name`, and `pact_date` (ISO): from that date it is no
        longer followed, what was reached before stands against what was expected by then; `planned` stays as adopted.
    start
        ISO date on which the first wave begins; each wave begins `wave_months` months after the one before.

    Notes
    -----
    Of a development nothing is expected before its wave begins, all when its wave ends, in between in proportion to the
    days. Each is judged on the date of its own last report, so that a late report is not taken for a late connection.
    Who left before its wave began, or was not heard of since, has gained nothing that could count for that wave.
    """
    newest = as_of or (str(enrollment["reported"].max()) if len(enrollment) else "")
    rows = plan.set_index("tds").reindex(columns=["name", "wave", "provider", "planned", "baseline", "pact_date"])
    pact = rows["pact_date"].astype(object)
    left = pact.where(pact.notna() & (pact.fillna("") <= newest), None)
    leaves = enrollment["tds"].map(pact).astype(object)
    last = latest(enrollment[leaves.isna() | (enrollment["reported"] < leaves.fillna(""))], as_of).reindex(rows.index)
    begins = day(rows["wave"].map(lambda wave: _begins(start, wave_months, wave)))
    ends = day(rows["wave"].map(lambda wave: _begins(start, wave_months, wave + 1)))
    reported, heard = day(last["reported"]), last["reported"].fillna("") >= start
    waits = day(left.fillna(newest or None)) < begins
    late = heard & ~waits & (reported < begins)
    done = ((reported - begins) / (ends - begins)).clip(0, 1).where(heard & ~late).mask(waits, 0.0)
    gone = waits & left.notna()
    connected = (last["subscribers"] - rows["baseline"]).where(heard & ~late & ~gone)
    expected = (done * rows["planned"]).where(connected.notna() | waits)
    ahead = (connected - expected).mask(waits)
    judged = [standing(each, due) for each, due in zip(ahead, expected, strict=True)]
    developments = rows.drop(columns="pact_date").assign(
        reported=last["reported"].astype(object).where(heard, None),
        expected=expected,
        connected=connected,
        ahead=ahead,
        standing=first_reason(
            rows.index,
            (waits, NOT_BEGUN),
            (~heard, NO_REPORT),
            (connected.isna() & ~late, NO_BASELINE),
            (late, NOT_YET),
            (pd.Series(True, rows.index), pd.Series(judged, rows.index, dtype=object)),
        ),
        left=left,
        note=first_reason(rows.index, (left.notna(), "left on " + left.astype(str)), (heard, last["enrollment_note"])),
    )
    whole = _summed(developments)
    waves = pd.DataFrame(
        [
            {"wave": wave, "begins": _begins(start, wave_months, wave), "ends": _begins(start, wave_months, wave + 1)}
            | _summed(developments[developments["wave"] == wave])
            for wave in sorted({int(wave) for wave in rows["wave"]})
        ],
        columns=["wave", "begins", "ends", *whole],
    ).set_index("wave")
    early = developments["wave"].isin(waves.index[waves["standing"] == NOT_BEGUN])
    whole["connected"] = float(developments.loc[~early, "connected"].sum(min_count=1))
    whole["connected_early"] = float(developments.loc[early, "connected"].sum(min_count=1))
    whole = {name: None if isinstance(value, float) and np.isnan(value) else value for name, value in whole.items()}
    return Progress(developments, waves, {"as_of": newest or None} | whole)


def standing(ahead: float, expected: float) -> str:
    """Whether a plan is kept, in words, by the households it is ahead (below 0: behind)."""
    if abs(ahead) <= max(ON_PLAN * expected, 1.0):
        return AS_PLANNED
    return AHEAD if ahead > 0 else BEHIND


def _begins(start: str, wave_months: int, wave: int) -> str:
    """The ISO date on which a wave begins; on the last day of a shorter month where `start` has no day in it."""
    return (pd.Timestamp(start) + pd.DateOffset(months=wave_months * (int(wave) - 1))).date().isoformat()


def _summed(rows: pd.DataFrame) -> dict[str, Any]:
    sums = {name: float(rows[name].sum(min_count=1)) for name in ("planned", "expected", "connected", "ahead")}
    waits = len(rows) > 0 and (rows["standing"] == NOT_BEGUN).all()
    known = NO_REPORT if np.isnan(sums["ahead"]) else standing(sums["ahead"], sums["expected"])
    left = rows.loc[rows["left"].notna(), ["name", "left"]]
    names = [f"{name if isinstance(name, str) else tds} ({date})" for tds, name, date in left.itertuples()]
    return {
        "developments": len(rows),
        **sums,
        "not_known": int(rows["standing"].str.startswith("not known").sum()),
        "standing": NOT_BEGUN if waits else known,
        "left": ", ".join(names) or None,
    }


def cost_to_date(enrollment: pd.DataFrame, cost_usd: float, as_of: str | None = None) -> dict[str, Any]:
    """
    What the households enrolled cost from the first report to the last, at `cost_usd` a household and month.

    Returns
    -------
    cost
        Fit for JSON: `from`, `to` (ISO dates), `household_months`, `cost_usd` with `low_usd` and `high_usd`, as if
        between two reports the lower or the higher of both had held throughout, and `words`. None where nothing was
        reported on two dates. A month has 365.25/12 days.

    Notes
    -----
    A development that missed the newest dates counts with its last report up to the newest of all, unless its reports
    ended. What was spent before the first report is not known from the reports.
    """
    spans, reports = _spans(enrollment, as_of), until(enrollment, as_of)["reported"]
    if spans.empty:
        unknown = dict.fromkeys(("from", "to", "household_months", "cost_usd", "low_usd", "high_usd"))
        return unknown | {"words": "not known: it takes reports of two dates"}
    first, newest = str(reports.min()), str(reports.max())
    months, ends = spans["days"] / MONTH_DAYS, spans[["before", "after"]]
    household_months = float((ends.mean(axis=1) * months).sum())
    return {
        "from": first,
        "to": newest,
        "household_months": household_months,
        "cost_usd": household_months * cost_usd,
        "low_usd": float((ends.min(axis=1) * months).sum()) * cost_usd,
        "high_usd": float((ends.max(axis=1) * months).sum()) * cost_usd,
        "words": f"from {first} to {newest}; what was spent before {first} is not known from the reports",
    }


def _spans(enrollment: pd.DataFrame, as_of: str | None) -> pd.DataFrame:
    """The time between two reports of each development: `days`, and the subscribers `before` and `after`."""
    reports, last = until(enrollment, as_of), latest(enrollment, as_of)
    newest = reports["reported"].max() if len(reports) else ""
    late = last[last["current"] & (last["reported"] < newest)].reset_index().assign(reported=newest)
    every = pd.concat([reports, late])[["tds", "reported", "subscribers"]].sort_values(["tds", "reported"])
    of = every["tds"]
    return pd.DataFrame(
        {
            "days": day(every["reported"]).groupby(of.to_numpy()).diff().dt.days.to_numpy(),
            "before": every.groupby("tds")["subscribers"].shift().to_numpy(),
            "after": every["subscribers"].to_numpy(),
        }
    ).dropna()


def cost_until(
    enrollment: pd.DataFrame,
    cost_usd: float,
    *,
    end: str = CONTRACTS_END,
    as_of: str | None = None,
    leaves: pd.Series | None = None,
) -> dict[str, Any]:
    """
    What the households enrolled will cost from the newest report to the ISO date `end`.

    Parameters
    ----------
    leaves
        By `tds` the ISO date on which a development leaves the programme, if one is known: nothing is paid from then.

    Returns
    -------
    cost
        Fit for JSON: `from`, `to`, `months`; `pace_usd`, each development at its pace of the last 12 weeks, never above
        its households nor below 0, and `subscribers_then`; `nobody_joins_usd` and `everybody_joins_usd`, if from now on
        no household joins or leaves, or every household joins at once; `without_pace`, how many developments have no
        trend and stay as they are; `words`.

    Raises
    ------
    BadQuery
        `end` is not after the newest report.
    """
    now = latest(enrollment, as_of)
    now = now[now["current"]].join(trend(enrollment, as_of)["pace_per_week"])
    first = str(now["reported"].max()) if len(now) else ""
    if not first or first >= end:
        found = f"the newest report is of {first}" if first else "nothing was reported"
        raise BadQuery(f"{found}, expected a report before {end}: choose a later end or load newer reports")
    stop = pd.Series(end, now.index) if leaves is None else leaves.reindex(now.index).astype(object).fillna(end)
    stop = stop.where(stop < end, end)
    days = (day(stop) - pd.Timestamp(first)).dt.days.clip(lower=0)
    subscribers, most = now["subscribers"], now[["households", "subscribers"]].max(axis=1)
    daily = now["pace_per_week"].fillna(0) / DAYS
    limit = most.where(daily > 0, 0.0)
    moving = ((limit - subscribers) / daily.where(daily != 0)).fillna(0).clip(upper=days)
    final = subscribers + daily * moving
    pace = (subscribers + final) / 2 * moving + final * (days - moving)
    without = int(now["pace_per_week"].isna().sum())
    usd = cost_usd / MONTH_DAYS
    return {
        "from": first,
        "to": end,
        "months": (pd.Timestamp(end) - pd.Timestamp(first)).days / MONTH_DAYS,
        "pace_usd": float(pace.sum()) * usd,
        "subscribers_then": float(final[stop >= end].sum()),
        "nobody_joins_usd": float((subscribers * days).sum()) * usd,
        "everybody_joins_usd": float((most * days).sum()) * usd,
        "without_pace": without,
        "words": f"from {first} to {end}, each development at its pace of the last {TREND_WEEKS} weeks"
        + (f"; {without} without a trend stay as they are" if without else ""),
    }
