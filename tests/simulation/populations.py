"""What the jobs of the cron find in a bad hour: for each job fifty rows that cannot be done, and one that can.

A row is stuck since everything that is asked about it errs: the database where a statement names it, the object store
and the engine. What a job notes to leave a row alone is taken all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from local.host.memory import MemoryObjects
from local.host.sqlite import SqliteDatabase
from tillroll.platform.bindings.database import ByBatch, DatabaseError, Row, Statement, statement
from tillroll.platform.bindings.objects import ObjectsUnavailable, StoredObject
from tillroll.platform.clock import to_text
from tillroll.workflows.registry import REGISTRY

ACCOUNTS: Final = 40
STUCK: Final = "stuck"
HEALTHY: Final = "healthy"
# By these a job leaves a row alone, counts its attempts before or after it does it, or goes on behind it.
_BOOKKEEPING: Final = (
    "reconciler_setbacks",
    "reconciler_cursors",
    "WHERE p.run_id > ?1",
    "UPDATE schedules SET",
    "UPDATE inbound_events SET",
    "UPDATE received_mail SET",
    "SET looked_at",
    # The place behind which a round goes on names a row.
    "FROM object_quarantine WHERE object_key >",
    "WHERE (account_id, id) > (?1, ?2)",
)
# What is asked about several rows at once, named in JSON: one that is stuck fails them all.
_TOGETHER: Final = (
    "INTO metric_counters",
    "INTO expense_conversions",
    "FROM ledger_transfers WHERE account_id",
)


@dataclass(frozen=True)
class Population:
    """A job's rows: what writes one by its name, and whether the healthy one was done."""

    job: str
    rows: Callable[[str, str, datetime], Sequence[Statement]]
    """Of the name, which is the id's end, the account and the time."""
    served: str
    """SQL that gives a row once the healthy one had its turn; ?1 is its name. Empty: something was asked about it, of
    the database or by the queue."""
    objects: Callable[[str, str], Sequence[str]] = lambda _name, _account: ()
    """Keys of objects that are there, of the name and the account."""


class Poisoned(ByBatch):
    """A database that errs where a statement is about a stuck row; `asked` are the healthy names it was asked about."""

    def __init__(self, inner: SqliteDatabase) -> None:
        self._inner = inner
        self.asked: set[str] = set()

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        for item in statements:
            is_whole = any(mark in item.sql for mark in _TOGETHER)
            texts = [value for value in item.parameters if isinstance(value, str)]
            names = [value for value in texts if is_whole or value[:1] not in {"[", "{"}]
            if any(STUCK in name for name in names) and not any(mark in item.sql for mark in _BOOKKEEPING):
                raise DatabaseError("D1_ERROR: this row cannot be read")
            self.asked.update(name for name in names if HEALTHY in name)
        return await self._inner.batch(statements)


class PoisonedObjects(MemoryObjects):
    """An object store that errs where a key is of a stuck row."""

    async def get_bytes(self, key: str) -> bytes | None:
        _check(key)
        return await super().get_bytes(key)

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        if not after.startswith("acc_of_"):  # else it is the whole store that is gone through, behind an account's key
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


def ago(now: datetime, minutes: float) -> str:
    return to_text(now - timedelta(minutes=minutes))


def run(
    id_: str, account_id: str, kind: str, now: datetime, *, state: str = "", status: str = "processing", **more: object
) -> Statement:
    """A run that its engine has confirmed and nobody has to look at, but for `more`."""
    contract = REGISTRY.newest[kind].contract
    values: dict[str, object] = {
        "id": id_,
        "account_id": account_id,
        "kind": kind,
        "contract_version": contract.version,
        "source_event_id": id_,
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
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    return statement(f"INSERT INTO runs ({columns}) VALUES ({marks})", *map(_value, values.values()))  # noqa: S608


def _value(value: object) -> str | int | None:
    assert value is None or isinstance(value, str | int)
    return value


def insert(table: str, **values: str | int | None) -> Statement:
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    return statement(f"INSERT INTO {table} ({columns}) VALUES ({marks})", *values.values())  # noqa: S608


def _schedules(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "schedules",
            id=f"sch_{name}",
            account_id=account_id,
            kind="export",
            name=name,
            cron="* * * * *",
            time_zone="UTC",
            params='{"format":"csv"}',
            catch_up="latest",
            next_tick=ago(now, 2)[:17] + "00.000Z",
            created_by="user:usr_first",
            created_in=account_id,
            created_at=ago(now, 90),
            updated_at=ago(now, 90),
        )
    ]


