"""
Names of NYCHA developments → their TDS numbers, where upstream gives a name and no number.

A name is matched where it is the same as a development's after normalisation, or where the table of reviewed aliases
has it. What merely looks alike is a suggestion for whoever reads the rejects, and never a match.
"""

import difflib
import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import pandas as pd

GENERIC: Final = frozenset(
    ["house", "houses", "apartment", "apartments", "apt", "apts", "development", "developments", "nycha", "and", "the"],
)
"""Words that say nothing of which development it is."""
SPELLINGS: Final = {
    "st": "saint street streets str",  # "St." may be either
    "avenue": "ave aves av avenues",
    "road": "rd",
    "boulevard": "blvd",
    "place": "pl",
    "plaza": "plz",
    "drive": "dr",
    "square": "sq",
    "parkway": "pkwy pkway pky",
    "terrace": "ter terr",
    "gardens": "garden gdn gdns",
    "towers": "tower twr twrs",
    "rehab": "rehabs rehabilitation",
    "extension": "ext extn",
    "addition": "add addn",
    "fort": "ft",
    "site": "sites",
    "group": "groups grp",
}
"""A word → other spellings of it."""
SPELT: Final = {other: word for word, others in SPELLINGS.items() for other in others.split()}
DIRECTIONS: Final = {"n": "north", "s": "south", "e": "east", "w": "west"}
"""One letter before a number; elsewhere it is a letter, as in `Group E`."""
ROMAN: Final = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")
VALUES: Final = {"i": 1, "v": 5, "x": 10}
NEAREST, ALIKE = 3, 0.6
NO_NAME: Final = "no development name"


def key(name: object) -> str:
    """
    What two spellings of one name have in common: lower case, without accents, punctuation, blanks and generic words.

    `St. Mary’s Park Houses` and `SAINT MARY'S PARK`, `Riis Houses II` and `riis 2`, `E. 152nd St–Courtlandt Ave` and
    `EAST 152ND STREET-COURTLANDT AVENUE` have one key each. Empty for what is no name.
    """
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", str(name or "")) if not unicodedata.combining(sign))
    bare = re.sub(r"['’‘ʼ`´′]", "", plain.casefold().replace("&", " and "))
    words = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", re.sub(r"[^a-z0-9]+", " ", bare)).split()
    told = [
        DIRECTIONS.get(word, word) if word in DIRECTIONS and following[:1].isdigit() else _word(word)
        for word, following in zip(words, [*words, ""][1:], strict=True)
        if word not in GENERIC
    ]
    return re.sub("saint|street", "st", "".join(told))  # where a lost dash had joined two words


def _word(word: str) -> str:
    if not ROMAN.fullmatch(word):
        return SPELT.get(word, word)
    values = [VALUES[letter] for letter in word]
    return str(sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True)))


def match(names: pd.Series, developments: pd.DataFrame, aliases: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """
    The developments that `names` stand for.

    Parameters
    ----------
    names
        n names as text, None where there is none; any index.
    developments
        A row for each development, with `tds` and `name`.
    aliases
        `key` of another name → the TDS numbers that it stands for, several where it names several together.

    Returns
    -------
    matched
        n rows indexed as `names`: `tds`, a tuple of TDS numbers, None where nothing matches; and `reason`, why
        nothing does, with the names that look alike, None where something matches.
    """
    known = dict(zip(developments["tds"], developments["name"], strict=True))
    keys: dict[str, list[str]] = {}
    for tds, name in known.items():
        keys.setdefault(key(name), []).append(tds)
    found = {name: _found(name, keys, known, aliases) for name in names.dropna().unique()}
    pairs = [found.get(name, (None, NO_NAME)) for name in names]
    return pd.DataFrame(pairs, index=names.index, columns=["tds", "reason"], dtype=object)


def _found(
    name: str, keys: Mapping[str, list[str]], known: Mapping[str, str], aliases: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...] | None, str | None]:
    """The developments that `name` stands for, or why it stands for none."""
    if not (of_name := key(name)):
        return None, NO_NAME
    same = keys.get(of_name, [])
    if len(same) == 1:
        return (same[0],), None
    if stands_for := aliases.get(of_name, ()):
        if lacking := [tds for tds in stands_for if tds not in known]:
            return None, f"stands for {', '.join(stands_for)}, of which {', '.join(lacking)} is not listed"
        return stands_for, None
    if same:
        return None, f"several developments have this name: {_listed(same, known)}"
    alike = difflib.get_close_matches(of_name, keys, NEAREST, ALIKE)
    nearest = _listed([tds for near in alike for tds in keys[near]], known)
    return None, "no development of this name" + (f"; nearest: {nearest}" if nearest else "; none is like it")


def _listed(numbers: list[str], known: Mapping[str, str]) -> str:
    return ", ".join(f"{known[tds]} ({tds})" for tds in numbers)
