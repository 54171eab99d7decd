"""What taxes ask of the modules that charge somebody."""

from collections.abc import AsyncIterator, Callable
from typing import Final, TypeAlias

from tillroll.module import Hook
from tillroll.tax.sales import Sale, SalesRequest
from tillroll_durable.platform.services import Platform

ReadSales: TypeAlias = Callable[[Platform, SalesRequest], AsyncIterator[Sale]]

SALES: Final = Hook[ReadSales]("tax.sales")
"""What was charged in some days, claim by claim in the order of their ids. One module answers."""


async def read_sales(platform: Platform, request: SalesRequest) -> AsyncIterator[Sale]:
    """What all modules have charged."""
    for read in SALES.answers():
        async for sale in read(platform, request):
            yield sale
