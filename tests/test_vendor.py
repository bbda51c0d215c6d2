"""The vendored browser assets are what their record says, and the record is what NOTICE says."""

import hashlib
import json
import re
import runpy

import pytest

from tests.conftest import ROOT

VENDOR = ROOT / "static" / "vendor"
RECORDS = json.loads((VENDOR / "vendor.json").read_text())


def test_record_and_files_agree():
    recorded = {path: digest for record in RECORDS for path, digest in record["files"].items()}
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.json"
    }
    assert found == recorded


def test_record_and_script_agree():
    packages = runpy.run_path(str(ROOT / "static" / "vendor.py"))["PACKAGES"]
    assert [f"{record['name']}@{record['version']}" for record in RECORDS] == [*packages]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["name"])
def test_licence_travels_along(record):
    assert any("LICENSE" in path for path in record["files"])
    notice = " ".join((ROOT / "NOTICE").read_text().split())
    assert f"{record['name']} {record['version']} {record['licence']}" in notice


@pytest.mark.parametrize("sheet", sorted(VENDOR.rglob("*.css")), ids=lambda path: path.name)
def test_style_sheets_ask_no_other_host(sheet):
    assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*", sheet.read_text()) == []
