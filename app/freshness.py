"""
What a manifest says in words: how fresh each dataset is, and what whoever uses the snapshot must know.

The words are in the language of the answer; reasons and notes of loaders and scoring stay as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.language import _


@dataclass(frozen=True)
class Freshness:
    """One dataset as `status` and the pages show it."""

    dataset: str
    origin: str
    vintage: str
    fetched: str
    age: str
    kept: int
    rejected: int
    synthetic: str


def report(manifest: Mapping[str, Any], now: datetime) -> list[Freshness]:
    """One line a dataset; its age is that of its oldest source against that source's update cadence."""
    return [
        Freshness(
            entry["name"],
            entry["origin"],
            entry["vintage"] or _("not stated"),
            min((source["fetched_at"][:10] for source in _fetched(entry)), default="–"),
            max((age(source, now) for source in _fetched(entry) or entry["sources"]), default=(0.0, ""))[1],
            entry["rows_kept"],
            entry["rows_rejected"],
            {"synthetic": _("made up"), "by hand": _("by hand")}.get(entry["kind"], _("no")),
        )
        for entry in manifest["datasets"]
    ]


def _fetched(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sources of a dataset that did not come with the project."""
    return [source for source in entry["sources"] if source["fetched_at"]]


def age(source: Mapping[str, Any], now: datetime) -> tuple[float, str]:
    """
    The age of a source as a share of its update cadence, and in words.

    Up to one cadence it is fresh, up to two it is due, beyond that it is stale. Files of the sample do not age.
    """
    if not source["fetched_at"]:
        return 0.0, _("sample")
    days = (now - datetime.fromisoformat(source["fetched_at"]).astimezone(UTC)).days
    share = days / source["cadence_days"]
    if share <= 1:
        said = _("fresh ({days} of {cadence} days)")
    elif share <= 2:
        said = _("due ({days} of {cadence} days)")
    else:
        said = _("stale ({days} of {cadence} days)")
    return share, said.format(days=days, cadence=source["cadence_days"])


def remarks(manifest: Mapping[str, Any]) -> list[str]:
    """What the snapshot lacks or made up, and the notes of its loaders and its scoring, a sentence each."""
    datasets = manifest["datasets"]
    lines = [
        _("{dataset}: made up, not real data").format(dataset=_(entry["title"]))
        for entry in datasets
        if entry["kind"] == "synthetic"
    ]
    lines += [
        _("{dataset}: a part, collected by hand").format(dataset=_(entry["title"]))
        for entry in datasets
        if entry["kind"] == "by hand"
    ]
    origins = {entry["origin"] for entry in datasets}
    if origins != {"sample"}:
        lines += [
            _("{dataset}: not in the folder, so the sample's real data stand in ({vintage})").format(
                dataset=_(entry["title"]), vintage=entry["vintage"]
            )
            for entry in datasets
            if entry["origin"] == "sample"
        ]
    lines += [
        _("{dataset} are absent: {reason}").format(dataset=_(entry["title"]), reason=_(entry["reason"]))
        for entry in manifest["absent"]
    ]
    lines += [
        _("not in the score: {reason}").format(reason=_(reason))
        for reason in manifest["method"]["missing_indicators"].values()
    ]
    lines += [
        _("{dataset}: {note}").format(dataset=_(entry["title"]), note=_(note))
        for entry in datasets
        for note in entry["notes"]
    ]
    lines += map(_, manifest["method"]["notes"])
    if (findings := manifest.get("findings")) and "agreement" not in findings:
        lines.append(_("no yardstick: need is not compared with the City's Internet Master Plan (`--from` reads it)"))
    if unread := manifest["unread_files"]:
        lines.append(_("files that nothing here reads: {names}").format(names=", ".join(unread)))
    return lines
