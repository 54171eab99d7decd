"""What the bank took, and what clients paid, as DATEV books it. Pure.

A fee debits "Nebenkosten des Geldverkehrs" and credits the bank: Haufe, HI1904049. It has no VAT
(section 4 no. 8 letter d UStG), so the booking has no BU-Schlüssel. A payment debits the bank and
credits the client's debtor. What was paid of an expense debits what the booking of the expense
credits, and credits the bank. A discount debits it, too, and credits "Erhaltene Skonti". Where the
bank had another rate than the expense, the difference clears the same contra account. What words
explain is booked on the account of its kind, against the bank. Belegfeld 1 is the number of the
document, by which DATEV settles the
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
from tillroll.exports.writers.datev_charts import (
    bank_account,
    discount_account,
    fee_account,
    interest_account,
    private_account,
    rate_account,
    tax_office_account,
    wages_account,
)
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
    DISCOUNT = "discount"
    """What was not paid of an expense, since it was paid soon: no entry of the bank has it."""
    RATES = "rates"
    """What a payment is beyond its expense abroad, or less: the bank had another rate."""
    OTHER_AMOUNT = "other_amount"
    """The same, but too much for a rate alone."""
    INTEREST = "interest"
    TAX_OFFICE = "tax_office"
    """VAT that was paid to the tax office, or came back from it."""
    WAGES = "wages"
    PRIVATE = "private"
    WORDS = "words"
    """What a person explained in words that say no account, such as a tip."""
    OPEN = "open"
    """What nobody explained."""


@dataclass(frozen=True)
class BankBooking:
    """What explains an entry of the bank, or a part of it: `amount` is in minor units, below zero
    where money went. A payment has the `number` of its invoice and the client's `debtor`.
    `decided_at` says when a person, or the run, accepted it (UTC text). `rate` is of a discount:
    that of the input tax in percent, 0 where none is deducted, and empty where it is neither.
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
    rate: str = ""

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
    KIND = (
        "{count} entries of the bank are not in the files, {sums}: give the profile the accounts "
        "of interest, VAT, wages and private money. They are {entries}."
    )
    RATES = (
        "{count} payments of expenses abroad leave {sums} on the contra account: their differences "
        "of rates are not in the files. Give the profile the accounts of losses and gains of "
        "rates. They are {entries}."
    )
    OTHER_AMOUNT = (
        "{count} payments of expenses abroad leave {sums} on the contra account: these differences "
        "are not in the files, and too large for a rate. They are {entries}."
    )
    OWED = "{count} payments of expenses are not in the files: give the profile its contra account."
    DISCOUNT = (
        "{count} discounts of sellers are not in the files, {sums}: no account has their tax. They "
        "are {entries}."
    )
    DEBTOR = (
        "{count} payments of clients are not in the files: their invoice has no debtor, or is in "
        "another currency."
    )
    WORDS = (
        "{count} entries of the bank are not in the files, {sums}: words explain them, and no "
        "account. They are {entries}."
    )
    OPEN = (
        "{count} entries of the bank are not in the files, {sums}: nobody explained them. "
        "They are {entries}."
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
    Lack.KIND: (
        "1 entry of the bank is not in the files, {sums}: give the profile the accounts of "
        "interest, VAT, wages and private money. It is {entries}."
    ),
    Lack.DISCOUNT: (
        "1 discount of a seller is not in the files, {sums}: no account has its tax. It is "
        "{entries}."
    ),
    Lack.RATES: (
        "1 payment of an expense abroad leaves {sums} on the contra account: its difference of "
        "rates is not in the files. Give the profile the accounts of losses and gains of rates. "
        "It is {entries}."
    ),
    Lack.OTHER_AMOUNT: (
        "1 payment of an expense abroad leaves {sums} on the contra account: this difference is "
        "not in the files, and too large for a rate. It is {entries}."
    ),
    Lack.OWED: "1 payment of an expense is not in the files: give the profile its contra account.",
    Lack.DEBTOR: (
        "1 payment of a client is not in the files: its invoice has no debtor, or is in another "
        "currency."
    ),
    Lack.WORDS: (
        "1 entry of the bank is not in the files, {sums}: words explain it, and no "
        "account. It is {entries}."
    ),
    Lack.OPEN: (
        "1 entry of the bank is not in the files, {sums}: nobody explained it. It is {entries}."
    ),
    Lack.CHOICE: (
        "1 payment of an expense, or payout, is not in the files: the profile leaves it out of "
        "the batch of the bank."
    ),
}


