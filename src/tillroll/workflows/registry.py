"""All workflows that are deployed, with the versions that live runs may still have."""

from tillroll.ai.ledger import roll_back
from tillroll.durable.contract import Contract
from tillroll.durable.delivery import Settlement
from tillroll.durable.dispatch import Workflow
from tillroll.durable.versions import by_version, newest
from tillroll.workflows.receipt import contract as receipt
from tillroll.workflows.receipt.body import receipt_v1

WORKFLOWS = (Workflow(receipt.RECEIPT_V1, receipt_v1, when_undone=roll_back),)

CONTRACTS = by_version(workflow.contract for workflow in WORKFLOWS)
# What new runs begin under.
NEWEST = newest(CONTRACTS)


def contract_of(kind: str, version: int) -> Contract:
    """The contract that a run is shown by: its own, or where that was removed too early, the newest of its kind."""
    return CONTRACTS.get((kind, version)) or NEWEST[kind]


# Which of some objects (?1, a JSON array of keys) are in use: a receipt's bytes and everything read from them.
REFERRING_QUERY = """
  SELECT keys.value AS object_key FROM json_each(?1) AS keys
  WHERE EXISTS (
    SELECT 1 FROM receipts
    WHERE receipts.account_id = substr(keys.value, 1, instr(keys.value, '/') - 1)
      AND receipts.sha256 = substr(keys.value, instr(keys.value, '/') + 1, 64)
  )
"""

# What the end of a delivery means for its run, by topic.
SETTLEMENTS = {
    receipt.EXPENSE_CREATED_TOPIC: Settlement(
        pending=receipt.EXPENSE_CREATED, delivered=receipt.NOTIFIED, given_up=receipt.NOTIFICATION_FAILED
    )
}
