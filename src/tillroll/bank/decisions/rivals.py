"""What stands against a match that a person accepts, in words; and what fits an entry again at
once.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from tillroll.bank.decisions.booking import DecidedMeanwhile
from tillroll.bank.decisions.matches import TITLE
from tillroll.bank.decisions.models import BankMatch
from tillroll.bank.decisions.proposing import propose, windows_of
from tillroll_documents.matching.models import Line, MatchKind
from tillroll_documents.money import Money
from tillroll_durable import statement
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform

_NEAR: Final = timedelta(days=3)
_MOST_DAYS: Final = 3
_EXPLAINS: Final = f"""
  SELECT p.document_id, {TITLE} AS title, e.day, e.amount, e.currency,
    COALESCE(e.counterparty, e.words) AS name,
    p.entry_id IN (SELECT value FROM json_each(?2)) AS is_entry
  FROM bank_pairs p JOIN bank_entries e ON e.id = p.entry_id
  WHERE p.account_id = ?1 AND p.counts = 1 AND p.match_id <> ?4
    AND (p.entry_id IN (SELECT value FROM json_each(?2))
      OR (p.document_kind IN ('expense', 'claim', 'payout')
        AND p.document_id IN (SELECT value FROM json_each(?3))))
  ORDER BY is_entry DESC, e.day LIMIT 1
"""


class ExplainedOtherwise(DecidedMeanwhile):
    """The message says what explains the entry, or what the document explains."""

    explanation = "{}"


async def refused_by(database: Database, account_id: str, match: BankMatch) -> DecidedMeanwhile:
    """Why a match cannot be accepted any more."""
    entry_ids = dump([*sorted({pair.entry_id for pair in match.pairs})])
    document_ids = dump([*sorted({pair.document_id for pair in match.pairs})])
    row = await database.first(
        statement(_EXPLAINS, [account_id, entry_ids, document_ids, match.id])
    )
    titles = ", ".join(dict.fromkeys(pair.title for pair in match.pairs if pair.title))
    if match.kind == MatchKind.REFUND and (row is None or not row["is_entry"]):
        return ExplainedOtherwise(
            f"Money came back for {titles}: match the payment of it first, then this."
        )
    if row is None:
        return DecidedMeanwhile(match.id)
    if row["is_entry"]:
        named = optional_text(row, "title") or "something else"
        return ExplainedOtherwise(
            f"{named} explains this entry already: take that match back first."
        )
    return ExplainedOtherwise(
        f"{titles} is matched already with {_named(row)}: take that match back first."
    )


def _named(row: Row) -> str:
    day = text(row, "day")
    currency = text(row, "currency")
    amount = Money(integer(row, "amount"), currency).to_decimal_string()
    name = optional_text(row, "name")
    by_name = ""
    if name:
        by_name = f", {name}"
    return f"the entry of {day}, {amount} {currency}{by_name}"


async def propose_again(platform: Platform, account_id: str, lines: Mapping[str, Line]) -> None:
    """Propose at once what fits entries that are open again. The job looks at all others soon."""
    for day in _days(lines.values()):
        near = await windows_of(platform.database, account_id, first=day - _NEAR, last=day + _NEAR)
        for window in near:
            if window.first <= day <= window.last:
                await _propose_window(platform, account_id, first=window.first, last=window.last)


async def _propose_window(platform: Platform, account_id: str, *, first: date, last: date) -> None:
    result = await propose(platform, account_id, first=first, last=last)
    if not result.statements:
        return
    try:
        await platform.database.batch([*result.statements])
    except ConstraintFailed:
        # Somebody has taken an entry back meanwhile: the job proposes what is left.
        log.info("bank.proposed_later", account=account_id)


def _days(lines: Iterable[Line]) -> list[date]:
    return sorted({line.day for line in lines if line.day is not None})[:_MOST_DAYS]
