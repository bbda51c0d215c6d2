import hashlib
import json
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import httpx
import pytest

from geo.errors import FetchError, UpstreamChanged
from loaders import live
from loaders.dataset import Source
from loaders.http import make_client
from loaders.live import Previous, fetch

SECRET = "s3cret-0123"
DATED = {"X-SODA2-Truth-Last-Modified": "Fri, 02 Dec 2016 17:45:50 GMT"}
ROWS = [{":n": str(n), "name": f"Site {n} “é”"} for n in range(7)]
SITES = Source(
    name="sites",
    title="Sites",
    publisher="The City",
    page="https://data.cityofnewyork.us/d/abcd-1234",
    licence="public",
    url="https://data.cityofnewyork.us/resource/abcd-1234.json",
    files=("sites.*",),
    cadence_days=30,
)
DETAIL = tuple(f"B28002_{n:03}E" for n in range(1, 61))
PROFILE = ("DP05_0024E", "DP05_0024M")
API = "https://api.census.gov/data/{year}/acs/acs5"
ACS = replace(
    SITES, name="acs", api="census", url=API, queries=((API, DETAIL), (f"{API}/profile", PROFILE)), files=("acs.*",)
)


class Server:
    """Keeps the requests and the sleeps; `faults` answer or raise before the real answers, one a request."""

    def __init__(self, *faults):
        self.faults, self.requests, self.sleeps = list(faults), [], []

    def __call__(self, request):
        self.requests.append(request)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, Exception):
            raise fault
        return fault or self.answer(request)

    def fetch(self, source, **asked):
        with make_client(30, None, "equity-map-tests", httpx.MockTransport(self)) as client:
            return fetch(client, source, **{"acs_year": 2024} | asked, sleep=self.sleeps.append, random=lambda: 0.5)

    def refusal(self, error, source, **asked):
        with pytest.raises(error) as caught:
            self.fetch(source, **asked)
        assert SECRET not in "".join(traceback.format_exception(caught.value)) + repr(caught.value.__context__)
        return str(caught.value)

    def conditional(self, request, content, headers=None):
        etag = f'"{hashlib.md5(content).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return httpx.Response(304)
        return httpx.Response(200, content=content, headers={"ETag": etag, **(headers or {})})


class Socrata(Server):
    """Pages of `rows` by $limit and $offset; refuses to page without an order."""

    def __init__(self, rows=ROWS, *faults, headers=DATED):
        super().__init__(*faults)
        self.rows, self.headers = rows, headers

    def answer(self, request):
        asked = request.url.params
        assert asked["$order"] == ":id"
        start = int(asked["$offset"])
        page = self.rows[start : start + int(asked["$limit"])]
        return self.conditional(request, json.dumps(page).encode(), self.headers)

    def fetch(self, source=SITES, **asked):
        return super().fetch(source, **{"page_rows": 3} | asked)


class Census(Server):
    """Tracts × variables; `tracts` may be given for each address path's last word."""

    def __init__(self, *faults, tracts=("000100", "000200"), profile=None, value=""):
        super().__init__(*faults)
        self.tracts, self.profile, self.value = tracts, profile or tracts, value

    def answer(self, request):
        names = request.url.params["get"].split(",")
        if len(names) > 50:
            return httpx.Response(400, text="error: too many variables")
        tracts = self.profile if request.url.path.endswith("profile") else self.tracts
        rows = [
            [f"Census Tract {tract}", *(f"{self.value}{name}@{tract}" for name in names[1:]), "36", "005", tract]
            for tract in tracts
        ]
        return self.conditional(request, json.dumps([[*names, "state", "county", "tract"], *rows]).encode())

    def fetch(self, source=ACS, **asked):
        return super().fetch(source, **asked)


def again(fetched):
    """What the next ingest reads back from the snapshot."""
    return Previous(fetched.body, json.loads(json.dumps(fetched.validators)))


def offsets(server):
    return [int(request.url.params["$offset"]) for request in server.requests]


