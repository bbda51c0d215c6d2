"""Ready-made answers: bytes, their compressed forms and a strong ETag, made once and served many times."""

import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from app import ranges
from app.encodings import QUICK, THOROUGH, coding, worthwhile
from app.language import speech
from app.policy import policy

STATIC = Path(__file__).parents[1] / "static"

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class Body:
    """
    An answer: the same for everybody who asks the same.

    Attributes
    ----------
    max_age_s
        How long a browser may keep it unasked.
    filename
        The name under which a browser saves it, for what is to be saved.
    headers
        Further headers.
    vary
        What the choice of this answer hung on besides the encoding.
    once
        Whether it is made for one request alone, and so compressed quickly rather than well.
    language
        What a page is written in whoever asks; empty where it is written in the language of the answer.
    """

    content: bytes
    media_type: str
    max_age_s: int = 0
    filename: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    vary: str = ""
    once: bool = False
    language: str = ""
    _spoken: str = field(default_factory=lambda: speech().code, repr=False)
    _packed: dict[str, bytes] = field(default_factory=dict, repr=False)

    @cached_property
    def etag(self) -> str:
        """A strong ETag of the plain bytes, without its quotes."""
        return digest(self.content)

    def packed(self, wanted: str) -> bytes | None:
        """The bytes compressed, None where that does not help."""
        if not worthwhile(len(self.content), self.media_type):
            return None
        if wanted not in self._packed:
            self._packed[wanted] = (QUICK if self.once else THOROUGH)[wanted](self.content)
        small = self._packed[wanted]
        return small if len(small) < len(self.content) else None

    def is_packed(self, wanted: str) -> bool:
        """Whether compressing would take no time now."""
        return wanted in self._packed or not worthwhile(len(self.content), self.media_type)

    def prepare(self, *codings: str) -> "Body":
        """Compute now what the first request would wait for."""
        _ = self.etag
        for each in codings:
            self.packed(each)
        return self

    def answer(self, request: Request) -> Response:
        """The response to `request`: 304, a part, compressed or plain, as its headers ask."""
        part = self._part(request)
        wanted = coding(request.headers.get("accept-encoding", "")) if part is None else None
        small = self.packed(wanted) if wanted else None
        suffix = f"-{wanted}" if small else ""
        headers = self._headers()
        if known := self.known(request.headers.get("if-none-match", ""), suffix):
            return Response(status_code=304, headers={**headers, "ETag": known})
        headers["ETag"] = f'"{self.etag}{suffix}"'
        if part is not None:
            headers["Content-Range"] = ranges.told(part, len(self.content))
            content = self.content[part.start : part.stop]
            return Response(content, 206 if part else 416, headers, self.media_type)
        if small and wanted:
            headers["Content-Encoding"] = wanted
        return Response(small or self.content, media_type=self.media_type, headers=headers)

    @cached_property
    def _policy(self) -> Mapping[str, str]:
        return policy(self.content.decode()) if self.media_type.startswith("text/html") else {}

    def _headers(self) -> dict[str, str]:
        headers = {**self._policy, **self.headers, "Cache-Control": f"public, max-age={self.max_age_s}"}
        vary = [self.vary] if self.vary else []
        if self.media_type.startswith("text/html"):
            headers["Content-Language"] = self.language or self._spoken
            vary += [] if self.language else ["Accept-Language"]
        if worthwhile(len(self.content), self.media_type):
            vary.append("Accept-Encoding")
        if vary:
            headers["Vary"] = ", ".join(vary)
        if self.filename:
            headers |= {"Content-Disposition": f'attachment; filename="{self.filename}"', "Accept-Ranges": ranges.UNIT}
        return headers

    def _part(self, request: Request) -> range | None:
        """The bytes that are asked for of a file; None for the whole, also where the caller has parts of another."""
        header, condition = (request.headers.get(name, "") for name in ("range", "if-range"))
        if not header or not self.filename or (condition and condition != f'"{self.etag}"'):
            return None
        return ranges.asked(header, len(self.content))

    def known(self, header: str, suffix: str) -> str | None:
        """The ETag by which an If-None-Match header shows that the caller has this answer, else None."""
        etag = f'"{self.etag}{suffix}"'
        return etag if header and matches(header, etag) else None


@dataclass(frozen=True)
class Stamped(Body):
    """
    An answer that says when it was made.

    Its ETag names what it says and when: bytes that differ in the time alone have different ETags, as a strong one
    must. An answer of an earlier time that says the same is still good, so that its ETag is answered by 304.

    Attributes
    ----------
    said
        A name of everything that it says but the time.
    at
        The time (RFC 3339, UTC).
    """

    said: str = ""
    at: str = ""

    @cached_property
    def etag(self) -> str:
        """A strong ETag of the plain bytes, without its quotes."""
        return f"{self.said}.{re.sub(r'[^0-9]', '', self.at)}"

    def known(self, header: str, suffix: str) -> str | None:
        """The ETag that the caller has, of whatever time."""
        if not header:
            return None
        if header.strip() == "*":
            return f'"{self.etag}{suffix}"'
        found = re.search(rf'"{self.said}\.\d+{re.escape(suffix)}"', header)
        return found[0] if found else None


def digest(content: bytes) -> str:
    """A short name of `content`, another one for other bytes."""
    return blake2b(content, digest_size=12).hexdigest()


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
