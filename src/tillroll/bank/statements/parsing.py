"""The step that reads a file: piece by piece, into parts in the object store, with its sums held
together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tillroll.bank import repository
from tillroll.bank.cron import NUMBERS
from tillroll.bank.models import (
    Audited,
    Misfit,
    NamedAccount,
    PreviewTotals,
    Proposal,
    Section,
    SuspectLine,
    Unclosed,
)
from tillroll.bank.repository import KnownAccount, StoredFile, section_key
from tillroll.bank.statements.belonging import (
    SAMPLE,
    balances_break,
    load_standing,
    stands_elsewhere,
)
from tillroll.bank.statements.comparing import Comparison
from tillroll.bank.statements.continuity import period_of
from tillroll.bank.statements.contract import (
    ACCOUNT_UNKNOWN,
    ASKING,
    MAPPING_NEEDED,
    OTHER_ACCOUNT,
    PART,
    SUMS_DIFFER,
    UNREADABLE,
    Answers,
    Asks,
    Part,
    Read,
    Turned,
)
from tillroll.bank.statements.corrections import Correction
from tillroll.bank.statements.entries import as_kept, has_room_for_payments
from tillroll.bank.statements.entry_traits import Tally, Traits, traits_of
from tillroll.payouts.sepa import fingerprints
from tillroll_documents.bank_files.csv.files import MappingNeeded, OtherLayout
from tillroll_documents.bank_files.csv.layout import CsvMapping
from tillroll_documents.bank_files.csv.rows import PreviewRow
from tillroll_documents.bank_files.files import FileReader
from tillroll_documents.bank_files.numbers import NoNumber, are_the_same, read_number, shown
from tillroll_documents.bank_files.printed import (
    BankStatement,
    Entry,
    EntryStatus,
    Format,
    Item,
    UnreadableFile,
)
from tillroll_documents.bank_files.sums import Closing, SumResult, Sums, Suspect
from tillroll_documents.money import Money
from tillroll_durable import Actor, NonRetryable, Outcome, Statement, StepContext
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import decrypt
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.platform.services import Platform

_PIECE: Final = 1024 * 1024
# Some 30 ms of work: requests that came meanwhile are answered in between.
_TURN: Final = 128 * 1024
_JSON: Final = "application/jsonl"
ACTOR: Final = "workflow:statement"


def part_key(file: StoredFile, reading: int, number: int) -> str:
    """Where a part of a file lies until it is stored. `reading` counts how often the file was
    read.
    """
    return f"{file.account_id}/bank/{file.sha256}/reading-{reading}/part-{number}"


def tally_key(file: StoredFile, reading: int, section: int) -> str:
    """Where the counts of a statement within the file lie."""
    return f"{file.account_id}/bank/{file.sha256}/reading-{reading}/tally-{section}"


async def read(context: StepContext, reading: int, answers: Answers) -> Outcome[Read]:
    """Read the file from its beginning, by what people have said of it."""
    platform = context.platform
    file = await repository.load_file(platform.database, context.run.subject)
    if file is None:
        raise NonRetryable(f"the bank statement {context.run.subject} is missing")
    if answers.account is not None:
        file = replace(file, bank_account_id=answers.account)
    accounts = await _accounts(platform, file)
    named = next((each for each in accounts if each.known.id == file.bank_account_id), None)
    mapping: CsvMapping | None = None
    if answers.mapping is not None:
        mapping = CsvMapping.model_validate(answers.mapping)
    reader = FileReader(
        mappings=await repository.load_layouts(platform.database, file.account_id),
        mapping=mapping,
        currency=None if named is None else named.known.currency,
        encoding=answers.encoding or file.encoding,
    )
    mark = await fingerprints(platform, file.account_id)
    intake = _Intake(
        platform=platform,
        file=file,
        reading=reading,
        accounts=accounts,
        named=named,
        mark=mark,
        answers=answers,
    )
    try:
        await intake.feed(context, reader)
    except UnreadableFile as error:
        misfit = Misfit(says=str(error), line=error.line, entry=error.entry, field=error.field)
        noted = repository.note_read(file.id, None, entries=None, misfits=[misfit])
        return Outcome(
            Read(is_unreadable=True),
            statements=[noted],
            state=UNREADABLE.name,
            reason=_sentence(error),
        )
    except MappingNeeded as needed:
        return _ask(file, MAPPING_NEEDED, _proposed_mapping(needed))
    except OtherLayout as other:
        return _ask(
            file, MAPPING_NEEDED, Proposal(says=f"{other}.", columns=[*other.layout.columns])
        )
    return await intake.outcome(context, mapping)


@dataclass(frozen=True)
class _OwnAccount:
    known: KnownAccount
    number: str | None


async def _accounts(platform: Platform, file: StoredFile) -> list[_OwnAccount]:
    accounts: list[_OwnAccount] = []
    for each in await repository.known_accounts(platform.database, file.account_id):
        number = each.kept_number
        if number is not None:
            number = await decrypt(platform, number, NUMBERS.row(each.id))
        accounts.append(_OwnAccount(each, number))
    return accounts


@dataclass
class _Intake:
    """What is gathered of a file while it is read."""

    platform: Platform
    file: StoredFile
    reading: int
    accounts: Sequence[_OwnAccount]
    named: _OwnAccount | None
    mark: Callable[[str], str]
    answers: Answers
    entries: int = 0
    format: Format | None = None
    parts: list[Part] = field(default_factory=list[Part])
    sections: list[Section] = field(default_factory=list[Section])
    misfits: list[Misfit] = field(default_factory=list[Misfit])
    asks: Asks | None = None
    unclosed: list[Unclosed] = field(default_factory=list[Unclosed])
    unknown: NamedAccount | None = None
    turned: list[Turned] = field(default_factory=list[Turned])
    has_unproven_sum: bool = False
    _held: list[Entry] = field(default_factory=list[Entry])
    _sums: Sums = field(default_factory=Sums)
    _tally: Tally = field(default_factory=Tally)
    _sample: list[Traits] = field(default_factory=list[Traits])
    _turned: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def __post_init__(self) -> None:
        self._comparison = Comparison(self.platform.database, self.file, self.answers)
        self._turned = {(each.section, each.position) for each in self.answers.turned}

    async def feed(self, context: StepContext, reader: FileReader) -> None:
        """Raises UnreadableFile, MappingNeeded, OtherLayout."""
        objects = self.platform.objects
        size = self.file.size
        for offset in range(0, size, _PIECE):
            piece = await objects.get_piece(self.file.object_key, offset, _PIECE)
            if piece is None:
                raise NonRetryable(f"the bytes of the bank statement {self.file.id} are missing")
            for start in range(0, len(piece), _TURN):
                await self.platform.pause()
                await self._take(reader.feed(piece[start : start + _TURN]), reader)
            await context.beat(min(offset + _PIECE, size), size)
        await self._take(reader.close(), reader)

    async def _take(self, items: Sequence[Item], reader: FileReader) -> None:
        for item in items:
            if isinstance(item, BankStatement):
                self._tally.lists_states = reader.lists_states
                self._tally.lists_all = item.format.lists_all
                await self._close(item)
                continue
            if item.status is EntryStatus.INFORMATION and reader.leaves_out_information:
                # Nothing came of it; what was pending before is taken back.
                item = replace(item, is_deletion=True)  # noqa: PLW2901 - as the format means it
            if (len(self.sections) + 1, item.position) in self._turned:
                item = with_other_sign(item)  # noqa: PLW2901 - as a person has decided
            self._held.append(item)
            self._sums.add(item)
            traits = traits_of(item)
            if not item.is_deletion:
                self._tally.add(traits)
            if item.corrects is not None:
                correction = Correction(
                    item.position,
                    item.bank_reference,
                    corrects=item.corrects,
                    is_deletion=item.is_deletion,
                )
                self._tally.corrections.append(correction)
            if traits.is_booked and len(self._sample) < SAMPLE:
                self._sample.append(traits)
            self._comparison.add(item, traits)
            if len(self._held) == PART:
                # The currency comes with the statement, behind its entries.
                await self._flush()

    async def _flush(self) -> None:
        if not self._held:
            return
        number = len(self.parts) + 1
        section = len(self.sections) + 1
        lines = [dump(self._entry_line(each, section)) for each in self._held]
        await self.platform.objects.put_text(
            part_key(self.file, self.reading, number), "\n".join(lines), _JSON
        )
        first = self._held[0].position
        last = self._held[-1].position
        self.parts.append(Part(number=number, section=section, first=first, last=last))
        self.entries += len(self._held)
        self._held.clear()

    def _entry_line(self, entry: Entry, section: int) -> JsonObject:
        """An entry as it is stored. Of a batch whose payments fit into no row, only the sum is."""
        line = as_kept(entry, self.mark)
        if has_room_for_payments(line):
            return line
        self.misfits.append(
            Misfit(
                section=section,
                says=f"The batch has {len(entry.payments):,} payments, more than can be kept one "
                "by one. Its sum is kept.",
                entry=entry.position,
            )
        )
        return as_kept(replace(entry, payments=()), self.mark)

    async def _close(self, printed: BankStatement) -> None:
        await self._flush()
        number = len(self.sections) + 1
        self.format = printed.format
        key = tally_key(self.file, self.reading, number)
        await self.platform.objects.put_text(key, dump(self._tally.as_json()), _JSON)
        tally, self._tally = self._tally, Tally()
        self.misfits += [
            Misfit(
                section=number, says=each.says, line=each.line, entry=each.entry, field=each.field
            )
            for each in printed.problems
        ]
        result = self._sums.close(printed)
        if result.state is Closing.DIFFERS:
            difference = Money(result.difference, printed.currency).to_decimal_string()
            sentence = f"{result.says} The difference is {difference} {printed.currency}."
            suspect = result.suspect
            line, entry = (None, None) if suspect is None else (suspect.line, suspect.position)
            self.misfits.append(Misfit(section=number, says=sentence, line=line, entry=entry))
            self.asks = self.asks or SUMS_DIFFER
            self.turned += [Turned(section=number, position=position) for position in result.turned]
            self.has_unproven_sum = self.has_unproven_sum or not result.turned
            if len(self.unclosed) < _SHOWN_UNCLOSED:
                self.unclosed.append(await self._unclosed(number, printed, result))
        elif result.state is Closing.UNPROVEN:
            self.misfits.append(Misfit(section=number, says=result.says))
        account = self._find_account(printed)
        mismatch = self._mismatch(printed, account)
        if mismatch is not None:
            account = None
            self._note_unknown_account(printed, number, mismatch)
        balances = (printed.opening, printed.closing)
        self.sections.append(
            Section(
                number=number,
                bank_account_id="" if account is None else account.known.id,
                currency=printed.currency,
                format=printed.format,
                printed_id=printed.id,
                sequence=printed.sequence,
                page=printed.page,
                is_last_page=printed.is_last_page,
                states_period=printed.states_period,
                first_day=printed.from_day,
                last_day=printed.to_day,
                opening=None if balances[0] is None else balances[0].minor,
                closing=None if balances[1] is None else balances[1].minor,
                closing_day=None if balances[1] is None else balances[1].day or printed.to_day,
                sum="closes" if result.state is Closing.CLOSES else "unproven",
                entries=printed.entries,
                overlap=self.answers.overlap,
                is_stored=False,
            )
        )
        sample = self._sample
        self._sample = []
        if self.asks is None and account is not None and not self._names_itself(printed, account):
            await self._doubt(self.sections[-1], sample)
        if self.asks is None and account is not None:
            question = await self._comparison.question(self.sections[-1], tally)
            self.misfits += question.misfits
            self.asks = question.asks
        self._comparison.clear()

    def _names_itself(self, printed: BankStatement, account: _OwnAccount) -> bool:
        """Whether nobody need be asked of which account a statement is."""
        return self.answers.is_sure or (bool(printed.account) and account.number is not None)

    async def _doubt(self, section: Section, sample: Sequence[Traits]) -> None:
        """Have a person say whether the file is of this account, where another one has its entries,
        or where its balances do not continue those that are stored.
        """
        database = self.platform.database
        account_id = self.file.account_id
        names = {each.known.id: each.known.name for each in self.accounts}
        standing = await load_standing(database, account_id, sample)
        sentence = stands_elsewhere(sample, standing, own=section, names=names)
        if sentence is None and section.opening is not None and section.closing is not None:
            around = await repository.sections_around(
                database, account_id, bank_account_id=section.bank_account_id, first=None, last=None
            )
            periods = [period_of(section_key(file, each.number), each) for file, each in around]
            own = period_of(section_key(self.file.id, section.number), section)
            sentence = balances_break(
                [each for each in periods if each.key != own.key], own, section.currency
            )
        if sentence is not None:
            self.misfits.append(Misfit(section=section.number, says=sentence))
            self.asks = OTHER_ACCOUNT

    async def _unclosed(self, number: int, printed: BankStatement, result: SumResult) -> Unclosed:
        return Unclosed(
            section=number,
            currency=printed.currency,
            opening=result.opening,
            entries=printed.entries,
            booked=result.booked,
            closing=result.closing,
            difference=result.difference,
            says=result.says,
            suspect=None if result.suspect is None else await self._line(number, result.suspect),
        )

    async def _line(self, section: int, suspect: Suspect) -> SuspectLine | None:
        """What the bank printed there, from the parts that are kept."""
        parts_of_section = (each for each in self.parts if each.section == section)
        part = next(
            (each for each in parts_of_section if each.first <= suspect.position <= each.last), None
        )
        if part is None:
            return None
        content = await self.platform.objects.get_text(
            part_key(self.file, self.reading, part.number)
        )
        lines: list[Any] = [load(each) for each in (content or "").split("\n") if each]
        columns = next(
            (each["columns"] for each in lines if each["position"] == suspect.position), None
        )
        if columns is None:
            return None
        shown_too = {name: columns[name] for name in ("day", "amount", "counterparty", "words")}
        return SuspectLine.model_validate(
            {"position": suspect.position, "line": suspect.line, **shown_too}
        )

    def _find_account(self, printed: BankStatement) -> _OwnAccount | None:
        """The bank account that a statement is of, by what the file says, else by where it was
        sent.
        """
        if printed.account:
            return self._named_in(printed.account)
        return self.named

    def _mismatch(self, printed: BankStatement, account: _OwnAccount | None) -> str | None:
        """Say why a statement is not taken for this account; None where it is."""
        if account is None and printed.account:
            return (
                f"The statement is of the bank account {shown(printed.account)}, which is not "
                "known here."
            )
        if account is None:
            return "The file does not say of which bank account it is."
        if self.named is not None and account is not self.named:
            return (
                f"The statement is of {account.known.name}, and the file was sent for "
                f"{self.named.known.name}."
            )
        if account.known.archived_at is not None:
            return f"The bank account {account.known.name} is archived, and takes no statements."
        if account.known.currency != printed.currency:
            return (
                f"The statement is in {printed.currency}, and {account.known.name} in "
                f"{account.known.currency}."
            )
        return None

    def _note_unknown_account(self, printed: BankStatement, number: int, mismatch: str) -> None:
        """Have a person say which account the `number`th statement is of."""
        self.misfits.append(Misfit(section=number, says=mismatch))
        self.asks = ACCOUNT_UNKNOWN
        account_number = None
        if printed.account:
            account_number = shown(printed.account)
        self.unknown = self.unknown or NamedAccount(
            number=account_number, currency=printed.currency
        )

    def _named_in(self, printed: str) -> _OwnAccount | None:
        try:
            number = read_number(printed)
        except NoNumber:
            return None
        fitting = [
            each
            for each in self.accounts
            if each.number is not None and are_the_same(number, each.number)
        ]
        if not fitting and self.named is not None and self.named.number is None:
            return self.named  # it has no number that could be another one
        if self.named in fitting:
            return self.named
        return next(iter(fitting), None)

    def _to_turn(self) -> list[dict[str, int]]:
        """The entries that approval books with the other sign: none where that does not close all
        statements.
        """
        if self.asks != SUMS_DIFFER or self.has_unproven_sum:
            return []
        return [each.model_dump() for each in self.turned]

    async def outcome(self, context: StepContext, mapping: CsvMapping | None) -> Outcome[Read]:
        """What the file came to. A mapping that read it is remembered."""
        named = repository.name_account(self.file.id, self.file.bank_account_id)
        noted = repository.note_read(
            self.file.id, self.format, entries=self.entries, misfits=self.misfits
        )
        remembered: Sequence[Statement] = ()
        if mapping is not None and self.format in {Format.CSV, Format.QIF}:
            remembered = await _remember(context, self.file, mapping)
        if self.asks is not None:
            if self.asks == ACCOUNT_UNKNOWN:
                asked_of = self.unknown
            else:
                asked_of = None
            sentence = self.misfits[-1].says
            proposal = Proposal(
                says=sentence,
                misfits=self.misfits,
                unclosed=self.unclosed,
                account=asked_of,
                turned=self._to_turn(),
            )
            question = _ask(self.file, self.asks, proposal)
            return Outcome(
                question.output, statements=[named, noted, *remembered], state=question.state
            )
        sections = repository.write_sections(self.file.account_id, self.file.id, self.sections)
        return Outcome(Read(parts=self.parts), statements=[named, noted, *sections, *remembered])


def with_other_sign(entry: Entry) -> Entry:
    """An entry whose money goes the other way, with its single payments."""
    foreign = entry.foreign
    if foreign is not None:
        foreign = replace(foreign, minor=-foreign.minor)
    payments = tuple(replace(each, amount=-each.amount) for each in entry.payments)
    return replace(entry, amount=-entry.amount, foreign=foreign, payments=payments)


async def _remember(
    context: StepContext, file: StoredFile, mapping: CsvMapping
) -> Sequence[Statement]:
    now = to_text(context.platform.clock.now())
    by = await repository.decided_by(context.platform.database, context.run.id) or ACTOR
    key = f"{Audited.LAYOUT_CONFIRMED}:{context.idempotency_key}"
    event = Actor(file.account_id, by).event(
        Audited.LAYOUT_CONFIRMED, key, at=now, detail={"layout": mapping.fingerprint}
    )
    return [
        repository.remember_layout(file.account_id, mapping, by=by, now=now),
        append_if_changed(event),
    ]


def _ask(file: StoredFile, asks: Asks, proposal: Proposal) -> Outcome[Read]:
    noted = repository.note_read(
        file.id, None, entries=None, misfits=proposal.misfits or [Misfit(says=proposal.says)]
    )
    return Outcome(
        Read(asks=asks, proposed=proposal.as_json()), statements=[noted], state=ASKING.name
    )


def _proposed_mapping(needed: MappingNeeded) -> Proposal:
    return Proposal(
        says=f"{needed}.",
        columns=[*needed.layout.columns],
        rows=[[*row] for row in needed.layout.rows[:_SHOWN_ROWS]],
        mapping=needed.proposal.as_json(),
        preview=[_preview(each) for each in needed.preview],
        totals=PreviewTotals(
            rows=needed.totals.rows,
            money_out=needed.totals.money_out,
            money_in=needed.totals.money_in,
            currency=needed.totals.currency,
        ),
    )


_SHOWN_ROWS: Final = 20
_SHOWN_UNCLOSED: Final = 10


def _preview(row: PreviewRow) -> dict[str, Json]:
    entry = row.entry
    if entry is None:
        return {"line": row.line, "problem": row.problem}
    return {
        "line": row.line,
        "day": None if entry.day is None else entry.day.isoformat(),
        "amount": entry.amount,
        "counterparty": entry.counterparty.name,
        "words": entry.text,
    }


def _sentence(error: UnreadableFile) -> str:
    sentence = str(error).rstrip(".")
    if error.line is not None:
        return f"{sentence} (line {error.line})."
    return f"{sentence}."
