"""What the map says around its features: the measures with their classes, the layers, the sources, what is missing."""

import warnings
from collections.abc import Mapping
from typing import Any, Final

import mapclassify
import numpy as np
import pandas as pd

from app.features import Collection
from app.map import AMBER, BLUE, GREEN, PURPLE, Absent, Basemap, Layer, MapConfig, Measure, Origin
from geo.indicators import INDICATORS
from geo.scores import METHOD_VERSION

TITLE: Final = "NYC Broadband Equity Map"
CLASSES: Final = 6
AREAS: Final = ("ntas", "tracts", "boroughs")
SHOWN: Final = {"ntas", "boroughs", "developments"}
LAYER_TITLES: Final = {"ntas": "Neighborhoods (NTAs)", "tracts": "Census tracts", "boroughs": "Borough outlines"}
STEPS: Final = {"points": 1.0, "share": 0.005, "people": 50.0}
"""Class bounds are rounded to these steps, so that a legend can be read aloud."""


def map_config(
    collections: Mapping[str, Collection], manifest: Mapping[str, Any], snapshot_id: str, basemap: Basemap | None
) -> MapConfig:
    """Everything that the page of the map says, from the collections and the manifest of one snapshot."""
    entries = {entry["name"]: entry for entry in manifest["datasets"]}
    frames = {name: collections[name].frame for name in AREAS}
    return MapConfig(
        title=TITLE,
        measures=tuple(_measures(frames, entries, manifest["method"])),
        layers=tuple(_layers(collections)),
        sources=tuple(_origins(entries)),
        method_version=METHOD_VERSION,
        snapshot_id=snapshot_id,
        banners=tuple(banners(manifest)),
        absent=tuple(absent(manifest)),
        missing=tuple(manifest["method"]["missing_indicators"].values()),
        basemap=basemap,
    )


def banners(manifest: Mapping[str, Any]) -> list[str]:
    """A sentence for each layer that is made up or only a part."""
    words = {
        "synthetic": "{} are made up. Do not use them for a decision.",
        "by hand": "{} are a part of the list, collected by hand, with outlines drawn around their tax lots.",
    }
    return [words[entry["kind"]].format(entry["title"]) for entry in manifest["datasets"] if entry["kind"] in words]


def absent(manifest: Mapping[str, Any]) -> list[Absent]:
    """Each dataset that the snapshot lacks, with the reason."""
    return [Absent(reason["title"], reason["reason"]) for reason in manifest["absent"]]


def _measures(
    frames: Mapping[str, pd.DataFrame], entries: Mapping[str, Any], method: Mapping[str, Any]
) -> list[Measure]:
    survey = entries["adoption"]
    need = survey["sources"][0]["title"], survey["vintage"]
    counted = [entries[name] for name in ("kiosks", "facilities", "lots") if name in entries]
    supply = (
        ", ".join(entry["title"] for entry in counted),
        "; ".join(f"{entry['title'].lower()}: {entry['vintage'] or 'not stated'}" for entry in counted),
    )
    both = f"{need[0]}; {supply[0]}", f"survey: {need[1]}; {supply[1]}"
    walk_m = method["walk_m"]

    def measure(
        code: str, label: str, unit: Any, colours: tuple[str, ...], said: str, source: tuple[str, str]
    ) -> Measure:
        column = f"{code}_share" if unit == "share" else code
        return Measure(
            code=code,
            label=label,
            unit=unit,
            description=said,
            breaks=_breaks(frames, column, unit),
            colours=colours,
            decimals={"points": 0, "share": 1, "people": 0}[unit],
            source=source[0],
            vintage=source[1],
        )

    return [
        measure("gap", "Coverage gap", "points", AMBER, "Need and lack of reach together, 0 to 100.", both),
        measure("need", "Need", "points", BLUE, "Broadband, computers, income and age, 0 to 100.", need),
        measure(
            "supply",
            "Supply",
            "points",
            GREEN,
            f"Share of residents within {walk_m:g} m of working public access, 0 to 100.",
            supply,
        ),
        measure(
            "people_left_out",
            "People left out",
            "people",
            PURPLE,
            f"People without broadband at home who also live more than {walk_m:g} m from public access.",
            both,
        ),
        *(
            measure(indicator.code, indicator.label, "share", BLUE, f"Share of {indicator.universe}.", need)
            for indicator in INDICATORS
        ),
    ]


def _breaks(frames: Mapping[str, pd.DataFrame], column: str, unit: str) -> dict[str, tuple[float, ...]]:
    """
    Class bounds for each geography.

    Scores and shares have the bounds of the NTAs everywhere, so that a colour means the same when the reader zooms
    in; counts of people depend on the size of an area and have bounds of their own.
    """
    if unit != "people":
        return dict.fromkeys(frames, bounds(frames["ntas"][column], STEPS[unit]))
    return {name: bounds(frame[column], STEPS[unit]) for name, frame in frames.items()}


def bounds(values: pd.Series, step: float) -> tuple[float, ...]:
    """At most five rising inner bounds of quantile classes of `values`, in multiples of `step`; none without values."""
    known = values.dropna().to_numpy(dtype=float)
    if np.unique(known).size < CLASSES:
        return ()
    with warnings.catch_warnings():  # where many values are equal there are fewer classes, and that is fine
        warnings.simplefilter("ignore", UserWarning)
        found = mapclassify.Quantiles(known, k=CLASSES).bins[:-1]
    rounded = np.unique(np.round(found / step) * step)
    return tuple(float(round(bound, 6)) for bound in rounded if bound > known.min())


def _layers(collections: Mapping[str, Collection]) -> list[Layer]:
    kinds = {"point": "point", "polygon": "polygon"}
    return [
        Layer(
            name=name,
            title=LAYER_TITLES.get(name, collection.table.title),
            url=f"/layers/{name}.geojson",
            kind="area" if name in AREAS else kinds[str(collection.table.shape)],  # type: ignore[arg-type]
            shown=name in SHOWN,
            count=int(collection.frame.geometry.notna().sum()),
        )
        for name, collection in sorted(collections.items(), key=lambda item: [*AREAS, *collections].index(item[0]))
    ]


def _origins(entries: Mapping[str, Any]) -> list[Origin]:
    return [
        Origin(
            dataset=name,
            title=entry["title"],
            publisher=entry["sources"][0]["publisher"],
            vintage=entry["vintage"] or "not stated",
            origin=entry["origin"],
            synthetic=entry["kind"] == "synthetic",
            page=entry["sources"][0]["page"],
        )
        for name, entry in entries.items()
    ]
