"""What people decide of items: which side of a document that was changed holds, and what is looked
at again.
"""

from typing import Final

from tillroll.books import repository
from tillroll.books.models import Audited, Retried
from tillroll.books.repository import written_from_json, written_to_json
from tillroll.books.syncs.planning import KEPT_OUT
from tillroll.books.syncs.service import live_connection
from tillroll.books.targets.target import Written
from tillroll.books.views import NoSuchConflict
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append, append_if_changed
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform

_OPEN: Final = """
  SELECT k.*, w.digest FROM books_conflicts k
  JOIN books_writes w ON w.item_id = k.item_id AND w.revision = k.revision
  WHERE k.account_id = ? AND k.id = ?
"""


class DecidedBefore(Refusal):
    kind = Kind("books-decided", 409, "It was decided differently before")
    explanation = (
        "This was decided before, the other way. See the item: a later change of it can "
        "be decided again."
    )


async def decide(platform: Platform, actor: Actor, conflict_id: str, decision: str) -> None:
    """Let one side hold. `ours` is written over theirs by the next sync, or anew where it is gone
    there; `theirs` stays, and ours is written again once it changes. Decided again in the same way,
    nothing changes.
    """
    row = await platform.database.first(statement(_OPEN, [actor.account_id, conflict_id]))
    if row is None:
        raise NoSuchConflict
    before = optional_text(row, "decision")
    if before is not None:
        if before != decision:
            raise DecidedBefore
        return
    theirs_json = optional_text(row, "theirs")
    theirs = None if theirs_json is None else written_from_json(theirs_json)
    item_id = text(row, "item_id")
    connection_id = text(row, "connection_id")
    now = to_text(platform.clock.now())
    statements = (
        _ours(item_id, theirs, now)
        if decision == "ours"
        else _theirs(
            item_id,
            theirs,
            question=text(row, "digest"),
            revision=integer(row, "revision"),
            now=now,
        )
    )
    detail: JsonObject = {"conflict": conflict_id, "item": item_id, "decision": decision}
    decided = statement(
        """
        UPDATE books_conflicts SET decision = ?2, decided_by = ?3, decided_at = ?4
        WHERE id = ?1 AND decision IS NULL
        """,
        [conflict_id, decision, actor.name, now],
    )
    event = actor.event(Audited.DECIDED, f"{conflict_id}:decided", at=now, detail=detail)
    touch = repository.touch(connection_id, "id = ?2", item_id)
    try:
        await platform.database.batch(
            [decided, append_if_changed(event), *must_hit(statements), touch]
        )
    except ConstraintFailed:
        # somebody else was first
        await decide(platform, actor, conflict_id=conflict_id, decision=decision)


def _ours(item_id: str, theirs: Written | None, now: str) -> Statement:
    """What they have is what ours is written over. A document that is gone, or void, is written
    anew.
    """
    if theirs is None or theirs.is_void:
        return statement(
            """
            UPDATE books_items
            SET state = 'new', code = NULL, reason = NULL, written = NULL, written_digest = NULL,
              asked_digest = NULL, generation = generation + 1, updated_at = ?2
            WHERE id = ?1
            """,
            [item_id, now],
        )
    return statement(
        """
        UPDATE books_items
        SET state = 'written', code = NULL, reason = NULL, written = ?3, written_digest = ?4,
          asked_digest = NULL, updated_at = ?2
        WHERE id = ?1
        """,
        [item_id, now, written_to_json(theirs), theirs.digest],
    )


def _theirs(
    item_id: str, theirs: Written | None, question: str, revision: int, now: str
) -> Statement:
    """What they have is accepted. A document that is gone, or void, stays out."""
    if theirs is None or theirs.is_void:
        return statement(
            """
            UPDATE books_items
            SET state = 'left_out', code = ?3, reason = 'Somebody took it out of the books.',
              written = NULL, written_digest = NULL, updated_at = ?2
            WHERE id = ?1
            """,
            [item_id, now, KEPT_OUT],
        )
    return statement(
        """
        UPDATE books_items
        SET state = 'written', code = NULL, reason = 'As it was changed in the books.',
          written = ?3,
          written_digest = ?4, asked_digest = ?5, external_kind = ?6, external_id = ?7,
              external_number = ?8,
          external_url = ?9, written_version = (
            SELECT version FROM books_writes
            WHERE item_id = ?1 AND revision = CAST(?10 AS INTEGER)),
          written_at = ?2, updated_at = ?2
        WHERE id = ?1
        """,
        [
            item_id,
            now,
            written_to_json(theirs),
            theirs.digest,
            question,
            theirs.kind.value,
            theirs.id,
            theirs.number,
            theirs.url,
            revision,
        ],
    )


async def retry(
    platform: Platform, actor: Actor, connection_id: str, items: list[str] | None, code: str | None
) -> Retried:
    """Have items looked at again: those that are named, or all that are set aside for one
    reason.
    """
    await live_connection(platform, actor.account_id, connection_id)
    if (items is None) is (code is None):
        raise ValuesRefused([("items", "Name either items, or the code of a reason.")])
    where = "state IN ('set_aside', 'waiting', 'left_out') AND "
    where += "id IN (SELECT value FROM json_each(?2))" if items is not None else "code = ?2"
    selection = dump([*items]) if items is not None else code or ""
    rows = await platform.database.all(
        statement(
            f"SELECT COUNT(*) AS items FROM books_items WHERE connection_id = ?1 AND {where}",
            [connection_id, selection],
        )
    )
    count = integer(rows[0], "items")
    if count == 0:
        return Retried(items=0)
    now = to_text(platform.clock.now())
    free = statement(
        (
            f"UPDATE books_items SET code = NULL WHERE connection_id = ?1 AND code = '{KEPT_OUT}' "
            f"AND {where}"
        ),
        [connection_id, selection],
    )
    detail: JsonObject = {"connection": connection_id, "items": count}
    event = actor.event(Audited.RETRIED, new_id("aud"), at=now, detail=detail)
    touched = repository.touch(connection_id, where, selection)
    await platform.database.batch([touched, free, append(event)])
    return Retried(items=count)
