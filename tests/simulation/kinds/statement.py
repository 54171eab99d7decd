"""What can happen to a bank statement: `tillroll play statement`."""

from tests.simulation.author import Story
from tests.simulation.statements import (
    ACCEPTED,
    AGAIN,
    ASKED,
    BROKEN,
    CERTAIN,
    COLUMNS,
    DECLINED,
    LATER,
    ONE,
    REVERSED,
    RIVALS,
    SPLIT,
    TAKEN_BACK,
    TWIN,
    UNDONE,
    WRONG,
    opened,
)

STORIES = (
    Story("a month", opened(ONE), "matched"),
    Story("a month in two formats", opened(AGAIN), "matched"),
    Story("what was pending is booked", opened(LATER), "matched"),
    Story("what is certain is booked", opened(CERTAIN), "matched"),
    Story("a person says what the columns are", opened(COLUMNS), "matched", decision={}),
    Story("what is certain is proposed, where the account does not book", opened(ASKED), "matched"),
    Story("a person accepts", opened(ACCEPTED), "matched"),
    Story("two people decide at once", opened(RIVALS), "matched"),
    Story("a person declines", opened(DECLINED), "matched"),
    Story("a person accepts, and undoes", opened(UNDONE), "matched"),
    Story("the bank takes back what is explained", opened(REVERSED), "matched"),
    Story("a person says which twin it is", opened(TWIN), "matched"),
    Story("a person splits an entry", opened(SPLIT), "matched"),
    Story("a person undoes the import", opened(TAKEN_BACK), "undone"),
    Story(
        "the sums differ, and a person drops it",
        opened(WRONG),
        "dropped",
        decision={"decision": "reject"},
    ),
    Story("the file is cut off", opened(BROKEN), "unreadable"),
)
