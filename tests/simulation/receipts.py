"""The receipt workflow in a simulated world."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import LiteralString

from tests.simulation.opening import open_world
from tests.support.host_platform import CLEAR_RECEIPT, TOKEN
from tests.support.uploads import JPEG, MemoryFile, MemoryUpload
from tests.support.watching import WatchedDatabase
from tillroll.receipts.contract import KIND
from tillroll.receipts.native import receive
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.ai.ledger import settle_interrupted
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

UNSURE = (
    "PINE BOOKS LTD\n12 High Street, London\nDate: 25/02/2024 10:00\nTea\nAtlas\nTOTAL  "
    "£9.00\nThank you\n"
)
LANGUAGE_MODELS = ("@cf/test/language", "@cf/test/other")
NO_TOTAL = "GREEN GARDEN CAFE\nDate: 14/02/2026\nThank you, come again\n"
CORRECTION: JsonObject = {"total": "12.90", "currency": "MYR"}


AFTER_INVOICES = 270
"""Days from the start of a world's clock, behind which the invoices of tests were issued."""


def model_says(content: str, finish_reason: str = "stop") -> JsonObject:
    """A language model's answer."""
    return {
        "choices": [{"message": {"content": content}, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 500, "completion_tokens": 80},
    }


def model_reads(total: str = "9.00", day: str = "2024-02-25") -> JsonObject:
    """What a language model reads on UNSURE."""
    fields: JsonObject = dict.fromkeys(("merchant", "tax", "currency"))
    fields |= {"date": {"value": day, "line": 2}, "total": {"value": total, "line": 5}}
    return model_says(dump(fields))


async def open_receipts(
    faults: Faults,
    transcript: str | None = None,
    *,
    webhook: bool = True,
    replies: Sequence[JsonObject | ModelError] = (),
    language_models: tuple[str, str] | None = None,
    ai_daily_budget: int | None = None,
    days_later: int = 0,
) -> World:
    """A world that reads `transcript` from every photo, by default a clear one. Where there are
    `replies`, they are what language models answer. Its clock begins so many `days_later`.
    """
    deployed = Deployed(
        REGISTRY.newest[KIND],
        dict(REGISTRY.settlements),
        REGISTRY.objects_in_use,
        [settle_interrupted],
    )
    world = await open_world(
        faults,
        deployed,
        transcript=transcript or CLEAR_RECEIPT,
        webhook=webhook,
        language_models=language_models or (LANGUAGE_MODELS if replies else ("", "")),
        ai_daily_budget=ai_daily_budget,
    )
    world.host.pieces.models.replies = [*replies]
    world.host.pieces.clock.advance(timedelta(days=days_later))
    return world


async def upload(
    world: World, copy: int = 0, paid_by: str | None = None, content: bytes = JPEG
) -> str:
    """What a client does; done again, it changes nothing. Returns the run's id. Another `copy` is
    another receipt that says the same; `paid_by` is who paid, where the client says it.
    """
    headers = {"authorization": f"Bearer {TOKEN}"}
    file = MemoryFile(content + bytes([copy] if copy else []), world.host.pieces.objects)
    reply = await receive(world.host.platform, MemoryUpload([file], headers), paid_by)
    return str(reply.body["runId"])


async def refuse_rows(world: World, table: LiteralString) -> None:
    """From now on the database takes no row of a table."""
    sql = (
        f"CREATE TRIGGER refuses BEFORE INSERT ON {table} BEGIN "
        "SELECT RAISE(ABORT, 'it is full'); END"
    )
    await world.rows(sql)


async def take_rows_again(world: World) -> None:
    await world.rows("DROP TRIGGER IF EXISTS refuses")


async def count_round_trips(world: World, copy: int = 0) -> WatchedDatabase:
    """Upload a receipt and let its run and its delivery happen; return what they asked of the
    database. Nothing of the cron is in it.
    """
    watched = WatchedDatabase(world.host.platform.database)
    world.host.platform = replace(world.host.platform, database=watched)
    await upload(world, copy)
    await world.work()
    return watched


async def check_receipts(world: World) -> None:
    """One receipt, at most one expense; an expense exactly where the run says so; one sighting of
    its merchant.
    """
    receipts = [
        text(row, "receipt_id") for row in await world.rows("SELECT receipt_id FROM expenses")
    ]
    assert len(receipts) == len(set(receipts)), "a receipt became two expenses"
    for run in await world.rows("SELECT * FROM runs"):
        assert (run["status"] == "complete") == (run["subject"] in receipts), (
            f"{run['state']} with {receipts}"
        )
    await check_ledger(world)
    expenses = await world.rows("SELECT run_id, merchant FROM expenses ORDER BY run_id")
    assert expenses == await world.rows(
        "SELECT run_id, merchant FROM merchant_sightings ORDER BY run_id"
    )


async def check_ledger(world: World) -> None:
    """Every call has a row; what a run that came to nothing paid for is rolled back; the totals are
    the rows'.
    """
    calls = await world.rows(
        "SELECT ai_calls.*, runs.status FROM ai_calls JOIN runs ON runs.id = ai_calls.run_id"
    )
    answered = [call for call in calls if call["state"] in {"completed", "rolled_back"}]
    assert len(answered) <= world.host.pieces.models.answered <= len(calls), (
        "a call has no row, or one was made up"
    )
    for call in answered:
        is_undone = call["status"] in {"cancelled", "rejected"}
        assert (call["state"] == "rolled_back") == is_undone, (
            f"{call['state']}, and the run is {call['status']}"
        )
        assert call["output_key"] in world.host.pieces.objects.content, (
            "the ledger names an answer that is not kept"
        )
    totals = await world.rows(TOTALS)
    assert totals == await world.rows(
        "SELECT offered, completed, failed, counted_micro_usd FROM ai_daily ORDER BY day, model"
    )


TOTALS = """
  SELECT COUNT(*) AS offered, SUM(state = 'completed') AS completed,
      SUM(state = 'failed') AS failed,
         SUM(counted_micro_usd) AS counted_micro_usd
  FROM ai_calls GROUP BY account_id, substr(created_at, 1, 10), model ORDER BY substr(created_at, 1,
      10), model
"""
