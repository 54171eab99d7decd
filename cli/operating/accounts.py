"""A new account with its first user and a token."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from cli.operating.sql import as_text
from tillroll.api.door.access import secret_hash
from tillroll.billing.plans import Plan
from tillroll.durable.params import checked
from tillroll.durable.record.audit import AuditEvent, append, append_if_changed, event_of_run
from tillroll.durable.record.runs import NewRun, insert
from tillroll.platform.bindings.database import statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.workflows.onboarding import contract
from tillroll.workflows.onboarding.asking import key_of_joining
from tillroll.workflows.onboarding.workflow import ONBOARDING

_TOKEN_BYTES = 32


@dataclass(frozen=True)
class NewAccount:
    """What was thought up for an account. It exists once `sql` has run; the token is in no other place than here."""

    account_id: str
    user_id: str
    token: str
    sql: str


@dataclass(frozen=True)
class NewOnboarding:
    """A run that was thought up, which sets an account's owner up. The reconciler starts it within a minute."""

    run_id: str
    sql: str


def new_onboarding(account: NewAccount, mail: str | None, plan: Plan, now: datetime) -> NewOnboarding:
    """The run that the owner's first sign-in would begin, begun already, so that the account is ready then.

    Raises:
        InvalidParams: the mail address is none.
    """
    asked: JsonObject = {"user_id": account.user_id, "email": mail, "plan": plan}
    params, kept = checked(contract.OnboardingParams, asked)
    run = NewRun(
        id=new_id("run"),
        account_id=account.account_id,
        contract=ONBOARDING.contract,
        source_event_id=key_of_joining(account.user_id),
        subject=contract.subject_of(params),
        params=kept,
    )
    detail: JsonObject = {"subject": run.subject, "previousRun": None, "to": run.contract.initial}
    at = to_text(now)
    event = event_of_run(run, "run.created", f"{run.id}:created", actor="operator", at=at, detail=detail)
    return NewOnboarding(run.id, as_text([insert(run, at), append_if_changed(event)]))


def new_account(name: str, user_name: str, now: datetime, *, is_operator: bool = False) -> NewAccount:
    """An account named `name`, owned by a user with a bearer token, of which the database gets the SHA-256 only. An
    operator may look after the whole deployment besides."""
    account_id, user_id, token_id = new_id("acc"), new_id("usr"), new_id("tok")
    token = f"till_{secrets.token_urlsafe(_TOKEN_BYTES)}"
    at = to_text(now)
    event = AuditEvent(
        stream=f"account:{account_id}",
        event_key=f"account.created:{account_id}",
        account_id=account_id,
        actor="operator",
        action="account.created",
        outcome="success",
        at=at,
        detail={"user": user_id, "token": token_id, "isOperator": is_operator},
    )
    statements = [
        statement("INSERT INTO accounts (id, name, created_at) VALUES (?1, ?2, ?3)", account_id, name, at),
        statement(
            """
            INSERT INTO users (id, account_id, name, role, is_operator, created_at)
            VALUES (?1, ?2, ?3, 'owner', ?4, ?5)
            """,
            user_id,
            account_id,
            user_name,
            int(is_operator),
            at,
        ),
        statement(
            "INSERT INTO tokens (id, user_id, hash, name, created_at) VALUES (?1, ?2, ?3, 'first token', ?4)",
            token_id,
            user_id,
            secret_hash(token),
            at,
        ),
        append(event),
    ]
    return NewAccount(account_id, user_id, token, as_text(statements))
