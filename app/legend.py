"""What the map says around its features: the measures with their classes, the layers, the sources, what is missing."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.features import Collection
from app.layers import COLUMNS
from app.map import AMBER, BLUE, GREEN, PURPLE, Absent, Basemap, Layer, MapConfig, Measure, Origin, Weighing
from geo.indicators import INDICATORS, NEED, REACH
from geo.method import MEASURES, radii

TITLE: Final = "NYC Broadband Equity Map"
AREAS: Final = ("ntas", "tracts", "boroughs")
SHOWN: Final = {"ntas", "boroughs", "developments"}
LAYER_TITLES: Final = {"ntas": "Neighborhoods (NTAs)", "tracts": "Census tracts", "boroughs": "Borough outlines"}
SUPPLY: Final = {"kiosks": "kiosks", "facilities": "computer centres", "lots": "homes"}
"""The datasets that supply is counted from, as a legend calls them."""


def map_config(
    collections: Mapping[str, Collection],
    manifest: Mapping[str, Any],
    snapshot_id: str,
    basemap: Basemap | None,
    geocoder: str | None = None,
) -> MapConfig:
    """Everything that the page of the map says, from the collections and the manifest of one snapshot."""
    entries = {entry["name"]: entry for entry in manifest["datasets"]}
    return MapConfig(
        title=TITLE,
        measures=tuple(_measures(manifest, entries)),
        layers=tuple(_layers(collections)),
        sources=tuple(_origins(entries)),
        method_version=manifest["method"]["version"],
        snapshot_id=snapshot_id,
        banners=tuple(banners(manifest)),
        absent=tuple(absent(manifest)),
        missing=tuple(manifest["method"]["missing_indicators"].values()),
        basemap=basemap,
        dimensions=tuple(
            Weighing(dimension.code, dimension.label)
            for dimension in (*NEED, REACH)
            if dimension.code in manifest["method"]["dimensions"]
        ),
        radii=radii(manifest["method"]["walk_m"]),
        walk_m=manifest["method"]["walk_m"],
        geocoder=geocoder,
    )


def banners(manifest: Mapping[str, Any]) -> list[str]:
    """A sentence for each layer that is made up or only a part."""
    words = {
        "synthetic": "{} are made up.",
        "by hand": "{} are a part of the list, collected by hand; outlines are drawn around their tax lots.",
    }
    return [words[entry["kind"]].format(entry["title"]) for entry in manifest["datasets"] if entry["kind"] in words]


def absent(manifest: Mapping[str, Any]) -> list[Absent]:
    """Each dataset that the snapshot lacks, with the reason."""
    return [Absent(reason["title"], reason["reason"]) for reason in manifest["absent"]]


def _measures(manifest: Mapping[str, Any], entries: Mapping[str, Any]) -> list[Measure]:
    method = manifest["method"]
    walk_m, missing = method["walk_m"], method["missing_indicators"]
    need = "American Community Survey", entries["adoption"]["vintage"]
    counted = {name: entries[name]["vintage"] or "date not stated" for name in SUPPLY if name in entries}
    supply = (
        ", ".join(SUPPLY[name] for name in counted),
        "; ".join(f"{SUPPLY[name]}: {vintage}" for name, vintage in counted.items()),
    )
    both = f"{need[0]}, {supply[0]}", f"{need[1]}; {supply[1]}"
    areas = {
        "gap": ("Coverage gap", AMBER, "Need and lack of reach together, 0 to 100.", both),
        "need": ("Need", BLUE, f"Mean of {_listed(method['dimensions'])}, 0 to 100.", need),
        "supply": ("Supply", GREEN, f"Residents within {walk_m:g} m of working public access, 0 to 100.", supply),
        "people_left_out": (
            "People left out",
            PURPLE,
            f"People without broadband at home who also live more than {walk_m:g} m from public access.",
            both,
        ),
    } | {
        indicator.code: (indicator.label, BLUE, f"Share of {indicator.universe}.", need)
        for indicator in INDICATORS
        if indicator.code not in missing
    }
    return [
        _measure(code, *words, classes=manifest["classes"], uncertain=manifest["uncertain_shares"])
        for code, words in areas.items()
    ]


def _measure(
    code: str,
    label: str,
    colours: tuple[str, ...],
    description: str,
    source: tuple[str, str],
    *,
    classes: Mapping[str, Any],
    uncertain: Mapping[str, Any],
) -> Measure:
    name = code if code in classes else f"{code}_share"
    return Measure(
        code=code,
        label=label,
        unit=MEASURES[name],
        description=description,
        breaks={geography: tuple(bounds) for geography, bounds in classes[name].items()},
        colours=colours,
        decimals=1 if MEASURES[name] == "share" else 0,
        source=source[0],
        vintage=source[1],
        uncertain=uncertain[name],
    )


def _listed(dimensions: Sequence[str]) -> str:
    """The dimensions of need in words: `no broadband at home, no computer at home`."""
    return ", ".join(f"{need.label[0].lower()}{need.label[1:]}" for need in NEED if need.code in dimensions)


def _layers(collections: Mapping[str, Collection]) -> list[Layer]:
    return [
        Layer(
            name=name,
            title=LAYER_TITLES.get(name, collection.table.title),
            url=f"/layers/{name}.geojson",
            kind="area" if name in AREAS else collection.table.shape or "point",
            shown=name in SHOWN,
            count=int(collection.frame.geometry.notna().sum()),
        )
        for name, collection in sorted(collections.items(), key=lambda item: [*AREAS, *collections].index(item[0]))
        if name in COLUMNS
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
