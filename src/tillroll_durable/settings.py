"""The settings of runs: how long a review waits, and where events are delivered."""

from dataclasses import dataclass
from typing import Self

from tillroll_durable.platform.settings import InvalidSetting, Variable, is_webhook_secret


@dataclass(frozen=True)
class RunSettings:
    """
    Attributes:
        review_deadline_hours: after so many hours an undecided review escalates.
        webhook_url: where events are delivered; empty for nowhere.
        webhook_secret: key of the signatures, whsec_ and base64 as Standard Webhooks has it."""

    review_deadline_hours: int = 72
    webhook_url: str = ""
    webhook_secret: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: a value cannot be used."""
        hours = variable("REVIEW_DEADLINE_HOURS") or "72"
        if not hours.isdigit() or int(hours) < 1:
            raise InvalidSetting(
                "REVIEW_DEADLINE_HOURS must be a whole number of hours, at least 1; "
                f"it is {hours!r}"
            )
        settings = cls(int(hours), variable("WEBHOOK_URL"), variable("WEBHOOK_SECRET"))
        if settings.webhook_url and not is_webhook_secret(settings.webhook_secret):
            raise InvalidSetting(
                "WEBHOOK_URL is set, so WEBHOOK_SECRET must be whsec_ and the base64 "
                "of 24 to 64 bytes"
            )
        return settings

    @property
    def delivers_webhooks(self) -> bool:
        return bool(self.webhook_url)
