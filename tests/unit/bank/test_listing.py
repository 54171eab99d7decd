"""Lists of entries in an account with 50,000 of them: what is found, and that no more is read than
is shown.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any, Final, LiteralString

import httpx
import pytest

from tests.simulation.author import Deployed, open_world
from tests.support.host_api import api_client
from tests.support.watching import WatchedDatabase
from tillroll.bank.decisions.matches import drop_proposals, drop_rivals
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, digits
from tillroll_testing.simulation.faults import Faults

_COUNT = 50_000
_SETUP: Final = """
  INSERT INTO bank_accounts (id, account_id, name, currency, created_by, created_at)
    VALUES ('ban_1', 'acc_first', 'Giro', 'EUR', 'usr_first', '2026-01-01T00:00:00.000Z'),
           ('ban_2', 'acc_first', 'Savings', 'EUR', 'usr_first', '2026-01-01T00:00:00.000Z');
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    created_at, updated_at)
    VALUES ('run_1', 'acc_first', 'statement', 1, 'bst_1', 'matched', 'complete', 'none',
            '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
  INSERT INTO bank_statements (id, account_id, run_id, sha256, object_key, size, source, by,
      created_at)
    VALUES ('bst_1', 'acc_first', 'run_1', 'a', 'a', 1, 'upload', 'usr_first',
        '2026-01-01T00:00:00.000Z')
"""
# Over two years: of a hundred, 98 are explained, one is open and has a proposal, and one is
# pending. Each tenth is of the second account.
_ENTRIES: Final = f"""
  INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, status, day, amount,
      currency, words,
                            explained, created_at)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {digits(_COUNT)})
  SELECT printf('ent_%06d', i), 'acc_first', CASE WHEN i % 10 = 0 THEN 'ban_2' ELSE 'ban_1' END,
      'bst_1',
    CASE WHEN i % 100 = 1 THEN 'pending' ELSE 'booked' END, date('2025-01-01',
        '+' || (i / 70) || ' days'), -100 - i,
    'EUR', 'words', CASE WHEN i % 100 IN (1, 2) THEN 0 ELSE -100 - i END, '2026-01-01T00:00:00.000Z'
  FROM n
"""
_MATCHES: Final = """
  INSERT INTO bank_matches (id, account_id, state, kind, level, score, reasons, created_at)
  SELECT 'mat_' || id, account_id, CASE standing WHEN 'open' THEN 'proposed' ELSE 'accepted' END,
      'exact', 'proposed',
    900, '["same amount"]', created_at FROM bank_entries
"""
_PAIRS: Final = """
  INSERT INTO bank_pairs (match_id, number, account_id, entry_id, payment, document_kind,
      document_id, amount, settles)
  SELECT 'mat_' || id, 1, account_id, id, 0, 'expense', 'exp_' || id, amount, amount
      FROM bank_entries
