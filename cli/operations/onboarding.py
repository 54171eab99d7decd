"""The run that sets a new account's owner up, as the command begins it."""

from dataclasses import dataclass
from datetime import datetime

from cli.operations.accounts import NewAccount
from cli.operations.sql import as_text
from tillroll.durable.declared import checked
from tillroll.durable.record.attributes import attributes_of, write_attributes
from tillroll.durable.record.audit import Audited, append_if_changed, event_of_run
from tillroll.durable.record.runs import NewRun, insert
from tillroll.onboarding import contract
from tillroll.onboarding.provider import Plan
from tillroll.onboarding.workflow import ONBOARDING, key_of_joining
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject


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
        begin_key=key_of_joining(account.user_id),
        subject=contract.subject_of(params),
        params=kept,
    )
    detail: JsonObject = {"subject": run.subject, "previousRun": None, "to": run.contract.initial}
    at = to_text(now)
    event = event_of_run(run, Audited.RUN_CREATED, "created", actor="operator", at=at, detail=detail)
    found_by = write_attributes(run.account_id, run.id, attributes_of(ONBOARDING.contract, params))
    return NewOnboarding(run.id, as_text([insert(run, at), append_if_changed(event), *found_by]))
