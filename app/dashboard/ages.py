"""How old each dataset was when the snapshot was made; the clock of whoever looks changes nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.freshness import age, report
from app.language import ENGLISH, N_, _, ngettext, spoken
from app.retold import worded

STANDINGS: Final = {
    "fresh": N_("fresh: younger than its update cycle"),
    "due": N_("due: a newer one may be there"),
    "stale": N_("stale: older than two update cycles"),
}
"""The word of `app.freshness.age` for a source that was fetched, in a sentence."""

KINDS: Final = {"synthetic": N_("made up"), "by hand": N_("a part, by hand")}
MONTH_DAYS, YEAR_DAYS = 30.44, 365.25
IN_DAYS, IN_MONTHS = 60, 730
"""Days up to which an age is told in days, and in months."""


def ages(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """
    A row for each dataset, ages as of the day on which the snapshot was made.

    Returns
    -------
    ages
        `name`, `title`, `made_up`, `vintage`; `updated`, the ISO day on which upstream last changed its oldest source,
        None where upstream does not say; `fetched`, that of the first fetch, None for what came with the project; `age`
        of the oldest source in words; `standing` against the cadence of its updates, empty for what came with the
        project.
    """
    now = datetime.fromisoformat(manifest["created_at"]).astimezone(UTC)
    lines = {line.dataset: line for line in report(manifest, now)}
    return [
        {
            "name": entry["name"],
            "title": _(entry["title"]),
            "made_up": _(KINDS[entry["kind"]]) if entry["kind"] in KINDS else None,
            "vintage": worded(lines[entry["name"]].vintage),
            "updated": _oldest(entry, "upstream_updated_at"),
            "fetched": _oldest(entry, "fetched_at"),
            "age": _age(entry, now),
            "standing": _(STANDINGS.get(_standing(entry, now), "")),
        }
        for entry in manifest["datasets"]
    ]


def _oldest(entry: Mapping[str, Any], moment: str) -> str | None:
    return min((source[moment][:10] for source in entry["sources"] if source[moment]), default=None)


def _age(entry: Mapping[str, Any], now: datetime) -> str:
    """The age of the oldest source in words: since upstream changed it or, where that is not known, since its fetch."""
    ages = [
        (max(0, (now - datetime.fromisoformat(moment).astimezone(UTC)).days), source["upstream_updated_at"] is not None)
        for source in entry["sources"]
        if (moment := source["upstream_updated_at"] or source["fetched_at"])
    ]
    if not ages:
        return _("age not known")
    days, changed = max(ages)
    return _since_change(days) if changed else _since_fetch(days)


def _standing(entry: Mapping[str, Any], now: datetime) -> str:
    """The word of the source that is oldest against its cadence."""
    with spoken(ENGLISH):
        return max(age(source, now) for source in entry["sources"])[1].partition(" ")[0]


def _since_change(days: int) -> str:
    if days < 1:
        return _("upstream changed it on the same day")
    if days <= IN_DAYS:
        return ngettext("{n} day since upstream changed it", "{n} days since upstream changed it", days).format(n=days)
    if days <= IN_MONTHS:
        n = round(days / MONTH_DAYS)
        return ngettext("{n} month since upstream changed it", "{n} months since upstream changed it", n).format(n=n)
    n = round(days / YEAR_DAYS)
    return ngettext("{n} year since upstream changed it", "{n} years since upstream changed it", n).format(n=n)


def _since_fetch(days: int) -> str:
    if days < 1:
        return _("fetched on the same day")
    if days <= IN_DAYS:
        return ngettext("{n} day since it was fetched", "{n} days since it was fetched", days).format(n=days)
    if days <= IN_MONTHS:
        n = round(days / MONTH_DAYS)
        return ngettext("{n} month since it was fetched", "{n} months since it was fetched", n).format(n=n)
    n = round(days / YEAR_DAYS)
    return ngettext("{n} year since it was fetched", "{n} years since it was fetched", n).format(n=n)
