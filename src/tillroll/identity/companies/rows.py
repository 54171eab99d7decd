"""SQL of the companies of one person: accounts in which they have the same confirmed address."""

from typing import Final

from tillroll.identity.own_links import MAY_COME
from tillroll.identity.repository import PERSON
from tillroll.identity.session_rows import NewSession, insert_session
from tillroll.mail.addresses import hash_of_address
from tillroll_durable.platform.bindings.database import Database, Row, Statement, statement

MOST_COMPANIES: Final = 200
# Hashes are made of casefolded text, which takes some different addresses for the same: `straße`
# and `strasse`. What lets in compares the addresses. SQLite's `lower` knows ASCII alone.
_SAME: Final = f"{MAY_COME} AND lower(m.address) = lower(?2)"
# Where several people of an account share the address, nobody can say which of them it is.
_ALONE: Final = f"""
  {_SAME} AND NOT EXISTS (
    SELECT 1 FROM mail_addresses n JOIN users o ON o.id = n.user_id
    WHERE n.address_hash = ?1 AND o.account_id = u.account_id AND o.id <> u.id
      AND o.removed_at IS NULL)
"""


async def companies_at(database: Database, address: str) -> list[Row]:
    """The accounts of a database in which an address is one person's, as `principal_of` reads
    them.
    """
    query = f"SELECT {PERSON} {_ALONE} ORDER BY u.id LIMIT ?3"
    return await database.all(statement(query, [hash_of_address(address), address, MOST_COMPANIES]))


async def company_at(database: Database, address: str, account_id: str) -> Row | None:
    """The person of an account whose address it is, as `principal_of` reads them."""
    query = f"SELECT {PERSON} {_ALONE} AND u.account_id = ?3"
    return await database.first(statement(query, [hash_of_address(address), address, account_id]))


async def is_own(database: Database, user_id: str, address: str) -> bool:
    """Whether an address is still the confirmed one of a person whom a link there may let in."""
    query = f"SELECT 1 {_SAME} AND u.id = ?3"
    row = await database.first(statement(query, [hash_of_address(address), address, user_id]))
    return row is not None


def insert_switched(address: str, user_id: str, new: NewSession) -> Statement:
    """Begin the session in a company, in the person's epoch of that moment. Hits no row where the
    address is not theirs any more, or a link there would not let them in.
    """
    query = f"SELECT u.id, u.session_epoch, 'switch', m.address {_ALONE} AND u.id = ?3"
    whose = statement(query, [hash_of_address(address), address, user_id])
    return insert_session(new, whose)


def end_left(user_id: str, session_id: str, address: str) -> Statement:
    """End the session that a person leaves. Hits no row where it has ended, its person was signed
    out or locked out meanwhile, or the address is theirs no more.
    """
    query = f"""
      DELETE FROM sessions WHERE id = ?4 AND user_id = ?3 AND EXISTS (
        SELECT 1 {_SAME} AND u.id = ?3 AND u.session_epoch = sessions.epoch)
    """
    return statement(query, [hash_of_address(address), address, user_id, session_id])
