"""Links that let somebody in: mailed to an address, and what follows from the one that they came by."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from tillroll.access.roles import behind
from tillroll.api.problems import TOO_MANY_MAILS, Problem, not_found
from tillroll.durable import NotBegun
from tillroll.durable.record.audit import append, event_of_account
from tillroll.identity.authentication import Principal
from tillroll.identity.credentials import NewCode, Person, end_sessions
from tillroll.mail.addresses import UnusableValue, confirmed_at, forget_pending, hash_of_address, stopped
from tillroll.mail.service import NoMail, mail_link, read_given, sends_mail
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CREDENTIALS_ENDED
from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import from_text, to_text
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


MOST_MAILED_A_DAY: Final = 50
"""So many links an account has mailed in a day: whoever has an owner's token mails strangers no more than that."""

# Where as many were mailed, a NULL goes into a column that takes none, and nothing is written.
_WITHIN_BOUNDS: Final = """
  UPDATE accounts SET name = CASE WHEN (
    SELECT count(*) FROM messages
    WHERE account_id = ?1 AND purpose IN ('invitation', 'recovery') AND created_at > ?2
  ) < ?3 THEN name END WHERE id = ?1
"""
_MAILED: Final = """
  SELECT count(*) AS mailed FROM messages
  WHERE account_id = ? AND purpose IN ('invitation', 'recovery') AND created_at > ?
"""
_CONFIRMED = """
  SELECT m.address FROM mail_addresses m JOIN users u ON u.id = m.user_id
  WHERE u.id = ?1 AND u.account_id = ?2 AND u.removed_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM mail_suppressions s WHERE s.address_hash = m.address_hash)
"""


async def address_given(platform: Platform, given: str) -> str:
    """Refuse what is no address, and one that nothing is sent to any more."""
    if not sends_mail(platform):
        raise NoMail
    address = read_given("mail", given)
    if await stopped(platform.database, hash_of_address(address)) is not None:
        raise UnusableValue("mail", "Mail there came back, or was reported as spam. Give another one.")
    return address


async def confirmed_address(platform: Platform, person: Person) -> str | None:
    """Where a link for a person is mailed; None where they have no confirmed address, mail there came back, or this
    deployment sends no mail."""
    if not sends_mail(platform):
        return None
    row = await platform.database.first(statement(_CONFIRMED, person.user_id, person.account_id))
    return None if row is None else optional_text(row, "address")


async def mail_code(
    platform: Platform,
    principal: Principal,
    purpose: Literal["invitation", "recovery"],
    user_id: str,
    address: str,
    code: NewCode,
    also: list[Statement],
) -> None:
    """Write `also` and the code, and have the link mailed, in one batch.

    Raises:
        Problem: 409, no mail is sent here; 404, the account has no such person; 429, as many links were mailed today
            as an account has mailed in a day.
        NoKey: this deployment has no ENCRYPTION_KEYS.
    """
    if not sends_mail(platform):
        raise NoMail
    since = to_text(platform.clock.now() - timedelta(days=1))
    bound = statement(_WITHIN_BOUNDS, principal.account_id, since, MOST_MAILED_A_DAY)
    account, written = (principal.account_id, principal.account_name), [bound, *also, *code.statements]
    try:
        await mail_link(platform, purpose, account, user_id, address, code.code, principal.actor, written)
    except NotBegun as error:
        row = await platform.database.first(statement(_MAILED, principal.account_id, since))
        if row is not None and integer(row, "mailed") >= MOST_MAILED_A_DAY:
            detail = f"{MOST_MAILED_A_DAY} links were mailed within a day. Try again tomorrow."
            raise Problem(TOO_MANY_MAILS, detail) from error
        raise not_found("person") from error
