"""Rules of the project as a whole: which way imports point, what importing does, and what no file may hold."""

import ast
import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT

LOADERS_BELOW = ("loaders.", "geo.crs.", "geo.tables.", "geo.errors.")
APP_BELOW = ("app.", "geo.", "loaders.CHECKS.", "loaders.DATASETS.", "loaders.store.")
MAY_IMPORT = {"geo": ("geo.",), "loaders": LOADERS_BELOW, "app": APP_BELOW}
MAY_FETCH = ROOT / "app" / "cli.py"
FORBIDDEN_IN_GEO = {"os", "pathlib", "socket", "time", "httpx", "requests", "fastapi", "folium", "random", "io"}
MODULES = sorted(path for top in MAY_IMPORT for path in (ROOT / top).rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (f"{alias.name}." for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}." for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    top = path.relative_to(ROOT).parts[0]
    allowed = ("app.", "geo.", "loaders.") if path == MAY_FETCH else MAY_IMPORT[top]
    ours = [name for name in imports(path) if name.split(".")[0] in MAY_IMPORT]
    assert [name for name in ours if not name.startswith(allowed)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "geo").rglob("*.py")), ids=lambda path: path.name)
def test_geo_is_pure(path):
    assert FORBIDDEN_IN_GEO.isdisjoint(name.split(".")[0] for name in imports(path))


LONGEST = 300
PURE = """
import sys

def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        print("does", event, args)
    path = str(args[0]) if event == "open" else ""
    ours = path.startswith(ROOT) and not path.startswith(sys.prefix) and "__pycache__" not in path
    if ours and not path.endswith((".py", ".pyc")):
        print("opens", path)

ROOT = sys.argv[1]
sys.addaudithook(watch)
for module in sys.argv[2:]:
    __import__(module)
"""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_long(path):
    assert len(path.read_text().splitlines()) <= LONGEST


def test_importing_opens_nothing():
    """No file of ours, no socket, no other process: whatever is read is read when something is asked."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in MODULES]
    asked = [sys.executable, "-c", PURE, str(ROOT), *names]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("EQUITY_")}
    done = subprocess.run(asked, cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    assert done.stdout == ""


def tracked():
    """Every text file that git knows, without what was vendored."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is not a checkout of git")
    texts = {".py", ".md", ".toml", ".lock", ".js", ".css", ".html", ".csv", ".json", ".svg", ""}
    paths = [ROOT / name for name in listed.stdout.split("\0") if name and "vendor" not in name]
    return [path for path in paths if path.suffix in texts and path.is_file()]


def test_no_file_names_this_machine_or_a_package_index():
    """A lock pins versions and hashes; where they come from is the installer's business."""
    here = re.compile(
        "|".join((re.escape(str(ROOT.parent)) + "/", "--" + "index-url", "--" + "extra-index", "/" + "home/"))
    )
    found = [str(path.relative_to(ROOT)) for path in tracked() if here.search(path.read_text(errors="replace"))]
    assert [name for name in found if name not in ("Makefile",)] == []


def test_every_dependency_is_pinned_with_hashes():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name, lock in (("dependencies", "requirements.lock"), ("dev", "requirements-dev.lock")):
        wanted = declared["dependencies"] if name == "dependencies" else declared["optional-dependencies"][name]
        pinned = (ROOT / lock).read_text().lower()
        for requirement in wanted:
            package = re.match(r"[\w.-]+", requirement)[0].lower()
            assert re.search(rf"^{re.escape(package)}(\[[\w,]+\])?==\S+ \\\n\s+--hash=sha256:", pinned, re.M), package