def test_socrata_pages_until_a_short_one():
    server, heard = Socrata(), []
    moment = datetime(2025, 1, 2, tzinfo=UTC)
    fetched = server.fetch(on_page=heard.append, fetched_at=moment)
    assert json.loads(fetched.body) == ROWS
    assert offsets(server) == [0, 3, 6]
    assert {request.url.params["$limit"] for request in server.requests} == {"3"}
    assert heard == [3, 6, 7]
    assert (fetched.url, fetched.fetched_at, fetched.reused) == (SITES.url, moment, False)
    assert fetched.upstream_updated_at == "2016-12-02T17:45:50+00:00"
    assert [page["rows"] for page in fetched.validators] == [3, 3, 1]


@pytest.mark.parametrize(("rows", "pages"), [(6, [0, 3, 6]), (0, [0]), (2, [0])])
def test_socrata_ends_at_full_and_empty_pages(rows, pages):
    server = Socrata(ROWS[:rows])
    assert json.loads(server.fetch().body) == ROWS[:rows]
    assert offsets(server) == pages


def test_socrata_asks_50_000_rows_a_page_and_what_the_source_narrows():
    server = Socrata()
    fetched = server.fetch(replace(SITES, where="unitsres > 0", select="bbl,unitsres"), page_rows=live.PAGE_ROWS)
    (request,) = server.requests
    expected = {"$select": "bbl,unitsres", "$where": "unitsres > 0", "$order": ":id", "$limit": "50000", "$offset": "0"}
    assert dict(request.url.params) == expected
    assert dict(httpx.URL(fetched.url).params) == {"$select": "bbl,unitsres", "$where": "unitsres > 0"}
    assert abs(datetime.now(UTC) - fetched.fetched_at).total_seconds() < 60


def test_unchanged_pages_are_reused_whole():
    first = Socrata().fetch()
    server = Socrata()
    second = server.fetch(previous=again(first))
    assert second.reused
    assert (second.body, second.validators) == (first.body, first.validators)
    assert second.upstream_updated_at == first.upstream_updated_at
    assert [request.headers["If-None-Match"] for request in server.requests] == [
        page["etag"] for page in first.validators
    ]


@pytest.mark.parametrize("changed", [0, 4, 6])
def test_one_changed_page_is_merged_with_the_rows_at_hand(changed):
    first = Socrata().fetch()
    rows = [{**row, "name": "moved"} if n == changed else row for n, row in enumerate(ROWS)]
    second = Socrata(rows).fetch(previous=again(first))
    assert not second.reused
    assert json.loads(second.body) == rows


@pytest.mark.parametrize("rows", [ROWS[:4], ROWS[:3], [*ROWS, *({":n": str(n)} for n in range(7, 12))]])
def test_rows_that_came_or_went_at_the_end(rows):
    second = Socrata(rows).fetch(previous=again(Socrata().fetch()))
    assert json.loads(second.body) == rows
    third = Socrata(rows).fetch(previous=again(second))
    assert third.reused
    assert json.loads(third.body) == rows


@pytest.mark.parametrize(
    "broken",
    [
        lambda previous: replace(previous, body=b'[{"name": "cut o'),
        lambda previous: replace(previous, body=b"name,borough\nSite,Bronx\n"),
        lambda previous: replace(previous, body=b"[]"),
        lambda previous: replace(previous, validators=previous.validators[:2]),
        lambda previous: replace(previous, validators=[]),
    ],
)
def test_validators_that_do_not_fit_the_body_at_hand_are_not_used(broken):
    server = Socrata()
    fetched = server.fetch(previous=broken(again(Socrata().fetch())))
    assert not any("If-None-Match" in request.headers for request in server.requests)
    assert json.loads(fetched.body) == ROWS


def test_other_questions_do_not_reuse_old_answers():
    previous = again(Socrata().fetch())
    for asked in ({"page_rows": 4}, {"source": replace(SITES, where="x = 1")}):
        server = Socrata()
        assert not server.fetch(previous=previous, **asked).reused
        assert not any("If-None-Match" in request.headers for request in server.requests)


