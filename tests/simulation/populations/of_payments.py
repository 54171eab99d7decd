"""What the jobs of the cron find of payments and of the customers at a provider."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tests.simulation.populations.rows import Population, ago, insert, run
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.clock import to_text


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
    paid = _payout(
        name,
        account_id,
        now,
        payment_status="posted",
        payment_id=f"obp_{name}",
        looked_at=past,
        delivered_by="x",
        debited_by="x",
    )
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
    Population(
        "payments",
        _payments,
        "SELECT 1 FROM payouts WHERE run_id = 'run_' || ?1 AND looked_at > '2026-03-03'",
    ),
    Population(
        "payments by file",
        _payments_by_file,
        "SELECT 1 FROM payment_instructions WHERE id = 'pin_' || ?1 AND is_told",
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
    Population("payout batches", _payout_batches, ""),
)
