"""Ready-made answers: bytes, their compressed form and a strong ETag, made once and served many times."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).parents[1] / "static"
COMPRESS_LEVEL = 6
SMALL = 600
"""Bytes below which compressing is not worth a header."""
PACKED = (
    "image/png",
    "font/",
    "application/vnd.openxmlformats-officedocument.",
    "application/vnd.apache.parquet",
)
"""How the media types start of what is compressed as it is."""
NOT_WANTED = re.compile(r"q=0(\.0*)?")

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class Body:
    """
    An answer that is the same for everybody.

    Attributes
    ----------
    max_age_s
        How long a browser may keep it unasked.
    filename
        The name under which a browser saves it, for what is to be saved.
    """

    content: bytes
    media_type: str
    max_age_s: int = 0
    filename: str | None = None

    @cached_property
    def etag(self) -> str:
        """A strong ETag of the plain bytes."""
        return blake2b(self.content, digest_size=12).hexdigest()

    @cached_property
    def gzipped(self) -> bytes | None:
        """The bytes compressed, None where that does not help."""
        if len(self.content) < SMALL or self.media_type.startswith(PACKED):
            return None
        small = gzip.compress(self.content, COMPRESS_LEVEL, mtime=0)
        return small if len(small) < len(self.content) else None

    def prepare(self) -> "Body":
        """Compute now what the first request would wait for."""
        _ = self.etag, self.gzipped
        return self

    def answer(self, request: Request) -> Response:
        """The response to `request`: 304, compressed or plain, as its headers ask."""
        compressed = self.gzipped if accepts_gzip(request.headers.get("accept-encoding", "")) else None
        etag = f'"{self.etag}-gz"' if compressed else f'"{self.etag}"'
        headers = {"ETag": etag, "Cache-Control": f"public, max-age={self.max_age_s}"}
        if self.gzipped:
            headers["Vary"] = "Accept-Encoding"
        if self.filename:
            headers["Content-Disposition"] = f'attachment; filename="{self.filename}"'
        if matches(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        if compressed:
            headers["Content-Encoding"] = "gzip"
        return Response(compressed or self.content, media_type=self.media_type, headers=headers)


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    items = [item.partition(";") for item in header.lower().split(",")]
    wanted = {coding.strip(): not NOT_WANTED.fullmatch(quality.replace(" ", "")) for coding, _, quality in items}
    return wanted.get("gzip", wanted.get("*", False))


def matches(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names `etag` (RFC 9110, 13.1.2: weak comparison)."""
    return any(item.strip().removeprefix("W/") in (etag, "*") for item in header.split(","))


def static_bodies() -> dict[str, Body]:
    """Every file under static/ that a page may ask for, by its path on the service."""
    return {
        f"/static/{path.relative_to(STATIC).as_posix()}": Body(path.read_bytes(), _media_type(path), max_age_s=3600)
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix not in (".py", ".pyc")
    }


def _media_type(path: Path) -> str:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
