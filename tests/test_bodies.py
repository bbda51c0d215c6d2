import gzip

import pytest

from app.bodies import Body, Stamped, matches, static_bodies

TEXT = b"the same for everybody " * 100


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ('"b",W/"a"', True),
        ("*", True),
        ('"b"', False),
        ("a", False),
        ("", False),
    ],
)
def test_matches(header, same):
    assert matches(header, '"a"') is same


def test_etag_names_the_bytes():
    assert Body(TEXT, "text/plain").etag == Body(TEXT, "text/html").etag != Body(TEXT + b".", "text/plain").etag


def test_compressed_bytes_are_the_same_each_time_and_the_same_text():
    first, second = Body(TEXT, "text/plain").packed("gzip"), Body(TEXT, "text/plain").packed("gzip")
    assert first == second
    assert gzip.decompress(first) == TEXT


@pytest.mark.parametrize("body", [Body(b"short", "text/plain"), Body(TEXT, "image/png"), Body(TEXT, "font/woff2")])
def test_compressing_what_does_not_shrink_is_left(body):
    assert [body.packed(coding) for coding in ("gzip", "br", "zstd")] == [None] * 3


def test_a_body_that_says_when_it_was_made_is_known_by_what_it_says():
    """Other bytes have another ETag, a strong one; what says the same as the caller has is not sent again."""
    first = Stamped(TEXT + b"1", "text/plain", said="abc", at="2026-01-01T00:00:00Z")
    later = Stamped(TEXT + b"2", "text/plain", said="abc", at="2026-01-01T00:00:05Z")
    other = Stamped(TEXT + b"2", "text/plain", said="abd", at="2026-01-01T00:00:05Z")
    assert first.etag != later.etag
    told = f'"{first.etag}-gzip"'
    assert later.known(told, "-gzip") == later.known(f'"x", W/{told}', "-gzip") == told
    assert later.known(told, "") is later.known(told, "-br") is other.known(told, "-gzip") is None
    assert later.known("*", "") == f'"{later.etag}"'
    assert later.known("", "") is None


def test_static_files_have_their_types_and_no_script_of_ours():
    bodies = static_bodies()
    assert bodies["/static/map.js"].media_type == "text/javascript; charset=utf-8"
    assert bodies["/static/map.css"].media_type == "text/css; charset=utf-8"
    assert bodies["/static/icon.svg"].media_type == "image/svg+xml"
    assert {body.media_type for path, body in bodies.items() if path.endswith(".woff2")} == {"font/woff2"}
    assert not [path for path in bodies if path.endswith((".py", ".pyc"))]
