"""A part of an answer instead of the whole (RFC 9110, 14): how GIS programs read a little of a large file."""

import re
from typing import Final

ONE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
UNIT: Final = "bytes"


def asked(header: str, size: int) -> range | None:
    """
    The bytes that a Range header asks for of `size`, an empty range if there are none of them.

    None where the whole is to be sent: without a header, and for several ranges or other units, which a server may
    ignore.
    """
    found = ONE.fullmatch(header.replace(" ", ""))
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        return range(max(size - int(found[2]), 0), size)
    stop = min(int(found[2]) + 1, size) if found[2] else size
    return None if found[2] and int(found[2]) < int(found[1]) else range(int(found[1]), stop)


def told(part: range, size: int) -> str:
    """The Content-Range header of a part."""
    return f"{UNIT} {part.start}-{part.stop - 1}/{size}" if part else f"{UNIT} */{size}"
