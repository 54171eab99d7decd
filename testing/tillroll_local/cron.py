"""Fire the Worker's cron triggers: `wrangler dev` has them, but does not fire them by itself."""

import logging
from collections.abc import Sequence

import httpx

from tillroll_local.rounds import Rounds

_LOG = logging.getLogger(__name__)


class Cron(Rounds):
    """Calls the scheduled handler for each cron expression of the configuration, every
    `seconds`.
    """

    def __init__(self, base_url: str, expressions: Sequence[str], seconds: float) -> None:
        super().__init__(httpx.Client(base_url=base_url, timeout=60), name="cron", seconds=seconds)
        self._expressions = expressions

    def look(self) -> None:
        for expression in self._expressions:
            self.fire(expression)

    def fire(self, expression: str) -> None:
        """Run the scheduled handler once and wait for it."""
        try:
            self._client.get(
                "/cdn-cgi/local/scheduled", params={"cron": expression}
            ).raise_for_status()
        except httpx.HTTPError as error:
            # workerd may be restarting, or the handler failed and said so; the next minute brings
            # the next chance.
            _LOG.debug("cron did not fire: %s", error)
