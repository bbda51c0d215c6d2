"""
Enrollment in Big Apple Connect as it was reported: where each development stands, how fast it moves, and the city.

All of it reads `geo.tables.ENROLLMENT`: a row for each development and reporting date, in no special order. Reports may
be irregular, a week may be partial, and households may be revised: nothing here takes a missing report for a loss.
"""

from typing import Final

import pandas as pd

from geo.tables import ENROLLMENT, first_reason

CARRIED_WEEKS: Final = 4
"""A development that misses reports for longer is no longer counted as it was: its reports ended."""

LEAST_WEEKS, TREND_WEEKS, MOST_WEEKS = 8, 12, 16
"""A trend is taken from the report nearest to 12 weeks before the last, if it lies 8 to 16 weeks before."""

DAYS: Final = 7
CONTRADICTS: Final = "more subscribers than households were reported"
NONE: Final = pd.DataFrame(
    {column.name: pd.Series(dtype=float if column.kind == "number" else str) for column in ENROLLMENT.columns}
)
"""The reports of a snapshot that has none."""


def until(enrollment: pd.DataFrame, as_of: str | None = None) -> pd.DataFrame:
    """The reports not after the ISO date `as_of` (None: all), each development's in order of time."""
    reports = enrollment if as_of is None else enrollment[enrollment["reported"] <= as_of]
    return reports.sort_values(["tds", "reported"], ignore_index=True)


def day(dates: pd.Series) -> pd.Series:
    """ISO dates as days that can be subtracted; None becomes NaT."""
    return pd.to_datetime(dates, format="%Y-%m-%d")


def latest(enrollment: pd.DataFrame, as_of: str | None = None) -> pd.DataFrame:
    """
    The last report of each development, not after the ISO date `as_of`.

    Returns
    -------
    developments
        Indexed by `tds`, in its order: `reported`, `provider`, `reported_with`, `households`, `subscribers`,
        `current`, `enrolled_share` (0–1), `unconnected` (households) and `enrollment_note`, None where nothing is to be
        said. A development whose reports ended more than `CARRIED_WEEKS` before the newest of all is not current: it
        keeps what was last reported, with its date, but how many are unconnected is no longer known: NaN. A report of
        more subscribers than households gives neither a share nor a rest.
    """
    reports = until(enrollment, as_of)
    last = reports.drop_duplicates("tds", keep="last").set_index("tds")
    age = (day(last["reported"]).max() - day(last["reported"])).dt.days
    ended, over = age > DAYS * CARRIED_WEEKS, last["subscribers"] > last["households"]
    households = last["households"].where((last["households"] > 0) & ~over)
    return last[["reported", "provider", "reported_with", "households", "subscribers"]].assign(
        current=~ended,
        enrolled_share=last["subscribers"] / households,
        unconnected=(last["households"] - last["subscribers"]).mask(ended | over),
        enrollment_note=first_reason(
            last.index, (ended, "its reports ended on " + last["reported"]), (over, CONTRADICTS)
        ),
    )


