"""Providers of banks, one set for the tests of a file; and a bank account, of which one expense is
known.
"""

from collections.abc import AsyncGenerator, Iterator

import pytest

from local.banks.server import BankProviders
from tests.support.expenses import Given
from tests.unit.bank.deciding import Bank, opened
from tests.unit.bank.sources import new_providers


@pytest.fixture(scope="module")
def started() -> Iterator[BankProviders]:
    providers = new_providers()
    providers.start()
    yield providers
    providers.stop()


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(Given(1)):
        yield each
