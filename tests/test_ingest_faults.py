"""Bad input through the command line: one clear message, exit code 1, and the previous snapshot serves on."""

import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from app import build
from app.cli import cli
from loaders import DATASETS, store
from loaders.folder import SAMPLE
from tests.snapshots import small

ERROR_PAGE = b"<!DOCTYPE html><html><head><title>503</title></head><body>Service Unavailable</body></html>"
MISSING = {  # a column that each file cannot do without
    "tracts": "nta2020",
    "adoption": "nta_code",
    "lots": "unitsres",
    "nycha_polygons": "tds_num",
    "nycha_data_book": "RAD TRANSFERRED DATE",
    "kiosks": "Installation Status",
    "schools": "Status_descriptions",
    "school_demographics": "Economic Need Index",
    "facilities": "Location Name",
}
NAMES = {  # as a person downloads them
    "tracts": "2020_Census_Tracts_20250101.geojson",
    "adoption": "acs5_2023_nta2020_nyc.csv",
    "lots": "pluto_25v2.csv",
    "nycha_polygons": "nycha_developments.geojson",
    "nycha_data_book": "NYCHA_Development_Data_Book_20250818.csv",
    "kiosks": "LinkNYC_Kiosk_Locations_20251008.csv",
    "schools": "school_locations_2019_2020.csv",
    "school_demographics": "demographic_snapshot_2021_22_school.csv",
    "facilities": "public_computer_centers_2021.csv",
}
DATASET = {source.name: dataset for dataset in DATASETS for source in dataset.sources}
TRACT = "POLYGON ((-73.99 40.7, -73.98 40.7, -73.98 40.71, -73.99 40.7))"
AGAIN = "download the file again"
HAVE_ALL = "check that this is the right dataset"


def good(source):
    """A good file of `source`, as bytes; of tracts and lots a few rows, which are good as far as they go."""
    if source == "tracts":
        names = ("geoid", "ctlabel", "nta2020", "ntaname", "cdta2020", "cdtaname", "boroname")
        cells = ("36061000100", "1", "MN0101", "Tribeca", "MN01", "MN01 Downtown", "Manhattan")
        ring = [[-73.99, 40.7], [-73.98, 40.7], [-73.98, 40.71], [-73.99, 40.7]]
        feature = {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": dict(zip(names, cells, strict=True)),
        }
        return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    if source == "lots":
        return b"bbl,unitsres,latitude,longitude\n1000010001,5,40.7,-73.99\n1000010002,5,40.7,-73.98\n"
    return next(SAMPLE / s.sample for s in DATASET[source].sources if s.name == source).read_bytes()


def without(source):
    """`good` without the column that it cannot do without."""
    body, column = good(source), MISSING[source]
    if body.startswith(b"{"):
        document = json.loads(body)
        for feature in document["features"]:
            del feature["properties"][column]
        return json.dumps(document).encode()
    header, rest = body.split(b"\n", 1)
    assert column.encode() in header
    return header.replace(column.encode(), b"something_else") + b"\n" + rest


def few(source):
    body = good(source)
    if body.startswith(b"{"):
        document = json.loads(body)
        return json.dumps({**document, "features": document["features"][:3]}).encode()
    return b"\n".join(body.split(b"\n")[:4]) + b"\n"


def cut_off(source):
    body = good(source)
    return body[: int(len(body) * 0.6)] if body.startswith(b"{") else body.rstrip()[:-30].rsplit(b",", 1)[0]


FAULTS = {  # what is in the file, and what the message says of it
    "missing column": (without, r"columns \[.*\] are missing", HAVE_ALL),
    "Excel": (lambda source: b"PK\x03\x04" + b"\0" * 500, "Excel workbook or a ZIP file", "save it as CSV"),
    "another encoding": (lambda source: "naïve,é\n1,2\n".encode("utf-16"), "is not UTF-8", "save the file as UTF-8"),
    "error page": (lambda source: ERROR_PAGE, "found a web page .*Service Unavailable", AGAIN),
    "error message": (lambda source: b'{"error": true, "message": "Not found"}', "JSON object .*Not found", AGAIN),
    "empty": (lambda source: b"", "the file is empty", AGAIN),
    "only blanks": (lambda source: b"\xef\xbb\xbf\r\n \n", "the file is empty", AGAIN),
    "only a header": (lambda source: b"a,b,c\n", "found a header and no rows", AGAIN),
    "cut off": (cut_off, "breaks off|found no readable CSV", AGAIN),
    "too few rows": (few, r"\d+ rows found, at least \d+ expected", "get the whole file again"),
}


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A folder of snapshots with one that serves."""
    var = tmp_path_factory.mktemp("serving")
    return var, small(var).id


def ingest(folder, var):
    return CliRunner().invoke(cli, ["ingest", "--from", str(folder), "--var", str(var)])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source", NAMES)
def test_a_bad_file_stops_the_ingest(tmp_path, monkeypatch, serving, source, fault):
    """The bad dataset is read first here, so that no test waits for 767,049 lots."""
    var, before = serving
    broken, found, todo = FAULTS[fault]
    bad = DATASET[source]
    for part in [part for part in bad.sources if part.name in NAMES]:
        (tmp_path / NAMES[part.name]).write_bytes(broken(source) if part.name == source else good(part.name) + b"\n")
    monkeypatch.setattr(build, "DATASETS", (bad, *(dataset for dataset in DATASETS if dataset is not bad)))
    monkeypatch.setattr(build, "score_and_publish", lambda *facts: pytest.fail("it was scored"))
    result = ingest(tmp_path, var)
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    message = result.stderr.strip()
    assert message.startswith("Error: ") and "\n" not in message and "Traceback" not in message
    assert re.search(found, message), message
    assert todo in message, message
    assert NAMES[source] in message, message
    assert store.current(var).id == before
    assert [path.name for path in (var / "snapshots").iterdir()] == [before]


def test_rows_that_cannot_be_used_are_set_aside_with_their_reason(tmp_path):
    """Good rows stay, bad ones are kept as they came: read, and written as an ingest writes them."""
    body = good("kiosks").decode().splitlines()
    rows = [row.split(",") for row in body]
    at = {name: rows[0].index(name) for name in ("Site ID", "Planned Kiosk Type", "Latitude")}
    rows[1][at["Site ID"]] = ""
    rows[2][at["Planned Kiosk Type"]] = "Bench"
    rows[3][at["Latitude"]] = "0"
    rows[5][at["Site ID"]] = rows[4][at["Site ID"]]
    parsed = DATASET["kiosks"].read({"kiosks": "\n".join(map(",".join, rows)).encode()})
    with store.draft(tmp_path) as draft:
        draft.write_rejects("kiosks", parsed.rejects)
        written = pd.read_csv(draft.path / "rejects" / "kiosks.csv", dtype=str)
    assert written["reason"].tolist() == [
        "no Site ID",
        "kiosk type is none of Link1.0, Link5G, payphone",
        "no coordinates inside the city",
        "repeats the site_id of an earlier row",
    ]
    assert parsed.rows_in == len(parsed.table) + 4 == 2250
