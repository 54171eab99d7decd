"""What can happen to a payout: `tillroll play payout`."""

from local.payments.counterpart import Fault
from tests.simulation import filing, paying
from tests.simulation.author import Story
from tests.simulation.paying import AMOUNT

BY_PROVIDER = (
    Story("all is well", paying.opened(paying.Order()), "paid", decision={}),
    Story(
        "the answer is lost",
        paying.opened(paying.Order([Fault("lost_after")])),
        "paid",
        decision={},
    ),
    Story(
        "the request is lost",
        paying.opened(paying.Order([Fault("lost_before")])),
        "paid",
        decision={},
    ),
    Story(
        "the provider fails, then loses its answer",
        paying.opened(paying.Order([Fault("down"), Fault("lost_after")])),
        "paid",
        decision={},
    ),
    # Whoever dies over a refusal asks again, and the provider may say yes then.
    Story(
        "the provider refuses",
        paying.opened(paying.Order([Fault("refused")])),
        "reversed",
        decision={},
        is_touchy=True,
    ),
    Story(
        "the payment fails", paying.opened(paying.Order([Fault("fails")])), "came_back", decision={}
    ),
    Story(
        "the payment is returned",
        paying.opened(paying.Order([Fault("returned")])),
        "came_back",
        decision={},
    ),
    Story("its events come twice", paying.opened(paying.Order(tells=True)), "paid", decision={}),
    Story(
        "it arrives, and is returned",
        paying.opened(paying.Order(comes_back=True)),
        "paid",
        decision={},
    ),
    Story(
        "the account does not hold enough",
        paying.opened(paying.Order(holds=AMOUNT - 1)),
        "uncovered",
        decision={},
    ),
    Story(
        "the account holds just enough",
        paying.opened(paying.Order(holds=AMOUNT)),
        "paid",
        decision={},
    ),
    Story(
        "somebody else approves it",
        paying.opened(paying.Order(above=AMOUNT - 1)),
        "paid",
        decision={},
    ),
)
BY_FILE = (
    Story("the bank pays", filing.opened(filing.Order()), "paid", decision={}),
    Story("the bank refuses", filing.opened(filing.Order("RJCT")), "came_back", decision={}),
    Story(
        "the bank has only taken it", filing.opened(filing.Order("ACSP")), "unsettled", decision={}
    ),
    Story(
        "a person says that the bank paid",
        filing.opened(filing.Order("by hand")),
        "paid",
        decision={},
    ),
    Story(
        "nobody makes a file", filing.opened(filing.Order(is_idle=True)), "unsettled", decision={}
    ),
)
STORIES = (*BY_PROVIDER, *BY_FILE)
