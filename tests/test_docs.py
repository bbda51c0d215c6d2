"""What a reader can use is named where a reader looks."""

import json
import re

import pytest

from app.cli import cli
from app.main import create_app
from app.settings import Settings
from loaders import DATASETS
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()
NOTICE = (ROOT / "NOTICE").read_text()
SOURCES = [source for dataset in DATASETS for source in dataset.sources]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name):
    assert f"`EQUITY_{name.upper()}`" in README


@pytest.mark.parametrize("name", sorted({*re.findall(r"EQUITY_\w+", README)}))
def test_every_setting_of_the_readme_exists(name):
    assert name.removeprefix("EQUITY_").lower() in Settings.model_fields or name == "EQUITY_REQUIRE_BROWSER"


def test_every_command_and_its_options_are_in_the_readme():
    for command in cli.registered_commands:
        assert f"`equity-map {command.callback.__name__}" in README
    for option in ("--from", "--sample", "--var", "--host", "--port", "--format", "--output"):
        assert option in README


def test_every_target_of_make_is_in_the_readme():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
    assert [
        target for target in ("serve", "test", "lint", "bench", "install", "screenshots") if target not in phony
    ] == []
    for target in ("serve", "test", "lint", "bench", "install", "screenshots"):
        assert f"make {target}" in README


def test_every_address_is_in_the_readme():
    placed = re.sub(r"\{[^}]*\}", "{}", README)
    app = create_app(Settings())
    paths = {*app.openapi()["paths"], "/", "/map", "/docs", "/openapi.json"}
    for path in paths:
        assert f"`{re.sub(r'{[^}]*}', '{}', path)}`" in placed, path


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_every_dataset_is_in_the_readme_with_its_page_and_file_names(dataset):
    assert f"| {dataset.name} |" in README
    for source in dataset.sources:
        assert source.page in README
        for pattern in source.files:
            assert f"`{pattern}`" in README, pattern


def test_every_vendored_package_is_in_the_notice():
    for record in json.loads((ROOT / "static" / "vendor" / "vendor.json").read_text()):
        assert record["name"] in NOTICE and record["version"] in NOTICE


@pytest.mark.parametrize("publisher", sorted({source.publisher for source in SOURCES}))
def test_every_publisher_is_in_the_notice(publisher):
    assert publisher in NOTICE


def test_the_picture_and_the_links_of_the_readme_exist():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if not target.startswith("https://"):
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("path", sorted((ROOT / "data").iterdir()), ids=lambda path: path.name)
def test_every_file_of_the_sample_is_in_its_readme(path):
    if path.name not in ("README.md", "__pycache__"):
        assert path.name in (ROOT / "data" / "README.md").read_text()


def test_the_changelog_is_kept():
    assert re.search(r"^## Unreleased$", (ROOT / "CHANGELOG.md").read_text(), re.M)
