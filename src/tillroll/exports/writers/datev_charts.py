"""Accounts of DATEV's charts SKR03 and SKR04 that no category names. Pure.

Entertainment of business contacts reduces the profit by 70 percent of what is appropriate and
proven: section 4 (5) sentence 1 no. 2 EStG. Its input tax is deducted wholly: section 15 (1a)
sentence 2 UStG. So 70 percent are booked on "Bewirtungskosten" (SKR03 4650, SKR04 6640), and the
rest on "Nicht abzugsfähige Bewirtungskosten" (4654, 6644). Meals of one's own staff or of journeys,
and gifts, have accounts of their own: they are no entertainment.

What a bank takes is booked on "Nebenkosten des Geldverkehrs" (4970, 6855) against "Bank" (1200,
1800). It has no VAT: section 4 no. 8 letter d UStG.

What words explain has no VAT either: "Zinsen und ähnliche Aufwendungen" (2100, 7300), "Sonstige
Zinsen und ähnliche Erträge" (2650, 7100), "Umsatzsteuer-Vorauszahlungen" (1780, 3820),
"Verbindlichkeiten aus Lohn und Gehalt" (1740, 3720), "Privatentnahmen allgemein" (1800, 2100) and
"Privateinlagen" (1890, 2180).

A discount from a seller is booked on "Erhaltene Skonti" (3730, 5730), or on that of its rate, which
is automatic and takes the input tax back: 19 % (3736, 5736) and 7 % (3731, 5731).

What a bank took beyond an expense abroad is "Aufwendungen aus der Währungsumrechnung" (2150, 6880),
and what it took less "Erträge aus der Währungsumrechnung" (2660, 4840): NWB, WAAAG-51441.

Sources of the numbers: DATEV's charts, articles 11174 and 11175; NWB, "ABC der Kontierung",
document 742121; Haufe, HI3521562 (entertainment) and HI1904049 (bank).
"""

from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Final

from tillroll.exports.writers.formats import ProfileOptions

DEDUCTIBLE: Final = 70
"""How much of entertainment reduces the profit, in percent."""


class Chart(StrEnum):
    """A chart, named by its account of what is owed to sellers."""

    SKR03 = "1610"
    SKR04 = "3310"


_ENTERTAINMENT: Final = {Chart.SKR03: ("4650", "4654"), Chart.SKR04: ("6640", "6644")}
ENTERTAINMENT_ACCOUNTS: Final = tuple(account for account, _ in _ENTERTAINMENT.values())
_FEES: Final = {Chart.SKR03: "4970", Chart.SKR04: "6855"}
_BANK: Final = {Chart.SKR03: "1200", Chart.SKR04: "1800"}
_INTEREST_PAID: Final = {Chart.SKR03: "2100", Chart.SKR04: "7300"}
_INTEREST_RECEIVED: Final = {Chart.SKR03: "2650", Chart.SKR04: "7100"}
_TAX_OFFICE: Final = {Chart.SKR03: "1780", Chart.SKR04: "3820"}
_WAGES: Final = {Chart.SKR03: "1740", Chart.SKR04: "3720"}
_WITHDRAWAL: Final = {Chart.SKR03: "1800", Chart.SKR04: "2100"}
_DISCOUNTS: Final = {
    "19": {Chart.SKR03: "3736", Chart.SKR04: "5736"},
    "7": {Chart.SKR03: "3731", Chart.SKR04: "5731"},
    "0": {Chart.SKR03: "3730", Chart.SKR04: "5730"},
}
"""By the rate of the input tax in percent; 0 where none is deducted."""
_DEPOSIT: Final = {Chart.SKR03: "1890", Chart.SKR04: "2180"}
_RATE_LOSS: Final = {Chart.SKR03: "2150", Chart.SKR04: "6880"}
_RATE_GAIN: Final = {Chart.SKR03: "2660", Chart.SKR04: "4840"}


def chart_of(profile: ProfileOptions) -> Chart | None:
    """The chart of a profile; None where it credits another account than that of sellers."""
    for chart in Chart:
        if profile.contra_account in {chart, _lengthened(chart, profile)}:
            return chart
    return None


def chart_number(profile: ProfileOptions) -> str:
    """What the header of a file calls the chart; empty where it is not known."""
    chart = chart_of(profile)
    if chart is None:
        return ""
    return chart.name.removeprefix("SKR")


