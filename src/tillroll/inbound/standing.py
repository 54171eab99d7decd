"""Who stands behind a source, and what they must hold: its events may do what these people may do themselves."""

from collections.abc import Sequence
from typing import Final

from tillroll.access.behind import NOW, behind, person_of
from tillroll.access.leaving import Leaver
from tillroll.access.permissions import Permission
from tillroll.access.roles import granted, roles_of
from tillroll.durable.registry import Registry
from tillroll.inbound.mapping.rules import Mapping
from tillroll.inbound.mapping.taking import Unmapped
from tillroll.platform.bindings.database import Database, Statement, optional_text, statement

_BEHIND: Final = """
  SELECT u.is_operator,
    (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
  FROM inbound_source_people p JOIN inbound_sources s ON s.id = p.source_id
  LEFT JOIN users u ON u.id = p.user_id AND u.account_id = s.account_id AND u.removed_at IS NULL
  WHERE p.source_id = ?1 AND p.until IS NULL
"""
_STOP: Final = """
  UPDATE inbound_sources SET stopped_at = ?3, stopped_for = ?2
  WHERE account_id = ?1 AND ended_at IS NULL AND stopped_at IS NULL
    AND id IN (SELECT source_id FROM inbound_source_people WHERE user_id = ?2 AND until IS NULL)
    AND (?4 IS NULL OR EXISTS (
      SELECT 1 FROM json_each(needs) needed WHERE needed.value NOT IN (SELECT value FROM json_each(?4))
    ))
"""
_FORGET: Final = """
  DELETE FROM inbound_secrets
  WHERE source_id IN (SELECT id FROM inbound_sources WHERE account_id = ? AND stopped_at IS NOT NULL)
"""


def people_of(actor: str) -> str:
    """An expression of SQL: a JSON array of the users that may be behind a name in the audit, of a browser or a token.
    `actor` is an expression."""
    return behind(person_of(actor), NOW)


def needed_for(registry: Registry, kind: str, signal: str | None) -> str | None:
    """The permission to begin a run of a kind, or to send it a signal; None where the kind asks for none."""
    workflow = registry.newest.get(kind)
    if workflow is None or workflow.allowed is None:
        return None
    return workflow.allowed.trigger if signal is None else workflow.allowed.signals.get(signal)


def needed_by(mapping: Mapping, registry: Registry) -> list[str]:
    """The permissions that the events of a mapping need."""
    begun = {needed_for(registry, rule.start.kind, None) for rule in mapping.rules if rule.start}
    sent = {needed_for(registry, rule.signal.kind, rule.signal.name) for rule in mapping.rules if rule.signal}
    return sorted(each for each in begun | sent if each is not None)


async def check_standing(database: Database, source_id: str, needed: str | None) -> None:
    """Look at each event: whoever stands behind its source may have left, or lost a right, since the source was made.

    Raises:
        Unmapped: one of them is gone, or may not do what the event asks for.
    """
    rows = await database.all(statement(_BEHIND, source_id))
    if not rows:
        raise Unmapped("nobody stands behind the source: an owner has to take it over")
    for row in rows:
        if row["is_operator"] is None:
            raise Unmapped("somebody behind the source is not in the account any more: an owner has to take it over")
        held = granted(roles_of(optional_text(row, "roles")), is_operator=bool(row["is_operator"]))
        if needed is not None and Permission(needed) not in held:
            raise Unmapped(f"somebody behind the source may not `{needed}` any more: an owner has to take it over")


def stop_sources(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Stop the sources that somebody stands behind who leaves, or loses what these need. Their secrets are deleted: the
    person may know them. What comes is refused until an owner takes the source over."""
    return [
        statement(_STOP, leaver.account_id, leaver.user_id, at, leaver.keeps_as_json),
        statement(_FORGET, leaver.account_id),
    ]
