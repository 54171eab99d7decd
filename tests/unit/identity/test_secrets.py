"""What lets somebody in cannot be guessed, is kept as its hash alone, and ends."""

from datetime import timedelta

import pytest

from tests.support.host_api import api_client
from tests.unit.identity.test_sessions import new_code, signed_in
from tillroll.identity.authentication import SESSION_COOKIE
from tillroll.identity.repository import Person, Purpose, use_code
from tillroll.identity.repository import new_code as think_up_code
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_testing.host.platform import HostPlatform

_BITS_OF_A_CHARACTER = 6
_TABLES = ("sign_in_codes", "tokens", "sessions", "audit_events")


async def test_no_secret_that_lets_in_is_short_or_kept(host: HostPlatform) -> None:
    code = await new_code(host)
    async with signed_in(host) as browser:
        session = browser.cookies[SESSION_COOKIE]
    async with api_client(host.platform) as client:
        token = (await client.post("/api/tokens", json={"name": "mine"})).json()["token"]
    kept = ""
    for table in _TABLES:
        kept += str(await host.database.all(statement(f"SELECT * FROM {table}")))
    random = token.removeprefix("till_")
    for secret, bits in ((code, 192), (session, 256), (random, 256)):
        assert len(secret) * _BITS_OF_A_CHARACTER >= bits
        assert secret not in kept


@pytest.mark.parametrize(
    ("purpose", "lifetime"),
    [
        ("sign_in", timedelta(hours=1)),
        ("invitation", timedelta(days=3)),
        ("recovery", timedelta(days=1)),
        ("link", timedelta(minutes=15)),
    ],
)
async def test_each_sort_of_code_ends_when_it_should(
    host: HostPlatform, purpose: Purpose, lifetime: timedelta
) -> None:
    """As docs/security.md says."""
    now = host.platform.clock.now()
    code = think_up_code(Person("acc_first", "usr_first"), "operator", now, purpose)
    await host.database.batch(code.statements)
    assert code.expires_at == to_text(now + lifetime)
    [row] = await host.database.all(statement("SELECT hash FROM sign_in_codes"))
    assert await use_code(host.database, str(row["hash"]), code.expires_at) is None
