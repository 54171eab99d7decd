"""The receipt workflow as one value: all that is its own."""

from tillroll.ai.ledger import roll_back
from tillroll.durable import Allowed, Settlement, Trigger, Workflow
from tillroll.expenses.events import CREATED_TOPIC
from tillroll.workflows.receipt import contract
from tillroll.workflows.receipt.body import receipt_v1
from tillroll.workflows.receipt.rows.records import OBJECTS_IN_USE, receipt_of_run
from tillroll.workflows.receipt.sentences import SENTENCES
from tillroll.workflows.receipt.service.triggering import begin_for_stored
from tillroll.workflows.receipt.settings import ReceiptSettings
from tillroll.workflows.receipt.values import check_values
from tillroll.workflows.receipt.view import VIEW

RECEIPT = Workflow(
    contract=contract.RECEIPT_V1,
    body=receipt_v1,
    params=contract.ReceiptParams,
    subject=lambda params: params.receipt_id,
    when_undone=roll_back,
    subject_rows=receipt_of_run,
    view=VIEW,
    check_values=check_values,
    settlements={
        contract.EXPENSE_CREATED_TOPIC: Settlement(
            pending=contract.EXPENSE_CREATED, delivered=contract.NOTIFIED, given_up=contract.NOTIFICATION_FAILED
        )
    },
    topics=(CREATED_TOPIC,),
    objects_in_use=OBJECTS_IN_USE,
    sentences=SENTENCES,
    settings=(ReceiptSettings,),
    allowed=Allowed(trigger="trigger", decide="review", operate="operate"),
    trigger=Trigger(begin_for_stored),
)
