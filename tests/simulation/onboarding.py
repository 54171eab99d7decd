"""Onboarding in a simulated world, with the local counterparts of the mail provider and of the one
that invoices on the other end of the line.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from local.mail.counterpart import Counterpart as Mails
from local.mail.counterpart import Fault as MailFault
from local.payments.billing import BillingCounterpart
from local.payments.billing import Fault as BillingFault
from local.payments.counterpart import Answered
from tests.simulation.author import ACCOUNT, ANN, Deployed, Faults, Scene, World, open_world
from tests.simulation.mail import SETTINGS, PostOffice
from tests.support.host_platform import USER
from tillroll.onboarding.billing import end_strays
from tillroll.onboarding.contract import OnboardingParams
from tillroll.onboarding.provider import BillingSettings
from tillroll.onboarding.workflow import ONBOARDING, begin_onboarding
from tillroll.receipts.workflow import RECEIPT
from tillroll.received_mail.settings import MailedInSettings
from tillroll_durable.platform.bindings.database import text, word
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.services import Platform

ADDRESS = "ann@example.com"
BILLING = BillingSettings("sk_local", "https://bill.test", {"team": "price_team"})
_UNDONE = {"billing_failed", "cancelled", "abandoned"}


class Lines(PostOffice):
    """Mail goes to its provider, billing to its own; the process can die before and after either
    has answered.
    """

    def __init__(self, faults: Faults, mails: Mails, billing: BillingCounterpart) -> None:
        super().__init__(faults, mails)
        self.billing = billing

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        if not url.startswith(BILLING.api_url):
            return await super().post(url, headers, body, timeout_seconds)
        return await self._asked(lambda: self.billing.post(_path(url), headers, body))

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def delete(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        del timeout_seconds
        return await self._asked(lambda: self.billing.delete(_path(url), headers))

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes
        self._faults.may_err("bank: question", HttpFailed("the provider did not answer"))
        return _answer(self.billing.get(_path(url), headers or {}))

    async def _asked(self, ask: Callable[[], Answered]) -> HttpAnswer:
        self._faults.may_err("bank: billing", HttpFailed("the provider did not answer"))
        await self._faults.point("bank: before billing")
        answered = ask()
        await self._faults.point("bank: after billing")
        self._faults.may_err("bank: billed", HttpFailed("the answer was lost"))
        return _answer(answered)


@dataclass(frozen=True)
class Order:
    """Who is set up with which plan, and what becomes of the requests to both providers."""

    plan: str = "team"
    email: str | None = ADDRESS
    mail: Sequence[MailFault] = ()
    billing: Sequence[BillingFault] = ()


@dataclass
class Street:
    """The world, with both providers."""

    world: World
    mails: Mails
    billing: BillingCounterpart

    def mend(self) -> None:
        self.mails.faults, self.billing.faults = [], []


async def open_street(faults: Faults, order: Order) -> Street:
    """A world in which the account's first person can be set up, and nothing is there yet."""

    async def sweep(platform: Platform) -> None:
        await end_strays(platform)

    world = await open_world(faults, Deployed(ONBOARDING, beside=[RECEIPT], more_ticks=[sweep]))
    world.aims_at = ONBOARDING.contract.kind
    now = world.host.pieces.clock.now
    mails, billing = Mails(SETTINGS.api_key, now), BillingCounterpart(BILLING.api_key, now)
    mails.faults, billing.faults = (
        [replace(each) for each in order.mail],
        [replace(each) for each in order.billing],
    )
    settings = world.host.platform.settings
    for each in (SETTINGS, BILLING, MailedInSettings("receipts.test")):
        settings = settings.changed(each)
    world.host.platform = replace(
        world.host.platform, http=Lines(faults, mails, billing), settings=settings
    )
    return Street(world, mails, billing)


async def ask(world: World, order: Order, key: str = "one") -> str:
    """What a client does; done again under its key, it changes nothing."""
    params = OnboardingParams.model_validate(
        {"user_id": USER, "email": order.email, "plan": order.plan}
    )
    return (await begin_onboarding(world.host.platform, ONBOARDING, ANN, params, key)).run_id


def opened(order: Order) -> Callable[[Faults], Awaitable[Scene]]:
    async def open_scene(faults: Faults) -> Scene:
        street = await open_street(faults, order)

        async def mend() -> None:
            street.mend()

        return Scene(
            street.world, lambda: ask(street.world, order), lambda: check(street, order), mend
        )

    return open_scene


