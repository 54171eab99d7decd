"""People of an account: listed, given roles, locked out and removed, and what ends by that. An owner stays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import Ends, Leaver, Role, granted
from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.identity.credentials import Person, end_sessions, keep_roles
from tillroll.identity.passkeys import remove_passkeys
from tillroll.notifications.service import tell_approves_no_more, tell_owners, tell_removed
from tillroll.platform.bindings.database import Database, Row, Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import dump
from tillroll.secret_links import end_links
from tillroll.workflows.registry import LEAVERS, LINKS


def end_tokens(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Revoke all tokens of whoever is gone, and of others those with a scope that is lost. It would come back with the
    right. A token without scopes never outlives a right."""
    revoke = """
      UPDATE tokens SET revoked_at = ?2
      WHERE user_id = ?1 AND revoked_at IS NULL AND (?3 IS NULL OR EXISTS (
        SELECT 1 FROM json_each(scopes) scope WHERE scope.value NOT IN (SELECT value FROM json_each(?3))
      ))
    """
    return [statement(revoke, leaver.user_id, at, leaver.keeps_as_json)]


def end_sign_in_links(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Spoil the unused links by which they let others in: they may have kept one."""
    if not leaver.loses(Permission.PEOPLE):
        return []
    spoil = "UPDATE sign_in_codes SET expires_at = ?2 WHERE made_by = ?1 AND used_at IS NULL AND expires_at > ?2"
    return [statement(spoil, leaver.user_id, at)]


def end_secret_links(leaver: Leaver, at: str) -> Sequence[Statement]:
    """Take back the links to exports and claims that they made."""
    return [each for table, permission in LINKS for each in end_links(table, permission, leaver, at)]


ENDS: Final[Sequence[Ends]] = (
    end_tokens,
    end_sign_in_links,
    end_secret_links,
    *LEAVERS,
)


def ending(leaver: Leaver, at: str) -> list[Statement]:
    """The statements that end it, for the batch of the change. Said again, they change nothing."""
    return [each for ends in ENDS for each in ends(leaver, at)]


# Looked at within the same batch: of two owners who demote each other at once, one is refused.
_KEEPS_AN_OWNER: Final = """
  (NOT EXISTS (SELECT 1 FROM user_roles WHERE user_id = ?1 AND role = 'owner')
   OR EXISTS (SELECT 1 FROM users o JOIN user_roles r ON r.user_id = o.id AND r.role = 'owner'
              WHERE o.account_id = ?2 AND o.id <> ?1 AND o.removed_at IS NULL))
"""


def change_roles(person: Person, roles: Sequence[Role], actor: str, now: datetime) -> list[Statement]:
    """Give a person these roles in place of those they had; what they made and need other rights for ends. The batch
    fails where the account has no such person, or would have no owner. Of who may approve no more, people are told."""
    at = to_text(now)
    # What looking after the deployment grants comes from no role, and stays.
    keeps = granted(roles, is_operator=True)
    event = event_of_account(
        person.account_id,
        "user.roles_changed",
        new_id("rol"),
        actor=actor,
        at=at,
        detail={"user": person.user_id, "roles": [*roles]},
    )
    return [
        # It changes nothing, and is there to find the person, and an owner.
        statement(
            f"""
            UPDATE users SET name = name WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL
              AND (?3 OR {_KEEPS_AN_OWNER})
            """,  # noqa: S608
            person.user_id,
            person.account_id,
            int(Role.OWNER in roles),
        ),
        append_if_changed(event),
        *([] if Permission.APPROVE in keeps else tell_approves_no_more(person.account_id, person.user_id, at)),
        statement(
            "DELETE FROM user_roles WHERE user_id = ?1 AND role NOT IN (SELECT value FROM json_each(?2))",
            person.user_id,
            dump([*roles]),
        ),
        keep_roles(person.user_id, roles, actor, at),
        *tell_owners(person.account_id, person.user_id, at),
        *ending(Leaver(person.account_id, person.user_id, keeps), at),
    ]


def remove_person(person: Person, actor: str, now: datetime) -> list[Statement]:
    """Let a person out for good: they are signed out everywhere, their passkeys have ended, and so has what they made
    that lets anybody in or does anything. What they did stays, under their name. They and all owners are told. The
    batch fails as `change_roles`."""
    at = to_text(now)
    event = event_of_account(
        person.account_id,
        "user.removed",
        f"user.removed:{person.user_id}",
        actor=actor,
        at=at,
        detail={"user": person.user_id},
    )
    return [
        statement(
            f"""
            UPDATE users SET removed_at = ?3, is_operator = 0
            WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL AND {_KEEPS_AN_OWNER}
            """,  # noqa: S608
            person.user_id,
            person.account_id,
            at,
        ),
        append_if_changed(event),
        *end_sessions(person, actor, now),
        remove_passkeys(person, at),
        *tell_removed(person.account_id, person.user_id, at),
        *ending(Leaver(person.account_id, person.user_id, None), at),
    ]


async def is_there(database: Database, person: Person) -> bool:
    """Whether the account has such a person now."""
    query = "SELECT 1 FROM users WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL"
    return await database.first(statement(query, person.user_id, person.account_id)) is not None


MOST_PEOPLE = 200
"""So many can be invited."""
_LISTED = 1000


async def people_of(database: Database, account_id: str, now: datetime) -> list[Row]:
    """Everybody of an account, those who were removed last. `passkeys` and `links` say how many they have, and how
    many of these are unused; `mail` is none, confirmed or stopped; `last_mail` says what became of the last mail
    to them (as AccountPerson has it), null without one; `let_in_by` names those who made a link for them and saw
    it, as JSON."""
    return await database.all(
        statement(
            """
            SELECT u.id, u.name, u.created_at, u.removed_at,
              (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles,
              (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id AND p.removed_at IS NULL) AS passkeys,
              (SELECT count(*) FROM sign_in_codes c
               WHERE c.user_id = u.id AND c.used_at IS NULL AND c.expires_at > ?2 AND c.purpose <> 'sign_in') AS links,
              COALESCE((
                SELECT CASE WHEN s.reason IS NULL THEN 'confirmed' ELSE 'stopped' END
                FROM mail_addresses m LEFT JOIN mail_suppressions s ON s.address_hash = m.address_hash
                WHERE m.user_id = u.id AND m.address IS NOT NULL
              ), 'none') AS mail,
              (SELECT CASE WHEN b.complained_at IS NOT NULL THEN 'complained'
                           WHEN b.bounced_at IS NOT NULL THEN 'bounced'
                           WHEN b.sent_at IS NOT NULL THEN 'sent'
                           WHEN EXISTS (SELECT 1 FROM runs r WHERE r.account_id = b.account_id AND r.subject = b.id
                                        AND r.status IN ('rejected', 'failed', 'cancelled')) THEN 'unsent'
                           ELSE 'waiting' END
               FROM messages b WHERE b.user_id = u.id ORDER BY b.created_at DESC LIMIT 1) AS last_mail,
              (SELECT json_group_array(name) FROM (
                SELECT DISTINCT maker.name FROM let_in l JOIN users maker ON maker.id = l.by_user_id
                WHERE l.user_id = u.id AND l.ended_at IS NULL ORDER BY maker.name
              )) AS let_in_by
            FROM users u WHERE u.account_id = ?1 ORDER BY u.removed_at IS NOT NULL, u.id LIMIT ?3
            """,
            account_id,
            to_text(now),
            _LISTED,
        )
    )


def take_back_links(person: Person, actor: str, now: datetime) -> list[Statement]:
    """Spoil the links and codes that a user has not used; the batch fails where the account has no such user."""
    at = to_text(now)
    event = event_of_account(
        person.account_id, "links.taken_back", new_id("lnk"), actor=actor, at=at, detail={"user": person.user_id}
    )
    return [
        # It changes nothing, and is there to find the user.
        statement("UPDATE users SET name = name WHERE id = ?1 AND account_id = ?2", person.user_id, person.account_id),
        append_if_changed(event),
        statement(
            "UPDATE sign_in_codes SET expires_at = ?1 WHERE user_id = ?2 AND used_at IS NULL AND expires_at > ?1",
            at,
            person.user_id,
        ),
    ]


def lock_out(person: Person, actor: str, now: datetime) -> list[Statement]:
    """End all sessions, passkeys and unused links of a user; the batch fails where the account has no such user."""
    at = to_text(now)
    event = event_of_account(
        person.account_id, "user.locked_out", new_id("lck"), actor=actor, at=at, detail={"user": person.user_id}
    )
    return [*end_sessions(person, actor, now), remove_passkeys(person, at), append(event)]
