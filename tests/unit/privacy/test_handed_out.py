"""Each table of the schema is handed out to whom it is of, or withheld with a reason; no column of
secrets is.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from local.places import ROOT
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, USER
from tests.unit.privacy.test_erasing import open_full
from tillroll.privacy import rows as privacy_rows
from tillroll.privacy.repository import What, tables
from tillroll.privacy.rows import gets, read_page, tables_handed_out, tables_withheld
from tillroll_durable.platform.tables import Gone, Stays

TABLES = tables()

_WHO = {What.ACCOUNT: ACCOUNT, What.PERSON: USER}
# Names of columns that may bear a secret, or what one is found by.
_TELLING = re.compile(
    r"hash|secret|token|code|credential|public_key|challenge|kept|signature|^mail$|^key$"
)
# Those that do not: what they are instead.
_HARMLESS = {
    ("categories", "ledger_code"): "a number of the books",
    ("categories", "tax_code"): "a number of the books",
    ("bank_entries", "transaction_code"): "what a bank calls such a payment",
    ("books_mapping", "code"): "a number of the books",
    ("clients", "mail"): "where a client is written to",
    ("books_items", "code"): "why something is not in the books",
    ("messages", "address_hash"): "of the address it was sent to",
    ("outside_messages", "address_hash"): "of the address it was sent to",
    ("mail_addresses", "address_hash"): "of an address that stands beside it",
    ("mail_addresses", "code_expires_at"): "a time",
    ("ai_daily", "input_tokens"): "a count",
    ("ai_daily", "output_tokens"): "a count",
    ("ai_calls", "input_tokens"): "a count",
    ("ai_calls", "output_tokens"): "a count",
    ("company_profiles", "postal_code"): "part of an address",
    ("clients", "postal_code"): "part of an address",
    ("company_profiles", "mail"): "where the company is written to",
    ("claim_events", "key"): "what makes an event of a claim one",
    ("signals", "key"): "what makes a signal one",
    ("duplicate_verdicts", "kept_id"): "an expense's id",
    ("bulk_acts", "kept"): "a count",
    ("inbound_events", "body_encoding"): "how a body is written",
}


@pytest.fixture(scope="module")
def schema() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        for path in sorted((ROOT / "migrations").glob("*.sql")):
            database.executescript(path.read_text(encoding="utf-8"))
        yield database


@pytest.mark.parametrize("what", _WHO)
def test_each_table_is_handed_out_or_withheld_with_a_reason(
    schema: sqlite3.Connection, what: What
) -> None:
    found = schema.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    handed, withheld = {table.name for table, _ in tables_handed_out(what)}, tables_withheld(what)
    assert {str(name) for (name,) in found} == handed | withheld.keys()
    assert not handed & withheld.keys()
    assert all(withheld.values())


def test_what_goes_with_an_account_is_handed_out_or_named() -> None:
    """Of what is erased, only what is named as an index, a secret or a passing thing is not."""
    kept_back = {
        table.name for table in TABLES if isinstance(table.account, Gone)
    } & tables_withheld(What.ACCOUNT).keys()
    assert kept_back == {
        *("expense_postings", "expense_shares", "expense_terms", "expense_months", "expense_finds"),
        *(
            "expense_kept_sums",
            "expense_words",
            "endpoint_secrets",
            "inbound_secrets",
            "payee_keys",
        ),
        *("passkey_ceremonies", "sign_in_codes"),
        *("idempotency_keys", "idempotency_effects", "object_quarantine"),
    }


def test_what_names_a_person_is_handed_out_to_them_or_named(schema: sqlite3.Connection) -> None:
    """A new table with a column that says whose it is fails, until a person gets theirs, or it is
    named here.
    """
    of_people = {
        table.name
        for table in TABLES
        for _, column, *_ in schema.execute(f"PRAGMA table_info({table.name})")
        if column in {"user_id", "uploaded_by", "person"}
    }
    changed = {table.name for table in TABLES if not isinstance(table.person, Stays)}
    assert (of_people | changed) & tables_withheld(What.PERSON).keys() == {
        *("passkey_ceremonies", "sign_in_codes"),  # secrets
        *("expense_months", "expense_shares"),  # indexes
        *("approval_policies", "approval_chains"),  # whose expenses it is about: the account's rule
    }


@pytest.mark.parametrize("what", _WHO)
def test_no_column_that_may_bear_a_secret_is_handed_out_unseen(
    schema: sqlite3.Connection, what: What
) -> None:
    """A new column of such a name is left out, or said to be harmless here."""
    unseen = [
        (table.name, column)
        for table, _ in tables_handed_out(what)
        for _, column, *_ in schema.execute(f"PRAGMA table_info({table.name})")
        if _TELLING.search(column)
        and column not in table.without
        and (table.name, column) not in _HARMLESS
    ]
    assert unseen == []


def test_what_is_left_out_is_there(schema: sqlite3.Connection) -> None:
    for table in TABLES:
        columns = {row[1] for row in schema.execute(f"PRAGMA table_info({table.name})")}
        assert table.without <= columns, table.name
        assert table.encrypted is None or table.encrypted in columns, table.name


@pytest.mark.parametrize("what", _WHO)
def test_rows_are_told_apart_by_their_keys(schema: sqlite3.Connection, what: What) -> None:
    for table, _ in tables_handed_out(what):
        [(sql,)] = schema.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table.name])
        columns = sorted(
            (row[5], row[1]) for row in schema.execute(f"PRAGMA table_info({table.name})") if row[5]
        )
        key = ", ".join(name for _, name in columns) if "WITHOUT ROWID" in str(sql) else "rowid"
        assert table.key == key, table.name


@pytest.mark.parametrize("rows", [1, 200])
async def test_pages_have_each_row_of_an_account_once(
    monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(privacy_rows, "PAGE_ROWS", rows)
    books = await open_full()
    seen = 0
    for table, where in tables_handed_out(What.ACCOUNT):
        read: list[object] = []
        page = await read_page(
            books.host.database, table, where, [ACCOUNT, ACCOUNT, "run_none"], []
        )
        while True:
            read += page.rows
            if page.after is None:
                break
            page = await read_page(
                books.host.database, table, where, [ACCOUNT, ACCOUNT, "run_none"], page.after
            )
        columns = [row["name"] for row in await books.rows(f"PRAGMA table_info({table.name})")]
        if "account_id" in columns:
            [counted] = await books.rows(
                # The test's own ids and names.
                f"SELECT count(*) AS n FROM {table.name} WHERE account_id = '{ACCOUNT}'"
            )
            assert len(read) == counted["n"], table.name
        seen += len(read)
        assert OTHER_ACCOUNT not in str(read), table.name
    assert seen > 50


async def test_a_person_gets_what_is_theirs() -> None:
    books = await open_full()
    found: dict[str, list[object]] = {}
    for table, where in tables_handed_out(What.PERSON):
        page = await read_page(books.host.database, table, where, [ACCOUNT, USER, "run_none"], [])
        found[table.name] = [*page.rows]
    assert "SECRET PERSON" in str(found["users"])
    assert "SECRET ADDRESS" in str(found["mail_addresses"])
    assert "SECRET CAFE" in str(found["expenses"])
    assert found["audit_events"]
    assert "OTHER" not in str(found["expenses"])
    nobodys = [
        name
        for table, where in tables_handed_out(What.PERSON)
        for name in [table.name]
        if (
            await read_page(
                books.host.database, table, where, [ACCOUNT, "usr_nobody", "run_none"], []
            )
        ).rows
    ]
    assert nobodys == []


def test_tokens_are_handed_out_to_whose_they_are() -> None:
    assert (
        gets(next(each for each in TABLES if each.name == "tokens"), What.PERSON) == "user_id = ?2"
    )
