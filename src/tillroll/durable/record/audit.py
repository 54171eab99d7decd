"""The audit: append-only events of who did what, when, with which outcome.

An event is written in the same batch as what it tells of. `seq` counts within its stream and is assigned in SQL, so
that no writer needs to know the head; `event_key` makes each event unique; `digest` is the SHA-256 of the content.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final, Protocol

from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.json import Json, JsonObject, dump

# Where the object store has the copies of what is sealed. They are written once and never deleted.
SEALED_COPIES = "audit/"
# The cursor that names a seal which did not verify, {number}:{flaw}, until it does.
BAD_SEAL = "audit: bad seal"
# The columns of audit_events, and what they are called in the line of a sealed event.
NAMES: Final = {
    "id": "id",
    "stream": "stream",
    "seq": "seq",
    "event_key": "eventKey",
    "account_id": "accountId",
    "actor": "actor",
    "action": "action",
    "outcome": "outcome",
    "contract_version": "contractVersion",
    "at": "at",
    "detail": "detail",
    "digest": "digest",
}


@dataclass(frozen=True)
class AuditEvent:
    """
    Attributes:
        stream: the run's id, or account:{id} for what happens outside of runs.
        event_key: unique for ever, for instance {run}:{step}:completed.
        actor: who, for instance user:usr_…, token:tok_…, workflow:payout, system:reconciler.
        action: what, for instance step.completed.
        outcome: success, failure, or the state it led to.
        at: UTC, ISO 8601.
        detail: ids and codes only; personal data is referenced, never copied, so that erasure stays possible.
    """

    stream: str
    event_key: str
    account_id: str
    actor: str
    action: str
    outcome: str
    at: str
    contract_version: int | None = None
    detail: JsonObject = field(default_factory=dict[str, Json])

    def content(self) -> JsonObject:
        """What the digest covers: everything that is not assigned by the database."""
        return {
            "stream": self.stream,
            "eventKey": self.event_key,
            "accountId": self.account_id,
            "actor": self.actor,
            "action": self.action,
            "outcome": self.outcome,
            "contractVersion": self.contract_version,
            "at": self.at,
            "detail": self.detail,
        }

    def digest(self) -> str:
        return digest_of(self.content())


class OfRun(Protocol):
    """What an event says of its run."""

    @property
    def id(self) -> str: ...
    @property
    def account_id(self) -> str: ...
    @property
    def contract_version(self) -> int: ...


def event_of_run(
    run: OfRun,
    action: str,
    event_key: str,
    *,
    actor: str,
    at: str,
    outcome: str = "success",
    detail: JsonObject | None = None,
) -> AuditEvent:
    """An event in the run's stream; the arguments are AuditEvent's."""
    return AuditEvent(
        stream=run.id,
        event_key=event_key,
        account_id=run.account_id,
        actor=actor,
        action=action,
        outcome=outcome,
        at=at,
        contract_version=run.contract_version,
        detail=detail or {},
    )


def event_of_account(
    account_id: str, action: str, event_key: str, *, actor: str, at: str, detail: JsonObject | None = None
) -> AuditEvent:
    """That something was done in an account, outside of its runs."""
    return AuditEvent(
        stream=f"account:{account_id}",
        event_key=event_key,
        account_id=account_id,
        actor=actor,
        action=action,
        outcome="success",
        at=at,
        detail=detail or {},
    )


def digest_of(content: JsonObject) -> str:
    """SHA-256 of an event's canonical content, in hexadecimal digits."""
    return hashlib.sha256(dump(content).encode()).hexdigest()


def append(event: AuditEvent) -> Statement:
    """The statement that appends the event."""
    return _insert(event, "?2")


def append_if_changed(event: AuditEvent) -> Statement:
    """The same, right behind a guarded UPDATE: where that hit no row, this puts NULL into a NOT NULL column.

    An UPDATE that hits nothing does not fail a batch by itself; this makes the whole batch fail and roll back.
    """
    return _insert(event, "CASE WHEN changes() = 1 THEN ?2 END")


def _insert(event: AuditEvent, event_key: str) -> Statement:
    return statement(
        f"""
        INSERT INTO audit_events
          (stream, seq, event_key, account_id, actor, action, outcome, contract_version, at, detail, digest)
        SELECT ?1, max(COALESCE(MAX(seq), 0),
                       COALESCE((SELECT last_seq FROM archived_runs WHERE run_id = ?1), 0)) + 1,
          {event_key}, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
        FROM audit_events WHERE stream = ?1
        """,  # noqa: S608 - event_key is one of two constants above
        event.stream,
        event.event_key,
        event.account_id,
        event.actor,
        event.action,
        event.outcome,
        event.contract_version,
        event.at,
        dump(event.detail),
        event.digest(),
    )
