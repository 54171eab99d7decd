"""Stored files straight from the real R2: parts by Range, headers by HEAD, and 304 for who has
them.
"""

import httpx

from tests.support.drawing import draw_receipt
from tests.support.receipts import clear_receipt
from tests.support.running_stack import OTHER_TOKEN, RunningStack


def test_a_file_is_fetched_in_parts_by_whoever_may_have_it(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("RANGE SHOP SDN BHD", "41.00"))
    path = f"/api/receipts/{stack.upload(photo).json()['receiptId']}/image"
    with stack.client() as client:
        whole = client.get(path)
        tag = whole.headers["etag"]
        assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (
            200,
            photo,
            "bytes",
        )
        assert tag.startswith('"')
        size = len(photo)
        for wanted, expected in (
            ("bytes=0-99", photo[:100]),
            ("bytes=100-", photo[100:]),
            ("bytes=-7", photo[-7:]),
            (f"bytes=5-{size * 9}", photo[5:]),
        ):
            part = client.get(path, headers={"range": wanted, "if-range": tag})
            assert (part.status_code, part.content) == (206, expected), wanted
            first = (
                size - len(expected)
                if wanted.startswith("bytes=-")
                else int(wanted[6:].partition("-")[0])
            )
            assert (
                part.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{size}"
            )
            assert (part.headers["etag"], part.headers["content-type"]) == (
                tag,
                whole.headers["content-type"],
            )
            assert int(part.headers["content-length"]) == len(expected)
        for headers in (
            {"range": "bytes=0-9", "if-range": '"another"'},
            {"range": "bytes=0-1,4-5"},
            {"range": "lines=1-2"},
        ):
            assert client.get(path, headers=headers).content == photo
        refused = client.get(path, headers={"range": f"bytes={size}-"})
        assert (refused.status_code, refused.headers["content-range"]) == (416, f"bytes */{size}")
        assert refused.json()["type"] == "urn:tillroll:problem:range-not-satisfiable"
    with stack.client_of(OTHER_TOKEN) as client:
        stolen = client.get(path, headers={"range": "bytes=0-9"})
        assert (stolen.status_code, "etag" in stolen.headers) == (httpx.codes.NOT_FOUND, False)


def test_a_file_is_looked_at_without_its_bytes(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("HEAD SHOP SDN BHD", "42.00"))
    path = f"/api/receipts/{stack.upload(photo).json()['receiptId']}/image"
    with stack.client() as client:
        for address in (path, f"{path}?width=160"):
            whole = client.get(address)
            looked = client.head(address, headers={"range": "bytes=0-9"})
            assert (looked.status_code, looked.content) == (200, b""), address
            for name in ("content-type", "etag", "cache-control", "content-security-policy"):
                assert looked.headers.get(name) == whole.headers.get(name), (address, name)
        tag = client.get(path).headers["etag"]
        assert client.head(path).headers["content-length"] == str(len(photo))
        for method in ("GET", "HEAD"):
            for known in (tag, f'"another", W/{tag}', "*"):
                same = client.request(
                    method, path, headers={"if-none-match": known, "range": "bytes=0-9"}
                )
                assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
        assert client.get(path, headers={"if-none-match": '"another"'}).content == photo
        missing = client.head("/api/receipts/rec_none/image")
        assert (missing.status_code, missing.content) == (404, b"")
    with stack.client_of(OTHER_TOKEN) as client:
        assert client.head(path).status_code == httpx.codes.NOT_FOUND
        assert client.get(path, headers={"if-none-match": "*"}).status_code == httpx.codes.NOT_FOUND


def test_a_form_has_no_field_that_would_be_dropped(stack: RunningStack) -> None:
    photo = draw_receipt(clear_receipt("FIELD SHOP SDN BHD", "43.00"))
    with stack.client() as client:
        refused = client.post(
            "/api/receipts", files={"receipt": ("photo.jpg", photo)}, data={"paidBy": "employee"}
        )
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == ["paidBy"]
