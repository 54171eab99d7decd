"""Takes files of banks, and keeps bank accounts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from tillroll.access.behind import PersonBehind
from tillroll.bank import repository
from tillroll.bank.cron import NUMBERS
from tillroll.bank.models import (
    Audited,
    BankAccount,
    BankAccountChange,
    BankAccountRequest,
    BankStatement,
    BankStatementDetail,
    Break,
    BreakKind,
    ImportUndoing,
    Section,
    TakenStatement,
)
from tillroll.bank.repository import File, section_key
from tillroll.bank.statements.continuity import Discontinuity, discontinuities, period_of
from tillroll.bank.statements.contract import StatementParams
from tillroll.bank.statements.undoing import find_payouts, find_undoable, note_undoing
from tillroll.payouts.bank_entries import check_may_undo
from tillroll.payouts.sepa import fingerprint
from tillroll_documents.bank_files.numbers import NoNumber, read_number, shown
from tillroll_documents.money import CODES, UNKNOWN_CURRENCY
from tillroll_durable import Actor, NotBegun, Statement, Status, ValuesRefused, Workflow, begin
from tillroll_durable.audit import append, append_if_changed, values_changed
from tillroll_durable.operations import NotPossible, Request
from tillroll_durable.platform.bindings.database import ConstraintFailed, Value
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import NewRun, load_run
from tillroll_durable.undoing import undo as undo_run

# Statuses in which a run has ended without entries, so that the same bytes may be tried anew.
_ENDED_WITHOUT: Final = frozenset({Status.REJECTED, Status.CANCELLED})


class NoSuchAccount(Refusal):
    thing = "bank account"


class NoSuchStatement(Refusal):
    thing = "bank statement"


class AccountTaken(Refusal):
    """The number stands for a bank account that is kept already: the message is its name."""

    kind = Kind("bank-account-exists", 409, "There is a bank account of this number")
    explanation = "{} has this number: use that account, or archive it first."


class AccountArchived(Refusal):
    """The bank account, which is the message, is archived."""

    kind = Kind("bank-account-archived", 409, "The bank account is archived")
    explanation = (
        "An archived account takes no statements. Take it up again: PATCH /api/bank/accounts/{id}."
    )


async def create_account(
    platform: Platform, actor: Actor, request: BankAccountRequest
) -> BankAccount:
    """Keep a bank account of the company; its number is encrypted. Raises ValuesRefused,
    AccountTaken.
    """
    if request.currency not in CODES:
        raise ValuesRefused([("currency", UNKNOWN_CURRENCY)])
    id_ = new_id("ban")
    now = to_text(platform.clock.now())
    values: dict[str, Value] = {
        "id": id_,
        "account_id": actor.account_id,
        "name": request.name,
        "currency": request.currency,
        "books_certain": int(request.books_certain),
        "created_by": actor.name,
        "created_at": now,
    }
    if request.books_certain:
        values["books_certain_by"] = actor.name
    if request.number is not None:
        try:
            number = read_number(request.number)
        except NoNumber as error:
            raise ValuesRefused([("number", str(error))]) from error
        mark = await fingerprint(platform, actor.account_id, number)
        encrypted = await encrypt(platform, number, NUMBERS.row(id_))
        values |= {"number": encrypted, "shown": shown(number), "mark": mark}
    event = actor.event(
        Audited.BANK_ACCOUNT_CREATED,
        f"{Audited.BANK_ACCOUNT_CREATED}:{id_}",
        at=now,
        detail={"bankAccount": id_},
    )
    try:
        await platform.database.batch([repository.insert_account(values), append_if_changed(event)])
    except ConstraintFailed as error:
        holder = await repository.holder_of(
            platform.database, actor.account_id, id_=id_, mark=values.get("mark")
        )
        raise AccountTaken(holder) from error
    return await show_account(platform, actor.account_id, id_)


async def show_account(platform: Platform, account_id: str, id_: str) -> BankAccount:
    """Raises NoSuchAccount."""
    account = await repository.find_account(platform.database, account_id, id_)
    if account is None:
        raise NoSuchAccount(id_)
    return account


async def change_account(
    platform: Platform, actor: Actor, id_: str, change: BankAccountChange
) -> BankAccount:
    """Change what is given. Raises NoSuchAccount; AccountTaken: another account has its number by
    now.
    """
    account = await show_account(platform, actor.account_id, id_)
    now = to_text(platform.clock.now())
    before: JsonObject = {
        "booksCertain": account.books_certain,
        "archived": account.archived_at is not None,
    }
    changed: JsonObject = {
        name: value
        for name, value in change.as_json().items()
        if value is not None and name != "name"
    }
    event = actor.event(
        Audited.BANK_ACCOUNT_CHANGED,
        f"{Audited.BANK_ACCOUNT_CHANGED}:{id_}:{new_id('chg')}",
        at=now,
        detail={"bankAccount": id_, **changed, **values_changed(before, changed)},
    )
    update = repository.change_account(actor, id_, change=change, now=now)
    try:
        await platform.database.batch([update, append_if_changed(event)])
    except ConstraintFailed as error:
        holder = await repository.holder_of(platform.database, actor.account_id, id_=id_, mark=None)
        raise AccountTaken(holder) from error
    return await show_account(platform, actor.account_id, id_)


async def take_file(
    platform: Platform, workflow: Workflow, actor: Actor, file: File
) -> TakenStatement:
    """Begin a run for the bytes of a file, once in an account however often they come, and again
    where their run has ended without entries, or was undone. Raises NoSuchAccount, AccountArchived:
    of the bank account that is named.
    """
    if file.bank_account_id is not None:
        named = await show_account(platform, actor.account_id, file.bank_account_id)
        if named.archived_at is not None:
            raise AccountArchived(named.name)

    def insert(run: NewRun, now: str) -> list[Statement]:
        return [repository.insert_statement(run, file, now)]

    existing = await repository.find_by_bytes(platform.database, actor.account_id, file.sha256)
    if existing is None or existing.undone_at is not None:
        params = StatementParams(statement_id=new_id("bst"))
        # Entries of the one that was undone may stay with another file, so it is another statement
        # with ids of its own.
        suffix = "" if existing is None else f":after:{existing.run_id}"
        run = await begin(
            platform,
            workflow,
            params=params,
            actor=actor,
            key=f"sha256:{file.sha256}{suffix}",
            also=insert,
        )
        return TakenStatement(
            run_id=run.id, statement_id=run.subject, status=run.status, is_new=run.is_new
        )
    if existing.status not in _ENDED_WITHOUT:
        return await _statement_of(platform, existing)
    return await _begin_again(platform, workflow, actor=actor, file=file, existing=existing)


async def _statement_of(platform: Platform, existing: BankStatement) -> TakenStatement:
    read_for = await repository.accounts_in(platform.database, existing.id)
    return TakenStatement(
        run_id=existing.run_id,
        statement_id=existing.id,
        status=existing.status,
        read_for=read_for,
        is_new=False,
    )


async def _begin_again(
    platform: Platform, workflow: Workflow, actor: Actor, file: File, existing: BankStatement
) -> TakenStatement:
    def follow(run: NewRun, _now: str) -> list[Statement]:
        return [repository.begin_again(existing.id, existing.run_id, run_id=run.id, file=file)]

    params = StatementParams(statement_id=existing.id)
    key = f"sha256:{file.sha256}:after:{existing.run_id}"
    try:
        run = await begin(
            platform,
            workflow,
            params=params,
            actor=actor,
            key=key,
            also=follow,
            previous_run_id=existing.run_id,
        )
    except NotBegun:  # another request was first
        newer = await repository.find_by_bytes(platform.database, actor.account_id, file.sha256)
        return await _statement_of(platform, newer or existing)
    previous = existing.run_id if run.is_new else None
    return TakenStatement(
        run_id=run.id,
        statement_id=existing.id,
        status=run.status,
        previous_run_id=previous,
        is_new=run.is_new,
    )


async def show_statement(platform: Platform, account_id: str, id_: str) -> BankStatementDetail:
    """With what did not fit, and where it does not join other statements.
    Raises NoSuchStatement.
    """
    bank_statement = await repository.find_statement(platform.database, account_id, id_)
    if bank_statement is None:
        raise NoSuchStatement(id_)
    head, sections, misfits = bank_statement
    breaks = [
        each
        for section in sections
        for each in await _breaks(platform, account_id, id_=id_, section=section)
    ]
    undoable = await find_undoable(platform.database, account_id, head)
    return BankStatementDetail(
        **vars(head), sections=sections, misfits=misfits, breaks=breaks, undoable=undoable
    )


async def undo_import(
    platform: Platform, actor: Actor, person: PersonBehind, id_: str, request: ImportUndoing
) -> None:
    """Have the run of a statement undo what it stored. The same again changes nothing.
    Raises NoSuchStatement; NotPossible: it is under way, or nothing of it is stored; MayNotReport,
    SecondNeeded: only its entries say what became of a payout, and they may not take that back."""
    bank_statement = await repository.find_statement(platform.database, actor.account_id, id_)
    if bank_statement is None:
        raise NoSuchStatement(id_)
    head, _, _ = bank_statement
    if head.undone_by is not None:
        return
    loaded = await load_run(platform.database, head.run_id)
    if loaded is None or loaded[0].status != Status.COMPLETE:
        raise NotPossible(_why_not(head))
    payouts = await find_payouts(platform.database, actor.account_id, id_)
    await check_may_undo(platform, actor.account_id, run_ids=payouts, person=person)
    undoable = await find_undoable(platform.database, actor.account_id, head)
    counts: JsonObject = {}
    if undoable is not None:
        counts = {"entries": undoable.entries, "matches": undoable.matches}
    key = f"{Audited.IMPORT_UNDOING}:{head.run_id}"
    now = to_text(platform.clock.now())
    event = actor.event(
        Audited.IMPORT_UNDOING,
        key,
        at=now,
        detail={"statement": id_, "reason": request.reason, **counts},
    )
    also = (note_undoing(id_, actor.name, request.reason), append(event))
    await undo_run(platform, loaded[0], Request(actor.name, request.reason, also))


def _why_not(head: BankStatement) -> str:
    match Status(head.status):
        case Status.NEEDS_REVIEW:
            return (
                "the file waits for a person, and nothing of it is stored: drop it, or have it "
                "read for another account"
            )
        case Status.PROCESSING:
            return (
                "the file is still being read, stored or taken back: look at it again in a minute"
            )
        case Status.FAILED:
            return "its run has failed: retry it, or give it up, which takes back what it stored"
        case _:
            return "nothing of this file is stored"


async def _breaks(platform: Platform, account_id: str, id_: str, section: Section) -> list[Break]:
    """The breaks between all statements of the account, since what lies between two may have come
    in any order.
    """
    if not section.is_stored:
        return []
    own = section_key(id_, section.number)
    breaks = await _breaks_of(platform, account_id, section.bank_account_id)
    return [each for each in breaks if own in {each.before, each.after}]


async def _breaks_of(platform: Platform, account_id: str, bank_account_id: str) -> list[Break]:
    around = await repository.sections_around(
        platform.database, account_id, bank_account_id=bank_account_id, first=None, last=None
    )
    sections = {section_key(file, each.number): each for file, each in around}
    breaks = discontinuities(period_of(key, each) for key, each in sections.items())
    sums_by_pair = await repository.sums_shared(
        platform.database, _that_may_share(breaks, sections)
    )
    return [
        _break(bank_account_id, _without_shared(each, sections, sums_by_pair)) for each in breaks
    ]


def _that_may_share(
    breaks: Sequence[Discontinuity], sections: Mapping[str, Section]
) -> list[tuple[str, str]]:
    """Gaps of two statements that meet on a day: both may have its entries."""
    return [
        (each.before, each.after)
        for each in breaks
        if each.kind is BreakKind.GAP and each.amount and _days_of_both(each, sections)
    ]


def _days_of_both(each: Discontinuity, sections: Mapping[str, Section]) -> tuple[date, date] | None:
    first = sections[each.after].first_day
    last = sections[each.before].last_day
    if first is None or last is None or first > last:
        return None
    return first, last


def _without_shared(
    each: Discontinuity,
    sections: Mapping[str, Section],
    sums_by_pair: Mapping[tuple[str, str], int],
) -> Discontinuity:
    """Read a gap as an overlap where just the entries that both statements have lie in between: the
    later one opens before them, and the earlier one closed after them.
    """
    days = _days_of_both(each, sections)
    common = sums_by_pair.get((each.before, each.after))
    if days is None or common is None or each.amount != -common:
        return each
    first, last = days
    return Discontinuity(BreakKind.OVERLAP, each.before, each.after, from_day=first, to_day=last)


async def list_breaks(
    platform: Platform, account_id: str, bank_account_id: str | None
) -> list[Break]:
    """Where the statements of a bank account, or of each that is not archived, do not join.
    Raises NoSuchAccount.
    """
    if bank_account_id is not None:
        await show_account(platform, account_id, bank_account_id)
        return await _breaks_of(platform, account_id, bank_account_id)
    accounts = await repository.known_accounts(platform.database, account_id)
    return [
        each
        for account in accounts
        if account.archived_at is None
        for each in await _breaks_of(platform, account_id, account.id)
    ]


def _break(bank_account_id: str, each: Discontinuity) -> Break:
    return Break(
        kind=each.kind,
        bank_account_id=bank_account_id,
        before=each.before,
        after=each.after,
        from_day=each.from_day,
        to_day=each.to_day,
        amount=each.amount,
        numbers=each.numbers,
    )
