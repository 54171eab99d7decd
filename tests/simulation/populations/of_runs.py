"""What the jobs of the cron that keep runs going find."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tests.simulation.populations.rows import Population, ago, insert, number_of, run
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.clock import to_text


def _schedules(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    due = ago(now, 2)[:17] + "00.000Z"
    return [
        insert(
            "schedules",
            id=f"sch_{name}",
            account_id=account_id,
            kind="export",
            name=name,
            cron=f"{int(due[14:16])} * * * *",
            time_zone="UTC",
            params='{"format":"csv"}',
            catch_up="latest",
            next_tick=due,
            created_by="user:usr_first",
            created_in=account_id,
            created_at=ago(now, 90),
            updated_at=ago(now, 90),
        )
    ]


def _never_created(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        run(
            f"run_{name}",
            account_id,
            "receipt",
            now,
            instance_confirmed_at=None,
            updated_at=ago(now, 60),
        )
    ]


def _lost(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    past = ago(now, 60)
    return [
        run(f"run_{name}", account_id, "receipt", now, instance_confirmed_at=past, updated_at=past)
    ]


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


def _originals(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        insert(
            "receipts",
            id=f"rec_{name}",
            account_id=account_id,
            sha256=name,
            media_type="image/jpeg",
            size=1,
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


def _archived_files(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """Of as many that a tick looks at several; all are gone, but of the stuck ones nobody can say
    so.
    """
    key = f"archive/{name}"
    return [
        insert(
            "archive_bundles",
            id=40_000 + int(number_of(name)),
            account_id=account_id,
            object_key=key,
            sha256="s",
            state="archived",
            created_at=ago(now, 90),
        )
    ]


POPULATIONS: Final = (
    Population(
        "schedules", _schedules, "SELECT 1 FROM schedule_ticks WHERE schedule_id = 'sch_' || ?1"
    ),
    Population(
        "instances never created",
        _never_created,
        "SELECT 1 FROM runs WHERE id = 'run_' || ?1 AND instance_confirmed_at IS NOT NULL",
    ),
    Population(
        "instances lost", _lost, "SELECT 1 FROM runs WHERE id = 'run_' || ?1 AND resumptions = 1"
    ),
    Population(
        "deadlines",
        _deadlines,
        "SELECT 1 FROM runs WHERE id = 'run_' || ?1 AND escalated_at IS NOT NULL",
    ),
    Population(
        "decisions",
        _decisions,
        "SELECT 1 FROM reconciler_setbacks WHERE subject = 'run_' || ?1 || ':review-1'",
    ),
    Population(
        "waits", _waits, "SELECT 1 FROM reconciler_setbacks WHERE subject LIKE 'run_' || ?1 || '%'"
    ),
    Population(
        "children",
        _children,
        "SELECT 1 FROM runs WHERE id = 'run_' || ?1 || '_child' "
        "AND cancel_requested_at IS NOT NULL",
    ),
    Population(
        "data exports",
        _data_exports,
        "SELECT 1 FROM data_exports WHERE id = 'dex_' || ?1 AND swept_at IS NOT NULL",
    ),
    Population(
        "archive's files",
        _archived_files,
        "SELECT 1 FROM archive_flaws WHERE object_key = 'archive/' || ?1",
    ),
    Population(
        "originals", _originals, "SELECT 1 FROM reconciler_setbacks WHERE subject = 'rec_' || ?1"
    ),
    Population("acts", _acts, ""),
)
