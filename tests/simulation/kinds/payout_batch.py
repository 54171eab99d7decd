"""What can happen to a batch of payouts: `tillroll play payout-batch`."""

from tests.simulation.author import Story
from tests.simulation.batching import Order, opened

STORIES = (
    Story("all are paid", opened(Order()), "paid", decision={}),
    Story(
        "one is refused, one comes back",
        opened(Order(("refused", "returned"))),
        "partly_paid",
        decision={},
    ),
    Story("an answer is lost", opened(Order(("lost_after",))), "paid", decision={}),
    Story("none is paid", opened(Order(("refused", "fails", "refused"))), "not_paid", decision={}),
    Story("somebody else approves the whole", opened(Order(above=5600)), "paid", decision={}),
)
