"""The run that sets a new account's owner up, as the command begins it."""

from datetime import datetime

from cli.operations.accounts import NewAccount
from cli.operations.beginning import PlannedRun, begin_run
from tillroll.onboarding import contract
from tillroll.onboarding.provider import Plan
from tillroll.onboarding.workflow import ONBOARDING, key_of_joining
from tillroll_durable.declared import checked
from tillroll_durable.platform.json import JsonObject


def new_onboarding(account: NewAccount, mail: str | None, plan: Plan, now: datetime) -> PlannedRun:
    """The run that the owner's first sign-in would begin, begun already, so that the account is
    ready then.

    Raises:
        InvalidParams: the mail address is none.
    """
    asked: JsonObject = {"user_id": account.user_id, "email": mail, "plan": plan}
    params, _ = checked(contract.OnboardingParams, asked)
    return begin_run(
        ONBOARDING,
        account.account_id,
        params,
        key=key_of_joining(account.user_id),
        subject=contract.subject_of(params),
        now=now,
    )
