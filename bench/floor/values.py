"""The product's own SQL, times, ids, digests, canonical JSON and audit events, as twin/sql.js,
values.js and log.js.
"""

# pyright: basic

import hashlib
import json
import secrets
import time
from datetime import UTC, datetime, timedelta

import js
from pyodide.ffi import jsnull, to_js
from sql import SQL
from workers import import_from_javascript

EMPTY = jsnull
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
canonical = _CANONICAL.encode


def bindings():
    """Without the SDK's wrappers, which convert every argument and result."""
    return import_from_javascript("cloudflare:workers").env


def options(**values):
    return to_js(values, dict_converter=js.Object.fromEntries)


async def first(env, trip, values):
    row = await _prepared(env, trip, [values])[0].first()
    return None if row is jsnull else json.loads(js.JSON.stringify(row))


def batch(env, trip, *values):
    """`values` are those of each statement, in order. What comes of it is for `rows`."""
    return env.DB.batch(to_js(_prepared(env, trip, values)))


def rows(results):
    """The rows of each statement of a batch."""
    return [each["results"] for each in json.loads(js.JSON.stringify(results))]


def _prepared(env, trip, values):
    database = env.DB
    return [
        database.prepare(sql).bind(*[jsnull if value is None else value for value in given])
        for sql, given in zip(SQL[trip], values, strict=True)
    ]


def log(event, *, at=None, **fields):
    """The console looks at its caller's stack, which within Python is deep: the line is written
    from a microtask.
    """
    line = json.dumps({"time": at or now(), "level": "info", "event": event, **fields})
    js.queueMicrotask(js.console.log.bind(js.console, line))


def now():
    return _text(datetime.now(UTC))


def ago(minutes):
    return _text(datetime.now(UTC) - timedelta(minutes=minutes))


def hours_after(at, hours):
    return _text(datetime.fromisoformat(at) + timedelta(hours=hours))


def _text(moment):
    return f"{moment.isoformat(timespec='milliseconds')[:-6]}Z"


def new_id(prefix):
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return f"{prefix}_{''.join(_CROCKFORD[number >> place & 31] for place in range(125, -1, -5))}"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def event_values(stream, key, account_id, actor, action, at, detail):
    """An audit event's row; the digest covers all of it."""
    content = {
        "stream": stream, "eventKey": key, "accountId": account_id, "actor": actor,
        "action": action,
        "outcome": "success", "contractVersion": 1, "at": at, "detail": detail,
    }  # fmt: skip
    hash_ = sha256(canonical(content))
    return [stream, key, account_id, actor, action, "success", 1, at, canonical(detail), hash_]
