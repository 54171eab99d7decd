"""Decisions on documents that the books have without the VAT of their invoices: such were written
before the VAT of invoices was. Nothing is written over them before a person says so.
"""

from collections.abc import Sequence
from typing import Final, Literal

from tillroll.books import repository
from tillroll.books.models import Audited, Corrected
from tillroll.books.syncs.forecast import Decided, forecast
from tillroll.books.syncs.planning import (
    INVOICE_TAX,
    Correction,
    Item,
    Planned,
    Settled,
    digest_of_document,
)
from tillroll.books.syncs.service import live_connection
from tillroll.books.targets.target import Document
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform

_AT_ONCE: Final = 200
# What may lack its VAT: what was set aside for that, and what is to be looked at.
_CANDIDATES: Final = """
  SELECT id FROM books_items
  WHERE connection_id = ?1 AND kind IN ('claim', 'credit_note') AND written IS NOT NULL
    AND (code = ?2 OR correction = 'accepted' OR changed > looked) AND id > ?3
    AND (?4 IS NULL OR id IN (SELECT value FROM json_each(?4)))
  ORDER BY id LIMIT CAST(?5 AS INTEGER)
"""
# Of a waiting credit note, the claim is what was decided on.
_LOOKED_AT_AGAIN: Final = """
  id IN (SELECT value FROM json_each(?2))
  OR (kind = 'credit_note' AND state = 'waiting' AND substr(subject_id, 1,
    instr(subject_id, ':') - 1) IN (
      SELECT subject_id FROM books_items WHERE id IN (SELECT value FROM json_each(?2))))
"""


async def correct(
    platform: Platform,
    actor: Actor,
    connection_id: str,
    *,
    decision: Literal["correct", "keep"],
    items: Sequence[str] | None,
) -> Corrected:
    """Have them corrected by the next sync, or leave them as they are in the books. Decided again,
    nothing changes.
    """
    connection = await live_connection(platform, actor.account_id, connection_id)
    now = platform.clock.now()
    chosen = None
    if items is not None:
        chosen = dump([*items])
    count = 0
    cursor = ""
    while True:
        candidates = statement(_CANDIDATES, [connection_id, INVOICE_TAX, cursor, chosen, _AT_ONCE])
        rows = await platform.database.all(candidates)
        ids = [text(row, "id") for row in rows]
        decided = await forecast(platform.database, connection, ids=ids, today=now.date())
        digests: dict[str, str] = {}
        for item, outcome in decided:
            document = _correction_of(item, outcome)
            if document is not None:
                digests[item.id] = digest_of_document(document)
        if digests:
            detail: JsonObject = {
                "connection": connection_id,
                "items": len(digests),
                "decision": decision,
            }
            event = actor.event(Audited.CORRECTED, new_id("aud"), at=to_text(now), detail=detail)
            note = _note(decision, digests, to_text(now))
            looks = repository.touch(connection_id, _LOOKED_AT_AGAIN, dump([*digests]))
            await platform.database.batch([note, append_if_changed(event), looks])
            count += len(digests)
        if len(ids) < _AT_ONCE:
            return Corrected(items=count)
        cursor = ids[-1]


def _correction_of(item: Item, outcome: Decided) -> Document | None:
    """The document that corrects an item; None where nothing is to be corrected."""
    if isinstance(outcome, Settled) and outcome.code == INVOICE_TAX:
        return outcome.proposed
    if isinstance(outcome, Planned) and item.correction is Correction.ACCEPTED:
        return outcome.document
    return None


def _note(decision: Literal["correct", "keep"], digests: dict[str, str], now: str) -> Statement:
    """Note the decision. What is kept counts as asked for as it should be: so it stays until that
    changes.
    """
    if decision == "correct":
        query = """
          UPDATE books_items SET correction = ?2, updated_at = ?3
          WHERE id IN (SELECT value ->> '$[0]' FROM json_each(?1))
        """
        return statement(query, [_pairs(digests), Correction.ACCEPTED.value, now])
    query = """
      UPDATE books_items SET correction = ?2, updated_at = ?3, state = 'written', code = NULL,
        reason = 'Somebody left it without the VAT of its invoice.', asked_digest = kept.digest
      FROM (
        SELECT value ->> '$[0]' AS id, value ->> '$[1]' AS digest FROM json_each(?1)
      ) AS kept
      WHERE books_items.id = kept.id
    """
    return statement(query, [_pairs(digests), Correction.DECLINED.value, now])


def _pairs(digests: dict[str, str]) -> str:
    return dump([[id_, digest] for id_, digest in digests.items()])