_OF_WORDS: Final = {Kind.INTEREST, Kind.TAX_OFFICE, Kind.WAGES, Kind.PRIVATE}
"""What a person explained in words, and chose a kind for."""
NOT_BOOKED: Final = {
    Kind.WORDS: Lack.WORDS,
    Kind.OPEN: Lack.OPEN,
    Kind.OTHER_AMOUNT: Lack.OTHER_AMOUNT,
}
"""What has no account, so that no batch has it."""
_MOST_NAMED: Final = 20
"""More entries are no sentence that a person reads."""


def remark_on(lack: Lack, bookings: Sequence[BankBooking]) -> str:
    """What is said of bookings that are in no batch: what they come to, and which they are."""
    sentence: str = lack
    if len(bookings) == 1:
        sentence = _ONE[lack]
    sums: dict[str, int] = {}
    for each in bookings:
        sums[each.currency] = sums.get(each.currency, 0) + each.amount
    amounts = [_amount_text(amount, currency) for currency, amount in sums.items()]
    named = [
        f"{each.text} ({each.day}, {_amount_text(each.amount, each.currency)})"
        for each in bookings[:_MOST_NAMED]
    ]
    entries = ", ".join(named)
    if len(bookings) > _MOST_NAMED:
        entries = f"{entries} …"
    return sentence.format(count=len(bookings), sums=", ".join(amounts), entries=entries)


def _amount_text(amount: int, currency: str) -> str:
    return f"{decimal_amount(amount, currency)} {currency}"


def lack_of(booking: BankBooking, about: About) -> Lack | None:
    """Why no batch can have it."""
    if booking.kind in NOT_BOOKED:
        return NOT_BOOKED[booking.kind]
    if booking.kind is Kind.RATES and not _has_rate_accounts(booking, about.profile):
        return Lack.RATES
    if bank_account(about.profile) is None:
        return Lack.ACCOUNT
    if booking.currency != (about.base_currency or BOOKS_CURRENCY):
        return Lack.CURRENCY
    return _lack_of_kind(booking, about.profile)


def _lack_of_kind(booking: BankBooking, profile: ProfileOptions) -> Lack | None:
    """What the account or debtor of its kind lacks."""
    if booking.kind is Kind.FEE and fee_account(profile) is None:
        return Lack.ACCOUNT
    if booking.kind in _OF_WORDS and _account_of_words(booking, profile) is None:
        return Lack.KIND
    if booking.kind is Kind.PAID and profile.contra_account is None:
        return Lack.OWED
    if booking.kind is Kind.DISCOUNT and discount_account(profile, booking.rate) is None:
        return Lack.DISCOUNT
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
    if booking.kind is not Kind.PAYMENT:
        # Its account is a cost, or what was owed: money that went is its debit.
        amount = -amount
    account, contra = _accounts_of(booking, profile)
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


def _accounts_of(booking: BankBooking, profile: ProfileOptions) -> tuple[str | None, str | None]:
    """Konto and Gegenkonto of a booking."""
    bank = bank_account(profile)
    if booking.kind is Kind.FEE:
        return fee_account(profile), bank
    if booking.kind is Kind.PAID:
        return profile.contra_account, bank
    if booking.kind is Kind.DISCOUNT:
        # It clears the rest of what the booking of the expense credits.
        return discount_account(profile, booking.rate), profile.contra_account
    if booking.kind is Kind.RATES:
        return rate_account(profile, is_gain=booking.amount > 0), profile.contra_account
    if booking.kind in _OF_WORDS:
        return _account_of_words(booking, profile), bank
    debtor: str | None = None
    if booking.debtor is not None:
        debtor = debtor_account(booking.debtor, profile)
    return bank, debtor


def _account_of_words(booking: BankBooking, profile: ProfileOptions) -> str | None:
    """The account of what words explain; None where the profile says none."""
    has_come_in = booking.amount > 0
    if booking.kind is Kind.INTEREST:
        return interest_account(profile, is_received=has_come_in)
    if booking.kind is Kind.TAX_OFFICE:
        return tax_office_account(profile)
    if booking.kind is Kind.WAGES:
        return wages_account(profile)
    return private_account(profile, is_deposit=has_come_in)


def _has_rate_accounts(booking: BankBooking, profile: ProfileOptions) -> bool:
    """Whether the payment itself can be booked, and its difference as well."""
    if profile.contra_account is None or bank_account(profile) is None:
        return False
    return rate_account(profile, is_gain=booking.amount > 0) is not None
