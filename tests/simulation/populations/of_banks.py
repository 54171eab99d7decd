"""What the jobs of the cron find at the bank: effects, entries to match, sources, fetches and
consents.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tests.simulation.populations.rows import Population, ago, encrypted, insert
from tillroll.bank.cron import CREDENTIALS
from tillroll_durable.platform.bindings.database import Statement

NEWEST_KEY: Final = bytes(32)


def _effects(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """There is no such claim, which is kept as what the other side says."""
    match = insert(
        "bank_matches",
        id=f"mat_{name}",
        account_id=account_id,
        state="accepted",
        kind="exact",
        level="proposed",
        score=900,
        reasons="[]",
        created_at=ago(now, 20),
    )
    effect = insert(
        "bank_effects",
        id=f"mat_{name}:1",
        account_id=account_id,
        match_id=f"mat_{name}",
        what="claim",
        is_undone=0,
        document_id=f"run_{name}",
        currency="EUR",
        amount=100,
        settles=100,
        day="2026-03-01",
        by="user:usr_first",
        created_at=ago(now, 20),
    )
    return [match, effect]


def _matching(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """An account whose documents have changed."""
    del account_id
    own = f"acc_{name}"
    return [
        insert("accounts", id=own, name="A", created_at=ago(now, 60)),
        insert("bank_matching", account_id=own, is_due=1),
    ]


def _changed(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """An account in which something happened."""
    del account_id
    own = f"acc_{name}"
    return [
        insert("accounts", id=own, name="A", created_at=ago(now, 60)),
        insert("compared_views", account_id=own, is_due=1),
    ]


def _account(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """A bank account whose books are compared each night."""
    account = insert(
        "bank_accounts",
        id=f"ban_{name}",
        account_id=account_id,
        name="Giro",
        currency="EUR",
        created_by="user:usr_first",
        created_at=ago(now, 60),
    )
    return [account]


def _source(name: str, account_id: str, now: datetime, **more: str) -> list[Statement]:
    source = insert(
        "bank_sources",
        id=f"bsr_{name}",
        account_id=account_id,
        bank_account_id=f"ban_{name}",
        kind="address",
        bank="bank.test",
        credentials=encrypted(2, NEWEST_KEY, b"{}", CREDENTIALS.row(f"bsr_{name}")),
        state="connected",
        from_day="2026-01-01",
        created_by="user:usr_first",
        created_at=ago(now, 60),
        **more,
    )
    return [*_account(name, account_id, now), source]


def _sources(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return _source(name, account_id, now, next_at=ago(now, 20))


def _fetches(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    fetch = insert(
        "bank_fetches",
        id=f"bfe_{name}",
        account_id=account_id,
        source_id=f"bsr_{name}",
        state="stored",
        by="user:usr_first",
        from_day="2026-02-01",
        to_day="2026-03-01",
        next_attempt_at=ago(now, 20),
        created_at=ago(now, 20),
    )
    return [*_source(name, account_id, now), fetch]


def _consents(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return _source(name, account_id, now, valid_until=ago(now, -60))


POPULATIONS: Final = (
    Population(
        "bank effects",
        _effects,
        "SELECT 1 FROM bank_effects WHERE id = 'mat_' || ?1 || ':1' AND refused <> ''",
    ),
    Population(
        "audit of views",
        _changed,
        "SELECT 1 FROM compared_views WHERE account_id = 'acc_' || ?1 AND compared_on IS NOT NULL",
    ),
    Population(
        "bank matching",
        _matching,
        "SELECT 1 FROM bank_matching WHERE account_id = 'acc_' || ?1 AND is_due = 0",
    ),
    Population(
        "audit of bank books",
        _account,
        "SELECT 1 FROM bank_accounts WHERE id = 'ban_' || ?1 AND compared_on IS NOT NULL",
    ),
    Population(
        "bank sources", _sources, "SELECT 1 FROM bank_fetches WHERE source_id = 'bsr_' || ?1"
    ),
    Population("bank fetches", _fetches, ""),
    Population(
        "bank consents", _consents, "SELECT 1 FROM notifications WHERE subject = 'bsr_' || ?1"
    ),
)
