"""JSON of what is owed to people, and of paying it. Amounts are whole minor units of their
currency."""

import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tillroll.expenses.at_bank import AgreeingEntry
from tillroll.expenses.duplicates.holds import OpenTwin
from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll.payouts.models import AlikePayout
from tillroll.payouts.owed.rules import Standing
from tillroll_durable.platform.models import Flag, Model, RequestBody, WrittenDay

MOST_EXPENSES = 300
"""Expenses that are paid at once: their ids stand in a run's params."""
Way: TypeAlias = Literal["file", "provider", "hand"]


class CompanyAccount(Model):
    """The bank account that files pay from. `iban` shows its first four and last four
    characters."""

    name: str
    iban: str


class PaymentWays(Model):
    """How this account pays: `file` is the bank account that files for the bank pay from, null
    where there is none; `missing` says then what to do, a sentence each. `provider`: whether a
    payment provider pays. By hand is always possible."""

    file: CompanyAccount | None
    missing: list[str]
    provider: bool


class OwedPerson(Model):
    """`name` is null where there is no such person any more."""

    id: str
    name: str | None


class OwedSum(Model):
    """What is owed in a currency: `owed` can be paid now; `onItsWay` is in payouts or claims that
    go on."""

    currency: str
    owed: int
    on_its_way: int


class OwedBase(Model):
    """What can be paid now, and what is on its way, in the account's base currency, each expense at
    the rate of its day. `without_rate` expenses are left out of it: no rate is known yet."""

    currency: str
    owed: int
    on_its_way: int
    without_rate: int


class OwedAccount(Model):
    """How a person can be paid: a payee of theirs. `iban` shows its first four and last four
    characters."""

    payee_id: str
    name: str
    paid_by: Literal["file", "provider"]
    iban: str | None


class Owed(Model):
    """What the company owes to a person. `expenses` can be paid now, `oldest` is the day of the
    first of these. `heldBack` of them are paid only once a person says that the company's account
    did not pay them, settles a pair of possible duplicates, or says what the bank did with an
    earlier payment."""

    person: OwedPerson
    sums: list[OwedSum]
    base: OwedBase | None
    expenses: int
    held_back: int
    oldest: datetime.date | None
    accounts: list[OwedAccount]


class PaidBackBy(Model):
    """A payout that covers an expense, or covered it: `state` is its run's. `amount` is in the
    expense's currency, `paidAmount` is what the person gets of the payout for it. `paidOn` is the
    day of payment; `releasedAt` says when it came to nothing, so that the expense is owed again,
    and `reason` is the bank's code, if any."""

    payout_id: str
    amount: int
    currency: str
    paid_amount: int
    paid_currency: str
    state: str
    paid_by: str | None
    paid_on: datetime.date | None
    released_at: str | None
    reason: str | None


class OwedBaseAmount(Model):
    """What is owed of an expense at a rate: `rate` is a decimal string, published for `rateDay` by
    `source`."""

    currency: str
    owed: int
    rate: str
    rate_day: datetime.date
    source: str


class OwedExpense(Model):
    """An approved expense that somebody paid themselves. `owed` + `onItsWay` + `paid` +
    `notReimbursable` = `total`. `paidOn` is when it was paid, where a payout has paid it. `claimId`
    is the claim on the company that holds it. `bankEntry` is an entry of the bank that may have
    paid it, `duplicate` another expense that may be the same purchase: it is held back until a
    person decides. So it is while the bank's answers leave open whether `doubtedPayout` has paid
    it, which came to nothing."""

    id: str
    person: OwedPerson | None
    merchant: str
    date: datetime.date
    origin: str
    currency: str
    total: int
    owed: int
    on_its_way: int
    paid: int
    not_reimbursable: int
    standing: Standing
    base: OwedBaseAmount | None
    paid_on: datetime.date | None
    claim_id: str | None
    bank_entry: AgreeingEntry | None
    duplicate: OpenTwin | None
    doubted_payout: str | None
    payouts: list[PaidBackBy]


class OwedPaymentRequest(RequestBody):
    """Expenses to pay back: each person gets one payout a currency, in the expenses' currency, or
    in `currency` at the rates of their days, which has to be the account's base currency. `way` is
    file (for the bank), provider, or hand: paid outside of Tillroll on `paidOn`. `expects` are the
    sums that were shown, by currency: others are refused. `despiteBank`: a person says that the
    company's account did not pay these, though an entry of the bank agrees."""

    expenses: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=60)]],
        Field(min_length=1, max_length=300),
    ]
    way: Way
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    paid_on: WrittenDay | None = None
    despite_bank: Flag = False
    reference: Annotated[
        str, Field(min_length=1, max_length=140, pattern=r"^[^\x00-\x1f\x7f]+$")
    ] = "Reimbursement of expenses"
    expects: dict[str, Annotated[int, Field(gt=0, le=LARGEST_AMOUNT, strict=True)]] | None = None


class PlannedExpense(Model):
    """`amount` is in the payout's currency, `ofAmount` in the expense's; `rate` is null where both
    are one."""

    expense_id: str
    merchant: str
    date: datetime.date
    amount: int
    of_amount: int
    of_currency: str
    rate: str | None
    rate_day: datetime.date | None
    rate_source: str | None


class PlannedPayout(Model):
    """One payout: who gets how much, on which account (null: by hand), for which expenses."""

    person: OwedPerson
    account: OwedAccount | None
    currency: str
    amount: int
    expenses: list[PlannedExpense]


class OwedPlan(Model):
    """What would be paid; nothing is begun. `second`: somebody else has to approve it. `alike`
    warns of payouts that one of these may be once more."""

    payouts: list[PlannedPayout]
    second: bool
    alike: list[AlikePayout]


class OwedPayment(Model):
    """What was begun: a payout, or a batch where there are several."""

    payout_id: str | None
    batch_id: str | None


class UndoingByHand(RequestBody):
    """Why a payment by hand is taken back, for the audit."""

    reason: Annotated[str, Field(min_length=3, max_length=500)]
