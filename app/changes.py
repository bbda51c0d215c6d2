"""What has changed since an earlier snapshot: a change is called one only where it is more than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from app.comparable import Ground, ground
from app.earlier import made_at, table
from app.language import N_, _
from app.retold import worded
from app.state import City
from geo.acs import Estimate
from geo.change import BY_CHANCE, changes
from geo.comparison import SPREAD, sampled
from geo.indicators import INDICATORS
from geo.method import COUNTED
from geo.published import DECIMALS
from loaders import store

VERDICTS: Final = (
    *("rose", "fell", "not significant", "same", "not compared", "margin not known", "not known"),
    *("only now", "only before"),
)
"""What a row can be called, in the order of the list."""

NONE_EARLIER: Final = N_(
    "There is no earlier snapshot to compare with. Run `equity-map ingest` when the sources have news: the snapshot"
    " that serves now stays in the folder and is compared with the new one."
)


@dataclass(frozen=True)
class Measure:
    """
    What is compared.

    Attributes
    ----------
    column
        The property that holds it.
    ends
        The columns of the ends of its interval, or the one of its margin; none for what is counted.
    surveyed, counted
        Whether the survey, and whether homes and places of public access, are in it.
    score
        Whether it is made of the indicators of need.
    """

    code: str
    label: str
    unit: str
    column: str
    ends: tuple[str, ...] = ()
    surveyed: bool = True
    counted: bool = False
    score: bool = False


MEASURES: Final = (
    Measure("gap", N_("Coverage gap"), "points", "gap", ("gap_low", "gap_high"), counted=True, score=True),
    Measure("need", N_("Need"), "points", "need", ("need_low", "need_high"), score=True),
    Measure("supply", N_("Supply"), "points", "supply", surveyed=False, counted=True),
    *(
        Measure(each.code, each.label, "share", f"{each.code}_share", (f"{each.code}_moe_share",))
        for each in INDICATORS
    ),
    *(
        Measure(code, label, "people", code, (f"{code}_moe",), counted=counted)
        for code, label, counted in (
            ("people_left_out", N_("People left out"), True),
            ("people_without_broadband", N_("People without broadband at home"), False),
            ("population", N_("Population"), False),
        )
    ),
    *(
        Measure(code, label, "people", code, surveyed=False, counted=True)
        for code, label in (
            ("people_beyond_reach", N_("People beyond reach of public access")),
            ("residents", N_("Residents at tax lots")),
        )
    ),
)
BY_CODE: Final = {each.code: each for each in MEASURES}

CITYWIDE: Final = (
    *((name, flag) for name, flag in COUNTED.values()),
    ("schools", ""),
    ("developments", "apartments"),
)
"""Counted in the whole city: tables, and the column that is summed, all rows where there is none."""


def what_changed(city: City, before: store.Snapshot, of: str, measure: Measure) -> dict[str, Any]:
    """
    Everything that is said of the changes of one measure; what is not known is None.

    Raises
    ------
    NotFound
        The earlier snapshot cannot be read.
    """
    manifest = before.manifest
    on = ground(manifest, city.manifest, surveyed=measure.surveyed, counted=measure.counted, score=measure.score)
    if lacking := manifest["method"]["missing_indicators"].get(measure.code):
        words = _("The earlier snapshot lacks this measure ({reason}).")
        on = replace(on, why_not=(words.format(reason=worded(str(lacking))), *on.why_not))
    rows = _rows(city, before, of, measure, on)
    counts = {name: sum(row["verdict"] == name for row in rows) for name in VERDICTS}
    tested = sum(row["significant"] is not None for row in rows)
    return {
        "of": of,
        "measure": {"code": measure.code, "label": _(measure.label), "unit": measure.unit},
        "before": _about(before.id, manifest),
        "after": _about(city.snapshot.id, city.manifest),
        "why_not": [*on.why_not],
        "notes": [*on.notes],
        "shared_years": on.shared,
        "summary": {
            "areas": len(rows),
            "tested": tested,
            "by_chance": round(BY_CHANCE * tested, 1),
            **{name.replace(" ", "_"): number for name, number in counts.items()},
        },
        "rows": rows,
        "citywide": _citywide(city, before),
        **city.collections[of].constants,
    }


def _about(id: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": id,
        "made_at": made_at(id).isoformat(),
        "method_version": manifest["method"]["version"],
        "vintages": {entry["name"]: entry["vintage"] for entry in manifest["datasets"]},
    }


def _rows(city: City, before: store.Snapshot, of: str, measure: Measure, on: Ground) -> list[dict[str, Any]]:
    """A row for each area of either snapshot: those that rose most first, then those that fell, then the others."""
    key = city.collections[of].table.key
    new = pd.DataFrame(city.collections[of].frame).set_index(key)
    lacking = measure.code in before.manifest["method"]["missing_indicators"]
    needed = [name for name in ("name", "borough") if name in new]
    old = table(before, f"scores/{of}", (*needed, *(() if lacking else (measure.column, *measure.ends))), key)
    every = new.index.union(old.index)
    named = pd.concat([new, old[~old.index.isin(new.index)]]).reindex(every)
    was, now = (_spread(frame.reindex(every), measure) for frame in (old, new))
    found, before_of, after_of = (frame.to_dict("index") for frame in (changes(was, now, on.shared or 0.0), was, now))
    told = []
    for id in every:
        there = {"before": id in old.index, "after": id in new.index}
        row = {
            "id": id,
            **{name: _text(named, id, name) for name in ("name", "borough")},
            "before": _known(before_of[id]),
            "after": _known(after_of[id]),
        }
        told.append(row | _verdict(_known(found[id]), there, measure, on))
    size = {"rose": -1, "fell": 1}
    return sorted(
        told,
        key=lambda row: (
            VERDICTS.index(row["verdict"]),
            size.get(row["verdict"], 0) * (row["change"] or 0),
            row["name"],
        ),
    )


def _text(frame: pd.DataFrame, id: str, name: str) -> str:
    """What an area is called, or the borough that it is in; boroughs are their own names."""
    found = frame.at[id, name] if name in frame else None
    return found if isinstance(found, str) else id


def _spread(frame: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The values of a measure with the ends of their intervals; NaN where a snapshot has no such column."""
    value, *ends = (
        pd.to_numeric(frame.get(name, pd.Series(np.nan, index=frame.index)), errors="coerce").astype(float)
        for name in (measure.column, *measure.ends)
    )
    if len(ends) == 2:
        return pd.DataFrame(dict(zip(SPREAD, (value, *ends), strict=True)))
    return sampled(Estimate(value, ends[0] if ends else value * 0))


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row, None for what is not known."""
    return {name: None if value != value else value for name, value in row.items()}


def _verdict(found: dict[str, Any], there: Mapping[str, bool], measure: Measure, on: Ground) -> dict[str, Any]:
    """The change of one area, its margin, whether it is significant, and what it is called."""
    change, tested = found["change"], on.shared is not None
    told = found if tested else {**found, "moe": None, "significant": None}
    nothing = dict.fromkeys(told)
    if not all(there.values()):
        return nothing | {"verdict": "only now" if there["after"] else "only before"}
    if change is None:
        return nothing | {"verdict": "not known"}
    if on.why_not:
        return nothing | {"verdict": "not compared"}
    if tested and not told["significant"]:
        return told | {"verdict": "margin not known" if told["significant"] is None else "not significant"}
    if not tested and abs(change) < 0.5 * 10.0 ** -DECIMALS[measure.unit]:
        return told | {"verdict": "same"}
    return told | {"verdict": "rose" if change > 0 else "fell"}


def _citywide(city: City, before: store.Snapshot) -> list[dict[str, Any]]:
    """What is counted in the whole city, then and now; a difference only where both are the same kind of data."""
    on = ground(before.manifest, city.manifest, surveyed=False, counted=False, score=False)
    kinds = [{entry["name"]: entry["kind"] for entry in each["datasets"]} for each in (before.manifest, city.manifest)]
    told = []
    for name, column in CITYWIDE:
        columns = [column] if column else []
        was = _counted(table(before, name, columns), column) if name in kinds[0] else None
        now = _counted(city.collections[name].frame, column) if name in city.collections else None
        comparable = was is not None and now is not None and not on.why_not and kinds[0][name] == kinds[1][name]
        told.append({"code": name, "before": was, "after": now, "change": now - was if comparable else None})  # type: ignore[operator]
    return told


def _counted(frame: pd.DataFrame, column: str) -> int:
    return int(pd.to_numeric(frame[column], errors="coerce").sum()) if column else len(frame)


def codes(missing: Sequence[str]) -> list[str]:
    """The measures that a snapshot has, those of `missing` indicators left out."""
    return [code for code in BY_CODE if code not in missing]
