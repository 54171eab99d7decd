"""An order in DBOS, with FastAPI before it and its rows in Postgres, as its template has it."""
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportDeprecated=false

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

import sqlalchemy
from dbos import DBOS, DBOSConfig, SetWorkflowID, SQLAlchemyDatasource
from fastapi import FastAPI

calls = import_module(os.environ["PEER_CALLS"])
_DATABASE = os.environ["PEER_DATABASE"]


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    DBOS.launch()
    try:
        yield
    finally:
        DBOS.destroy()


app = FastAPI(lifespan=_lifespan)
_config: DBOSConfig = {"name": "peer", "system_database_url": _DATABASE, "application_version": "1"}
DBOS(config=_config)
rows = SQLAlchemyDatasource.create(_DATABASE)


@app.get("/api/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/orders/{order}", status_code=202)
def begin_order(order: str) -> dict[str, str]:
    with SetWorkflowID(order):
        DBOS.start_workflow(carry_out, order)
    return {"runId": order}


@DBOS.workflow()
def carry_out(order: str) -> None:
    ask("charge", order)
    ask("reserve", order)
    try:
        ask("ship", order)
    except calls.Refused:
        ask("release", order)
        ask("refund", order)
    else:
        ask("mail", order)
    record(order)


def _may_be_repeated(error: BaseException) -> bool:
    return not isinstance(error, calls.Refused)


@DBOS.step(
    retries_allowed=True, max_attempts=8, interval_seconds=0.5, should_retry=_may_be_repeated
)
def ask(name: str, order: str) -> str:
    return getattr(calls, name)(order)


@rows.transaction
def record(order: str) -> None:
    insert = sqlalchemy.text("INSERT INTO runs VALUES (:run, 'notified')")
    rows.sql_session().execute(insert, {"run": order})
