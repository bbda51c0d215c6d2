"""What the data say in English, on pages in other languages; and that translators know of all that is said so."""

import pytest

from app.language import Speech, spoken
from app.listing import CONSTANTS
from app.ogc.forms import TITLES
from app.ogc.html import REPEATED, SURE, titled
from app.provenance import MEASURES
from app.said import KNOWN, apart, english, first, inside, listed, sentenced, unreal, word
from geo import acs, backtest, clusters, need, ranks
from geo.assessment import COUNTED_NOTE, LEDGER
from geo.equity import INDEXES
from geo.method import PRESETS_M
from geo.priority import PARTS
from geo.published import DECIMALS
from geo.published import TITLES as COLLECTIONS
from geo.sensitivity import VARIANTS
from tests.pseudo import pseudo


@pytest.fixture
def spanish(monkeypatch):
    pseudo(monkeypatch)
    with spoken(Speech("es")):
        yield


def test_in_english_all_is_as_the_data_have_it():
    assert english("a < b") == "a &lt; b"
    assert unreal("kiosks (synthetic), developments (by hand)") == "kiosks (synthetic), developments (by hand)"
    assert titled("Census tracts: GeoJSON") == "Census tracts: GeoJSON"


def test_fixed_words_are_translated_and_the_rest_is_marked_as_english(spanish):
    assert english("<b>") == '<span lang="en">&lt;b&gt;</span>' and english("") == ""
    assert (word("weak"), word("Mott Haven")) == ("⟦weak⟧", "Mott Haven")
    assert unreal("kiosks (synthetic)") == "⟦⟦kiosks⟧ (⟦synthetic⟧)⟧"
    assert titled("Census tracts: GeoJSON") == "⟦⟦Census tracts⟧: ⟦GeoJSON⟧⟧"
    assert titled("Parks: GeoJSON") == '<span lang="en">Parks: GeoJSON</span>'


def test_words_in_a_row_and_at_the_beginning():
    assert (listed(["a", "b"]), apart(["a", "b, c"]), listed([])) == ("a, b", "a; b, c", "")
    assert (inside("Households"), inside("NYCHA developments"), inside("")) == ("households", "NYCHA developments", "")
    assert (first("the ACS"), first("")) == ("The ACS", "")
    assert sentenced("it is so") == sentenced("It is so.") == "It is so."


def test_translators_know_what_is_declared_elsewhere():
    declared = {
        *(PARTS.values()),
        *(VARIANTS.values()),
        *(half for label in INDEXES.values() for half in label.split(": ", 1)),
        *(label for label, *_ in LEDGER.values()),
        COUNTED_NOTE,
        backtest.CAVEAT,
        *(words for pair in backtest.AVAILABLE for words in pair),
        *PRESETS_M,
        *clusters.LABELS.values(),
        clusters.NOT_SIGNIFICANT,
        *(unit for unit in DECIMALS if unit != "share"),
        *(title for name, title in COLLECTIONS.items() if name != "city"),
        *(form.partition(",")[0] for form in TITLES.values()),
        *(need.NO_MARGINS, need.SOME_MARGINS, ranks.NO_MARGIN, ranks.TOO_WIDE, ranks.NOT_SCORED),
        *(words for _, words in ranks.TIERS),
        "unknown",
    }
    assert not declared.difference(KNOWN)
    assert {*REPEATED} == {*CONSTANTS} and {*SURE} == {"interval", *MEASURES}
    assert acs.GOOD_MOE_SHARE < acs.FAIR_MOE_SHARE
