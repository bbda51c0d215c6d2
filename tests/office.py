"""A spreadsheet program that nobody watches: LibreOffice without a screen, and what it makes of a workbook."""

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = shutil.which("soffice")
FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,{shown},false,false,-1"
"""Commas, quotes, UTF-8, every sheet; numbers as they are shown or as they are typed in (a share in percent)."""


def opened(book: bytes, folder: Path, *, shown: bool) -> dict[str, list[list[str]]]:
    """
    The cells of every sheet of an XLSX file, as LibreOffice shows them or keeps them; "" for an empty one.

    Skips where there is no LibreOffice, unless EQUITY_REQUIRE_OFFICE=1.
    """
    if PROGRAM is None:
        if os.environ.get("EQUITY_REQUIRE_OFFICE") == "1":
            pytest.fail("soffice is not installed: apt-get install --no-install-recommends libreoffice-calc-nogui")
        pytest.skip("soffice is not installed")
    path = folder / "book.xlsx"
    path.write_bytes(book)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    asked = [
        PROGRAM,
        profile,
        "--headless",
        "--convert-to",
        FILTER.format(shown=str(shown).lower()),
        "--outdir",
        folder / "sheets",
        path,
    ]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=240, env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    found = {}
    for sheet in sorted((folder / "sheets").glob("book-*.csv")):
        with sheet.open(encoding="utf-8", newline="") as lines:
            found[sheet.stem.removeprefix("book-")] = list(csv.reader(lines))
    assert found, f"soffice wrote nothing: {done.stdout} {done.stderr}"
    return found
