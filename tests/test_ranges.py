"""Parts of files, as programs that read a little of a large file ask for them."""

import pytest

from app.ranges import asked

FILE = "/collections/kiosks/items.fgb"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-9", range(10)),
        ("bytes=90-", range(90, 100)),
        ("bytes=-5", range(95, 100)),
        ("bytes=-500", range(100)),
        ("bytes=50-5000", range(50, 100)),
        ("bytes = 1-1", range(1, 2)),
        ("bytes=100-", range(100, 100)),
        ("bytes=200-300", range(200, 100)),
        ("bytes=-0", range(100, 100)),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_asked(header, part):
    found = asked(header, 100)
    assert found == part and (found is None) == (part is None)


def test_a_part_of_a_file(client):
    whole = client.get(FILE, {"Accept-Encoding": "identity"})
    assert whole.headers["accept-ranges"] == "bytes"
    for encoding in ("identity", "gzip, br"):
        part = client.get(FILE, {"Range": "bytes=8-15", "Accept-Encoding": encoding})
        assert (part.status_code, part.content) == (206, whole.content[8:16])
        assert part.headers["content-range"] == f"bytes 8-15/{len(whole.content)}"
        assert part.headers["etag"] == whole.headers["etag"] and "content-encoding" not in part.headers
    beyond = client.get(FILE, {"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.content) == (416, b"")
    assert beyond.headers["content-range"] == f"bytes */{len(whole.content)}"


def test_parts_of_another_file_are_not_mixed(client):
    etag = client.get(FILE, {"Accept-Encoding": "identity"}).headers["etag"]
    assert client.get(FILE, {"Range": "bytes=0-7", "If-Range": etag}).status_code == 206
    assert client.get(FILE, {"Range": "bytes=0-7", "If-Range": '"other"'}).status_code == 200
    assert client.get("/collections", {"Range": "bytes=0-7"}).status_code == 200
