"""What the bank took, and what clients paid, as DATEV books it. Pure.

A fee debits "Nebenkosten des Geldverkehrs" and credits the bank: Haufe, HI1904049. It has no VAT
(section 4 no. 8 letter d UStG), so the booking has no BU-Schlüssel. A payment debits the bank and
credits the client's debtor. What was paid of an expense debits what the booking of the expense
credits, and credits the bank. Belegfeld 1 is the number of the document, by which DATEV settles the
open item: "Buchungsstapel" on developer.datev.de. What came back has the other side.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from tillroll.expenses.exported import decimal_amount
from tillroll.exports.writers.datev import (
    BOOKS_CURRENCY,
    DatevWriter,
    decimal_text,
    document_number,
)
from tillroll.exports.writers.datev_charts import bank_account, fee_account
from tillroll.exports.writers.datev_debtors import debtor_account
from tillroll.exports.writers.datev_rows import (
    DATEV_ENCODING,
    Transliterated,
    booking_line,
)
from tillroll.exports.writers.formats import About, ProfileOptions, harmless

_MOST_TEXT: Final = 60


class Kind(StrEnum):
    """What an entry of the bank is."""

    FEE = "fee"
    PAYMENT = "payment"
    PAID = "paid"
    """A payment of an expense, or a payout."""


@dataclass(frozen=True)
class BankBooking:
    """What explains an entry of the bank, or a part of it: `amount` is in minor units, below zero
    where money went. A payment has the `number` of its invoice and the client's `debtor`.
    `decided_at` says when a person, or the run, accepted it (UTC text).
    """

    id: str
    entry_id: str
    kind: Kind
    day: str
    amount: int
    currency: str
    text: str
    number: str = ""
    debtor: int | None = None
    decided_at: str = ""

    def says_the_same_as(self, other: "BankBooking") -> bool:
        """Whether books that hold this one hold the other as well."""
        return replace(self, text="", decided_at="") == replace(other, text="", decided_at="")


@dataclass(frozen=True)
class BankLine:
    """A booking of a batch. `corrects` is the export whose line it takes back; `after_closing` the
    closed period, FROM/TO, that it came into afterwards."""

    booking: BankBooking
    corrects: str | None = None
    after_closing: str | None = None


class Lack(StrEnum):
    """Why a booking is in no batch, as a remark on the export that leaves out several."""

    ACCOUNT = (
        "{count} entries of the bank are not in the files: give the profile the accounts of bank "
        "fees and of the bank."
    )
    CURRENCY = (
        "{count} entries of the bank are not in the files: they are in another currency than the "
        "books, and have no rate."
    )
    OWED = "{count} payments of expenses are not in the files: give the profile its contra account."
    DEBTOR = (
        "{count} payments of clients are not in the files: their invoice has no debtor, or is in "
        "another currency."
    )
    CHOICE = (
        "{count} payments of expenses, or payouts, are not in the files: the profile leaves them "
        "out of the batch of the bank."
    )


_ONE: Final = {
    Lack.ACCOUNT: (
        "1 entry of the bank is not in the files: give the profile the accounts of bank fees and "
        "of the bank."
    ),
    Lack.CURRENCY: (
        "1 entry of the bank is not in the files: it is in another currency than the books, and "
        "has no rate."
    ),
    Lack.OWED: "1 payment of an expense is not in the files: give the profile its contra account.",
    Lack.DEBTOR: (
        "1 payment of a client is not in the files: its invoice has no debtor, or is in another "
        "currency."
    ),
    Lack.CHOICE: (
        "1 payment of an expense, or payout, is not in the files: the profile leaves it out of "
        "the batch of the bank."
    ),
}


def remark_on(lack: Lack, count: int) -> str:
    """What is said of so many bookings that are in no batch."""
    if count == 1:
        return _ONE[lack]
    return lack.format(count=count)


def lack_of(booking: BankBooking, about: About) -> Lack | None:
    """Why no batch can have it."""
    if bank_account(about.profile) is None:
        return Lack.ACCOUNT
    if booking.currency != (about.base_currency or BOOKS_CURRENCY):
        return Lack.CURRENCY
    if booking.kind is Kind.FEE and fee_account(about.profile) is None:
        return Lack.ACCOUNT
    if booking.kind is Kind.PAID and about.profile.contra_account is None:
        return Lack.OWED
    if booking.kind is Kind.PAYMENT and booking.debtor is None:
        return Lack.DEBTOR
    return None


@dataclass(frozen=True)
class EarlierBooking:
    """A booking as an export handed it on."""

    export_id: str
    booking: BankBooking


@dataclass(frozen=True)
class Closed:
    """A closed period, and when it was closed (UTC text)."""

    first_day: str
    last_day: str
    closed_at: str


def new_lines(
    now: Iterable[BankBooking],
    earlier: Mapping[str, EarlierBooking],
    *,
    first_day: str,
    closed: Sequence[Closed] = (),
) -> list[BankLine]:
    """What books lack that hold some bookings: first what they hold and is no more so, then what is
    new. Of days before the first one, what is closed: nobody hands on that period again.
    """
    bookings = {booking.id: booking for booking in now}
    back: list[BankLine] = []
    new: list[BankLine] = []
    for id_, before in earlier.items():
        booking = bookings.get(id_)
        if booking is not None and before.booking.says_the_same_as(booking):
            continue
        period = _period_of(before.booking.day, closed)
        if before.booking.day < first_day and period is None:
            continue
        back.append(BankLine(before.booking, before.export_id, period_name(period)))
        if booking is not None:
            late = _late_in(booking, closed)
            new.append(BankLine(booking, after_closing=period_name(late)))
    for booking in bookings.values():
        late = _late_in(booking, closed)
        if booking.id not in earlier and (booking.day >= first_day or late is not None):
            new.append(BankLine(booking, after_closing=period_name(late)))
    return [*back, *new]


def _period_of(day: str, closed: Iterable[Closed]) -> Closed | None:
    return next((each for each in closed if each.first_day <= day <= each.last_day), None)


def _late_in(booking: BankBooking, closed: Iterable[Closed]) -> Closed | None:
    """The closed period that it came into after it was closed."""
    period = _period_of(booking.day, closed)
    if period is None or booking.decided_at <= period.closed_at:
        return None
    return period


def period_name(period: Closed | None) -> str | None:
    """A closed period as FROM/TO."""
    if period is None:
        return None
    return f"{period.first_day}/{period.last_day}"


def write_bank(about: About, lines: Sequence[BankLine]) -> bytes:
    """The batch, in the order of the lines. None of them has a lack."""
    texts = Transliterated()
    days = [line.booking.day for line in lines]
    of_days = replace(about, earliest=min(days), latest=max(days))
    bookings = [_booking(line, about.profile, texts) for line in lines]
    return DatevWriter(of_days).begin() + "".join(bookings).encode(DATEV_ENCODING)


def _booking(line: BankLine, profile: ProfileOptions, texts: Transliterated) -> str:
    booking = line.booking
    amount = booking.amount
    account = bank_account(profile)
    contra: str | None = None
    if booking.kind is Kind.FEE:
        contra = account
        account = fee_account(profile)
        # A fee is a cost: money that went is its debit.
        amount = -amount
    elif booking.kind is Kind.PAID:
        contra = account
        account = profile.contra_account
        amount = -amount
    elif booking.debtor is not None:
        contra = debtor_account(booking.debtor, profile)
    text = booking.text
    if line.corrects is not None:
        amount = -amount
        text = f"Storno {text}"
    side = "H"
    if amount > 0:
        side = "S"
    fields = {
        "Umsatz (ohne Soll/Haben-Kz)": decimal_text(
            Decimal(decimal_amount(abs(amount), booking.currency) or "0")
        ),
        "Soll/Haben-Kennzeichen": side,
        "WKZ Umsatz": booking.currency,
        "Konto": account or "",
        "Gegenkonto (ohne BU-Schlüssel)": contra or "",
        "Belegdatum": f"{booking.day[8:10]}{booking.day[5:7]}",
        "Belegfeld 1": document_number(booking.number) or document_number(booking.entry_id)[-12:],
        "Buchungstext": harmless(texts.write(text))[:_MOST_TEXT],
        "Zusatzinformation - Art 1": "Bankumsatz",
        "Zusatzinformation- Inhalt 1": booking.entry_id,
        "Festschreibung": "0",
    }
    if line.corrects is not None:
        fields |= {
            "Zusatzinformation - Art 2": "Storno zu Export",
            "Zusatzinformation- Inhalt 2": line.corrects,
        }
    if line.after_closing is not None:
        fields |= {
            "Zusatzinformation - Art 3": "Nach Abschluss",
            "Zusatzinformation- Inhalt 3": line.after_closing,
        }
    return booking_line(fields)
