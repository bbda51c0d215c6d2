"""
Big Apple Connect developments whose phase is publicly known: a list compiled by hand from public announcements.

A yardstick for the plan and no part of it, read from a folder only. Absence from the list means nothing.
"""

from collections.abc import Mapping

import pandas as pd

from geo.tables import PHASES, first_reason
from loaders.cells import dates, set_aside, texts
from loaders.columns import other_columns, renamed
from loaders.dataset import Dataset, Parsed, Source
from loaders.formats import read_rows

COLUMNS = {  # ours → theirs
    "tds": ("tds_num",),
    "name": ("development_as_announced",),
    "phase": ("wave",),
    "announced": ("announced_on",),
    "source_url": ("source_url",),
}


def parse(raws: Mapping[str, bytes]) -> Parsed:
    """A row for each TDS number; an announced name that stands for several (`005;505`) has a row for each."""
    rows = read_rows(raws["phases"], "phases")
    named, read = renamed(rows, COLUMNS, "phases")
    parts = pd.DataFrame(named.assign(tds=named["tds"].astype(str).str.split(";"))).explode("tds", ignore_index=True)
    parts = parts.apply(texts)
    numbered = parts["tds"].str.fullmatch(r"\d{1,3}", na=False).astype(bool)
    kept, rejects = set_aside(
        parts.assign(tds=parts["tds"].where(~numbered, parts["tds"].str.zfill(3)), announced=dates(parts["announced"])),
        first_reason(
            parts.index,
            (parts["tds"].isna(), "no TDS number"),
            (~numbered, "TDS number is not three digits"),
            (parts["phase"].isna(), "no phase"),
            (parts["name"].isna(), "no development name"),
        ),
        key="tds",
    )
    told = kept["announced"].dropna()
    vintage = f"announced {told.min()} to {told.max()}" if len(told) else ""
    return Parsed(kept, rejects, len(parts), {"phases": other_columns(rows, read)}, vintage=vintage)


DATASET = Dataset(
    table=PHASES,
    sources=(
        Source(
            name="phases",
            title="Big Apple Connect: developments named in public announcements",
            publisher="compiled by hand from public announcements",
            page="",
            licence="facts; each row names its source",
            url="",
            files=("*big?apple?connect?known*",),
            cadence_days=3650,
        ),
    ),
    parse=parse,
)
