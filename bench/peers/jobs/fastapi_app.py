"""FastAPI without durability: the answer is sent, then a background task does the rest (FastAPI,
"Background Tasks").

SQLite with a write-ahead log holds the rows. What a dead process had not finished stays unfinished.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from fastapi import BackgroundTasks, FastAPI, UploadFile

from bench.peers.jobs import effects
from bench.peers.jobs.receipt import FOLDER, keep, read, transcribe

_TABLES = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, state TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS expenses (run_id TEXT NOT NULL, merchant TEXT, day TEXT,
        total INTEGER);
"""
app = FastAPI()


@contextmanager
def _transaction() -> Generator[sqlite3.Connection]:
    connection = sqlite3.connect(FOLDER / "rows.sqlite", timeout=30)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


with _transaction() as _connection:
    _connection.executescript(_TABLES)


@app.get("/api/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/receipts", status_code=202)
def submit(receipt: UploadFile, later: BackgroundTasks) -> dict[str, str]:
    run_id = keep(receipt.file.read())
    with _transaction() as connection:
        begun = connection.execute(
            "INSERT OR IGNORE INTO runs VALUES (?, 'received')", (run_id,)
        ).rowcount
    if begun:
        later.add_task(process, run_id)
    return {"runId": run_id}


def process(run_id: str) -> None:
    reading = read(transcribe(run_id))
    with _transaction() as connection:
        values = (run_id, reading["merchant"], reading["day"], reading["total"])
        connection.execute("INSERT INTO expenses VALUES (?, ?, ?, ?)", values)
        connection.execute("UPDATE runs SET state = 'stored' WHERE id = ?", (run_id,))
    with _transaction() as connection:
        connection.execute("UPDATE runs SET state = 'notified' WHERE id = ?", (run_id,))


@app.post("/api/orders/{order}", status_code=202)
def begin_order(order: str, later: BackgroundTasks) -> dict[str, str]:
    with _transaction() as connection:
        connection.execute("INSERT INTO runs VALUES (?, 'received')", (order,))
    later.add_task(carry_out, order)
    return {"runId": order}


def carry_out(order: str) -> None:
    """Charge, then tell; where that is refused, refund."""
    effects.do("charges", order)
    try:
        effects.do("notices", order)
    except effects.RefusedBySide:
        effects.do("refunds", order)
    with _transaction() as connection:
        connection.execute("UPDATE runs SET state = 'notified' WHERE id = ?", (order,))
