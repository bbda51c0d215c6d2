"""What the map says around its features: the measures with their classes, the layers, the sources, what is missing."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.features import Collection
from app.language import N_, _
from app.layers import COLUMNS
from app.map import AMBER, BLUE, GREEN, PURPLE, Absent, Basemap, Layer, MapConfig, Measure, Origin, Weighing
from app.retold import worded
from geo.indicators import INDICATORS, NEED, REACH
from geo.method import MEASURES, radii

TITLE: Final = N_("NYC Broadband Equity Map")
AREAS: Final = ("boroughs", "ntas", "tracts")
SHOWN: Final = {"ntas", "boroughs", "developments"}
LAYER_TITLES: Final = {"ntas": N_("Neighborhoods"), "tracts": N_("Census tracts"), "boroughs": N_("Boroughs")}
SUPPLY: Final = {"kiosks": N_("kiosks"), "facilities": N_("computer centres"), "lots": N_("homes")}
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
        title=_(TITLE),
        measures=tuple(_measures(manifest, entries)),
        layers=tuple(_layers(collections)),
        sources=tuple(_origins(entries)),
        method_version=manifest["method"]["version"],
        snapshot_id=snapshot_id,
        banners=tuple(banners(manifest)),
        absent=tuple(absent(manifest)),
        missing=tuple(map(worded, manifest["method"]["missing_indicators"].values())),
        basemap=basemap,
        dimensions=tuple(
            Weighing(dimension.code, _(dimension.label))
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
        "synthetic": _("{dataset}: made up."),
        "by hand": _("{dataset}: a part of the list, collected by hand; outlines are drawn around their tax lots."),
    }
    return [
        words[entry["kind"]].format(dataset=_(entry["title"]))
        for entry in manifest["datasets"]
        if entry["kind"] in words
    ]


def absent(manifest: Mapping[str, Any]) -> list[Absent]:
    """Each dataset that the snapshot lacks, with the reason."""
    return [Absent(_(reason["title"]), _(reason["reason"])) for reason in manifest["absent"]]


def _measures(manifest: Mapping[str, Any], entries: Mapping[str, Any]) -> list[Measure]:
    method = manifest["method"]
    walk_m, missing = method["walk_m"], method["missing_indicators"]
    need = _("American Community Survey"), worded(entries["adoption"]["vintage"])
    counted = {name: worded(entries[name]["vintage"] or "date not stated") for name in SUPPLY if name in entries}
    supply = (
        ", ".join(_(SUPPLY[name]) for name in counted),
        "; ".join(f"{_(SUPPLY[name])}: {vintage}" for name, vintage in counted.items()),
    )
    both = f"{need[0]}, {supply[0]}", f"{need[1]}; {supply[1]}"
    areas = {
        "gap": (_("Coverage gap"), AMBER, _("Need and lack of reach together, 0 to 100."), both),
        "need": (_("Need"), BLUE, _("Mean of {parts}, 0 to 100.").format(parts=_listed(method["dimensions"])), need),
        "supply": (
            _("Supply"),
            GREEN,
            _("Residents within {metres} m of working public access, 0 to 100.").format(metres=f"{walk_m:g}"),
            supply,
        ),
        "people_left_out": (
            _("People left out"),
            PURPLE,
            _("People without broadband at home who also live more than {metres} m from public access.").format(
                metres=f"{walk_m:g}"
            ),
            both,
        ),
    } | {
        indicator.code: (_(indicator.label), BLUE, _("Share of {whole}.").format(whole=_(indicator.universe)), need)
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
    labels = [_(need.label) for need in NEED if need.code in dimensions]
    return ", ".join(f"{label[0].lower()}{label[1:]}" for label in labels)


def _layers(collections: Mapping[str, Collection]) -> list[Layer]:
    return [
        Layer(
            name=name,
            title=_(LAYER_TITLES.get(name, collection.table.title)),
            url=f"/layers/{name}.geojson",
            kind="area" if name in AREAS else collection.table.shape or "point",
            shown=name in SHOWN,
            cells=name == "tracts",
            count=int(collection.frame.geometry.notna().sum()),
        )
        for name, collection in sorted(collections.items(), key=lambda item: [*AREAS, *collections].index(item[0]))
        if name in COLUMNS
    ]


def _origins(entries: Mapping[str, Any]) -> list[Origin]:
    return [
        Origin(
            dataset=name,
            title=_(entry["title"]),
            publisher=entry["sources"][0]["publisher"],
            vintage=worded(entry["vintage"] or "not stated"),
            origin=_(entry["origin"]),
            synthetic=entry["kind"] == "synthetic",
            page=entry["sources"][0]["page"],
        )
        for name, entry in entries.items()
    ]
