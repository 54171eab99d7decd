"""The tables of people: what becomes of their rows when something is erased, and who gets them."""

from dataclasses import replace
from typing import Final

from tillroll.access.people import USERS, of_person
from tillroll.identity import refusals, session_rows
from tillroll_durable.platform.naming import Named
from tillroll_durable.platform.tables import ACCOUNT, SECRETS, Emptied, Gone, Kept, Shut, Table

NAMED: Final = Named(
    "person",
    find="""
      SELECT asked.value AS id, users.name, NULL AS day, '/settings/people' AS path, NULL AS stream
      FROM json_each(?2) AS asked CROSS JOIN users ON users.id = asked.value
      WHERE users.account_id = ?1
    """,
)
_PEOPLE: Final = "SELECT id FROM users WHERE account_id = ?2"
TABLES: Final = (
    Table(
        "let_in",
        Gone(f"user_id IN ({USERS})"),
        person=Gone("user_id = ?2 OR by_user_id = ?2"),
        key="user_id, by_user_id, since",
    ),
    of_person("passkeys", without=frozenset({"credential_id", "public_key"})),
    of_person("passkey_ceremonies", withheld=SECRETS),
    of_person("sessions", without=frozenset({"hash"})),
    replace(
        of_person("sign_in_codes", withheld=SECRETS),
        shut=Shut("expires_at = ?1", f"expires_at > ?1 AND user_id IN ({_PEOPLE})"),
    ),
    Table(
        "sign_in_refusals",
        Gone(ACCOUNT),
        person=Gone("account_id = ?1 AND user_id = ?2"),
        key="account_id, hour, user_id, how, network",
    ),
    replace(
        of_person("tokens", without=frozenset({"hash"})),
        shut=Shut("revoked_at = ?1", f"revoked_at IS NULL AND user_id IN ({_PEOPLE})"),
    ),
    of_person("user_roles", "user_id, role"),
    Table(
        "users",
        Emptied("name = 'erased', is_operator = 0", "account_id = ?1 AND name <> 'erased'"),
        person=Emptied(
            "name = 'erased', is_operator = 0", "account_id = ?1 AND id = ?2 AND name <> 'erased'"
        ),
        account_gets=ACCOUNT,
        person_gets="account_id = ?1 AND id = ?2",
        without=frozenset({"session_epoch"}),
        shut=Shut("session_epoch = session_epoch + 1, removed_at = COALESCE(removed_at, ?1)"),
    ),
)


RETENTION: Final = (
    Kept(
        "sign-in codes",
        "an hour; an invitation three days, a recovery one, a link that somebody asked for 15 "
        "minutes. The row, a hash, for {} after that",
        period=refusals.CODES_KEPT,
        sweep=refusals.sweep_sign_ins,
    ),
    Kept(
        "refused sign-ins, by the hour and the network",
        "{}",
        period=refusals.KEPT_FOR,
        sweep=refusals.sweep_refused,
    ),
    Kept(
        "sessions",
        "30 days at most, and {} after the last request",
        period=session_rows.IDLE,
        sweep=refusals.sweep_sessions,
    ),
)
