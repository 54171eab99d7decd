"""Contacts that were kept before each had a currency, read after their migration."""

from pathlib import Path

import pytest

from local.places import MIGRATIONS
from tillroll.books.connections.names import find_contacts
from tillroll.books.syncs.drafts import ContactKey
from tillroll_durable import statement
from tillroll_durable.platform.json import dump
from tillroll_testing.host.sqlite import SqliteDatabase

MIGRATION = "0046_contacts_by_currency.sql"
_CONNECTION = """
  INSERT INTO books_connections
    (id, account_id, name, provider, direction, grant_id, first_day, only_approved, on_change,
      chart, created_by, created_at)
  VALUES ('con_1', 'acc_1', 'Our books', ?1, 'push', 'grn_1', '2000-01-01', 0, 0, ?2, '', '')
"""
_CONTACT = """
  INSERT INTO books_contacts (connection_id, role, word, name, external_id)
  VALUES ('con_1', 'supplier', ?1, ?1, ?2)
"""
_ITEM = """
  INSERT INTO books_items
    (id, account_id, connection_id, kind, subject_id, changed, state, written, updated_at)
  VALUES ('bki_1', 'acc_1', 'con_1', 'expense', 'exp_1', 1, 'written', ?1, '')
"""


async def _kept_before(folder: Path, provider: str) -> SqliteDatabase:
    """Two contacts of books in CAD, of which "shop" has a bill in EUR."""
    for path in sorted(MIGRATIONS.glob("*.sql")):
        if path.name < MIGRATION:
            (folder / path.name).write_bytes(path.read_bytes())
    database = SqliteDatabase()
    database.migrate(folder)
    account = "INSERT INTO accounts (id, name, created_at) VALUES ('acc_1', 'Books', '')"
    written = dump({"kind": "bill", "fields": {"contact": "7", "currency": "EUR"}})
    await database.batch(
        [
            statement(account),
            statement(_CONNECTION, [provider, dump({"currency": "CAD"})]),
            statement(_CONTACT, ["shop", "7"]),
            statement(_CONTACT, ["cafe", "8"]),
            statement(_ITEM, [written]),
        ]
    )
    return database


@pytest.mark.parametrize(
    ("provider", "currencies"), [("quickbooks", ("EUR", "CAD")), ("xero", ("", ""))]
)
async def test_contacts_of_before_go_on(
    tmp_path: Path, provider: str, currencies: tuple[str, str]
) -> None:
    """What the books have of a contact shows its currency; else it is the company's."""
    database = await _kept_before(tmp_path, provider)
    database.apply(MIGRATIONS / MIGRATION)
    keys = [
        ContactKey("supplier", word, currency)
        for word, currency in zip(("shop", "cafe"), currencies, strict=True)
    ]
    asked = [*keys, ContactKey("supplier", "shop", "USD")]
    contacts = await find_contacts(database, "con_1", asked)
    assert contacts == dict(zip(keys, ("7", "8"), strict=True))


async def test_contacts_of_an_older_fold_go_on(tmp_path: Path) -> None:
    """A word that an older rule made is folded anew by its name. Of two neither is taken."""
    database = await _kept_before(tmp_path, "xero")
    database.apply(MIGRATIONS / MIGRATION)
    again = "DELETE FROM books_contacts WHERE external_id = '8'"
    await database.batch([statement(again)])
    add = """
      INSERT INTO books_contacts (connection_id, role, word, name, external_id)
      VALUES ('con_1', 'supplier', ?1, ?1, ?2)
    """
    wide = "\uff43\uff41\uff46\uff45"
    await database.batch([statement(add, [wide, "9"])])
    cafe = ContactKey("supplier", "cafe", "")
    assert await find_contacts(database, "con_1", [cafe]) == {cafe: "9"}
    await database.batch([statement(add, ["ca\u200bfe", "10"])])
    assert await find_contacts(database, "con_1", [cafe]) == {}
