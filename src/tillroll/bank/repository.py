"""Rows of bank accounts, statements and layouts of CSV files, and what an erasure and an export do
with all tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tillroll.bank.models import (
    BankAccount,
    BankAccountChange,
    BankCard,
    BankStatement,
    Misfit,
    Section,
    Source,
)
from tillroll.bank.statements.entry_traits import Coverage
from tillroll_documents.bank_files.csv.layout import CsvMapping
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.printed import Format
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Value,
    columns_of,
    insert_row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.json import Json, dump, load
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table
from tillroll_durable.runs import NewRun


def original_key(account_id: str, sha256: str) -> str:
    """Where the bucket holds a file's bytes: by their own sum, so that the same bytes lie there
    once.
    """
    return f"{account_id}/bank/{sha256}/original"


IS_CERTAIN: Final = """
  EXISTS (SELECT 1 FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id
      AND m.state = 'proposed'
    AND m.level = 'automatic' WHERE p.entry_id = {entry})
"""
_ACCOUNTS: Final = f"""
  SELECT a.id, a.name, a.currency, a.shown AS number, a.books_certain, a.created_at, a.archived_at,
    a.disagrees, a.held_by,
    (SELECT json_group_array(json_object('ending', c.ending, 'person', c.held_by))
     FROM bank_cards c WHERE c.bank_account_id = a.id) AS cards,
    last.closing AS balance, last.closing_day AS balance_day,
    (SELECT MAX(last_day) FROM bank_sections s WHERE s.bank_account_id = a.id
        AND s.is_stored = 1) AS last_day,
    (SELECT MIN(first_day) FROM bank_sections s WHERE s.bank_account_id = a.id
        AND s.is_stored = 1) AS first_day,
    (SELECT COUNT(*) FROM bank_entries e
     WHERE e.bank_account_id = a.id AND e.standing IN ('open', 'explained')) AS entries,
    (SELECT COUNT(*) FROM bank_entries e WHERE e.bank_account_id = a.id
        AND e.standing = 'open') AS open,
    (SELECT COUNT(*) FROM bank_entries e
     WHERE e.bank_account_id = a.id AND e.standing = 'open'
       AND {IS_CERTAIN.format(entry="e.id")}) AS certain
  FROM bank_accounts a LEFT JOIN bank_sections last ON (last.statement_id, last.number) = (
    SELECT s.statement_id, s.number FROM bank_sections s
    WHERE s.bank_account_id = a.id AND s.is_stored = 1 AND s.closing IS NOT NULL
    ORDER BY s.closing_day DESC, s.sequence DESC, s.statement_id DESC LIMIT 1)
  WHERE a.account_id = ?1
"""
_STATEMENTS: Final = """
  SELECT s.*, r.state, r.status, (
    SELECT group_concat(DISTINCT a.name) FROM bank_sections e
    JOIN bank_accounts a ON a.id = e.bank_account_id
    WHERE e.statement_id = s.id) AS bank_accounts
  FROM bank_statements s JOIN runs r ON r.id = s.run_id WHERE s.account_id = ?1
