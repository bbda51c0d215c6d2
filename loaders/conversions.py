"""
An unofficial list of conversions of NYCHA developments to PACT/RAD: the only one found that has planned ones.

It has names and no TDS numbers and lacks developments. Where it contradicts the data book both are kept and said.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from loaders.aliases import ALIASES
from loaders.cells import texts
from loaders.columns import other_columns, renamed
from loaders.dataset import Source
from loaders.formats import read_rows
from loaders.names import match

PACT = "nycha_pact_status"
COLUMNS = {"name": ("name",), "status": ("status",)}
STATES = {"converted": "converted", "planned": "planned", "standard": "public housing"}
SOURCE = Source(
    name=PACT,
    title="PACT conversions, unofficial list",
    publisher="a student project, from NYCHA Real Talk (unofficial)",
    page="https://github.com/rrobinkim/Final-NYCHA-PACT-Map",
    licence="none stated",
    url="",
    files=("*pact?status*",),
    cadence_days=365,
    required=False,
)


@dataclass(frozen=True)
class Conversions:
    """What the list says: `states` by TDS number, with the columns not read and what must be known."""

    states: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_conversions(raw: bytes, developments: pd.DataFrame) -> Conversions:
    """
    The list, joined to `developments` (with `tds`, `name`, `pact_date` and `geometry`) by their names.

    Raises
    ------
    UpstreamChanged
        It cannot be read or has no names or no states.
    """
    rows = read_rows(raw, PACT)
    listed, read = renamed(rows, COLUMNS, PACT)
    listed = listed.apply(texts)
    listed["state"] = listed["status"].str.lower().map(STATES).astype(object)
    listed[["tds", "reason"]] = match(listed["name"], developments, ALIASES)
    known = listed[listed["state"].notna() & listed["tds"].notna()].explode("tds")[["tds", "state"]].drop_duplicates()
    twice = known["tds"].duplicated(keep=False)
    states = known[~twice].set_index("tds")["state"]
    notes = [
        f"conversions are of an unofficial list, which has {len(states)} of {len(developments)} developments",
        *_unmatched(listed),
        *_contradictions(developments.set_index("tds"), states),
    ]
    for what, numbers in (
        ("listed with several states, so with none", sorted({*known.loc[twice, "tds"]})),
        ("listed with a state that is not known here", sorted({*listed.loc[listed["state"].isna(), "name"].dropna()})),
    ):
        if numbers:
            notes.append(f"{what}: {', '.join(numbers)}")
    by_tds = {str(tds): str(state) for tds, state in states.items()}
    return Conversions(by_tds, tuple(other_columns(rows, read)), tuple(notes))


def _unmatched(listed: pd.DataFrame) -> list[str]:
    reasons = listed[listed["reason"].notna() & listed["name"].notna()].drop_duplicates("name")
    said = [f"{name} ({reason})" for name, reason in zip(reasons["name"], reasons["reason"], strict=True)]
    return [f"{len(said)} names of the unofficial list match no development: {'; '.join(said)}"] if said else []


def _contradictions(developments: pd.DataFrame, states: pd.Series) -> list[str]:
    """Where the data book has a date of conversion and the list none, and the other way round."""
    state = states.reindex(developments.index)
    dated, drawn = developments["pact_date"].notna(), developments["geometry"].notna()
    elsewhere = dated & state.notna() & (state != "converted")
    notes = []
    for what, which in (
        ("with a date of conversion in the data book, and not converted as", elsewhere),
        ("without such a date, and converted as", ~dated & ~drawn & (state == "converted")),
        ("with a polygon, so in public housing, and converted as", ~dated & drawn & (state == "converted")),
    ):
        if named := (developments.index + " " + developments["name"])[which].tolist():
            notes.append(f"{what} the unofficial list has it: {', '.join(named)}")
    return notes
