"""The moments of a payout at which everything dies: how it gets there, what is done at its death
and afterwards.
"""

import random
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

from tests.money.bank import CANCEL, PAY, Hold, Line
from tests.money.company import LIMIT, Company
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until

Begun: TypeAlias = Literal["before", "at the death", "into the death"]
Ending: TypeAlias = Literal["posted", "failed", "returned"]
Told: TypeAlias = Literal["at the death", "afterwards", "twice", "never"]
# By which the local provider refuses a payment: local/payments/counterpart.py.
_REFUSED: Final = 4001
_LEAST: Final = 10_000
# A call that comes late comes when nothing of ours lives, or when it may have been sent again.
_WHILE_DEAD: Final = 0.5
BEFORE, AFTER = False, True


@dataclass(frozen=True)
class Moment:
    """Where a payout stands when everything dies.

    Attributes:
        stands_in: the state that it has reached; None: a call of it stands still, or it is only
            begun.
        held: the call that stands still then, and whether the provider has done it already.
        comes_late: the call comes to the provider all the same, when its sender is dead; else it is
            lost.
        is_let_go_first: the call that stood still is answered right before the death.
        ending: what becomes of the payment at the bank, and `told`, when the provider's event of
            that is sent.
        is_turned_away: the provider answers no call to pay until the death.
        ends: the payout's last state.
        most_heard: how often the provider hears the request to pay at most.
    """

    name: str
    stands_in: str | None = None
    held: tuple[str, bool] | None = None
    comes_late: bool = False
    is_let_go_first: bool = False
    begun: Begun = "before"
    ending: Ending = "posted"
    told: Told = "afterwards"
    is_turned_away: bool = False
    is_refused: bool = False
    is_large: bool = False
    ends: str = "paid"
    most_heard: int = 1

    @property
    def is_cancelled(self) -> bool:
        return self.ends == "cancelled"


MOMENTS: Final = (
    Moment("a call to pay was sent and is lost", held=(PAY, BEFORE)),
    Moment(
        "a call to pay was sent and comes late", held=(PAY, BEFORE), comes_late=True, most_heard=2
    ),
    Moment("it is paid, the answer is lost", held=(PAY, AFTER)),
    Moment("it is paid, the answer has just come", held=(PAY, AFTER), is_let_go_first=True),
    Moment("it is debited, the provider is down", "debited", is_turned_away=True),
    Moment("it waits for the bank", "unsettled", told="twice"),
    Moment("the bank's confirmation was just sent", "unsettled", told="at the death"),
    Moment("nobody tells of the bank's confirmation", "unsettled", told="never"),
    Moment(
        "it failed at the bank a moment ago",
        "unsettled",
        ending="failed",
        told="at the death",
        ends="came_back",
    ),
    Moment("it comes back from the bank", "unsettled", ending="returned", ends="came_back"),
    Moment(
        "it is refused, that is lost",
        held=(PAY, AFTER),
        is_refused=True,
        ends="reversed",
        most_heard=2,
    ),
    Moment(
        "it is refused and called back",
        held=(PAY, AFTER),
        is_let_go_first=True,
        is_refused=True,
        ends="reversed",
        most_heard=2,
    ),
    Moment(
        "its calling back was sent and is lost",
        "unsettled",
        held=(CANCEL, BEFORE),
        ends="cancelled",
    ),
    Moment(
        "it is called back, the answer is lost", "unsettled", held=(CANCEL, AFTER), ends="cancelled"
    ),
    Moment("its approval was just given", "awaiting_approval", is_large=True),
    Moment("it was just begun", begun="at the death"),
    Moment("it is being begun", begun="into the death"),
)


@dataclass
class Payout:
    """One payout at its moment. `id` is known when it was acknowledged."""

    moment: Moment
    amount: int
    currency: str
    key: str
    payee: str
    id: str = ""
    hold: Hold | None = None