"""


@dataclass(frozen=True)
class KnownAccount:
    """A bank account as a statement finds it; `kept_number` is encrypted."""

    id: str
    name: str
    currency: str
    kept_number: str | None
    archived_at: str | None


async def list_accounts(database: Database, account_id: str) -> list[BankAccount]:
    """All of an account, the oldest first."""
    rows = await database.all(statement(f"{_ACCOUNTS} ORDER BY a.id", [account_id]))
    return [_account(row) for row in rows]


def _account(row: Row) -> BankAccount:
    cards: Any = load(text(row, "cards"))
    return of_row(BankAccount, row, cards=[BankCard.model_validate(each) for each in cards])


async def holder_of(database: Database, account_id: str, id_: str, mark: Value) -> str:
    """The name of another bank account that has a number, by the number's mark; None: that of the
    account `id_`.
    """
    query = """
      SELECT name FROM bank_accounts WHERE account_id = ?1 AND id <> ?2 AND archived_at IS NULL
        AND mark = COALESCE(?3, (SELECT mark FROM bank_accounts WHERE id = ?2))
    """
    row = await database.first(statement(query, [account_id, id_, mark]))
    if row is None:
        return "another account"
    return text(row, "name")


async def find_account(database: Database, account_id: str, id_: str) -> BankAccount | None:
    row = await database.first(statement(f"{_ACCOUNTS} AND a.id = ?2", [account_id, id_]))
    if row is None:
        return None
    return _account(row)


async def known_accounts(database: Database, account_id: str) -> list[KnownAccount]:
    """The bank accounts that take statements, and archived ones."""
    query = """
      SELECT id, name, currency, number AS kept_number, archived_at FROM bank_accounts
      WHERE account_id = ? ORDER BY id
    """
    return [of_row(KnownAccount, row) for row in await database.all(statement(query, [account_id]))]


def insert_account(values: Mapping[str, Value]) -> Statement:
    return insert_row("bank_accounts", values)


def change_account(actor: Actor, id_: str, change: BankAccountChange, now: str) -> Statement:
    """Change what is not None. It returns a row where there is such an account. Who switches on
    that certain matches are booked stands for what is booked then."""
    query = """
      UPDATE bank_accounts
      SET name = COALESCE(?3, name), books_certain = COALESCE(CAST(?4 AS INTEGER), books_certain),
        books_certain_by = CASE CAST(?4 AS INTEGER)
          WHEN 1 THEN ?7 WHEN 0 THEN NULL ELSE books_certain_by END,
        archived_at = CASE ?5 WHEN 1 THEN COALESCE(archived_at, ?6) WHEN 0 THEN NULL
            ELSE archived_at END
      WHERE account_id = ?1 AND id = ?2 RETURNING id
    """
    flags = (
        None if each is None else int(each) for each in (change.books_certain, change.archived)
    )
    return statement(query, [actor.account_id, id_, change.name, *flags, now, actor.name])


@dataclass(frozen=True)
class File:
    """A file that was taken: `by` is a user's id, or what fetched it; `bank_account_id` the account
    that was named.
    """

    sha256: str
    size: int
    file_name: str | None
    object_key: str
    bank_account_id: str | None
    source: Source
    by: str
    encoding: Encoding | None = None


@dataclass(frozen=True)
class StoredFile:
    """What the run of a statement reads."""

    id: str
    account_id: str
    sha256: str
    object_key: str
    size: int
    bank_account_id: str | None
    encoding: Encoding | None


async def actors_behind(database: Database, entry_ids: Iterable[str]) -> list[str] | None:
    """Who stands for what is booked of some entries without a person: the people who switched that
    on for their bank accounts, sent their files, or set up the sources that fetched these.
    None: of one of them nobody is known."""
    query = """
      WITH entry AS (
        SELECT e.bank_account_id, e.statement_id FROM bank_entries e
        WHERE e.id IN (SELECT value FROM json_each(?1)))
      SELECT a.books_certain_by AS actor
      FROM entry JOIN bank_accounts a ON a.id = entry.bank_account_id
      UNION SELECT CASE s.source
          WHEN 'fetch' THEN (
            SELECT b.set_up_by FROM bank_sources b WHERE b.id = substr(s.by, length('source:') + 1))
          ELSE 'user:' || s.by END
        FROM entry JOIN bank_statements s ON s.id = entry.statement_id
    """
    rows = await database.all(statement(query, [dump([*entry_ids])]))
    actors = [optional_text(row, "actor") for row in rows]
    people = [each for each in actors if each is not None]
    if len(people) < len(actors):
        return None
    return people


async def is_person(database: Database, account_id: str, user_id: str) -> bool:
    """Whether somebody is a person of the account."""
    query = "SELECT 1 AS found FROM users WHERE id = ? AND account_id = ? AND removed_at IS NULL"
    return await database.first(statement(query, [user_id, account_id])) is not None


async def accounts_that_book(database: Database, account_id: str) -> frozenset[str]:
    """The bank accounts whose certain matches are booked without a person."""
    query = "SELECT id FROM bank_accounts WHERE account_id = ? AND books_certain = 1"
    return frozenset(text(row, "id") for row in await database.all(statement(query, [account_id])))


def insert_statement(run: NewRun, file: File, now: str) -> Statement:
    return insert_row(
        "bank_statements",
        {
            "id": run.subject,
            "account_id": run.account_id,
            "run_id": run.id,
            "sha256": file.sha256,
            "object_key": file.object_key,
            "size": file.size,
            "file_name": file.file_name,
            "bank_account_id": file.bank_account_id,
            "encoding": file.encoding,
            "source": file.source,
            "by": file.by,
            "created_at": now,
        },
    )


def name_account(statement_id: str, bank_account_id: str | None) -> Statement:
    """Keep which bank account a person says that a file is of."""
    query = "UPDATE bank_statements SET bank_account_id = ?2 WHERE id = ?1"
    return statement(query, [statement_id, bank_account_id])


async def owner_of_run(database: Database, run_id: str) -> str | None:
    """The account whose statement a run reads."""
    row = await database.first(
        statement("SELECT account_id FROM bank_statements WHERE run_id = ?", [run_id])
    )
    if row is None:
        return None
    return text(row, "account_id")


def begin_again(statement_id: str, previous_run_id: str, run_id: str, file: File) -> Statement:
    """Give a statement another run, for the bank account and in the encoding that are said now. It
    changes no row where another request was first.
    """
    query = """
      UPDATE bank_statements SET run_id = ?3, bank_account_id = ?4, encoding = ?5,
        format = NULL, entries = NULL, misfits = '[]', finished_at = NULL, added = 0, known = 0,
        booked = 0
      WHERE id = ?1 AND run_id = ?2
    """
    return statement(
        query, [statement_id, previous_run_id, run_id, file.bank_account_id, file.encoding]
    )


async def find_by_bytes(database: Database, account_id: str, sha256: str) -> BankStatement | None:
    """The newest one; earlier ones of the same bytes were undone."""
    query = f"{_STATEMENTS} AND s.sha256 = ?2 ORDER BY s.id DESC LIMIT 1"
    row = await database.first(statement(query, [account_id, sha256]))
    if row is None:
        return None
    return of_row(BankStatement, row)


async def load_file(database: Database, statement_id: str) -> StoredFile | None:
    query = (
        "SELECT id, account_id, sha256, object_key, size, bank_account_id, encoding "
        "FROM bank_statements WHERE id = ?"
    )
    row = await database.first(statement(query, [statement_id]))
    if row is None:
        return None
    return of_row(StoredFile, row)


async def list_statements(
    database: Database, account_id: str, bank_account_id: str | None, cursor: str, limit: int
) -> list[BankStatement]:
    """The newest first, after the id `cursor`; of one bank account, or all."""
    query = f"""
      {_STATEMENTS} AND s.id < ?2 AND (?4 IS NULL OR s.bank_account_id = ?4 OR EXISTS (
        SELECT 1 FROM bank_sections each
        WHERE each.statement_id = s.id AND each.bank_account_id = ?4))
      ORDER BY s.id DESC LIMIT ?3
    """
    rows = await database.all(statement(query, [account_id, cursor, limit, bank_account_id]))
    return [of_row(BankStatement, row) for row in rows]


async def find_statement(
    database: Database, account_id: str, id_: str
) -> tuple[BankStatement, list[Section], list[Misfit]] | None:
    """A statement, those of accounts that are in it, and what did not fit."""
    sections = (
        "SELECT * FROM bank_sections WHERE statement_id = ?1 AND account_id = ?2 ORDER BY number"
    )
    heads, rows = await database.batch(
        [
            statement(f"{_STATEMENTS} AND s.id = ?2", [account_id, id_]),
            statement(sections, [id_, account_id]),
        ]
    )
    if not heads:
        return None
    misfits: Any = load(text(heads[0], "misfits"))
    return (
        of_row(BankStatement, heads[0]),
        [of_row(Section, row) for row in rows],
        [Misfit.model_validate(each) for each in misfits],
    )


def note_read(
    statement_id: str, format_: Format | None, entries: int | None, misfits: Sequence[Misfit]
) -> Statement:
    """Keep what reading a file came to."""
    query = (
        "UPDATE bank_statements SET format = ?2, entries = CAST(?3 AS INTEGER), misfits = ?4 "
        "WHERE id = ?1"
    )
    sentences: list[Json] = [each.as_json() for each in misfits]
    return statement(query, [statement_id, format_, entries, dump(sentences)])


def write_sections(
    account_id: str, statement_id: str, sections: Sequence[Section]
) -> Sequence[Statement]:
    """Write the sections of a file, in the place of what was read before."""
    rows: list[Json] = [each.model_dump(mode="json") for each in sections]
    columns = columns_of(name for name in Section.model_fields if name != "is_stored")
    names = ", ".join(columns)
    values = ", ".join(f"json_extract(value, '$.{name}')" for name in columns)
    insert = f"""
      INSERT INTO bank_sections (account_id, statement_id, {names}) SELECT ?1, ?2, {values}
      FROM json_each(?3)
    """
    return [
        statement("DELETE FROM bank_sections WHERE statement_id = ?", [statement_id]),
        statement(insert, [account_id, statement_id, dump(rows)]),
    ]


@dataclass(frozen=True)
class SectionOf:
    """A statement of one account within a file. `stored` counts what was stored of the account
    before.
    """

    bank_account_id: str
    currency: str
    coverage: Coverage
    stored: int


def section_key(statement_id: str, number: int) -> str:
    """Make the key of a statement within a file."""
    return f"{statement_id}/{number}"


async def load_section(database: Database, statement_id: str, number: int) -> SectionOf | None:
    query = """
      SELECT s.*, a.stored FROM bank_sections s JOIN bank_accounts a ON a.id = s.bank_account_id
      WHERE s.statement_id = ? AND s.number = ?
    """
    row = await database.first(statement(query, [statement_id, number]))
    if row is None:
        return None
    section = of_row(Section, row)
    covered = coverage_of(statement_id, section)
    return SectionOf(
        section.bank_account_id, section.currency, coverage=covered, stored=integer(row, "stored")
    )


def coverage_of(statement_id: str, section: Section) -> Coverage:
    """What a statement covers, for `entry_identity.decide`."""
    key = section_key(statement_id, section.number)
    return Coverage(
        key=key,
        family=section.format.family,
        from_day=section.first_day,
        to_day=section.last_day,
        opening=section.opening,
        closing=section.closing,
        overlap=section.overlap,
    )


async def sections_around(
    database: Database, account_id: str, bank_account_id: str, first: date | None, last: date | None
) -> list[tuple[str, Section]]:
    """The stored statements of a bank account that reach into some days, each with its file's
    id.
    """
    query = """
      SELECT * FROM bank_sections WHERE bank_account_id = ?2 AND account_id = ?1 AND is_stored = 1
        AND (?3 IS NULL OR last_day >= ?3) AND (?4 IS NULL OR first_day <= ?4)
      ORDER BY first_day, statement_id, number LIMIT 1000
    """
    days = (None if each is None else each.isoformat() for each in (first, last))
    rows = await database.all(statement(query, [account_id, bank_account_id, *days]))
    return [(text(row, "statement_id"), of_row(Section, row)) for row in rows]


async def sums_shared(
    database: Database, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """What the entries come to that two statements both have, by the keys of the two."""
    query = """
      SELECT COALESCE(SUM(e.amount), 0) AS amount FROM bank_mentions x
      JOIN bank_mentions y ON y.entry_id = x.entry_id AND y.statement_id || '/' || y.section = ?2
      JOIN bank_entries e ON e.id = x.entry_id
      WHERE x.statement_id = ?1 AND x.statement_id || '/' || x.section = ?3
    """
    if not pairs:
        return {}
    queries = [statement(query, [before.split("/")[0], after, before]) for before, after in pairs]
    results = await database.batch(queries)
    return {pair: integer(rows[0], "amount") for pair, rows in zip(pairs, results, strict=True)}


async def days_of(database: Database, statement_id: str) -> list[tuple[date, date]]:
    """The first and the last day of a file's entries; none where it has none."""
    query = """
      SELECT MIN(e.day) AS first, MAX(e.day) AS last FROM bank_mentions m
      JOIN bank_entries e ON e.id = m.entry_id
      WHERE m.statement_id = ?
    """
    rows = await database.all(statement(query, [statement_id]))
    return [
        (date.fromisoformat(text(row, "first")), date.fromisoformat(text(row, "last")))
        for row in rows
        if row["first"] is not None
    ]


