"""What a caller prefers, by the quality values of its Accept headers (RFC 9110, 12.4.2)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

QUALITY: Final = re.compile(r";\s*q\s*=\s*([^;,\s]+)")


KINDS: Final = {"application/geo+json": ("application/geo+json", "application/json")}
"""Media types that are of another kind too: who asks for JSON is served by GeoJSON."""


@lru_cache(maxsize=1024)
def qualities(header: str) -> dict[str, float]:
    """Each item of a header and how much of 0–1 it is wanted; items without a number are wanted wholly."""
    wanted = {}
    for item in header.lower().split(","):
        name, _, parameters = item.partition(";")
        found = QUALITY.search(f";{parameters}")
        try:
            value = float(found[1]) if found else 1.0
        except ValueError:
            continue
        if 0 <= value <= 1:
            wanted[name.strip()] = value
    wanted.pop("", None)
    return wanted


def quality(header: str, media_type: str) -> float:
    """How much of 0–1 a media type is wanted: by the most specific range that covers it (RFC 9110, 12.5.1)."""
    wanted = qualities(header)
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*")
    return next((wanted[one] for one in ranges if one in wanted), 0.0)


def preferred(header: str, offers: Mapping[str, str]) -> str:
    """
    The name of the offer (name → media type) that an Accept header wants most; of several alike, the first.

    A header that wants none of them, and no header at all, get the first.
    """
    plain = {name: media_type.partition(";")[0] for name, media_type in offers.items()}
    return max(plain, key=lambda name: max(quality(header, kind) for kind in KINDS.get(plain[name], (plain[name],))))
