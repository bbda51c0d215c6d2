"""The live origin as a whole: every source of every dataset from made-up publishers that page and validate."""

import csv
import hashlib
import io
import json

import httpx
import pytest
import shapely

from geo.errors import FetchError
from loaders import DATASETS, store
from loaders.acs import DETAIL, PROFILE
from loaders.folder import SAMPLE
from loaders.formats import snake
from loaders.gather import gather_live
from loaders.http import make_client
from tests.snapshots import NOW

SOURCES = {source.name: source for dataset in DATASETS for source in dataset.sources if source.url}
PAGES = {source.url.rsplit("/", 1)[1]: source.name for source in SOURCES.values() if source.api == "socrata"}
LOTS = [{"bbl": f"10000{n:05d}.00000000", "unitsres": "5", "latitude": "40.7", "longitude": "-73.99"} for n in range(9)]
TRACTS = [
    {
        "geoid": f"3606100{n:02d}00",
        "ctlabel": str(n),
        "nta2020": "MN0101",
        "ntaname": "Tribeca",
        "cdta2020": "MN01",
        "cdtaname": "MN01 Downtown",
        "boroname": "Manhattan",
        "the_geom": json.loads(shapely.to_geojson(shapely.box(-74 + n / 100, 40.7, -73.99 + n / 100, 40.71))),
    }
    for n in range(3)
]


def socrata_rows(name):
    """The sample's rows as NYC Open Data would send them: fields in snake case, empty ones left out but in one row."""
    if name == "lots":
        return LOTS
    if name == "tracts":
        return TRACTS
    body = (SAMPLE / SOURCES[name].sample).read_text("utf-8-sig")
    if name == "nycha_polygons":
        features = json.loads(body)["features"]
        return [feature["properties"] | {"the_geom": feature["geometry"]} for feature in features]
    rows = enumerate(csv.DictReader(io.StringIO(body)))
    return [{snake(key): cell for key, cell in row.items() if cell or not number} for number, row in rows]


def census_rows(names):
    tracts = [("36", county, "000100") for county in ("005", "047", "061", "081", "085")]
    return [[*names, "state", "county", "tract"], *([*("7" for _ in names), *tract] for tract in tracts)]


class Publishers:
    """NYC Open Data and the Census Bureau; `statuses` of all answers are kept."""

    def __init__(self):
        self.rows = {name: socrata_rows(name) for name in PAGES.values()}
        self.statuses = []

    def __call__(self, request):
        asked = request.url.params
        if request.url.host == "api.census.gov":
            body = census_rows(asked["get"].split(","))
        else:
            assert asked["$order"] == ":id"
            start, size = int(asked["$offset"]), int(asked["$limit"])
            body = self.rows[PAGES[request.url.path.rsplit("/", 1)[1]]][start : start + size]
        content = json.dumps(body).encode()
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        same = request.headers.get("If-None-Match") == etag
        self.statuses.append(304 if same else 200)
        return httpx.Response(304) if same else httpx.Response(200, content=content, headers={"ETag": etag})


def gather(publishers, last=None, told=None):
    with make_client(5, None, "tests", httpx.MockTransport(publishers)) as client:
        return gather_live(
            DATASETS,
            client,
            acs_year=2023,
            census_key="s3cret",
            last=last,
            on_page=lambda source, rows: told.append((source.name, rows)) if told is not None else None,
        )


def keep(var, gathered):
    """A snapshot that holds the raw files and what a manifest says of them, as an ingest leaves them."""
    with store.draft(var) as draft:
        entries = []
        for name, raws in gathered.raws.items():
            for raw in raws.values():
                draft.write_raw(raw.source.name, raw.source.storable(raw.body))
            entries.append(
                {"name": name, "sources": [{"name": r.source.name, "pages": list(r.pages)} for r in raws.values()]}
            )
        manifest = dict.fromkeys(store.PARTS)
        store.publish(draft, manifest | {"datasets": entries}, NOW)
    return store.current(var)


