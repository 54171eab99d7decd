"""Verification of an export, without any database: only the file's lines and the public keys are needed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tillroll.audit.checking import Link, SealChecker, check_events, link_of
from tillroll.audit.files import Section, sections
from tillroll.audit.findings import Finding, Flaw, Place
from tillroll.audit.seals import SignedSeal


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

    def __init__(self, checker: SealChecker, first: int) -> None:
        self._checker = checker
        self._first = first
        self._previous: Link | None = None
        self._last_seq: dict[str, int] = {}
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
        findings = await self._checker.findings(signed, self._previous, Place.EXPORT)
        if section.unreadable:
            self._add(
                Flaw.UNREADABLE, f"Below seal {signed.number}, {section.unreadable} lines are no event.", signed.number
            )
        self.verified.findings += findings
        self.verified.findings += check_events(signed, signed.true_leaves, section.entries, Place.EXPORT)
        self._check_streams(section)
        self.verified.first = signed.number if self.verified.first is None else self.verified.first
        self.verified.head = signed
        self.verified.events += len(section.entries)
        self._previous = link_of(signed)

    def _is_repeated(self, signed: SignedSeal) -> bool:
        """True for the last seal once more: exports that overlap by one may be put together."""
        head = self.verified.head
        return head is not None and signed == head

    def _check_streams(self, section: Section) -> None:
        """Within a stream `seq` counts without a gap, so an event that was deleted before it was sealed leaves one."""
        for entry in section.entries:
            seq, last = entry.event.get("seq"), self._last_seq.get(entry.stream)
            if not isinstance(seq, int):
                continue
            begins_here = last is None and self._first > 1  # the stream may have begun before the export
            if not begins_here and seq != (last or 0) + 1:
                says = f"Before event {entry.id} of {entry.stream} an event of the same stream is missing."
                self.verified.findings.append(
                    Finding(
                        Flaw.DELETED, Place.EXPORT, says, section.seal and section.seal.number, entry.id, entry.stream
                    )
                )
            self._last_seq[entry.stream] = seq

    def _add(self, flaw: Flaw, says: str, seal: int | None) -> None:
        self.verified.findings.append(Finding(flaw, Place.EXPORT, says, seal))


async def verify_export(checker: SealChecker, lines: Iterable[str], first: int = 1) -> Verified:
    """Go through an export, or several one after the other. `first` is the seal that it must begin with."""
    export = _Export(checker, first)
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
