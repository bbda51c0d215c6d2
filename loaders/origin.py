"""Where bytes come from: what every origin (live, folder, sample) hands to the parsers."""

import hashlib
from dataclasses import dataclass
from typing import Any, Literal

from loaders.dataset import Source


@dataclass(frozen=True)
class Raw:
    """
    The bytes of one source and where they are from.

    Attributes
    ----------
    place
        The address or the file name, without secrets and without folders.
    fetched_at
        ISO time (UTC); of a file, when it was last changed.
    vintage
        What period the data describe as far as the origin knows, or empty.
    pages
        The requests that the bytes came from, with their validators, for the next live ingest.
    """

    source: Source
    body: bytes
    origin: Literal["live", "folder", "sample"]
    place: str
    fetched_at: str
    vintage: str = ""
    upstream_updated_at: str | None = None
    pages: tuple[Any, ...] = ()

    @property
    def sha256(self) -> str:
        """The digest of the bytes as they came, personal columns and all."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Gathered:
    """The sources of each dataset that there is, why the others are absent, and files that nothing here reads."""

    raws: dict[str, dict[str, Raw]]
    absent: dict[str, str]
    unread: tuple[str, ...] = ()
