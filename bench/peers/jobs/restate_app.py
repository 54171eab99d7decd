"""Restate: a workflow whose steps are `ctx.run_typed`, and FastAPI before it, which sends to
Restate's ingress.

Each process serves one of both: `workflows` is what Restate calls (hypercorn), `app` is what
clients call (uvicorn). Rows lie in SQLite. A write may come twice, so it says what is to happen
when it does, as Restate's docs ask for.
"""
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportUnknownParameterType=false

import os
import sqlite3

import httpx
import restate
from fastapi import FastAPI, UploadFile

from bench.peers.jobs import effects
from bench.peers.jobs.receipt import FOLDER, Reading, keep, read, transcribe

_INGRESS = httpx.Client(base_url=os.environ["PEER_INGRESS"], timeout=60)
_TABLES = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS expenses (run_id TEXT PRIMARY KEY, merchant TEXT, day TEXT,
        total INTEGER);
"""
receipts = restate.Workflow("receipts")


def _write(*statements: tuple[str, tuple[object, ...]]) -> None:
    connection = sqlite3.connect(FOLDER / "rows.sqlite", timeout=30)
    try:
        connection.executescript(_TABLES)
        with connection:
            for sql, values in statements:
                connection.execute(sql, values)
    finally:
        connection.close()


def store(run_id: str, reading: Reading) -> None:
    values = (run_id, reading["merchant"], reading["day"], reading["total"])
    _write(
        ("INSERT INTO expenses VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", values),
        ("INSERT INTO runs VALUES (?, 'stored') ON CONFLICT DO NOTHING", (run_id,)),
    )


def notify(run_id: str) -> None:
    _write(("UPDATE runs SET state = 'notified' WHERE id = ?", (run_id,)))


@receipts.main()
async def process(ctx: restate.WorkflowContext) -> None:
    run_id = ctx.key()
    text = await ctx.run_typed("transcribe", transcribe, run_id=run_id)
    reading = await ctx.run_typed("read", read, text=text)
    await ctx.run_typed("store", store, run_id=run_id, reading=reading)
    await ctx.run_typed("notify", notify, run_id=run_id)


orders = restate.Workflow("orders")


@orders.main()
async def carry_out(ctx: restate.WorkflowContext) -> None:
    """Charge, then tell; on a terminal error the compensations, last first, as Restate's guide to
    sagas has it.
    """
    order = ctx.key()
    compensations: list[str] = []
    try:
        compensations.append("refunds")
        await ctx.run_typed("charges", effect, name="charges", order=order)
        await ctx.run_typed("notices", effect, name="notices", order=order)
    except restate.TerminalError:
        for name in reversed(compensations):
            await ctx.run_typed(name, effect, name=name, order=order)
    await ctx.run_typed("finish", finish, order=order)


def effect(name: str, order: str) -> str:
    try:
        return effects.do(name, order)
    except effects.RefusedBySide as refused:
        raise restate.TerminalError(str(refused)) from refused


def finish(order: str) -> None:
    _write(("INSERT INTO runs VALUES (?, 'notified') ON CONFLICT DO NOTHING", (order,)))


workflows = restate.app(services=[receipts, orders])
app = FastAPI()
_write()


@app.get("/api/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/receipts", status_code=202)
def submit(receipt: UploadFile) -> dict[str, str]:
    run_id = keep(receipt.file.read())
    # A workflow runs once for its key: the same photo again is answered with the run that there is.
    _INGRESS.post(f"/receipts/{run_id}/process/send").raise_for_status()
    return {"runId": run_id}


@app.post("/api/orders/{order}", status_code=202)
def begin_order(order: str) -> dict[str, str]:
    _INGRESS.post(f"/orders/{order}/carry_out/send").raise_for_status()
    return {"runId": order}
