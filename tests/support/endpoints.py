"""Webhook endpoints that are there from the beginning."""

from collections.abc import Sequence

from tests.support.host_platform import ACCOUNT
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.encryption import encrypt
from tillroll_durable.webhooks.deliveries import ENDPOINT_SECRETS
from tillroll_testing.host.platform import HostPlatform

SECRETS = ("whsec_" + "B" * 32, "whsec_" + "C" * 32)
_SINCE = "2026-03-01T08:00:00.000Z"
_INSERT = (
    "INSERT INTO endpoints (id, account_id, origin, url, topics, created_at, updated_at) "
    "VALUES (?,?,?,?,?,?,?)"
)


async def add_endpoint(
    host: HostPlatform, id_: str, url: str, topics: str = "[]", secrets: Sequence[str] = SECRETS[:1]
) -> None:
    """An endpoint of the first account, with keys that sign; `topics` is a JSON list."""
    await host.database.batch(
        [statement(_INSERT, [id_, ACCOUNT, "account", url, topics, _SINCE, _SINCE])]
    )
    for number, secret in enumerate(secrets):
        secret_id = f"sec_{id_}_{number}"
        kept = await encrypt(host.platform, secret, ENDPOINT_SECRETS.row(secret_id))
        await host.database.batch(
            [
                statement(
                    "INSERT INTO endpoint_secrets VALUES (?, ?, ?, ?, NULL)",
                    [secret_id, id_, kept, _SINCE],
                )
            ]
        )
