"""The moments of a claim at which everything dies: how it gets there, what is done at its death and
afterwards.
"""

import random
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from tests.money.company import CURRENCIES, Company, as_text
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until

Done: TypeAlias = Literal["nothing", "begun", "paid", "disputed", "withdrawn", "credited"]
_LEAST: Final = 2_000
_A_PART: Final = 700
_TOO_MUCH: Final = 150


@dataclass(frozen=True)
class Moment:
    """Where a claim stands when everything dies.

    Attributes:
        done: what somebody does right before the death.
        is_heard: that was acknowledged; else nobody knows.
        in_parts: it is paid in two parts, of which only the first comes before the death.
        ends: how the claim is called in the end.
    """

    name: str
    done: Done = "nothing"
    is_heard: bool = True
    in_parts: bool = False
    too_much: bool = False
    ends: Literal["paid", "withdrawn", "credited"] = "paid"


MOMENTS: Final = (
    Moment("it is issued and waits"),
    Moment("a part of it was just paid", "paid", in_parts=True),
    Moment("a part of it is being paid", "paid", is_heard=False, in_parts=True),
    Moment("it was just paid and is being closed", "paid"),
    Moment("more than that was just paid", "paid", too_much=True),
    Moment("all of it is being paid", "paid", is_heard=False),
    Moment("it was just disputed", "disputed"),
    Moment("it was just withdrawn", "withdrawn", ends="withdrawn"),
    Moment("all of it was just credited", "credited", ends="credited"),
    Moment("it was just begun", "begun"),
    Moment("it is being begun", "begun", is_heard=False),
)


@dataclass
class Claim:
    """One claim at its moment. `payments` are all that are to come, in minor units; `id` is known
    when it was acknowledged.
    """

    moment: Moment
    currency: str
    amount: int
    key: str
    expense: str = ""
    id: str = ""
    payments: list[int] = field(default_factory=list[int])


class Claims:
    """One claim for each moment, all of which the next death meets."""

    def __init__(self, company: Company, number: int, source: random.Random) -> None:
        self._company = company
        self._source = source
        self._number = number
        self.claims = [self._planned(place, moment) for place, moment in enumerate(MOMENTS)]

    def _planned(self, place: int, moment: Moment) -> Claim:
        amount = _LEAST + self._number * len(MOMENTS) + place
        claim = Claim(
            moment, self._source.choice(CURRENCIES), amount, f"{self._number}: {moment.name}"
        )
        if moment.ends == "paid":
            all_of_it = amount + (_TOO_MUCH if moment.too_much else 0)
            claim.payments = [_A_PART, all_of_it - _A_PART] if moment.in_parts else [all_of_it]
        return claim

    def begin(self) -> None:
        """Bring each claim to its moment."""
        wanted = [(claim.currency, claim.amount) for claim in self.claims]
        expenses = self._company.approved_expenses(f"round {self._number}", wanted)
        for claim, expense in zip(self.claims, expenses, strict=True):
            claim.expense = expense
            if claim.moment.done != "begun":
                claim.id = self._asked(claim)

    def await_moments(self) -> None:
        for claim in self.claims:
            if claim.id:
                wait_until(
                    # It is called before the loop goes on.
                    lambda: self._shown(claim)["runState"] == "awaiting_payment",  # noqa: B023
                    claim.key,
                    PATIENCE_SECONDS,
                )

    def _shown(self, claim: Claim) -> dict[str, Any]:
        return self._company.get(f"/api/claims/{claim.id}")

    def _asked(self, claim: Claim) -> str:
        return str(self._company.insist("/api/claims", self._body(claim), claim.key)["id"])

    def _body(self, claim: Claim) -> dict[str, Any]:
        asked = {"currency": claim.currency, "payerKind": "company", "payerName": "ACME"}
        return {**asked, "expenseIds": [claim.expense]}

    def _payment(self, claim: Claim, place: int) -> tuple[str, dict[str, Any], str]:
        """Path, body and key of one of its payments."""
        body = {
            "amount": as_text(claim.payments[place]),
            "currency": claim.currency,
            "day": "2026-04-02",
        }
        return f"/api/claims/{claim.id}/payments", body, f"{claim.key}, payment {place}"

    def act_before_death(self) -> None:
        """What somebody does at the last moment."""
        for claim in self._source.sample(self.claims, len(self.claims)):
            asked = self._last_act(claim)
            if asked is None:
                continue
            if not claim.moment.is_heard:
                self._company.send_into_death(*asked)
            elif claim.moment.done == "begun":
                claim.id = str(self._company.post(*asked)["id"])
            else:
                self._company.post(*asked)

    def _last_act(self, claim: Claim) -> tuple[str, dict[str, Any], str] | None:
        path = f"/api/claims/{claim.id}"
        match claim.moment.done:
            case "begun":
                return "/api/claims", self._body(claim), claim.key
            case "paid":
                return self._payment(claim, 0)
            case "disputed":
                return f"{path}/dispute", {"reason": "not ours"}, f"{claim.key}, disputed"
            case "withdrawn":
                return f"{path}/withdraw", {"reason": "a mistake"}, f"{claim.key}, withdrawn"
            case "credited":
                credited = {"expenseIds": [claim.expense], "reason": "private"}
                return f"{path}/credit-notes", credited, f"{claim.key}, credited"
            case "nothing":
                return None

    def act_when_it_lives(self) -> None:
        """Whoever asked asks again, and each claim is settled."""
        for claim in self.claims:
            found = self._asked(claim)
            assert claim.id in {"", found}, f"{claim.moment.name}: asked again, it is another claim"
            claim.id = found
            # It is called before the loop goes on.
            wait_until(lambda: self._shown(claim)["number"] is not None, f"{claim.key}: its number")  # noqa: B023
            if (asked := self._last_act(claim)) is not None:
                self._company.insist(*asked)
            if claim.moment.done == "disputed":
                self._company.insist(f"/api/claims/{claim.id}/resolve", {"reason": "it is"})
            for place in range(len(claim.payments)):
                self._company.insist(*self._payment(claim, place))
