"""Four eyes: whoever asked for a payment, or for a change of what is paid alone, does not approve it, and nobody who
stands behind the event that did."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from tillroll.access.behind import NOW, behind, given_by_asker, person_of
from tillroll.access.permissions import Permission
from tillroll.access.roles import holders_in_sql
from tillroll.durable import statement
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump, load_texts
from tillroll.platform.services import Platform

_TABLES: Final = {
    "payout": ("payouts", "run_id"),
    "batch": ("payout_batches", "run_id"),
    "change": ("payout_changes", "id"),
}


async def may_decide_on(
    what: Literal["payout", "batch", "change"], platform: Platform, id_: str, user_id: str
) -> str | None:
    """Why this person may not decide; None where they may. Whoever asked is known by what they asked with: their
    browser, a token of theirs, or a source of events that they made, mapped, or gave a secret. Of a person who was let
    in by a link that its maker saw, the maker counts too. Who was let approve by an asker waits for a day: they may be
    the asker under another name."""
    return (await may_not_decide_on(what, platform, [id_], user_id)).get(id_)


async def may_not_decide_on(
    what: Literal["payout", "batch", "change"], platform: Platform, ids: Sequence[str], user_id: str
) -> Mapping[str, str]:
    """Those of several on which this person may not decide, as `may_decide_on` has it, each with the reason."""
    table, key = _TABLES[what]
    askers = behind("asker.user_id", "asker.at")
    approves, fresh = (
        f"r.user_id = ?2 AND r.role IN ({holders_in_sql(Permission.APPROVE)})",
        given_by_asker("r", askers, "?3"),
    )
    asked = f"""
      WITH asker (id, user_id, source_id, at) AS (
        SELECT p.{key}, {person_of("p.asked_by")}, NULL, p.created_at
        FROM {table} p
        WHERE p.{key} IN (SELECT value FROM json_each(?1)) AND p.asked_by NOT LIKE 'event:%'
        UNION ALL
        SELECT p.{key}, s.user_id, s.source_id, e.received_at
        FROM {table} p JOIN inbound_events e ON p.asked_by = 'event:' || e.id
        JOIN inbound_source_people s ON s.source_id = e.source_id AND (s.until IS NULL OR s.until >= e.received_at)
        WHERE p.{key} IN (SELECT value FROM json_each(?1))
      )
      SELECT id, user_id, source_id, {askers} AS askers, {behind("?2", NOW)} AS deciders,
        EXISTS (SELECT 1 FROM user_roles r WHERE {approves} AND {fresh})
        AND NOT EXISTS (SELECT 1 FROM user_roles r WHERE {approves} AND NOT COALESCE({fresh}, 0)) AS is_fresh
      FROM asker ORDER BY user_id <> ?2
    """  # noqa: S608 - constants
    now = to_text(platform.clock.now())
    refused: dict[str, str] = {}
    for row in await platform.database.all(statement(asked, dump([*ids]), user_id, now)):
        if why := _refused(what, row, user_id):
            refused.setdefault(text(row, "id"), why)
    return refused


def _refused(what: str, row: Row, user_id: str) -> str | None:
    """Why a person may not decide on what somebody asked for, by the row of that somebody."""
    if row["user_id"] == user_id and row["source_id"] is not None:
        return f"An event of a source that you set up asked for this {what}: somebody else has to decide on it."
    if row["user_id"] == user_id:
        return f"You asked for this {what}: somebody else has to decide on it."
    if {*load_texts(text(row, "askers"))} & {*load_texts(text(row, "deciders"))}:
        return (
            f"You and whoever asked for this {what} may be one person: one of you came by a link that the other "
            "made and saw. Somebody else has to decide, or have a link mailed to their confirmed address and come "
            "by that."
        )
    if row["is_fresh"]:
        return (
            f"Whoever asked for this {what} let you approve less than a day ago. Somebody else has to decide on "
            "it, or you, a day after that."
        )
    return None
