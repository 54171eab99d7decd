"""The genuine D1 of wrangler dev: what it says that statements read and write, as Cloudflare bills
it.
"""

import json
import re
import sqlite3
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from bench.scale.watched import Trip
from local import config
from local.places import ROOT
from local.wrangler import dev_command, wrangler_environment
from tillroll_durable.platform.bindings.database import Statement, Value
from tillroll_local.processes import Part, end_all, free_port

BINDINGS: Final = ("DB", "DB_2", "DB_3")
_WORKER: Final = Path(__file__).with_name("d1_worker.js")
_PATIENCE_SECONDS: Final = 300.0
_POLL_SECONDS: Final = 0.1
_AT_ONCE: Final = 100
# Ids and marks that SQL draws: another database draws others.
_DRAWN: Final = re.compile(r"[0-9a-f]{24,}")
# A column that the database's own clock fills.
_CLOCKED: Final = "position"
_TABLES: Final = """
  SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
"""
_OTHERS: Final = """
  SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL
"""


class Diverged(Exception):
    """D1 gave other rows than the host, so what it counted is of something else."""


class NotReady(Exception):
    """The Worker ended or did not answer; the message has the end of its log."""


@dataclass(frozen=True)
class Usage:
    """What D1 says of statements."""

    read: int = 0
    written: int = 0

    def plus(self, other: "Usage") -> "Usage":
        return Usage(self.read + other.read, self.written + other.written)


class Genuine:
    """A running Worker with a database at each of BINDINGS."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_SECONDS)
        self._drawn: dict[str, str] = {}

    def fill(self, binding: str, file: bytes) -> None:
        """Give an empty database the tables and rows of a SQLite file."""
        with closing(sqlite3.connect(":memory:")) as source:
            source.deserialize(file)
            trip: list[dict[str, Any]] = []
            trip += [{"sql": "PRAGMA defer_foreign_keys = ON", "values": []}]
            tables = source.execute(_TABLES).fetchall()
            trip += [{"sql": sql, "values": []} for _, sql in tables]
            for name, _ in tables:
                trip += _inserts(source, name)
            trip += [{"sql": sql, "values": []} for (sql,) in source.execute(_OTHERS)]
        self._ask(binding, [trip])

    def replay(self, binding: str, trips: Iterable[Trip]) -> Usage:
        """Ask what was asked on the host, and compare each row.

        Raises:
            Diverged: a row is another.
        """
        used = Usage()
        for group in _groups(trips):
            asked = [[self._as_json(each) for each in trip.statements] for trip in group]
            for trip, answers in zip(group, self._ask(binding, asked), strict=True):
                for statement, rows, answer in zip(
                    trip.statements, trip.rows, answers, strict=True
                ):
                    self._compare(statement, rows, answer["rows"])
                    used = used.plus(Usage(answer["read"], answer["written"]))
        return used

    def check(self) -> None:
        """Ask each database something. Raises Diverged, and TransportError where nobody listens."""
        for binding in BINDINGS:
            self._ask(binding, [[{"sql": "SELECT 1", "values": []}]])

    def close(self) -> None:
        self._client.close()

    def _ask(self, binding: str, trips: Sequence[Sequence[Mapping[str, Any]]]) -> Any:
        answer = self._client.post("/", json={"binding": binding, "trips": trips})
        if not answer.is_success:
            raise Diverged(answer.text[:2_000])
        return answer.json()

    def _as_json(self, asked: Statement) -> dict[str, Any]:
        return {"sql": asked.sql, "values": [self._known(value) for value in asked.parameters]}

    def _known(self, value: Value) -> Value:
        """The value with the ids that this database drew in place of the host's."""
        if not isinstance(value, str):
            return value
        return _DRAWN.sub(lambda found: self._drawn.get(found[0], found[0]), value)

    def _compare(
        self, asked: Statement, expected: Sequence[Mapping[str, Value]], given: Sequence[Any]
    ) -> None:
        if "random()" in asked.sql.lower():
            return
        if len(expected) != len(given):
            raise Diverged(f"{len(given)} rows in place of {len(expected)}: {asked.sql}")
        for row, other in zip(expected, given, strict=True):
            for column, value in row.items():
                if column == _CLOCKED and isinstance(value, int):
                    continue
                self._learn(value, other[column])
                if self._known(value) != other[column]:
                    raise Diverged(f"{column} is {other[column]!r}, not {value!r}: {asked.sql}")

    def _learn(self, value: Value, other: Value) -> None:
        if not isinstance(value, str) or not isinstance(other, str):
            return
        ours = _DRAWN.findall(value)
        theirs = _DRAWN.findall(other)
        if len(ours) == len(theirs):
            self._drawn.update(zip(ours, theirs, strict=True))


def _inserts(source: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """Each row of a table as a statement, without generated columns."""
    found = source.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,))
    names = [f'"{name}"' for (name,) in found]
    places = ", ".join("?" for _ in names)
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"
    rows = source.execute(f"SELECT {', '.join(names)} FROM {table}")
    return [{"sql": sql, "values": [*row]} for row in rows]


def _groups(trips: Iterable[Trip]) -> Generator[list[Trip]]:
    """Trips that are sent together. One that names something drawn, which another of its group has
    given, begins a group: it is asked with what this database drew.
    """
    group: list[Trip] = []
    given: set[str] = set()
    for trip in trips:
        if len(group) == _AT_ONCE or given & _named(trip):
            yield group
            group = []
            given = set()
        group.append(trip)
        given |= _given(trip)
    if group:
        yield group


def _named(trip: Trip) -> set[str]:
    return _drawn_in(value for each in trip.statements for value in each.parameters)


def _given(trip: Trip) -> set[str]:
    return _drawn_in(value for rows in trip.rows for row in rows for value in row.values())


def _drawn_in(values: Iterable[Value]) -> set[str]:
    return {found for value in values if isinstance(value, str) for found in _DRAWN.findall(value)}


@contextmanager
def genuine(folder: Path, worker: Path = _WORKER) -> Generator[Genuine]:
    """A Worker whose databases are empty; its data lies in the folder. `worker` is its module,
    which does what d1_worker.js does.

    Raises:
        NotReady: it did not start.
    """
    deployed = config.read_deployed()
    configuration = {
        "name": "scale-d1",
        "main": str(worker.relative_to(ROOT)),
        "compatibility_date": deployed["compatibility_date"],
        "d1_databases": [
            {"binding": name, "database_name": name.lower(), "database_id": name.lower()}
            for name in BINDINGS
        ],
    }
    path = config.config_path(folder)
    path.write_text(json.dumps(configuration), encoding="utf-8")
    port = free_port()
    command = dev_command(path, folder, port, free_port())
    environment = wrangler_environment(folder / "starts", makes_snapshots=False)
    part = Part("the Worker of databases", command, log=folder / "wrangler.log", env=environment)
    here = Genuine(port)
    try:
        _wait(here, part)
        yield here
    finally:
        here.close()
        end_all([part])
        path.unlink()


def _wait(here: Genuine, part: Part) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and part.exit_code() is None:
        try:
            here.check()
        except (httpx.TransportError, Diverged):
            time.sleep(_POLL_SECONDS)
        else:
            return
    raise NotReady(part.tail())
