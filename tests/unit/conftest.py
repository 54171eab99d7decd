"""What many tests on the host begin with."""

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_testing.host.platform import HostPlatform


@pytest.fixture
async def host() -> HostPlatform:
    """A deployment on SQLite, with the two accounts of `migrated_database` and nothing in them."""
    return assemble(await migrated_database(), {})