def _lengthened(account: str, profile: ProfileOptions) -> str:
    """The account with as many digits as the profile's accounts have: zeros stand behind."""
    return account.ljust(profile.account_length, "0")


def not_deductible_account(account: str | None, profile: ProfileOptions) -> str | None:
    """The account of what of entertainment does not reduce the profit; None where `account` is not
    that of entertainment. No account of costs has its number in the other chart.
    """
    if account is None:
        return None
    own = profile.datev
    chart = chart_of(profile)
    charts = [chart] if chart is not None else [*Chart]
    for each in charts:
        deductible, rest = _ENTERTAINMENT[each]
        if own is not None and own.entertainment_account is not None:
            deductible = own.entertainment_account
        if account not in {deductible, _lengthened(deductible, profile)}:
            continue
        if own is not None and own.not_deductible_account is not None:
            return own.not_deductible_account
        if len(account) == len(rest):
            return rest
        return _lengthened(rest, profile)
    return None


def deductible_part(amount: Decimal) -> Decimal:
    """What of an amount of entertainment reduces the profit, in the digits of the amount."""
    return (amount * DEDUCTIBLE / 100).quantize(amount, ROUND_HALF_EVEN)


def fee_account(profile: ProfileOptions) -> str | None:
    """The account of what the bank takes; None where neither the profile nor its chart says it."""
    if profile.datev is not None and profile.datev.fee_account is not None:
        return profile.datev.fee_account
    return _of_chart(_FEES, profile)


def bank_account(profile: ProfileOptions) -> str | None:
    """The account of the bank; None where neither the profile nor its chart says it."""
    if profile.datev is not None and profile.datev.bank_account is not None:
        return profile.datev.bank_account
    return _of_chart(_BANK, profile)


def interest_account(profile: ProfileOptions, *, is_received: bool) -> str | None:
    """The account of interest; None where neither the profile nor its chart says it."""
    own = profile.datev
    if is_received:
        if own is not None and own.interest_received_account is not None:
            return own.interest_received_account
        return _of_chart(_INTEREST_RECEIVED, profile)
    if own is not None and own.interest_paid_account is not None:
        return own.interest_paid_account
    return _of_chart(_INTEREST_PAID, profile)


def private_account(profile: ProfileOptions, *, is_deposit: bool) -> str | None:
    """The account of private money; None where neither the profile nor its chart says it."""
    own = profile.datev
    if is_deposit:
        if own is not None and own.deposit_account is not None:
            return own.deposit_account
        return _of_chart(_DEPOSIT, profile)
    if own is not None and own.withdrawal_account is not None:
        return own.withdrawal_account
    return _of_chart(_WITHDRAWAL, profile)


def rate_account(profile: ProfileOptions, *, is_gain: bool) -> str | None:
    """The account of a difference of rates; None where nothing says it."""
    own = profile.datev
    if is_gain:
        if own is not None and own.rate_gain_account is not None:
            return own.rate_gain_account
        return _of_chart(_RATE_GAIN, profile)
    if own is not None and own.rate_loss_account is not None:
        return own.rate_loss_account
    return _of_chart(_RATE_LOSS, profile)


def tax_office_account(profile: ProfileOptions) -> str | None:
    """The account of VAT that is paid in advance; None where nothing says it."""
    if profile.datev is not None and profile.datev.tax_office_account is not None:
        return profile.datev.tax_office_account
    return _of_chart(_TAX_OFFICE, profile)


def wages_account(profile: ProfileOptions) -> str | None:
    """The account of wages that are owed; None where neither the profile nor its chart says it."""
    if profile.datev is not None and profile.datev.wages_account is not None:
        return profile.datev.wages_account
    return _of_chart(_WAGES, profile)


def discount_account(profile: ProfileOptions, rate: str) -> str | None:
    """The account of discounts at a rate; None where the chart is not known, or has none."""
    if rate not in _DISCOUNTS:
        return None
    return _of_chart(_DISCOUNTS[rate], profile)


def _of_chart(accounts: dict[Chart, str], profile: ProfileOptions) -> str | None:
    chart = chart_of(profile)
    if chart is None:
        return None
    return _lengthened(accounts[chart], profile)
