"""The language of answers, asked of the service."""

import re

import pytest

from app.main import create_app
from app.settings import Settings
from tests.calling import calling


@pytest.fixture(scope="module")
def sample(sample_var):
    with calling(create_app(Settings(var=sample_var))) as running:
        yield running


PAGES = ("/", "/map", "/methods", "/table", "/nta/BX0101", "/plan", "/search?q=mott", "/collections")
HTML = {"accept": "text/html"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_language_and_that_it_hangs_on_what_is_asked(sample, path):
    for header, code, lang in (("", "en", "en"), ("es-MX,es;q=0.9", "es", "es"), ("zh-CN", "zh", "zh-Hans")):
        answer = sample.get(path, headers={**HTML, "accept-language": header})
        assert answer.status_code == 200
        assert answer.headers["content-language"] == code
        assert "Accept-Language" in answer.headers["vary"]
        assert f'<html lang="{lang}"' in answer.text


def test_lang_wins_and_every_link_to_a_page_carries_it(sample):
    page = sample.get("/nta/BX0101?lang=es", headers={**HTML, "accept-language": "zh"}).text
    assert '<html lang="es" data-lang="es">' in page
    links = re.findall(r'<a [^>]*href="(/[^"]*)"', page)
    assert links and all("lang=es" in link for link in links if not link.startswith(("/exports", "/static")))
    english = sample.get("/nta/BX0101?lang=en", headers={**HTML, "accept-language": "es"}).text
    assert '<html lang="en" data-lang="en">' in english
    assert 'href="/map?lang=en"' in english


def test_without_a_wish_links_stay_bare(sample):
    assert "lang=es" not in re.sub(r'<a href="\?[^>]*>', "", sample.get("/nta/BX0101", headers=HTML).text)


def test_the_page_in_another_language_keeps_what_else_was_asked(sample):
    page = sample.get("/table?of=tracts&q=mott&lang=es", headers=HTML).text
    assert 'href="?of=tracts&amp;q=mott&amp;lang=zh"' in page


def test_a_page_that_is_kept_does_not_keep_what_somebody_asked(sample):
    assert sample.get("/map?measure=need&lang=es", headers=HTML).status_code == 200
    page = sample.get("/map?lang=es", headers=HTML).text
    assert "measure=need" not in re.findall(r'<ul class="languages".*?</ul>', page, re.S)[0]


@pytest.mark.parametrize("path", ["/map?lang=fr", "/collections/ntas/items?lang=", "/health?lang=es&lang=en"])
def test_a_language_that_is_not_spoken_is_a_problem_that_names_those_that_are(sample, path):
    answer = sample.get(path)
    assert answer.status_code == 400
    assert "expected one of: en, es, zh" in answer.json()["detail"]


def test_data_is_the_same_in_every_language(sample):
    for path in ("/collections/ntas/items?limit=5&f=json", "/layers/ntas.geojson", "/exports/ntas.csv"):
        plain, spanish = sample.get(path), sample.get(path, headers={"accept-language": "es"})
        without = re.compile(r'"timeStamp":"[^"]*"')
        assert without.sub("", plain.text) == without.sub("", spanish.text)


def test_errors_stay_what_they_are(sample):
    assert sample.get("/collections/ntas/items?limit=x&lang=es").status_code == 400
    assert "lang" not in sample.get("/collections/ntas/items?wrong=1&lang=es").json()["detail"].partition(",")[0]


def test_all_lines_of_the_header_count(sample):
    headers = [("accept", "text/html"), ("accept-language", "fr"), ("accept-language", "en;q=0.2, es;q=0.9")]
    assert sample.get("/methods", headers=headers).headers["content-language"] == "es"


@pytest.mark.parametrize("path", ["/docs", "/api?f=html"])
def test_what_is_always_english_says_so(sample, path):
    answer = sample.get(path, headers={**HTML, "accept-language": "es"})
    assert answer.headers["content-language"] == "en" and '<html lang="en">' in answer.text
    assert "Accept-Language" not in answer.headers["vary"]
