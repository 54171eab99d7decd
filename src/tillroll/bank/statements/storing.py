"""The steps that store what was read: each entry once, whatever file, format or status it comes
in.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, cast

from tillroll.bank import repository
from tillroll.bank.decisions.matches import note_matching
from tillroll.bank.decisions.proposing import windows_of
from tillroll.bank.models import Audited
from tillroll.bank.repository import SectionOf, StoredFile
from tillroll.bank.statements import entries
from tillroll.bank.statements.contract import Days, Imported, Part, Stored
from tillroll.bank.statements.corrections import Corrections
from tillroll.bank.statements.entry_identity import Decision, PartEntry, Verdict, decide
from tillroll.bank.statements.entry_traits import Tally, Traits
from tillroll.bank.statements.parsing import ACTOR, part_key, tally_key
from tillroll_documents.bank_files.printed import EntryStatus
from tillroll_durable import Actor, NonRetryable, Outcome, Statement, StepContext
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, load, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import log_fields


async def store(context: StepContext, reading: int, part: Part) -> Outcome[Stored]:
    """Store a part. Done again, or with an entry that another file brought, it stores nothing
    twice.
    """
    platform = context.platform
    database = context.platform.database
    file = await _file(platform, context.run.subject)
    section = await repository.load_section(database, file.id, part.section)
    if section is None:
        raise NonRetryable(f"statement {part.section} of {file.id} is missing")
    lines = await _lines(platform, part_key(file, reading, part.number))
    kept_tally = await platform.objects.get_text(tally_key(file, reading, part.section))
    if kept_tally is None:
        raise NonRetryable(f"the counts of {file.id} are missing")
    tally = Tally.of_json(load_object(kept_tally))
    lines, replaced = _without_replaced(lines, Corrections(tally.corrections))
    corrections = await _corrections(database, section.bank_account_id, lines)
    rejected = _part_entries(each for each in lines if _is_declined(each))
    lines = [each for each in lines if not each.get("is_deletion")]
    part_entries = _part_entries(lines)
    days = sorted({day for each in (*part_entries, *rejected) for day in each.traits.days})
    own = (file.id, part.section)
    positions = (part.first, part.last)
    stored = await entries.load_known(
        database, section.bank_account_id, own=own, positions=positions, days=days
    )
    verdicts = decide(part_entries, stored, section.coverage, tally=tally)
    decisions = [_corrected(each, corrections) for each in verdicts]
    paired = {each.known for each in decisions}
    free = [each for each in stored if each.id not in paired and not each.is_booked]
    declined = [
        (each, traits.traits)
        for each, traits in zip(
            decide(rejected, free, section.coverage, tally=tally), rejected, strict=True
        )
        if each.known is not None
    ]
    now = to_text(platform.clock.now())
    counts = Counter(each.verdict for each in decisions)
    settled = [tally.settled(each.traits) for each in part_entries]
    mentions = [
        entries.mention(each.position, each.known or _id_of(file, part, each.position), traits)
        for each, traits in zip(decisions, settled, strict=True)
    ]
    changing = {each.position for each in decisions if each.verdict is Verdict.NOW_BOOKED}
    return Outcome(
        Stored(
            added=counts[Verdict.NEW],
            known=counts[Verdict.KNOWN],
            booked=counts[Verdict.NOW_BOOKED],
        ),
        statements=[
            *entries.one_at_a_time(section.bank_account_id, section.stored),
            *chain.from_iterable(
                entries.correct(each.entry_id, is_deletion=each.is_deletion)
                for each in corrections.values()
            ),
            *entries.decline([each.known for each, _ in declined if each.known is not None]),
            *entries.insert_changes(
                own,
                [each for each in mentions if each["position"] in changing],
                section.stored,
            ),
            *_write(file, section, part=part, lines=lines, decisions=decisions, now=now),
            *entries.insert_mentions(
                own,
                [each for each in mentions if each["position"] not in changing]
                + await _mentions_of_replaced(database, own, replaced=replaced, mentions=mentions)
                + [
                    entries.mention(position, each.entry_id, each.traits)
                    for position, each in corrections.items()
                    if each.is_deletion
                ]
                + [
                    entries.mention(each.position, each.known or "", traits)
                    for each, traits in declined
                ],
            ),
        ],
    )


def _without_replaced(
    lines: Sequence[dict[str, Any]], corrections: Corrections
) -> tuple[list[dict[str, Any]], list[tuple[dict[str, Any], int]]]:
    """The lines of a part without those that another line of the statement corrects; and each that
    is replaced, with the position of what replaces it.

    What a later part corrects is stored, and corrected there. Deletions take back what is stored.
    """
    last = lines[-1]["position"]
    # Of a reference that comes twice, the last is meant.
    named = {
        each["columns"]["bank_reference"]: each["position"]
        for each in lines
        if "corrects" not in each
    }
    remaining: list[dict[str, Any]] = []
    replaced: list[tuple[dict[str, Any], int]] = []
    for line in lines:
        position = line["position"]
        reference = line["columns"]["bank_reference"]
        if "corrects" in line:
            counting = corrections.in_place_of(position)
        elif named[reference] == position:
            counting = corrections.counting(reference)
        else:
            counting = None
        if counting is None:
            remaining.append(_of_root(line, corrections))
        elif counting.position > last and "corrects" not in line:
            remaining.append(line)
        elif counting.position <= last and not counting.is_deletion:
            replaced.append((line, counting.position))
    return remaining, replaced


def _of_root(line: dict[str, Any], corrections: Corrections) -> dict[str, Any]:
    """A correction as one of the entry that it leads to; another line as it is."""
    root = corrections.root(line["position"])
    if root is None:
        return line
    return {**line, "corrects": root}


async def _mentions_of_replaced(
    database: Database,
    own: tuple[str, int],
    replaced: Sequence[tuple[dict[str, Any], int]],
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
        entries.mention(int(line["position"]), ids[by], entries.traits_in(line["traits"]))
        for line, by in replaced
        if by in ids
    ]


def _is_declined(line: Mapping[str, Any]) -> bool:
    """Whether a row says that nothing came of it, and corrects no other entry by its reference."""
    return bool(line.get("is_deletion")) and "corrects" not in line


def _part_entries(lines: Iterable[Mapping[str, Any]]) -> list[PartEntry]:
    return [PartEntry(int(each["position"]), entries.traits_in(each["traits"])) for each in lines]


@dataclass(frozen=True)
class _Correction:
    """A stored entry that an entry of the file replaces, or takes back."""

    entry_id: str
    is_deletion: bool
    traits: Traits


async def _corrections(
    database: Database, bank_account_id: str, lines: Sequence[dict[str, Any]]
) -> dict[int, _Correction]:
    """The corrections of stored entries in a part, by the position of the entry that corrects."""
    references = [str(each["corrects"]) for each in lines if "corrects" in each]
    if not references:
        return {}
    stored = await entries.find_by_references(database, bank_account_id, references)
    return {
        int(each["position"]): _Correction(
            entry_id=stored[each["corrects"]].id,
            is_deletion=bool(each.get("is_deletion")),
            traits=replace(entries.traits_in(each["traits"]), status=EntryStatus.INFORMATION),
        )
        for each in lines
        if each.get("corrects") in stored
    }


def _corrected(decision: Decision, corrections: Mapping[int, _Correction]) -> Decision:
    """The decision on an entry; one that replaces a stored entry is that entry."""
    correction = corrections.get(decision.position)
    if correction is None:
        return decision
    return replace(decision, verdict=Verdict.NOW_BOOKED, known=correction.entry_id)


def _id_of(file: StoredFile, part: Part, position: int) -> str:
    """The id of an entry that a statement brings: the same each time that it is stored."""
    return f"ent_{file.id.partition('_')[2]}-{part.section}-{position}"


def _write(
    file: StoredFile,
    section: SectionOf,
    part: Part,
    lines: Sequence[dict[str, Any]],
    decisions: Sequence[Decision],
    now: str,
) -> Sequence[Statement]:
    rows: dict[Verdict, list[JsonObject]] = {verdict: [] for verdict in Verdict}
    last = section.coverage.to_day
    for line, decision in zip(lines, decisions, strict=True):
        id_ = decision.known or _id_of(file, part, decision.position)
        row: JsonObject = {**line["columns"], "id": id_, "currency": section.currency}
        # What is pending may have no day yet.
        row["day"] = row["day"] or (last.isoformat() if last is not None else now[:10])
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


async def _lines(platform: Platform, key: str) -> list[dict[str, Any]]:
    content = await platform.objects.get_text(key)
    if content is None:
        raise NonRetryable("a part of the bank statement is missing: send the file again")
    lines: list[Any] = [load(each) for each in content.split("\n")]
    return lines