class Payouts:
    """One payout for each moment, all of which the next death meets."""

    def __init__(self, company: Company, number: int, source: random.Random) -> None:
        self._company = company
        self._source = source
        self.payouts = [
            self._planned(number, place, moment) for place, moment in enumerate(MOMENTS)
        ]

    def _planned(self, number: int, place: int, moment: Moment) -> Payout:
        amount = _LEAST + number * len(MOMENTS) + place + (LIMIT if moment.is_large else 0)
        currency = self._source.choice(("EUR", "EUR", "USD"))
        key, payee = f"{number}: {moment.name}", self._company.payee(f"{number}_{place}")
        return Payout(moment, _REFUSED if moment.is_refused else amount, currency, key, payee)

    def begin(self) -> None:
        """Bring each payout to its moment."""
        for payout in self.payouts:
            moment = payout.moment
            if moment.begun != "before":
                continue
            if moment.is_turned_away:
                self._line.turned_away.add(payout.amount)
            if moment.held and moment.held[0] == PAY:
                payout.hold = self._line.hold((PAY, payout.amount), is_done_first=moment.held[1])
            payout.id = self._asked(payout)
            if payout.hold is not None and moment.is_refused:  # another has the same amount
                _await(payout)
        wait_until(
            lambda: not self.on_their_way(), "the payouts to be at their moments", PATIENCE_SECONDS
        )
        for payout in self.payouts:
            if payout.moment.held and payout.moment.held[0] == CANCEL:
                payout.hold = self._line.hold(
                    (CANCEL, payout.amount), is_done_first=payout.moment.held[1]
                )
                self._company.insist(f"/api/runs/{payout.id}/cancel", {"reason": "a mistake"})
                _await(payout)

    def _asked(self, payout: Payout) -> str:
        return str(self._company.insist("/api/payouts", self._body(payout), payout.key)["id"])

    def _body(self, payout: Payout) -> dict[str, Any]:
        asked = {"payeeId": payout.payee, "currency": payout.currency, "amount": payout.amount}
        return {**asked, "reference": payout.key[:140]}

    def on_their_way(self) -> list[str]:
        """The moments to which their payouts have not come yet."""
        ids = "', '".join(payout.id for payout in self.payouts)
        # The test's own ids and names.
        rows = self._company.stack.d1(f"SELECT id, state FROM runs WHERE id IN ('{ids}')")
        states = {row["id"]: row["state"] for row in rows}
        return [
            payout.moment.name
            for payout in self.payouts
            if payout.id
            and not (
                payout.hold.arrived.is_set()
                if payout.hold
                else payout.moment.stands_in == states[payout.id]
            )
        ]

    def act_before_death(self) -> None:
        """What somebody does at the last moment."""
        for payout in self._shuffled():
            moment = payout.moment
            if moment.is_large:
                self._company.approve(payout.id)
            if moment.told == "at the death":
                name = self._company.names_of_payments()[payout.id]
                assert self._company.bank.act(name, moment.ending) == HTTPStatus.ACCEPTED, (
                    "the event was refused"
                )
            if payout.hold is not None and moment.is_let_go_first:
                payout.hold.let_go.set()
            if moment.begun == "at the death":
                payout.id = str(
                    self._company.post("/api/payouts", self._body(payout), payout.key)["id"]
                )
            if moment.begun == "into the death":
                self._company.send_into_death("/api/payouts", self._body(payout), payout.key)

    def act_after_death(self) -> None:
        """What becomes of the calls whose sender is dead."""
        self._line.turned_away.clear()
        for payout in self.payouts:
            if payout.hold is None:
                continue
            if not payout.moment.comes_late:
                self._line.drop(payout.hold)
            elif self._source.random() < _WHILE_DEAD:
                payout.hold.let_go.set()

    def act_when_it_lives(self) -> None:
        """Whoever asked asks again, and what is late comes at last."""
        for payout in self.payouts:
            if payout.moment.begun != "before":
                found = self._asked(payout)
                assert payout.id in {"", found}, (
                    f"{payout.moment.name}: asked again, it is another payout"
                )
                payout.id = found
            if payout.hold is not None and payout.moment.comes_late:
                payout.hold.let_go.set()

    def come_to_ends(self) -> None:
        """What the bank does with the payments that it has by now."""
        names = self._company.names_of_payments()
        moments = {names[payout.id]: payout.moment for payout in self.payouts if payout.id}
        for payment in self._company.bank.payments():
            name = payment["metadata"]["payout"]
            is_open = payment["status"] == "processing" and name in moments
            if not is_open or moments[name].is_cancelled:
                continue
            moment = moments[name]
            if moment.told == "never":
                self._company.hear_no_events()
            self._company.bank.act(name, moment.ending)
            self._company.hear_events()
            if moment.told == "twice":
                self._company.bank.act(name, "tell")

    @property
    def _line(self) -> Line:
        return self._company.bank.line

    def _shuffled(self) -> list[Payout]:
        return self._source.sample(self.payouts, len(self.payouts))


def _await(payout: Payout) -> None:
    assert payout.hold is not None
    wait_until(payout.hold.arrived.is_set, f"the call of {payout.key}", PATIENCE_SECONDS)
