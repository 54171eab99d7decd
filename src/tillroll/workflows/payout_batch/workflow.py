"""The batch as one value: all that is its own."""

from functools import partial

from tillroll.durable import Allowed, Trigger, Workflow
from tillroll.payments.settings import PaymentSettings
from tillroll.workflows.payout.four_eyes import may_decide_on
from tillroll.workflows.payout_batch import contract
from tillroll.workflows.payout_batch.asking import begin_batch
from tillroll.workflows.payout_batch.body import payout_batch_v1

PAYOUT_BATCH = Workflow(
    contract=contract.PAYOUT_BATCH_V1,
    body=payout_batch_v1,
    params=contract.PayoutBatchParams,
    settings=(PaymentSettings,),
    sentences={
        contract.ABOVE_LIMIT: "So large a sum, or so much to one payee within a day, is paid when somebody else has "
        "approved it."
    },
    allowed=Allowed(trigger="pay", decide="approve", operate="operate", signals={contract.ALL_ENDED.name: "operate"}),
    own_signals=(contract.ALL_ENDED.name,),
    may_decide=partial(may_decide_on, "batch"),
    trigger=Trigger(begin_batch, moves_money=True),
)
