"""
Rows of earlier files of Big Apple Connect enrollment that the newest file does not have.

Upstream may serve its latest week alone. So that no week is lost, rows are kept as upstream wrote them, and not as
they were read: a development that converts, or a better table of names, is then judged on all of them anew.
"""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from loaders.cells import dates, texts
from loaders.columns import need_columns
from loaders.formats import read_rows

NAME: Final = "nycha_development_name"
DATE: Final = "reporting_date"
TO: Final = "newest_date_of_file"
"""Kept beside upstream's columns: how far the file of a row went, which says which of two files is the later one."""


def read(raw: bytes, what: str) -> pd.DataFrame:
    """
    The rows of an enrollment file, or of what `earlier` gave, as text with a column `TO`, ISO text or empty.

    Raises
    ------
    UpstreamChanged
        It cannot be read, or has no names or no dates.
    """
    rows = read_rows(raw, what)
    need_columns(rows, (NAME, DATE), what)
    newest = dates(rows[DATE]).dropna()
    return rows if TO in rows else rows.assign(**{TO: newest.max() if len(newest) else ""})


def earlier(newest: bytes, older: Iterable[bytes]) -> bytes | None:
    """
    The rows of `older` files that `newest` does not have, as CSV of upstream's columns and `TO`.

    A row is a name and a reporting date, whatever their spelling. Where several files have it, the one that goes to
    the latest date counts, which is `newest` unless an old file was read again; then the order given.

    Raises
    ------
    UpstreamChanged
        One of them is no file of enrollment.
    """
    files = [read(newest, "enrollment"), *(read(raw, "enrollment, an earlier file") for raw in older)]
    rows = pd.concat([file.assign(file=number) for number, file in enumerate(files)], ignore_index=True)
    rows = rows.sort_values(TO, ascending=False, kind="stable")
    name, day = texts(rows[NAME]).str.casefold(), dates(rows[DATE]).fillna(texts(rows[DATE]))
    rows = rows.assign(name=name, day=day)[name.notna() & day.notna()]
    best = rows.groupby(["name", "day"])["file"].transform("first")
    kept = rows[(rows["file"] == best) & (best > 0)].sort_values(["day", "name"], kind="stable")
    if kept.empty:
        return None
    return kept.drop(columns=["file", "name", "day"]).fillna("").to_csv(index=False, lineterminator="\n").encode()
