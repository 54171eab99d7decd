"""The firm's bank: what it books, pays and gives back, and the statements that it writes. It is the
truth that the product's record is held to.
"""

import random
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from local.banks.bank import Account, Booking
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.unit.payouts.bank_files.test_status_report import part, report, transaction
from tests.year.firm import Purchase, iban_of

_PAYMENT: Final = re.compile(
    r"<CdtTrfTxInf>.*?<EndToEndId>(?P<name>.*?)</EndToEndId>"
    r".*?<InstdAmt Ccy=\"EUR\">(?P<amount>[\d.]+)</InstdAmt>"
    r".*?<CdtrAcct><Id><IBAN>(?P<iban>\w+)</IBAN>",
    re.DOTALL,
)
_MESSAGE: Final = re.compile(r"<MsgId>(.*?)</MsgId>")
_REFUSED: Final = 0.03
_RETURNED: Final = 0.05
_SATURDAY: Final = 5


@dataclass(frozen=True)
class Payment:
    """A payment of a file. It is `refused`, or paid and `returned` later, or stays paid."""

    name: str
    amount: int
    iban: str
    day: date
    refused: bool
    returned: bool


@dataclass
class FirmBank:
    """The bank of the firm's account. `payments` are by their end-to-end ids."""

    dice: random.Random
    opening: int = 100_000_000
    lines: list[Line] = field(default_factory=list[Line])
    payments: dict[str, Payment] = field(default_factory=dict[str, Payment])
    executed: Counter[str] = field(default_factory=Counter[str])
    later: list[tuple[date, Line]] = field(default_factory=list[tuple[date, Line]])
    reports: list[tuple[date, str]] = field(default_factory=list[tuple[date, str]])
    meanings: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    """By its reference, what each line is about: an expense, a payout or a claim, and which."""
    of_cards: list[Line] = field(default_factory=list[Line])
    statements: int = 0
    _booked: int = 0
    _answers: int = 0

    def take_file(self, content: str, day: date) -> None:
        """Pay what a file of pain.001 asks for, and plan what comes back."""
        [message] = set(_MESSAGE.findall(content))
        said: list[str] = []
        for found in _PAYMENT.finditer(content):
            payment = self._paid(found, day)
            said.append(
                transaction(payment.name, "RJCT", "<Cd>AC04</Cd>")
                if payment.refused
                else transaction(payment.name, "ACSC")
            )
        assert said, "a file without a payment"
        # Of half of the files the bank says nothing: its statement alone tells.
        has_refused = any("RJCT" in each for each in said)
        if has_refused or self.dice.random() < 0.5:
            answer = report(part(*said)).replace("pmf-1", message)
            self._answers += 1
            answer = answer.replace("BANK-1", f"BANK-{self._answers}")
            self.reports.append((day + timedelta(days=1), answer))

    def _paid(self, found: "re.Match[str]", day: date) -> Payment:
        payment = Payment(
            name=found["name"],
            amount=int(found["amount"].replace(".", "")),
            iban=found["iban"],
            day=day,
            refused=self.dice.random() < _REFUSED,
            returned=self.dice.random() < _RETURNED,
        )
        self.executed[payment.name] += 1
        times = self.executed[payment.name]
        assert times == 1, f"the bank was asked twice for {payment.name}"
        self.payments[payment.name] = payment
        if payment.refused:
            return payment
        out = self._line(-payment.amount, day, "Payee", "Expenses", account=payment.iban)
        about = ("payout", payment.name)
        self._plan(day + timedelta(days=1), out, about, end_to_end=payment.name)
        if payment.returned:
            days = self.dice.randint(3, 6)
            text = "RETOURE AC04 Expenses"
            back = self._line(payment.amount, day, "Payee", text, account=payment.iban)
            self._plan(day + timedelta(days=1 + days), back, about, end_to_end=payment.name)
        return payment

    def card_pays(self, purchase: Purchase) -> None:
        """The firm's card paid a purchase."""
        text = f"VISA Debitkartenumsatz {purchase.number}"
        line = self._line(-purchase.total, purchase.day, purchase.shop, text)
        about = ("expense", str(purchase.number))
        day = purchase.day + timedelta(days=self.dice.randint(1, 3))
        self.of_cards.append(self._planned(day, line, about))

    def feed_cards(self, account: Account, day: date) -> None:
        """Show on the account of the cards what is booked until this day."""
        due = [each for each in self.of_cards if each.booked_on <= day]
        self.of_cards = [each for each in self.of_cards if each.booked_on > day]
        account.bookings += [
            Booking(
                amount=each.amount,
                day=max(each.booked_on, day),
                name=each.name,
                text=each.text,
                reference=each.reference,
            )
            for each in due
        ]

    def client_pays(self, name: str, number: str, amount: int, day: date) -> None:
        """A client pays a claim by its number."""
        line = self._line(amount, day, name, f"Claim {number}", account=_account_of(name))
        self._plan(day, line, ("claim", number), end_to_end=f"C-{number}")

    def debit_returned(self, name: str, number: str, amount: int, day: date) -> None:
        """What a client paid was debited by us, and comes back."""
        text = f"SEPA Lastschrift Rueckgabe MD06 Claim {number}"
        line = self._line(-amount, day, name, text, account=_account_of(name), is_reversal=True)
        self._plan(day, line, ("claim", number), end_to_end=f"C-{number}")

    def _line(
        self,
        amount: int,
        day: date,
        name: str,
        text: str,
        *,
        account: str = "",
        is_reversal: bool = False,
    ) -> Line:
        return Line(
            amount=amount,
            booked_on=day,
            name=name,
            text=text,
            account=account,
            is_reversal=is_reversal,
        )

    def _plan(self, day: date, line: Line, about: tuple[str, str], *, end_to_end: str = "") -> None:
        """Book a line on the giro account."""
        planned = replace(self._planned(day, line, about), end_to_end=end_to_end)
        self.later.append((planned.booked_on, planned))

    def _planned(self, day: date, line: Line, about: tuple[str, str]) -> Line:
        """A line with its reference, on the next working day from this one on."""
        self._booked += 1
        reference = f"B{self._booked:010}"
        self.meanings[reference] = about
        on = day
        while on.weekday() >= _SATURDAY:
            on += timedelta(days=1)
        return replace(line, booked_on=on, valued_on=on, reference=reference)

    def reports_of(self, day: date) -> list[str]:
        """The answers to files that come until this day; each once."""
        due = [answer for on, answer in self.reports if on <= day]
        self.reports = [each for each in self.reports if each[0] > day]
        return due

    def statement(self, day: date) -> bytes | None:
        """A statement of what was booked before this day since the last one; None: nothing was."""
        due = sorted((line for on, line in self.later if on < day), key=lambda line: line.booked_on)
        self.later = [each for each in self.later if each[0] >= day]
        if not due:
            return None
        self.statements += 1
        month = Month(
            opening=self.opening,
            lines=tuple(due),
            number=self.statements,
            from_day=due[0].booked_on,
            to_day=day - timedelta(days=1),
            account=IBAN,
        )
        self.opening = month.closing
        self.lines += due
        return camt(month)

    def has_paid(self, iban: str) -> int:
        """What went to a payee's account, without what was refused or is given back."""
        return sum(
            each.amount
            for each in self.payments.values()
            if each.iban == iban and not each.refused and not each.returned
        )

    def is_idle(self) -> bool:
        """Nothing is to be booked or answered any more."""
        return not self.later and not self.reports and not self.of_cards


def _account_of(client: str) -> str:
    number = sum(map(ord, client))
    return iban_of(f"20041010{number:010}")
