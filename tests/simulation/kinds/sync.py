"""What can happen to a sync: `tillroll play sync`."""

from local.books.counterpart import Fault
from tests.simulation.author import Story
from tests.simulation.syncing import Order, opened

PUSHED = (
    Story("all is well", opened(Order()), "completed"),
    Story("an answer is lost", opened(Order(faults=[Fault("lost_after", "document.write")])), "completed"),
    Story("a request is lost", opened(Order(faults=[Fault("lost_before", "document.write")])), "completed"),
)
STORIES = PUSHED
