"""All workflows that are deployed, with the versions that live runs may still have: the one list of kinds."""

from tillroll.durable.registry import Registry
from tillroll.workflows.export.workflow import EXPORT
from tillroll.workflows.receipt.workflow import RECEIPT

WORKFLOWS = (RECEIPT, EXPORT)

REGISTRY = Registry(WORKFLOWS)
