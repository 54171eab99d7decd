"""What the jobs of the cron find in the books and in order: lines, events, expenses, secrets and
files.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tests.simulation.populations.rows import (
    HEALTHY,
    Population,
    ago,
    encrypted,
    insert,
    number_of,
    run,
)
from tillroll.payouts.cron import FILES
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.clock import to_text

EARLIER_KEY: Final = bytes(range(32))


def _lines(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_, since = f"run_{name}", ago(now, 20)
    return [
        run(
            id_,
            account_id,
            "bulk-operation",
            now,
            concurrency_key=name,
            queue_number=1,
            queued_at=since,
        )
    ]


def _events_out(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    id_ = f"run_{name}"
    return [
        run(id_, account_id, "receipt", now, status="complete", state="completed"),
        insert(
            "outbox",
            id=f"evt_{name}",
            account_id=account_id,
            run_id=id_,
            topic="expense.created",
            payload="{}",
            state="pending",
            next_attempt_at=ago(now, 20),
            created_at=ago(now, 30),
        ),
    ]


def _uploaded(name: str, account_id: str, now: datetime, key: str) -> list[Statement]:
    """A receipt that is done."""
    id_ = f"run_{name}"
    return [
        run(id_, account_id, "receipt", now, status="complete", state="completed"),
        insert(
            "receipts",
            id=f"rec_{name}",
            account_id=account_id,
            sha256=key.split("/")[1],
            media_type="application/pdf",
            size=1,
            run_id=id_,
            uploaded_by="user:usr_first",
            created_at=ago(now, 60),
        ),
    ]


def _in_use(name: str, account_id: str) -> Sequence[str]:
    """Objects beside one that nothing refers to: else the sweep would take the database for the
    wrong one.
    """
    folder = f"{account_id}/f{number_of(name):0>63}"
    return [f"{folder}/original", f"{folder}/thumbnail"]


def _objects(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return _uploaded(name, account_id, now, _in_use(name, account_id)[0])


def _stored(name: str, account_id: str) -> Sequence[str]:
    return [f"{account_id}/{name[0]}{number_of(name):0>63}/{name}", *_in_use(name, account_id)]


def _dropped_files(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "archive_bundles",
            account_id=account_id,
            object_key=f"dropped/{name}",
            sha256="s",
            state="dropped",
            created_at=ago(now, 90),
        )
    ]


def _expense(name: str, account_id: str, now: datetime) -> list[Statement]:
    return [
        *_uploaded(name, account_id, now, f"{account_id}/of_expense_{name}/original"),
        insert(
            "expenses",
            id=f"exp_{name}",
            account_id=account_id,
            receipt_id=f"rec_{name}",
            merchant="Cafe",
            date="2026-03-01",
            total_minor=1290,
            currency="EUR",
            duplicate_key=name,
            created_at=ago(now, 60),
        ),
    ]


def _words(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """What was changed last comes first."""
    since = ago(now, 60) if HEALTHY in name else to_text(now)
    changed = "UPDATE expense_finds SET words_since = ? WHERE expense_id = ?"
    return [*_expense(name, account_id, now), statement(changed, [since, f"exp_{name}"])]


def _ledger(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "ledger_open",
            account_id=account_id,
            transfer_id=name,
            debit_id="cash",
            credit_id="bank",
            pending=100,
            expires_at=ago(now, 20),
        )
    ]


def _event(name: str, account_id: str, now: datetime, detail: str) -> list[Statement]:
    """A run that waits for a person, and the event that says so."""
    id_ = f"run_{name}"
    return [
        run(id_, account_id, "receipt", now, status="needs_review", state="awaiting_review"),
        insert(
            "audit_events",
            stream=id_,
            seq=1,
            event_key=f"{id_}:requested",
            account_id=account_id,
            actor="system",
            action="review.requested",
            outcome="done",
            at=ago(now, 20),
            detail=detail,
            digest="d",
        ),
    ]


def _notices(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return _event(name, account_id, now, "{}")


def _observability(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """An event that is to be counted, and an alert that is to be told."""
    said = {"sentence": "It has failed.", "count": 1}
    alert = insert(
        "alerts",
        id=f"alr_{name}",
        rule="run_failed",
        subject=name,
        number=1,
        opened_at=ago(now, 20),
        told_at=to_text(now),
        checked_at=ago(now, 20),
        **said,
    )
    notice = insert(
        "alert_notices",
        id=f"ntc_{name}",
        alert_id=f"alr_{name}",
        what="opened",
        next_attempt_at=ago(now, 20),
        created_at=ago(now, 20),
        **said,
    )
    return [*_event(name, account_id, now, f'{{"reason":"{name}"}}'), alert, notice]


def _quotas(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    del account_id
    own = f"acc_{name}"
    return [
        insert("accounts", id=own, name="A", created_at=ago(now, 60)),
        insert(
            "account_usage",
            account_id=own,
            month="2026-03",
            uploads=1,
            ai_calls=0,
            stored_bytes=1,
            is_untold=1,
        ),
    ]


def _secrets(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """A file for the bank, of which there is a copy elsewhere, encrypted under an earlier key."""
    id_ = f"pfi_{name}"
    kept = encrypted(1, EARLIER_KEY, b"pain.001", FILES.row(id_))
    return [
        insert(
            "payment_files",
            id=id_,
            account_id=account_id,
            request_key=name,
            execution_day="2026-03-09",
            payments=1,
            amount=100,
            content=kept,
            made_by="user:usr_first",
            created_at=ago(now, 60),
        )
    ]


def _changed_books(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """Books in which something changed since a person began the first sync."""
    connection, first = f"bkn_{name}", f"run_first_{name}"
    return [
        insert(
            "books_connections",
            id=connection,
            account_id=account_id,
            name="Books",
            provider="signed",
            direction="push",
            url="https://books.test",
            first_day="2026-01-01",
            only_approved=0,
            on_change=1,
            created_by="user:usr_first",
            created_at=ago(now, 60),
        ),
        run(first, account_id, "sync", now, status="complete", state="completed"),
        insert(
            "books_syncs",
            id=f"syn_{name}",
            account_id=account_id,
            connection_id=connection,
            run_id=first,
            begun_by="hand",
            actor="user:usr_first",
            begun_at=ago(now, 60),
            ended_at=ago(now, 59),
            ended_as="completed",
        ),
        insert(
            "books_items",
            id=f"bki_{name}",
            account_id=account_id,
            connection_id=connection,
            kind="expense",
            subject_id=f"exp_{name}",
            changed=1,
            updated_at=ago(now, 60),
        ),
    ]


POPULATIONS: Final = (
    Population(
        "syncs of books",
        _changed_books,
        "SELECT 1 FROM books_syncs WHERE connection_id = 'bkn_' || ?1 AND begun_by = 'change'",
    ),
    Population(
        "lines", _lines, "SELECT 1 FROM runs WHERE id = 'run_' || ?1 AND queue_number IS NULL"
    ),
    Population("events out", _events_out, ""),
    Population(
        "objects",
        _objects,
        "SELECT 1 FROM object_quarantine WHERE object_key LIKE '%/' || ?1",
        _stored,
    ),
    Population(
        "archive",
        _dropped_files,
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM archive_bundles "
        "WHERE object_key = 'dropped/' || ?1)",
    ),
    Population(
        "rates",
        _expense,
        "SELECT 1 FROM expenses WHERE id = 'exp_' || ?1 AND awaits_conversion IS NULL",
    ),
    Population(
        "words",
        _words,
        "SELECT 1 FROM expense_finds WHERE expense_id = 'exp_' || ?1 AND words_since IS NULL",
    ),
    # There is no such pending transfer, which is what the ledger says of it.
    Population(
        "ledger",
        _ledger,
        "SELECT 1 FROM reconciler_setbacks WHERE subject LIKE '% ' || ?1 AND error LIKE 'pending%'",
    ),
    Population("notices", _notices, "SELECT 1 FROM notifications WHERE subject = 'run_' || ?1"),
    Population(
        "observability",
        _observability,
        "SELECT 1 FROM metric_counters, alert_notices n "
        "WHERE labels LIKE '%' || ?1 || '%' AND n.id = 'ntc_' || ?1 AND n.state = 'delivered'",
    ),
    Population(
        "quotas",
        _quotas,
        "SELECT 1 FROM account_usage WHERE account_id = 'acc_' || ?1 AND is_untold = 0",
    ),
    Population(
        "secrets",
        _secrets,
        "SELECT 1 FROM payment_files WHERE id = 'pfi_' || ?1 AND content LIKE '2-%'",
    ),
)
