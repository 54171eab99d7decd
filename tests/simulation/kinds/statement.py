"""What can happen to a bank statement: `tillroll play statement`."""

from tests.simulation.author import Story
from tests.simulation.statements import AGAIN, BROKEN, COLUMNS, LATER, ONE, WRONG, opened

STORIES = (
    Story("a month", opened(ONE), "imported"),
    Story("a month in two formats", opened(AGAIN), "imported"),
    Story("what was pending is booked", opened(LATER), "imported"),
    Story("a person says what the columns are", opened(COLUMNS), "imported", decision={}),
    Story("the sums differ, and a person drops it", opened(WRONG), "dropped", decision={"decision": "reject"}),
    Story("the file is cut off", opened(BROKEN), "unreadable"),
)
