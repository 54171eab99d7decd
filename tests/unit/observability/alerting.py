"""A world whose operator has a webhook."""

from dataclasses import replace
from typing import Any

from tests.support.host_platform import WEBHOOK_SECRET
from tillroll.observability.jobs import observe
from tillroll.observability.settings import AlertSettings
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.json import load_object
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.memory import WebhookReceiver
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.simulation.world import World

ALERTS = AlertSettings(webhook_url="https://ops.test/hook", webhook_secret=WEBHOOK_SECRET)


class Operator:
    """Watches a world: `tick` is the cron's, `told` what the webhook got since it was last asked.
    Nothing is sealed.
    """

    def __init__(self, world: World, alerts: AlertSettings = ALERTS) -> None:
        self.receiver = WebhookReceiver()
        settings = world.host.platform.settings.changed(
            replace(alerts, public_url="https://tillroll.test")
        )
        platform = replace(world.host.platform, settings=settings, http=self.receiver)
        self.platform: Platform = replace(platform, signer=HostSigner())

    async def tick(self) -> None:
        await observe(self.platform, REGISTRY)

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Type and data of each."""
        bodies = [load_object(body) for _, body in self.receiver.received]
        self.receiver.received.clear()
        return [
            (str(body["type"]), data) for body in bodies if isinstance(data := body["data"], dict)
        ]

    async def hears(self) -> list[tuple[str, str]]:
        """Tick; return type and rule of what was told."""
        await self.tick()
        return [(kind, str(data["rule"])) for kind, data in self.told()]
