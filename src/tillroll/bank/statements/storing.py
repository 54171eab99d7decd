"""The steps that store what was read: each entry once, whatever file, format or status it comes
in.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import cast

from tillroll.bank import repository
from tillroll.bank.decisions.matches import note_matching
from tillroll.bank.decisions.proposing import windows_of
from tillroll.bank.models import Audited
from tillroll.bank.repository import SectionOf, StoredFile
from tillroll.bank.statements import entries
from tillroll.bank.statements.contract import Days, Imported, Part, Stored
from tillroll.bank.statements.corrections import Corrections
from tillroll.bank.statements.entry_identity import decide
from tillroll.bank.statements.entry_traits import Tally, Traits
from tillroll.bank.statements.kept_lines import (
    KeptLine,
    load_lines,
    part_entries,
    without_replaced,
)
from tillroll.bank.statements.parsing import ACTOR, part_key, tally_key
from tillroll.bank.statements.verdicts import By, Decision, Verdict
from tillroll_documents.bank_files.printed import EntryStatus
from tillroll_durable import Actor, NonRetryable, Outcome, Statement, StepContext
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import log_fields


@dataclass(frozen=True)
class _Source:
    """Where a part's entries come from."""

    file: StoredFile
    section: SectionOf
    part: Part

    @property
    def key(self) -> tuple[str, int]:
        """The statement, by its file's id and its number."""
        return self.file.id, self.part.section

    def entry_id(self, position: int) -> str:
        """The id of an entry that the statement brings: the same each time that it is stored."""
        return f"ent_{self.file.id.partition('_')[2]}-{self.part.section}-{position}"


@dataclass(frozen=True)
class _Correction:
    """A stored entry that an entry of the file replaces, or takes back."""

    entry_id: str
    is_deletion: bool
    traits: Traits


@dataclass(frozen=True)
class _Declined:
    """A stored entry that is pending, and of which nothing came, by the line at `position`."""

    position: int
    entry_id: str
    traits: Traits


@dataclass(frozen=True)
class _Judged:
    """What becomes of a part's lines.

    Attributes:
        lines: those that are stored.
        decisions: on each of them, in their order.
        corrections: of stored entries, by the position of the line that corrects.
        declined: stored entries of which nothing came.
        replaced: lines of which another one of the file is stored, with the position of that."""

    lines: Sequence[KeptLine]
    decisions: Sequence[Decision]
    corrections: Mapping[int, _Correction]
    declined: Sequence[_Declined]
    replaced: Sequence[tuple[KeptLine, int]]


async def store(context: StepContext, reading: int, part: Part) -> Outcome[Stored]:
    """Store a part. Done again, or with an entry that another file brought, it stores nothing
    twice.
    """
    platform = context.platform
    database = platform.database
    file = await _file(platform, context.run.subject)
    section = await repository.load_section(database, file.id, part.section)
    if section is None:
        raise NonRetryable(f"statement {part.section} of {file.id} is missing")
    source = _Source(file, section, part)
    lines = await load_lines(platform, part_key(file, reading, part.number))
    tally = await _load_tally(platform, file, reading=reading, section=part.section)
    judged = await _judge(database, source, lines=lines, tally=tally)
    now = to_text(platform.clock.now())
    mentions = _mentions(source, judged, tally)
    of_replaced = await _mentions_of_replaced(
        database, source.key, replaced=judged.replaced, mentions=mentions
    )
    counts = Counter(each.verdict for each in judged.decisions)
    return Outcome(
        Stored(
            added=counts[Verdict.NEW],
            known=counts[Verdict.KNOWN],
            booked=counts[Verdict.NOW_BOOKED],
        ),
        statements=_statements(source, judged, mentions=mentions, of_replaced=of_replaced, now=now),
    )


