"""Begins an onboarding: by the API, for a person who joins, or by the command that makes an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.durable import Actor, NotBegun, Statement, Triggered, ValuesRefused, Workflow, begin, statement
from tillroll.durable.beginning import check_same
from tillroll.durable.declared import checked
from tillroll.onboarding.contract import OnboardingParams, subject_of
from tillroll.onboarding.repository import find_billing, find_live
from tillroll.onboarding.settings import FREE, BillingSettings, Plan
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.services import Platform

_NOBODY: Final = "There is no such person in your account: GET /api/people lists their ids."
_NO_BILLING: Final = (
    "This plan cannot be had here: take free, or have BILLING_API_KEY and the plan's price set (docs/configuration.md)."
)
_NO_ADDRESS: Final = "A plan that is paid for needs an address for its invoices."


@dataclass(frozen=True)
class Joined:
    """A person who came by their invitation; `mail` is the address that it was mailed to, which is theirs."""

    account_id: str
    user_id: str
    mail: str | None


def key_of_joining(user_id: str) -> str:
    """The cause of the run of a person who is new: they join once."""
    return f"joined:{user_id}"


async def begin_onboarding(
    platform: Platform, workflow: Workflow, actor: Actor, params: OnboardingParams, key: str | None
) -> Triggered:
    """Set up a person of the actor's account. While one run does so, the same again is that one.

    Raises:
        ValuesRefused: the account has no such person, the plan cannot be had, or they are being set up otherwise.
        KeyReused: the key stands for a run with other params.
    """
    await _check(platform, actor.account_id, params)
    cause = f"trigger:{key or new_id('trg')}"
    try:
        run = await begin(platform, workflow, params, actor, key=cause)
    except NotBegun:
        live = await find_live(platform.database, actor.account_id, subject_of(params))
        if live is None:
            raise
        if live.params != load_object(checked(workflow.params, params)[1]):
            said = f"The run {live.id} sets this person up otherwise: wait until it has ended, or cancel it."
            raise ValuesRefused([("userId", said)]) from None
        return Triggered(live.id, is_ours=False)
    if not run.is_new:
        check_same(workflow, params, run.params, cause)
    return Triggered(run.id)


async def begin_joined(platform: Platform, workflow: Workflow, joined: Joined, also: Sequence[Statement]) -> None:
    """Write `also`, and set up whoever has joined, in one batch; who was set up already is not again. The last of
    `also` changes one row."""
    billing = await find_billing(platform.database, joined.account_id)
    has_plan = billing is not None and billing.customer_id is not None and joined.mail is not None
    plan = billing.plan if billing is not None and has_plan else FREE
    params: JsonObject = {"user_id": joined.user_id, "email": joined.mail, "plan": plan}
    actor = Actor(joined.account_id, f"user:{joined.user_id}")
    try:
        run = await begin(
            platform, workflow, params, actor, key=key_of_joining(joined.user_id), also=lambda _run, _now: also
        )
    except NotBegun:
        is_written = False  # a run that somebody else asked for sets them up now
    else:
        is_written = run.is_new
    if not is_written:
        await platform.database.batch(also)


async def _check(platform: Platform, account_id: str, params: OnboardingParams) -> None:
    problems: list[tuple[str, str]] = []
    query = statement(
        "SELECT 1 FROM users WHERE id = ? AND account_id = ? AND removed_at IS NULL", params.user_id, account_id
    )
    if await platform.database.first(query) is None:
        problems.append(("userId", _NOBODY))
    if params.plan != FREE:
        problems += await _not_for_money(platform, account_id, params.plan)
        if params.email is None:
            problems.append(("email", _NO_ADDRESS))
    if problems:
        raise ValuesRefused(problems)


async def _not_for_money(platform: Platform, account_id: str, plan: Plan) -> list[tuple[str, str]]:
    if not platform.settings.of(BillingSettings).offers(plan):
        return [("plan", _NO_BILLING)]
    billing = await find_billing(platform.database, account_id)
    if billing is not None and billing.customer_id is not None and billing.plan != plan:
        return [("plan", f"The account has the plan {billing.plan}, which is changed at the billing provider.")]
    return []
