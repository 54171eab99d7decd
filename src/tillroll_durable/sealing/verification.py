"""Verification of the database against the seals and their copies, a page of seals at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing import checks
from tillroll_durable.sealing.checks import Finding, Flaw, Link, Place, SealChecker
from tillroll_durable.sealing.files import (
    Range,
    Section,
    copy_key,
    file_of,
    number_of_key,
    range_of_seal,
    render,
    sections,
)
from tillroll_durable.sealing.range_verification import check_range
from tillroll_durable.sealing.repository import (
    Entry,
    entries_after,
    entries_between,
    last_seal,
    seal_numbered,
)
from tillroll_durable.sealing.seals import SignedSeal
from tillroll_durable.sealing.settings import AuditSettings
from tillroll_durable.sealing.verifier import Verifier, verify_export

# A copy is written a moment after its seal, and looked for again in the next tick.
_COPY_PATIENCE = timedelta(minutes=5)
_SEALING_PATIENCE = timedelta(minutes=15)
# Of the copies behind the last seal, and of the events behind it.
_MOST_BEHIND = 50
_MOST_UNSEALED = 500

NOT_SEALING = (
    "Nothing is being sealed: AUDIT_SIGNING_KEY is not set. `python -m cli audit key` makes a key."
)


@dataclass
class Report:
    """
    Attributes:
        findings: what is wrong with this page, seal by seal.
        seals: how many seals the page has.
        events: how many events the database has under them.
        next_seal: where the next page begins; None after the last.
        head: the last seal in the database.
        unsealed: how many events are not sealed yet; only counted up to _MOST_UNSEALED.
        unsealed_since: when the first of them happened, UTC.
        is_sealing: whether there is a key to seal with."""

    findings: list[Finding] = field(default_factory=list[Finding])
    seals: int = 0
    events: int = 0
    next_seal: int | None = None
    head: SignedSeal | None = None
    unsealed: int = 0
    unsealed_since: str | None = None
    is_sealing: bool = True


async def verify(platform: Platform, first: int, limit: int) -> Report:
    """Verify up to `limit` seals from `first` on, or its archived range; the last page looks behind
    the last seal.
    """
    own_key = await platform.signer.public_key()
    verification = _Verification(platform, await _checker(platform))
    report = Report(head=await last_seal(platform.database), is_sealing=own_key is not None)
    last = max(report.head.number if report.head else 0, await _last_copy(platform, report.head))
    archived = await range_of_seal(platform.database, first)
    if archived is not None and archived.stands_in_its_file:
        following = await verification.check_archived(archived, report)
    else:
        following = await verification.check_each(first, min(last, first + limit - 1), report)
    if last >= following:
        report.next_seal = following
    else:
        await _look_behind(platform, report)
    return report


async def findings_of_content(
    platform: Platform, seals: Sequence[SignedSeal], content: str
) -> list[Finding]:
    """What is wrong with seals and events that are about to be archived; `content` is what their
    file would hold.
    """
    verification = _Verification(platform, await _checker(platform))
    first = seals[0].number
    link = await verification.link_before(seals[0].number)
    verified = await verify_export(
        verification.checker, content.split("\n"), first=first, previous=link, place=Place.DATABASE
    )
    gaps = await checks.stream_gaps(platform.database, seals[0].seal.from_id, seals[-1].seal.to_id)
    return verified.findings + checks.gaps_in_streams(gaps, [], place=Place.DATABASE, seal=first)


async def findings_of_range(platform: Platform, archived: Range) -> list[Finding]:
    """What is wrong with a range that was archived."""
    report = Report()
    await _Verification(platform, await _checker(platform)).check_archived(archived, report)
    return report.findings


async def _checker(platform: Platform) -> SealChecker:
    own_key = await platform.signer.public_key()
    keys = [*platform.settings.of(AuditSettings).earlier_keys, *([own_key] if own_key else [])]
    return SealChecker(keys, platform.signer.is_signed)


async def _last_copy(platform: Platform, head: SignedSeal | None) -> int:
    """The highest number among the next copies behind the database's last seal: there should be
    none.
    """
    after = head.number if head else 0
    shard = platform.shard
    page = await platform.objects.page(copy_key(after, shard), _MOST_BEHIND)
    numbers = [number_of_key(item.key, shard) or 0 for item in page]
    return max(numbers, default=0)


async def _look_behind(platform: Platform, report: Report) -> None:
    """What is not sealed yet, and whether that is as it should be."""
    now = platform.clock.now()
    database = platform.database
    sealed_to = report.head.seal.to_id if report.head else 0
    unsealed = await entries_after(database, sealed_to, _MOST_UNSEALED)
    report.unsealed = len(unsealed)
    if unsealed:
        report.unsealed_since = str(unsealed[0].event["at"])
    else:
        report.unsealed_since = None
    report.findings += checks.check_unsealed(unsealed)
    ranges = checks.missing_ids([entry.id for entry in unsealed], sealed_to)
    report.findings += checks.gaps_in_ids(
        ranges, _streams(unsealed), place=Place.DATABASE, seal=None
    )
    if unsealed:
        gaps = await checks.stream_gaps(database, unsealed[0].id, unsealed[-1].id)
        report.findings += checks.gaps_in_streams(gaps, [], place=Place.DATABASE, seal=None)
    # What is sealed and missing at the end is reported with its seal.
    missing = await checks.missing_at_the_end(database)
    if missing and missing[1] > sealed_to:
        report.findings.append(checks.gap_at_the_end(max(missing[0], sealed_to + 1), missing[1]))
    if not report.is_sealing:
        report.findings.append(Finding(Flaw.NOT_SEALING, Place.DATABASE, NOT_SEALING))
    elif report.unsealed_since and report.unsealed_since < to_text(now - _SEALING_PATIENCE):
        sentence = (
            f"Events are not sealed since {report.unsealed_since}: does the cron run, and what "
            "does the log say?"
        )
        report.findings.append(Finding(Flaw.SEALING_LATE, Place.DATABASE, sentence))


def _streams(entries: Sequence[Entry]) -> dict[int, str]:
    return {entry.id: entry.stream for entry in entries}


class _Verification:
    def __init__(self, platform: Platform, checker: SealChecker) -> None:
        self._platform = platform
        self.checker = checker

    async def link_before(self, number: int) -> Link | None:
        """The seal before, from wherever it is authentic."""
        if number == 1:
            return None
        stored = await seal_numbered(self._platform.database, number - 1)
        if stored and await self.checker.is_authentic(stored):
            return checks.link_of(stored)
        text = await self._text_of_copy(number - 1)
        copy = None if text is None else _section(text)
        if copy and copy.seal and await self.checker.is_authentic(copy.seal):
            return checks.link_of(copy.seal)
        return await self._link_in_archive(number - 1)

    async def _link_in_archive(self, number: int) -> Link | None:
        archived = await range_of_seal(self._platform.database, number)
        if archived is None:
            text = None
        else:
            text = await file_of(self._platform.objects, archived)
        if text is None:
            seals = []
        else:
            seals = [each.seal for each in sections(text.split("\n"))]
        seal = next((each for each in seals if each and each.number == number), None)
        if seal and await self.checker.is_authentic(seal):
            return checks.link_of(seal)
        return None

    async def check_archived(self, archived: Range, report: Report) -> int:
        """Check a range by its file; return the number of the seal behind it."""
        link = await self.link_before(archived.from_seal)
        result = await check_range(self._platform, self.checker, archived=archived, link=link)
        report.findings += result.findings
        report.seals += archived.to_seal - archived.from_seal + 1
        report.events += result.events
        return archived.to_seal + 1

    async def check_each(self, first: int, last: int, report: Report) -> int:
        """Check seals that are rows; return the number of the next one."""
        link = await self.link_before(first)
        verifier = Verifier(self.checker, first, previous=link, place=Place.DATABASE)
        for number in range(first, last + 1):
            await self._check(number, verifier, report)
        report.events += verifier.verified.events
        return max(first, last + 1)

    async def _check(self, number: int, verifier: Verifier, report: Report) -> None:
        """Check one seal in both places."""
        stored = await seal_numbered(self._platform.database, number)
        text = await self._text_of_copy(number)
        is_same_seal = (
            stored is not None and text is not None and text.startswith(render(stored, []))
        )
        copied = stored if is_same_seal else _seal_in(text, number)
        link = verifier.previous
        references = await self._references(stored, copied)
        entries = await self._entries(number, references, link)
        gaps = await self._stream_gaps(references, link)
        await verifier.take_row(number, stored, references=references, entries=entries, gaps=gaps)
        report.findings += verifier.take_findings()
        report.seals += 1
        if text is None:
            report.findings += self._copy_missing(stored, number)
        elif copied is None:
            sentence = f"The copy of seal {number} has no such seal."
            report.findings.append(Finding(Flaw.UNREADABLE, Place.COPY, says=sentence, seal=number))
        elif stored is None or text != render(stored, entries):
            report.findings += await self._about_copy(text, copied, stored=stored, link=link)

    async def _text_of_copy(self, number: int) -> str | None:
        key = copy_key(number, self._platform.shard)
        return await self._platform.objects.get_text(key)

    async def _references(
        self, stored: SignedSeal | None, copied: SignedSeal | None
    ) -> list[SignedSeal]:
        """The seals that say what should be there: authentic ones first, with true leaves first."""
        seals = [each for each in (stored, copied) if each]
        authentic = [each for each in seals if await self.checker.is_authentic(each)]
        chosen = sorted(authentic or seals[:1], key=lambda each: each.true_leaves is None)
        return [
            each
            for at, each in enumerate(chosen)
            if each.seal not in [other.seal for other in chosen[:at]]
        ]

    async def _entries(
        self, number: int, references: Sequence[SignedSeal], link: Link | None
    ) -> list[Entry]:
        """The database's events at this seal's place, also those that have slipped in between two
        seals.
        """
        if not references:
            return []
        seal = references[0].seal
        if number == 1:
            first = None
        elif link:
            first = link.to_id + 1
        else:
            first = seal.from_id
        return await entries_between(self._platform.database, first, seal.to_id)

    async def _stream_gaps(
        self, references: Sequence[SignedSeal], link: Link | None
    ) -> list[checks.StreamGap]:
        """The numbers that streams lack up to a seal."""
        if not references:
            return []
        signed = references[0]
        after = checks.last_id_before(signed.number, link)
        first = signed.seal.from_id if after is None else after + 1
        return await checks.stream_gaps(self._platform.database, first, signed.seal.to_id)

    async def _about_copy(
        self, text: str, copied: SignedSeal, stored: SignedSeal | None, link: Link | None
    ) -> list[Finding]:
        """The copy is not, to the byte, what the database has: is it right by itself?"""
        number = copied.number
        copy = _section(text) or Section(None)
        verifier = Verifier(self.checker, number, previous=link, place=Place.COPY)
        await verifier.take(copy)
        # A gap is reported once: for the database.
        findings = [each for each in verifier.take_findings() if each.flaw is not Flaw.GAP]
        if stored and stored.seal != copied.seal:
            sentence = f"Seal {number} in the database and its copy are two different seals."
            findings.append(Finding(Flaw.COPY_DIFFERS, Place.COPY, says=sentence, seal=number))
        if text != render(copied, copy.entries):
            sentence = f"The copy of seal {number} is not, to the byte, a seal and its events."
            findings.append(Finding(Flaw.COPY_DIFFERS, Place.COPY, says=sentence, seal=number))
        return findings

    def _copy_missing(self, stored: SignedSeal | None, number: int) -> list[Finding]:
        if stored and stored.seal.sealed_at >= to_text(self._platform.clock.now() - _COPY_PATIENCE):
            return []
        sentence = f"Seal {number} has no copy in the object store."
        return [Finding(Flaw.COPY_MISSING, Place.COPY, says=sentence, seal=number)]


def _section(text: str) -> Section | None:
    """A copy has one section; what stands behind a second seal's line is not looked at, but makes
    the copy another.
    """
    return next(sections(text.split("\n")), None)


def _seal_in(text: str | None, number: int) -> SignedSeal | None:
    section = None if text is None else _section(text)
    if section and section.seal and section.seal.number == number:
        return section.seal
    return None