async def check(street: Street, order: Order) -> None:
    """Everything once: the welcome, the customer, each resource; and what the record says is so."""
    world = street.world
    assert len(street.mails.emails) <= 1, "welcomed twice"
    assert all(times == 1 for times in street.billing.asked.values()), (
        f"billed twice: {street.billing.asked}"
    )
    for table, most in (("approval_policies", 1), ("receipt_addresses", 1), ("receipts", 1)):
        rows = await world.rows(f"SELECT 1 FROM {word(table)} WHERE account_id = '{ACCOUNT}'")
        assert len(rows) <= most, f"{table} were given twice"
    names = await world.rows("SELECT name FROM categories GROUP BY name HAVING COUNT(*) > 1")
    assert not names, "categories were given twice"
    for run in await world.rows("SELECT * FROM runs WHERE kind = 'onboarding'"):
        await _check_run(street, order, run)


async def _check_run(street: Street, order: Order, run: Mapping[str, object]) -> None:
    world, state = street.world, str(run["state"])
    customers = [each for each in street.billing.customers if not each.is_over]
    subscriptions = [each for each in street.billing.subscriptions if not each.is_over]
    if state.startswith("completed"):
        rows = await world.rows(
            "SELECT output FROM run_steps WHERE step = 'mark-complete' AND run_id = ?",
            str(run["id"]),
        )
        assert rows, (
            f"{state}, and the record does not say what was set up: mark-complete was left out"
        )
        said = load_object(text(rows[0], "output"))
        billed = _billed(world, order, customers, subscriptions)
        assert said["billing"] == billed, "the record says otherwise of billing"
        await _check_welcome(street, said["welcome"], state)
        # A body that leaves out what gave the account its resources knows of no sample to begin.
        is_left_out = world.may_be_stranded and not _names_sample(said)
        assert len(await world.rows("SELECT 1 FROM receipts")) == (0 if is_left_out else 1), (
            "no sample"
        )
    if state in _UNDONE and run["failure_class"] != "rollback_failed":
        assert not customers, f"{state}, and a customer stands"
        assert not subscriptions, f"{state}, and somebody is invoiced"
        noted = await world.rows("SELECT 1 FROM account_billing WHERE customer_id IS NOT NULL")
        assert not noted, "nobody else may set the billing up"


def _names_sample(said: Mapping[str, object]) -> bool:
    match said:
        case {"resources": {"sample": str()}}:
            return True
        case _:
            return False


async def _check_welcome(street: Street, said: object, state: str) -> None:
    emails, rows = street.mails.emails, await street.world.rows("SELECT * FROM outside_messages")
    assert isinstance(said, dict)
    if state == "completed":
        assert (len(emails), len(rows)) == (1, 1), (
            f"completed, with {len(emails)} mails sent and {len(rows)} kept"
        )
        [email], [kept] = emails, rows
        assert said == {"state": "sent", "providerId": email.id}
        assert (kept["provider_id"], kept["mail"]) == (email.id, None), (
            "the provider's id is not what was kept"
        )
    elif said["state"] != "unknown":
        assert not emails, f"it was sent, and the record says {said}"


def _billed(
    world: World, order: Order, customers: Sequence[object], subscriptions: Sequence[object]
) -> object:
    """What the record has to say of billing. A broken body may leave it out, and then the record
    says that.
    """
    is_left_out = world.may_be_stranded and not customers and not subscriptions
    if order.plan == "free" or is_left_out:
        assert not customers
        return {"state": "none"}
    for what, there in (("customer", customers), ("subscription", subscriptions)):
        assert len(there) == 1, (
            f"completed under a plan that is paid for, with {len(there)} {what}s at the provider"
        )
    [customer], [subscription] = customers, subscriptions
    return {
        "state": "set_up",
        "customerId": getattr(customer, "id", None),
        "subscriptionId": getattr(subscription, "id", None),
    }


def _path(url: str) -> str:
    assert url.startswith(BILLING.api_url)
    return url.removeprefix(BILLING.api_url)


def _answer(answered: Answered) -> HttpAnswer:
    if answered.is_lost:
        raise HttpFailed("no answer")
    return HttpAnswer(answered.status, json.dumps(answered.body))
