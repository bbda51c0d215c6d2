"""
The plan that the City adopted: what it meant to do and from where it set out, kept apart from every snapshot.

`var/plan.json` is written by `equity-map plan --adopt`, whole or not at all, and read by the service beside its
snapshot. A newer one replaces it; the older ones stay in `var/plans/`. What is read is held to the same rules as what
is written, so that a file edited by hand is refused when it is loaded, not when somebody asks for the page.
"""

import fcntl
import math
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import pandas as pd

from geo.errors import SnapshotError
from geo.rollout_terms import MOST_WAVES

FILE: Final = "plan.json"
DRAFT: Final = ".plan-"
FIRST: Final = "2022-01-01"
LAST: Final = "2100-01-01"
MOST_MONTHS: Final = 60
MOST_HOUSEHOLDS: Final = 1_000_000
"""Of one development: far more than any has, and few enough that every sum of them is finite."""

MOST_USD: Final = 1e12
EXACT: Final = 2**53
"""Whole numbers beyond this are not exact in every reader of JSON, and beyond 2**64 not written at all."""

SHOWN: Final = 3
AGAIN: Final = "adopt it again with `equity-map plan --adopt`, or remove the file"


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
        The document is not a plan that `adopted` would read, or `var` cannot be written; nothing is adopted.
    """
    try:
        body = orjson.dumps(_plain(document), option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
        found = _read(body)
    except (ValueError, TypeError) as exc:
        raise SnapshotError(f"this plan cannot be adopted ({exc}); plan again with other terms") from exc
    copies = var / "plans"
    told = datetime.fromisoformat(found.facts["adopted_at"]).isoformat().replace(":", "")
    try:
        copies.mkdir(parents=True, exist_ok=True)
        lock = os.open(copies, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)  # one adoption at a time: whatever draft is found was abandoned
            for folder in (copies, var):
                for abandoned in folder.glob(f"{DRAFT}*"):
                    abandoned.unlink()
            for path in (copies / f"{told}.json", var / FILE):
                draft = path.with_name(f"{DRAFT}{os.getpid()}")
                draft.write_bytes(body)
                draft.replace(path)
        finally:
            os.close(lock)
    except OSError as exc:
        raise SnapshotError(f"{var} cannot be written ({exc}); give another folder with --var") from exc
    return var / FILE


def adopted(var: Path) -> Adopted | None:
    """
    The adopted plan, None where there is none.

    Raises
    ------
    SnapshotError
        The file is not a plan: everything that is wrong, and what to do.
    """
    path = var / FILE
    try:
        return _read(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError) as exc:
        raise SnapshotError(f"{path.name} cannot be read as a plan ({exc}); {AGAIN}") from exc


def _read(body: bytes) -> Adopted:
    """The plan that `body` is; a ValueError names everything for which it is none."""
    document = orjson.loads(body)
    if wrong := problems(document):
        raise ValueError("; ".join(wrong))
    orjson.dumps(document)  # what is nested too deep can be read, but not be answered with
    rows = pd.DataFrame(document["developments"], columns=[*ROW])
    rows = rows.astype({"tds": str, "wave": int, "planned": float, "baseline": float})
    facts = {name: document[name] for name in FACTS if name != "developments"}
    return Adopted(document["start"], int(document["wave_months"]), rows, facts)


def problems(document: Any) -> list[str]:
    """Everything for which `document`, as read from JSON, is not a plan; empty where it is one."""
    if not isinstance(document, dict):
        return [f"found {_told(document)}, expected an object"]
    lacking = [name for name in FACTS if name not in document]
    wrong = [f"it has no {', '.join(lacking)}"] if lacking else []
    for name, (fits, expected) in FACTS.items():
        if name in document and not fits(document[name]):
            wrong.append(f"{name}: found {_told(document[name])}, expected {expected}")
    rows = document.get("developments")
    return wrong + (_rows(rows) if isinstance(rows, list) else [])


def _rows(rows: list[Any]) -> list[str]:
    """What is wrong with the developments, a sentence for each column."""
    numbered = [(number, row) for number, row in enumerate(rows, 1) if isinstance(row, dict)]
    wrong = []
    if len(numbered) < len(rows):
        strange = (f"{_told(row)} in row {number}" for number, row in enumerate(rows, 1) if not isinstance(row, dict))
        wrong.append(f"developments: found {_few(strange)}, expected objects")
    for name, (fits, expected) in ROW.items():
        if found := [f"{_told(row.get(name))} in row {number}" for number, row in numbered if not fits(row.get(name))]:
            wrong.append(f"{name}: found {_few(found)}, expected {expected}")
    tds = pd.Series([row["tds"] for _, row in numbered if _text(row.get("tds"))], dtype=object)
    if twice := [*tds[tds.duplicated()].unique()]:
        wrong.append(f"tds: found {_few(map(_told, twice))} more than once, expected each development once")
    return wrong


def _plain(value: Any) -> Any:
    """`value` with every whole number that JSON does not hold exactly as text."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, int) and abs(value) > EXACT else value


def _told(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _few(words: Iterable[str]) -> str:
    every = [*words]
    return ", ".join(every[:SHOWN]) + (f" and {len(every) - SHOWN} more" if len(every) > SHOWN else "")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _whole(most: int) -> Callable[[Any], bool]:
    return lambda value: _number(value) and value == int(value) and 1 <= value <= most


def _households(value: Any) -> bool:
    return _number(value) and 0 <= value <= MOST_HOUSEHOLDS


def _text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _name(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _start(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value and FIRST <= value <= LAST)
    except (TypeError, ValueError):
        return False


def _moment(value: Any) -> bool:
    try:
        return bool(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return False


FACTS: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "start": (_start, f"a day from {FIRST} to {LAST} as YYYY-MM-DD"),
    "wave_months": (_whole(MOST_MONTHS), f"a whole number from 1 to {MOST_MONTHS}"),
    "adopted_at": (_moment, "a time as YYYY-MM-DDTHH:MM:SS+00:00"),
    "snapshot": (_text, "text"),
    "method_version": (_text, "text"),
    "terms": (lambda value: isinstance(value, dict), "an object"),
    "cost_usd": (lambda value: _number(value) and 0 < value <= MOST_USD, "dollars above 0"),
    "developments": (lambda value: isinstance(value, list) and len(value) > 0, "at least one development"),
}
"""What a plan says beside its rows: what fits, and what is expected, in words."""

ROW: Final[Mapping[str, tuple[Callable[[Any], bool], str]]] = {
    "tds": (_text, "text"),
    "name": (_name, "text or null"),
    "wave": (_whole(MOST_WAVES), f"a whole number from 1 to {MOST_WAVES}"),
    "provider": (_name, "text or null"),
    "planned": (_households, f"households from 0 to {MOST_HOUSEHOLDS:,}"),
    "baseline": (lambda it: it is None or _households(it), f"null or households from 0 to {MOST_HOUSEHOLDS:,}"),
}
"""What a row says: what fits, and what is expected, in words."""