@pytest.fixture
def publishers():
    return Publishers()


def test_every_source_is_fetched_and_can_be_read(publishers):
    told = []
    gathered = gather(publishers, told=told)
    assert {*gathered.raws} == {dataset.name for dataset in DATASETS}
    assert (gathered.absent, gathered.unread) == ({}, ())
    assert {name for name, _ in told} == {*SOURCES}
    rows, tables = {}, {}
    for dataset in DATASETS:
        raws = gathered.raws[dataset.name]
        parsed = dataset.parse({name: raw.body for name, raw in raws.items()}, *([tables] if dataset.needs else []))
        tables[dataset.name] = parsed.table
        rows[dataset.name] = len(parsed.table)
        for raw in raws.values():
            assert (raw.origin, raw.fetched_at[-6:]) == ("live", "+00:00")
            assert raw.place.startswith("https://") and "s3cret" not in raw.place + json.dumps(raw.pages)
    assert rows == {
        "tracts": 3,
        "adoption": 5,
        "lots": 9,
        "developments": 91,
        "enrollment": 2270,
        "kiosks": 2250,
        "schools": 1843,
        "facilities": 508,
    }


def test_a_source_without_an_address_is_not_asked(publishers):
    """What only a folder can have is absent, and its dataset is not."""
    unasked = {source.name for dataset in DATASETS for source in dataset.sources if not source.url}
    assert unasked == {"nycha_pact_status"}
    assert [*gather(publishers).raws["developments"]] == ["nycha_polygons", "nycha_data_book"]


def test_live_rows_are_those_of_the_file(publishers):
    """Socrata's JSON and a download of the same dataset give the same table."""
    gathered = gather(publishers)
    for dataset in DATASETS:
        if dataset.name in ("developments", "kiosks", "schools", "facilities"):
            live = dataset.parse({name: raw.body for name, raw in gathered.raws[dataset.name].items()})
            sampled = [source for source in dataset.sources if source.sample]
            file = dataset.parse({source.name: (SAMPLE / source.sample).read_bytes() for source in sampled})
            assert live.table.equals(file.table), dataset.name


def test_the_survey_names_its_years_and_has_every_variable(publishers):
    raw = gather(publishers).raws["adoption"]["adoption"]
    assert raw.vintage == "ACS 2019–2023"
    header, *rows = json.loads(raw.body)
    assert ({*DETAIL, *PROFILE} <= {*header}, len(rows)) == (True, 5)


def test_a_second_run_asks_whether_it_is_still_the_same(tmp_path, publishers):
    """All answers are 304, and what is kept without names of people is taken again."""
    first = gather(publishers)
    asked = len(publishers.statuses)
    last = keep(tmp_path, first)
    second = gather(publishers, last)
    assert publishers.statuses[asked:] == [304] * asked
    for name, raws in second.raws.items():
        for source, raw in raws.items():
            assert raw.body == last.raw(source)
            assert raw.pages == tuple(first.raws[name][source].pages)


def test_what_changed_is_fetched_and_the_rest_is_reused(tmp_path, publishers):
    last = keep(tmp_path, gather(publishers))
    asked = len(publishers.statuses)
    publishers.rows["kiosks"] = publishers.rows["kiosks"][:-1]
    second = gather(publishers, last)
    assert sorted(publishers.statuses[asked:]) == [200] + [304] * (asked - 1)
    assert len(json.loads(second.raws["kiosks"]["kiosks"].body)) == 2249


def test_a_snapshot_of_files_has_nothing_to_ask_with(small_var, publishers):
    gather(publishers, store.current(small_var))
    assert {*publishers.statuses} == {200}


def test_one_publisher_that_refuses_stops_everything(publishers):
    def answer(request):
        if "cuzb-dmcd" in request.url.path:
            return httpx.Response(403, text="no")
        return publishers(request)

    with pytest.raises(FetchError, match="cuzb-dmcd"):
        gather(answer)