def trend(enrollment: pd.DataFrame, as_of: str | None = None) -> pd.DataFrame:
    """
    How the subscribers of each development moved up to its last report, not after the ISO date `as_of`.

    Returns
    -------
    developments
        Indexed by `tds`, as `latest`: `first_reported`; `reports`, how many; `gained_12_weeks`, the subscribers of the
        last report minus those of the report nearest to 12 weeks before (the earlier of two as near), as it is, below 0
        after a fall; `trend_weeks`, the weeks between those two; `pace_per_week`; `unconnected_before`, households at
        the earlier of the two that did not subscribe; `stalled`, whether there was no gain for at least 8 weeks while
        households remain unconnected, None where not known; `stalled_since` (ISO date), the first report from which on
        there were never fewer than now; `trend_note`, what is to be said, or why there is no trend.
    """
    reports, now = until(enrollment, as_of), latest(enrollment, as_of)
    weeks = (day(reports["tds"].map(now["reported"])) - day(reports["reported"])).dt.days / DAYS
    aged = reports.assign(weeks=weeks, off=(weeks - TREND_WEEKS).abs())
    window = aged[weeks.between(LEAST_WEEKS, MOST_WEEKS)]
    before = _first_of(window.sort_values(["tds", "off", "reported"]), now.index)
    eight = _first_of(window.sort_values(["tds", "weeks"]), now.index)
    gained = (now["subscribers"] - before["subscribers"]).where(now["current"])
    moved = (now["subscribers"] - eight["subscribers"]).where(now["current"])
    stands = (moved <= 0) & (now["unconnected"] > 0)
    old = aged[aged["reported"] <= aged["tds"].map(eight["reported"]).astype(object).fillna("")]
    fewer = old[old["subscribers"] < old["tds"].map(now["subscribers"]).astype(float)].groupby("tds")["reported"].max()
    since = _first_of(old[old["reported"] > old["tds"].map(fewer).astype(object).fillna("")], now.index)
    first = _first_of(reports, now.index)["reported"]
    frame = pd.DataFrame(
        {
            "first_reported": first,
            "reports": reports.groupby("tds").size().reindex(now.index),
            "gained_12_weeks": gained,
            "trend_weeks": before["weeks"].where(gained.notna()),
            "pace_per_week": gained / before["weeks"],
            "unconnected_before": (before["households"] - before["subscribers"]).clip(lower=0).where(gained.notna()),
            "stalled": stands.astype(object).where(moved.notna() & now["unconnected"].notna(), None),
            "stalled_since": since["reported"].astype(object).where(stands, None),
        }
    )
    history = (day(now["reported"]) - day(first)).dt.days / DAYS
    flat = "no gain since " + _text(since["reported"]) + " (" + _text(since["weeks"]) + " weeks)"
    fell = "fell by " + _text(-moved) + " since " + _text(eight["reported"]) + " (" + _text(eight["weeks"]) + " weeks)"
    rest = "; " + _text(now["unconnected"]) + " unconnected"
    revised = eight["households"].notna() & (eight["households"] != now["households"])
    rest += ("; households revised from " + _text(eight["households"]) + " to " + _text(now["households"])).where(
        revised, ""
    )
    frame["trend_note"] = first_reason(
        now.index,
        (now["enrollment_note"].notna(), now["enrollment_note"]),
        (history < LEAST_WEEKS, "no trend: " + _text(history) + f" weeks of reports, at least {LEAST_WEEKS} needed"),
        (moved.isna(), f"no trend: no report {LEAST_WEEKS} to {MOST_WEEKS} weeks before the last"),
        (stands & (moved < 0), fell + rest),
        (stands, flat + rest),
    )
    return frame


def _first_of(reports: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    """The first row of each development, NaN for one without."""
    return reports.drop_duplicates("tds").set_index("tds").reindex(index)


def _text(values: pd.Series) -> pd.Series:
    """Numbers as whole ones, in words; text as it is."""
    said = [value if isinstance(value, str) else f"{value:,.0f}" for value in values]
    return pd.Series(said, index=values.index, dtype=object)


def totals(enrollment: pd.DataFrame) -> pd.DataFrame:
    """
    The programme on each reporting date.

    Returns
    -------
    dates
        Indexed by `reported`, in order of time: `developments` that reported on it; `carried`, those that missed it and
        count with their last report of at most `CARRIED_WEEKS` before; `households` and `subscribers` of both;
        `enrolled_share` (0–1); `partial`, whether fewer developments reported than on the date before; `totals_note`,
        None where nothing is to be said.
    """
    homes = enrollment.pivot(index="reported", columns="tds", values="households").astype(float)
    joined = enrollment.pivot(index="reported", columns="tds", values="subscribers").astype(float)
    told = joined.notna()
    at = day(homes.index.to_series()).to_numpy().astype("datetime64[D]").astype(float)[:, None]
    counted = told.where(told).astype(float).mul(at).ffill().rsub(at) <= DAYS * CARRIED_WEEKS
    households, subscribers = (wide.ffill().where(counted).sum(axis=1) for wide in (homes, joined))
    reported = told.sum(axis=1).astype(int)
    carried = (counted & ~told).sum(axis=1).astype(int)
    dropped = (counted.shift(fill_value=False) & ~counted).sum(axis=1).astype(int)
    earlier = reported.shift()
    notes = [
        "; ".join(
            said
            for said, when in (
                (f"partial: {now} developments reported, {before:.0f} the date before", now < before),
                (f"{kept} carried from at most {CARRIED_WEEKS} weeks before", kept),
                (f"{lost} no longer counted: no report for more than {CARRIED_WEEKS} weeks", lost),
            )
            if when
        )
        or None
        for now, before, kept, lost in zip(reported, earlier, carried, dropped, strict=True)
    ]
    return pd.DataFrame(
        {
            "developments": reported,
            "carried": carried,
            "households": households,
            "subscribers": subscribers,
            "enrolled_share": subscribers / households.where(households > 0),
            "partial": reported < earlier,
            "totals_note": pd.Series(notes, index=homes.index, dtype=object),
        }
    ).rename_axis("reported")
