"""What the API shows of a run beside what every deployment of workflows shows."""

from tillroll_durable.platform.models import Model
from tillroll_durable.views import models


class AiCost(Model):
    """What a run's calls to models cost, in whole micro-US-dollars: `calls` were made, of which
    `unpriced` have an unknown cost.
    """

    calls: int
    unpriced: int
    micro_usd: int


class RunDetail(models.RunDetail):
    """A run with what its calls to models cost."""

    __doc__ = models.RunDetail.__doc__

    ai_cost: AiCost
