"""A second version of the receipt workflow, as unlike the first as can be: it sets every receipt
aside.
"""

from dataclasses import replace

from tillroll.receipts.contract import RECEIPT_V1, RECEIVED, REJECTED, ReceiptParams
from tillroll.receipts.workflow import RECEIPT
from tillroll_durable import Outcome, StepContext
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.step import Effect, OnFailure, Step

SET_ASIDE = Step(
    name="set-aside",
    effect=Effect.WRITE,
    on_success=(REJECTED.name,),
    on_failure=OnFailure("received_ocr_failed", says="It could not be set aside."),
)
SECOND_CONTRACT = replace(
    RECEIPT_V1,
    version=2,
    states=(RECEIVED, REJECTED),
    steps=(SET_ASIDE,),
    review=None,
    result=None,
)


async def receipt_v2(run: WorkflowRun[ReceiptParams]) -> JsonObject:
    await run.step(SET_ASIDE, set_aside, "version 2 was here")
    return {}


async def set_aside(_: StepContext, reason: str) -> Outcome:
    return Outcome(reason=reason)


RECEIPT_V2 = replace(RECEIPT, contract=SECOND_CONTRACT, body=receipt_v2)