"""


@dataclass
class Listed:
    """An account with many entries."""

    database: Database
    watched: WatchedDatabase
    client: httpx.AsyncClient


@pytest.fixture
async def listed() -> AsyncGenerator[Listed]:
    world = await open_world(Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use))
    await fill(world.host.database)
    watched = WatchedDatabase(world.host.database)
    async with api_client(replace(world.host.platform, database=watched)) as client:
        yield Listed(world.host.database, watched, client)


async def fill(database: Database) -> None:
    setup: list[LiteralString] = [each for each in _SETUP.split(";") if each.strip()]
    await database.batch([statement(each) for each in (*setup, _ENTRIES, _MATCHES, _PAIRS)])


_ASKED: Final[tuple[dict[str, str], ...]] = (
    {},
    {"standing": "open"},
    {"standing": "explained", "account": "ban_2"},
    {"standing": "pending"},
    {"account": "ban_1"},
    {"standing": "open", "account": "ban_1", "from": "2025-03-01", "to": "2025-03-31"},
    {"from": "2025-03-01", "to": "2025-03-31"},
)


async def test_no_list_reads_what_it_does_not_show(listed: Listed) -> None:
    for params in _ASKED:
        await _get(listed, "entries", limit="30", **params)
        await _get(
            listed, "progress", **{name: params[name] for name in params if name != "standing"}
        )
    await _get(listed, "accounts")
    assert await listed.watched.whole_tables() == []
    plans: set[str] = set()
    for query in listed.watched.seen:
        steps = await listed.database.all(
            statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters])
        )
        told = {str(step["detail"]) for step in steps}
        assert "ORDER BY e.day" not in query.sql or not any(
            "TEMP B-TREE" in each for each in told
        ), query.sql
        plans |= told
    assert not any("bank_matches_by_account" in plan for plan in plans)
    for found in (
        "bank_entries_by_standing (account_id=? AND standing=? AND day>? AND (day,id)<(?,?))",
        (
            "bank_entries_of_bank_account_by_standing (bank_account_id=? AND standing=? AND day>? "
            "AND (day,id)<(?,?))"
        ),
        "bank_entries_by_day (account_id=? AND day>? AND (day,id)<(?,?))",
        "bank_entries_of_bank_account (bank_account_id=? AND day>? AND (day,id)<(?,?))",
        "bank_entries_of_bank_account_by_standing (bank_account_id=? AND standing=?)",
    ):
        assert any(found in plan for plan in plans), (found, sorted(plans))


async def test_what_pays_a_document_is_found_by_its_pairs_and_months_by_their_entries(
    listed: Listed,
) -> None:
    section = """
      INSERT INTO bank_sections (statement_id, number, account_id, bank_account_id, currency,
          format, is_last_page,
        states_period, first_day, last_day, sum, entries, is_stored)
      VALUES ('bst_1', 1, 'acc_first', 'ban_1', 'EUR', 'camt.053', 1, 1, '2025-01-01', '2026-12-31',
          'closes', 1, 1)
    """
    await listed.database.batch([statement(section)])
    for what in ("entries", "matches"):
        [found] = (await _get(listed, what, limit="30", document="exp_ent_000002"))["items"]
        assert "000002" in found["id"]
    months = (await _get(listed, "months", until="2025-12"))["items"]
    assert [each["month"] for each in (months[0], months[-1])] == ["2025-12", "2025-01"]
    assert months[9]["entries"] == 2_149, "of March, as the progress counts them"
    assert await listed.watched.whole_tables() == []
    plans: set[str] = set()
    for query in listed.watched.seen:
        steps = await listed.database.all(
            statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters])
        )
        plans |= {str(step["detail"]) for step in steps}
    for index in (
        "SEARCH p USING INDEX bank_pairs_by_document (account_id=? AND document_id=?)",
        "SEARCH e USING INDEX bank_entries_by_day (account_id=? AND day>? AND day<?)",
    ):
        assert index in plans, sorted(plans)
    assert not any("bank_matches_by_account (account_id=? AND id<?)" in plan for plan in plans)


async def test_a_month_reads_no_documents_that_it_does_not_show(listed: Listed) -> None:
    await _get(listed, "months/2025-03/entries", limit="30")
    assert (await _get(listed, "months/2025-03"))["withoutMoney"] == 0
    asked = [query.sql for query in listed.watched.seen]
    assert not any("AS documents" in sql for sql in asked), "only the file has them"
    assert [sql for sql in asked if "UNION ALL" in sql and "COUNT(*)" not in sql] == [], (
        "they are counted there"
    )


async def test_what_is_accepted_drops_its_rivals_alone(listed: Listed) -> None:
    for query in (
        *drop_rivals("acc_first", '["mat_ent_000002"]'),
        *drop_proposals("acc_first", ["ent_000102"]),
    ):
        steps = await listed.database.all(
            statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters])
        )
        told = {str(step["detail"]) for step in steps}
        assert any(
            each.startswith("SEARCH bank_matches USING") and each.endswith("(id=?)")
            for each in told
        )
        whole = (each for each in told if "account_id=?" in each and "document_id=?" not in each)
        assert not any(whole), told
    await listed.database.batch([*drop_proposals("acc_first", ["ent_000102"])])
    columns: dict[LiteralString, LiteralString] = {"bank_matches": "id", "bank_pairs": "match_id"}
    for table, column in columns.items():
        query = (
            f"SELECT {column} FROM {table} WHERE {column} IN ('mat_ent_000102', 'mat_ent_000202')"
        )
        assert len(await listed.database.all(statement(query))) == 1


async def test_a_month_is_listed_and_counted_as_it_is(listed: Listed) -> None:
    days = {"from": "2025-03-01", "to": "2025-03-31"}
    page = await _get(listed, "entries", limit="100", standing="open", **days)
    assert page["nextCursor"] is None
    assert {each["day"][:7] for each in page["items"]} == {"2025-03"}
    assert {each["matches"][0]["state"] for each in page["items"]} == {"proposed"}
    counts = await _get(listed, "progress", **days)
    assert counts == {"entries": 2_149, "open": len(page["items"]), "certain": 0}
    of_one = await _get(listed, "progress", account="ban_2", **days)
    assert of_one == {"entries": 217, "open": 0, "certain": 0}
    giro, savings = (await _get(listed, "accounts"))["items"]
    assert (giro["entries"], giro["open"], savings["entries"], savings["open"]) == (
        44_500,
        500,
        5_000,
        0,
    )


async def _get(listed: Listed, what: str, **params: str) -> Any:
    answer = await listed.client.get(f"/api/bank/{what}", params=params)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()
