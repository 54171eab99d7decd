"""What taxes ask of the modules that charge somebody, and of those that know what was paid."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, TypeAlias

from tillroll.module import Hook
from tillroll.tax.discounts import Discount, DiscountsRequest
from tillroll.tax.sales import Sale, SalesRequest
from tillroll_durable.platform.services import Platform

ReadSales: TypeAlias = Callable[[Platform, SalesRequest], AsyncIterator[Sale]]
ReadDiscounts: TypeAlias = Callable[[Platform, DiscountsRequest], Awaitable[Sequence[Discount]]]

SALES: Final = Hook[ReadSales]("tax.sales")
"""What was charged in some days, claim by claim in the order of their ids. One module answers."""
DISCOUNTS: Final = Hook[ReadDiscounts]("tax.discounts")
"""What was not paid of expenses in some days since they were paid soon."""


async def read_sales(platform: Platform, request: SalesRequest) -> AsyncIterator[Sale]:
    """What all modules have charged."""
    for read in SALES.answers():
        async for sale in read(platform, request):
            yield sale


async def read_discounts(platform: Platform, request: DiscountsRequest) -> list[Discount]:
    """The discounts that all modules know of."""
    return [each for read in DISCOUNTS.answers() for each in await read(platform, request)]
