"""What a picture says: every sentence, number and key, before anything is drawn."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely

from app.amounts import count, day, share
from app.language import N_, _, ngettext
from app.map import MapConfig
from app.picture.amounts import amount, ranges
from app.picture.scene import Scene
from app.picture.shading import GROUND, NONE, colours, is_estimate
from app.picture.sites import Symbol, symbols
from app.picture.wanted import SCORES
from app.state import READS, City

UNITS: Final = {"points": N_("points, 0–100"), "share": N_("share"), "people": N_("people")}
TITLES: Final = {
    "ntas": N_("{measure} by neighborhood (NTA)"),
    "tracts": N_("{measure} by census tract"),
    "boroughs": N_("{measure} by borough"),
}
EMPTY: Final = {
    "ntas": N_("No neighborhood has a value: {reason}."),
    "tracts": N_("No census tract has a value: {reason}."),
    "boroughs": N_("No borough has a value: {reason}."),
}


@dataclass(frozen=True)
class Key:
    """An entry of the legend of the areas."""

    kind: Literal["class", "weak", "none"]
    colour: str
    words: str
    count: str


@dataclass(frozen=True)
class SiteKey:
    """An entry of the legend of the sites."""

    symbol: Symbol
    words: str
    count: str


@dataclass(frozen=True)
class Said:
    """
    What a picture says.

    Attributes
    ----------
    warning
        That the weights are tried ones: in large letters the first, in small ones the others; empty where the
        published score is shown.
    keys
        The classes with their numbers of areas, what is weak and what has no value; the last alone where no area has
        one.
    legend
        Sentences below the keys.
    notes
        Sources, what is made up, method, licence: the foot of the picture.
    """

    service: str
    title: str
    description: str
    warning: tuple[str, ...]
    heading: str
    unit: str
    keys: tuple[Key, ...]
    legend: tuple[str, ...]
    sites: tuple[SiteKey, ...]
    notes: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All of it, in order."""
        keys = [text for key in self.keys for text in (key.words, key.count)]
        keys += [text for key in self.sites for text in (key.words, key.count)]
        head = (self.service, self.title, self.description, *self.warning, self.heading, self.unit)
        return tuple(text for text in (*head, *keys, *self.legend, *self.notes) if text)


def says(city: City, config: MapConfig, shown: Scene) -> Said:
    """Everything that the picture of `shown` says, in the language of the answer."""
    measure, layer = shown.measure, shown.wanted.areas
    empty = not shown.areas["value"].notna().any()
    legend = [_emptiness(shown)] if empty else [_counted(shown), *_sureness(shown)]
    return Said(
        service=config.title,
        title=_(TITLES[layer]).format(measure=measure.label),
        description=measure.description,
        warning=tuple(_warning(config, shown)),
        heading=measure.label,
        unit=_(UNITS[measure.unit]),
        keys=tuple(_keys(shown))[-1 if empty else 0 :],
        legend=tuple(filter(None, [*legend, _outlined(shown)])),
        sites=tuple(_site_keys(shown)),
        notes=tuple(_notes(city, config, shown)),
    )


def _areas(number: int) -> str:
    return ngettext("{n} area", "{n} areas", number).format(n=count(number))


