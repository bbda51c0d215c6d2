import re

from app.home import draw_home
from app.state import load_city
from loaders import store
from tests.snapshots import small


def test_the_figures_of_the_made_up_city(small_var):
    page = draw_home(load_city(store.current(small_var)))
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "of 1,090 residents" in text
    for borough in ("Brooklyn", "Queens"):
        assert borough in text
    assert store.current(small_var).id in text
    assert "nan" not in text.lower().split()


def test_the_sample_says_what_it_is(client):
    page = client.get("/?f=html").text
    for words in ("are made up", "Staten Island", "/map", "/exports/big-apple-connect.csv"):
        assert words in page


def test_every_link_on_the_page_answers(client):
    for path in sorted(set(re.findall(r"(?:href|src)=\"(/[^\"#]*)\"", client.get("/?f=html").text))):
        assert client.get(path).status_code == 200, path


def test_what_is_missing_is_said(tmp_path):
    page = draw_home(load_city(small(tmp_path, without=("kiosks", "facilities", "developments"))))
    assert "not known" in page
    assert "Public computer centres" in page and "nobody brought facilities" in page
