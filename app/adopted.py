"""
The plan that the City adopted: what it meant to do and from where it set out, kept apart from every snapshot.

`var/plan.json` is written by `equity-map plan --adopt`, whole or not at all, and read by the service beside its
snapshot. A newer one replaces it; the older ones stay in `var/plans/`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import pandas as pd

from geo.errors import SnapshotError

FILE: Final = "plan.json"
ROW: Final = ("tds", "name", "wave", "provider", "planned", "baseline")
FACTS: Final = ("start", "wave_months", "adopted_at", "snapshot", "method_version", "terms", "cost_usd", "developments")


@dataclass(frozen=True)
class Adopted:
    """
    An adopted plan.

    Attributes
    ----------
    start
        ISO date on which the first wave begins; each lasts `wave_months`.
    rows
        A row a development: `tds`, `name`, `wave`, `provider`, `planned` (households to connect) and `baseline`
        (households that subscribed at the start; NaN where nothing was reported).
    facts
        Everything that is not a row: terms, cost, snapshot, method version, and when it was adopted.
    """

    start: str
    wave_months: int
    rows: pd.DataFrame
    facts: Mapping[str, Any]


def adopt(var: Path, document: Mapping[str, Any]) -> Path:
    """
    Keep `document` (every one of `FACTS`) as the adopted plan, and a copy of it under the time of its adoption.

    Raises
    ------
    SnapshotError
        `var` cannot be written.
    """
    body = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
    copy = var / "plans" / f"{document['adopted_at'].replace(':', '')}.json"
    draft = var / f".plan-{os.getpid()}"
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(body)
        draft.write_bytes(body)
        draft.replace(var / FILE)
    except OSError as exc:
        raise SnapshotError(f"{var} cannot be written ({exc}); give another folder with --var") from exc
    return var / FILE


def adopted(var: Path) -> Adopted | None:
    """
    The adopted plan, None where there is none.

    Raises
    ------
    SnapshotError
        The file is not a plan: what is wrong, and what to do.
    """
    path = var / FILE
    if not path.exists():
        return None
    again = "adopt it again with `equity-map plan --adopt`, or remove the file"
    try:
        document = orjson.loads(path.read_bytes())
        if lacking := [name for name in FACTS if name not in document]:
            raise SnapshotError(f"{path.name} has no {', '.join(lacking)}; {again}")
        rows = pd.DataFrame(document["developments"], columns=[*ROW])
        rows = rows.astype({"tds": str, "wave": int, "planned": float, "baseline": float})
        pd.Timestamp(document["start"])
        months = int(document["wave_months"])
    except (OSError, ValueError, TypeError, KeyError) as exc:
        raise SnapshotError(f"{path.name} cannot be read as a plan ({exc}); {again}") from exc
    facts = {name: document[name] for name in FACTS if name != "developments"}
    return Adopted(document["start"], months, rows, facts)
