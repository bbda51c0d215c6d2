import gzip

import pytest

from app.bodies import Body, accepts_gzip, matches, static_bodies

TEXT = b"the same for everybody " * 100


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=0.5, br", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*;q=0", False),
        ("*, gzip;q=0", False),
        ("*;q=0, gzip", True),
        ("identity", False),
        ("x-gzipped", False),
    ],
)
def test_accepts_gzip(header, accepted):
    assert accepts_gzip(header) is accepted


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
    first, second = Body(TEXT, "text/plain").gzipped, Body(TEXT, "text/plain").gzipped
    assert first == second
    assert gzip.decompress(first) == TEXT


@pytest.mark.parametrize("body", [Body(b"short", "text/plain"), Body(TEXT, "image/png"), Body(TEXT, "font/woff2")])
def test_compressing_what_does_not_shrink_is_left(body):
    assert body.gzipped is None


def test_static_files_have_their_types_and_no_script_of_ours():
    bodies = static_bodies()
    assert bodies["/static/map.js"].media_type == "text/javascript; charset=utf-8"
    assert bodies["/static/map.css"].media_type == "text/css; charset=utf-8"
    assert bodies["/static/icon.svg"].media_type == "image/svg+xml"
    assert {body.media_type for path, body in bodies.items() if path.endswith(".woff2")} == {"font/woff2"}
    assert not [path for path in bodies if path.endswith((".py", ".pyc"))]
