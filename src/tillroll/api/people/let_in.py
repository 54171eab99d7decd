"""What follows from how somebody came in: by a link that its maker saw, or by one that nobody but they can have."""

from dataclasses import dataclass
from typing import Final

from tillroll.access.behind import behind
from tillroll.api.door.credentials import Person, end_sessions
from tillroll.durable.record.audit import append, event_of_account
from tillroll.mail.addresses import confirmed_at, forget_pending
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import CREDENTIALS_ENDED
from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import from_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json
from tillroll.platform.services import Platform

# Of a person who has never come in before, nobody knows anybody else who could be them.
_OPEN: Final = f"""
  INSERT INTO let_in (user_id, by_user_id, since, is_first)
  SELECT ?1, maker.value, ?3, NOT (
    EXISTS (SELECT 1 FROM let_in WHERE user_id = ?1)
    OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?1)
    OR EXISTS (SELECT 1 FROM tokens WHERE user_id = ?1)
    OR EXISTS (SELECT 1 FROM sign_in_codes WHERE user_id = ?1 AND used_at IS NOT NULL AND hash <> ?5)
  )
  FROM json_each({behind("?2", "?4")}) maker WHERE maker.value <> ?1
  ON CONFLICT (user_id, by_user_id, since) DO NOTHING
"""  # noqa: S608 - constants
_STANDS: Final = "SELECT by_user_id, since, is_first FROM let_in WHERE user_id = ? AND ended_at IS NULL ORDER BY since"


@dataclass(frozen=True)
class CameIn:
    """What signing in by a code writes. `ends_sessions`: sessions from before have ended, by a raised epoch."""

    statements: list[Statement]
    ends_sessions: bool = False


async def came_in(platform: Platform, person: Person, code: Row, now: str) -> CameIn:
    """`code` is the row of the code that was used.

    By a link that its maker saw, the maker may be whoever came. By one that was mailed to an address that was confirmed
    before, or that the deployment's own operator made, it is the person: whoever was let in as them counts as them no
    more, and what was made in between ends.
    """
    mailed_to, made_by = optional_text(code, "mailed_to"), optional_text(code, "made_by")
    if mailed_to is None and made_by is not None:
        if made_by == person.user_id:
            return CameIn([])
        values = (person.user_id, made_by, now, text(code, "created_at"), text(code, "hash"))
        return CameIn([statement(_OPEN, *values)])
    standing = await platform.database.all(statement(_STANDS, person.user_id))
    known = now if mailed_to is None else await confirmed_at(platform.database, person.user_id, mailed_to)
    if known is None:
        return CameIn([])
    # An address that was confirmed later may have been given by whoever was let in.
    again = [row for row in standing if not integer(row, "is_first")]
    ended = [row for row in again if mailed_to is None or known < text(row, "since")]
    # The link that they first came by shut nobody out, so an address that was given later is enough. Its maker may have
    # used it all the same, so what was made since is no more the person's than after any other.
    if len(ended) == len(again):
        ended = standing
    return _themselves(person, ended, now) if ended else CameIn([])


def _themselves(person: Person, ended: list[Row], now: str) -> CameIn:
    """Nobody else may be behind the person any more. What was made as them since the first of these, that lets anybody
    in, ends: nobody can say whose it is. The person is told, so that they make their own again."""
    by: list[Json] = [text(row, "by_user_id") for row in ended]
    actor, since = f"user:{person.user_id}", text(ended[0], "since")
    event = event_of_account(
        person.account_id,
        "user.came_themselves",
        new_id("let"),
        actor=actor,
        at=now,
        detail={"user": person.user_id, "endsLetInBy": by},
    )
    made_since = "WHERE user_id = ?1 AND created_at >= ?3"
    statements = [
        append(event),
        statement(
            "UPDATE let_in SET ended_at = ?2 WHERE user_id = ?1 AND ended_at IS NULL AND since >= ?3",
            *(person.user_id, now, since),
        ),
        *end_sessions(person, actor, from_text(now)),
        statement(
            f"UPDATE tokens SET revoked_at = ?2 {made_since} AND revoked_at IS NULL",  # noqa: S608 - constants
            *(person.user_id, now, since),
        ),
        statement(
            f"UPDATE passkeys SET removed_at = ?2 {made_since} AND removed_at IS NULL",  # noqa: S608 - constants
            *(person.user_id, now, since),
        ),
        forget_pending(person.user_id),
        *notify(
            person.account_id,
            CREDENTIALS_ENDED,
            Subject(person.user_id, occasion=now),
            now,
            person=person.user_id,
        ),
    ]
    return CameIn(statements, ends_sessions=True)
