"""Checks of a seal with its events and of gaps before it, and the findings that verification can
have.
"""

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tillroll_durable.platform.bindings.database import Database, digits, integer, of_row, statement
from tillroll_durable.sealing.repository import Entry
from tillroll_durable.sealing.seals import SignedSeal, from_ranges, key_id_of, leaf, root


class Flaw(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    GAP = "gap"
    INSERTED = "inserted"
    REORDERED = "reordered"
    UNREADABLE = "unreadable"
    SEAL_MISSING = "seal_missing"
    SEAL_ALTERED = "seal_altered"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    CHAIN_BROKEN = "chain_broken"
    COPY_MISSING = "copy_missing"
    COPY_DIFFERS = "copy_differs"
    HEAD_DIFFERS = "head_differs"
    NOT_SEALING = "not_sealing"
    SEALING_LATE = "sealing_late"
    ARCHIVE_MISSING = "archive_missing"
    ARCHIVE_DIFFERS = "archive_differs"
    ARCHIVE_UNPROVEN = "archive_unproven"


class Place(StrEnum):
    """Where it was found."""

    DATABASE = "database"
    COPY = "copy"
    EXPORT = "export"
    ARCHIVE = "archive"


# What is said of an event, wherever it stands.
NOT_AS_SEALED: Final = "is not what was sealed"
NOT_SEALED: Final = "was not there when its neighbours were sealed"


@dataclass(frozen=True)
class Finding:
    """`says` is for a person; `seal`, `event` and `stream` name what it is about, where it is about
    one. `stream` is mostly a run, None where only the event's id is known.
    """

    flaw: Flaw
    place: Place
    says: str
    seal: int | None = None
    event: int | None = None
    stream: str | None = None


def first_event(findings: list[Finding]) -> Finding | None:
    """The finding about the event with the smallest id."""
    named = [finding for finding in findings if finding.event is not None]
    return min(named, key=lambda finding: finding.event or 0, default=None)


# (public key, signature, message) -> whether it is that key's signature of the message.
IsSigned = Callable[[bytes, bytes, bytes], Awaitable[bool]]


@dataclass(frozen=True)
class Link:
    """The seal before, as far as the next one depends on it."""

    number: int
    hash: str
    to_id: int


class SealChecker:
    """Knows whose signatures count. A key that only the database or the export names is not
    trusted.
    """

    def __init__(self, public_keys: Iterable[bytes], is_signed: IsSigned) -> None:
        self.trusted: Mapping[str, bytes] = {key_id_of(key): key for key in public_keys}
        self._is_signed = is_signed

    async def is_authentic(self, signed: SignedSeal) -> bool:
        """True where the content is what a trusted key has signed."""
        key = self.trusted.get(signed.seal.key_id)
        return key is not None and await self._has_signature(key, signed)

    async def findings(
        self, signed: SignedSeal, previous: Link | None, place: Place
    ) -> list[Finding]:
        """What is wrong with a seal by itself, and with its place behind the one before (None: not
        known).
        """
        problems = await self._about_signature(signed)
        if signed.hash != signed.seal.hash():
            problems.append((Flaw.SEAL_ALTERED, "its hash is not that of its content"))
        if signed.true_leaves is None:
            problems.append((Flaw.SEAL_ALTERED, "its leaves are not those of its Merkle root"))
        if not _follows(signed, previous):
            problems.append((Flaw.CHAIN_BROKEN, "it does not follow the seal before it"))
        number = signed.number
        return [
            Finding(flaw, place, f"Seal {number}: {sentence}.", seal=number)
            for flaw, sentence in problems
        ]

    async def _about_signature(self, signed: SignedSeal) -> list[tuple[Flaw, str]]:
        key = self.trusted.get(signed.seal.key_id)
        if key is None:
            return [
                (Flaw.UNKNOWN_KEY, f"its key {signed.seal.key_id} is not among the trusted ones")
            ]
        if not await self._has_signature(key, signed):
            return [(Flaw.BAD_SIGNATURE, "its signature is not that of its content")]
        if signed.public_key != base64.b64encode(key).decode():
            return [(Flaw.SEAL_ALTERED, "the public key beside it is another")]
        return []

    async def _has_signature(self, key: bytes, signed: SignedSeal) -> bool:
        try:
            signature = base64.b64decode(signed.signature, validate=True)
        except binascii.Error:
            return False
        return await self._is_signed(key, signature, signed.seal.signed_bytes())


def link_of(signed: SignedSeal) -> Link:
    """What the next seal has to say of this one."""
    return Link(signed.number, signed.seal.hash(), signed.seal.to_id)


def _follows(signed: SignedSeal, previous: Link | None) -> bool:
    seal = signed.seal
    if seal.number == 1:
        return seal.previous_hash == ""
    if previous is None:
        return True
    return (
        seal.number == previous.number + 1
        and seal.previous_hash == previous.hash
        and seal.from_id > previous.to_id
    )


def check_events(
    signed: SignedSeal, leaves: Sequence[bytes] | None, entries: Sequence[Entry], place: Place
) -> list[Finding]:
    """What is wrong with the events under a seal, by ascending id. `leaves` are the seal's true
    leaves; without them an edited event is noticed, but cannot be named.
    """
    number = signed.number
    findings: list[Finding] = []
    present: dict[int, Entry] = {}
    highest = 0
    for entry in entries:
        if entry.id in present:
            findings.append(
                _about(entry, Flaw.INSERTED, place=place, seal=number, sentence="is there twice")
            )
            continue
        if entry.id < highest:
            findings.append(
                _about(
                    entry,
                    Flaw.REORDERED,
                    place=place,
                    seal=number,
                    sentence=f"stands behind event {highest}",
                )
            )
        highest = max(highest, entry.id)
        present[entry.id] = entry
    try:
        sealed = from_ranges(signed.seal.ids)
    except ValueError:
        return findings  # the seal itself is a finding then: no key of ours signs such a text
    if leaves:
        expected = dict(zip(sealed, leaves, strict=False))
    else:
        expected = dict.fromkeys(sealed)
    for event_id in sorted(expected.keys() | present.keys()):
        flaw = _check(event_id, expected, present=present, place=place, seal=number)
        if flaw:
            findings.append(flaw)
    if (
        leaves is None
        and not findings
        and root([leaf(entry.line) for entry in entries]).hex() != signed.seal.merkle_root
    ):
        sentence = (
            f"Of the events {sealed[0]} to {sealed[-1]} at least one was edited; which, only the "
            "leaves could tell."
        )
        findings.append(Finding(Flaw.EDITED, place, sentence, seal=number))
    return sorted(findings, key=lambda finding: finding.event or 0)


def _check(
    event_id: int,
    expected: Mapping[int, bytes | None],
    present: Mapping[int, Entry],
    place: Place,
    seal: int,
) -> Finding | None:
    entry = present.get(event_id)
    if entry is None:
        return missing_event(event_id, place, seal)
    if event_id not in expected:
        return _about(
            entry,
            Flaw.INSERTED,
            place=place,
            seal=seal,
            sentence=NOT_SEALED,
        )
    sealed_leaf = expected[event_id]
    if sealed_leaf is not None and leaf(entry.line) != sealed_leaf:
        for other, other_leaf in expected.items():
            if other_leaf == leaf(entry.with_id(other)):
                return _about(
                    entry,
                    Flaw.REORDERED,
                    place=place,
                    seal=seal,
                    sentence=f"is what event {other} was",
                )
        return _about(entry, Flaw.EDITED, place=place, seal=seal, sentence=NOT_AS_SEALED)
    if not entry.has_true_digest():
        return _about(
            entry,
            Flaw.EDITED,
            place=place,
            seal=seal,
            sentence="was edited before it was sealed: its digest is another",
        )
    return None


def missing_event(event_id: int, place: Place, seal: int, *, stream: str | None = None) -> Finding:
    """About an event that a seal covers, and that is not there."""
    sentence = f"Event {event_id} is missing."
    return Finding(Flaw.DELETED, place, says=sentence, seal=seal, event=event_id, stream=stream)


def _about(entry: Entry, flaw: Flaw, place: Place, seal: int | None, sentence: str) -> Finding:
    return Finding(
        flaw,
        place,
        says=f"Event {entry.id} of {entry.stream} {sentence}.",
        seal=seal,
        event=entry.id,
        stream=entry.stream,
    )


def check_unsealed(entries: Iterable[Entry]) -> list[Finding]:
    """Events that no seal covers yet: only their own digest speaks for them."""
    sentence = "was edited before it was sealed: its digest is another"
    return [
        _about(entry, Flaw.EDITED, place=Place.DATABASE, seal=None, sentence=sentence)
        for entry in entries
        if not entry.has_true_digest()
    ]


# Of one seal: the first ones tell the story.
_MOST_GAPS = 50


@dataclass(frozen=True)
class StreamGap:
    """Numbers that a stream lacks before an event. `event`: the id of the event behind the gap, and
    `seq` its number; `before`: the id of the stream's event before the gap, and `seq_before` its
    number; 0 where there is none.
    """

    stream: str
    event: int
    seq: int
    before: int
    seq_before: int

    def says(self) -> str:
        first = self.seq_before + 1
        last = self.seq - 1
        if last < first:
            return (
                f"Of {self.stream}, event {self.event} has number {self.seq}, which another event "
                "has."
            )
        if first == last:
            numbers = f"number {first} is"
        else:
            numbers = f"numbers {first} to {last} are"
        if self.before:
            place = (
                f"between event {self.before} (number {self.seq_before}) and event {self.event} "
                f"(number {self.seq})"
            )
        else:
            place = f"before event {self.event} (number {self.seq})"
        return f"Of {self.stream}, {numbers} missing {place}."


async def stream_gaps(database: Database, first: int, last: int) -> list[StreamGap]:
    """The gaps before the events from one id to another."""
    sql = f"""
      SELECT event.stream, event.id AS event, event.seq, COALESCE(before.id, 0) AS before,
             COALESCE(before.seq, 0) AS seq_before
      FROM audit_events event
      LEFT JOIN audit_events before ON before.stream = event.stream AND before.seq = (
        SELECT MAX(seq) FROM audit_events WHERE stream = event.stream AND seq < event.seq
      )
      WHERE event.id >= ?1 AND event.id <= ?2 AND event.seq <> COALESCE(before.seq, 0) + 1
        -- What came before may be archived, and numbers go on behind it.
        AND NOT EXISTS (SELECT 1 FROM archived_runs WHERE run_id = event.stream
            AND last_seq = event.seq - 1)
      ORDER BY event.id LIMIT {digits(_MOST_GAPS)}
    """
    query = statement(sql, [first, last])
    return [of_row(StreamGap, row) for row in await database.all(query)]


async def missing_at_the_end(database: Database) -> tuple[int, int] | None:
    """The first and the last id that were given behind the newest event; None where its id is the
    last one given.
    """
    sql = """
      SELECT COALESCE((SELECT MAX(id) FROM audit_events), 0) AS newest,
             COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'audit_events'), 0) AS given
    """
    row = await database.first(statement(sql))
    assert row is not None  # noqa: S101 - such a query has a row
    newest = integer(row, "newest")
    highest = integer(row, "given")
    if highest > newest:
        return (newest + 1, highest)
    return None


def missing_ids(ids: Sequence[int], after: int | None) -> list[tuple[int, int]]:
    """The ranges of ids that are not there, between ascending ids and behind the id `after` (None:
    not known).
    """
    expected = list(ids) if after is None else [after, *ids]
    return [(one + 1, other - 1) for one, other in pairwise(expected) if other > one + 1]


def gaps_in_ids(
    ranges: Iterable[tuple[int, int]], streams: Mapping[int, str], place: Place, seal: int | None
) -> list[Finding]:
    """What missing ids say; `streams` are those of the events beside them, by id, as far as they
    are known.
    """

    def named(event: int) -> str:
        if event in streams:
            return f"event {event} of {streams[event]}"
        return f"event {event}"

    findings: list[Finding] = []
    for first, last in ranges:
        if first > 1:
            neighbours = f"between {named(first - 1)} and {named(last + 1)}"
        else:
            neighbours = _in_front_of(last + 1, streams.get(last + 1))
        findings.append(_gap(first, last, neighbour=neighbours, place=place, seal=seal))
    return findings


def _in_front_of(event: int, stream: str | None) -> str:
    if stream is None:
        return f"before event {event}"
    return f"before event {event} of {stream}"


def _gap(first: int, last: int, neighbour: str, place: Place, seal: int | None) -> Finding:
    if first == last:
        sentence = f"Event {first} was deleted before a seal covered it, {neighbour}."
    else:
        sentence = f"Events {first} to {last} were deleted before a seal covered them, {neighbour}."
    return Finding(
        Flaw.GAP,
        place,
        says=sentence,
        seal=seal,
        event=first,
    )


def gap_at_the_end(first: int, last: int) -> Finding:
    """The finding that the newest events are missing, by their first and last id."""
    return _gap(first, last, neighbour="behind the newest event", place=Place.DATABASE, seal=None)


def gaps_in_streams(
    gaps: Iterable[StreamGap], deleted: Iterable[int], place: Place, seal: int | None
) -> list[Finding]:
    """What missing numbers say, but where an event that was deleted after its seal (`deleted`, ids)
    explains them.
    """
    deleted_ids = list(deleted)
    return [
        Finding(Flaw.GAP, place, says=gap.says(), seal=seal, event=gap.event, stream=gap.stream)
        for gap in gaps
        if not any(gap.before < event < gap.event for event in deleted_ids)
    ]


def last_id_before(number: int, previous: Link | None) -> int | None:
    """The id of the last event that was sealed before a seal; None where it is not known."""
    if number == 1:
        return 0
    if previous is None:
        return None
    return previous.to_id


def check_gaps(
    signed: SignedSeal,
    entries: Iterable[Entry],
    previous: Link | None,
    *,
    gaps: Iterable[StreamGap],
    unlike: Iterable[Finding],
    place: Place,
) -> list[Finding]:
    """What was deleted before a seal covered it. Ids and the numbers of a stream count without a
    gap. `unlike` is what `check_events` found: what was deleted later explains a gap.
    """
    number = signed.number
    try:
        sealed = from_ranges(signed.seal.ids)
    except ValueError:
        sealed = []  # the seal itself is a finding then
    ranges = missing_ids(sealed, last_id_before(number, previous))
    streams = {entry.id: entry.stream for entry in entries}
    deleted = [each.event for each in unlike if each.event and each.flaw is Flaw.DELETED]
    return [
        *gaps_in_ids(ranges, streams, place=place, seal=number),
        *gaps_in_streams(gaps, deleted, place=place, seal=number),
    ]