async def _load_tally(platform: Platform, file: StoredFile, *, reading: int, section: int) -> Tally:
    content = await platform.objects.get_text(tally_key(file, reading, section))
    if content is None:
        raise NonRetryable(f"the counts of {file.id} are missing")
    return Tally.of_json(load_object(content))


async def _judge(
    database: Database, source: _Source, *, lines: Sequence[KeptLine], tally: Tally
) -> _Judged:
    """Decide what becomes of a part's lines, by what is stored of the account around them."""
    section = source.section
    part = source.part
    remaining, replaced = without_replaced(lines, Corrections(tally.corrections))
    corrections = await _corrections(database, section.bank_account_id, remaining)
    rejected = part_entries(each for each in remaining if each.is_declined)
    stored_lines = [each for each in remaining if not each.is_deletion]
    to_store = part_entries(stored_lines)
    days = sorted({day for each in (*to_store, *rejected) for day in each.traits.days})
    stored = await entries.load_known(
        database,
        section.bank_account_id,
        own=source.key,
        positions=(part.first, part.last),
        days=days,
    )
    verdicts = decide(to_store, stored, section.coverage, tally=tally)
    decisions = [_corrected(each, corrections) for each in verdicts]
    paired = {each.known for each in decisions}
    free = [each for each in stored if each.id not in paired and not each.is_booked]
    rejections = decide(rejected, free, section.coverage, tally=tally)
    declined = [
        _Declined(rejection.position, rejection.known, entry.traits)
        for rejection, entry in zip(rejections, rejected, strict=True)
        if rejection.known is not None
    ]
    return _Judged(
        lines=stored_lines,
        decisions=decisions,
        corrections=corrections,
        declined=declined,
        replaced=replaced,
    )


def _mentions(source: _Source, judged: _Judged, tally: Tally) -> list[JsonObject]:
    """The mentions of all lines that are stored."""
    return [
        entries.mention(
            decision.position,
            decision.known or source.entry_id(decision.position),
            tally.settled(line.traits),
        )
        for decision, line in zip(judged.decisions, judged.lines, strict=True)
    ]


def _statements(
    source: _Source,
    judged: _Judged,
    *,
    mentions: Sequence[JsonObject],
    of_replaced: Sequence[JsonObject],
    now: str,
) -> Sequence[Statement]:
    """What stores a part: its entries, what they change, and where the file mentions each."""
    section = source.section
    corrections = judged.corrections
    changing = {each.position for each in judged.decisions if each.verdict is Verdict.NOW_BOOKED}
    changes = [each for each in mentions if each["position"] in changing]
    others = [each for each in mentions if each["position"] not in changing]
    of_deletions = [
        entries.mention(position, each.entry_id, each.traits)
        for position, each in corrections.items()
        if each.is_deletion
    ]
    of_declined = [
        entries.mention(each.position, each.entry_id, each.traits) for each in judged.declined
    ]
    return [
        *entries.one_at_a_time(section.bank_account_id, section.stored),
        *chain.from_iterable(
            entries.correct(each.entry_id, is_deletion=each.is_deletion)
            for each in corrections.values()
        ),
        *entries.decline([each.entry_id for each in judged.declined]),
        *entries.insert_changes(source.key, changes, section.stored),
        *_write(source, judged, now),
        *entries.insert_mentions(source.key, [*others, *of_replaced, *of_deletions, *of_declined]),
    ]


async def _mentions_of_replaced(
    database: Database,
    own: tuple[str, int],
    replaced: Sequence[tuple[KeptLine, int]],
    mentions: Sequence[JsonObject],
) -> list[JsonObject]:
    """Add mentions of entries that the same file replaces: another file that has only the replaced
    one then recognizes the entry.
    """
    ids = {cast("int", each["position"]): str(each["entry_id"]) for each in mentions}
    earlier = {by for _, by in replaced} - ids.keys()
    if earlier:
        ids |= await entries.mentioned_at(database, own, [*earlier])
    return [
        entries.mention(line.position, ids[by], line.traits) for line, by in replaced if by in ids
    ]


