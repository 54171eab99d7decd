"""All workflows that are deployed, with the versions that live runs may still have: the one list of kinds."""

from typing import Final

from tillroll.durable.registry import Registry
from tillroll.expenses.changing.telling import TOPICS
from tillroll.expenses.finding.indexing import TextsOf
from tillroll.inbound.consumers import Consumers
from tillroll.workflows.export.workflow import EXPORT, EXPORT_V1
from tillroll.workflows.mail.workflow import MAIL
from tillroll.workflows.receipt.service.read_lines import read_lines
from tillroll.workflows.receipt.workflow import RECEIPT

WORKFLOWS = (RECEIPT, EXPORT_V1, EXPORT, MAIL)

REGISTRY = Registry(WORKFLOWS, told_beside=TOPICS)

# What takes events of other systems by a name of its own, beside the kinds.
CONSUMERS: Final[Consumers] = {}

# What was read for an expense's run: one kind reads.
TEXTS: Final[TextsOf] = read_lines
