"""What can happen to onboarding, as `tillroll play` and its test play it.

docs/testing-workflows.md says how a story is written.
"""

from local.mail.counterpart import Fault as MailFault
from local.payments.billing import Fault as BillingFault
from tests.simulation.author import Story
from tests.simulation.onboarding import Order, opened

_LATE_REFUSAL = (BillingFault("passes"), BillingFault("refused"))

STORIES = (
    Story("a paid plan", opened(Order()), "completed"),
    Story(
        "the address is wrong",
        opened(Order(mail=[MailFault("refused")] * 20)),
        "completed_without_welcome",
        is_touchy=True,
    ),
    Story(
        "the plan is free, and no address is known",
        opened(Order(plan="free", email=None)),
        "completed_without_welcome",
    ),
    Story(
        "billing is refused",
        opened(Order(billing=[BillingFault("refused")])),
        "billing_failed",
        is_touchy=True,
    ),
    Story(
        "the subscription is refused",
        opened(Order(billing=_LATE_REFUSAL)),
        "billing_failed",
        is_touchy=True,
    ),
    Story(
        "answers are lost",
        opened(Order(mail=[MailFault("lost_after")], billing=[BillingFault("lost_after")])),
        "completed",
        is_touchy=True,
        is_short_of_attempts=True,
    ),
)