async def _corrections(
    database: Database, bank_account_id: str, lines: Sequence[KeptLine]
) -> dict[int, _Correction]:
    """The corrections of stored entries in a part, by the position of the entry that corrects."""
    references = [each.corrects for each in lines if each.corrects is not None]
    if not references:
        return {}
    stored = await entries.find_by_references(database, bank_account_id, references)
    return {
        each.position: _Correction(
            entry_id=stored[each.corrects].id,
            is_deletion=each.is_deletion,
            traits=replace(each.traits, status=EntryStatus.INFORMATION),
        )
        for each in lines
        if each.corrects is not None and each.corrects in stored
    }


def _corrected(decision: Decision, corrections: Mapping[int, _Correction]) -> Decision:
    """The decision on an entry; one that replaces a stored entry is that entry."""
    correction = corrections.get(decision.position)
    if correction is None:
        return decision
    return replace(decision, verdict=Verdict.NOW_BOOKED, known=correction.entry_id)


def _write(source: _Source, judged: _Judged, now: str) -> Sequence[Statement]:
    """What writes the entries themselves."""
    section = source.section
    file = source.file
    last = section.coverage.to_day
    # What is pending may have no day yet.
    day_of_pending = now[:10]
    if last is not None:
        day_of_pending = last.isoformat()
    rows: dict[Verdict, list[JsonObject]] = {verdict: [] for verdict in Verdict}
    for line, decision in zip(judged.lines, judged.decisions, strict=True):
        if decision.by is By.BATCH:
            continue  # what is said of a batch is not said of its parts
        id_ = decision.known or source.entry_id(decision.position)
        row: JsonObject = {**line.columns, "id": id_, "currency": section.currency}
        row["day"] = row["day"] or day_of_pending
        rows[decision.verdict].append(row)
    owner = (file.account_id, section.bank_account_id, file.id)
    return [
        *entries.insert_entries(owner, rows[Verdict.NEW], now),
        *entries.book_pending(rows[Verdict.NOW_BOOKED]),
        *entries.complete(rows[Verdict.KNOWN]),
    ]


async def close(
    context: StepContext, reading: int, parts: Sequence[Part], stored: Sequence[Stored]
) -> Outcome[Imported]:
    """All of the file is stored."""
    platform = context.platform
    run = context.run
    file = await _file(platform, run.subject)
    now = to_text(platform.clock.now())
    counts = {name: sum(getattr(each, name) for each in stored) for name in Stored.model_fields}
    detail: JsonObject = {"statement": file.id, **counts}
    key = f"{Audited.STATEMENT_IMPORTED}:{run.id}"
    event = Actor(file.account_id, ACTOR).event(
        Audited.STATEMENT_IMPORTED, key, at=now, detail=detail
    )
    windows = [
        Days(first=each.first, last=each.last)
        for first, last in await repository.days_of(platform.database, file.id)
        for each in await windows_of(platform.database, file.account_id, first=first, last=last)
    ]
    keys = [part_key(file, reading, each.number) for each in parts]
    keys += [
        tally_key(file, reading, section) for section in sorted({each.section for each in parts})
    ]

    async def remove_parts() -> None:
        try:
            for each in keys:
                await platform.objects.delete(each)
        except ObjectsUnavailable as error:
            log.warning("statement.parts_left", **log_fields(run), error=error)

    return Outcome(
        Imported(statement_id=file.id, windows=windows, **counts),
        statements=[
            *repository.finish(file.id, **counts, now=now),
            append_if_changed(event),
            note_matching(file.account_id),
        ],
        # What is left of them where this is lost, the reconciler removes.
        nudge=remove_parts,
    )


async def _file(platform: Platform, statement_id: str) -> StoredFile:
    file = await repository.load_file(platform.database, statement_id)
    if file is None:
        raise NonRetryable(f"the bank statement {statement_id} is missing")
    return file
