"""Alerts, once a tick. What raises one by an event is written with the counts: see `observability.rollup`."""

from collections.abc import Sequence

from tillroll.observability.alerts.conditions import conditions_now
from tillroll.observability.alerts.notices import tell
from tillroll.observability.alerts.raising import raise_alerts
from tillroll.observability.alerts.rules import causes_of
from tillroll.observability.alerts.watching import look_after
from tillroll.observability.events import Event
from tillroll.observability.settings import AlertSettings
from tillroll.platform.bindings.database import Statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform


def raised_by(platform: Platform, events: Sequence[Event]) -> list[Statement]:
    """The statements that raise what the events are a cause for; they go into the batch that counts the events."""
    return raise_alerts(causes_of(events), to_text(platform.clock.now()), tell=_tells(platform))


async def watch(platform: Platform) -> None:
    """Raise what holds, and look after what is open."""
    conditions = await conditions_now(platform)
    if conditions:
        now = to_text(platform.clock.now())
        await platform.database.batch(raise_alerts(conditions, now, tell=_tells(platform)))
    holding = {(cause.rule.value, cause.subject) for cause in conditions}
    await look_after(platform, holding, tell=_tells(platform))


async def tell_operators(platform: Platform) -> None:
    """Tell what is due, where operators have a webhook."""
    if _tells(platform):
        await tell(platform)


def _tells(platform: Platform) -> bool:
    return bool(platform.settings.of(AlertSettings).webhook_url)
