"""Compares the books of a bank account with what explains its entries, each night.

For each accepted match, the ledger moves what its pairs come to. What is explained of an entry is
what its accepted pairs come to. The claim or payout of a pair says what the pair says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tillroll.bank.cron import AGREEMENT
from tillroll.bank.decisions.booking import CONTRAS, bank_account
from tillroll_documents.money import Money
from tillroll_durable import statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, PAGE, each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, digits, of_row, text, word
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

# UTC. A night that was missed is made up for in the hours after it.
_FROM_HOUR: Final = 2
# An effect that was not done for so long is late.
_LATE_AFTER: Final = timedelta(days=1)
MOST_LISTED: Final = 100
"""So many differences of a kind are looked for at once."""

_CONTRA: Final = " ".join(
    f"WHEN '{word(kind)}' THEN 'banking:{name}:'" for kind, name in CONTRAS.items()
)
_DUE: Final = f"""
  SELECT p.match_id, (CASE p.document_kind {_CONTRA} END) || e.currency AS contra,
    e.currency AS currency, p.amount AS due, 0 AS posted
  FROM bank_entries e
  CROSS JOIN bank_pairs p ON p.entry_id = e.id AND p.counts = 1
  CROSS JOIN bank_matches m ON m.id = p.match_id AND m.kind <> 'hold'
  WHERE e.account_id = ?1 AND e.bank_account_id = ?2
"""
_POSTED: Final = """
  SELECT COALESCE(t.reference, t.id) AS match_id,
    iif(t.debit_id = ?3, t.credit_id, t.debit_id) AS contra, t.currency, 0 AS due,
    iif(t.debit_id = ?3, t.posted, -t.posted) AS posted
  FROM ledger_entries n
  CROSS JOIN ledger_transfers t ON t.account_id = n.account_id AND t.id = n.transfer_id
  WHERE n.account_id = ?1 AND n.ledger_account_id = ?3
"""
DIFFERING: Final = f"""
  SELECT match_id, contra, currency, SUM(due) AS due, SUM(posted) AS posted
  FROM ({_DUE} UNION ALL {_POSTED})
  GROUP BY match_id, contra, currency HAVING SUM(due) <> SUM(posted)
"""
"""What a match is to move, and what its facts moved, where these differ.

?1: the account, ?2: the bank account, ?3: the bank account's account of the ledger."""
MISCOUNTED: Final = """
  SELECT e.id AS entry_id, e.currency, e.explained, COALESCE(SUM(p.amount), 0) AS due
  FROM bank_entries e LEFT JOIN bank_pairs p ON p.entry_id = e.id AND p.counts = 1
  WHERE e.account_id = ?1 AND e.bank_account_id = ?2
  GROUP BY e.id HAVING e.explained <> COALESCE(SUM(p.amount), 0)
"""
"""Entries of which something else is explained than their accepted pairs come to."""
# What an accepted pair of a claim, with its effect `x`, has done there: a payment that stands, or
# whose money went back by another entry; or, of money that went back, what was planned of it.
_IS_DONE_ON_CLAIM: Final = """
  CASE
    WHEN x.plan IS NULL THEN EXISTS (
      SELECT 1 FROM claim_events c WHERE c.run_id = p.document_id
        AND c.key = 'payment:bank:' || x.id
        AND NOT EXISTS (
          SELECT 1 FROM claim_events r WHERE r.run_id = c.run_id AND r.reverses = c.version
            AND NOT EXISTS (
              SELECT 1 FROM bank_effects o WHERE o.document_id = p.document_id
                AND o.plan IN ('reverse:' || c.version, 'known:' || r.version))))
    WHEN x.plan = 'refund' THEN EXISTS (
      SELECT 1 FROM claim_events c WHERE c.run_id = p.document_id
        AND c.key = 'refund:bank:' || x.id)
    WHEN x.plan LIKE 'reverse:%' THEN EXISTS (
      SELECT 1 FROM claim_events r WHERE r.run_id = p.document_id
        AND 'reverse:' || r.reverses = x.plan)
    ELSE true
  END
"""
# A pair of which the other side says something else: its effect is missing, late or refused, or
# what it did was undone since.
_ELSEWHERE: Final = f"""
  SELECT p.match_id, p.document_kind, p.document_id,
    CASE
      WHEN x.id IS NULL THEN 'it was never told'
      WHEN x.done_at IS NULL THEN 'it was not told for a day'
      WHEN x.refused IS NOT NULL THEN 'it was refused'
      ELSE 'it says otherwise'
    END AS why
  FROM bank_entries e
  CROSS JOIN bank_pairs p ON p.entry_id = e.id AND p.document_kind IN ('claim', 'payout')
  CROSS JOIN bank_matches m ON m.id = p.match_id AND m.state IN ('accepted', 'undone')
  LEFT JOIN bank_effects x
    ON x.id = p.match_id || ':' || p.number || iif(m.state = 'undone', ':undone', '')
  WHERE e.account_id = ?1 AND e.bank_account_id = ?2 AND (
    (x.id IS NULL OR x.refused IS NOT NULL OR (x.done_at IS NULL AND x.created_at < ?3))
    OR (m.state = 'accepted' AND x.done_at IS NOT NULL AND p.document_kind = 'claim'
      AND NOT {_IS_DONE_ON_CLAIM})
    OR (m.state = 'accepted' AND x.done_at IS NOT NULL AND p.document_kind = 'payout'
      AND EXISTS (
        SELECT 1 FROM payouts o WHERE o.run_id = p.document_id
          AND (o.payment_status IS NULL OR o.payment_status NOT IN ('posted', 'returned'))
          AND -o.amount = (
            SELECT SUM(s.settles) FROM bank_pairs s
            WHERE s.account_id = ?1 AND s.document_id = o.run_id AND s.counts = 1))))
"""


