"""Rounds on the genuine engine: payouts and claims at every moment, then a death of everything,
then their ends.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.money.bank import Bank
from tests.money.claims import Claim, Claims
from tests.money.company import Company
from tests.money.matching import Matching
from tests.money.payouts import Payout, Payouts
from tests.money.reading import check_all, unsettled, verify_audit
from tests.money.stack import money_stack
from tests.money.thirty_days import let_it_be_late
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until

_CRON_EVERY_SECONDS = 1.0
# Between the last act and the death: so the death meets the commits that follow, and what comes
# between them.
_LAST_BREATH_SECONDS = (0.0, 0.3)


@dataclass
class Figures:
    """What happened in all rounds. `asked_twice` are payouts of which the provider heard twice, as
    it must.
    """

    rounds: int = 0
    payouts: list[Payout] = field(default_factory=list[Payout])
    claims: list[Claim] = field(default_factory=list[Claim])
    payments: Counter[str] = field(default_factory=Counter[str])
    lost: int = 0
    asked_twice: int = 0
    seals: int = 0
    waited_days: int = 0
    asked_at_once: int = 0
    cut: int = 0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        ends = Counter(each.moment.ends for each in self.payouts)
        claimed = Counter(each.moment.ends for each in self.claims)
        sent = sum(len(each.payments) for each in self.claims)
        heard_twice = f"{self.asked_twice} heard twice"
        return [
            f"{self.rounds} rounds, each with a kill -9 of everything, in {self.seconds:.0f} s",
            f"{len(self.payouts)} payouts: {_said(ends)}; none paid twice",
            (
                f"the provider has {_said(self.payments)} payments; {self.lost} calls were lost, "
                f"{heard_twice}"
            ),
            f"{len(self.claims)} claims: {_said(claimed)}; {sent} payments, each posted once",
            f"{self.seals} seals of the audit, all intact",
            (
                f"{self.asked_at_once} requests about a bank's entries at once, {self.cut} cut: "
                "its books agree"
            ),
            (
                f"one more claim, asked for three times in {self.waited_days} days that passed by "
                "introspection, then paid"
            ),
        ]


def _said(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))


def run_rounds(state: Path, rounds: int, seed: int, say: Callable[[str], None]) -> Figures:
    """Run the rounds, and check what was promised after each; in the end, one more claim is never
    paid in time.

    Raises:
        AssertionError: a promise was broken, or something did not end in time; the message says
            which.
    """
    figures, began = Figures(), time.monotonic()
    state.mkdir(parents=True, exist_ok=True)
    with Bank(state) as bank, money_stack(state, bank) as stack:
        company = Company(stack, bank)
        matching = Matching(stack, seed)
        for number in range(rounds):
            source = random.Random(f"{seed} round {number}")
            _one_round(company, matching, number, source, figures, say)
        figures.asked_at_once = matching.answers + matching.cut
        figures.cut = matching.cut
        waited = let_it_be_late(company)
        figures.waited_days = waited.days
        stack.fire_cron()
        figures.seals = verify_audit(company, 1) - 1
        figures.payments = Counter(str(each["status"]) for each in bank.payments())
        figures.lost, figures.asked_twice = (
            bank.line.lost,
            sum(1 for count in bank.line.sent.values() if count > 1),
        )
        company.close()
    figures.seconds = time.monotonic() - began
    return figures


def _one_round(
    company: Company,
    matching: Matching,
    number: int,
    source: random.Random,
    figures: Figures,
    say: Callable[[str], None],
) -> None:
    started, stack = time.monotonic(), company.stack
    claims, payouts = Claims(company, number, source), Payouts(company, number, source)
    claims.begin()
    payouts.begin()
    claims.await_moments()
    acts = [payouts.act_before_death, claims.act_before_death, matching.act_before_death]
    for act in source.sample(acts, len(acts)):
        act()
    time.sleep(source.uniform(*_LAST_BREATH_SECONDS))  # the moment of death is what the seed chose
    killed = time.monotonic()
    stack.kill()
    matching.await_the_cut()
    payouts.act_after_death()
    stack.start()
    restarted = time.monotonic()
    payouts.act_when_it_lives()
    claims.act_when_it_lives()
    settle(company, payouts)
    settled = time.monotonic()
    figures.rounds += 1
    figures.payouts += payouts.payouts
    figures.claims += claims.claims
    check_all(company, figures.payouts, figures.claims)
    matching.check()
    figures.seals = verify_audit(company, max(1, figures.seals))
    times = (killed - started, restarted - killed, settled - restarted, time.monotonic() - settled)
    begun, back, ended, checked = (f"{seconds:.0f} s" for seconds in times)
    said = (
        f"{begun} to the moments, {back} until it answers again, {ended} to the ends, {checked} "
        "checked"
    )
    say(f"round {number + 1}: {said}")


def settle(company: Company, payouts: Payouts) -> None:
    """Fire the cron, more often than once a minute, and have the bank do its part, until everything
    has ended.
    """
    fired = 0.0

    def is_settled() -> bool:
        nonlocal fired
        if time.monotonic() - fired > _CRON_EVERY_SECONDS:
            payouts.come_to_ends()
            company.stack.fire_cron()
            fired = time.monotonic()
        return not unsettled(company)

    try:
        wait_until(is_settled, "every payout and claim to end", PATIENCE_SECONDS)
    except AssertionError as error:
        raise AssertionError(f"{error}; still open: {unsettled(company)}") from error
