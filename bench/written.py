"""What two sides wrote, read from files of local stacks and compared: the rows of each table, the
objects in R2.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.worker import database_path
from local.wrangler import data_folder
from tillroll.privacy.repository import tables
from tillroll_durable.audit import digest_of
from tillroll_durable.platform.json import Json, JsonObject, load, load_object
from tillroll_durable.platform.tables import Gone

TABLES = tables()

Row = dict[str, Any]
# Every table but those of SQLite and of D1.
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' "
    "AND substr(name, 1, 3) NOT IN ('sql', '_cf', 'd1_')"
)
# Who uploads is there before; of a token, only when it was used last is written.
_BEFORE = ("accounts", "users", "user_roles")
_TOKEN = ("id", "last_used_at")
# What refers to numbers that a database draws, by what they stand for.
_POSTINGS = """
  SELECT (SELECT terms.term FROM expense_terms AS terms
      WHERE terms.id = expense_postings.term) AS named, day,
    (SELECT finds.expense_id FROM expense_finds AS finds
        WHERE finds.n = expense_postings.n) AS expense_id
  FROM expense_postings WHERE
"""
# Such numbers and marks, and how long something took.
_DRAWN = frozenset(
    {
        "audit_events.id",
        "expense_finds.words_mark",
        "expense_finds.n",
        "expense_shares.n",
        "expense_terms.id",
        "outbox.position",
    }
)
_TOOK = "duration_ms"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
# How sure a value is and why: the twin and the floor read by some regular expressions.
_JUDGED = frozenset({"confidence", "evidence", "lines", "reasons"})


@dataclass(frozen=True)
class Written:
    """Rows by table, in the order in which they were written, and objects by key."""

    rows: Mapping[str, Sequence[Row]]
    objects: Mapping[str, bytes]


def written(state: Path, account: str | None = None) -> Written:
    """All that the stack of a state folder has, or what is an account's."""
    with closing(
        sqlite3.connect(f"file:{database_path(state)}?mode=ro", uri=True, timeout=10)
    ) as database:
        database.row_factory = sqlite3.Row
        names = [name for (name,) in database.execute(_TABLES)]
        rows = {
            name: [dict(row) for row in database.execute(_query(name, account))] for name in names
        }
    prefix = f"{account}/" if account else ""
    return Written(
        rows, {key: content for key, content in _objects(state) if key.startswith(prefix)}
    )


def _query(table: str, account: str | None) -> str:
    """A table's rows, or those of an account: none of a table that knows no accounts."""
    select = _POSTINGS if table == "expense_postings" else f"SELECT * FROM {table} WHERE"
    if account is None:
        return f"{select} TRUE"
    if table == "audit_events":
        return f"{select} account_id = '{account}'"
    treated = next(each.account for each in TABLES if each.name == table)
    if not isinstance(treated, Gone):
        return f"{select} FALSE"
    where = treated.where.replace("?1", f"'{account}'").replace("?3", "''")
    return f"{select} {where}"


def _objects(state: Path) -> Iterator[tuple[str, bytes]]:
    folder = data_folder(state) / "v3" / "r2"
    for path in folder.glob("miniflare-R2BucketObject/*.sqlite"):
        if path.name == "metadata.sqlite":
            continue
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as bucket:
            for key, blob in bucket.execute(
                "SELECT key, blob_id FROM _mf_objects WHERE blob_id IS NOT NULL"
            ):
                (found,) = folder.glob(f"*/blobs/{blob}")
                yield key, found.read_bytes()


def other_counts(ours: Written, other: Written) -> list[str]:
    """The tables of which the sides wrote different numbers of rows, and the objects likewise: a
    sentence each.
    """
    counts = {
        **{
            name: (len(ours.rows.get(name, ())), len(other.rows.get(name, ())))
            for name in _names(ours, other)
        },
        "objects in R2": (len(ours.objects), len(other.objects)),
    }
    return [
        f"{name}: Tillroll wrote {one}, the other {two}"
        for name, (one, two) in counts.items()
        if one != two
    ]


def differences(ours: Written, other: Written) -> list[str]:
    """All that differs but ids, times and how sure a value is: a sentence each."""
    found = other_counts(ours, other)
    return found or [*_differing("", _comparable(ours), _comparable(other))]


