"""What is read of people, and how one is locked out, as statements with their audit events."""

from datetime import datetime

from tillroll.api.door.credentials import Person, end_sessions
from tillroll.api.passkeys.record import remove_all
from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.platform.bindings.database import Database, Row, Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id

MOST = 200
"""So many can be invited."""
_LISTED = 1000


async def people_of(database: Database, account_id: str, now: datetime) -> list[Row]:
    """Everybody of an account, those who were removed last. `passkeys` and `links` say how many they have, and how
    many of these are unused; `mail` is none, confirmed or stopped; `last_mail` says what became of the last mail
    to them (as AccountPersonShape has it), null without one; `let_in_by` names those who made a link for them and saw
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
    return [*end_sessions(person, actor, now), remove_all(person, at), append(event)]
