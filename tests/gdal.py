"""GDAL's own programs, from outside of this environment: what others make of what we serve."""

import os
import shutil
import subprocess

import pytest

OURS = ("GDAL_", "PROJ_")
"""How the variables start by which a package of this environment may point GDAL to its own data."""


def ogr(program: str, *arguments: object) -> str:
    """
    What `ogrinfo` or `ogr2ogr` prints; a failure of the program fails the test.

    Skips where there is no GDAL, unless EQUITY_REQUIRE_GDAL=1.
    """
    path = shutil.which(program)
    if path is None:
        if os.environ.get("EQUITY_REQUIRE_GDAL") == "1":
            pytest.fail(f"{program} is not installed: apt-get install --no-install-recommends gdal-bin")
        pytest.skip(f"{program} is not installed")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    asked = [path, *map(str, arguments)]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, env={**plain, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    return done.stdout
