"""What is asked of whoever invoices: a customer with a subscription, under keys; to find both again; to undo both."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class NewCustomer:
    """Who is to be invoiced. `ours` is our id, by which they are found again; `mail` is where invoices go."""

    ours: str
    mail: str
    description: str


class BillingRefused(Exception):
    """The provider does not do this; it changed nothing. The message is one line for the record."""


class BillingDenied(Exception):
    """The provider did not let us in; it changed nothing."""


class BillingUncertain(Exception):
    """No answer came, or one that says nothing: what was done is unknown."""


class Billing(Protocol):
    """Each raises BillingDenied and BillingUncertain besides."""

    async def create_customer(self, customer: NewCustomer, key: str) -> str:
        """The id of a new customer; the same under the same key, for a day at least.

        Raises:
            BillingRefused: none was made.
        """
        ...

    async def subscribe(self, customer_id: str, price: str, ours: str, key: str) -> str:
        """The id of a new subscription of a customer's; the same under the same key, for a day at least.

        Raises:
            BillingRefused: none was made.
        """
        ...

    async def find_customer(self, customer: NewCustomer) -> str | None:
        """The id of the customer that was asked for as `customer`, and was not deleted; no clock is relied on."""
        ...

    async def find_subscription(self, customer_id: str, ours: str) -> str | None:
        """The id of a subscription of the customer's that was asked for under our id, and goes on."""
        ...

    async def delete_customer(self, customer_id: str) -> None:
        """Delete a customer, which ends what they subscribe to; one that is gone already stays so."""
        ...