@dataclass(frozen=True)
class Difference:
    """A match whose facts move something else than its pairs come to, in minor units."""

    match_id: str
    contra: str
    currency: str
    due: int
    posted: int


@dataclass(frozen=True)
class Miscounted:
    """An entry of which `explained` stands, and whose accepted pairs come to `due`.

    Both are in minor units.
    """

    entry_id: str
    currency: str
    explained: int
    due: int


@dataclass(frozen=True)
class Elsewhere:
    """A match of which a claim or payout says something else."""

    match_id: str
    document_kind: str
    document_id: str
    why: str


@dataclass(frozen=True)
class Comparison:
    """How the books of a bank account differ from what explains its entries."""

    differences: Sequence[Difference]
    miscounted: Sequence[Miscounted]
    elsewhere: Sequence[Elsewhere]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind that differs: for the log, which may name no amounts."""
        kinds = {
            "ledger": len(self.differences),
            "entries": len(self.miscounted),
            "documents": len(self.elsewhere),
        }
        return {kind: count for kind, count in kinds.items() if count}

    @property
    def in_words(self) -> str | None:
        """The first thing that differs, and how many there are; None where all agrees."""
        sentences = [
            *map(_of_difference, self.differences),
            *map(_of_entry, self.miscounted),
            *map(_of_elsewhere, self.elsewhere),
        ]
        if not sentences:
            return None
        if len(sentences) == 1:
            return sentences[0]
        return f"{len(sentences)} differences, the first is that {sentences[0]}"


def _of_difference(each: Difference) -> str:
    due = Money(each.due, each.currency).to_decimal_string()
    posted = Money(each.posted, each.currency).to_decimal_string()
    match = each.match_id
    return f"the ledger moves {posted} {each.currency} for the match {match}, not {due}"


def _of_entry(each: Miscounted) -> str:
    entry = each.entry_id
    explained = Money(each.explained, each.currency).to_decimal_string()
    due = Money(each.due, each.currency).to_decimal_string()
    amount = f"{explained} {each.currency}"
    return f"of the entry {entry}, {amount} is explained, and its pairs come to {due}"


def _of_elsewhere(each: Elsewhere) -> str:
    document = f"{each.document_kind} {each.document_id}"
    return f"the {document} does not say what the match {each.match_id} says: {each.why}"


async def compare(platform: Platform, account_id: str, bank_account_id: str) -> Comparison:
    """Look once, at MOST_LISTED of each kind; nothing is changed."""
    place = (account_id, bank_account_id)
    late = to_text(platform.clock.now() - _LATE_AFTER)
    limit = f" LIMIT {digits(MOST_LISTED)}"
    differing = (*place, bank_account(bank_account_id))
    elsewhere = (*place, late)
    queries = [
        statement(DIFFERING + limit, [*differing]),
        statement(MISCOUNTED + limit, [*place]),
        statement(_ELSEWHERE + limit, [*elsewhere]),
    ]
    rows = await platform.database.batch(queries)
    return Comparison(
        differences=[of_row(Difference, row) for row in rows[0]],
        miscounted=[of_row(Miscounted, row) for row in rows[1]],
        elsewhere=[of_row(Elsewhere, row) for row in rows[2]],
    )


_NEXT: Final = f"""
  SELECT a.id, a.account_id, s.failures AS setbacks
  FROM bank_accounts a {JOIN.format(part=f"'{AGREEMENT}'", subject="a.id")}
  WHERE a.compared_on IS NOT substr(?1, 1, 10) AND {IS_DUE}
  ORDER BY {IN_TURN}, a.id LIMIT {digits(PAGE)}
"""


async def audit_books(platform: Platform) -> int:
    """Compare the next bank accounts in one tick of a night, and return how many they were. A
    difference is kept on the bank account, and raises an alert until it is gone."""
    now = platform.clock.now()
    if now.hour < _FROM_HOUR:
        return 0
    rows = await platform.database.all(statement(_NEXT, [to_text(now)]))

    async def audit(row: Row) -> None:
        await keep(platform, text(row, "account_id"), text(row, "id"))

    return await each_row(platform, AGREEMENT, rows, subject="id", do=audit)


async def keep(platform: Platform, account_id: str, bank_account_id: str) -> None:
    """Compare a bank account, and keep in words what differs."""
    comparison = await compare(platform, account_id, bank_account_id)
    reason = comparison.in_words
    if reason is not None:
        log.error(
            "bank.disagrees",
            account=account_id,
            subject=bank_account_id,
            differences=comparison.counts,
        )
    query = "UPDATE bank_accounts SET disagrees = ?2, compared_on = ?3 WHERE id = ?1"
    today = platform.clock.now().date().isoformat()
    values = (bank_account_id, reason, today)
    await platform.database.batch([statement(query, [*values], account=account_id)])
