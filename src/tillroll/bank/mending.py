"""Mends the books of a bank account, as a person asks: by facts that name what they mend.

The ledger keeps what it has. A further transfer brings a match to what its pairs come to; its
reference is the match. What is explained of an entry is counted anew, and a claim or payout that
refused its part is asked again.
"""

from collections.abc import Sequence
from typing import Final

from tillroll.bank.agreement import DIFFERING, MISCOUNTED, Comparison, Difference, compare, keep
from tillroll.bank.decisions.booking import bank_account, must_be_applied, open_books
from tillroll.bank.decisions.effects import work_off_all
from tillroll.bank.models import Audited, BankAccount
from tillroll.bank.service import show_account
from tillroll.ledger.posting import append_fact
from tillroll.ledger.transfers import MOST_LINKED, Transaction, Transfer
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import append
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform

# Others that mend, or decide on a match, at the same time change these counts.
_DIFFERING: Final = f"(SELECT COUNT(*) FROM ({DIFFERING})) = ?4"
_COUNT_ANEW: Final = f"""
  UPDATE bank_entries SET explained = (
    SELECT COALESCE(SUM(p.amount), 0) FROM bank_pairs p
    WHERE p.entry_id = bank_entries.id AND p.counts = 1)
  WHERE id IN (SELECT entry_id FROM ({MISCOUNTED}))
"""
_ASK_AGAIN: Final = """
  UPDATE bank_effects SET done_at = NULL, refused = NULL
  WHERE refused IS NOT NULL AND match_id IN (
    SELECT p.match_id FROM bank_entries e CROSS JOIN bank_pairs p ON p.entry_id = e.id
    CROSS JOIN bank_matches m ON m.id = p.match_id
    WHERE e.account_id = ?1 AND e.bank_account_id = ?2
      AND (m.state = 'undone') = (substr(bank_effects.id, -7) = ':undone'))
  RETURNING match_id
"""


async def mend_books(platform: Platform, actor: Actor, id_: str, reason: str) -> BankAccount:
    """Bring the books of a bank account to what explains its entries; where they agree, nothing is
    changed. Raises NoSuchAccount; GuardFailed: somebody else changes them at this moment."""
    await show_account(platform, actor.account_id, id_)
    comparison = await compare(platform, actor.account_id, id_)
    while comparison.differences or comparison.miscounted:
        await _mend(platform, actor, id_, comparison=comparison, reason=reason)
        comparison = await compare(platform, actor.account_id, id_)
    if comparison.elsewhere:
        ask_again = statement(_ASK_AGAIN, [actor.account_id, id_])
        [rows] = await platform.database.batch([ask_again])
        late = [each.match_id for each in comparison.elsewhere]
        # A request that resumes does not hear which: the cron works them off.
        reopened = [text(row, "match_id") for row in rows if "match_id" in row]
        matches = dict.fromkeys([*late, *reopened])
        await work_off_all(platform, [*matches])
    await keep(platform, actor.account_id, id_)
    return await show_account(platform, actor.account_id, id_)


async def _mend(
    platform: Platform,
    actor: Actor,
    id_: str,
    *,
    comparison: Comparison,
    reason: str,
) -> None:
    """Write one fact, of at most MOST_LINKED transfers, with its event."""
    chosen = comparison.differences[:MOST_LINKED]
    now = to_text(platform.clock.now())
    key = new_id("mend")
    facts: Sequence[Statement] = ()
    if chosen:
        contras = [(each.contra, each.currency) for each in chosen]
        await open_books(platform, actor, id_, contras=contras)
        facts = await _facts(platform, actor, id_, chosen=chosen, key=key)
    place = (actor.account_id, id_, bank_account(id_))
    before = await _count(platform, place)
    matches = dict.fromkeys(each.match_id for each in chosen)
    detail: JsonObject = {
        "bankAccount": id_,
        "matches": [*matches],
        "entries": [each.entry_id for each in comparison.miscounted],
        "reason": reason,
    }
    action = Audited.BANK_BOOKS_MENDED
    event = actor.event(action, event_key=f"{action}:{key}", at=now, detail=detail)
    await platform.database.batch(
        [
            must_hold(_DIFFERING, *place, before),
            *facts,
            must_hold(_DIFFERING, *place, before - len(chosen)),
            statement(_COUNT_ANEW, [actor.account_id, id_]),
            append(event),
        ]
    )


async def _count(platform: Platform, place: Sequence[str]) -> int:
    """How many matches differ."""
    query = f"SELECT COUNT(*) AS n FROM ({DIFFERING})"
    rows = await platform.database.all(statement(query, [*place]))
    return integer(rows[0], "n")


async def _facts(
    platform: Platform,
    actor: Actor,
    id_: str,
    *,
    chosen: Sequence[Difference],
    key: str,
) -> Sequence[Statement]:
    """What appends the transfers, for a batch, which fails where the ledger refuses them."""
    own = bank_account(id_)
    transfers: list[Transfer] = []
    for number, each in enumerate(chosen, start=1):
        missing = each.due - each.posted
        debit = own
        credit = each.contra
        if missing < 0:
            debit = each.contra
            credit = own
        transfer = Transfer(
            id=f"bank:{each.match_id}:{key}:{number}",
            debit=debit,
            credit=credit,
            currency=each.currency,
            amount=abs(missing),
            reference=each.match_id,
        )
        transfers.append(transfer)
    transaction_id = f"bank:{key}"
    if len(transfers) == 1:
        transaction_id = transfers[0].id
    transaction = Transaction(transaction_id, transfers)
    fact = await append_fact(
        platform.database,
        platform.clock,
        by=actor,
        transaction=transaction,
    )
    return [*fact.statements, must_be_applied(actor.account_id, transaction_id)]
