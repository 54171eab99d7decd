"""A currency exchange: two linked transfers, each within a currency, over the accounts of whoever provides liquidity.

The way of public ledgers (TigerBeetle's recipe "currency exchange"): the sold amount goes to the liquidity account of
its currency, the bought one comes from that of the other. What these accounts hold is the provider's open position.
"""

from dataclasses import dataclass
from decimal import Decimal

from tillroll.exchange.conversion import Currency, convert, rate_text
from tillroll.ledger.values.transfers import Exchanged, Transaction, Transfer
from tillroll.receipts.amounts.currencies import minor_digits


@dataclass(frozen=True)
class Leg:
    """One currency of an exchange: which account is debited, which credited. One of them is the liquidity account."""

    debit: str
    credit: str
    currency: str


class NothingBought(ValueError):
    """The amount is worth less than half a minor unit of the other currency."""


def exchange(id_: str, sold: Leg, bought: Leg, amount: int, rate: Decimal, source: str) -> Transaction:
    """The transaction that sells `amount` minor units. What is bought is the product with the rate, rounded half to
    even, as all conversions here.

    Raises:
        AmountTooLarge: the product cannot be kept exactly.
        NothingBought: it is nothing.
    """
    received = convert(amount, _currency(sold.currency), _currency(bought.currency), rate)
    if received < 1:
        raise NothingBought(f"{amount} minor units of {sold.currency} buy nothing in {bought.currency}")
    exchanged = Exchanged(rate_text(rate), source)
    legs = ((f"{id_}:sold", sold, amount), (f"{id_}:bought", bought, received))
    return Transaction(
        id_,
        tuple(
            Transfer(leg_id, leg.debit, leg.credit, leg.currency, minor, exchanged=exchanged)
            for leg_id, leg, minor in legs
        ),
    )


def _currency(code: str) -> Currency:
    return Currency(code, minor_digits(code))
