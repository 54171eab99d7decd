"""One attempt to send an event to one endpoint: its address is looked at, its keys are read, then it is asked."""

from datetime import datetime

from tillroll.durable.errors import one_line
from tillroll.durable.operating.webhooks.deliveries import Due
from tillroll.durable.operating.webhooks.posting import Posted, post_signed
from tillroll.durable.settings import RunSettings
from tillroll.platform.cipher import NotDecrypted
from tillroll.platform.encryption import NoKey, decrypt
from tillroll.platform.outgoing.guard import check_before_asking
from tillroll.platform.outgoing.literals import NotPublic
from tillroll.platform.outgoing.resolving import ResolvingFailed
from tillroll.platform.services import Platform


async def send(platform: Platform, due: Due, message_id: str, payload: str, now: datetime) -> Posted:
    """Send `payload` (JSON) under `message_id`."""
    if due.is_deployments:
        settings = platform.settings.of(RunSettings)
        secrets = [settings.webhook_secret]
        return await post_signed(platform.http, settings.webhook_url, secrets, message_id, payload, now)
    try:
        await check_before_asking(platform, due.url)
        secrets = [await decrypt(platform, kept, secret_row(secret)) for secret, kept in due.secrets]
    except (NotPublic, ResolvingFailed) as error:
        return Posted(None, one_line(f"the address is not asked: {error}"))
    except (NoKey, NotDecrypted) as error:
        return Posted(None, one_line(f"the signing key cannot be read: {error}"))
    return await post_signed(platform.http, due.url, secrets, message_id, payload, now)


def secret_row(secret_id: str) -> str:
    """What an endpoint's secret is encrypted for."""
    return f"endpoint_secrets/{secret_id}"
