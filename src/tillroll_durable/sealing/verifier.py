"""Verification of seals with their events, wherever they come from: rows, an export, an archived
file.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tillroll_durable.platform.json import dump
from tillroll_durable.sealing import checks
from tillroll_durable.sealing.checks import Finding, Flaw, Link, Place
from tillroll_durable.sealing.files import Section, sections
from tillroll_durable.sealing.repository import Entry
from tillroll_durable.sealing.seals import SignedSeal

_NAMES: Final[Mapping[Place, str]] = {
    Place.DATABASE: "the database",
    Place.COPY: "the copy",
    Place.EXPORT: "the export",
    Place.ARCHIVE: "the archived file",
}


@dataclass
class Verified:
    """`first` and `head` are the export's ends, `events` those under its seals; `findings` are in
    the file's order.
    """

    first: int | None = None
    head: SignedSeal | None = None
    events: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])


class Verifier:
    """Takes seals with their events one by one, from rows or from a file, and keeps only what the
    next one depends on.
    """

    def __init__(
        self, checker: checks.SealChecker, first: int, previous: Link | None, place: Place
    ) -> None:
        self._checker = checker
        self._first = first
        self._previous = previous
        self._place = place
        # By stream: its last event's id and number.
        self._last: dict[str, tuple[int, int]] = {}
        # By the numbers of seals: what was verified under each, as a digest.
        self._contents: dict[int, bytes] = {}
        self.verified = Verified()

    @property
    def previous(self) -> Link | None:
        """The seal that the next one has to follow; None where it is not known."""
        return self._previous

    def take_findings(self) -> list[Finding]:
        """What was found since this was asked before."""
        findings = self.verified.findings
        self.verified.findings = []
        return findings

    async def take(self, section: Section) -> None:
        """Take what a file has of one seal."""
        signed = section.seal
        if signed is None:
            self._add(
                Flaw.UNREADABLE,
                f"There are lines before the first seal of {_NAMES[self._place]}.",
                None,
            )
            return
        content = _content_of(section)
        if self._contents.get(signed.number) == content:
            return  # exports that overlap may be put together, and a whole one may stand twice
        self._contents.setdefault(signed.number, content)
        self._note_left_out(signed.number)
        findings = await self._checker.findings(signed, self._previous, self._place)
        if section.unreadable:
            self._add(
                Flaw.UNREADABLE,
                f"Below seal {signed.number}, {section.unreadable} lines are no event.",
                signed.number,
            )
        self.verified.findings += findings
        if self.verified.first is None:
            self.verified.first = signed.number
        self.verified.head = signed
        self._take_events([signed], section.entries, self._stream_gaps(section))

    async def take_row(
        self,
        number: int,
        seal: SignedSeal | None,
        *,
        references: Sequence[SignedSeal],
        entries: Sequence[Entry],
        gaps: Sequence[checks.StreamGap],
    ) -> None:
        """Take what the database has of one seal. `references` are the seals that say what should
        be there, which its copy may know better than its row.
        """
        if seal is None:
            self._add(Flaw.SEAL_MISSING, self._one_missing(number), number)
        else:
            self.verified.findings += await self._checker.findings(
                seal, self._previous, self._place
            )
        if references:
            self._take_events(references, entries, gaps)
        else:
            self._previous = None
            self._first = number + 1

    def _note_left_out(self, number: int) -> None:
        """Note the seals that are missing before one."""
        if self._previous:
            first = self._previous.number + 1
        else:
            first = self._first
        if number <= first:
            return
        if number == first + 1:
            sentence = self._one_missing(first)
        else:
            sentence = f"Seals {first} to {number - 1} are missing from {_NAMES[self._place]}."
        self._add(Flaw.SEAL_MISSING, sentence, first)
        self._previous = None

    def _one_missing(self, number: int) -> str:
        return f"Seal {number} is missing from {_NAMES[self._place]}."

    def _take_events(
        self,
        references: Sequence[SignedSeal],
        entries: Sequence[Entry],
        gaps: Sequence[checks.StreamGap],
    ) -> None:
        """Hold events to the seals that say what should be there: the first of them counts for
        what follows.
        """
        signed = references[0]
        unlike = self._unlike_sealed(references, entries)
        self.verified.findings += unlike
        self.verified.findings += checks.check_gaps(
            signed, entries, self._previous, gaps=gaps, unlike=unlike, place=self._place
        )
        self.verified.events += len(entries)
        self._previous = checks.link_of(signed)

    def _unlike_sealed(
        self, references: Sequence[SignedSeal], entries: Sequence[Entry]
    ) -> list[Finding]:
        """What is wrong with the events; once, where two seals say so."""
        findings: list[Finding] = []
        for reference in references:
            event_ids = {other.event for other in findings}
            findings += [
                finding
                for finding in checks.check_events(
                    reference, reference.true_leaves, entries=entries, place=self._place
                )
                if finding.event is None or finding.event not in event_ids
            ]
        return findings

    def _stream_gaps(self, section: Section) -> list[checks.StreamGap]:
        """The numbers that streams lack. The last number of each stream is kept for the next."""
        gaps: list[checks.StreamGap] = []
        for entry in section.entries:
            seq = entry.event.get("seq")
            if not isinstance(seq, int):
                continue
            # it may have begun before the export
            begins_here = entry.stream not in self._last and self._first > 1
            before, seq_before = self._last.get(entry.stream, (0, 0))
            if not begins_here and seq != seq_before + 1:
                gaps.append(
                    checks.StreamGap(
                        entry.stream, entry.id, seq=seq, before=before, seq_before=seq_before
                    )
                )
            self._last[entry.stream] = (entry.id, seq)
        return gaps

    def _add(self, flaw: Flaw, sentence: str, seal: int | None) -> None:
        self.verified.findings.append(Finding(flaw, self._place, says=sentence, seal=seal))


def _content_of(section: Section) -> bytes:
    """SHA-256 of a seal with all lines under it: equal for equal sections only."""
    digest = hashlib.sha256()
    if section.seal is not None:
        digest.update(dump(section.seal.to_json()).encode())
    for entry in section.entries:
        digest.update(b"\n")
        digest.update(entry.line.encode())
    digest.update(f"\n{section.unreadable}".encode())
    return digest.digest()


async def verify_export(
    checker: checks.SealChecker,
    lines: Iterable[str],
    first: int = 1,
    previous: Link | None = None,
    place: Place = Place.EXPORT,
) -> Verified:
    """Go through exports. `first` is the seal that must begin them, `previous` the one before,
    where known.
    """
    verifier = Verifier(checker, first, previous=previous, place=place)
    for section in sections(lines):
        await verifier.take(section)
    return verifier.verified


def against_head(verified: Verified, number: int | None, seal_hash: str | None) -> list[Finding]:
    """What a head that was noted elsewhere shows: an end that was cut off, or a history that was
    written anew.
    """
    head = verified.head
    if head is None:
        return [Finding(Flaw.SEAL_MISSING, Place.EXPORT, "The export has no seal.")]
    findings: list[Finding] = []
    if number is not None and head.number != number:
        sentence = f"The export ends with seal {head.number}; seal {number} was expected."
        findings.append(Finding(Flaw.SEAL_MISSING, Place.EXPORT, says=sentence, seal=head.number))
    if seal_hash is not None and head.seal.hash() != seal_hash:
        sentence = f"The hash of seal {head.number} is {head.seal.hash()}, not the expected one."
        findings.append(Finding(Flaw.HEAD_DIFFERS, Place.EXPORT, says=sentence, seal=head.number))
    return findings
