"""An order in Restate, by its guide to sagas, with FastAPI before it and its rows in SQLite."""
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportUnknownParameterType=false

import os
import sqlite3
from importlib import import_module
from pathlib import Path

import httpx
import restate
from fastapi import FastAPI

calls = import_module(os.environ["PEER_CALLS"])
_ROWS = Path(os.environ["PEER_FOLDER"]) / "rows.sqlite"
_INGRESS = httpx.Client(base_url=os.environ["PEER_INGRESS"], timeout=60)
orders = restate.Workflow("orders")


@orders.main()
async def carry_out(ctx: restate.WorkflowContext) -> None:
    order = ctx.key()
    compensations: list[str] = []
    try:
        compensations.append("refund")
        await ctx.run_typed("charge", ask, name="charge", order=order)
        compensations.append("release")
        await ctx.run_typed("reserve", ask, name="reserve", order=order)
        await ctx.run_typed("ship", ask, name="ship", order=order)
        await ctx.run_typed("mail", ask, name="mail", order=order)
    except restate.TerminalError:
        for name in reversed(compensations):
            await ctx.run_typed(name, ask, name=name, order=order)
    await ctx.run_typed("record", record, order=order)


def ask(name: str, order: str) -> str:
    """What else fails is done again, as often as it takes."""
    try:
        return getattr(calls, name)(order)
    except calls.Refused as refused:
        raise restate.TerminalError(str(refused)) from refused


def record(order: str) -> None:
    connection = sqlite3.connect(_ROWS, timeout=30)
    try:
        with connection:
            insert = "INSERT INTO runs VALUES (?, 'notified') ON CONFLICT DO NOTHING"
            connection.execute(insert, (order,))
    finally:
        connection.close()


def _make_tables() -> None:
    connection = sqlite3.connect(_ROWS, timeout=30)
    try:
        table = "CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, state TEXT NOT NULL)"
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(table)
    finally:
        connection.close()


_make_tables()
workflows = restate.app(services=[orders])
app = FastAPI()


@app.get("/api/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/orders/{order}", status_code=202)
def begin_order(order: str) -> dict[str, str]:
    _INGRESS.post(f"/orders/{order}/carry_out/send").raise_for_status()
    return {"runId": order}
