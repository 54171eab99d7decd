"""Entries by a few letters, in an account that has very many of them."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.bank_month import Line
from tests.support.host_platform import ACCOUNT, assemble, migrated_database
from tests.unit.bank.deciding import CAFE, Bank
from tillroll.bank.finding import find_entries
from tillroll.bank.statements.entries import as_kept
from tillroll.expenses.search.plain_text import words_of
from tillroll_documents.bank_files.printed import Counterparty, EntryStatus, Payment
from tillroll_documents.bank_files.printed import Entry as PrintedEntry
from tillroll_durable.platform.bindings.database import Database, statement

_BEGINNING = (
    """
    INSERT INTO bank_accounts (id, account_id, name, currency, created_by, created_at)
    VALUES ('ban_1', 'acc_first', 'Giro', 'EUR', 'usr_first', '')
    """,
    """
    INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action, created_at, updated_at)
    VALUES ('run_1', 'acc_first', 'statement', 1, 'bst_1', 'matched', 'complete', 'none', '', '')
    """,
    """
    INSERT INTO bank_statements (id, account_id, run_id, sha256, object_key, size, source, by,
      created_at)
    VALUES ('bst_1', 'acc_first', 'run_1', 'a', 'a', 1, 'upload', 'usr_first', '')
    """,
)
_ENTRIES = """
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
  INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, status, day, amount,
    currency, counterparty, words, created_at)
  SELECT 'ent_' || ?1 || '_' || i, 'acc_first', 'ban_1', 'bst_1', 'booked', ?1, -1000, 'EUR', ?3,
    '', '' FROM n
