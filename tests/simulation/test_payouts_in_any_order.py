"""People, the provider, time and the machine act on payouts in any order, over the API: no money is made, lost or paid
twice, nobody decides on their own, and all of it comes to an end."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, Literal

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from tests.simulation import invariants
from tests.simulation.astray import Mutant, Mutation
from tests.simulation.conserving import check_conserved, history_of
from tests.simulation.faults import Faults
from tests.simulation.paying import PAYEE, Order, open_payout, tell_twice
from tests.simulation.test_undoing_payouts import Deaf
from tests.support.campaigns import of_campaign
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN
from tillroll.api.door.access import secret_hash
from tillroll.durable import statement
from tillroll.durable.contract import LIVE

ASKER, OTHER = TOKEN, "till_second"
LIMIT: Final = 10_000
# Of the last, the counterpart refuses, fails, gives back, or loses its answer, by the amount.
_AMOUNTS = st.sampled_from([700, 9_000, 20_000, 4001, 4002, 4003, 4005])
_OPERATIONS = st.sampled_from(["cancel", "pause", "resume", "retry", "abandon"])
_PEOPLE = st.sampled_from([ASKER, OTHER])
_WHICH = st.integers(0, 3)
_PATIENCE: Final = 40
# What the engine, the queue and the cron have to say to each other.
_TURNS: Final = 3
# 202 and 200: it was done. 403: not by this person. 404: there is none yet. 409 and 422: not now, or not so.
_ANSWERS: Final = {200, 202, 403, 404, 409, 422}


class Payouts(RuleBasedStateMachine):
    """What people see of it is what the API answers; how it stands is asked of provider and ledger."""

    @initialize(amount=_AMOUNTS)
    def opens(self, amount: int) -> None:
        self.runner = asyncio.Runner()
        self.faults = Faults()
        self.runs: list[str] = []
        self.large: set[str] = set()
        self.world, self.provider = self.runner.run(open_payout(self.faults, Order(settles=False, above=LIMIT)))
        self.line = self.world.host.platform.http
        self.runner.run(self._add_second_person())
        self.asks(amount, 0)
        self._turns()

    @rule(amount=_AMOUNTS, key=st.integers(0, 4))
    def asks(self, amount: int, key: int) -> None:
        body = {"payeeId": PAYEE, "currency": "EUR", "amount": amount, "reference": "Trip"}
        answer = self._post(ASKER, "/api/payouts", body, key=str(key))
        if answer.is_success and answer.json()["id"] not in self.runs:
            self.runs.append(answer.json()["id"])
            self.large |= {answer.json()["id"]} if amount > LIMIT else set()

    @precondition(lambda self: self.runs)
    @rule(which=_WHICH, person=_PEOPLE, decision=st.sampled_from(["approve", "reject"]))
    def decides(self, which: int, person: str, decision: Literal["approve", "reject"]) -> None:
        answer = self._post(person, f"/api/runs/{self._run(which)}/review", {"decision": decision})
        assert person is OTHER or answer.status_code != httpx.codes.OK, "who asked for it has decided on it"

    @precondition(lambda self: self.runs)
    @rule(which=_WHICH, person=_PEOPLE, operation=_OPERATIONS)
    def operates(self, which: int, person: str, operation: str) -> None:
        self._post(person, f"/api/runs/{self._run(which)}/{operation}", {"reason": "because of the test"})

    @precondition(lambda self: self.runs)
    @rule(which=_WHICH, settled_as=st.sampled_from(["paid", "not_paid"]), corrects=st.booleans())
    def settles_by_hand(self, which: int, settled_as: str, corrects: bool) -> None:
        said = {"settledAs": settled_as, "reason": "the bank says so", "corrects": corrects}
        run_id = self._run(which)
        answer = self._post(ASKER, f"/api/payouts/{run_id}/settlement", said)
        is_large = run_id in self.large
        assert not (is_large and answer.is_success), "who asked for it has settled it"
        self._post(OTHER, f"/api/payouts/{run_id}/settlement", said)

    @precondition(lambda self: self.provider.payments)
    @rule(which=_WHICH, status=st.sampled_from(["posted", "failed", "returned", "canceled"]), tells=st.booleans())
    def provider_ends(
        self, which: int, status: Literal["posted", "failed", "returned", "canceled"], tells: bool
    ) -> None:
        payment = self.provider.payments[which % len(self.provider.payments)]
        if payment.status == "processing":
            self.provider.end(payment, status)
        if tells:
            self.runner.run(tell_twice(self.world.host.platform, payment))

    @precondition(lambda self: any(each.status == "posted" for each in self.provider.payments))
    @rule()
    def bank_gives_back(self) -> None:
        self.provider.end(next(each for each in self.provider.payments if each.status == "posted"), "returned")

    @rule(is_deaf=st.booleans())
    def line_is_cut(self, is_deaf: bool) -> None:
        """Nobody reaches the provider any more, until the line is mended."""
        platform = self.world.host.platform
        self.world.host.platform = replace(platform, http=Deaf() if is_deaf else self.line)

    @rule(minutes=st.sampled_from([1, 20, 150, 26 * 60]), dies_after=st.none() | st.integers(1, 40))
    def time_passes(self, minutes: int, dies_after: int | None) -> None:
        """What happens by itself, and the machine may die over it."""
        if dies_after is not None:
            self.faults.plan[len(self.faults.passed) + dies_after] = self.faults.kill
        self.world.host.pieces.clock.advance(timedelta(minutes=minutes))
        self._turns()
        self.faults.plan.clear()

    @rule(mutation=st.sampled_from(Mutation), at=st.integers(1, 4))
    def deploys_a_broken_body(self, mutation: Mutation, at: int) -> None:
        self.world.was_astray, self.world.turns_astray = True, 2
        self.world.mutant = Mutant(mutation, at)

    @rule(archives=st.booleans())
    def payee_is_archived(self, archives: bool) -> None:
        archived = "2026-01-02" if archives else None
        changed = statement("UPDATE payees SET archived_at = ? WHERE id = ?", archived, PAYEE)
        self.runner.run(self.world.host.database.batch([changed]))

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        by_payout = Counter(each.ours for each in history_of(self.provider) if not each.status.brings_back)
        assert all(times == 1 for times in by_payout.values()), f"paid twice: {by_payout}"

    def teardown(self) -> None:
        try:
            self.runner.run(self._to_its_end())
        finally:
            self.runner.close()

    async def _to_its_end(self) -> None:
        """The right body is deployed, the provider comes to an end with everything, and people do what is left. What a
        broken body led where the right one cannot go on is cancelled. Behind it the bank gives some payments back."""
        world = self.world
        world.turns_astray = 0
        world.host.platform = replace(world.host.platform, http=self.line)
        for number in range(_PATIENCE):
            for payment in self.provider.payments:
                if payment.status == "processing":
                    self.provider.end(payment, payment.to_be or "posted")
            if number > _PATIENCE // 2:
                await self._cancel_all()
            await world.surviving(world.revive)
            await world.surviving(world.unpause)
            await world.surviving(partial(world.decide_all, {}))
            world.host.pieces.clock.advance(timedelta(hours=3))
            await world.surviving(world.turn)
            live = [row for row in await world.rows("SELECT status FROM runs") if row["status"] in LIVE]
            if not live:
                break
        else:
            left = await world.rows("SELECT id, state, error_summary FROM runs")
            raise AssertionError(f"it goes on for ever: {left}")
        for payment in self.provider.payments[::2]:
            if payment.status == "posted":
                self.provider.end(payment, "returned")
        for _ in range(12):  # a day and a half: payments are looked at once more, and the books are audited
            world.host.pieces.clock.advance(timedelta(hours=3))
            await world.surviving(world.turn)
        if self.runs:
            await invariants.check(world)
        await check_conserved(world, history_of(self.provider))

    def _turns(self) -> None:
        for _ in range(_TURNS):
            self.runner.run(self.world.surviving(self.world.turn))

    async def _cancel_all(self) -> None:
        for run_id in self.runs:
            await self._post_async(ASKER, f"/api/runs/{run_id}/cancel", {"reason": "it cannot go on"})

    def _run(self, which: int) -> str:
        return self.runs[which % len(self.runs)]

    def _post(self, person: str, path: str, body: object, key: str = "") -> httpx.Response:
        return self.runner.run(self._post_async(person, path, body, key))

    async def _post_async(self, person: str, path: str, body: object, key: str = "") -> httpx.Response:
        headers = {"idempotency-key": key} if key else {}
        async with api_client(self.world.host.platform, person) as client:
            answer = await client.post(path, json=body, headers=headers)
        assert answer.status_code in _ANSWERS, f"{path}: {answer.status_code} {answer.text}"
        return answer

    async def _add_second_person(self) -> None:
        user = "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_second', ?, 'Second', '2026-01-01')"
        token = (
            "INSERT INTO tokens (id, user_id, hash, name, created_at) "
            "VALUES ('tok_second', 'usr_second', ?, 'second', '2026-01-01')"
        )
        await self.world.host.database.batch(
            [
                statement(user, ACCOUNT),
                statement("INSERT INTO user_roles (user_id, role) VALUES ('usr_second', 'owner')"),
                statement(token, secret_hash(OTHER)),
            ]
        )


TestPayouts = Payouts.TestCase
TestPayouts.settings = settings(
    max_examples=of_campaign(100),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
