"""Cells of text as publishers write them → values: thousands commas, `NULL` words, dates in three spellings."""

import re

import numpy as np
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
SMALL_WORDS = {"and", "at", "by", "for", "in", "of", "on", "the", "to", "with"}
WORD = re.compile(r"[A-Z0-9]+(?:['’][A-Z]+)*")
ORDINAL = re.compile(r"\d+(?:ST|ND|RD|TH)")
ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")


def texts(cells: pd.Series) -> pd.Series:
    """Trimmed text without U+FFFD (a lost character); None where the publisher wrote nothing or a word for nothing."""
    trimmed = cells.astype(object).fillna("").astype(str).str.replace("\ufffd", " ").str.split().str.join(" ")
    said = trimmed.notna() & ~trimmed.str.lower().isin(EMPTY)
    return trimmed.astype(object).where(said, None)


def numbers(cells: pd.Series) -> pd.Series:
    """Numbers without `$`, `%` and thousands commas; NaN where there is none or it is not a number."""
    if pd.api.types.is_numeric_dtype(cells):
        return cells.astype(float)
    bare = cells.astype(str).str.replace(r"[$,%\s]", "", regex=True)
    return pd.to_numeric(bare, errors="coerce").astype(float).replace([np.inf, -np.inf], np.nan)


def dates(cells: pd.Series) -> pd.Series:
    """ISO dates from `06/24/2025`, `1/1/2025` and `1971-03-31T00:00:00.000`, any time of day dropped; else None."""
    days = texts(cells).str.replace(r"[ T].*", "", regex=True)
    american = pd.to_datetime(days, format="%m/%d/%Y", errors="coerce")
    parsed = american.fillna(pd.to_datetime(days, format="%Y-%m-%d", errors="coerce"))
    return parsed.dt.strftime("%Y-%m-%d").astype(object).where(parsed.notna(), None)


def flags(cells: pd.Series) -> pd.Series:
    """True, False or None from `true`, `YES`, `Y` and their opposites."""
    words = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
    return texts(cells).map(lambda word: words.get(word.lower()) if isinstance(word, str) else None).astype(object)


def boroughs(cells: pd.Series) -> pd.Series:
    """Borough names as people write them, from a digit, a letter, an abbreviation or any case; None if unknown."""
    return texts(cells).map(lambda word: BOROUGHS.get(word.lower()) if isinstance(word, str) else None).astype(object)


def titles(cells: pd.Series, keep: str = "") -> pd.Series:
    """
    Names in capitals as people write them, others untouched; None where there is none.

    `O'DWYER GARDENS` → `O'Dwyer Gardens`, `RIIS II` → `Riis II`, `EAST 9TH STREET (SITE 4B)` → `East 9th Street
    (Site 4B)`; abbreviations that match the pattern `keep` stay capitals.
    """

    def word(found: re.Match[str]) -> str:
        capitals = found[0]
        if re.fullmatch(keep, capitals) or ROMAN.fullmatch(capitals):
            return capitals
        if capitals[0].isdigit():
            return capitals.lower() if ORDINAL.fullmatch(capitals) else capitals
        if found.start() and capitals.lower() in SMALL_WORDS:
            return capitals.lower()
        head = 2 if capitals[1:2] in {"'", "’"} or (capitals.startswith("MC") and len(capitals) > 3) else 0
        return capitals[:head].capitalize() + capitals[head:].capitalize()

    names = texts(cells)
    return names.map(lambda name: WORD.sub(word, name) if isinstance(name, str) and name.isupper() else name)


def set_aside(rows: pd.DataFrame, reasons: pd.Series, key: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Split `rows` by `reasons` (index as `rows`, None where a row can be used).

    Parameters
    ----------
    key
        A column of `rows`: of several usable rows with the same key the first is kept.

    Returns
    -------
    kept, rejects
        The usable rows, and the others with a last column `reason` and without geometry.
    """
    if key is not None:
        repeats = rows.loc[reasons.isna(), key].duplicated().reindex(rows.index, fill_value=False)
        reasons = reasons.mask(repeats, f"repeats the {key} of an earlier row")
    bad = reasons.notna()
    rejects = rows[bad].drop(columns="geometry", errors="ignore").assign(reason=reasons[bad])
    return rows[~bad].copy(), pd.DataFrame(rejects)
