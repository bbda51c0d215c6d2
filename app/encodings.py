"""Compressed forms of an answer: gzip, Brotli and Zstandard, chosen by the Accept-Encoding header."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, Protocol

import brotli
import zstandard

from app.accept import qualities

SMALL: Final = 600
"""Bytes below which compressing is not worth a header."""

PACKED: Final = (
    "image/png",
    "font/",
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.apache.parquet",
)
"""How the media types start of what is compressed as it is."""

THOROUGH: Final[dict[str, Callable[[bytes], bytes]]] = {
    "br": lambda plain: brotli.compress(plain, quality=5),
    "zstd": lambda plain: zstandard.ZstdCompressor(level=9).compress(plain),
    "gzip": lambda plain: gzip.compress(plain, 6, mtime=0),
}
"""What is kept is compressed once: all tracts (11 MB) take 0.1 to 0.15 s and shrink to a ninth. Best first."""

QUICK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "br": lambda plain: brotli.compress(plain, quality=1),
    "zstd": lambda plain: zstandard.ZstdCompressor(level=1).compress(plain),
    "gzip": lambda plain: gzip.compress(plain, 1, mtime=0),
}
"""What is made for one request alone: a third of the size costs a few milliseconds a megabyte."""


class _Packer(Protocol):
    def __call__(self, plain: bytes, /) -> bytes: ...


def worthwhile(size: int, media_type: str) -> bool:
    """Whether compressing `size` bytes of a media type can help."""
    return size >= SMALL and not media_type.startswith(PACKED)


@lru_cache(maxsize=256)
def coding(header: str) -> str | None:
    """The coding that an Accept-Encoding header prefers, None for the plain bytes (RFC 9110, 12.5.3)."""
    wanted = qualities(header)
    offered = {name: wanted.get(name, wanted.get("*", 0.0)) for name in THOROUGH}
    best = max(offered, key=lambda name: offered[name])
    plain = wanted.get("identity", 0.0)
    return best if offered[best] > 0 and offered[best] >= plain else None


def packed_stream(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """`chunks` compressed as they come."""
    pack, finish = _stream(coding)
    for chunk in chunks:
        if small := pack(chunk):
            yield small
    yield finish()


def _stream(coding: str) -> tuple[_Packer, Callable[[], bytes]]:
    if coding == "br":
        br = brotli.Compressor(quality=1)
        return br.process, br.finish
    if coding == "zstd":
        zstd = zstandard.ZstdCompressor(level=1).compressobj()
        return zstd.compress, zstd.flush
    gz = zlib.compressobj(1, wbits=31)
    return gz.compress, gz.flush
