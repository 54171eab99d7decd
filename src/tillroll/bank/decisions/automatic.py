"""Matching without a person: the steps of a statement's run, and the job that matches again when
documents change.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from tillroll.access.behind import PersonBehind, people_behind
from tillroll.access.permissions import Permission
from tillroll.bank import repository
from tillroll.bank.cron import MATCHING
from tillroll.bank.decisions import matches
from tillroll.bank.decisions.booking import accept, in_facts
from tillroll.bank.decisions.deciding import check_right, said_of_payouts
from tillroll.bank.decisions.documents import AFTER, load_paired
from tillroll.bank.decisions.effects import work_off
from tillroll.bank.decisions.lines import OPEN, line_id, load_lines
from tillroll.bank.decisions.models import BankMatch, CertainAccepted, CertainRequest, MatchedPair
from tillroll.bank.decisions.proposing import propose, windows_of
from tillroll.bank.statements.contract import MOST_BOOKED, Booked, Days, Found, Imported, Matched
from tillroll.bank.statements.entries import certain_of, count_entries
from tillroll.bank.statements.parsing import ACTOR
from tillroll.bank.statements.undoing import undo_all
from tillroll.payouts.bank_entries import news_of
from tillroll.payouts.rights import need_second
from tillroll_documents.matching.models import Document, DocumentKind, Line, MatchKind
from tillroll_durable import Actor, Outcome, RollbackContext, Statement, StepContext, statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import log_fields

_TRIES: Final = 4
_OLDEST: Final = timedelta(days=400)
_AT_ONCE: Final = timedelta(days=14)


async def propose_days(context: StepContext, days: Days) -> Outcome[Found]:
    """Propose what explains the open entries of some days."""
    result = await propose(
        context.platform, context.run.account_id, first=days.first, last=days.last
    )
    return Outcome(
        Found(matches=result.found, automatic=[*result.automatic]), statements=result.statements
    )


async def book(context: StepContext, ids: Sequence[str]) -> Outcome[Booked]:
    """Book matches that are certain, for accounts that allow it. Where others decide at the same
    time, it is tried again with what is open then; at last it is left to a person.
    """
    platform = context.platform
    run = context.run
    if context.attempt > _TRIES:
        log.warning("bank.not_booked", **log_fields(run), count=len(ids))
        return Outcome(Booked(booked=0))
    by = Actor(run.account_id, ACTOR)
    chosen, lines = await _bookable(platform, by, person=None, ids=ids)
    statements: list[Statement] = []
    for group in in_facts(chosen, lines):
        statements += await accept(platform, by, chosen=group, lines=lines)
    booked = [each.id for each in chosen]

    async def do_elsewhere() -> None:
        await work_off(platform, booked)

    # What is left of it where this is lost, the job does.
    return Outcome(Booked(booked=len(booked)), statements=statements, nudge=do_elsewhere)


async def unbook(context: RollbackContext, ids: Sequence[str]) -> Outcome:
    """Take back what was booked without a person. What a person has undone since stays so."""
    platform = context.platform
    by = Actor(context.run.account_id, ACTOR)
    matches_by_id = await matches.load_matches(platform.database, by.account_id, ids)
    booked = [
        each for each in matches_by_id if each.state == "accepted" and each.decided_by == ACTOR
    ]
    statements = await undo_all(platform, by, chosen=booked, reason="its statement was taken back")

    async def do_elsewhere() -> None:
        await work_off(platform, [each.id for each in booked])

    return Outcome(statements=statements, nudge=do_elsewhere)


async def finish(
    context: StepContext, imported: Imported, proposals: Sequence[Found], booked: Sequence[Booked]
) -> Outcome[Matched]:
    """What the file came to."""
    del context
    return Outcome(
        Matched(
            statement_id=imported.statement_id,
            added=imported.added,
            known=imported.known,
            was_pending=imported.booked,
            matches=sum(each.matches for each in proposals),
            booked=sum(each.booked for each in booked),
        )
    )


async def _bookable(
    platform: Platform, by: Actor, person: PersonBehind | None, ids: Sequence[str]
) -> tuple[list[BankMatch], dict[str, Line]]:
    """Which of some certain matches can be booked now, and their lines: they are open, what they
    need of entries and documents is open too, and the person who asks has the right to it. Where
    nobody asks, all of their bank accounts allow it, and those who stand for that have the
    right."""
    matches_by_id = await matches.load_matches(platform.database, by.account_id, ids)
    matches_by_id = [
        each for each in matches_by_id if each.state == "proposed" and each.level == "automatic"
    ]
    pairs = [pair for each in matches_by_id for pair in each.pairs]
    lines = await load_lines(platform.database, by.account_id, {pair.entry_id for pair in pairs})
    allowed = await repository.accounts_that_book(platform.database, by.account_id)
    documents = await load_paired(platform.database, by.account_id, pairs)
    open_lines = {id_: 0 if line.is_settled else line.amount for id_, line in lines.items()}
    open_ = {id_: document.remainder for id_, document in documents.items()}
    chosen: list[BankMatch] = []
    for each in matches_by_id:
        is_allowed = person is not None or all(
            lines[_line(pair)].account in allowed for pair in each.pairs
        )
        if (
            is_allowed
            and _take(each, open_lines, open_=open_, documents=documents)
            and await _may_book(platform, by, person=person, match=each)
        ):
            chosen.append(each)
    return chosen, lines


def _take(
    match: BankMatch,
    open_lines: dict[str, int],
    open_: dict[str, int],
    documents: Mapping[str, Document],
) -> bool:
    """Take what a match needs of its lines and documents; False where they have not so much open
    any more.
    """
    # The bank's charges make up for what documents have beyond the entry, so pairs are added up.
    of_lines: dict[str, int] = {}
    for pair in match.pairs:
        of_lines[_line(pair)] = of_lines.get(_line(pair), 0) + pair.amount
    needs = [(open_lines, id_, amount) for id_, amount in of_lines.items()]
    # A refund opens its document again, and a claim takes more than is open of it.
    needs += [
        (open_, pair.document_id, pair.settles)
        for pair in match.pairs
        if pair.document_id in documents
        and documents[pair.document_id].kind is not DocumentKind.CLAIM
        and pair.settles * documents[pair.document_id].amount > 0
    ]
    if not all(abs(amount) <= abs(store[id_]) for store, id_, amount in needs):
        return False
    for store, id_, amount in needs:
        store[id_] -= amount
    return True


def _line(pair: MatchedPair) -> str:
    return line_id(pair.entry_id, pair.payment)


async def _may_book(
    platform: Platform, by: Actor, person: PersonBehind | None, match: BankMatch
) -> bool:
    """Whether the people behind it may say elsewhere what a match says there."""
    try:
        if person is not None:
            await check_right(platform, by.account_id, person=person, match=match)
            return True
        return await _may_book_alone(platform, by, match)
    except Refusal:
        return False


async def _may_book_alone(platform: Platform, by: Actor, match: BankMatch) -> bool:
    """Whether that is so where no person asks. On what a second person decides, nobody decides by
    the cron or by a file. Raises MayNotReport, SecondNeeded, NotSettleable, NothingToReturn.
    """
    entry_ids = {pair.entry_id for pair in match.pairs}
    if match.kind == MatchKind.REVERSAL and await matches.may_say_elsewhere(
        platform.database, entry_ids
    ):
        return False
    if not any(pair.document_kind in {"claim", "payout"} for pair in match.pairs):
        return True
    actors = await repository.actors_behind(platform.database, entry_ids)
    if actors is None:
        return False
    people = await people_behind(platform.database, by.account_id, actors)
    if people is None or not all(each.may(Permission.BOOK) for each in people):
        return False
    news = await news_of(platform, by.account_id, said_of_payouts(match))
    if await need_second(platform, by.account_id, news):
        return False
    for each in people:
        await check_right(platform, by.account_id, person=each, match=match)
    return True


async def book_automatic(platform: Platform, by: Actor, ids: Sequence[str]) -> None:
    """Book matches that are certain, outside of a statement's run. What somebody else decides on at
    the same time is left, and found again.
    """
    chosen, lines = await _bookable(platform, by, person=None, ids=ids)
    await _book(platform, by, chosen=chosen, lines=lines)


async def accept_certain(
    platform: Platform, actor: Actor, person: PersonBehind, body: CertainRequest
) -> CertainAccepted:
    """Accept matches that are certain, as a person says: of the newest entries, at most MOST_BOOKED
    matches.
    """
    place = platform.database, actor.account_id, body.account, body.from_, body.to
    ids = await certain_of(*place, MOST_BOOKED)
    chosen, lines = await _bookable(platform, actor, person=person, ids=ids)
    booked = await _book(platform, actor, chosen=chosen, lines=lines)
    accepted = [each for each in chosen if each.id in booked]
    entries = {pair.entry_id for each in accepted for pair in each.pairs}
    remaining = (await count_entries(*place)).certain
    return CertainAccepted(
        accepted=len(entries), left=remaining, matches=[each.id for each in accepted]
    )


async def _book(
    platform: Platform, by: Actor, chosen: Sequence[BankMatch], lines: Mapping[str, Line]
) -> Collection[str]:
    """The ids of those that were booked."""
    booked: list[str] = []
    for group in in_facts(chosen, lines):
        try:
            await platform.database.batch([*await accept(platform, by, chosen=group, lines=lines)])
        except ConstraintFailed:
            continue
        booked += [each.id for each in group]
    await work_off(platform, booked)
    return frozenset(booked)


_DUE: Final = f"""
  SELECT m.account_id, m.reached, m.is_due, m.oldest, s.failures AS setbacks
  FROM bank_matching m INDEXED BY bank_matching_due
  {JOIN.format(part=f"'{MATCHING}'", subject="m.account_id")}
  WHERE m.is_due > 0 AND {IS_DUE} ORDER BY {IN_TURN}, m.account_id LIMIT 10
