"""Expenses that are there already, without a run that has read them: of a world on the host, and of
a genuine stack.
"""

from dataclasses import dataclass

from tests.support.host_platform import ACCOUNT
from tillroll.expenses.conversions import convert_in_base
from tillroll_durable.platform.bindings.database import Database, statement
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.naming import fold_name


@dataclass(frozen=True)
class Given:
    """An expense as its row has it. `number` makes its id, and with it the ids of its receipt and
    run.
    """

    number: int
    account: str = ACCOUNT
    date: str = "2026-03-05"
    merchant: str = "Green Garden Cafe"
    total_minor: int = 1290
    tax_minor: int | None = None
    currency: str = "EUR"
    category: str | None = None
    receipt_number: str | None = None
    file_name: str | None = "photo.jpg"
    created_at: str = "2026-01-01T00:00:00.000Z"

    @property
    def id(self) -> str:
        return f"exp_{self.number:06}"


async def add_expenses(database: Database, *given: Given) -> None:
    for each in given:
        run, receipt = f"run_{each.number:06}", f"rec_{each.number:06}"
        await database.batch(
            [
                statement(
                    """
                    INSERT INTO runs (id, account_id, kind, contract_version, subject, state,
                        status,
                                      next_safe_action, created_at, updated_at)
                    VALUES (?1, ?2, 'receipt', 1, ?3, 'notified', 'complete', 'none', ?4, ?4)
                    """,
                    [run, each.account, receipt, each.created_at],
                ),
                statement(
                    """
                    INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name,
                        run_id,
                                          uploaded_by, created_at)
                    VALUES (?1, ?2, ?1, 'image/jpeg', 3, ?3, ?4, 'usr_first', ?5)
                    """,
                    [receipt, each.account, each.file_name, run, each.created_at],
                ),
                statement(
                    """
                    INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor,
                        tax_minor,
                                          currency, category, duplicate_key, created_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?1, ?10)
                    """,
                    [
                        each.id,
                        each.account,
                        receipt,
                        each.merchant,
                        each.date,
                        each.total_minor,
                        each.tax_minor,
                        each.currency,
                        each.category,
                        each.created_at,
                    ],
                ),
                convert_in_base(each.id, each.created_at),
            ]
        )


async def add_copies(database: Database, given: Given, count: int) -> None:
    """So many expenses like one, from its number on, in one batch."""
    numbers = dump([f"{number:06}" for number in range(given.number, given.number + count)])
    values = [numbers, given.account, given.created_at]
    await database.batch(
        [
            statement(
                """
                INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                  next_safe_action, created_at, updated_at)
                SELECT 'run_' || value, ?2, 'receipt', 1, 'rec_' || value, 'notified', 'complete',
                  'none', ?3, ?3 FROM json_each(?1)
                """,
                [*values],
            ),
            statement(
                """
                INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by,
                  created_at)
                SELECT 'rec_' || value, ?2, 'rec_' || value, 'image/jpeg', 3, 'run_' || value,
                  'usr_first', ?3 FROM json_each(?1)
                """,
                [*values],
            ),
            statement(
                """
                INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor,
                  currency, duplicate_key, created_at)
                SELECT 'exp_' || value, ?2, 'rec_' || value, ?4, ?5, ?6, ?7, 'exp_' || value, ?3
                FROM json_each(?1)
                """,
                [*values, given.merchant, given.date, given.total_minor, given.currency],
            ),
        ]
    )


def id_of(account_id: str, given: Given) -> str:
    """The id of an expense that `sql_of` makes."""
    return f"exp_{account_id}_{given.number}"


def sql_of(account_id: str, given: Given, sha256: str | None = None) -> str:
    """SQL that makes the same in an account of a genuine stack, whose ids no other account has."""
    name = f"{account_id}_{given.number}"
    at, sha256 = "2026-01-01T00:00:00.000Z", sha256 or f"{given.number:012}{name}"
    tax = "NULL" if given.tax_minor is None else given.tax_minor
    category, receipt_number = (
        "NULL" if each is None else f"'{each}'" for each in (given.category, given.receipt_number)
    )
    return f"""
      INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                        next_safe_action, created_at, updated_at)
        VALUES ('run_{name}', '{account_id}', 'receipt', 1, 'rec_{name}', 'notified', 'complete',
            'none',
                '{at}', '{at}');
      INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by,
          created_at)
        VALUES ('rec_{name}', '{account_id}', '{sha256}', 'image/jpeg', 3, 'run_{name}',
                'usr', '{at}');
      INSERT INTO expenses (id, account_id, receipt_id, merchant, date, total_minor, tax_minor,
          currency,
                            category, receipt_number, duplicate_key, created_at)
        VALUES ('{id_of(account_id, given)}', '{account_id}', 'rec_{name}', '{given.merchant}',
                '{given.date}', {given.total_minor}, {tax}, '{given.currency}', {category},
                    {receipt_number},
                '{name}', '{at}');
    """


async def add_client(
    database: Database, client_id: str, name: str, account: str = ACCOUNT, **projects: str
) -> None:
    """A client, and projects of it: names by their ids."""
    insert = (
        "INSERT INTO clients (id, account_id, name, word, opened_at) "
        "VALUES (?, ?, ?, ?, '2026-01-01T00:00:00.000Z')"
    )
    await database.batch([statement(insert, [client_id, account, name, fold_name(name)])])
    for project_id, project in projects.items():
        insert = """
          INSERT INTO projects (id, account_id, client_id, name, opened_at)
          VALUES (?, ?, ?, ?, '2026-01-01T00:00:00.000Z')
        """
        await database.batch([statement(insert, [project_id, account, client_id, project])])
