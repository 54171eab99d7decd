"""Providers of banks, one set for the tests of a file."""

from collections.abc import Iterator

import pytest

from local.banks.server import BankProviders
from tests.unit.bank.sources import new_providers


@pytest.fixture(scope="module")
def started() -> Iterator[BankProviders]:
    providers = new_providers()
    providers.start()
    yield providers
    providers.stop()
