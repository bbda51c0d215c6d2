"""Where a property is from and how sure it is, told by the contract alone: the lists and the schemas say the same."""

from collections.abc import Collection, Sequence
from typing import Final

from loaders import DATASETS

MEASURES: Final = {
    "margin_of_error": ("{name}_moe", "{stem}_moe_{unit}"),
    "standard_error": ("{name}_mc_error", "{stem}_mc_error"),
    "coefficient_of_variation": ("{stem}_cv_{unit}",),
    "class": ("{stem}_reliability",),
}
"""What says how sure a property is, and how such properties are named after it: `{name}` is `{stem}_{unit}`."""


def reliability(name: str, names: Collection[str]) -> dict[str, list[str]]:
    """Which of `names` say how sure property `name` is, by what they are; an interval is its two ends."""
    stem, _, unit = name.rpartition("_")
    ends = ["low", "high"] if name == "value" else [f"{name}_low", f"{name}_high"]
    found = {"interval": ends} if all(end in names for end in ends) else {}
    for measure, patterns in MEASURES.items():
        called = [pattern.format(name=name, stem=stem, unit=unit) for pattern in patterns]
        if columns := [column for column in called if column in names and column != name]:
            found[measure] = columns
    return found


def spread(name: str, names: Collection[str]) -> list[str]:
    """Which of `names` are the ends of the interval of property `name`, or else its margin or standard error."""
    found = reliability(name, names)
    return found.get("interval") or [*found.get("margin_of_error", []), *found.get("standard_error", [])]


def origin(name: str, collection: str, datasets: Sequence[str]) -> str:
    """The dataset that property `name` of a collection is read from, or what it is computed from."""
    read = next((dataset.table.columns for dataset in DATASETS if dataset.name == collection), ())
    own = any(column.name == name for column in read)
    return collection if own else f"computed from {', '.join(datasets)}"
