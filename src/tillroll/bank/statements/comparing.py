"""Holds the entries of a file against those that are stored, before anything of the file is: what
the bank corrects, and what only another reference makes new.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tillroll.bank import repository
from tillroll.bank.models import Misfit, Section
from tillroll.bank.repository import StoredFile
from tillroll.bank.statements.batches import Batch
from tillroll.bank.statements.contract import CORRECTED, OVERLAP_UNPROVEN, PART, Answers, Asks
from tillroll.bank.statements.entries import StoredEntry, find_by_references, load_known
from tillroll.bank.statements.entry_identity import PartEntry, unproven, unproven_batches
from tillroll.bank.statements.entry_traits import Tally, Traits
from tillroll_documents.bank_files.printed import Entry, UnreadableFile
from tillroll_documents.money import Money
from tillroll_durable.platform.bindings.database import Database

_MOST_CORRECTIONS: Final = 1_000


@dataclass
class Question:
    """Why a person is asked; None where nobody is. `misfits` say of what."""

    asks: Asks | None = None
    misfits: list[Misfit] = field(default_factory=list[Misfit])


class Comparison:
    """Takes the entries of one statement after the other, and asks at the end of each."""

    def __init__(self, database: Database, file: StoredFile, answers: Answers) -> None:
        self._database = database
        self._file = file
        self._answers = answers
        self._entries: list[PartEntry] = []
        self._corrections: list[Entry] = []
        self._sections: dict[str, list[Section]] = {}

    def add(self, entry: Entry, traits: Traits) -> None:
        """Keep what tells an entry from stored ones. Raises UnreadableFile: too many
        corrections.
        """
        if entry.corrects is not None:
            self._corrections.append(entry)
        if len(self._corrections) > _MOST_CORRECTIONS:
            raise UnreadableFile(f"The file corrects more than {_MOST_CORRECTIONS} entries")
        if traits.is_booked and not entry.is_deletion and len(self._entries) < PART:
            self._entries.append(PartEntry(entry.position, traits))

    def clear(self) -> None:
        """Begin the next statement."""
        self._entries.clear()
        self._corrections.clear()

    async def question(self, section: Section, tally: Tally) -> Question:
        """What a person decides before a statement is stored."""
        question = await self._of_corrections(section)
        if question.asks is None and self._answers.overlap is None:
            question = await self._of_overlap(section, tally)
        if question.asks is None and self._answers.overlap is None:
            question = await self._of_batches(section, tally)
        return question

    async def _of_corrections(self, section: Section) -> Question:
        """Have a person approve what the bank corrects. They undo what is matched first."""
        question = Question()
        references = [each.corrects for each in self._corrections if each.corrects is not None]
        if not references:
            return question
        stored = await find_by_references(self._database, section.bank_account_id, references)
        for each in self._corrections:
            entry = stored.get(each.corrects or "")
            if entry is None:
                continue
            if not self._answers.corrects or entry.explained:
                question.asks = CORRECTED
            sentence = _correction(each, entry, section.currency)
            misfit = Misfit(section=section.number, says=sentence, line=each.line)
            question.misfits.append(misfit)
        return question

    async def _of_overlap(self, section: Section, tally: Tally) -> Question:
        """Have a person say whether entries that only their references make new are stored."""
        question = Question()
        if not await self._overlaps(section):
            return question
        stored = await load_known(
            self._database,
            section.bank_account_id,
            (self._file.id, section.number),
            positions=(0, 0),
            days=sorted({day for each in self._entries for day in each.traits.days}),
        )
        covered = repository.coverage_of(self._file.id, section)
        positions = unproven(self._entries, stored, covered, tally=tally)
        if positions:
            sentence = _new_references(len(positions))
            misfit = Misfit(section=section.number, says=sentence, entry=positions[0])
            question.misfits.append(misfit)
            question.asks = OVERLAP_UNPROVEN
        return question

    async def _of_batches(self, section: Section, tally: Tally) -> Question:
        """Have a person say whether another file has a batch of this one as single entries, or the
        other way round.
        """
        question = Question()
        stored = await load_known(
            self._database,
            section.bank_account_id,
            (self._file.id, section.number),
            positions=(0, 0),
            days=sorted({day for each in self._entries for day in each.traits.days}),
        )
        covered = repository.coverage_of(self._file.id, section)
        for batch in unproven_batches(self._entries, stored, covered, tally=tally):
            sentence = _batch(batch, section.currency)
            entry = batch.positions[0]
            question.misfits.append(Misfit(section=section.number, says=sentence, entry=entry))
            question.asks = OVERLAP_UNPROVEN
        return question

    async def _overlaps(self, section: Section) -> bool:
        """Whether a stored statement of the account, in the same family, has a day of this one."""
        family = section.format.family
        return any(
            each.format.family == family and _have_a_day(each, section)
            for each in await self._stored_sections(section.bank_account_id)
        )

    async def _stored_sections(self, id_: str) -> Sequence[Section]:
        if id_ not in self._sections:
            account_id = self._file.account_id
            around = await repository.sections_around(
                self._database,
                account_id,
                id_,
                first=None,
                last=None,
            )
            self._sections[id_] = [each for file, each in around if file != self._file.id]
        return self._sections[id_]


def _new_references(count: int) -> str:
    if count == 1:
        return (
            "1 entry is like a stored one of the same day, and differs only by the bank's "
            "reference. The bank may have made its references anew."
        )
    return (
        f"{count} entries are like stored ones of the same day, and differ only by the bank's "
        "references. The bank may have made them anew."
    )


def _batch(batch: Batch, currency: str) -> str:
    """What may be stored already, as a batch or as its single payments."""
    amount = Money(batch.amount, currency).to_decimal_string()
    day = batch.day.isoformat()
    if len(batch.positions) == 1:
        return (
            f"The entry of {amount} {currency} on {day} may be a batch: {len(batch.ids)} stored "
            "entries of that day add up to it."
        )
    return (
        f"{len(batch.positions)} entries of {day} may be a stored batch: they add up to its "
        f"{amount} {currency}."
    )


def _correction(printed: Entry, stored: StoredEntry, currency: str) -> str:
    """What the bank does with a stored entry, and what a person does first where it is matched."""
    before = Money(stored.amount, currency).to_decimal_string()
    name = stored.counterparty or stored.words
    what = f"{stored.day.isoformat()}, {before} {currency}, {name}"
    if printed.is_deletion:
        sentence = f"The bank takes back an entry: {what}."
    else:
        after = Money(printed.amount, currency).to_decimal_string()
        sentence = f"The bank replaces an entry: {what}. It is {after} {currency} now."
    if stored.explained:
        return f"{sentence} It is matched: undo that match first, then approve."
    return sentence


def _have_a_day(one: Section, other: Section) -> bool:
    """Whether two statements cover a day together; also where their days are not known."""
    if (
        one.first_day is None
        or one.last_day is None
        or other.first_day is None
        or other.last_day is None
    ):
        return True
    return one.first_day <= other.last_day and other.first_day <= one.last_day