"""


@pytest.fixture
async def database() -> Database:
    host = assemble(await migrated_database(), {})
    await host.database.batch([statement(each) for each in _BEGINNING])
    return host.database


async def booked(database: Database, day: str, count: int, payee: str) -> None:
    await database.batch([statement(_ENTRIES, [day, count, payee])])


async def booked_in(database: Database, currency: str, amount: int) -> None:
    await booked(database, "2026-01-02", 1, currency)
    query = "UPDATE bank_entries SET currency = ?1, amount = ?2 WHERE counterparty = ?1"
    await database.batch([statement(query, [currency, amount])])


async def found(database: Database, *words: str, limit: int = 5) -> list[str]:
    entries = await find_entries(database, ACCOUNT, words, limit)
    return [f"{each.day} {each.counterparty}" for each in entries]


async def test_nothing_typed_finds_nothing(database: Database) -> None:
    await booked(database, "2026-01-02", 1, "Zoo Leipzig")
    assert await find_entries(database, ACCOUNT, [], 5) == []


async def test_a_rare_word_is_found_behind_hundreds_of_a_shorter_one(database: Database) -> None:
    await booked(database, "2026-01-02", 1, "Zoo Leipzig")
    await booked(database, "2026-02-02", 300, "Zoo Berlin")
    assert await found(database, "leipzig", "zoo") == ["2026-01-02 Zoo Leipzig"]
    assert await found(database, "zoo", "leipzig") == ["2026-01-02 Zoo Leipzig"]


async def test_what_is_said_exactly_stands_before_what_is_said_nearly(database: Database) -> None:
    await booked(database, "2026-02-02", 1, "Hotel Aschau")
    await booked(database, "2026-01-02", 1, "Hostel Berlin")
    assert await found(database, "hostel") == [
        "2026-01-02 Hostel Berlin",
        "2026-02-02 Hotel Aschau",
    ]
    assert await found(database, "hostel", limit=1) == ["2026-01-02 Hostel Berlin"]


async def test_an_old_entry_is_found_behind_all_but_five_thousand_newer_ones(
    database: Database,
) -> None:
    await booked(database, "2026-01-02", 1, "Zoo Leipzig")
    await booked(database, "2026-02-02", 4_999, "Bakery")
    assert await found(database, "leipzig") == ["2026-01-02 Zoo Leipzig"]
    await booked(database, "2026-02-03", 1, "Bakery")
    assert await found(database, "leipzig") == []


_ACCENTED = (
    Line(amount=-1100, booked_on=date(2026, 3, 3), name="ÖBB", text="Fahrkarte Linz"),
    Line(amount=-1200, booked_on=date(2026, 3, 4), name="Süß", text="Café"),
    Line(amount=-1300, booked_on=date(2026, 3, 5), name="Urząd Miasta", text="ŁÓDŹ"),
    Line(amount=-1400, booked_on=date(2026, 3, 6), name="Smørrebrød", text="Ærø"),
)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        *(("öbb", "-11.00"), ("ÖBB", "-11.00"), ("obb", "-11.00")),
        *(("süß", "-12.00"), ("suss", "-12.00"), ("cafe", "-12.00")),
        *(("łódź", "-13.00"), ("lodz", "-13.00"), ("Łódź urzad", "-13.00")),
        *(("smorrebrod", "-14.00"), ("æro", "-14.00"), ("aero", "-14.00")),
    ],
)
async def test_an_accented_word_is_found_with_and_without_its_accents(
    bank: Bank, typed: str, amount: str
) -> None:
    await bank.booked(*_ACCENTED)
    answer = await bank.get("/api/search", q=typed)
    found = [each["amount"] for each in answer["items"] if each["kind"] == "entry"]
    assert found == [amount]


_BATCH = replace(CAFE, amount=-1200, name="Łucja Süß", text="", parts=(-500, -700))


@pytest.mark.parametrize("typed", ["łucja", "suss lucja", "Süß", "lucka"])
async def test_a_name_in_a_batch_is_found(bank: Bank, typed: str) -> None:
    await bank.booked(CAFE, _BATCH)
    answer = await bank.get("/api/search", q=typed)
    assert [each["amount"] for each in answer["items"] if each["kind"] == "entry"] == ["-12.00"]
    assert len((await bank.entry(_BATCH.amount))["payments"]) == 2


async def test_a_name_is_found_that_another_file_adds_to_an_entry(bank: Bank) -> None:
    whole = replace(_BATCH, name="", text="Sammler", parts=())
    await bank.booked(whole)
    assert (await bank.get("/api/search", q="lucja"))["items"] == []
    await bank.booked(replace(_BATCH, text="Sammler"), number=4)
    [found] = (await bank.get("/api/search", q="lucja"))["items"]
    assert found["amount"] == "-12.00"


def batch(*payments: tuple[str, str]) -> PrintedEntry:
    return PrintedEntry(
        amount=-len(payments),
        position=1,
        status=EntryStatus.BOOKED,
        booked_on=date(2026, 3, 3),
        valued_on=None,
        payments=tuple(
            Payment(amount=-1, counterparty=Counterparty(name=name), text=words)
            for name, words in payments
        ),
    )


def searched(entry: PrintedEntry) -> object:
    columns = as_kept(entry, str)["columns"]
    assert isinstance(columns, dict)
    return columns["payments_plain"]


def test_names_of_payments_come_before_their_words_and_each_once() -> None:
    entry = batch(("Ann Süß", "Lohn März"), ("Bo Süß", "Lohn April"))
    assert searched(entry) == "ann suss bo lohn marz april"
    assert searched(batch(("", ""))) is None
    assert searched(batch()) is None


def test_the_names_of_a_thousand_payments_are_searched_and_words_as_far_as_there_is_room() -> None:
    entry = batch(*((f"Firstname{number} Ann", f"word{number}") for number in range(1_200)))
    words = str(searched(entry)).split()
    assert words[-1] in {f"word{number}" for number in range(1_200)}
    assert {f"firstname{number}" for number in range(1_200)} <= {*words}
    assert len(" ".join(words)) <= 20_000


async def test_a_word_of_forty_greek_letters_is_found(database: Database) -> None:
    longest = "ηλεκτροεγκεφαλογραφημα" * 2
    await booked(database, "2026-01-02", 1, longest)
    assert await found(database, longest[:40]) == [f"2026-01-02 {longest}"]


@pytest.mark.parametrize(
    ("currency", "amount", "words"),
    [
        ("JPY", -500, ["500"]),
        ("KWD", -76305, ["76", "305"]),
        ("KWD", 5, ["0", "005"]),
        ("EUR", -5, ["0.05"]),
        ("EUR", 123456, ["1234.56"]),
        # As somebody types it: its thousands apart, or begun.
        ("JPY", -1234567, ["1,234,567"]),
        ("KWD", 1234560, ["1,234.560"]),
        ("KWD", 1234560, ["1234.56"]),
        ("KWD", -76305, ["76.30"]),
        ("KWD", -76305, ["76.3"]),
        ("KWD", 5, ["0.00"]),
        ("EUR", 7630, ["76.3"]),
        ("EUR", 123456, ["1.234"]),
    ],
)
async def test_an_amount_is_found_as_its_currency_writes_it(
    database: Database, currency: str, amount: int, words: list[str]
) -> None:
    await booked_in(database, currency, amount)
    assert await found(database, *words_of(" ".join(words))) == [f"2026-01-02 {currency}"]
