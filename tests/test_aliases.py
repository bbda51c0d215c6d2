"""The reviewed aliases, held against NYCHA's own list."""

import pandas as pd
import pytest

from loaders import nycha
from loaders.aliases import ALIASES, REVIEWED
from loaders.names import key, match

OTHER_WORDS = {"067": {"bronxdale"}, "030": {"mlk"}}
"""Names that share no word with the development's: what Sotomayor was called before 2010, and initials."""


@pytest.fixture(scope="module")
def book(real):
    files = {"nycha_polygons": "nycha_developments.geojson", "nycha_data_book": "nycha_data_book.csv"}
    raws = {source: (real / "nycha" / name).read_bytes() for source, name in files.items()}
    return nycha.DATASET.read(raws).table.set_index("tds")


def test_no_name_is_listed_twice():
    assert len(ALIASES) == sum(map(len, REVIEWED.values()))
    assert "" not in ALIASES
    assert [*REVIEWED] == [*dict.fromkeys(" ".join(sorted(numbers.split())) for numbers in REVIEWED)]


def test_every_alias_is_a_development_whose_name_fits(book):
    """It exists, and each of its words but generic ones is in the alias, unless that is known to be another word."""
    for numbers, names in REVIEWED.items():
        for tds in numbers.split():
            whole = book.loc[tds, "name"].split(" (")[0].replace("-", " ").split()
            words = {key(word) for word in whole if not key(word).isdigit()} - {""}
            for name in names:
                told = key(name)
                fits = any(word in told for word in words) or OTHER_WORDS.get(tds, set()) & {*name.lower().split()}
                assert fits, f"{name} for {tds} {book.loc[tds, 'name']}"


def test_no_alias_is_the_name_of_a_development(book):
    assert {*ALIASES} & {*book["name"].map(key)} == set()


def test_the_aggregates_of_the_data_book_are_known(book, real):
    upstream = pd.read_csv(real / "nycha" / "nycha_data_book.csv", dtype=str)
    aggregates = upstream[upstream["TDS#"].str.contains(r"[,*]", na=False)]
    found = match(aggregates["DEVELOPMENT"], book.reset_index(), ALIASES)["tds"].tolist()
    assert dict(zip(aggregates["DEVELOPMENT"], found, strict=True)) == {
        "RED HOOK I": ("004", "079"),
        "RED HOOK II": ("079",),
        "DOUGLASS": ("082", "582"),
    }


def test_what_the_city_announced_is_found(book, real):
    """The names of public announcements, matched by hand when they were compiled."""
    known = pd.read_csv(real / "nycha" / "big_apple_connect_known_developments.csv", dtype=str)
    found = match(known["development_as_announced"], book.reset_index(), ALIASES)["tds"]
    assert found.str.join(";").tolist() == known["tds_num"].tolist()
