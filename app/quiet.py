"""Silence on the standard output while a solver works that writes lines of its own there."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def quiet() -> Iterator[None]:
    """
    Drop whatever is written to the standard output below Python, for commands of one thread.

    HiGHS now and then prints a line that no option turns off; it would stand in the middle of what a command tells.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        try:
            yield
        finally:
            ctypes.CDLL(None).fflush(None)  # C keeps lines back; they must not come out later
            os.dup2(kept, 1)
            os.close(kept)
