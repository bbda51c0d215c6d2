"""Which language a caller gets, and how numbers, days and links of a page follow it."""

import re

import pytest

from app.amounts import count, day, millions, money, share, signed
from app.language import LANGUAGES, Speech, preferred, spoken, wanted
from app.pages import carried
from geo.errors import BadQuery


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("fr, zh-CN;q=0.5", "zh"),
        ("zh-Hans-CN, en;q=0.9", "zh"),
        ("en-US,es;q=0.9", "en"),
        ("fr, de", "en"),
        ("*, es;q=0.5", "en"),
        ("es;q=0", "en"),
        (";;;q=x,,", "en"),
    ],
)
def test_a_header_is_given_the_language_it_wants_most(header: str, code: str) -> None:
    assert preferred(header) == code


def test_lang_wins_over_the_header_and_is_carried_on() -> None:
    assert wanted("lang=en&q=a%20b", "es") == Speech("en", carried=True)
    assert wanted("lang=en&q=a%20b", "es").query == "q=a%20b"
    assert wanted("q=1", "") == Speech("en", carried=False)
    assert wanted("", "es") == Speech("es", carried=True)


@pytest.mark.parametrize("query", ["lang=fr", "lang=", "lang=es&lang=en", "lang=ES"])
def test_a_language_that_is_not_spoken_is_refused_by_name(query: str) -> None:
    with pytest.raises(BadQuery, match="expected one of: en, es, zh"):
        wanted(query, "")


def test_numbers_and_days_follow_the_language() -> None:
    for code, expected in {
        "en": ("1,234.5", "12.4 %", "$1,234", "$1.2 million", "−1,000", "Nov 5, 2026", "not known"),
        "es": ("1,234.5", "12.4 %", "$1,234", "$1.2 millones", "−1,000", "5 nov 2026", "no se conoce"),
        "zh": ("1,234.5", "12.4%", "$1,234", "$1.2 百万", "−1,000", "2026年11月5日", "未知"),
    }.items():
        with spoken(Speech(code)):
            said = (
                *(count(1234.5, 1), share(0.124), money(1234), millions(1_234_000), signed(-1000)),
                *(day("2026-11-05T01:02:03Z"), count(None)),
            )
        assert said == expected, code


def test_what_rounds_in_english_rounds_alike_in_the_others() -> None:
    for value in (0.5, 1.5, 2.675, 1e7 + 0.05, -0.04, 99.95):
        for code in LANGUAGES:
            with spoken(Speech(code)):
                assert count(value, 1) == f"{value:,.1f}"


def test_links_of_a_page_carry_the_language_and_files_do_not() -> None:
    page = (
        '<a href="/map#of=need">a</a> <a class="x" href="/table?of=ntas&amp;q=1">b</a> <a href="/exports/x.csv">c</a>'
        '<a href="https://www.nyc.gov/">d</a> <a href="?lang=zh">e</a> <a href="/?lang=zh">f</a>'
        '<link href="/static/page.css"> <a href="//other.org">g</a>'
        '<form action="/search"><input></form><form method="post" action="/x"></form>'
    )
    assert re.findall(r'<a [^>]*href="([^"]*)"', carried(page, "es")) == [
        "/map?lang=es#of=need",
        "/table?of=ntas&amp;q=1&amp;lang=es",
        "/exports/x.csv",
        "https://www.nyc.gov/",
        "?lang=zh",
        "/?lang=zh",
        "//other.org",
    ]
    assert carried(page, "es").count('<input type="hidden" name="lang" value="es">') == 1
    assert '<form action="/search"><input type="hidden"' in carried(page, "es")
