"""What sealing new events costs in a database of a million: rows read and written, time; and how
fast it is verified.

Usage: python -m bench.sealing [--events 1000000] [--write]
"""

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from bench.measuring import median
from bench.report import parser, publish, table
from bench.worker import TOKEN, BenchWorker, with_product
from local import config
from tillroll_durable.sealing.checks import SealChecker
from tillroll_durable.sealing.verifier import verify_export
from tillroll_testing.host.signing import HostSigner, new_signing_key

_ENTRY = Path(__file__).with_name("entries") / "seal_entry.py"
_NEW, _ROUNDS, _TARGET = 400, 20, 500
_PER_SEAL = 400
# Events as steps leave them, six a run; their digests are not looked at here.
_EVENTS = """
  INSERT INTO audit_events (stream, seq, event_key, account_id, actor, action, outcome,
      contract_version, at, detail,
                            digest)
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ? - 1)
  SELECT printf('run_%026d', i / 6), i % 6 + 1, printf('run_%026d:%d:completed', i / 6, i % 6),
      'acc_bench',
         CASE i % 6 WHEN 0 THEN 'user:usr_bench' ELSE 'workflow:receipt' END,
         CASE i % 6 WHEN 0 THEN 'run.created' ELSE 'step.completed' END, 'success', 1,
             '2026-11-01T00:00:00.000Z',
         '{"attempts":1,"from":"text_extracted","step":"parse-structured","to":"parsed"}',
             printf('%064d', i)
  FROM n
"""
_SEALS = """
  INSERT INTO seals (number, from_id, to_id, count, ids, merkle_root, previous_hash, sealed_at,
      key_id, hash, signature,
                     leaves)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1 / ?2)
  SELECT i, (i - 1) * ?2 + 1, i * ?2, ?2, '', '', CASE i WHEN 1 THEN '' ELSE 'hash ' || (i - 1) END,
      '', 'key',
         'hash ' || i, '', ''
  FROM n
"""


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument(
        "--events", type=int, default=1_000_000, help="how many the database has before"
    )
    arguments = asked.parse_args()
    key = new_signing_key()
    variables = {"vars": {**config.read_deployed()["vars"], "AUDIT_SIGNING_KEY": key}}
    with (
        tempfile.TemporaryDirectory(prefix="tillroll-bench-") as folder,
        BenchWorker(
            "Python", with_product(_ENTRY, "seals"), Path(folder), "127.0.0.1:9", variables
        ) as worker,
    ):
        _fill(worker, arguments.events)
        worker.start()
        worker.wait()
        sealed = [_seal(worker) for _ in range(_ROUNDS)]
        first = arguments.events // _PER_SEAL + 1
        online, export = _verify(worker, first)
    offline = _verify_offline(key, export, first)
    most = max(each["read"] for each in sealed)
    rows = [
        [
            f"rows read, sealing {_NEW} new events in a database of {arguments.events:,}",
            f"**{most}** (target < {_TARGET})",
        ],
        ["rows written", str(max(each["written"] for each in sealed))],
        [
            "time of such a tick, with its copy, p50",
            f"{median([each['ms'] for each in sealed]):.0f} ms",
        ],
        ["`GET /api/audit/verify`, D1 against R2", f"{online:,.0f} events/s"],
        ["`audit verify` on an export", f"{offline:,.0f} events/s"],
    ]
    results: dict[str, Any] = {
        "rows read": most,
        "online events/s": online,
        "offline events/s": offline,
    }
    said = f"{most} rows read a tick, {online:,.0f} events/s verified"
    publish("sealing", said, results, table(["", ""], rows), write=arguments.write)


def _fill(worker: BenchWorker, events: int) -> None:
    """Write what is there before into D1's file; no Worker runs yet."""
    with closing(worker.database()) as reading:
        path = reading.execute("PRAGMA database_list").fetchone()[2]
    with closing(sqlite3.connect(path)) as database:
        (trigger,) = database.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'seals_only_follow'"
        ).fetchone()
        database.execute("DROP TRIGGER seals_only_follow")
        database.execute(_EVENTS, (events,))
        database.execute(
            "INSERT INTO audit_keys (id, public_key, created_at) VALUES ('key', '', '')"
        )
        database.execute(_SEALS, (events, _PER_SEAL))
        database.execute(
            "INSERT INTO reconciler_cursors (name, position, updated_at) "
            "VALUES ('audit copies', ?, '')",
            (str(events // _PER_SEAL),),
        )
        database.execute("UPDATE users SET is_operator = 1")
        database.execute(trigger)
        database.commit()


def _seal(worker: BenchWorker) -> dict[str, float]:
    """One tick over new events; the row counts are those that D1 states."""
    httpx.post(
        f"{worker.url}/api/bench/events", params={"count": _NEW}, timeout=120
    ).raise_for_status()
    answer = httpx.post(f"{worker.url}/api/bench/seal", timeout=120).raise_for_status().json()
    if (answer["seals"], answer["events"]) != (1, _NEW):
        raise RuntimeError(f"not one seal of {_NEW} events: {answer}")
    return answer


def _verify(worker: BenchWorker, first: int) -> tuple[float, str]:
    """Events a second of the Worker's verification, and the export of the same seals."""
    headers, seals = (
        {"authorization": f"Bearer {TOKEN}"},
        {"fromSeal": first, "toSeal": first + _ROUNDS - 1},
    )
    with closing(httpx.Client(base_url=worker.url, headers=headers, timeout=300)) as client:
        began = time.perf_counter()
        report = (
            client.get("/api/audit/verify", params={"fromSeal": first, "limit": _ROUNDS})
            .raise_for_status()
            .json()
        )
        seconds = time.perf_counter() - began
        export = client.get("/api/audit/export", params=seals).raise_for_status().text
    return report["events"] / seconds, export


def _verify_offline(key: str, export: str, first: int) -> float:
    """Events a second of the command line's verification."""

    async def verify() -> int:
        signer = HostSigner(key)
        public_key = await signer.public_key()
        checker = SealChecker([public_key] if public_key else [], signer.is_signed)
        return (await verify_export(checker, export.split("\n"), first)).events

    began = time.perf_counter()
    events = asyncio.run(verify())
    return events / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
