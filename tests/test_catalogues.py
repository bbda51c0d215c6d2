"""The catalogues hold every text of the interface, translated, with the same places for values."""

import re
from collections import Counter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from app.language import LANGUAGES, catalog, script_words
from tests.conftest import ROOT

PLACES = re.compile(r"\{\w*\}|%\(\w+\)s|%%")
TAGS = re.compile(r"<[^>]*>")
OTHERS = [code for code in LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> Catalog:
    """What stands in the code and the templates now, as `make catalogues` finds it."""
    found = tmp_path_factory.mktemp("words") / "messages.pot"
    words = ["-k", "_", "-k", "N_", "-k", "t", "-k", "tn:2,3"]
    command = ["pybabel", "-q", "extract", "-F", str(ROOT / "pyproject.toml"), *words, "-o", str(found), str(ROOT)]
    CommandLineInterface().run(command)
    with found.open("rb") as file:
        return read_po(file)


def ids(found: Catalog) -> set[str]:
    return {each.id if isinstance(each.id, str) else each.id[0] for each in found if each.id}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_in_the_catalogue_and_nothing_else(extracted, code):
    assert ids(extracted) - ids(catalog(code)) == set(), "run `make catalogues` and translate what is new"
    assert ids(catalog(code)) - ids(extracted) == set(), "run `make catalogues`"


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_with_the_same_places_and_tags(code):
    plural_forms = catalog(code).num_plurals
    for each in catalog(code):
        if not each.id:
            continue
        single = isinstance(each.id, str)
        sources = [each.id] if single else [*each.id]
        forms = [each.string] if single else [*each.string]
        assert len(forms) == (1 if single else plural_forms)
        assert not each.fuzzy
        for form in forms:
            assert form and form.strip(), sources
            assert {*PLACES.findall(form)} <= {place for one in sources for place in PLACES.findall(one)}, sources
            assert Counter(TAGS.findall(form)) in [Counter(TAGS.findall(one)) for one in sources], sources
        assert {*PLACES.findall(sources[-1])} <= {*PLACES.findall(forms[-1])}, sources


def test_what_scripts_say_is_found_wherever_it_stands(extracted):
    """The extractor does not see into a template literal, so that no text may stand there."""
    known = ids(extracted)
    for path in [ROOT / "static" / "map.js", ROOT / "static" / "plan.js", *(ROOT / "static" / "map").glob("*.js")]:
        said = re.findall(r"""\bt\(\s*"([^"]+)"|\btn\([^"]*"([^"]+)\"""", path.read_text())
        assert {one or many for one, many in said} <= known, path.name


@pytest.mark.parametrize("code", OTHERS)
def test_scripts_are_given_their_own_words_alone(code):
    words = script_words(code)
    assert {"Try again", "{n} area", "clear top"} <= {*words}
    assert "The five boroughs" not in words
    assert script_words("en") == {}
