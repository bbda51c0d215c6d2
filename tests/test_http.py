import logging
import traceback

import httpx
import pytest

from geo.errors import FetchError
from loaders import http
from loaders.http import Validators, get, make_client

OPEN_DATA = "https://data.cityofnewyork.us/resource/abcd-1234.json"
CENSUS = "https://api.census.gov/data/2024/acs/acs5"
SECRET = "s3cret/key+"


class Server:
    """Answers from a script, one entry a request, the last one for ever; keeps the requests and the sleeps."""

    def __init__(self, *script):
        self.script, self.requests, self.sleeps = list(script), [], []

    def __call__(self, request):
        self.requests.append(request)
        answer = self.script[min(len(self.requests), len(self.script)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else httpx.Response(answer[0], headers=answer[1], content=answer[2])

    def get(self, url=OPEN_DATA, params=None, validators=None, token=None, draw=0.5):
        with make_client(30, token, "equity-map-tests", httpx.MockTransport(self)) as client:
            return get(client, url, params or {}, validators=validators, sleep=self.sleeps.append, random=lambda: draw)


OK = (200, {}, b"[]")
BUSY = (503, {}, b"down")


def refusal(server, **asked):
    with pytest.raises(FetchError) as caught:
        server.get(**asked)
    return str(caught.value), "".join(traceback.format_exception(caught.value)) + repr(chain(caught.value))


def chain(exc):
    found = []
    while exc:
        found.append(exc)
        exc = exc.__cause__ or exc.__context__
    return found


def test_client_has_timeouts_an_agent_and_follows_redirects():
    with make_client(30, None, "equity-map-tests") as client:
        assert client.timeout == httpx.Timeout(30, connect=10)
        assert client.headers["User-Agent"] == "equity-map-tests"
        assert client.follow_redirects
        assert "X-App-Token" not in client.headers


def test_answer_carries_body_validators_and_date():
    server = Server((200, {"ETag": '"a"', "Last-Modified": "Fri, 02 Dec 2016 17:45:50 GMT"}, b"[1]"))
    reply = server.get(params={"$where": "a > 'b c'", "$limit": 5})
    assert (reply.modified, reply.body) == (True, b"[1]")
    assert reply.validators == Validators('"a"', "Fri, 02 Dec 2016 17:45:50 GMT")
    assert reply.updated_at == "2016-12-02T17:45:50+00:00"
    (request,) = server.requests
    assert dict(request.url.params) == {"$where": "a > 'b c'", "$limit": "5"}
    assert not {"If-None-Match", "If-Modified-Since"} & {*request.headers}
    assert server.sleeps == []


def test_socrata_date_of_the_data_wins_over_last_modified():
    dates = {
        "X-SODA2-Truth-Last-Modified": "Fri, 02 Dec 2016 17:45:50 GMT",
        "Last-Modified": "Sat, 03 Dec 2016 00:00:00 GMT",
    }
    assert Server((200, dates, b"[]")).get().updated_at == "2016-12-02T17:45:50+00:00"
    assert Server((200, {"Last-Modified": "yesterday"}, b"[]")).get().updated_at is None


def test_conditional_request_and_not_modified():
    server = Server((304, {}, b""))
    reply = server.get(validators=Validators('"a"', "Fri, 02 Dec 2016 17:45:50 GMT"))
    assert not reply.modified
    assert server.requests[0].headers["If-None-Match"] == '"a"'
    assert server.requests[0].headers["If-Modified-Since"] == "Fri, 02 Dec 2016 17:45:50 GMT"


@pytest.mark.parametrize("validators", [None, Validators()])
def test_not_modified_that_nobody_asked_for_is_refused(validators):
    message, _ = refusal(Server((304, {}, b"")), validators=validators)
    assert "304 Not Modified" in message


@pytest.mark.parametrize(
    "trouble",
    [
        (429, {}, b""),
        (500, {}, b""),
        (503, {}, b""),
        (202, {}, b"not ready"),
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("peer closed the connection"),
        httpx.DecodingError("cut off"),
    ],
    ids=lambda trouble: str(trouble[0]) if isinstance(trouble, tuple) else type(trouble).__name__,
)
def test_passing_trouble_is_tried_again_with_growing_waits(trouble):
    server = Server(trouble, trouble, trouble, OK)
    assert server.get().body == b"[]"
    assert server.sleeps == [0.5, 1, 2]


def test_jitter_is_full():
    server = Server(BUSY, BUSY, OK)
    server.get(draw=0)
    assert server.sleeps == [0, 0]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0.5),
        ({"Retry-After": "86400"}, http.LONGEST_WAIT_S),
        ({"Retry-After": "Fri, 02 Dec 2016 17:46:00 GMT", "Date": "Fri, 02 Dec 2016 17:45:50 GMT"}, 10),
        ({"Retry-After": "Fri, 02 Dec 2016 17:45:00 GMT", "Date": "Fri, 02 Dec 2016 17:45:50 GMT"}, 0.5),
        ({"Retry-After": "Fri, 02 Dec 2016 17:45:00 GMT"}, 0.5),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, http.LONGEST_WAIT_S),
        ({"Retry-After": "soon"}, 0.5),
        ({"Retry-After": "-3"}, 0.5),
    ],
)
def test_retry_after(headers, wait):
    server = Server((429, headers, b""), OK)
    server.get()
    assert server.sleeps == [wait]


