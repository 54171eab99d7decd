"""What a request asks of what it may have already (RFC 9110): the entity tags that it names
(sections 8.8.3 and 13), and a part of a stored object, which is one range of bytes (section 14)."""

import re
from dataclasses import dataclass
from typing import Final

ANY: Final = "*"
# One tag, and what may stand between two.
_TAG: Final = re.compile(r'\s*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')
_LONGEST: Final = 4_000
# One range: first and last, counted from 0; the first one on; or so many at the end.
_ONE: Final = re.compile(r"bytes=(?:(\d{1,16})-(\d{0,16})|-(\d{1,16}))", re.IGNORECASE)


class Unsatisfiable(ValueError):
    """The object of `size` bytes has none of those that are asked for."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@dataclass(frozen=True)
class Part:
    """Bytes `first` to `last` of an object of `size` bytes, counted from 0, both included."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def content_range(self) -> str:
        """The header Content-Range."""
        return f"bytes {self.first}-{self.last}/{self.size}"


def part_of(range_header: str | None, if_range: str | None, etag: str, size: int) -> Part | None:
    """What Range and If-Range ask of an object with that strong ETag; None for all of it: also for
    several parts, another unit or version. Raises Unsatisfiable."""
    if range_header is None:
        match = None
    else:
        match = _ONE.fullmatch(range_header.strip())
    if match is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last, at_the_end = match.groups()
    if at_the_end is not None:
        length = min(int(at_the_end), size)
        if not length:
            raise Unsatisfiable(size)
        return Part(size - length, size - 1, size)
    begin = int(first)
    end = int(last) if last else size - 1
    if last and end < begin:
        return None  # no range at all
    if begin >= size:
        raise Unsatisfiable(size)
    return Part(begin, min(end, size - 1), size)


class NoTags(ValueError):
    """The header holds something else than entity tags."""


def tags_of(header: str) -> list[str]:
    """The tags of If-Match or If-None-Match in their quotes, without `W/`; of `*` that alone.

    Raises:
        NoTags: it is neither.
    """
    text = header.strip()
    if text == ANY:
        return [ANY]
    tags: list[str] = []
    place = 0
    while place < len(text):
        match = _TAG.match(text, place)
        if match is None or len(text) > _LONGEST:
            raise NoTags
        tags.append(match[1])
        place = match.end()
    if not tags or text.endswith(","):
        raise NoTags
    return tags


def is_known(header: str | None, tag: str) -> bool:
    """Whether If-None-Match names what stands. What holds no tags names nothing."""
    if header is None:
        return False
    try:
        tags = tags_of(header)
    except NoTags:
        return False
    return ANY in tags or tag.removeprefix("W/") in tags