"""


async def begin_matching(platform: Platform, account_id: str) -> None:
    """Have all open entries of an account matched again, by the job."""
    await platform.database.batch([matches.match_again(account_id)])


async def match_again(platform: Platform) -> int:
    """Match the open entries of accounts whose documents have changed: of each some days, the
    newest first, until all had their turn. Return how many accounts.
    """

    async def match_some(row: Row) -> None:
        account_id = text(row, "account_id")
        reached = optional_text(row, "reached")
        today = platform.clock.now().date()
        if reached is None:
            last = date.max
        else:
            last = date.fromisoformat(reached)
        oldest = _oldest_matched(today, optional_text(row, "oldest"))
        newest = await _newest_open(platform, account_id, last=last, oldest=oldest)
        if newest is None:
            # Where a document came meanwhile, it begins anew.
            done = (
                "UPDATE bank_matching SET is_due = 0, reached = NULL, oldest = NULL "
                "WHERE account_id = ?1 AND is_due = ?2"
            )
            await platform.database.batch([statement(done, [account_id, integer(row, "is_due")])])
            return
        window = (
            await windows_of(platform.database, account_id, first=newest - _AT_ONCE, last=newest)
        )[-1]
        result = await propose(platform, account_id, first=window.first, last=window.last)
        following = (window.first - timedelta(days=1)).isoformat()
        go_on = "UPDATE bank_matching SET reached = ?3 WHERE account_id = ?1 AND is_due = ?2"
        reached_now = statement(go_on, [account_id, integer(row, "is_due"), following])
        await platform.database.batch([*result.statements, reached_now])
        if result.automatic:
            await book_automatic(platform, Actor(account_id, ACTOR), result.automatic)

    rows = await platform.database.all(statement(_DUE, [to_text(platform.clock.now())]))
    return await each_row(platform, MATCHING, rows=rows, subject="account_id", do=match_some)


def _oldest_matched(today: date, document: str | None) -> date:
    """The first day whose entries are matched again: far enough back for the oldest document that
    changed.
    """
    usual = today - _OLDEST
    if document is None:
        return usual
    return min(usual, date.fromisoformat(document) - AFTER)


async def _newest_open(
    platform: Platform, account_id: str, last: date, oldest: date
) -> date | None:
    query = f"""
      SELECT MAX(e.day) AS day FROM bank_entries e
      WHERE e.account_id = ?1 AND e.day BETWEEN ?3 AND ?2 AND {OPEN}
    """
    row = await platform.database.first(
        statement(query, [account_id, last.isoformat(), oldest.isoformat()])
    )
    day = None if row is None else optional_text(row, "day")
    if day is None:
        return None
    return date.fromisoformat(day)
