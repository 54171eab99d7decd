"""The workflows of the suite in DBOS, with FastAPI before them, as its template has it.

With care, a run is recovered twice at most, and what may have been done is undone, too.
"""
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID
from fastapi import FastAPI, HTTPException

from bench.peers.conformance import calls

_LONG_SECONDS = 3600
_SHORT_SECONDS = 3
_MOST_RECOVERIES = 3 if calls.CARE else 100


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncGenerator[None]:
    DBOS.launch()
    try:
        yield
    finally:
        DBOS.destroy()


app = FastAPI(lifespan=_lifespan)
_config: DBOSConfig = {
    "name": "peer",
    "system_database_url": os.environ["PEER_DATABASE"],
    "application_version": "1",
}
DBOS(config=_config)


def _may_be_repeated(error: BaseException) -> bool:
    return not isinstance(error, calls.Refused)


@DBOS.step(
    retries_allowed=True,
    max_attempts=5,
    interval_seconds=0.5,
    backoff_rate=1,
    should_retry=_may_be_repeated,
)
def effect(name: str, run: str, more: dict[str, Any]) -> str:
    return calls.do(name, run, **more)


@DBOS.step(retries_allowed=True, max_attempts=5)
def quote(run: str) -> int:
    return calls.quote(run)


def _workflow(function: Callable[[str], None]) -> Callable[[str], None]:
    return DBOS.workflow(max_recovery_attempts=_MOST_RECOVERIES)(function)


@_workflow
def two_calls(run: str) -> None:
    effect("charges", run, {})
    effect("shipments", run, {})


@_workflow
def quoted(run: str) -> None:
    amount = quote(run)
    effect("charges", run, {"amount": amount})


@_workflow
def message(run: str) -> None:
    effect("messages", run, {})


@_workflow
def waiting(run: str) -> None:
    _wait(run, _LONG_SECONDS)


@_workflow
def waiting_shortly(run: str) -> None:
    _wait(run, _SHORT_SECONDS)


def _wait(run: str, seconds: float) -> None:
    effect("charges", run, {})
    value = DBOS.recv("go", timeout_seconds=seconds)
    effect("shipments", run, {"value": value or "late"})


@_workflow
def undoing(run: str) -> None:
    done: list[str] = []
    try:
        for name, undo in (("reservations", "releases"), ("charges", "refunds")):
            try:
                effect(name, run, {})
            except calls.Refused:
                raise
            except Exception:
                if calls.CARE:  # it may have been done
                    done.append(undo)
                raise
            done.append(undo)
        effect("shipments", run, {})
    except Exception:
        for undo in reversed(done):
            effect(undo, run, {})
        raise


@DBOS.workflow()
def part(name: str, run: str) -> str:
    return effect(name, run, {})


@_workflow
def side_by_side(run: str) -> None:
    names = ("parts-a", "parts-b", "parts-c")
    handles = [DBOS.start_workflow(part, name, run) for name in names]
    for handle in handles:
        handle.get_result()


_WORKFLOWS = {
    "two-calls": two_calls,
    "quoted": quoted,
    "message": message,
    "waiting": waiting,
    "waiting-shortly": waiting_shortly,
    "undoing": undoing,
    "side-by-side": side_by_side,
}
_STANDINGS = {
    "SUCCESS": "complete",
    "ERROR": "failed",
    "CANCELLED": "failed",
    # Its dead letter queue.
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "calls a person",
}


@app.get("/api/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/runs/{run}", status_code=202)
def begin(run: str, workflow: str) -> dict[str, str]:
    with SetWorkflowID(run):
        DBOS.start_workflow(_WORKFLOWS[workflow], run)
    return {"run": run}


@app.post("/runs/{run}/signal", status_code=202)
def send(run: str, value: str) -> dict[str, str]:
    DBOS.send(run, value, "go")
    return {"run": run}


@app.post("/runs/{run}/retry", status_code=202)
def retry(run: str) -> dict[str, str]:
    """From the step that failed, as `rewind_workflow` has it."""
    failed = [step for step in DBOS.list_workflow_steps(run) if step["error"] is not None]
    DBOS.rewind_workflow(run, start_step=failed[-1]["function_id"])
    return {"run": run}


@app.get("/runs/{run}")
def show(run: str) -> dict[str, Any]:
    status = DBOS.get_workflow_status(run)
    if status is None:
        raise HTTPException(404)
    standing = _STANDINGS.get(status.status, "running")
    return {"standing": standing, "says": str(status.error or status.status)}
