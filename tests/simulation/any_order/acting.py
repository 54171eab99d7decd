"""People, time and the machine act on payouts in any order, over the API: what is the same whoever
pays them.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final, Literal, LiteralString

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.simulation.conserving import check_conserved
from tests.simulation.paying import PAYEE
from tests.support.campaigns import of_campaign
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, SIGNING_KEY, TOKEN
from tillroll.identity.authentication import secret_hash
from tillroll.notifications.jobs import notify_of_events
from tillroll.observability.alert_rounds import raised_by
from tillroll.observability.counts import advance
from tillroll.observability.events import statuses_of
from tillroll.payouts.contract import KIND
from tillroll.payouts.payments import Made
from tillroll.payouts.workflow import PAYOUT
from tillroll.privacy.erasure.workflow import ERASURE
from tillroll.webhooks.deliveries import sweep_deliveries
from tillroll.workflows.registry import KEPT_SECRETS
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.kept_secrets import check_secrets, reencrypt
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.settings import RoomSettings
from tillroll_durable.registry import Registry
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.settings import RunSettings
from tillroll_durable.states import LIVE
from tillroll_testing import invariants
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.simulation.astray import Mutant, Mutation
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

ASKER, OTHER = TOKEN, "till_second"
LIMIT: Final = 10_000
PEOPLE = st.sampled_from([ASKER, OTHER])
WHICH = st.integers(0, 3)
# Of the last, the provider's counterpart refuses, fails, gives back, or loses its answer, by the
# amount.
_AMOUNTS = st.sampled_from([700, 9_000, 20_000, 4001, 4002, 4003, 4005])
_OPERATIONS = st.sampled_from(["cancel", "pause", "resume", "retry", "abandon"])
_MONTH: Final = 31 * 24 * 60
_PATIENCE: Final = 40
# What the engine, the queue and the cron have to say to each other.
_TURNS: Final = 3
# 2xx: it was done. 403: not by this person. 404: there is none yet. 409 and 422: not now, or not
# so.
_ANSWERS: Final = {200, 201, 202, 403, 404, 409, 422}
_STATUSES: Final = statuses_of(Registry([PAYOUT, ERASURE]))

SETTINGS = settings(
    max_examples=of_campaign(100),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class Acting(RuleBasedStateMachine):
    """What people see of it is what the API answers; how it stands is asked of whoever pays and of
    the ledger.

    Once the account's erasure is final, `is_shut`: nobody comes in any more, and no money moves.
    """

    world: World

    async def open_world(self) -> World:
        """A world with PAYEE, where a second person decides above LIMIT."""
        raise NotImplementedError

    def history(self) -> list[Made]:
        """What whoever pays has done in truth, of payouts that this database had at some time."""
        raise NotImplementedError

    def comes_to_an_end(self) -> None:
        """Whoever pays comes to an end with everything, and it is heard of."""
        raise NotImplementedError

    def gives_some_back(self) -> None:
        """Whoever pays gives some of it back."""
        raise NotImplementedError

    @initialize(amount=_AMOUNTS, has_receiver=st.booleans(), is_kept_up=st.booleans())
    def opens(self, amount: int, has_receiver: bool, is_kept_up: bool) -> None:
        """`has_receiver`: events are delivered somewhere, and keep their run out of the archive for
        a month. `is_kept_up`: at the end all is archived before the last is heard, and the account
        is erased behind it.
        """
        self.is_kept_up = is_kept_up
        self.runner = asyncio.Runner()
        self.faults = Faults()
        self.runs: list[str] = []
        self.large: set[str] = set()
        self.is_shut = False
        self.when_shut: list[Made] = []
        self.world = self.runner.run(self.open_world())
        self._deploy(has_receiver=has_receiver)
        self.runner.run(self._add_second_person())
        self.asks(amount, 0)
        self.turns()

    @rule(amount=_AMOUNTS, key=st.integers(0, 4))
    def asks(self, amount: int, key: int) -> None:
        body = {"payeeId": PAYEE, "currency": "EUR", "amount": amount, "reference": "Trip"}
        answer = self.post(ASKER, "/api/payouts", body, key=str(key))
        if answer.is_success and answer.json()["id"] not in self.runs:
            self.runs.append(answer.json()["id"])
            self.large |= {answer.json()["id"]} if amount > LIMIT else set()

    @precondition(lambda self: self.runs)
    @rule(which=WHICH, person=PEOPLE, decision=st.sampled_from(["approve", "reject"]))
    def decides(self, which: int, person: str, decision: Literal["approve", "reject"]) -> None:
        answer = self.post(person, f"/api/runs/{self._run(which)}/review", {"decision": decision})
        assert person is OTHER or answer.status_code != httpx.codes.OK, (
            "who asked for it has decided on it"
        )

    @precondition(lambda self: self.runs)
    @rule(which=WHICH, person=PEOPLE, operation=_OPERATIONS)
    def operates(self, which: int, person: str, operation: str) -> None:
        self.post(
            person, f"/api/runs/{self._run(which)}/{operation}", {"reason": "because of the test"}
        )

    @precondition(lambda self: self.runs)
    @rule(which=WHICH, settled_as=st.sampled_from(["paid", "not_paid"]), corrects=st.booleans())
    def settles_by_hand(self, which: int, settled_as: str, corrects: bool) -> None:
        said = {"settledAs": settled_as, "reason": "the bank says so", "corrects": corrects}
        run_id = self._run(which)
        answer = self.post(ASKER, f"/api/payouts/{run_id}/settlement", said)
        is_large = run_id in self.large
        assert not (is_large and answer.is_success), "who asked for it has settled it"
        self.post(OTHER, f"/api/payouts/{run_id}/settlement", said)

    @rule(
        minutes=st.sampled_from([1, 20, 150, 26 * 60, _MONTH]),
        dies_after=st.none() | st.integers(1, 40),
    )
    def time_passes(self, minutes: int, dies_after: int | None) -> None:
        """What happens by itself, and the machine may die over it."""
        if dies_after is not None:
            self.faults.plan[len(self.faults.passed) + dies_after] = self.faults.kill
        self.world.host.pieces.clock.advance(timedelta(minutes=minutes))
        self.turns()
        self.faults.plan.clear()

    @rule(mutation=st.sampled_from(Mutation), at=st.integers(1, 4))
    def deploys_a_broken_body(self, mutation: Mutation, at: int) -> None:
        self.world.was_astray, self.world.turns_astray = True, 2
        self.world.mutant = Mutant(mutation, at)

    @rule(archives=st.booleans())
    def payee_is_archived(self, archives: bool) -> None:
        archived = "2026-01-02" if archives else None
        changed = statement("UPDATE payees SET archived_at = ? WHERE id = ?", [archived, PAYEE])
        self.runner.run(self.world.host.database.batch([changed]))

    def teardown(self) -> None:
        try:
            if not self.is_shut:
                self._to_its_end()
            if self.is_shut:
                self.runner.run(self.check_erased())
        finally:
            self.runner.close()

    async def check_erased(self) -> None:
        """What must hold of an account whose erasure is final."""
        raise NotImplementedError

    def _to_its_end(self) -> None:
        """The right body is deployed, whoever pays comes to an end with everything, and people do
        what is left. Behind it some payments are given back. An erasure of the account that waits
        has its time then.
        """
        world = self.world
        world.turns_astray = 0
        self._until_none_is_live()
        if self.is_kept_up:
            self.archives()
        self.gives_some_back()
        # a day and a half: payments are looked at once more, and the books are audited
        for _ in range(12):
            world.host.pieces.clock.advance(timedelta(hours=3))
            self.turns(1)
        if self.is_shut:
            return
        self.brings_all_back()
        if self.runs:
            self.runner.run(invariants.check(world))
        self.runner.run(check_conserved(world, self.history()))
        if self.is_kept_up:
            self.erases_the_account(OTHER, takes_back=False)
        world.host.pieces.clock.advance(timedelta(minutes=_MONTH))
        self.turns()

    def _until_none_is_live(self) -> None:
        """What a broken body led where the right one cannot go on is cancelled."""
        world = self.world
        for number in range(_PATIENCE):
            self.comes_to_an_end()
            if number > _PATIENCE // 2:
                self._cancel_all()
            for act in (world.revive, world.unpause, partial(world.decide_all, {})):
                self.runner.run(world.surviving(act))
            world.host.pieces.clock.advance(timedelta(hours=3))
            self.turns(1)
            rows = self.rows("SELECT status FROM runs WHERE kind = ?", KIND)
            if self.is_shut or not [row for row in rows if row["status"] in LIVE]:
                return
        left = self.rows("SELECT id, state, error_summary FROM runs")
        raise AssertionError(f"it goes on for ever: {left}")

    def archives(self) -> None:
        """All that may go into the archive goes there."""
        raise NotImplementedError

    def erases_the_account(self, person: str, takes_back: bool) -> None:
        """A person asks for it, or has the account stay."""
        raise NotImplementedError

    def brings_all_back(self) -> None:
        """What the archive has of payouts comes back into the database."""
        raise NotImplementedError

    def turns(self, count: int = _TURNS) -> None:
        """What happens by itself."""
        for _ in range(count):
            self.runner.run(self.world.surviving(self.world.turn))
        if not self.is_shut and self.rows("SELECT 1 FROM erasures WHERE begun_at IS NOT NULL"):
            self.is_shut, self.when_shut = True, self.history()

    def rows(self, sql: LiteralString, *parameters: str) -> list[dict[str, Any]]:
        """Rows as they are."""
        return [dict(row) for row in self.runner.run(self.world.rows(sql, *parameters))]

    def settle_with(self, *changed: RoomSettings) -> None:
        """Other settings are deployed."""
        platform = self.world.host.platform
        for each in changed:
            platform = replace(platform, settings=platform.settings.changed(each))
        self.world.host.platform = platform

    def _deploy(self, *, has_receiver: bool) -> None:
        """Beside payouts, what the cron does for all, and the erasure of accounts."""
        world = self.world
        world.deployed = replace(
            world.deployed, beside=[ERASURE], more_ticks=[*world.deployed.more_ticks, _each_minute]
        )
        platform = replace(world.host.platform, signer=HostSigner(SIGNING_KEY))
        platform = replace(
            platform, instances=dict.fromkeys([KIND, ERASURE.contract.kind], world.instances)
        )
        world.host.platform = platform
        if not has_receiver:
            self.settle_with(RunSettings())

    def _cancel_all(self) -> None:
        for run_id in self.runs:
            self.post(ASKER, f"/api/runs/{run_id}/cancel", {"reason": "it cannot go on"})

    def _run(self, which: int) -> str:
        return self.runs[which % len(self.runs)]

    def post(self, person: str, path: str, body: object, key: str = "") -> httpx.Response:
        return self.request("POST", person, path, body, key)

    def request(
        self, method: str, person: str, path: str, body: object = None, key: str = ""
    ) -> httpx.Response:
        """What a person's request is answered."""
        return self.runner.run(self._request(method, person, path, body, key))

    async def _request(
        self, method: str, person: str, path: str, body: object, key: str
    ) -> httpx.Response:
        headers = {"idempotency-key": key} if key else {}
        async with api_client(self.world.host.platform, person) as client:
            answer = await client.request(method, path, json=body, headers=headers)
        allowed = {401} if self.is_shut else _ANSWERS
        assert answer.status_code in allowed, f"{path}: {answer.status_code} {answer.text}"
        return answer

    async def _add_second_person(self) -> None:
        user = (
            "INSERT INTO users (id, account_id, name, created_at) "
            "VALUES ('usr_second', ?, 'Second', '2026-01-01')"
        )
        token = (
            "INSERT INTO tokens (id, user_id, hash, name, created_at) "
            "VALUES ('tok_second', 'usr_second', ?, 'second', '2026-01-01')"
        )
        await self.world.host.database.batch(
            [
                statement(user, [ACCOUNT]),
                statement("INSERT INTO user_roles (user_id, role) VALUES ('usr_second', 'owner')"),
                statement(token, [secret_hash(OTHER)]),
            ]
        )

    def known(self, run_ids: set[str]) -> set[str]:
        """Those of some runs that the database has."""
        return run_ids & {text(row, "id") for row in self.rows("SELECT id FROM runs")}


async def _each_minute(platform: Platform) -> None:
    """What the cron does beside reconciling: the audit is sealed and read by who follows it,
    secrets are encrypted under the newest key, deliveries that are old are forgotten.
    """
    await seal_new_events(platform)
    await advance(platform, _STATUSES, raised_by)
    await notify_of_events(platform)
    await reencrypt(platform, KEPT_SECRETS)
    await check_secrets(platform, KEPT_SECRETS)
    await sweep_deliveries(platform)