def _never_created(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [run(f"run_{name}", account_id, "receipt", now, instance_confirmed_at=None, updated_at=ago(now, 60))]


def _lost(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    past = ago(now, 60)
    return [run(f"run_{name}", account_id, "receipt", now, instance_confirmed_at=past, updated_at=past)]


def _deadlines(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [run(f"run_{name}", account_id, "receipt", now, deadline=ago(now, 5))]


def _decisions(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"run_{name}"
    return [
        run(id_, account_id, "receipt", now, status="needs_review"),
        insert(
            "reviews",
            id=f"{id_}:review-1",
            run_id=id_,
            number=1,
            reason="unsure",
            proposed="{}",
            event_type="review-1-1",
            deadline=to_text(now + timedelta(days=3)),
            requested_at=ago(now, 60),
        ),
        insert(
            "review_decisions",
            review_id=f"{id_}:review-1",
            decision="approve",
            corrections="{}",
            actor="user:usr_first",
            decided_at=ago(now, 50),
        ),
    ]


def _waits(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"run_{name}"
    return [
        run(id_, account_id, "payout", now, updated_at=ago(now, 15)),
        insert(
            "run_waits",
            id=f"{id_}:signal-x-1",
            run_id=id_,
            kind="signal",
            name="x",
            number=1,
            event_type="signal-x-1-1",
            until=ago(now, 40),
            began_at=ago(now, 50),
        ),
    ]


def _children(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"run_{name}"
    asked = ago(now, 30)
    return [
        run(id_, account_id, "payout-batch", now, cancel_requested_at=asked, cancel_kind="cancel"),
        run(f"{id_}_child", account_id, "payout", now, parent_run_id=id_),
    ]


def _inbound(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    mapping = '{"rules":[{"when":{"/n":"no"},"ignore":true}]}'
    past = ago(now, 30)
    return [
        insert(
            "inbound_sources",
            id=f"src_{name}",
            account_id=account_id,
            name=name,
            scheme='{"name":"github"}',
            mapping=mapping,
            needs="[]",
            created_at=past,
            changed_at=past,
        ),
        insert(
            "inbound_events",
            id=f"ine_{name}",
            source_id=f"src_{name}",
            account_id=account_id,
            event_id=name,
            digest="d",
            body='{"n":1}',
            body_encoding="utf-8",
            received_at=past,
            state="stored",
            next_attempt_at=past,
        ),
    ]


def _claim(name: str, account_id: str, now: datetime, **more: str | int | None) -> list[Statement]:
    values: dict[str, str | int | None] = {
        "run_id": f"run_{name}",
        "account_id": account_id,
        "currency": "EUR",
        "payer_kind": "company",
        "payer_name": "ACME",
        "sent_by": "hand",
        "terms_days": 14,
        "asked_by": "user:usr_first",
        "created_at": ago(now, 60),
        **more,
    }
    return [run(f"run_{name}", account_id, "claim", now), insert("claims", **values)]


def _claims(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return _claim(name, account_id, now, version=1)


def _claims_by_mail(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        run(f"run_{name}", account_id, "claim", now, state="mailing"),
        run(f"run_mail_of_{name}", account_id, "mail", now, subject=f"out_{name}", status="failed"),
        insert(
            "outside_messages",
            id=f"out_{name}",
            account_id=account_id,
            run_id=f"run_{name}",
            purpose="issued",
            address_hash="h",
            created_at=ago(now, 20),
        ),
    ]


def _credit_notes(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"run_{name}"
    return [
        *_claim(name, account_id, now),
        insert("claim_files", run_id=id_, name="invoice", object_key=f"k/{id_}", size=1, sha256="s"),
        insert(
            "claim_events",
            run_id=id_,
            version=1,
            account_id=account_id,
            kind="credited",
            key="credit:1",
            actor="user:usr_first",
            at=ago(now, 20),
        ),
    ]


def _received_mail(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [_mail(name, account_id, now, state="stored", settled_at=None)]


def _raw_mail(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [_mail(name, account_id, now, state="done", settled_at=to_text(now - timedelta(days=31)))]


def _mail(name: str, account_id: str, now: datetime, *, state: str, settled_at: str | None) -> Statement:
    return insert(
        "received_mail",
        id=f"rml_{name}",
        account_id=account_id,
        address_id="adr_1",
        message_id=name,
        digest="d",
        sender="a@b.test",
        subject="s",
        user_id="usr_first",
        is_authenticated=1,
        is_automatic=0,
        size=1,
        object_key=f"mail/{name}",
        received_at=ago(now, 20),
        state=state,
        next_attempt_at=ago(now, 20),
        settled_at=settled_at,
    )


def _data_exports(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "data_exports",
            id=f"dex_{name}",
            account_id=account_id,
            what="account",
            target=f"{account_id} {name}",
            run_id=f"run_{name}",
            requested_by="user:usr_first",
            requested_at=ago(now, 90),
            expires_at=ago(now, 5),
        )
    ]


def _payout(name: str, account_id: str, now: datetime, **more: str | int | None) -> Statement:
    return insert(
        "payouts",
        **{
            "run_id": f"run_{name}",
            "account_id": account_id,
            "payee_id": f"pay_{account_id}",
            "currency": "EUR",
            "amount": 100,
            "reference": "r",
            "asked_by": "user:usr_first",
            "created_at": ago(now, 60),
            **more,
        },
    )


def _payments(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    past = to_text(now - timedelta(days=2))
    paid = _payout(name, account_id, now, payment_status="posted", payment_id=f"obp_{name}", looked_at=past,
                   delivered_by="x", debited_by="x")  # fmt: skip
    return [run(f"run_{name}", account_id, "payout", now, status="complete", state="paid"), paid]


def _payments_by_file(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        run(f"run_{name}", account_id, "payout", now),
        _payout(name, account_id, now),
        insert(
            "payment_instructions",
            id=f"pin_{name}",
            run_id=f"run_{name}",
            account_id=account_id,
            amount=100,
            reference="r",
            status="posted",
            created_at=ago(now, 60),
            answered_at=ago(now, 20),
        ),
    ]


def _late_payments(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    ended = run(f"run_{name}", account_id, "payout", now, status="complete", state="paid")
    return [ended, _payout(name, account_id, now, payment_status="returned", debited_by="x")]


def _payout_batches(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"run_{name}"
    return [
        run(id_, account_id, "payout-batch", now, state="paying"),
        run(f"{id_}_1", account_id, "payout", now, status="complete", state="paid"),
        _payout(f"{name}_1", account_id, now, batch_id=id_),
        insert(
            "payout_batches",
            run_id=id_,
            account_id=account_id,
            name="b",
            payments=1,
            asked_by="user:usr_first",
            created_at=ago(now, 60),
        ),
    ]


def _endpoints(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "endpoints",
            id=f"end_{name}",
            account_id=account_id,
            origin="account",
            url="https://a.test/hook",
            created_at=ago(now, 90),
            updated_at=ago(now, 20),
            disabled_at=ago(now, 20),
            disabled_why="gone",
        )
    ]


def _originals(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "receipts",
            id=f"rec_{name}",
            account_id=account_id,
            sha256=name,
            media_type="image/jpeg",
            size=1,
            object_key=f"photos/{name}/original",
            run_id=f"run_{name}",
            uploaded_by="user:usr_first",
            created_at=ago(now, 60),
        )
    ]


def _acts(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "bulk_acts",
            id=f"act_{name}",
            account_id=account_id,
            kind="category",
            begin_key=name,
            asked="{}",
            created_at=ago(now, 20),
            created_by="user:usr_first",
        )
    ]


def _mail_of_notices(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"usr_{name}"
    return [
        insert("users", id=id_, account_id=account_id, name="Ann", created_at=ago(now, 90)),
        insert("mail_addresses", user_id=id_, address=f"{name}@a.test", address_hash=name),
        insert(
            "notifications",
            id=f"ntc_{name}",
            account_id=account_id,
            topic="run_failed",
            subject=name,
            about="",
            created_at=ago(now, 20),
        ),
        insert(
            "notification_recipients",
            notification_id=f"ntc_{name}",
            user_id=id_,
            created_at=ago(now, 20),
            in_app=1,
            by_mail=1,
        ),
    ]


def _archived_files(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """Of as many that a tick looks at several; all are gone, but of the stuck ones nobody can say so."""
    key = f"archive/{name}"
    return [
        insert(
            "archive_bundles",
            id=40_000 + int(name[-3:]),
            account_id=account_id,
            object_key=key,
            sha256="s",
            state="archived",
            created_at=ago(now, 90),
        )
    ]


def _stray_payments(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_, past = f"run_{name}", ago(now, 60)
    return [
        run(id_, account_id, "payout", now, status="rejected", state="reversed", updated_at=past),
        _payout(name, account_id, now),
        insert(
            "effect_intents",
            idempotency_key=name,
            run_id=id_,
            step="pay",
            effect="irreversible",
            request_digest="d",
            created_at=past,
        ),
    ]


def _stray_customers(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"run_{name}"
    return [
        run(id_, account_id, "onboarding", now, status="cancelled", state="cancelled"),
        insert("billing_undone", run_id=id_, account_id=account_id, undone_at=ago(now, 60)),
    ]


def _payout_changes(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "payout_changes",
            id=f"pch_{name}",
            account_id=account_id,
            what="limit",
            subject=name,
            body='{"above":null}',
            asked_by="user:usr_gone",
            created_at=ago(now, 90),
            effective_at=ago(now, 5),
        )
    ]


def _audited_payments(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    ended = run(f"run_{name}", account_id, "payout", now, status="complete", state="paid")
    return [ended, _payout(name, account_id, now, created_at=ago(now, 180), looked_at=ago(now, 1))]


POPULATIONS: Final = (
    Population("schedules", _schedules, "SELECT 1 FROM schedule_ticks WHERE schedule_id = 'sch_' || ?1"),
    Population(
        "instances never created",
        _never_created,
        "SELECT 1 FROM runs WHERE id = 'run_' || ?1 AND instance_confirmed_at IS NOT NULL",
    ),
    Population("instances lost", _lost, "SELECT 1 FROM runs WHERE id = 'run_' || ?1 AND resumptions = 1"),
    Population("deadlines", _deadlines, "SELECT 1 FROM runs WHERE id = 'run_' || ?1 AND escalated_at IS NOT NULL"),
    Population(
        "decisions", _decisions, "SELECT 1 FROM reconciler_setbacks WHERE subject = 'run_' || ?1 || ':review-1'"
    ),
    Population("waits", _waits, "SELECT 1 FROM reconciler_setbacks WHERE subject LIKE 'run_' || ?1 || '%'"),
    Population(
        "children",
        _children,
        "SELECT 1 FROM runs WHERE id = 'run_' || ?1 || '_child' AND cancel_requested_at IS NOT NULL",
    ),
    Population("inbound", _inbound, "SELECT 1 FROM inbound_events WHERE id = 'ine_' || ?1 AND state <> 'stored'"),
    Population("claims", _claims, "SELECT 1 FROM claims WHERE run_id = 'run_' || ?1 AND told = version"),
    Population("claims by mail", _claims_by_mail, ""),
    Population("credit notes", _credit_notes, ""),
    Population(
        "received mail", _received_mail, "SELECT 1 FROM received_mail WHERE id = 'rml_' || ?1 AND state <> 'stored'"
    ),
    Population("raw mail", _raw_mail, "SELECT 1 FROM received_mail WHERE id = 'rml_' || ?1 AND deleted_at IS NOT NULL"),
    Population(
        "data exports", _data_exports, "SELECT 1 FROM data_exports WHERE id = 'dex_' || ?1 AND swept_at IS NOT NULL"
    ),
    Population("payments", _payments, "SELECT 1 FROM payouts WHERE run_id = 'run_' || ?1 AND looked_at > '2026-03-03'"),
    Population(
        "payments by file", _payments_by_file, "SELECT 1 FROM payment_instructions WHERE id = 'pin_' || ?1 AND is_told"
    ),
    Population("late payments", _late_payments, ""),
    Population("stray payments", _stray_payments, ""),
    Population("stray customers", _stray_customers, ""),
    Population(
        "payout changes",
        _payout_changes,
        "SELECT 1 FROM payout_changes WHERE id = 'pch_' || ?1 AND outcome = 'refused'",
    ),
    Population("audit of payments", _audited_payments, ""),
    Population("archive's files", _archived_files, "SELECT 1 FROM archive_flaws WHERE object_key = 'archive/' || ?1"),
    Population("payout batches", _payout_batches, ""),
    Population("endpoints", _endpoints, "SELECT 1 FROM endpoints WHERE id = 'end_' || ?1 AND told_at IS NOT NULL"),
    Population("originals", _originals, "SELECT 1 FROM reconciler_setbacks WHERE subject = 'rec_' || ?1"),
    Population("acts", _acts, ""),
    Population("mail", _mail_of_notices, ""),
)
