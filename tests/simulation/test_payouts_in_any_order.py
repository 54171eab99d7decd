"""People, the provider, time, the machine and whoever runs it act on payouts in any order, over the
API: no money is made, lost or paid twice, nobody decides on their own, and all of it comes to an
end.
"""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.simulation.any_order.acting import LIMIT, SETTINGS, WHICH
from tests.simulation.any_order.keeping import Keeping
from tests.simulation.conserving import history_of
from tests.simulation.paying import Order, open_payout, tell_twice
from tests.simulation.test_undoing_payouts import Deaf
from tillroll.payouts.payments import Made
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_testing.simulation.world import World

# The nightly audit looks at what was asked for within forty days.
_LOOKED_AT: Final = timedelta(days=35)


class Payouts(Keeping):
    """Paid by the provider, which has its own word."""

    async def open_world(self) -> World:
        world, self.provider = await open_payout(self.faults, Order(settles=False, above=LIMIT))
        self.line = world.host.platform.http
        return world

    @precondition(lambda self: self.provider.payments)
    @rule(
        which=WHICH,
        status=st.sampled_from(["posted", "failed", "returned", "canceled"]),
        tells=st.booleans(),
    )
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
        self.provider.end(
            next(each for each in self.provider.payments if each.status == "posted"), "returned"
        )

    @rule(is_deaf=st.booleans())
    def line_is_cut(self, is_deaf: bool) -> None:
        """Nobody reaches the provider any more, until the line is mended."""
        platform = self.world.host.platform
        self.world.host.platform = replace(platform, http=Deaf() if is_deaf else self.line)

    @rule(is_rolled=st.booleans(), is_put=st.booleans())
    def providers_key_is_replaced(self, is_rolled: bool, is_put: bool) -> None:
        """The provider takes another key from now on, and the old one no more; whether or not it is
        deployed.
        """
        if is_rolled:
            self.provider.api_key += "x"
        if is_put:
            self._put_the_key()

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        by_payout = Counter(
            each.ours for each in history_of(self.provider) if not each.status.brings_back
        )
        assert all(times == 1 for times in by_payout.values()), f"paid twice: {by_payout}"

    def history(self) -> list[Made]:
        made = history_of(self.provider)
        # What was asked for behind a backup that was restored is in no books any more.
        rows = self.rows("SELECT COALESCE(payment_name, run_id) AS name FROM payouts")
        there = {text(row, "name") for row in rows}
        return [each for each in made if each.ours in there]

    def comes_to_an_end(self) -> None:
        self.world.host.platform = replace(self.world.host.platform, http=self.line)
        self._put_the_key()
        for payment in self.provider.payments:
            if payment.status == "processing":
                self.provider.end(payment, payment.to_be or "posted")

    def gives_some_back(self) -> None:
        """What is so old that no audit looks at it any more is told of by the provider."""
        for payment in self.provider.payments[::2]:
            if payment.status == "posted":
                self.provider.end(payment, "returned")
        looked_at_since = to_text(self.provider.now() - _LOOKED_AT)
        for payment in self.provider.payments:
            if payment.created < looked_at_since:
                self.runner.run(tell_twice(self.world.host.platform, payment))

    def _put_the_key(self) -> None:
        payments = self.world.host.platform.settings.of(PaymentSettings)
        self.settle_with(replace(payments, api_key=self.provider.api_key))


TestPayouts = Payouts.TestCase
TestPayouts.settings = SETTINGS
