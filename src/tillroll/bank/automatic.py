"""Matching without a person: the steps of a statement's run, and the job that matches again when documents change."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from tillroll.bank import matches, repository
from tillroll.bank.booking import accept, in_facts
from tillroll.bank.contract import Booked, Days, Found, Imported, Matched
from tillroll.bank.deciding import check_four_eyes
from tillroll.bank.effects import work_off
from tillroll.bank.lines import load_lines
from tillroll.bank.match_models import BankMatch
from tillroll.bank.proposing import propose, windows_of
from tillroll.bank.reading import ACTOR
from tillroll.durable import Actor, Outcome, StepContext, statement
from tillroll.jobs.job import Job
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.payouts.four_eyes import SecondNeeded
from tillroll.platform.bindings.database import ConstraintFailed, Row, integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

JOB: Final = "bank matching"
_OLDEST: Final = timedelta(days=400)
_AT_ONCE: Final = timedelta(days=14)


async def propose_days(context: StepContext, days: Days) -> Outcome[Found]:
    """Propose what explains the open entries of some days."""
    found = await propose(context.platform, context.run.account_id, days.first, days.last)
    return Outcome(Found(matches=found.found, automatic=[*found.automatic]), statements=found.statements)


async def book(context: StepContext, ids: Sequence[str]) -> Outcome[Booked]:
    """Book matches that are certain, for accounts that allow it. Each is booked once, since it is open only before."""
    platform, run = context.platform, context.run
    statement_ = await repository.load_sender(platform.database, run.subject)
    booked = await book_automatic(platform, Actor(run.account_id, ACTOR), statement_, ids)
    return Outcome(Booked(booked=booked))


async def finish(
    context: StepContext, imported: Imported, found: Sequence[Found], booked: Sequence[Booked]
) -> Outcome[Matched]:
    """What the file came to."""
    del context
    return Outcome(
        Matched(
            statement_id=imported.statement_id,
            added=imported.added,
            known=imported.known,
            was_pending=imported.booked,
            matches=sum(each.matches for each in found),
            booked=sum(each.booked for each in booked),
        )
    )


async def book_automatic(platform: Platform, by: Actor, sender: str | None, ids: Sequence[str]) -> int:
    """Book matches whose bank accounts all allow it; how many. What is not open any more is left, and so is a payout
    that the sender of the statement asked for, where a second person decides on it."""
    found = [each for each in await matches.load_matches(platform.database, by.account_id, ids) if _is_open(each)]
    lines = await load_lines(platform.database, by.account_id, {pair.entry_id for each in found for pair in each.pairs})
    allowed = await repository.accounts_that_book(platform.database, by.account_id)
    accounts = {line.id.partition("#")[0]: line.account for line in lines.values()}
    chosen = [
        each
        for each in found
        if all(accounts.get(pair.entry_id) in allowed for pair in each.pairs)
        and await _may_book(platform, by.account_id, sender, each)
    ]
    booked: list[str] = []
    for group in in_facts(chosen, lines):
        if await _booked(platform, by, group):
            booked += [each.id for each in group]
            continue
        # One of them is not open any more: each by itself.
        booked += [each.id for each in group if len(group) > 1 and await _booked(platform, by, [each])]
    if booked:
        await work_off(platform, booked)
    return len(booked)


def _is_open(match: BankMatch) -> bool:
    return match.state == "proposed" and match.level == "automatic"


async def _may_book(platform: Platform, account_id: str, sender: str | None, match: BankMatch) -> bool:
    if sender is None:
        return True
    try:
        await check_four_eyes(platform, account_id, sender, match)
    except SecondNeeded:
        return False
    return True


async def _booked(platform: Platform, by: Actor, group: Sequence[BankMatch]) -> bool:
    lines = await load_lines(platform.database, by.account_id, {pair.entry_id for each in group for pair in each.pairs})
    try:
        await platform.database.batch([*await accept(platform, by, group, lines)])
    except ConstraintFailed:
        return False
    return True


_DUE: Final = f"""
  SELECT m.account_id, m.reached, m.is_due, s.failures AS setbacks FROM bank_matching m INDEXED BY bank_matching_due
  {JOIN.format(part=f"'{JOB}'", subject="m.account_id")}
  WHERE m.is_due > 0 AND {IS_DUE} ORDER BY {IN_TURN}, m.account_id LIMIT 10
"""  # noqa: S608 - constants


async def match_again(platform: Platform) -> int:
    """Match the open entries of accounts whose documents have changed: of each some days, the newest first, until all
    had their turn. Return how many accounts."""

    async def match_some(row: Row) -> None:
        account_id, reached = text(row, "account_id"), optional_text(row, "reached")
        today = platform.clock.now().date()
        last = date.max if reached is None else date.fromisoformat(reached)
        newest = await _newest_open(platform, account_id, last, today - _OLDEST)
        if newest is None:
            # Where a document came meanwhile, it begins anew.
            done = "UPDATE bank_matching SET is_due = 0, reached = NULL WHERE account_id = ?1 AND is_due = ?2"
            await platform.database.batch([statement(done, account_id, integer(row, "is_due"))])
            return
        window = (await windows_of(platform.database, account_id, newest - _AT_ONCE, newest))[-1]
        found = await propose(platform, account_id, window.first, window.last)
        following = (window.first - timedelta(days=1)).isoformat()
        go_on = "UPDATE bank_matching SET reached = ?3 WHERE account_id = ?1 AND is_due = ?2"
        reached_now = statement(go_on, account_id, integer(row, "is_due"), following)
        await platform.database.batch([*found.statements, reached_now])
        if found.automatic:
            await book_automatic(platform, Actor(account_id, ACTOR), None, found.automatic)

    rows = await platform.database.all(statement(_DUE, to_text(platform.clock.now())))
    return await each_row(platform, JOB, rows, "account_id", match_some)


async def _newest_open(platform: Platform, account_id: str, last: date, oldest: date) -> date | None:
    query = """
      SELECT MAX(day) AS day FROM bank_entries
      WHERE account_id = ?1 AND day BETWEEN ?3 AND ?2 AND status <> 'replaced' AND explained <> amount
        AND reason IS NULL
    """
    row = await platform.database.first(statement(query, account_id, last.isoformat(), oldest.isoformat()))
    day = None if row is None else optional_text(row, "day")
    return None if day is None else date.fromisoformat(day)


JOBS: Final = (Job(JOB, match_again, 60),)