def finish(statement_id: str, added: int, known: int, booked: int, now: str) -> Sequence[Statement]:
    """All of a file is stored."""
    query = """
      UPDATE bank_statements SET added = CAST(?2 AS INTEGER), known = CAST(?3 AS INTEGER),
        booked = CAST(?4 AS INTEGER), finished_at = ?5
      WHERE id = ?1
    """
    return [
        statement("UPDATE bank_sections SET is_stored = 1 WHERE statement_id = ?", [statement_id]),
        statement(query, [statement_id, added, known, booked, now]),
    ]


async def accounts_in(database: Database, statement_id: str) -> list[str]:
    """The bank accounts whose statements are in a file."""
    query = (
        "SELECT DISTINCT bank_account_id FROM bank_sections WHERE statement_id = ? ORDER BY number"
    )
    return [
        text(row, "bank_account_id") for row in await database.all(statement(query, [statement_id]))
    ]


def give_up(statement_id: str, now: str) -> Sequence[Statement]:
    """Record that nothing of a file is stored, and that nothing will be."""
    return [
        statement("UPDATE bank_sections SET is_stored = 0 WHERE statement_id = ?", [statement_id]),
        statement(
            """
            UPDATE bank_statements
            SET added = 0, known = 0, booked = 0, finished_at = COALESCE(finished_at, ?2),
              -- What was dropped had stored nothing, so its bytes may be read again as the same
              -- statement.
              undone_at = COALESCE(undone_at, CASE WHEN
                (SELECT cancel_kind FROM runs WHERE runs.id = run_id) IS NOT NULL THEN ?2 END)
            WHERE id = ?1
            """,
            [statement_id, now],
        ),
    ]


