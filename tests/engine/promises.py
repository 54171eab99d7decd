"""What must hold of every payout, whatever met it: it ended as it must, and nothing happened
twice.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from tests.engine.moments import Payout
from tests.engine.payout.contract import CHASE, CLOSE, CONFIRM, DEBIT, FILE, PAY, PAYOUT_V1
from tests.engine.payout.workflow import FEE, REST_OF_IT
from tests.engine.provider import Provider
from tests.support.audits import check_audit
from tests.support.running_stack import RunningStack
from tillroll_durable.states import Status

_UNSETTLED = """
    SELECT id, kind, state, generation, failure_class, error_summary FROM runs
    WHERE kind = 'disbursement' AND status IN ('processing', 'needs_review')
"""


def unsettled(stack: RunningStack) -> list[dict[str, Any]]:
    """The payouts that have not ended."""
    return stack.d1(_UNSETTLED)


def check_promises(stack: RunningStack, provider: Provider, payouts: Sequence[Payout]) -> int:
    """Assert all of it; return how many runs there are, with children and continuations."""
    runs = {
        str(run["id"]): run for run in stack.d1("SELECT * FROM runs WHERE kind = 'disbursement'")
    }
    record = _Record(stack, runs)
    for payout in payouts:
        try:
            record.check(payout)
        except AssertionError as error:
            raise AssertionError(f"{payout.moment.name} ({payout.run_id}): {error}") from error
    begun = sum(
        1
        for run in runs.values()
        if run["parent_run_id"] is None and run["previous_run_id"] is None
    )
    assert begun == len(payouts), f"{len(payouts)} payouts were asked for, {begun} began"
    check_audit(stack, {run_id: str(run["state"]) for run_id, run in runs.items()})
    _check_provider(provider, record.expected)
    unsaid = stack.d1("SELECT idempotency_key FROM effect_intents WHERE outcome IS NULL")
    assert not unsaid, f"nobody knows what became of {unsaid}"
    assert not stack.d1("SELECT id FROM run_waits WHERE ended_at IS NULL"), (
        "an ended run still waits"
    )
    return len(runs)


def _check_provider(provider: Provider, expected: Counter[str]) -> None:
    done = +provider.done
    assert done == expected, (
        f"done beside what is on record: {done - expected}; not done: {expected - done}"
    )
    assert not +provider.repeated, f"asked again for what was done: {+provider.repeated}"
    said_no = {key for key in provider.asked if not provider.done[key]}
    for key in provider.asked:
        asked, allowed = provider.asked[key], 1 + provider.dropped[key]
        assert key in said_no or asked <= allowed, (
            f"{key} was asked for {asked} times; {allowed - 1} were lost"
        )


class _Record:
    """What the record says. `expected` counts what the provider must have done, by key."""

    def __init__(self, stack: RunningStack, runs: dict[str, dict[str, Any]]) -> None:
        self.expected: Counter[str] = Counter()
        self._runs = runs
        self._entries: defaultdict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
        for entry in stack.d1("SELECT run_id, what, amount FROM entries"):
            self._entries[str(entry["run_id"])][str(entry["what"]), int(entry["amount"])] += 1
        self._signals = Counter(
            str(row["run_id"]) for row in stack.d1("SELECT run_id FROM signals")
        )
        taken = "SELECT run_id FROM signals WHERE taken_up_at IS NOT NULL"
        self._taken = Counter(str(row["run_id"]) for row in stack.d1(taken))

    def check(self, payout: Payout) -> None:
        run, moment, amount = self._runs[payout.run_id], payout.moment, payout.params.amount
        own = Counter({(DEBIT.name, -amount): 1})
        own[CHASE.name, 0] += moment.confirmed == "never"
        own["credit back", amount] += moment.is_refused
        assert self._entries[payout.run_id] == +own, (
            f"written {self._entries[payout.run_id]}, not {+own}"
        )
        assert run["state"] == ("reversed" if moment.is_refused else "continued"), run
        sent = 0 if moment.confirmed == "never" else 1
        assert self._signals[payout.run_id] == self._taken[payout.run_id] == sent, (
            f"{CONFIRM.name}: not taken once"
        )
        self.expected[PAY.key_for(payout.run_id)] += 1
        self._check_short(payout.run_id, "parent_run_id", amount + FEE)
        if moment.is_refused:
            self.expected[f"{PAY.key_for(payout.run_id)}:rollback"] += 1
            assert not self._begun_by(payout.run_id, "previous_run_id"), (
                "it goes on although it was called back"
            )
        else:
            self.expected[FILE.key_for(payout.run_id)] += 1
            self._check_short(payout.run_id, "previous_run_id", amount + REST_OF_IT)

    def _check_short(self, run_id: str, relation: str, amount: int) -> None:
        """The one child, or continuation, of a payout: paid and closed."""
        begun = self._begun_by(run_id, relation)
        assert len(begun) == 1, f"{relation}: {len(begun)} runs"
        run = begun[0]
        assert PAYOUT_V1.state(str(run["state"])).status is Status.COMPLETE, run
        entries = self._entries[str(run["id"])]
        assert entries == Counter({(DEBIT.name, -amount): 1, (CLOSE.name, 0): 1}), (
            f"{relation}: {entries}"
        )
        self.expected[PAY.key_for(str(run["id"]))] += 1

    def _begun_by(self, run_id: str, relation: str) -> list[dict[str, Any]]:
        return [run for run in self._runs.values() if run[relation] == run_id]
