"""The workflows of the suite in Restate, and FastAPI before them, which sends to its ingress.

With care, what may have been done is undone, and what was refused is not.
"""
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportUnknownParameterType=false

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import restate
from fastapi import FastAPI, HTTPException

from bench.peers.conformance import calls

_INGRESS = httpx.AsyncClient(base_url=os.environ["PEER_INGRESS"], timeout=60)
_ADMIN = httpx.AsyncClient(base_url=os.environ["PEER_ADMIN"], timeout=60)
_LONG = timedelta(hours=1)
_SHORT = timedelta(seconds=3)
_RETRIES = restate.RunOptions(
    max_attempts=5, initial_retry_interval=timedelta(seconds=1), retry_interval_factor=1.0
)
_CONFLICT = 409
# asyncio's own threads are six on two cores: that would be a limit of ours, not of Restate's.
_THREADS = ThreadPoolExecutor(64)
flows = restate.Workflow("flows")


@flows.main()
async def carry_out(ctx: restate.WorkflowContext, workflow: str) -> None:
    await _FLOWS[workflow](ctx)


@flows.handler()
async def go(ctx: restate.WorkflowSharedContext, value: str) -> None:
    await ctx.promise("go").resolve(value)


async def effect(ctx: restate.WorkflowContext, name: str, **more: Any) -> str:
    arguments = {"effect": name, "run": ctx.key(), "more": more}
    return await ctx.run_typed(name, _ask, _RETRIES, **arguments)


async def _ask(effect: str, run: str, more: dict[str, Any]) -> str:
    call = partial(calls.do, effect, run, **more)
    try:
        # The call blocks, and the loop serves other runs.
        return await asyncio.get_running_loop().run_in_executor(_THREADS, call)
    except calls.Refused as refused:
        raise restate.TerminalError(str(refused)) from refused


async def two_calls(ctx: restate.WorkflowContext) -> None:
    await effect(ctx, "charges")
    await effect(ctx, "shipments")


async def quoted(ctx: restate.WorkflowContext) -> None:
    amount = await ctx.run_typed("quotes", calls.quote, _RETRIES, run=ctx.key())
    await effect(ctx, "charges", amount=amount)


async def message(ctx: restate.WorkflowContext) -> None:
    await effect(ctx, "messages")


async def waiting(ctx: restate.WorkflowContext) -> None:
    await _wait(ctx, _LONG)


async def waiting_shortly(ctx: restate.WorkflowContext) -> None:
    await _wait(ctx, _SHORT)


async def _wait(ctx: restate.WorkflowContext, longest: timedelta) -> None:
    await effect(ctx, "charges")
    came = await restate.select(went=ctx.promise("go").value(), over=ctx.sleep(longest))
    value = "late"
    if came[0] == "went":
        value = came[1]
    await effect(ctx, "shipments", value=value)


async def undoing(ctx: restate.WorkflowContext) -> None:
    """As its guide to sagas has it: a compensation is noted before its action."""
    compensations: list[str] = []
    try:
        for name, undo in (("reservations", "releases"), ("charges", "refunds")):
            compensations.append(undo)
            try:
                await effect(ctx, name)
            except restate.TerminalError as error:
                if calls.CARE and f"{name}: " in str(error):  # it was never done
                    compensations.remove(undo)
                raise
        await effect(ctx, "shipments")
    except restate.TerminalError:
        for undo in reversed(compensations):
            await effect(ctx, undo)
        raise


async def side_by_side(ctx: restate.WorkflowContext) -> None:
    names = ("parts-a", "parts-b", "parts-c")
    parts = [
        ctx.run_typed(name, _ask, _RETRIES, effect=name, run=ctx.key(), more={}) for name in names
    ]
    await restate.gather(*parts)
    for part in parts:
        await part


_FLOWS: dict[str, Callable[[restate.WorkflowContext], Awaitable[None]]] = {
    "two-calls": two_calls,
    "quoted": quoted,
    "message": message,
    "waiting": waiting,
    "waiting-shortly": waiting_shortly,
    "undoing": undoing,
    "side-by-side": side_by_side,
}
workflows = restate.app(services=[flows])
app = FastAPI()


@app.get("/api/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/runs/{run}", status_code=202)
async def begin(run: str, workflow: str) -> dict[str, str]:
    answer = await _INGRESS.post(f"/flows/{run}/carry_out/send", json=workflow)
    if answer.status_code != _CONFLICT:  # it was begun before
        answer.raise_for_status()
    return {"run": run}


@app.post("/runs/{run}/signal", status_code=202)
async def signal(run: str, value: str) -> dict[str, str]:
    answer = await _INGRESS.post(f"/flows/{run}/go", json=value)
    if not answer.is_success:
        raise HTTPException(_CONFLICT, answer.text)
    return {"run": run}


@app.post("/runs/{run}/retry")
async def retry(run: str) -> None:
    del run
    raise HTTPException(501, "an invocation that ended with a terminal error has ended")


@app.get("/runs/{run}")
async def show(run: str) -> dict[str, Any]:
    """What the server's own table of invocations has of it."""
    query = (
        "SELECT status, completion_result, completion_failure, last_failure FROM sys_invocation "
        f"WHERE target_service_name = 'flows' AND target_service_key = '{run}' "
        "AND target_handler_name = 'carry_out'"
    )
    headers = {"accept": "application/json"}
    answer = await _ADMIN.post("/query", json={"query": query}, headers=headers)
    rows = answer.raise_for_status().json()["rows"]
    if not rows:
        raise HTTPException(404)
    row = rows[0]
    standing = "running"
    if row["status"] == "completed":
        standing = "complete" if row["completion_result"] == "success" else "failed"
    elif row["status"] == "paused":
        standing = "calls a person"
    return {"standing": standing, "says": json.dumps(row)}