def test_trouble_on_the_way_is_waited_out():
    server = Socrata(
        ROWS,
        httpx.Response(429, headers={"Retry-After": "9"}),
        httpx.Response(503),
        None,
        httpx.ReadTimeout("slow"),
    )
    assert json.loads(server.fetch().body) == ROWS
    assert offsets(server) == [0, 0, 0, 3, 3, 6]
    assert server.sleeps == [9, 1, 0.5]


def test_trouble_without_end_is_given_up():
    server = Socrata(ROWS, *[httpx.ConnectError("no route")] * 99)
    assert "ConnectError no route" in server.refusal(FetchError, SITES)
    assert len(server.requests) == 5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"code": "query.failed", "error": true, "message": "No such column: boro"}', "No such column: boro"),
        (b'[{"name": "Site 0"}, {"na', "not whole JSON"),
        (b"<!DOCTYPE html><title>Maintenance</title>", "'Maintenance'"),
        (b"[1, 2]", "holds 2 items, expected at most 3 objects"),
        (b"[[1], [2]]", "holds 2 items, expected at most 3 objects"),
        (b'"rows"', "expected a JSON array"),
        (b"", "no content"),
        (json.dumps(ROWS).encode(), "holds 7 items, expected at most 3 objects"),
    ],
)
def test_an_answer_that_is_not_a_page_of_rows(content, said):
    message = Socrata(ROWS, httpx.Response(200, content=content)).refusal(UpstreamChanged, SITES)
    assert message.startswith("sites: ")
    assert said in message
    assert message.endswith("or download the file and use `equity-map ingest --from DIR`")


def test_a_server_that_ignores_the_offset_is_noticed():
    server = Socrata(ROWS, *(httpx.Response(200, json=ROWS[:3]) for _ in range(99)))
    assert "page 2 repeats page 1" in server.refusal(UpstreamChanged, SITES)
    assert len(server.requests) == 2


def test_a_server_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(live, "MOST_PAGES", 6)
    server, numbers = Socrata(), count()
    server.answer = lambda request: httpx.Response(200, json=[{"n": next(numbers)} for _ in range(3)])
    assert "no end after 6 pages" in server.refusal(UpstreamChanged, SITES)
    assert len(server.requests) == 6


def test_an_update_between_two_pages_is_noticed():
    later = {"X-SODA2-Truth-Last-Modified": "Sat, 03 Dec 2016 17:45:50 GMT"}
    server = Socrata(ROWS, httpx.Response(200, json=ROWS[:3], headers=later))
    message = server.refusal(FetchError, SITES)
    assert "2016-12-02T17:45:50+00:00" in message
    assert "try again" in message


def test_census_replies_are_merged_side_by_side():
    server, heard = Census(), []
    fetched = server.fetch(census_key=SECRET, on_page=heard.append)
    header, *rows = json.loads(fetched.body)
    assert header == ["NAME", *DETAIL, *PROFILE, "state", "county", "tract"]
    assert rows[1] == [
        "Census Tract 000200",
        *(f"{name}@000200" for name in (*DETAIL, *PROFILE)),
        *("36", "005", "000200"),
    ]
    assert len(rows) == 2
    assert heard == [2, 2, 2]
    assert fetched.url == "https://api.census.gov/data/2024/acs/acs5"
    assert fetched.upstream_updated_at is None


def test_census_requests():
    server = Census()
    server.fetch(census_key=SECRET)
    asked = [request.url.params for request in server.requests]
    assert [params["get"].split(",") for params in asked] == [
        ["NAME", *DETAIL[:49]],
        ["NAME", *DETAIL[49:]],
        ["NAME", *PROFILE],
    ]
    assert {params["for"] for params in asked} == {"tract:*"}
    assert {params["in"] for params in asked} == {"state:36 county:005,047,061,081,085"}
    assert {params["key"] for params in asked} == {SECRET}
    assert [request.url.path for request in server.requests] == ["/data/2024/acs/acs5"] * 2 + [
        "/data/2024/acs/acs5/profile"
    ]


def test_census_key_is_optional_and_never_kept():
    server = Census()
    server.fetch()
    assert not any("key" in request.url.params for request in server.requests)
    fetched = Census().fetch(census_key=SECRET)
    assert SECRET not in repr(fetched)


