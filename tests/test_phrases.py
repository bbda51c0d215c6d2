"""What is declared outside the pages can be translated."""

from app.phrases import PHRASES
from geo.indicators import CHILDREN, INDICATORS, NEED, REACH
from geo.ranks import TIERS
from loaders import DATASETS


def test_labels_tiers_and_titles_are_among_the_phrases() -> None:
    declared = {
        *(words for each in (*INDICATORS, CHILDREN) for words in (each.label, each.universe)),
        *(dimension.label for dimension in (*NEED, REACH)),
        *(name for _, name in TIERS),
        *(dataset.table.title for dataset in DATASETS),
    }
    assert not declared.difference(PHRASES)


def test_no_phrase_stands_twice() -> None:
    assert len({*PHRASES}) == len(PHRASES)
