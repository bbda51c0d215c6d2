"""The methods page: complete in English, and to be translated as a whole."""

import re

import pandas as pd
import pytest

from app.language import Speech, spoken
from app.methods import AREA_NAMES, draw_methods
from app.state import load_city
from loaders import store
from tests.pseudo import bare, pseudo
from tests.snapshots import small

PHASES = {
    "tds": ["001", "002"],
    "name": ["One", "Two"],
    "phase": ["pilot", "second"],
    "announced": ["2022-06-01", "2023-03-01"],
    "source_url": ["https://city.example/a", None],
}
CODES = re.compile(r"[A-Z]+\d+_\d+")


@pytest.fixture(scope="module", params=["sample", "small"])
def city(request, sample_var, tmp_path_factory):
    """The sample, and the made-up city with phases of Big Apple Connect, which the sample lacks."""
    if request.param == "sample":
        return load_city(store.current(sample_var))
    return load_city(small(tmp_path_factory.mktemp("phases"), phases=pd.DataFrame(PHASES)))


def test_all_of_the_page_can_be_translated(city, monkeypatch):
    pseudo(monkeypatch)
    with spoken(Speech("es", carried=True)):
        html = draw_methods(city)
    assert [text for text in bare(html) if not CODES.search(text)] == []
    assert html.count("⟦") == html.count("⟧") > 200


def test_lists_inside_sentences_are_whole(city):
    text = " ".join(re.sub(r"<[^>]+>", " ", draw_methods(city)).split())
    assert "its named radii are Wi-Fi reach (45 m), street level (150 m), walk (400 m)." in text
    assert "Low income" not in text.partition("Each part is the mean")[0].partition("parts here")[2]
    assert not re.search(r"\bNone\b|\bnan\b|[{}]|%\(", text)


def test_correlations_between_geographies_are_named(city):
    for pair in city.manifest["findings"]["geography_correlations"]:
        small_name, large_name = (AREA_NAMES[name] for name in pair.split(" in "))
        assert f"{small_name} in {large_name}" in draw_methods(city)


def test_an_index_without_a_value_says_why(sample_var):
    """The sample has no income to order areas by; the note of what is counted speaks of an interval."""
    html = draw_methods(load_city(store.current(sample_var)))
    unknown = re.findall(r'colspan="2">not known<small>(.*?)</small>', html)
    assert unknown == ["not defined: no area has an income to rank it by"] * 4


def test_vintages_are_said_in_the_language_of_the_page(sample_var):
    with spoken(Speech("es")):
        html = draw_methods(load_city(store.current(sample_var)))
    assert "ACS 2019–2023, por NTA" in html and "counts of October 2025" not in html
