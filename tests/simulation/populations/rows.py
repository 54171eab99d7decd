"""What the jobs of the cron find in a bad hour: for each job fifty rows that cannot be done, and
one that can.

A row is stuck since everything that is asked about it errs: the database where a statement names
it, the object store and the engine. What a job notes to leave a row alone is taken all the same.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, LiteralString

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import (
    ByBatch,
    DatabaseError,
    Row,
    Statement,
    columns_of,
    statement,
)
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable, StoredObject
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import key_name
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.host.sqlite import SqliteDatabase

ACCOUNTS: Final = 40
STUCK: Final = "stuck"
HEALTHY: Final = "healthy"
# By these a job leaves a row alone, counts its attempts before or after it does it, or goes on
# behind it.
_BOOKKEEPING: Final = (
    "reconciler_setbacks",
    "reconciler_cursors",
    "WHERE p.run_id > ?1",
    "UPDATE schedules SET",
    "SET looked_at",
    # The place behind which a round goes on names a row.
    "FROM object_quarantine WHERE object_key >",
    "WHERE (account_id, id) > (?1, ?2)",
)
# What is asked about several rows at once, named in JSON: one that is stuck fails them all.
_TOGETHER: Final = (
    "INTO metric_counters",
    "INTO expense_conversions",
)


@dataclass(frozen=True)
class Population:
    """A job's rows: what writes one by its name, and whether the healthy one was done."""

    job: str
    rows: Callable[[str, str, datetime], Sequence[Statement]]
    """Of the name, which is the id's end, the account and the time."""
    served: LiteralString
    """SQL that gives a row once the healthy one had its turn; ?1 is its name. Empty: something was
    asked about it, of the database or by the queue.
    """
    objects: Callable[[str, str], Sequence[str]] = lambda _name, _account: ()
    """Keys of objects that are there, of the name and the account."""


class Poisoned(ByBatch):
    """A database that errs where a statement is about a stuck row; `asked` are the healthy names it
    was asked about.
    """

    def __init__(self, inner: SqliteDatabase) -> None:
        self._inner = inner
        self.asked: set[str] = set()

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        for item in statements:
            is_whole = any(mark in item.sql for mark in _TOGETHER)
            texts = [value for value in item.parameters if isinstance(value, str)]
            names = [value for value in texts if is_whole or value[:1] not in {"[", "{"}]
            if any(STUCK in name for name in names) and not any(
                mark in item.sql for mark in _BOOKKEEPING
            ):
                raise DatabaseError("D1_ERROR: this row cannot be read")
            self.asked.update(name for name in names if HEALTHY in name)
        return await self._inner.batch(statements)


class PoisonedObjects(MemoryObjects):
    """An object store that errs where a key is of a stuck row."""

    async def get_bytes(self, key: str) -> bytes | None:
        _check(key)
        return await super().get_bytes(key)

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        # else it is the whole store that is gone through, behind an account's key
        if not after.startswith("acc_of_"):
            _check(after)
        return await super().page(after, limit)

    async def delete(self, key: str) -> None:
        _check(key)
        await super().delete(key)


def _check(key: str) -> None:
    if STUCK in key:
        raise ObjectsUnavailable("the store did not answer")


def account(number: int) -> str:
    return f"acc_of_{number % ACCOUNTS:02}"


def encrypted(version: int, key: bytes, secret: bytes, bound_to: str) -> str:
    """A secret as the database keeps it, written down by hand."""
    nonce = bytes(12)
    parts = (nonce, AESGCM(key).encrypt(nonce, secret, bound_to.encode()))
    return ".".join(
        [key_name(version, key), *(base64.urlsafe_b64encode(part).decode() for part in parts)]
    )


def number_of(name: str) -> str:
    """The digits at the end of a row's name."""
    return name.rpartition("_")[2]


def ago(now: datetime, minutes: float) -> str:
    return to_text(now - timedelta(minutes=minutes))


def run(
    id_: str,
    account_id: str,
    kind: str,
    now: datetime,
    *,
    state: str = "",
    status: str = "processing",
    **more: object,
) -> Statement:
    """A run that its engine has confirmed and nobody has to look at, but for `more`."""
    contract = REGISTRY.newest[kind].contract
    values: dict[str, object] = {
        "id": id_,
        "account_id": account_id,
        "kind": kind,
        "contract_version": contract.version,
        "begin_key": id_,
        "subject": id_,
        "state": state or contract.initial,
        "status": status,
        "next_safe_action": "wait",
        "created_at": ago(now, 90),
        "updated_at": ago(now, 1),
        "instance_confirmed_at": ago(now, 1),
        **more,
    }
    return insert("runs", **{name: _value(value) for name, value in values.items()})


def _value(value: object) -> str | int | None:
    assert value is None or isinstance(value, str | int)
    return value


def insert(table: LiteralString, **values: str | int | None) -> Statement:
    columns = ", ".join(columns_of(values))
    marks = ", ".join("?" for _ in values)
    return statement(f"INSERT INTO {table} ({columns}) VALUES ({marks})", [*values.values()])
