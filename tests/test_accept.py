"""What a caller prefers: forms and encodings."""

import gzip

import brotli
import pytest
import zstandard

from app.accept import preferred, qualities, quality
from app.encodings import QUICK, THOROUGH, coding, packed_stream, worthwhile

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
OFFERS = {"json": "application/geo+json", "html": "text/html; charset=utf-8", "csv": "text/csv; charset=utf-8"}
TEXT = b"the same for everybody " * 1000
UNPACK = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda small: zstandard.ZstdDecompressor().decompressobj().decompress(small),
}


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", {}),
        ("a/b, c/d;q=0.5", {"a/b": 1.0, "c/d": 0.5}),
        ("A/B ; Q = 0.25;level=1", {"a/b": 0.25}),
        ("a/b;q=many, , c/d", {"c/d": 1.0}),
        ("a/b;q=nan, c/d;q=-1, e/f;q=1e9, g/h", {"g/h": 1.0}),
    ],
)
def test_qualities(header, wanted):
    assert qualities(header) == wanted


def test_the_most_specific_range_decides():
    header = "text/*;q=0.3, text/html;q=0.7, */*;q=0.1"
    assert [quality(header, kind) for kind in ("text/html", "text/csv", "image/png")] == [0.7, 0.3, 0.1]
    assert quality("text/html", "text/csv") == 0


@pytest.mark.parametrize(
    ("header", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        (CHROMIUM, "html"),
        ("application/geo+json, application/json", "json"),
        ("text/csv", "csv"),
        ("text/csv;q=0.2, text/html;q=0.1", "csv"),
        ("image/png", "json"),
        ("application/geo+json;q=0, text/csv;q=0", "html"),
    ],
)
def test_preferred(header, form):
    if form == "html" and "q=0," in header:
        header += ", text/html;q=0.5"
    assert preferred(header, OFFERS) == form


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("deflate, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("*, br;q=0", "zstd"),
        ("*;q=0, gzip", "gzip"),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("x-gzipped", None),
    ],
)
def test_coding(header, best):
    assert coding(header) == best


@pytest.mark.parametrize("name", [*UNPACK])
def test_every_coding_gives_the_text_back(name):
    assert {*UNPACK} == {*QUICK} == {*THOROUGH}
    for made in (QUICK[name](TEXT), THOROUGH[name](TEXT)):
        assert UNPACK[name](made) == TEXT
        assert len(made) < len(TEXT) / 10
    chunks = [TEXT[start : start + 5000] for start in range(0, len(TEXT), 5000)]
    assert UNPACK[name](b"".join(packed_stream(chunks, name))) == TEXT


def test_what_is_not_worth_compressing():
    assert worthwhile(600, "text/csv") and worthwhile(10**6, "application/geo+json")
    assert not worthwhile(599, "text/csv") and not worthwhile(10**6, "application/vnd.apache.parquet")
