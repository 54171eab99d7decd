"""An account with one of everything that the API names is erased: nothing of it is left, and the
audit verifies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.support.erasing import account_erasure
from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, SIGNING_KEY
from tests.support.sql import sql
from tests.unit.api.test_another_account import made
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tests.unit.tillroll_durable.sealing.records import findings_of
from tillroll.privacy.erasure.workflow import shut
from tillroll.privacy.repository import What, erase_rows, left_over, tables
from tillroll_durable.platform.bindings.database import (
    ByBatch,
    Database,
    Row,
    Statement,
    insert_row,
)
from tillroll_durable.platform.tables import Gone
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.server.access import create_token
from tillroll_testing.host.signing import HostSigner

TABLES = tables()

_VALUES = [ACCOUNT, ACCOUNT, "run_none"]
_SECRETS = ("SECRET CAFE", "SECRET PERSON", "SECRET ADDRESS", "SECRET NOTE")
_NOW = "2026-03-01T09:00:00.000Z"
_KNOWN_BY_ACCOUNT = "SELECT count(*) AS n FROM {} WHERE account_id = 'acc_first'"


async def open_full() -> Books:
    """Books with secrets in what people write, and one of each thing."""
    books = await open_books(
        Given(1, merchant=_SECRETS[0], category="Meals"),
        Given(2, merchant=_SECRETS[0]),
        Given(3, account=OTHER_ACCOUNT, merchant="OTHER"),
    )
    await made(books)
    await books.ask("PATCH", "/api/expenses/exp_000001", {"note": _SECRETS[3], "tags": ["lunch"]})
    # The test's own ids and names.
    await books.run(f"UPDATE users SET name = '{_SECRETS[1]}' WHERE id = 'usr_first'")
    await books.ask(
        "PATCH", "/api/account", {"companyNames": [_SECRETS[0]], "taxIds": [_SECRETS[3]]}
    )
    await books.run(
        # The test's own ids and names.
        "INSERT INTO mail_addresses (user_id, address, address_hash) VALUES ('usr_first', "
        f"'{_SECRETS[2]}', 'h')"
    )
    await create_token(books.host.platform, ACCOUNT, "ci", ["read"], actor="user:usr_first")
    return books


async def everything(books: Books) -> str:
    tables = await books.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    # The test's own ids and names.
    contents: list[str] = []
    for table in tables:
        rows = await books.rows(sql(f'SELECT * FROM "{table["name"]}"'))
        contents.append(str(rows))
    return "\n".join(contents)


async def test_nothing_of_an_erased_account_is_left() -> None:
    books = await open_full()
    host = books.host
    host.platform = replace(host.platform, signer=HostSigner(SIGNING_KEY))
    await seal_new_events(host.platform)
    before = await everything(books)
    assert [secret for secret in _SECRETS if secret not in before] == []
    assert len(await left_over(host.database, What.ACCOUNT, _VALUES)) > 25, (
        "more tables should have rows to erase"
    )

    await erase_rows(host.database, What.ACCOUNT, _VALUES)

    assert await left_over(host.database, What.ACCOUNT, _VALUES) == []
    after = await everything(books)
    assert [secret for secret in _SECRETS if secret in after] == []
    assert "OTHER" in after
    assert await books.rows("PRAGMA foreign_key_check") == []
    await seal_new_events(host.platform)
    assert await findings_of(host) == []


async def test_no_table_still_knows_an_erased_account() -> None:
    """By the column `account_id`, which says so whatever the conditions are."""
    books = await open_full()
    await erase_rows(books.host.database, What.ACCOUNT, _VALUES)
    for table in TABLES:
        columns = [row["name"] for row in await books.rows(f"PRAGMA table_info({table.name})")]
        if isinstance(table.account, Gone) and "account_id" in columns:
            assert await books.rows(_KNOWN_BY_ACCOUNT.format(table.name)) == [{"n": 0}], table.name


async def test_nobody_comes_in_any_more_by_what_was_handed_out() -> None:
    """As soon as an account's erasure begins, before its rows go."""
    books = await open_full()
    revocable = await books.rows(
        "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c ON c.name = "
        "'revoked_at'"
    )
    names = [row["name"] for row in revocable]
    assert {"tokens", "export_links", "claim_links"} <= set(names)
    before = {
        # The test's own ids and names.
        name: await books.rows(sql(f"SELECT 1 FROM {name} WHERE revoked_at IS NULL"))
        for name in names
    }
    assert all(before.values()), before
    await books.host.database.batch(shut(account_erasure(_NOW), _NOW))
    of_account = {
        name: "user_id LIKE '%first'" if name == "tokens" else f"account_id = '{ACCOUNT}'"
        for name in names
    }
    for name in names:
        assert (
            await books.rows(
                # The test's own ids and names.
                sql(f"SELECT 1 FROM {name} WHERE revoked_at IS NULL AND {of_account[name]}")
            )
            == []
        ), name


async def test_it_can_be_done_again() -> None:
    books = await open_full()
    await erase_rows(books.host.database, What.ACCOUNT, _VALUES)
    once = await everything(books)
    await erase_rows(books.host.database, What.ACCOUNT, _VALUES)
    assert await everything(books) == once


@dataclass
class _Noticing(ByBatch):
    """A database in which a notice about a run is written as soon as runs have gone."""

    inner: Database
    has_noticed: bool = False

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        done = await self.inner.batch(statements)
        if not self.has_noticed and any(
            each.sql.startswith("DELETE FROM runs ") for each in statements
        ):
            self.has_noticed = True
            notice = {
                "id": "late",
                "account_id": ACCOUNT,
                "topic": "run.failed",
                "subject": "run_1",
                "about": "",
                "created_at": _NOW,
            }
            await self.inner.batch([insert_row("notifications", notice)])
        return done


async def test_a_notice_that_comes_meanwhile_goes_too() -> None:
    books = await open_full()
    noticing = _Noticing(books.host.database)
    await erase_rows(noticing, What.ACCOUNT, _VALUES)
    assert noticing.has_noticed
    assert await left_over(books.host.database, What.ACCOUNT, _VALUES) == []


async def test_a_person_goes_and_their_work_stays() -> None:
    books = await open_full()
    await books.run("UPDATE users SET removed_at = '2026-01-01' WHERE id = 'usr_first'")
    await erase_rows(books.host.database, What.PERSON, [ACCOUNT, "usr_first", "run_none"])
    after = await everything(books)
    assert [secret for secret in _SECRETS if secret in after] == [_SECRETS[0], _SECRETS[3]]
    for table in ("tokens", "passkeys", "mail_addresses", "user_roles", "notification_choices"):
        # The test's own ids and names.
        assert await books.rows(f"SELECT 1 FROM {table} WHERE user_id = 'usr_first'") == []
