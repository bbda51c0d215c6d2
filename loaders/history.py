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

SPELLINGS: Final = {
    r"\d{1,2}-[A-Za-z]{3}-\d{4}": "%d-%b-%Y",
    r"[A-Za-z]{3} \d{1,2}, \d{4}": "%b %d, %Y",
    r"[A-Za-z]+ \d{1,2}, \d{4}": "%B %d, %Y",
    r"\d{1,2}/\d{1,2}/[0-6]\d": "%m/%d/%y",  # pandas takes 69 for 1969, which `days` drops
    r"\d{8}": "%Y%m%d",
}
"""Dates that `loaders.cells` does not read, because elsewhere they may be something else; here a report is a report."""

LONGEST_GAP: Final = 28
"""Days without a report; after more of them `geo.enrollment` takes the reports of a development as ended."""

THIN: Final = 0.1
"""A date that a smaller share of the developments report, of those of the fullest date, cannot stand alone."""


def read(raw: bytes, what: str) -> pd.DataFrame:
    """
    The rows of an enrollment file, or of what `earlier` gave, as text with a column `TO`, ISO text or empty.

    A date that is `far` from the others of its file says nothing of how far the file goes.

    Raises
    ------
    UpstreamChanged
        It cannot be read, or has no names or no dates.
    """
    rows = read_rows(raw, what)
    need_columns(rows, (NAME, DATE), what)
    if TO in rows:
        return rows
    told = days(rows[DATE])
    newest = told[far(texts(rows[NAME]), told).isna()].dropna()
    return rows.assign(**{TO: newest.max() if len(newest) else ""})


def days(cells: pd.Series) -> pd.Series:
    """
    Reporting dates as ISO text, None where there is none.

    As `loaders.cells.dates`, and `17-Aug-2026`, `Aug 17, 2026`, `August 17, 2026`, `8/17/26` (00–68: of this century)
    and `20260817`, any time of day dropped.
    """
    found = dates(cells)
    bare = texts(cells).str.replace(r"[ T]\d{1,2}:\d\d.*", "", regex=True)
    for pattern, spelling in SPELLINGS.items():
        fits = found.isna() & bare.str.fullmatch(pattern).eq(True)
        if fits.any():
            read = pd.to_datetime(bare[fits], format=spelling, errors="coerce")
            iso = read[read.notna() & (read.dt.year >= 2000)].dt.strftime("%Y-%m-%d")
            found[iso.index] = iso.astype(object)
    return found


def far(names: pd.Series, told: pd.Series) -> pd.Series:
    """
    Why a reporting date cannot be true, a mistyped year for example; None where it may be.

    No clock is read: what comes after a gap of more than `LONGEST_GAP` days, at the end of all dates, is far unless
    one of the dates after the gap has at least the share `THIN` of the developments that the fullest date has. So a
    programme that reports again after a pause is believed, and so is a small rest that goes on without a gap.

    Parameters
    ----------
    names, told
        The development, in any case, and the ISO date of each row; None where there is none.
    """
    reasons = pd.Series([None] * len(told), index=told.index, dtype=object)
    counts = names.str.casefold().groupby(told).nunique()
    if counts.empty:
        return reasons
    full = counts.index[counts >= THIN * counts.max()].max()
    tail = pd.Series(pd.to_datetime(counts.index, format="%Y-%m-%d"), index=counts.index).loc[full:]
    cut = (tail.diff().dt.days > LONGEST_GAP).cumsum() > 0
    last = tail.index[~cut].max()
    for date in tail.index[cut]:
        gap, share = (tail[date] - tail[last]).days, f"{counts[date]} of {counts.max()} developments"
        reasons[told == date] = f"reporting date is far from all others: {gap:,} days after {last}, for {share}"
    return reasons


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
    name, day = texts(rows[NAME]).str.casefold(), days(rows[DATE]).fillna(texts(rows[DATE]))
    rows = rows.assign(name=name, day=day)[name.notna() & day.notna()]
    best = rows.groupby(["name", "day"])["file"].transform("first")
    kept = rows[(rows["file"] == best) & (best > 0)].sort_values(["day", "name"], kind="stable")
    if kept.empty:
        return None
    return kept.drop(columns=["file", "name", "day"]).fillna("").to_csv(index=False, lineterminator="\n").encode()