def _names(one: Written, other: Written) -> list[str]:
    return sorted({*one.rows, *other.rows} - {*_BEFORE})


def _differing(place: str, ours: Json, other: Json) -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(other, dict):
        for name in sorted({*ours, *other}, key=str):
            yield from _differing(f"{place}.{name}".lstrip("."), ours.get(name), other.get(name))
    elif isinstance(ours, list) and isinstance(other, list) and len(ours) == len(other):
        for number, pair in enumerate(zip(ours, other, strict=True), start=1):
            yield from _differing(f"{place} {number}", *pair)
    elif ours != other:
        yield f"{place}: Tillroll wrote {json.dumps(ours)}, the other {json.dumps(other)}"


def _comparable(side: Written) -> JsonObject:
    """The same for two sides that did the same work: names in place of ids, and JSON as what it
    says.
    """
    labels = _labels(side)
    rows: JsonObject = {
        name: [_row(name, row, labels) for row in found]
        for name, found in side.rows.items()
        if found and name not in _BEFORE
    }
    objects: JsonObject = {
        _named(key, labels): _content(content, labels) for key, content in side.objects.items()
    }
    return {**rows, "objects in R2": objects}


def _labels(side: Written) -> dict[str, str]:
    """What stands for the ids of a side: those of a receipt tell which one it is."""
    labels: dict[str, str] = {}
    for number, run in enumerate(
        sorted(side.rows["runs"], key=lambda row: row["created_at"]), start=1
    ):
        labels |= {run["id"][4:]: f"RUN{number}", run["subject"][4:]: f"RECEIPT{number}"}
        labels |= {
            call["id"][4:]: f"CALL{number}"
            for call in side.rows["ai_calls"]
            if call["run_id"] == run["id"]
        }
        labels |= {run["account_id"]: "ACCOUNT"}
    labels |= {row["uploaded_by"]: "USER" for row in side.rows["receipts"]}
    return labels | {row["id"]: "TOKEN" for row in side.rows["tokens"]}


def _row(table: str, row: Row, labels: Mapping[str, str]) -> JsonObject:
    kept = {
        name: value
        for name, value in row.items()
        if f"{table}.{name}" not in _DRAWN and name != _TOOK
    }
    if table == "tokens":
        kept = {name: row[name] for name in _TOKEN}
    if table == "audit_events":
        kept["digest"] = "right" if digest_of(_audited(row)) == row["digest"] else "wrong"
    if table == "run_steps":
        given = f"{row['run_id']}:{row['step']}:{row['input'] or ''}"
        kept["input_digest"] = (
            "right"
            if hashlib.sha256(given.encode()).hexdigest() == row["input_digest"]
            else "wrong"
        )
    return {name: _value(value, labels) for name, value in kept.items()}


def _audited(row: Row) -> JsonObject:
    names = {
        "stream": "stream",
        "event_key": "eventKey",
        "account_id": "accountId",
        "contract_version": "contractVersion",
    }
    content = {name: row[column] for column, name in names.items()}
    same = {name: row[name] for name in ("actor", "action", "outcome", "at")}
    return {**content, **same, "detail": load_object(row["detail"])}


def _value(value: Json, labels: Mapping[str, str]) -> Json:
    if not isinstance(value, str):
        return value
    if value[:1] in "{[" and value:
        return _without_judgement(load(_named(value, labels)))
    return _named(value, labels)


def _named(text: str, labels: Mapping[str, str]) -> str:
    for id_, label in labels.items():
        text = text.replace(id_, label)
    return _TIME.sub("TIME", text)


def _content(content: bytes, labels: Mapping[str, str]) -> Json:
    if content[:1] != b"{":
        return hashlib.sha256(content).hexdigest()
    return _without_durations(load(_named(content.decode(), labels)))


def _without_durations(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _without_durations(member) for name, member in value.items() if name != _TOOK}
    return [_without_durations(member) for member in value] if isinstance(value, list) else value


def _without_judgement(value: Json) -> Json:
    if isinstance(value, dict):
        return {
            name: _without_judgement(member)
            for name, member in value.items()
            if name not in _JUDGED
        }
    return [_without_judgement(member) for member in value] if isinstance(value, list) else value
