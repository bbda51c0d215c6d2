"""What a page may load and run (Content Security Policy Level 3): its own files, and the scripts that stand in it."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

INLINE: Final = re.compile(r"<(script|style)(?![^>]*\bsrc=)([^>]*)>(.*?)</\1>", re.DOTALL)
DATA: Final = "application/json"
"""What is in such a script is read, not run."""

HEADER: Final = "Content-Security-Policy"


def policy(page: str, *, images: Iterable[str] = (), asks: Iterable[str] = ()) -> dict[str, str]:
    """
    The header for the HTML of a page.

    Parameters
    ----------
    images, asks
        Other origins that its images may come from, and that its scripts may ask.
    """
    found = [(tag, text) for tag, attributes, text in INLINE.findall(page) if DATA not in attributes]
    scripts, styles = ([_named(text) for tag, text in found if tag == wanted] for wanted in ("script", "style"))
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", *scripts],
        "style-src": ["'self'", *styles],
        "img-src": ["'self'", "data:", *images],
        "connect-src": ["'self'", *asks],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
    return {HEADER: "; ".join(f"{rule} {' '.join(sources)}" for rule, sources in rules.items())}


def _named(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def origin(url: str) -> str:
    """The origin of an address; a part in braces, such as that of mirrored tiles, stands for any."""
    found = re.match(r"(https?://)([^/]+)", url)
    return f"{found[1]}{re.sub(r'{[^}]*}', '*', found[2])}" if found else "'none'"
