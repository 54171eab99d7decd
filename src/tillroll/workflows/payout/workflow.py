"""The payout as one value: all that is its own."""

from functools import partial

from tillroll.durable import Allowed, Trigger, Workflow
from tillroll.payments.settings import PaymentSettings
from tillroll.workflows.payout import contract
from tillroll.workflows.payout.body import payout_v1
from tillroll.workflows.payout.four_eyes import may_decide_on
from tillroll.workflows.payout.service.by_hand import may_signal
from tillroll.workflows.payout.service.paying import begin_payout

PAYOUT = Workflow(
    contract=contract.PAYOUT_V1,
    body=payout_v1,
    params=contract.PayoutParams,
    subject=lambda params: params.payee_id,
    settings=(PaymentSettings,),
    sentences={
        contract.ABOVE_LIMIT: "So large an amount, or so much to one payee within a day, is paid when somebody else "
        "has approved it."
    },
    allowed=Allowed(trigger="pay", decide="approve", operate="operate", signals={contract.SETTLE.name: "operate"}),
    may_decide=partial(may_decide_on, "payout"),
    may_signal=may_signal,
    own_signals=(contract.SETTLE.name,),
    trigger=Trigger(begin_payout, moves_money=True),
)
