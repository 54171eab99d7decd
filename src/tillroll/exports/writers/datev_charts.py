"""Accounts of DATEV's charts SKR03 and SKR04 that no category names. Pure.

Entertainment of business contacts reduces the profit by 70 percent of what is appropriate and
proven: section 4 (5) sentence 1 no. 2 EStG. Its input tax is deducted wholly: section 15 (1a)
sentence 2 UStG. So 70 percent are booked on "Bewirtungskosten" (SKR03 4650, SKR04 6640), and the
rest on "Nicht abzugsfähige Bewirtungskosten" (4654, 6644). Meals of one's own staff or of journeys,
and gifts, have accounts of their own: they are no entertainment.

What a bank takes is booked on "Nebenkosten des Geldverkehrs" (4970, 6855) against "Bank" (1200,
1800). It has no VAT: section 4 no. 8 letter d UStG.

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


def _of_chart(accounts: dict[Chart, str], profile: ProfileOptions) -> str | None:
    chart = chart_of(profile)
    if chart is None:
        return None
    return _lengthened(accounts[chart], profile)
