"""Rules of the project as a whole: which way imports point."""

import ast

import pytest

from tests.conftest import ROOT

LOADERS_BELOW = ("loaders.", "geo.crs.", "geo.tables.", "geo.errors.")
APP_BELOW = ("app.", "geo.", "loaders.DATASETS.", "loaders.store.")
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
