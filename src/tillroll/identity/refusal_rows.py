"""SQL of refused sign-ins: whose code, passkey or token it was, and how many came in an hour."""

from collections.abc import Sequence
from typing import Final, Literal, LiteralString, TypeAlias

from tillroll.identity.repository import Person
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Row,
    integer,
    statement,
    text,
)

How: TypeAlias = Literal["code", "passkey", "token"]

# Ended ones are looked for as well: it is mostly they that are refused.
_WHOSE: Final[dict[How, LiteralString]] = {
    "code": (
        "SELECT u.id, u.account_id FROM sign_in_codes c JOIN users u ON u.id = c.user_id "
        "WHERE c.hash = ?1"
    ),
    "passkey": (
        "SELECT u.id, u.account_id FROM passkeys p JOIN users u ON u.id = p.user_id "
        "WHERE p.credential_id = ?1"
    ),
    "token": (
        "SELECT u.id, u.account_id FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = ?1"
    ),
}
_COUNT: Final = """
  INSERT INTO sign_in_refusals (account_id, hour, user_id, how, network, refused, first_at, last_at)
  SELECT ?1, ?2, ?3, ?4, CASE
      WHEN EXISTS (
        SELECT 1 FROM sign_in_refusals
        WHERE account_id = ?1 AND hour = ?2 AND user_id = ?3 AND how = ?4 AND network = ?5
      ) OR (SELECT count(*) FROM sign_in_refusals WHERE account_id = ?1 AND hour = ?2) < ?7 THEN ?5
      ELSE 'others'
    END, 1, ?6, ?6
  WHERE TRUE
  ON CONFLICT (account_id, hour, user_id, how, network) DO UPDATE
  SET refused = refused + 1, last_at = excluded.last_at
"""
_COUNTED: Final = """
  SELECT SUM(refused) AS refused, count(*) AS networks FROM sign_in_refusals
  WHERE account_id = ? AND hour = ? AND user_id = ? AND how = ?
"""
_REFUSALS: Final = """
  SELECT hour || ':00:00.000Z' AS hour, NULLIF(user_id, '') AS user_id, how, network, refused,
    first_at, last_at,
    hour || ' ' || user_id || ' ' || how || ' ' || network AS place
  FROM sign_in_refusals r
  WHERE account_id = ?1 AND (r.hour, r.user_id, r.how, r.network) < (?2, ?3, ?4, ?5)
  ORDER BY r.hour DESC, r.user_id DESC, r.how DESC, r.network DESC LIMIT ?6
"""


def sum_by_place(rows: Sequence[Row]) -> list[Row]:
    """One row for each place, in the order of the first one with it: what several databases have
    counted of one hour, way and network."""
    sums: dict[str, Row] = {}
    for row in rows:
        place = text(row, "place")
        existing = sums.get(place)
        if existing is None:
            sums[place] = row
            continue
        sums[place] = {
            **existing,
            "refused": integer(existing, "refused") + integer(row, "refused"),
            "first_at": min(text(existing, "first_at"), text(row, "first_at")),
            "last_at": max(text(existing, "last_at"), text(row, "last_at")),
        }
    return [*sums.values()]


async def owner_of(database: Database, how: How, key: str) -> Person | None:
    """Whose it is, or was: `key` is the SHA-256 of a code or a token, or the id of a credential."""
    row = await database.first(statement(_WHOSE[how], [key]))
    if row is None:
        return None
    return Person(text(row, "account_id"), text(row, "id"))


async def count_refusal(
    database: Database, person: Person, how: How, network: str, now: str, most: int
) -> tuple[int, int]:
    """Count a refusal in its hour, by at most so many networks. Return how many the hour has, and
    networks.
    """
    whose = (person.account_id, now[: len("2026-03-01T09")], person.user_id, how)
    _, [counted] = await database.batch(
        [statement(_COUNT, [*whose, network, now, most]), statement(_COUNTED, [*whose])]
    )
    return integer(counted, "refused"), integer(counted, "networks")


async def refusals_of(
    database: Database, account_id: str, place: Sequence[str], limit: int
) -> list[Row]:
    """The counted refusals of an account, newest hour first: those before a place, its hour, user,
    way and network.
    """
    return await database.all(statement(_REFUSALS, [account_id, *place, limit]))


async def delete_refusals(database: Database, before: str, most: int) -> None:
    """Delete what was refused before a time, at most so many rows."""
    query = """
      DELETE FROM sign_in_refusals WHERE (account_id, hour, user_id, how, network) IN (
        SELECT account_id, hour, user_id, how, network FROM sign_in_refusals WHERE hour < ?1
        ORDER BY hour LIMIT ?2
      )
    """
    await database.batch([statement(query, [before, most], account=EVERYBODY)])
