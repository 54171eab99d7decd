"""Anything by a few letters: with one of them wrong too, and within the caller's rights."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN, assemble, migrated_database
from tests.support.roles import roles_given
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

_BEN = "till_ben"
_RUN = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
    next_safe_action, created_at, updated_at)
  VALUES ('run_claim', 'acc_first', 'claim', 1, 'run_claim', 'x', 'complete', 'none', '', '')
"""
_CLAIM = """
  INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, sent_by, terms_days,
      asked_by, created_at, version, told, claimed, year, number, issued_on, due_on)
  VALUES ('run_claim', 'acc_first', 'EUR', 'company', 'Atlas AG', 'hand', 30, 'usr_first', '', 1, 1,
      5000, 2026, 7, '2026-01-05', '2026-02-05')
"""
_BANK = (
    """
    INSERT INTO bank_accounts (id, account_id, name, currency, created_by, created_at)
    VALUES ('ban_1', 'acc_first', 'Giro', 'EUR', 'usr_first', '')
    """,
    """
    INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action, created_at, updated_at)
    VALUES ('run_bank', 'acc_first', 'statement', 1, 'bst_1', 'matched', 'complete', 'none', '', '')
    """,
    """
    INSERT INTO bank_statements (id, account_id, run_id, sha256, object_key, size, source, by,
      created_at)
    VALUES ('bst_1', 'acc_first', 'run_bank', 'a', 'a', 1, 'upload', 'usr_first', '')
    """,
    """
    INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, status, day, amount,
      currency, counterparty, words, created_at)
    VALUES
      ('ent_1', 'acc_first', 'ban_1', 'bst_1', 'booked', '2026-01-02', -7630, 'EUR',
        'Hetzner Online', 'Invoice 88', ''),
      ('ent_2', 'acc_first', 'ban_1', 'bst_1', 'booked', '2026-02-02', -1990, 'EUR', NULL,
        'hetzner cloud', ''),
      ('ent_3', 'acc_first', 'ban_1', 'bst_1', 'replaced', '2026-03-02', -1, 'EUR',
        'Hetzner', '', '')
    """,
)


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(
        host.database,
        Given(1, date="2026-02-10", merchant="Starbucks Coffee"),
        Given(2, date="2026-01-10", merchant="Starbucks Coffee"),
        Given(3, date="2026-02-11", merchant="Deutsche Bahn"),
    )
    ben = "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_ben', ?, 'Ben', '')"
    token = (
        "INSERT INTO tokens (id, user_id, hash, name, created_at) "
        "VALUES ('tok_ben', 'usr_ben', ?, 't', '')"
    )
    await host.database.batch(
        [
            statement(ben, [ACCOUNT]),
            *roles_given("usr_ben", "submitter"),
            statement(token, [secret_hash(_BEN)]),
            statement(
                "UPDATE expenses SET person = iif(id = 'exp_000003', 'usr_ben', 'usr_first')"
            ),
            statement("UPDATE expenses SET receipt_number = 'RE-4711' WHERE id = 'exp_000003'"),
            statement(_RUN),
            statement(_CLAIM),
            statement(
                "INSERT INTO clients (id, account_id, name, word, opened_at) "
                "VALUES ('cli_1', 'acc_first', 'Atlas AG', 'atlas ag', '')"
            ),
        ]
    )
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def _found(client: httpx.AsyncClient, q: str, token: str = TOKEN) -> list[str]:
    answer = await client.get(
        "/api/search", params={"q": q}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == httpx.codes.OK, answer.text
    return [f"{each['kind']} {each['id']}" for each in answer.json()["items"]]


@pytest.mark.parametrize(
    "typed", ["starb", "coffee starbucks", "sturbucks", "strabucks", "starbuks", "xstarbucks"]
)
async def test_expenses_are_found_though_one_letter_is_wrong(
    client: httpx.AsyncClient, typed: str
) -> None:
    assert await _found(client, typed) == ["expense exp_000001", "expense exp_000002"]


async def test_an_expense_is_found_though_a_letter_of_a_long_greek_word_is_wrong(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    long = "ηλεκτροεγκεφαλογραφηματα"
    name = "UPDATE expenses SET merchant = ? WHERE id = 'exp_000003'"
    await host.database.batch([statement(name, [long * 2])])
    assert await _found(client, "ω" + (long * 2)[1:]) == ["expense exp_000003"]


async def test_two_wrong_letters_find_nothing(client: httpx.AsyncClient) -> None:
    assert await _found(client, "sturbacks") == []


async def test_an_invoice_is_found_by_its_number(client: httpx.AsyncClient) -> None:
    assert await _found(client, "RE-4711") == ["expense exp_000003"]


@pytest.mark.parametrize("typed", ["atlas", "atlsa", "Atlas AG"])
async def test_a_client_and_what_it_was_asked_for_stand_beside_each_other(
    client: httpx.AsyncClient, typed: str
) -> None:
    assert await _found(client, typed) == ["client cli_1", "invoice run_claim"]


async def test_a_claim_is_found_by_its_number(client: httpx.AsyncClient) -> None:
    assert await _found(client, "2026-0007") == ["invoice run_claim"]


@pytest.mark.parametrize("typed", ["hetzner", "hetz", "hezt", "hetzenr"])
async def test_entries_of_the_bank_are_found_the_newest_first(
    client: httpx.AsyncClient, host: HostPlatform, typed: str
) -> None:
    await host.database.batch([statement(each) for each in _BANK])
    assert await _found(client, typed) == ["entry ent_2", "entry ent_1"]
    assert await _found(client, typed, _BEN) == []


async def test_an_entry_is_found_by_its_amount(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await host.database.batch([statement(each) for each in _BANK])
    assert await _found(client, "76,30") == ["entry ent_1"]


async def test_who_sees_their_own_alone_finds_nothing_of_others(client: httpx.AsyncClient) -> None:
    assert await _found(client, "bahn", _BEN) == ["expense exp_000003"]
    for typed in ("starbucks", "starbuks", "atlas", "2026-0007"):
        assert await _found(client, typed, _BEN) == []


async def test_signs_alone_find_nothing(client: httpx.AsyncClient) -> None:
    assert await _found(client, "--") == []
    assert await _found(client, "%_%") == []
