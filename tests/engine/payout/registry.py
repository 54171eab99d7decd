"""The list of kinds with the payout in it: copied over the deployed one."""

from tests.engine.payout.workflow import PAYOUT
from tillroll.durable import Registry
from tillroll.workflows.receipt.workflow import RECEIPT

WORKFLOWS = (RECEIPT, PAYOUT)

REGISTRY = Registry(WORKFLOWS)
