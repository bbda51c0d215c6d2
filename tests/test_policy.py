"""What pages may load: nothing from elsewhere, no script that did not come with them."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from app.main import create_app
from app.policy import origin, policy
from app.settings import Settings
from tests.calling import calling

PAGES = (
    "/?f=html",
    "/map",
    "/methods",
    "/plan?f=html",
    "/docs",
    "/api?f=html",
    "/collections?f=html",
    "/outreach",
    "/compare",
    "/changes",
)


def rules(answer):
    told = answer.headers["content-security-policy"]
    return {rule.split()[0]: rule.split()[1:] for rule in told.split("; ")}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_a_policy_without_loopholes(client, path):
    found = rules(client.get(path))
    assert found["default-src"] == found["connect-src"] == ["'self'"]
    assert "unsafe" not in str(found) and "*" not in str(found)


def test_an_inline_script_is_named_by_its_hash(client):
    page = client.get("/map")
    [script] = re.findall(r"<script>(.*?)</script>", page.text, re.S)
    assert rules(page)["script-src"] == ["'self'", f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"]
    assert policy('<script type="application/json">{}</script>')["Content-Security-Policy"].count("sha256") == 0


def test_a_basemap_and_a_geocoder_are_let_in_and_nobody_else(tmp_path, own):
    url = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    settings = Settings(var=tmp_path, basemap_url=url, basemap_attribution="Tiles", geocoder_url="https://geo.example")
    with calling(create_app(settings)) as client:
        found = rules(client.get("/map"))
        assert found["img-src"] == ["'self'", "data:", "https://*.tiles.example"]
        assert found["connect-src"] == ["'self'", "https://geo.example"]
        assert "example" not in str(rules(client.get("/methods")))


def test_origins():
    assert origin("https://a.example/x/y?z") == "https://a.example"
    assert origin("tiles") == "'none'"


def test_what_is_no_page_has_none(client):
    assert "content-security-policy" not in client.get("/collections").headers
