"""The second workflow: a payout, with a step of every effect, a rollback of two kinds, and a review
in the middle.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.simulation.bank import Bank
from tests.simulation.payout.contract import (
    ANNOUNCE,
    CHECK,
    CLOSE,
    DEBIT,
    FILE,
    PAY,
    PAYOUT_V1,
    REFUND,
)
from tests.support.host_platform import ACCOUNT
from tillroll_durable import ExternalCall, Outcome, Params, RollbackContext, StepContext
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable.beginning import Actor, begin
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.step_records import LARGEST_OUTPUT_BYTES
from tillroll_durable.workflow import Allowed, Workflow
from tillroll_testing.simulation.world import World


class PayoutParams(Params):
    """Who is paid, and how much in minor units."""

    employee: str
    amount: int


# No unique key: a step that takes effect twice is seen as two rows.
TABLES = [
    statement(
        "CREATE TABLE entries (run_id TEXT NOT NULL, what TEXT NOT NULL, amount INTEGER NOT NULL) "
        "STRICT"
    )
]


LONG = "long " * 20_000


class StepBroken(Exception):
    """What a step fails with when its plan says so."""


@dataclass
class Payouts:
    """The payout workflow over a bank. `broken` says by a function's name which of its calls fail;
    then it works. Under "large …" it says which of them hand back more than can be kept, under
    "long …" what lies in the object store.

    `at_once` begins the first two steps side by side, `announces_first` tells of the payout before
    anybody approves it.
    """

    bank: Bank
    needs_approval: bool = False
    broken: dict[str, list[bool]] = field(default_factory=dict[str, list[bool]])
    at_once: bool = False
    announces_first: bool = False

    @property
    def workflow(self) -> Workflow:
        return Workflow(
            PAYOUT_V1,
            self.body,
            params=PayoutParams,
            subject=lambda params: params.employee,
            allowed=Allowed(decide="review"),
        )

    async def body(self, run: WorkflowRun[PayoutParams]) -> JsonObject:
        begin: list[Callable[[], Awaitable[object]]] = [
            lambda: run.step(CHECK, self._write, "check", None),
            lambda: self._debit(run),
        ]
        if self.at_once:
            await run.gather(*[step() for step in begin])
        else:
            for step in begin:
                await step()
        if self.announces_first:
            await run.step(ANNOUNCE, self._write, "announce", 0)
        if self.needs_approval:
            decision = await run.review(1, "large_amount", {"amount": 100}, 48)
            if not decision.is_approved:
                await run.step(REFUND, self._write, "refund", 100)
                return {"state": run.state}
        await run.call(PAY, self._call("pay"), rollback=self._call_back())
        await run.call(FILE, self._call("file"))
        if not self.announces_first:
            await run.step(ANNOUNCE, self._write, "announce", 0)
        await run.step(CLOSE, self._write, "close", 0)
        return {"state": run.state}

    async def _debit(self, run: WorkflowRun[PayoutParams]) -> None:
        output = await run.step(
            DEBIT, self._write, "debit", -run.params.amount, rollback=self._credit_back
        )
        assert output in {None, "debit", LONG}, (
            "the body is given a part of what the step handed back"
        )

    async def _write(self, context: StepContext, what: str, amount: int | None) -> Outcome:
        self._break(what)
        await self.bank.faults.point(f"step: in {what}")
        output = LONG if self._is_broken(f"long {what}") else what
        output = "x" * LARGEST_OUTPUT_BYTES if self._is_broken(f"large {what}") else output
        return Outcome(
            output=output,
            statements=[] if amount is None else [_entry(context.run.id, what, amount)],
        )

    def _call(self, operation: str) -> ExternalCall:
        return ExternalCall(
            request={"operation": operation, "amount": 100},
            send=lambda context: self.bank.act(operation, context.idempotency_key),
            reconcile=lambda context: self.bank.ask(operation, context.idempotency_key),
            honours_key=True,
        )

    async def _credit_back(self, context: RollbackContext) -> Outcome:
        assert context.output in {None, "debit", LONG}, (
            "the rollback is given a part of what the step handed back"
        )
        self._break("credit back")
        return Outcome(statements=[_entry(context.run.id, "credit back", 100)])

    def _call_back(self) -> ExternalCall[RollbackContext]:
        return ExternalCall(
            request={"operation": "reverse", "amount": 100},
            send=lambda context: self.bank.reverse(context.idempotency_key, context.step_key),
            reconcile=lambda context: self.bank.ask_reverse(
                context.idempotency_key, context.step_key
            ),
            honours_key=True,
        )

    def _break(self, what: str) -> None:
        if self._is_broken(what):
            raise StepBroken(f"{what} does not work now")

    def _is_broken(self, what: str) -> bool:
        calls = self.broken.get(what)
        return bool(calls and calls.pop(0))


def _entry(run_id: str, what: str, amount: int) -> Statement:
    return statement(
        "INSERT INTO entries (run_id, what, amount) VALUES (?, ?, CAST(? AS INTEGER))",
        [run_id, what, amount],
    )


async def request_payout(world: World) -> None:
    """What a client does; done again, it changes nothing."""
    params = PayoutParams(employee="employee_1", amount=100)
    actor = Actor(ACCOUNT, "user:usr_first")
    await begin(world.host.platform, world.deployed.workflow, params, actor, key="request_1")