def _keys(shown: Scene) -> list[Key]:
    ramp = colours(shown.measure, shown.wanted.areas)
    there = shown.areas[shown.areas["in_view"]]
    numbers = Counter(there["of"])
    found = [
        Key("class", ramp[at], words, _areas(numbers[at]))
        for at, words in enumerate(ranges(shown.measure, shown.wanted.areas))
    ]
    if weak := int(there["weak"].sum()):
        found.append(Key("weak", ramp[len(ramp) // 2], _("could be two classes off"), _areas(weak)))
    return [*found, Key("none", GROUND, _("no value"), _areas(numbers[NONE]))]


def _emptiness(shown: Scene) -> str:
    """Why no area has a value: the reason that most of them give."""
    reasons = Counter((note or _("the source gives no value")).split("; ")[0] for note in shown.areas["note"])
    return _(EMPTY[shown.wanted.areas]).format(reason=reasons.most_common(1)[0][0])


def _counted(shown: Scene) -> str:
    there, all_of_them = int(shown.areas["in_view"].sum()), len(shown.areas)
    if there == all_of_them:
        return _("Counted are all areas of the city.")
    return _("Counted are the areas in view: {n} of {all}.").format(n=count(there), all=count(all_of_them))


def _sureness(shown: Scene) -> list[str]:
    """How many areas could be in another class."""
    measure = shown.measure
    if shown.tried is not None:
        return [_("Intervals are known of the published score only: how sure these classes are is not known.")]
    uncertain = measure.uncertain.get(shown.wanted.areas)
    if uncertain is not None:
        words = _("In the whole city {share} of areas could be in another class (90 % intervals).")
        dots = _("Dots mark the weak ones: in a class two or more away.")
        weak = bool((shown.areas["weak"] & shown.areas["in_view"]).any())
        return [words.format(share=share(uncertain, 0)), *([dots] if weak else [])]
    if is_estimate(measure):
        return [_("How many areas could be in another class is not known: the survey file gives no margins.")]
    return [_("Counted, not surveyed: it has no margin of error.")]


def _outlined(shown: Scene) -> str:
    if shown.place is None:
        return ""
    place, measure = shown.place, shown.measure
    told = {"name": place.name, "id": place.id, "measure": measure.label, "value": amount(measure, place.value)}
    if not shapely.intersects(place.outline, shown.view.box):
        return _("Asked for, but out of view: {name} ({id}).").format(**told)
    if np.isnan(place.value):
        return _("Outlined: {name} ({id}).").format(**told)
    if np.isnan(place.low):
        return _("Outlined: {name} ({id}). {measure}: {value}.").format(**told)
    told |= {"low": amount(measure, place.low), "high": amount(measure, place.high)}
    return _("Outlined: {name} ({id}). {measure}: {value}, 90 % interval {low} to {high}.").format(**told)


def _warning(config: MapConfig, shown: Scene) -> list[str]:
    """That weights are tried, which ones, and how much of the published tiers they keep."""
    tried, terms = shown.tried, shown.wanted.terms
    if tried is None:
        return []
    labels = {dimension.code: dimension.label for dimension in config.dimensions}

    def weighing(weights: Mapping[str, float]) -> str:
        each = [
            _("{dimension} {share}").format(dimension=labels[name], share=share(weights[name], 0)) for name in labels
        ]
        return ", ".join(each)

    published, kept = tried["published"], tried["kept_tiers_share"]
    note = tried["note"] or ""
    return [
        _("Tried weights: not the published score"),
        _("Tried here: {weights}; reach counts within {metres} m.").format(
            weights=weighing(tried["weights"]), metres=count(tried["walk_m"])
        ),
        _("Published: {weights}; reach counts within {metres} m.").format(
            weights=weighing(published["weights"]), metres=count(published["walk_m"])
        ),
        _("These weights keep {share} of the published tiers.").format(share=share(kept, 0))
        if kept is not None and terms is not None
        else f"{note[:1].upper()}{note[1:]}.",
    ]


def _site_keys(shown: Scene) -> list[SiteKey]:
    return [
        SiteKey(key, _(key.title), count(Counter(sites.symbols)[key]))
        for sites in shown.sites
        for key in symbols(sites.layer)
    ]


def _notes(city: City, config: MapConfig, shown: Scene) -> list[str]:
    wanted, method = shown.wanted, city.manifest["method"]
    found = [
        _("Source: {source}. Vintage: {vintage}.").format(source=shown.measure.source, vintage=shown.measure.vintage)
    ]
    if wanted.terms is not None and wanted.measure not in SCORES:
        found.append(_("Tried weights change nothing here: this measure is shown as published."))
    if config.banners:
        found.append(" ".join(config.banners))
    if config.missing:
        found.append(_("Not in the score: {reasons}.").format(reasons="; ".join(config.missing)))
    made = {"version": method["version"], "snapshot": city.snapshot.id, "day": day(city.manifest["created_at"])}
    return [
        *found,
        _("Method {version}; snapshot {snapshot}, made on {day}.").format(**made),
        _("Data: {publishers}.").format(publishers=_publishers(city, shown)),
        _("Drawn in EPSG:32118, north is up; outlines are simplified."),
    ]


def _publishers(city: City, shown: Scene) -> str:
    """Who published what is shown, and under which terms; what is made up is nobody's."""
    layers = (shown.wanted.areas, *shown.wanted.sites)
    used = {name for layer in layers for name in (layer, *READS.get(layer, ()))}
    entries = [entry for entry in city.manifest["datasets"] if entry["name"] in used and entry["kind"] != "synthetic"]
    sources: list[Mapping[str, Any]] = [source for entry in entries for source in entry["sources"]]
    return "; ".join(dict.fromkeys(f"{source['publisher']} ({source['licence']})" for source in sources))
