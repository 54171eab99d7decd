"""Verification of an export, without any database: only the file's lines and the public keys are needed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tillroll.audit.files import Section, sections
from tillroll.audit.sealing.ranges import from_ranges
from tillroll.audit.sealing.seals import SignedSeal
from tillroll.audit.verifying.checking import Link, SealChecker, check_events, link_of
from tillroll.audit.verifying.findings import Finding, Flaw, Place
from tillroll.audit.verifying.gaps import StreamGap, gaps_in_ids, gaps_in_streams, missing_ids


@dataclass
class Verified:
    """
    Attributes:
        first: the first seal's number; None where there is none.
        head: the last seal, up to which the export goes.
        events: how many events the seals cover.
        findings: what is wrong, in the order of the file.
    """

    first: int | None = None
    head: SignedSeal | None = None
    events: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])


class _Export:
    """Takes the sections one by one; keeps only what the next one depends on."""

    def __init__(self, checker: SealChecker, first: int, previous: Link | None, place: Place) -> None:
        self._checker = checker
        self._first = first
        self._previous = previous
        self._place = place
        # By stream: its last event's id and number.
        self._last: dict[str, tuple[int, int]] = {}
        self.verified = Verified()

    async def take(self, section: Section) -> None:
        signed = section.seal
        if signed is None:
            self._add(Flaw.UNREADABLE, "The export has lines before its first seal.", None)
            return
        if self._is_repeated(signed):
            return
        awaited = self._previous.number + 1 if self._previous else self._first
        if signed.number > awaited:
            missing = (
                f"Seal {awaited} is" if signed.number == awaited + 1 else f"Seals {awaited} to {signed.number - 1} are"
            )
            self._add(Flaw.SEAL_MISSING, f"{missing} not in the export.", awaited)
            self._previous = None
        findings = await self._checker.findings(signed, self._previous, self._place)
        if section.unreadable:
            self._add(
                Flaw.UNREADABLE, f"Below seal {signed.number}, {section.unreadable} lines are no event.", signed.number
            )
        self.verified.findings += findings
        unlike = check_events(signed, signed.true_leaves, section.entries, self._place)
        self.verified.findings += unlike
        self._check_ids(section, signed)
        self._check_streams(section, signed, [each.event for each in unlike if each.event is not None])
        self.verified.first = signed.number if self.verified.first is None else self.verified.first
        self.verified.head = signed
        self.verified.events += len(section.entries)
        self._previous = link_of(signed)

    def _is_repeated(self, signed: SignedSeal) -> bool:
        """True for the last seal once more: exports that overlap by one may be put together."""
        head = self.verified.head
        return head is not None and signed == head

    def _check_ids(self, section: Section, signed: SignedSeal) -> None:
        """Ids count without a gap, so one that no seal covers was an event that was deleted before."""
        after = 0 if signed.number == 1 else self._previous.to_id if self._previous else None
        try:
            ranges = missing_ids(from_ranges(signed.seal.ids), after)
        except ValueError:
            return  # the seal itself is a finding then
        streams = {entry.id: entry.stream for entry in section.entries}
        self.verified.findings += gaps_in_ids(ranges, streams, self._place, signed.number)

    def _check_streams(self, section: Section, signed: SignedSeal, unlike: list[int]) -> None:
        """Within a stream `seq` counts without a gap, too."""
        gaps: list[StreamGap] = []
        for entry in section.entries:
            seq = entry.event.get("seq")
            if not isinstance(seq, int):
                continue
            begins_here = entry.stream not in self._last and self._first > 1  # it may have begun before the export
            before, seq_before = self._last.get(entry.stream, (0, 0))
            if not begins_here and seq != seq_before + 1:
                gaps.append(StreamGap(entry.stream, entry.id, seq, before, seq_before))
            self._last[entry.stream] = (entry.id, seq)
        self.verified.findings += gaps_in_streams(gaps, unlike, self._place, signed.number)

    def _add(self, flaw: Flaw, says: str, seal: int | None) -> None:
        self.verified.findings.append(Finding(flaw, self._place, says, seal))


async def verify_export(
    checker: SealChecker,
    lines: Iterable[str],
    first: int = 1,
    previous: Link | None = None,
    place: Place = Place.EXPORT,
) -> Verified:
    """Go through an export, or several one after the other. `first` is the seal that it must begin with, `previous` the
    one before that, where it is known."""
    export = _Export(checker, first, previous, place)
    for section in sections(lines):
        await export.take(section)
    return export.verified


def against_head(verified: Verified, number: int | None, seal_hash: str | None) -> list[Finding]:
    """What a head that was noted elsewhere shows: an end that was cut off, or a history that was written anew."""
    head = verified.head
    if head is None:
        return [Finding(Flaw.SEAL_MISSING, Place.EXPORT, "The export has no seal.")]
    found: list[Finding] = []
    if number is not None and head.number != number:
        says = f"The export ends with seal {head.number}; seal {number} was expected."
        found.append(Finding(Flaw.SEAL_MISSING, Place.EXPORT, says, head.number))
    if seal_hash is not None and head.seal.hash() != seal_hash:
        says = f"The hash of seal {head.number} is {head.seal.hash()}, not the expected one."
        found.append(Finding(Flaw.HEAD_DIFFERS, Place.EXPORT, says, head.number))
    return found
