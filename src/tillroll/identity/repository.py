"""SQL of people and of what lets them in: users, roles, tokens, codes, and who has let whom in."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from tillroll.access.permissions import Permission
from tillroll.access.roles import Leaver, Role, behind
from tillroll.quotas.usage import COLUMNS
from tillroll_durable.audit import AuditEvent, append_if_changed, event_of_account
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    columns_of,
    integer,
    optional_text,
    place,
    statement,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.shards import marked


class Audited(Action):
    USER_INVITED = "user.invited", "somebody was made a user of the account"
    # Without the names: they go with the person, and the audit stays.
    USER_RENAMED = "user.renamed", "a person gave themselves another name"
    USER_ROLES_CHANGED = "user.roles_changed", "a person of the account was given other roles"
    USER_REMOVED = "user.removed", "a person was removed from the account; what they did stays"
    CODE_CREATED = (
        "code.created",
        "a code to sign in with was made; `isMailed`: it was mailed, not shown",
    )
    SESSION_CREATED = (
        "session.created",
        "somebody signed in; `isSwitch`: from another of their companies",
    )
    SESSION_LEFT = (
        "session.left",
        "a person went on in another of their companies; their browser is signed in there alone",
    )
    SIGN_IN_REFUSED = (
        "sign_in.refused",
        (
            "signing in was refused so often within an hour: once, ten, a hundred times; `how` "
            "says by what"
        ),
    )
    SESSION_ENDED = "session.ended", "a person signed one of their browsers out from another"
    SESSIONS_ENDED = "sessions.ended", "all sessions of a user were ended"
    LINKS_TAKEN_BACK = (
        "links.taken_back",
        "links and codes of a user that nobody had used were taken back",
    )
    USER_LOCKED_OUT = (
        "user.locked_out",
        "all sessions, passkeys and unused links of a user were ended",
    )
    USER_CAME_THEMSELVES = (
        "user.came_themselves",
        "a person came by a link that nobody else had: those `endsLetInBy` count as them no more",
    )
    PASSKEY_ADDED = "passkey.added", "somebody made a passkey to sign in with"
    PASSKEY_RENAMED = "passkey.renamed", "a passkey was given another name"
    PASSKEY_REMOVED = "passkey.removed", "a passkey was ended"
    PASSKEY_COUNTER_WENT_BACK = (
        "passkey.counter_went_back",
        "nobody was let in: a passkey's counter did not go on, as if there were a copy",
    )
    TOKEN_CREATED = "token.created", "a token was made"
    TOKEN_REVOKED = "token.revoked", "a token was taken back"
    LANGUAGE_CHOSEN = (
        "language.chosen",
        "a person chose the language of what is sent to them; `language` is its code",
    )


# Of users `u` and accounts `a`: what `principal_of` reads.
PERSON: Final = f"""
  u.id, u.name, u.is_operator, u.paid_by, u.account_id, u.session_epoch, a.name AS account_name,
  (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles, {COLUMNS}
"""


def secret_hash(secret: str) -> str:
    """SHA-256 in hexadecimal. Enough for secrets of 192 random bits and more; passwords would want
    more work.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Person:
    """A user of an account. No statement here touches a user of another one."""

    account_id: str
    user_id: str

    def event(
        self, action: Action, event_key: str, actor: str, at: str, **detail: Json
    ) -> AuditEvent:
        """An event of the audit that names the user."""
        named: dict[str, Json] = {"user": self.user_id, **detail}
        return event_of_account(
            self.account_id, action, event_key, actor=actor, at=at, detail=named
        )


async def write(database: Database, statements: Sequence[Statement], refusal: Refusal) -> None:
    """Run a guarded batch. Where one of its guards refuses it, raise the refusal."""
    try:
        await database.batch(statements)
    except ConstraintFailed as error:
        raise refusal from error


# Users and roles


async def find_user(database: Database, user_id: str) -> Row | None:
    query = f"""
      SELECT {PERSON} FROM users u JOIN accounts a ON a.id = u.account_id
      WHERE u.id = ? AND u.removed_at IS NULL
    """
    return await database.first(statement(query, [user_id]))


async def find_account_name(database: Database, account_id: str) -> str | None:
    row = await database.first(statement("SELECT name FROM accounts WHERE id = ?", [account_id]))
    if row is None:
        return None
    return text(row, "name")


async def is_there(database: Database, person: Person) -> bool:
    """Whether the account has such a person now."""
    query = "SELECT 1 FROM users WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL"
    return await database.first(statement(query, [person.user_id, person.account_id])) is not None


async def is_alone(database: Database, account_id: str) -> bool:
    """Whether the account has one person only."""
    query = """
      SELECT COUNT(*) AS people
      FROM (SELECT 1 FROM users WHERE account_id = ? AND removed_at IS NULL LIMIT 2)
    """
    row = await database.first(statement(query, [account_id]))
    return row is not None and integer(row, "people") == 1


def keep_payer(user_id: str, paid_by: str) -> Statement:
    """Keep who paid the last receipt that the person handed in, where that is another now."""
    query = "UPDATE users SET paid_by = ?1 WHERE id = ?2 AND paid_by IS NOT ?1"
    return statement(query, [paid_by, user_id])


def rename(person: Person, name: str) -> Statement:
    """Hits no row where the person was removed."""
    query = """
      UPDATE users SET name = ?3 WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL
    """
    return statement(query, [person.user_id, person.account_id, name])


def find_first(person: Person) -> Statement:
    """Change nothing: the next event of the batch fails where the account has no such user."""
    query = "UPDATE users SET name = name WHERE id = ?1 AND account_id = ?2"
    return statement(query, [person.user_id, person.account_id])


# Looked at within the same batch: of two owners who demote each other at once, one is refused.
_KEEPS_AN_OWNER: Final = """
  (NOT EXISTS (SELECT 1 FROM user_roles WHERE user_id = ?1 AND role = 'owner')
   OR EXISTS (SELECT 1 FROM users o JOIN user_roles r ON r.user_id = o.id AND r.role = 'owner'
              WHERE o.account_id = ?2 AND o.id <> ?1 AND o.removed_at IS NULL))
"""


def find_first_with_owner(person: Person, roles: Sequence[Role]) -> Statement:
    """Do as `find_first` does. The event also fails where the account would have no owner once the
    person has these roles.
    """
    query = f"""
      UPDATE users SET name = name WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL
        AND (?3 OR {_KEEPS_AN_OWNER})
    """
    return statement(query, [person.user_id, person.account_id, int(Role.OWNER in roles)])


def remove_user(person: Person, at: str) -> Statement:
    """Hits no row where the account has no such person, or would have no owner."""
    query = f"""
      UPDATE users SET removed_at = ?3, is_operator = 0
      WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL AND {_KEEPS_AN_OWNER}
    """
    return statement(query, [person.user_id, person.account_id, at])


def keep_roles(user_id: str, roles: Sequence[Role], actor: str | None, at: str) -> Statement:
    """Give a user roles, by nobody of the account where `actor` is None. Those they had already
    stay as they were given.
    """
    insert = """
      INSERT INTO user_roles (user_id, role, given_by, given_at) SELECT DISTINCT ?1, value, ?3, ?4
      FROM json_each(?2)
      WHERE true ON CONFLICT (user_id, role) DO NOTHING
    """
    return statement(insert, [user_id, dump([*roles]), actor, at])


async def roles_held(database: Database, person: Person) -> list[Role]:
    """The roles that a user of the account has, in the order of all roles."""
    query = """
      SELECT r.role FROM user_roles r JOIN users u ON u.id = r.user_id
      WHERE u.id = ?1 AND u.account_id = ?2
    """
    rows = await database.all(statement(query, [person.user_id, person.account_id]))
    names = {text(row, "role") for row in rows}
    return [role for role in Role if role in names]


def drop_roles(user_id: str, roles: Sequence[Role]) -> Statement:
    """Take all roles but these from a user."""
    query = (
        "DELETE FROM user_roles WHERE user_id = ?1 AND role NOT IN "
        "(SELECT value FROM json_each(?2))"
    )
    return statement(query, [user_id, dump([*roles])])


_PEOPLE: Final = """
  SELECT u.id, u.name, u.created_at, u.removed_at,
    (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles,
    (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id AND p.removed_at IS NULL) AS passkeys,
    (SELECT count(*) FROM sign_in_codes c
     WHERE c.user_id = u.id AND c.used_at IS NULL AND c.expires_at > ?2
       AND c.purpose <> 'sign_in') AS open_links,
    COALESCE((
      SELECT CASE WHEN s.reason IS NULL THEN 'confirmed' ELSE 'stopped' END
      FROM mail_addresses m LEFT JOIN mail_suppressions s ON s.address_hash = m.address_hash
      WHERE m.user_id = u.id AND m.address IS NOT NULL
    ), 'none') AS mail,
    (SELECT CASE WHEN b.complained_at IS NOT NULL THEN 'complained'
                 WHEN b.bounced_at IS NOT NULL THEN 'bounced'
                 WHEN b.sent_at IS NOT NULL THEN 'sent'
                 WHEN EXISTS (
                   SELECT 1 FROM runs r WHERE r.account_id = b.account_id AND r.subject = b.id
                     AND r.status IN ('rejected', 'failed', 'cancelled')) THEN 'unsent'
                 ELSE 'waiting' END
     FROM messages b WHERE b.user_id = u.id ORDER BY b.created_at DESC LIMIT 1) AS last_mail,
    (SELECT json_group_array(name) FROM (
      SELECT DISTINCT maker.name FROM let_in l JOIN users maker ON maker.id = l.by_user_id
      WHERE l.user_id = u.id AND l.ended_at IS NULL ORDER BY maker.name
    )) AS let_in_by
  FROM users u WHERE u.account_id = ?1 ORDER BY u.removed_at IS NOT NULL, u.id LIMIT ?3
"""


async def people_of(database: Database, account_id: str, now: datetime) -> list[Row]:
    """Everybody of an account, with the columns of AccountPerson; those who were removed last."""
    return await database.all(statement(_PEOPLE, [account_id, to_text(now), 1000]))


# Sessions, sign-in codes, and what those let in by them may be


Purpose: TypeAlias = Literal["sign_in", "invitation", "recovery", "link"]
"""What a code is made for: by anyone who has it, for a new person, for one who cannot sign in any
more, or by somebody who gave the confirmed address of a person.
"""

LIFETIMES: Final[Mapping[Purpose, timedelta]] = {
    "sign_in": timedelta(hours=1),
    "invitation": timedelta(days=3),
    "recovery": timedelta(days=1),
    "link": timedelta(minutes=15),
}


@dataclass(frozen=True)
class NewCode:
    """A sign-in code that was thought up. It exists once `statements` have run as one batch."""

    code: str
    expires_at: str
    statements: list[Statement]

    @property
    def path(self) -> str:
        """The page that uses the code, which stands in the fragment: browsers send that to no
        server.
        """
        return f"/sign-in#code={self.code}"


def new_code(
    person: Person,
    actor: str,
    now: datetime,
    purpose: Purpose = "sign_in",
    mailed_to: str | None = None,
) -> NewCode:
    """A code that signs the user in once; the batch fails where the account has no such user."""
    code = marked(secrets.token_urlsafe(24))
    at = to_text(now)
    expires_at = to_text(now + LIFETIMES[purpose])
    hashed = secret_hash(code)
    insert = """
      INSERT INTO sign_in_codes (hash, user_id, created_at, expires_at, purpose, mailed_to, made_by)
      SELECT ?1, u.id, ?4, ?5, ?6, ?7, CASE WHEN ?8 LIKE 'user:%' THEN substr(?8,
          length('user:') + 1)
        ELSE (SELECT user_id FROM tokens WHERE 'token:' || id = ?8) END
      FROM users u
      WHERE u.id = ?2 AND u.account_id = ?3 AND u.removed_at IS NULL
    """
    values = (hashed, person.user_id, person.account_id, at, expires_at, purpose, mailed_to, actor)
    detail: dict[str, Json] = {"purpose": purpose, "isMailed": mailed_to is not None}
    event = person.event(
        Audited.CODE_CREATED,
        event_key_of_code(Audited.CODE_CREATED, hashed),
        actor=actor,
        at=at,
        **detail,
    )
    return NewCode(code, expires_at, [statement(insert, [*values]), append_if_changed(event)])


def event_key_of_code(action: Action, hashed: str) -> str:
    """Make the key of a sign-in's event from the start of the code's hash, which says nothing about
    the code.
    """
    return f"{action}:{hashed[:16]}"


def end_sessions(person: Person, actor: str, now: datetime) -> list[Statement]:
    """Sign a user out everywhere, so that no browser shows them messages either, and spoil their
    unused codes. The batch fails where the account has no such user.
    """
    from tillroll.notifications.push.devices import end_devices  # noqa: PLC0415 - not loaded at the start

    at = to_text(now)
    query = "UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ?1 AND account_id = ?2"
    ended = person.event(Audited.SESSIONS_ENDED, new_id("out"), actor=actor, at=at)
    raised = statement(query, [person.user_id, person.account_id])
    return [
        raised,
        append_if_changed(ended),
        spoil_codes(person, at),
        *end_devices(person.account_id, person.user_id),
    ]


def spoil_codes(person: Person, at: str) -> Statement:
    """End the links and codes of a user that nobody has used."""
    query = (
        "UPDATE sign_in_codes SET expires_at = ?1 WHERE user_id = ?2 AND used_at IS NULL "
        "AND expires_at > ?1"
    )
    return statement(query, [at, person.user_id])


async def use_code(database: Database, hashed: str, now: str) -> Row | None:
    """The code, used from now on by one request, with its user's epoch; None where it lets nobody
    in.
    """
    query = """
      UPDATE sign_in_codes SET used_at = ?1
      WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1 AND (purpose <> 'link' OR EXISTS (
        SELECT 1 FROM users o JOIN mail_addresses m ON m.user_id = o.id
        WHERE o.id = sign_in_codes.user_id AND o.locked_out_at IS NULL
          AND m.address = sign_in_codes.mailed_to
      ))
      RETURNING hash, user_id, purpose, mailed_to, made_by, created_at,
        (SELECT u.session_epoch FROM users u WHERE u.id = user_id) AS session_epoch
    """
    return await database.first(statement(query, [now, hashed]))


def lock_links(person: Person, at: str) -> Statement:
    """Let nobody in by a link that they asked for themselves, until an owner's link has let the
    person in.
    """
    query = "UPDATE users SET locked_out_at = ?1 WHERE id = ?2 AND account_id = ?3"
    return statement(query, [at, person.user_id, person.account_id])


def unlock_links(user_id: str) -> Statement:
    return statement("UPDATE users SET locked_out_at = NULL WHERE id = ?", [user_id])


async def user_of_code(database: Database, hashed: str) -> str | None:
    """Whose code it is, or was."""
    row = await database.first(
        statement("SELECT user_id FROM sign_in_codes WHERE hash = ?", [hashed])
    )
    if row is None:
        return None
    return text(row, "user_id")


async def delete_codes(database: Database, before: str, most: int) -> int:
    """Delete codes that ended before a time, at most so many; return how many."""
    query = """
      DELETE FROM sign_in_codes WHERE hash IN (
        SELECT hash FROM sign_in_codes WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2
      ) RETURNING hash
    """
    return len(await database.all(statement(query, [before, most])))


# Of a person who has never come in before, nobody knows anybody else who could be them.
_OPEN: Final = f"""
  INSERT INTO let_in (user_id, by_user_id, since, is_first)
  SELECT ?1, maker.value, ?3, NOT (
    EXISTS (SELECT 1 FROM let_in WHERE user_id = ?1)
    OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?1)
    OR EXISTS (SELECT 1 FROM tokens WHERE user_id = ?1)
    OR EXISTS (SELECT 1 FROM sign_in_codes WHERE user_id = ?1 AND used_at IS NOT NULL
        AND hash <> ?5)
  )
  FROM json_each({behind("?2", "?4")}) maker WHERE maker.value <> ?1
  ON CONFLICT (user_id, by_user_id, since) DO NOTHING
"""


def let_in(person: Person, code: Row, now: str) -> Statement:
    """Note that the one who made a code may have used it."""
    made_by, made_at, hashed = (text(code, name) for name in ("made_by", "created_at", "hash"))
    return statement(_OPEN, [person.user_id, made_by, now, made_at, hashed])


async def those_let_in(database: Database, user_id: str) -> list[Row]:
    """Who may be behind a user, since when, and whether by the user's first link; the earliest
    first.
    """
    query = (
        "SELECT by_user_id, since, is_first FROM let_in WHERE user_id = ? AND ended_at IS NULL "
        "ORDER BY since"
    )
    return await database.all(statement(query, [user_id]))


def end_since(person: Person, now: str, since: str) -> list[Statement]:
    """End who was let in as a user since a time, and the tokens and passkeys that were made since
    then.
    """
    ends = (
        "UPDATE let_in SET ended_at = ?2 WHERE user_id = ?1 AND ended_at IS NULL AND since >= ?3",
        (
            "UPDATE tokens SET revoked_at = ?2 WHERE user_id = ?1 AND created_at >= ?3 "
            "AND revoked_at IS NULL"
        ),
        (
            "UPDATE passkeys SET removed_at = ?2 WHERE user_id = ?1 AND created_at >= ?3 "
            "AND removed_at IS NULL"
        ),
    )
    return [statement(each, [person.user_id, now, since]) for each in ends]


_MAILED: Final = """
  SELECT count(*) AS mailed FROM messages
  WHERE account_id = ?1 AND purpose IN ('invitation', 'recovery') AND created_at > ?2
"""


def bound_links(account_id: str, since: str, most: int) -> Statement:
    """Fails where an account has had `most` links mailed since a time."""
    return must_hold(f"({_MAILED}) < ?3", account_id, since, most)


async def count_links(database: Database, account_id: str, since: str) -> int:
    """How many links an account has had mailed since a time."""
    row = await database.first(statement(_MAILED, [account_id, since]))
    if row is None:
        return 0
    return integer(row, "mailed")


async def find_mail_address(database: Database, person: Person) -> str | None:
    """The confirmed address of a person, unless mail there came back."""
    query = """
      SELECT m.address FROM mail_addresses m JOIN users u ON u.id = m.user_id
      WHERE u.id = ?1 AND u.account_id = ?2 AND u.removed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM mail_suppressions s WHERE s.address_hash = m.address_hash)
    """
    row = await database.first(statement(query, [person.user_id, person.account_id]))
    if row is None:
        return None
    return optional_text(row, "address")


# Tokens

_TOKENS: Final = """
  SELECT t.id, t.user_id, u.name AS user_name, t.name, t.created_at, t.expires_at, t.revoked_at,
         t.scopes, t.addresses, t.last_used_at,
         CASE
           WHEN t.revoked_at IS NOT NULL THEN 'revoked'
           WHEN t.expires_at <= ?3 THEN 'expired'
           ELSE 'active' END AS status
  FROM tokens t JOIN users u ON u.id = t.user_id
  WHERE u.account_id = ?1 AND (?2 IS NULL OR u.id = ?2)
"""


async def find_token_user(database: Database, hashed: str, now: str) -> Row | None:
    """A token that holds, with its user as `principal_of` reads them."""
    query = f"""
      SELECT t.id AS token_id, t.scopes, t.addresses, t.last_used_at, {PERSON}
      FROM tokens t JOIN users u ON u.id = t.user_id JOIN accounts a ON a.id = u.account_id
      WHERE t.hash = ?1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?2)
        AND u.removed_at IS NULL
    """
    return await database.first(statement(query, [hashed, now]))


def note_token_use(token_id: str, now: str, before: str) -> Statement:
    """Note that a token was used, unless that was noted after `before`."""
    query = (
        "UPDATE tokens SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL "
        "OR last_used_at <= ?3)"
    )
    return statement(query, [token_id, now, before])


async def tokens_of(
    database: Database, account_id: str, user_id: str | None, now: str, cursor: str, limit: int
) -> list[Row]:
    """Tokens of a user, or of the whole account, newest first: those before an id."""
    query = f"{_TOKENS} AND t.id < ?4 ORDER BY t.id DESC LIMIT ?5"
    return await database.all(statement(query, [account_id, user_id, now, cursor, limit]))


async def find_token(
    database: Database, account_id: str, user_id: str | None, token_id: str, now: str
) -> Row | None:
    """A token of a user, or of the whole account."""
    return await database.first(
        statement(f"{_TOKENS} AND t.id = ?4", [account_id, user_id, now, token_id])
    )


def insert_token(person: Person, columns: Mapping[str, str | None]) -> Statement:
    """Inserts no row where the account has no such user."""
    names = ", ".join(columns_of(columns))
    places = ", ".join(place(number) for number in range(3, 3 + len(columns)))
    insert = f"""
      INSERT INTO tokens (user_id, {names}) SELECT u.id, {places} FROM users u
      WHERE u.id = ?1 AND u.account_id = ?2 AND u.removed_at IS NULL
    """
    return statement(insert, [person.user_id, person.account_id, *columns.values()])


def revoke(account_id: str, token_id: str, at: str) -> Statement:
    """Hits no row where the account has no such token, or it is revoked already."""
    query = """
      UPDATE tokens SET revoked_at = ?1
      WHERE id = ?2 AND revoked_at IS NULL AND user_id IN (SELECT id FROM users
          WHERE account_id = ?3)
    """
    return statement(query, [at, token_id, account_id])


def end_tokens(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Revoke all tokens of anyone who is gone, and of others those with a scope that is lost, which
    a new right would revive.
    """
    query = """
      UPDATE tokens SET revoked_at = ?2
      WHERE user_id = ?1 AND revoked_at IS NULL AND (?3 IS NULL OR EXISTS (
        SELECT 1 FROM json_each(scopes) scope
        WHERE scope.value NOT IN (SELECT value FROM json_each(?3))
      ))
    """
    return [statement(query, [leaver.user_id, at, leaver.keeps_as_json])]


def end_sign_in_links(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Spoil the unused links by which they let others in: they may have kept one."""
    if not leaver.loses(Permission.PEOPLE):
        return []
    query = (
        "UPDATE sign_in_codes SET expires_at = ?2 WHERE made_by = ?1 AND used_at IS NULL "
        "AND expires_at > ?2"
    )
    return [statement(query, [leaver.user_id, at])]