def test_census_key_is_for_the_census():
    server = Socrata()
    server.fetch(census_key=SECRET)
    assert not any(SECRET in str(request.url) for request in server.requests)


def test_census_orders_rows_by_tract_not_by_position():
    _, *rows = json.loads(Census(profile=("000200", "000100")).fetch().body)
    assert {row[-1]: row[-4] for row in rows} == {"000100": "DP05_0024M@000100", "000200": "DP05_0024M@000200"}


def test_a_variable_asked_twice_is_one_column():
    header, row, _ = json.loads(Census().fetch(replace(ACS, queries=((API, ("A", "B")), (API, ("B", "C"))))).body)
    assert header == ["NAME", "A", "B", "C", "state", "county", "tract"]
    assert row[1:4] == ["A@000100", "B@000100", "C@000100"]


def test_census_replies_are_reused():
    first = Census().fetch(census_key=SECRET)
    second = Census().fetch(previous=again(first))
    assert second.reused
    assert (second.body, second.validators) == (first.body, first.validators)
    assert not Census().fetch(previous=again(first), acs_year=2025).reused


def test_one_changed_census_reply_is_merged_with_the_columns_at_hand():
    first = Census().fetch()
    old, new = Census(), Census(value="new ")
    server = Server()
    server.answer = lambda request: (new if "profile" in request.url.path else old).answer(request)
    second = server.fetch(ACS, previous=again(first))
    header, row, _ = json.loads(second.body)
    assert not second.reused
    assert dict(zip(header, row, strict=True)) == {
        "NAME": "Census Tract 000100",
        **{name: f"{name}@000100" for name in DETAIL},
        **{name: f"new {name}@000100" for name in PROFILE},
        "state": "36",
        "county": "005",
        "tract": "000100",
    }


def test_tracts_that_are_not_in_every_reply():
    server = Census(profile=("000100",))
    message = server.refusal(UpstreamChanged, ACS)
    assert "1 tracts are not in all replies, first 36005000200" in message


@pytest.mark.parametrize(
    ("response", "error", "said"),
    [
        (httpx.Response(204), UpstreamChanged, "no content, expected rows; check the year"),
        (
            httpx.Response(200, text=f"<html><title>Invalid Key</title>{SECRET} is not valid</html>"),
            FetchError,
            "web page ('Invalid Key … is not valid'), expected rows; ask for a free key",
        ),
        (
            httpx.Response(400, text=f"error: unknown variable 'B28002_999E' key={SECRET}"),
            FetchError,
            "400 Bad Request error: unknown variable 'B28002_999E'",
        ),
        (httpx.Response(404, text="<h1>404</h1>"), FetchError, "404 Not Found 404"),
        (httpx.Response(200, json=[]), UpstreamChanged, "lacks ['NAME', 'B28002_001E'"),
        (httpx.Response(200, json=[["NAME", "state"], ["a", "36"]]), UpstreamChanged, "found ['NAME', 'state']"),
        (httpx.Response(200, json=[["NAME", "state"], ["a"]]), UpstreamChanged, "not arrays of one length"),
        (httpx.Response(200, json=[{"NAME": "a"}]), UpstreamChanged, "not arrays of one length"),
        (httpx.Response(200, json={"error": SECRET}), UpstreamChanged, "expected a JSON array"),
        (httpx.Response(200, text='[["NAME", "B28002'), UpstreamChanged, "not whole JSON"),
    ],
)
def test_census_troubles(response, error, said):
    server = Census(response)
    message = server.refusal(error, ACS, census_key=SECRET)
    assert said in message
    assert "equity-map ingest --from DIR" in message
    assert len(server.requests) == 1


def test_a_missing_key_redirects_to_a_page_that_says_so():
    server = Census(
        httpx.Response(302, headers={"Location": "https://api.census.gov/data/missing_key.html"}),
        httpx.Response(200, text="<html><title>Missing Key</title></html>"),
    )
    assert "('Missing Key')" in server.refusal(FetchError, ACS)


def test_repeated_tracts_are_noticed():
    assert "repeats 1 tracts" in Census(tracts=("000100", "000100")).refusal(UpstreamChanged, ACS)
