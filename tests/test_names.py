"""Names of developments: every spelling of a name finds its own TDS number, and no other name finds any."""

import json
import random

import pandas as pd
import pytest

from loaders import nycha
from loaders.aliases import ALIASES
from loaders.names import NO_NAME, key, match

DEVELOPMENTS = pd.DataFrame(
    [
        ("001", "First Houses"),
        ("004", "Red Hook East"),
        ("005", "Queensbridge South"),
        ("018", "Riis"),
        ("019", "Riis II"),
        ("079", "Red Hook West"),
        ("093", "Saint Mary's Park"),
        ("237", "East 152nd Street-Courtlandt Avenue"),
        ("302", "Bushwick II (Groups A & C)"),
        ("505", "Queensbridge North"),
    ],
    columns=["tds", "name"],
)
WRONG = (
    *("Riis III", "Brownsvile", "Red Hook North", "Queensbridge East", "Wagner II", "Albany III", "Marcy Addition"),
    *("Van Dyke", "Van Dyke III", "Vladeck III", "Bronx River II", "Harlem River III", "South Jamaica III"),
    *("West Brighton III", "Ocean Bay (Riverside)", "Mill Brook Addition", "Smith Extension", "Howard Street"),
    *("Berry Avenue", "FHA Repossessed Houses (Group XI)", "UPACA (Site 7)", "Unity Plaza (Site 5)", "Coney Island II"),
    *("East 153rd Street-Courtlandt Avenue", "46 Allen Street", "Washington Heights", "Seward Park", "Chelsea II"),
    *("Bushwick II (Groups A & D)", "Saint Nicolas"),
)


def one(name, aliases=ALIASES):
    return tuple(match(pd.Series([name], dtype=object), DEVELOPMENTS, aliases).iloc[0])


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("SAINT MARY'S PARK", "St. Mary’s Park Houses"),
        ("RIIS II", "Riis Houses 2"),
        ("RIIS II", "riis ii apts."),
        ("EAST 152ND STREET-COURTLANDT AVENUE", "E. 152nd St – Courtlandt Ave"),
        ("EAST 152ND STREET-COURTLANDT AVENUE", "East 152 Streetcourtlandt Avenue"),
        ("BUSHWICK II (GROUPS A & C)", "Bushwick 2, Group A and C"),
        ("DE HOSTOS APARTMENTS", "De Hóstos"),
        ("SHELTON HOUSE", "NYCHA Shelton Houses"),
        ("FHA REPOSSESSED HOUSES (GROUP IX)", "FHA repossessed (group 9)"),
        ("LA GUARDIA", "LaGuardia Houses"),
        ("PELHAM PARKWAY", "Pelham Pkwy"),
        ("POLO GROUNDS TOWERS", "The Polo Grounds Tower"),
        ("CONEY ISLAND I (SITES 4 & 5)", "Coney Island 1 (Site 4&5)"),
        ("131 SAINT NICHOLAS AVENUE", "131 St. Nicholas Av."),
        ("O'DWYER GARDENS", "O Dwyer Garden"),
    ],
)
def test_two_spellings_have_one_key(name, same):
    assert key(name) == key(same) != ""


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("RIIS", "RIIS II"),
        ("RIIS II", "RIIS III"),
        ("FHA REPOSSESSED HOUSES (GROUP IV)", "FHA REPOSSESSED HOUSES (GROUP VI)"),
        ("HOWARD", "HOWARD AVENUE"),
        ("BUSHWICK II CDA (GROUP E)", "Bushwick II CDA (Group East)"),
        ("WASHINGTON HEIGHTS REHAB PHASE IV (C)", "WASHINGTON HEIGHTS REHAB PHASE IV (D)"),
        ("EAST RIVER", "WEST RIVER"),
        ("BROWN", "BROWNSVILLE"),
    ],
)
def test_two_names_have_two_keys(name, other):
    assert key(name) != key(other)


@pytest.mark.parametrize("name", ["", None, "Houses", "–", "NYCHA Apartments"])
def test_what_is_no_name_has_no_key(name):
    assert key(name) == ""
    assert one(name) == (None, NO_NAME)


@pytest.mark.parametrize("number", range(1, 40))
def test_roman_numbers(number):
    tens, ones = divmod(number, 10)
    roman = "X" * tens + ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"][ones]
    assert key(f"Group {roman}") == f"group{number}"


def test_a_name_is_its_development():
    assert one("RIIS HOUSES II") == (("019",), None)
    assert one("first houses") == (("001",), None)


def test_an_alias_may_stand_for_several():
    assert one("Jacob Riis Houses") == (("018",), None)
    assert one("Queensbridge Houses") == (("005", "505"), None)


def test_an_alias_of_a_development_that_is_not_listed_matches_nothing():
    assert one("Lillian Wald Houses") == (None, "stands for 023, of which 023 is not listed")


def test_a_name_beats_an_alias():
    assert one("Riis", {"riis": ("001",)}) == (("018",), None)


def test_what_looks_alike_is_a_suggestion_only():
    assert one("Riis III") == (None, "no development of this name; nearest: Riis (018), Riis II (019)")
    assert one("Tower of Babel") == (None, "no development of this name; none is like it")