def test_attempts_are_bounded():
    server = Server(BUSY)
    message, _ = refusal(server)
    assert len(server.requests) == http.ATTEMPTS == 5
    assert len(server.sleeps) == 4
    assert message == (
        f"{OPEN_DATA}: no data after 5 attempt(s), the last gave '503 Service Unavailable down'; "
        "try again later, or download the file and use `equity-map ingest --from DIR`"
    )


def test_total_wait_is_bounded():
    server = Server((429, {"Retry-After": "50"}, b""))
    refusal(server)
    assert server.sleeps == [50, 50, 50]


def test_other_refusals_are_not_tried_again():
    server = Server((404, {}, b"<html><style>p {}</style><h1>No such\n dataset</h1></html>"))
    message, _ = refusal(server)
    assert len(server.requests) == 1
    assert "after 1 attempt(s), the last gave '404 Not Found No such dataset'; check the address" in message


def test_broken_transport_is_named():
    message, _ = refusal(Server(httpx.ConnectError("[Errno -2] Name or service not known")))
    assert "ConnectError [Errno -2] Name or service not known" in message


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: httpx.Response(400, text=f"bad key in {request.url} or {SECRET}" + "x" * 300 + SECRET),
        lambda request: httpx.Response(500, text="y" * 195 + SECRET),
        httpx.ConnectError(f"cannot reach {CENSUS}?key={SECRET}"),
    ],
    ids=["echo", "cut", "transport"],
)
def test_no_message_tells_the_key(answer, caplog):
    caplog.set_level(logging.DEBUG)
    told = refusal(Server(answer), url=CENSUS, params={"get": "NAME", "key": SECRET})
    for text in (*told, caplog.text):
        assert "s3cret" not in text
    assert CENSUS in told[0]


def test_key_is_sent_and_not_logged(caplog):
    caplog.set_level(logging.DEBUG)
    server = Server(OK)
    server.get(CENSUS, {"get": "NAME", "key": SECRET})
    assert server.requests[0].url.params["key"] == SECRET
    assert "get=NAME" in caplog.text
    assert "s3cret" not in caplog.text


def test_token_goes_to_open_data_only_and_is_never_told():
    server = Server((403, {}, f"Invalid app_token {SECRET}".encode()))
    assert "s3cret" not in "".join(refusal(server, token=SECRET))
    assert server.requests[0].headers["X-App-Token"] == SECRET
    server = Server(OK)
    server.get(CENSUS, token=SECRET)
    assert "X-App-Token" not in server.requests[0].headers


@pytest.mark.parametrize("target", ["https://elsewhere.example/x", "http://data.cityofnewyork.us/x"])
def test_token_does_not_follow_a_redirect_elsewhere(target):
    server = Server((302, {"Location": target}, b""), OK)
    assert server.get(token=SECRET).body == b"[]"
    first, second = server.requests
    assert first.headers["X-App-Token"] == SECRET
    assert str(second.url) == target
    assert "X-App-Token" not in second.headers


def test_endless_redirects_end():
    server = Server((302, {"Location": OPEN_DATA}, b""))
    message, _ = refusal(server)
    assert "TooManyRedirects" in message
