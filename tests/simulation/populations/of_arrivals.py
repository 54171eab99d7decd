"""What the jobs of the cron find of what comes from outside and goes there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from tests.simulation.populations.rows import Population, ago, insert, run
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.clock import to_text

# A point of P-256: the browser's of RFC 8291, section 5.
_POINT: Final = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)


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
        insert(
            "claim_files", run_id=id_, name="invoice", object_key=f"k/{id_}", size=1, sha256="s"
        ),
        insert(
            "claim_events",
            run_id=id_,
            version=1,
            account_id=account_id,
            kind="credited",
            key="credit:1",
            year=now.year,
            number=crc32(name.encode()),
            actor="user:usr_first",
            at=ago(now, 20),
        ),
    ]


def _received_mail(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [_mail(name, account_id, now, state="stored", settled_at=None)]


def _raw_mail(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    return [
        _mail(name, account_id, now, state="done", settled_at=to_text(now - timedelta(days=31)))
    ]


def _mail(
    name: str, account_id: str, now: datetime, *, state: str, settled_at: str | None
) -> Statement:
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


def _replays(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    """Of an account without events: once it has its turn, it is done."""
    return [
        insert(
            "endpoints",
            id=f"end_replayed_{name}",
            account_id=account_id,
            origin="account",
            url="https://a.test/hook",
            created_at=ago(now, 90),
            updated_at=ago(now, 20),
        ),
        insert(
            "endpoint_replays",
            id=f"rpl_{name}",
            account_id=account_id,
            endpoint_id=f"end_replayed_{name}",
            topics="[]",
            last_position=0,
            state="running",
            created_at=ago(now, 20),
        ),
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


def _browsers(name: str, account_id: str, now: datetime) -> Sequence[Statement]:
    user_id = f"usr_browses_{name}"
    return [
        insert("users", id=user_id, account_id=account_id, name="Ann", created_at=ago(now, 90)),
        insert(
            "push_devices",
            id=f"dev_{name}",
            user_id=user_id,
            name="Phone",
            kinds='["attention"]',
            since=ago(now, 90),
            endpoint=f"https://push.test/{name}",
            public_key=_POINT,
            auth_secret="A" * 22,
            created_at=ago(now, 90),
        ),
        insert(
            "notifications",
            id=f"ntc_shown_{name}",
            account_id=account_id,
            topic="run.failed",
            subject=name,
            about="",
            created_at=ago(now, 20),
        ),
        insert(
            "notification_recipients",
            notification_id=f"ntc_shown_{name}",
            user_id=user_id,
            created_at=ago(now, 20),
            in_app=1,
            by_mail=0,
        ),
        insert(
            "push_messages",
            id=f"psh_{name}",
            notification_id=f"ntc_shown_{name}",
            device_id=f"dev_{name}",
            state="pending",
            next_attempt_at=ago(now, 20),
            created_at=ago(now, 20),
        ),
    ]


POPULATIONS: Final = (
    Population(
        "inbound",
        _inbound,
        "SELECT 1 FROM inbound_events WHERE id = 'ine_' || ?1 AND state <> 'stored'",
    ),
    Population(
        "claims", _claims, "SELECT 1 FROM claims WHERE run_id = 'run_' || ?1 AND told = version"
    ),
    Population("claims by mail", _claims_by_mail, ""),
    Population("credit notes", _credit_notes, ""),
    Population(
        "received mail",
        _received_mail,
        "SELECT 1 FROM received_mail WHERE id = 'rml_' || ?1 AND state <> 'stored'",
    ),
    Population(
        "raw mail",
        _raw_mail,
        "SELECT 1 FROM received_mail WHERE id = 'rml_' || ?1 AND deleted_at IS NOT NULL",
    ),
    Population(
        "endpoints",
        _endpoints,
        "SELECT 1 FROM endpoints WHERE id = 'end_' || ?1 AND told_at IS NOT NULL",
    ),
    Population(
        "replays",
        _replays,
        "SELECT 1 FROM endpoint_replays WHERE id = 'rpl_' || ?1 AND state = 'done'",
    ),
    Population("mail", _mail_of_notices, ""),
    Population(
        "browsers",
        _browsers,
        "SELECT 1 FROM push_messages WHERE id = 'psh_' || ?1 AND attempts > 0",
    ),
)
