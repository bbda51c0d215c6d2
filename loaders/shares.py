"""
Reports by name → one row a development and date.

A name may stand for several developments, and a development may be reported twice for one date: by two providers, by
a later file, or under another name. Nothing is counted twice, and what is split adds up to what was reported.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from geo.tables import ENROLLMENT


@dataclass(frozen=True)
class Report:
    """What one name has on one date, in households; `file` says which of several files it is from."""

    tds: tuple[str, ...]
    reported: str
    name: str
    file: str
    providers: tuple[str, ...]
    households: int
    subscribers: int


def joined(reports: Iterable[Report]) -> tuple[list[Report], list[str | None]]:
    """
    One report for each development and date.

    Parameters
    ----------
    reports
        n reports of at most one provider each. Where several have the same development and date the first one
        counts, and further providers of the same file are added to it.

    Returns
    -------
    kept, reasons
        The reports that count, in the order given; and for each of the n why it does not, None where it does.
    """
    kept: list[Report] = []
    reasons: list[str | None] = []
    claimed: dict[tuple[str, str], int] = {}
    for report in reports:
        places = [(tds, report.reported) for tds in report.tds]
        first = next((claimed[place] for place in places if place in claimed), None)
        if first is None:
            claimed |= dict.fromkeys(places, len(kept))
            kept.append(report)
            reasons.append(None)
            continue
        reasons.append(_clash(report, kept[first]))
        if reasons[-1] is None:
            kept[first] = _both(kept[first], report)
    return kept, reasons


def _clash(report: Report, first: Report) -> str | None:
    """Why `report` cannot be added to the `first` one of its development and date."""
    if report.file != first.file:
        return "a later file has this development and date"
    if report.tds != first.tds:
        return f"covers a development that {first.name} covers on the same date: would count it twice"
    if not report.providers or not first.providers or report.providers[0] in first.providers:
        return "repeats the development and date of an earlier row"
    if first.subscribers + report.subscribers > max(first.households, report.households):
        return "with the other provider of this date there are more subscribers than households"
    return None


def _both(first: Report, second: Report) -> Report:
    return replace(
        first,
        providers=first.providers + second.providers,
        households=max(first.households, second.households),
        subscribers=first.subscribers + second.subscribers,
    )


def by_development(reports: Iterable[Report], apartments: pd.Series) -> pd.DataFrame:
    """
    `geo.tables.ENROLLMENT` of `reports`, ordered by development and date.

    Parameters
    ----------
    apartments
        By TDS number; of the developments that a report stands for together all are known, and they are not all 0.
    """
    rows = [row for report in reports for row in _rows(report, apartments)]
    frame = pd.DataFrame(rows, columns=ENROLLMENT.names).sort_values(ENROLLMENT.key, ignore_index=True)
    return frame.astype(dict.fromkeys(["households", "subscribers", "enrolled_share"], float))


def _rows(report: Report, apartments: pd.Series) -> list[dict[str, object]]:
    weights = [round(apartments[tds]) for tds in report.tds] if len(report.tds) > 1 else [1]
    subscribers = apportion(report.subscribers, weights)
    others = apportion(report.households - report.subscribers, weights)  # apart, so that no share exceeds 1
    return [
        {
            "record": f"{tds} {report.reported}",
            "tds": tds,
            "reported": report.reported,
            "reported_name": report.name,
            "provider": "; ".join(sorted(report.providers)) or None,
            "households": subscribed + other,
            "subscribers": subscribed,
            "enrolled_share": subscribed / (subscribed + other) if subscribed + other else math.nan,
            "reported_with": ", ".join(beside for beside in report.tds if beside != tds) or None,
        }
        for tds, subscribed, other in zip(report.tds, subscribers, others, strict=True)
    ]


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """`total` as whole numbers in the proportions of `weights`, by largest remainder; equal ones in their order."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    rests = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
    for at in rests[: total - sum(parts)]:
        parts[at] += 1
    return parts