def test_a_name_of_two_developments_is_nobodys():
    twice = pd.DataFrame({"tds": ["001", "002"], "name": ["Baruch", "Baruch Houses"]})
    found = match(pd.Series(["BARUCH"]), twice, {}).iloc[0]
    assert found.tolist() == [None, "several developments have this name: Baruch (001), Baruch Houses (002)"]
    assert match(pd.Series(["BARUCH"]), twice, {"baruch": ("002",)})["tds"].tolist() == [("002",)], "but for a review"


def test_the_index_is_kept():
    names = pd.Series(["Riis", None, "Riis"], index=[7, 3, 9], dtype=object)
    found = match(names, DEVELOPMENTS, ALIASES)
    assert found.index.tolist() == [7, 3, 9]
    assert found["tds"].tolist() == [("018",), None, ("018",)]
    assert match(names[:0], DEVELOPMENTS, ALIASES).columns.tolist() == ["tds", "reason"]


@pytest.fixture(scope="module")
def book(real):
    """All developments that NYCHA lists, converted ones too."""
    files = {"nycha_polygons": "nycha_developments.geojson", "nycha_data_book": "nycha_data_book.csv"}
    raws = {source: (real / "nycha" / name).read_bytes() for source, name in files.items()}
    return pd.DataFrame(nycha.DATASET.read(raws).table[["tds", "name"]])


@pytest.fixture(scope="module")
def polygons(real):
    """TDS number and name of each of the 216 polygons, as upstream writes them."""
    features = json.loads((real / "nycha" / "nycha_developments.geojson").read_bytes())["features"]
    return {feature["properties"]["tds_num"]: feature["properties"]["developmen"] for feature in features}


def swapped(name):
    return "".join(sign.lower() if at % 2 else sign.upper() for at, sign in enumerate(name))


def spelt(name):
    """As an announcement would write it."""
    words = {"SAINT": "St.", "STREET": "St", "AVENUE": "Ave.", "PARKWAY": "Pkwy", "II": "2", "III": "3", "I": "1"}
    return " ".join(words.get(word, word.title()) for word in name.split())


MANGLED = {
    "as it is": str,
    "lower case": str.lower,
    "title case": str.title,
    "swapped case": swapped,
    "as announced": spelt,
    "Houses": lambda name: f"{name} Houses",
    "NYCHA": lambda name: f"NYCHA – {name.title()} Apartments",
    "en dashes": lambda name: name.replace("-", " – "),
    "curly apostrophes": lambda name: name.replace("'", "’"),
    "no apostrophes": lambda name: name.replace("'", ""),
    "blanks for apostrophes": lambda name: name.replace("'", " "),
    "and": lambda name: name.replace("&", " and "),
    "ampersands": lambda name: name.replace(" AND ", "&"),
    "brackets": lambda name: name.replace("(", "[").replace(")", "]"),
    "commas for brackets": lambda name: name.replace(" (", ", ").replace(")", ""),
    "blanks for punctuation": lambda name: "".join(sign if sign.isalnum() else " " for sign in name),
    "no punctuation": lambda name: "".join(sign for sign in name if sign.isalnum() or sign == " "),
    "blanks around": lambda name: f"\t{'  '.join(name.split())}\u00a0",
    "points": lambda name: f"{name.replace(' ', '. ')}.",
    "underscores": lambda name: name.lower().replace(" ", "_"),
    "accents": lambda name: name.replace("E", "É").replace("O", "Ö").replace("A", "Å"),
    "wide letters": lambda name: "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else sign for sign in name),
}


@pytest.mark.parametrize("how", MANGLED)
def test_every_polygon_is_found_by_its_mangled_name(book, polygons, how):
    mangled = pd.Series({tds: MANGLED[how](name) for tds, name in polygons.items()}, dtype=object)
    found = match(mangled, book, ALIASES)
    assert len(found) == 216
    assert found[found["tds"] != pd.Series({tds: (tds,) for tds in polygons})].empty, mangled[found["tds"].isna()]


def test_every_polygon_is_found_by_a_name_mangled_at_random(book, polygons):
    """Punctuation replaced or dropped and case changed, sign by sign, in 20 ways."""
    random_ = random.Random(2026)
    for _ in range(20):
        mangled = {}
        for tds, name in polygons.items():
            signs = [random_.choice([str.lower, str.upper])(sign) for sign in name]
            marks = ["-", "–", ".", ",", "/", " ", "_", "(", ")", "’", ""]
            signs = [sign if sign.isalnum() or sign in " &" else random_.choice(marks) for sign in signs]
            mangled[tds] = "".join(signs).replace("&", random_.choice(["&", " and ", " AND "]))
        found = match(pd.Series(mangled, dtype=object), book, ALIASES)["tds"]
        assert found.to_dict() == {tds: (tds,) for tds in polygons}


def test_no_two_developments_have_one_key(book):
    assert book["name"].map(key).is_unique


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_name_matches_nothing(book, name):
    found = match(pd.Series([name]), book, ALIASES).iloc[0]
    assert found["tds"] is None and found["reason"].startswith("no development of this name")


def test_there_are_thirty_wrong_names():
    assert len({*WRONG}) == 30


def test_nearest_names_help(book):
    nearest = {"Brownsvile": "Brownsville (016)", "Red Hook North": "Red Hook", "Saint Nicolas": "Saint Nicholas (038)"}
    for name, development in nearest.items():
        assert development in match(pd.Series([name]), book, ALIASES)["reason"].iloc[0]
