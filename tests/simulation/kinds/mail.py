"""What can happen to a mail: `tillroll play mail`."""

from local.mail.counterpart import Fault
from tests.simulation.author import Story
from tests.simulation.mail import opened

STORIES = (
    Story("all is well", opened(), "sent"),
    Story("the answer is lost", opened(Fault("lost_after")), "sent"),
    Story("the request is lost", opened(Fault("lost_before")), "sent"),
    Story(
        "the provider wants patience", opened(Fault("throttled", 90), Fault("throttled", 1)), "sent"
    ),
    Story(
        "the provider fails, then loses its answer",
        opened(Fault("down"), Fault("lost_after")),
        "sent",
    ),
)
