"""DBOS as its template does it: FastAPI, workflows of steps, and rows in transactions of a
datasource on Postgres.
"""
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUntypedFunctionDecorator=false, reportUnknownArgumentType=false, reportDeprecated=false

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy
from dbos import DBOS, DBOSConfig, SetWorkflowID, SQLAlchemyDatasource
from fastapi import FastAPI, UploadFile

from bench.peers.jobs import effects
from bench.peers.jobs import receipt as job

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


@app.post("/api/receipts", status_code=202)
def submit(receipt: UploadFile) -> dict[str, str]:
    run_id = job.keep(receipt.file.read())
    with SetWorkflowID(run_id):  # the same photo is the same workflow
        DBOS.start_workflow(process, run_id)
    return {"runId": run_id}


@DBOS.workflow()
def process(run_id: str) -> None:
    reading = read(transcribe(run_id))
    store(run_id, reading)
    notify(run_id)


@DBOS.step(retries_allowed=True, max_attempts=5)
def transcribe(run_id: str) -> str:
    return job.transcribe(run_id)


@DBOS.step()
def read(text: str) -> job.Reading:
    return job.read(text)


@rows.transaction
def store(run_id: str, reading: job.Reading) -> None:
    insert = "INSERT INTO expenses VALUES (:run, :merchant, :day, :total)"
    rows.sql_session().execute(sqlalchemy.text(insert), {"run": run_id, **reading})
    rows.sql_session().execute(
        sqlalchemy.text("INSERT INTO runs VALUES (:run, 'stored')"), {"run": run_id}
    )


@rows.transaction
def notify(run_id: str) -> None:
    update = sqlalchemy.text("UPDATE runs SET state = 'notified' WHERE id = :run")
    rows.sql_session().execute(update, {"run": run_id})


@app.post("/api/orders/{order}", status_code=202)
def begin_order(order: str) -> dict[str, str]:
    with SetWorkflowID(order):
        DBOS.start_workflow(carry_out, order)
    return {"runId": order}


@DBOS.workflow()
def carry_out(order: str) -> None:
    """Charge, then tell; where that is refused, refund. A step is done at least once, so each
    request has a key.
    """
    effect("charges", order)
    try:
        effect("notices", order)
    except effects.RefusedBySide:
        effect("refunds", order)
    finish(order)


def _may_be_repeated(error: BaseException) -> bool:
    return not isinstance(error, effects.RefusedBySide)


@DBOS.step(
    retries_allowed=True, max_attempts=5, interval_seconds=0.5, should_retry=_may_be_repeated
)
def effect(name: str, order: str) -> str:
    return effects.do(name, order)


@rows.transaction
def finish(order: str) -> None:
    rows.sql_session().execute(
        sqlalchemy.text("INSERT INTO runs VALUES (:run, 'notified')"), {"run": order}
    )
