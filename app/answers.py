"""Answers that were made when they were first asked for, kept while there is room for them."""

import threading
from collections.abc import Callable, Hashable
from typing import Final

from cachetools import LRUCache

from app.bodies import Body
from app.language import ENGLISH, speech

ROOM: Final = 128 * 2**20
"""Bytes, before compression, that are kept; what was not asked for longest goes first."""

OVERHEAD: Final = 1_000
"""Bytes that an answer takes besides its content."""


class Answers:
    """Answers by what was asked and in which language; safe to use from several threads."""

    def __init__(self, room: int = ROOM) -> None:
        self.kept: LRUCache[Hashable, Body] = LRUCache(room, getsizeof=lambda body: len(body.content) + OVERHEAD)
        self.lock = threading.Lock()

    def find(self, asked: Hashable, *, worded: bool = True) -> Body | None:
        """The answer to `asked`, if it is kept; one that is not `worded` is the same in every language."""
        with self.lock:
            return self.kept.get((asked, speech() if worded else ENGLISH))

    def get(self, asked: Hashable, make: Callable[[], Body], *, worded: bool = True) -> Body:
        """The answer to `asked`, made now if it is not kept; one that is larger than all the room is not kept."""
        if (found := self.find(asked, worded=worded)) is not None:
            return found
        made = make()
        with self.lock:
            if self.kept.getsizeof(made) <= self.kept.maxsize:
                self.kept[asked, speech() if worded else ENGLISH] = made
        return made
