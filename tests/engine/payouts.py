"""Payouts on a stack that nobody kills: begun and followed through the public API."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.engine.payout.contract import PayoutParams
from tests.engine.payout_stack import begin, reach
from tests.engine.provider import Provider
from tests.support.running_stack import RunningStack
from tests.support.sink import Sink


@dataclass
class Payouts:
    """`amounts` gives each payout one of its own, by which the provider tells its calls apart."""

    stack: RunningStack
    provider: Provider
    sink: Sink
    amounts: Iterator[int]

    def params(self, **given: Any) -> PayoutParams:
        """Those given, and else what is usual."""
        return PayoutParams.model_validate(
            {"provider": self.provider.url, "amount": next(self.amounts), **given}
        )

    def begin(self, params: PayoutParams) -> str:
        """The id of a new run."""
        return begin(self.stack, params, f"the payout of {params.amount}")

    def begin_and_reach(self, state: str, **given: Any) -> str:
        """The id of a new run that is in this state."""
        run_id = self.begin(self.params(**given))
        reach(self.stack, run_id, state)
        return run_id
