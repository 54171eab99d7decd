"""The part of an object that Range and If-Range ask for, by the examples and rules of RFC 9110,
section 14.
"""

import pytest

from tillroll_durable.platform.web.conditional_requests import Part, Unsatisfiable, part_of

ETAG = '"5f"'


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-499", 0, 499),
        ("bytes=500-999", 500, 999),
        ("bytes=-500", 9500, 9999),
        ("bytes=9500-", 9500, 9999),
        ("bytes=0-0", 0, 0),
        ("bytes=-1", 9999, 9999),
        ("bytes=0-99999", 0, 9999),
        ("bytes=-99999", 0, 9999),
        ("Bytes=1-2", 1, 2),
    ],
)
def test_one_range_is_a_part(wanted: str, first: int, last: int) -> None:
    part = part_of(wanted, None, ETAG, 10_000)
    assert part is not None
    assert part == Part(first, last, 10_000)
    assert part.content_range == f"bytes {first}-{last}/10000"
    assert part.length == last - first + 1
    assert part_of(wanted, ETAG, ETAG, 10_000) == part


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-4",
        "bytes=0-1,3-4",
        "lines=0-1",
        "bytes=a-b",
        "bytes=1-2-3",
        "bytes=0x1-2",
    ],
)
def test_what_is_no_single_range_is_the_whole(wanted: str | None) -> None:
    assert part_of(wanted, None, ETAG, 10_000) is None


@pytest.mark.parametrize("version", ['"60"', 'W/"5f"', "Sat, 21 Nov 2026 08:00:00 GMT", "5f"])
def test_a_part_of_another_version_is_the_whole(version: str) -> None:
    """A weak tag, or a date, names no bytes."""
    assert part_of("bytes=0-1", version, ETAG, 10_000) is None


@pytest.mark.parametrize(
    ("wanted", "size"), [("bytes=10000-", 10_000), ("bytes=10000-10001", 10_000), ("bytes=-0", 5)]
)
def test_what_begins_behind_the_end_is_refused_with_the_size(wanted: str, size: int) -> None:
    with pytest.raises(Unsatisfiable) as refused:
        part_of(wanted, None, ETAG, size)
    assert refused.value.size == size
