"""Cells of text as publishers write them → values: thousands commas, `NULL` words, dates in three spellings."""

import pandas as pd

EMPTY = {"", "null", "n/a", "na", "none", "nan", "***", "-"}
BOROUGHS = {
    "1": "Manhattan",
    "mn": "Manhattan",
    "m": "Manhattan",
    "manhattan": "Manhattan",
    "new york": "Manhattan",
    "2": "Bronx",
    "bx": "Bronx",
    "x": "Bronx",
    "bronx": "Bronx",
    "3": "Brooklyn",
    "bk": "Brooklyn",
    "k": "Brooklyn",
    "brooklyn": "Brooklyn",
    "kings": "Brooklyn",
    "4": "Queens",
    "qn": "Queens",
    "q": "Queens",
    "queens": "Queens",
    "5": "Staten Island",
    "si": "Staten Island",
    "r": "Staten Island",
    "staten island": "Staten Island",
    "richmond": "Staten Island",
}


def texts(cells: pd.Series) -> pd.Series:
    """Trimmed text, None where the publisher wrote nothing or a word for nothing."""
    trimmed = cells.astype(str).str.split().str.join(" ")
    return trimmed.astype(object).where(~trimmed.str.lower().isin(EMPTY), None)


def numbers(cells: pd.Series) -> pd.Series:
    """Numbers without `$`, `%` and thousands commas; NaN where there is none or it is not a number."""
    if pd.api.types.is_numeric_dtype(cells):
        return cells.astype(float)
    bare = cells.astype(str).str.replace(r"[$,%\s]", "", regex=True)
    return pd.to_numeric(bare, errors="coerce").astype(float)


def dates(cells: pd.Series) -> pd.Series:
    """ISO dates from `06/24/2025`, `1/1/2025` and `1971-03-31T00:00:00.000`; None where there is none."""
    trimmed = texts(cells)
    american = pd.to_datetime(trimmed, format="%m/%d/%Y", errors="coerce")
    iso = pd.to_datetime(trimmed.str[:10], format="%Y-%m-%d", errors="coerce")
    parsed = american.fillna(iso)
    return parsed.dt.strftime("%Y-%m-%d").astype(object).where(parsed.notna(), None)


def flags(cells: pd.Series) -> pd.Series:
    """True, False or None from `true`, `YES`, `Y` and their opposites."""
    words = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
    return texts(cells).map(lambda word: words.get(word.lower()) if isinstance(word, str) else None).astype(object)


def boroughs(cells: pd.Series) -> pd.Series:
    """Borough names as people write them, from a digit, a letter, an abbreviation or any case; None if unknown."""
    return texts(cells).map(lambda word: BOROUGHS.get(word.lower()) if isinstance(word, str) else None).astype(object)


def titles(cells: pd.Series) -> pd.Series:
    """Names in capitals as mixed case, others untouched: `MOTT HAVEN` → `Mott Haven`."""
    return texts(cells).map(lambda name: name.title() if isinstance(name, str) and name.isupper() else name)


def set_aside(rows: pd.DataFrame, reasons: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Split `rows` by `reasons` (index as `rows`, None where a row can be used).

    Returns
    -------
    kept, rejects
        The usable rows, and the others with a last column `reason` and without geometry.
    """
    bad = reasons.notna()
    rejects = rows[bad].drop(columns="geometry", errors="ignore").assign(reason=reasons[bad])
    return rows[~bad].copy(), pd.DataFrame(rejects)


def first_reason(index: pd.Index, *checks: tuple[pd.Series, str]) -> pd.Series:
    """For each row the text of the first check that is true for it, else None."""
    reasons = pd.Series(None, index=index, dtype=object)
    for failed, reason in checks:
        reasons = reasons.where(reasons.notna() | ~failed.fillna(False).astype(bool), reason)
    return reasons
