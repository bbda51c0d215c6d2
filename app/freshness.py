"""What a manifest says in words: how fresh each dataset is, and what whoever uses the snapshot must know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


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
            entry["vintage"] or "not stated",
            min((source["fetched_at"][:10] for source in _fetched(entry)), default="–"),
            max((age(source, now) for source in _fetched(entry) or entry["sources"]), default=(0.0, ""))[1],
            entry["rows_kept"],
            entry["rows_rejected"],
            {"synthetic": "made up", "by hand": "by hand"}.get(entry["kind"], "no"),
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
        return 0.0, "sample"
    days = (now - datetime.fromisoformat(source["fetched_at"]).astimezone(UTC)).days
    share = days / source["cadence_days"]
    word = "fresh" if share <= 1 else "due" if share <= 2 else "stale"
    return share, f"{word} ({days} of {source['cadence_days']} days)"


def remarks(manifest: Mapping[str, Any]) -> list[str]:
    """What the snapshot lacks or made up, and the notes of its loaders and its scoring, a sentence each."""
    datasets = manifest["datasets"]
    lines = [f"{entry['title']}: made up, not real data" for entry in datasets if entry["kind"] == "synthetic"]
    lines += [f"{entry['title']}: a part, collected by hand" for entry in datasets if entry["kind"] == "by hand"]
    origins = {entry["origin"] for entry in datasets}
    if origins != {"sample"}:
        lines += [
            f"{entry['title']}: not in the folder, so the sample's real data stand in ({entry['vintage']})"
            for entry in datasets
            if entry["origin"] == "sample"
        ]
    lines += [f"{entry['title']} are absent: {entry['reason']}" for entry in manifest["absent"]]
    lines += [f"not in the score: {reason}" for reason in manifest["method"]["missing_indicators"].values()]
    lines += [f"{entry['title']}: {note}" for entry in datasets for note in entry["notes"]]
    lines += manifest["method"]["notes"]
    if (findings := manifest.get("findings")) and "agreement" not in findings:
        lines.append("no yardstick: need is not compared with the City's Internet Master Plan (`--from` reads it)")
    if unread := manifest["unread_files"]:
        lines.append(f"files that nothing here reads: {', '.join(unread)}")
    return lines