async def load_layouts(database: Database, account_id: str) -> Mapping[str, CsvMapping]:
    """The confirmed mappings by the fingerprints of their layouts."""
    query = "SELECT fingerprint, mapping FROM bank_layouts WHERE account_id = ?"
    rows = await database.all(statement(query, [account_id]))
    return {
        text(row, "fingerprint"): CsvMapping.model_validate_json(text(row, "mapping"))
        for row in rows
    }


def remember_layout(account_id: str, mapping: CsvMapping, by: str, now: str) -> Statement:
    """The newest decision on a layout holds."""
    query = """
      INSERT INTO bank_layouts (account_id, fingerprint, mapping, created_by, created_at)
      VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (account_id, fingerprint) DO UPDATE
      SET mapping = excluded.mapping, created_by = excluded.created_by,
        created_at = excluded.created_at
    """
    return statement(query, [account_id, mapping.fingerprint, mapping.model_dump_json(), by, now])


async def decided_by(database: Database, run_id: str) -> str | None:
    """Who decided last on what a run asked."""
    query = """
      SELECT d.actor FROM review_decisions d JOIN reviews r ON r.id = d.review_id WHERE r.run_id = ?
      ORDER BY r.number DESC LIMIT 1
    """
    row = await database.first(statement(query, [run_id]))
    if row is None:
        return None
    return optional_text(row, "actor")


TABLES: Final = (
    Table(
        "bank_mentions",
        Gone("statement_id IN (SELECT id FROM bank_statements WHERE account_id = ?1)"),
        key="statement_id, section, position",
    ),
    Table("bank_entries", Gone(ACCOUNT)),
    Table("bank_layouts", Gone(ACCOUNT), key="account_id, fingerprint"),
    Table("bank_sections", Gone(ACCOUNT), key="statement_id, number"),
    Table("bank_statements", Gone(ACCOUNT)),
    Table("bank_cards", Gone(ACCOUNT), key="bank_account_id, ending"),
    Table("bank_quiet_days", Gone(ACCOUNT)),
    Table("bank_accounts", Gone(ACCOUNT), encrypted="number", without=frozenset({"mark"})),
)
