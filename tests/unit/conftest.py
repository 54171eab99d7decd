"""What many tests on the host begin with."""

from collections.abc import AsyncGenerator

import pytest

from tests.support.host_platform import HostPlatform, assemble, migrated_database


@pytest.fixture
async def host() -> AsyncGenerator[HostPlatform]:
    """A deployment on SQLite, with the two accounts of `migrated_database` and nothing in them."""
    database = await migrated_database()
    yield assemble(database, {})
    database.close()
