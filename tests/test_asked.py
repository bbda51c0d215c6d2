import pytest
from starlette.requests import Request

from app.asked import asked, described, form, prefers_html
from geo.errors import BadQuery

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def request(query: str, accept: str = "") -> Request:
    headers = [(b"accept", accept.encode())] if accept else []
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


def test_parameters_are_known_and_given_once():
    assert asked(request("waves=2&crews="), ("waves", "crews")) == {"waves": "2", "crews": ""}
    with pytest.raises(BadQuery, match=r"^waves: given more than once, expected once$"):
        asked(request("waves=2&waves=3"), ("waves",))
    with pytest.raises(BadQuery, match=r"^found 'wave', 'x', parameters are: waves, crews$"):
        asked(request("wave=2&x=1"), ("waves", "crews"))


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/*", True),
        ("application/json;q=0.5, text/html;q=0.6", True),
        ("text/html; q=0.4, application/json;q=0.5", False),
        ("*/*", False),
        ("application/json, text/html", False),
        ("application/json", False),
        ("", False),
        ("text/html;q=..", False),
    ],
)
def test_who_wants_html(accept, html):
    assert prefers_html(accept) is html


def test_the_form_of_an_answer():
    assert form(request(""), ("html", "json")) == "html"
    assert form(request("", "application/json"), ("html", "json")) == "html"
    assert form(request("", "*/*"), ("html", "json"), negotiated=True) == "json"
    assert form(request("", BROWSER), ("html", "json"), negotiated=True) == "html"
    assert form(request("f=csv", BROWSER), ("html", "csv"), negotiated=True) == "csv"
    with pytest.raises(BadQuery, match=r"^f: found 'pdf', expected one of: html, json$"):
        form(request("f=pdf"), ("html", "json"))


def test_every_term_is_described():
    told = {entry["name"]: entry["description"] for entry in described(f="the form")["parameters"]}
    assert told["waves"] == "expected: a whole number"
    assert told["f"] == "the form"
    assert {"budget", "capacity", "include"} <= {*told}
