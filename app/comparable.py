"""Whether a measure of two snapshots can be compared at all; where not, why not, a sentence each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.language import N_, _
from app.retold import worded
from app.said import word
from geo.change import length, period, shared_share

SURVEY: Final = ("adoption",)
SITES: Final = ("lots", "kiosks", "facilities")
KINDS: Final = {"real": N_("real"), "by hand": N_("by hand"), "synthetic": N_("made up"), "absent": N_("absent")}
"""What each kind of data is called."""

Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Ground:
    """
    On what a measure of two snapshots is compared.

    Attributes
    ----------
    why_not
        Why it is not compared; empty where it is.
    notes
        What to know of the comparison.
    shared
        The fraction of the years of the survey that the two share; None for what is counted alone, and where the
        survey is the same so that only what is counted differs.
    """

    why_not: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    shared: float | None = None


def ground(before: Manifest, after: Manifest, *, surveyed: bool, counted: bool, score: bool) -> Ground:
    """
    On what a measure is compared.

    Parameters
    ----------
    surveyed, counted
        Whether the survey, and whether what is counted (homes, kiosks, computer centres), is in it.
    score
        Whether it is made of the indicators of need.
    """
    used = [*(SURVEY if surveyed else ()), *(SITES if counted else ())]
    why = [*_methods(before, after, counted=counted, score=score), *_datasets(before, after, ("tracts", *used))]
    if not surveyed:
        return Ground(tuple(why))
    vintages = [_vintage(each, "adoption") for each in (before, after)]
    old, new = (period(vintage) for vintage in vintages)
    if old is None or new is None:
        words = _("The years of the survey are not stated ({before}, {after}), so its margins cannot be compared.")
        return Ground((*why, words.format(**_told(before, after, "adoption"))))
    if length(old) != length(new):
        words = _("The surveys are of periods of different length: {before} and {after}.")
        return Ground((*why, words.format(**_told(before, after, "adoption"))))
    if old == new:
        return _same_survey(before, after, why, counted=counted)
    return Ground(tuple(why), _notes(before, after, shared_share(old, new), later=old > new), shared_share(old, new))


def _same_survey(before: Manifest, after: Manifest, why: list[str], *, counted: bool) -> Ground:
    told = {"survey": worded(_vintage(after, "adoption"))}
    if not counted:
        words = _(
            "Both snapshots have the same survey ({survey}): its estimates are of the same answers, so there is"
            " nothing to compare."
        )
        return Ground((*why, words.format(**told)))
    if _files(before, "adoption") != _files(after, "adoption"):
        words = _("Both snapshots have the same survey ({survey}), but from other files: what differs is no change.")
        return Ground((*why, words.format(**told)))
    words = _(
        "Both snapshots have the same survey ({survey}): what differs comes from what is counted, so it has no margin."
    )
    return Ground(tuple(why), (words.format(**told),))


def _notes(before: Manifest, after: Manifest, shared: float, *, later: bool) -> tuple[str, ...]:
    told = _told(before, after, "adoption")
    notes = []
    if shared:
        words = _(
            "The surveys ({before} and {after}) share {share} of their years, and so the answers of these. The margin"
            " of a change is the Census Bureau’s for that case: √(1 − {fraction}) of that of two independent estimates."
            " The Bureau advises caution with such comparisons: what changed lies in the years that are not shared."
        )
        told |= {"share": f"{100 * shared:.0f}\u00a0%", "fraction": f"{shared:g}"}
        notes.append(words.format(**told))
    else:
        words = _("The surveys ({before} and {after}) share no year: the estimates are taken as independent.")
        notes.append(words.format(**told))
    if later:
        notes.append(_("The earlier snapshot has the later survey."))
    return tuple(notes)


def _methods(before: Manifest, after: Manifest, *, counted: bool, score: bool) -> Iterable[str]:
    old, new = before["method"], after["method"]
    if old["version"] != new["version"]:
        words = _("The method is another one ({before} before, {after} now), so a difference may be made by it alone.")
        yield words.format(before=old["version"], after=new["version"])
    if counted and old["walk_m"] != new["walk_m"]:
        words = _("The reach is another one: {before} m before, {after} m now.")
        yield words.format(before=f"{old['walk_m']:g}", after=f"{new['walk_m']:g}")
    if score and (old["indicators"], old["goalposts"]) != (new["indicators"], new["goalposts"]):
        words = _("The score is made of other indicators: {before} before, {after} now.")
        yield words.format(before=", ".join(old["indicators"]), after=", ".join(new["indicators"]))


def _datasets(before: Manifest, after: Manifest, names: Iterable[str]) -> Iterable[str]:
    for name in names:
        old, new = (_kind(each, name) for each in (before, after))
        if old != new:
            words = _("“{dataset}” is another kind of data: {before} before, {after} now.")
            kinds = {when: _(KINDS.get(kind, kind)) for when, kind in (("before", old), ("after", new))}
            yield words.format(dataset=_title(before, after, name), **kinds)
        elif name == "tracts" and _vintage(before, name) != _vintage(after, name):
            words = _("The outlines of the areas are others: {before} before, {after} now.")
            yield words.format(**_told(before, after, name))


def _told(before: Manifest, after: Manifest, name: str) -> dict[str, str]:
    """Of when a dataset is in both, in words."""
    return {"before": worded(_vintage(before, name)), "after": worded(_vintage(after, name))}


def _title(before: Manifest, after: Manifest, name: str) -> str:
    """What a dataset is called."""
    entry = _entry(after, name) or _entry(before, name)
    return word(entry["title"]) if entry else word(name)


def _entry(manifest: Manifest, name: str) -> Mapping[str, Any] | None:
    return next((entry for entry in manifest["datasets"] if entry["name"] == name), None)


def _kind(manifest: Manifest, name: str) -> str:
    """Real, by hand, synthetic or absent."""
    entry = _entry(manifest, name)
    return str(entry["kind"]) if entry else "absent"


def _vintage(manifest: Manifest, name: str) -> str:
    entry = _entry(manifest, name)
    return (entry and entry["vintage"]) or _("not stated")


def _files(manifest: Manifest, name: str) -> list[str]:
    entry = _entry(manifest, name)
    return sorted(str(source["sha256"]) for source in entry["sources"]) if entry else []
