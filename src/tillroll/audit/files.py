"""Seals and events as JSON Lines, in the object store's copies and in exports: a seal's line, then its events'."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tillroll.audit.entries import Entry, entry_of_line
from tillroll.audit.sealing.seals import SignedSeal, seal_of_json
from tillroll.durable.record.audit import SEALED_COPIES
from tillroll.platform.json import dump, load_object

MEDIA_TYPE = "application/x-ndjson"
# Wide enough to keep the order of the keys that of the numbers for a million years of one seal a minute.
_DIGITS = 12
_SUFFIX = ".jsonl"


@dataclass
class Section:
    """What a file has of one seal.

    Attributes:
        seal: None where lines stand before the first readable seal.
        entries: the events, in the file's order.
        unreadable: how many lines are neither.
    """

    seal: SignedSeal | None
    entries: list[Entry] = field(default_factory=list[Entry])
    unreadable: int = 0


def copy_key(number: int) -> str:
    """Where the object store has a seal's copy."""
    return f"{SEALED_COPIES}{number:0{_DIGITS}}{_SUFFIX}"


def number_of_key(key: str) -> int | None:
    """The seal's number, for a key of `copy_key`."""
    digits = key.removeprefix(SEALED_COPIES).removesuffix(_SUFFIX)
    return int(digits) if digits.isdecimal() and key == copy_key(int(digits)) else None


def render(seal: SignedSeal, entries: Iterable[Entry]) -> str:
    """The same for the same seal and events, to the byte."""
    return "".join(f"{line}\n" for line in (dump(seal.to_json()), *(entry.line for entry in entries)))


def sections(lines: Iterable[str]) -> Iterator[Section]:
    """The seals of a file, one at a time, so that its size does not matter."""
    section = Section(None)
    for raw in lines:
        line = raw.rstrip("\r\n")
        if not line:
            continue
        if line.startswith('{"hash":'):  # the first key of a seal's line, which no event's line has
            try:
                seal = seal_of_json(load_object(line))
            except ValueError:
                section.unreadable += 1
                continue
            if _has_content(section):
                yield section
            section = Section(seal)
            continue
        try:
            section.entries.append(entry_of_line(line))
        except ValueError:
            section.unreadable += 1
    if _has_content(section):
        yield section


def _has_content(section: Section) -> bool:
    return section.seal is not None or bool(section.entries) or section.unreadable > 0
