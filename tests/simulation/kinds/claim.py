"""What can happen to a claim: `tillroll play claim`."""

from local.mail.counterpart import Fault
from tests.simulation import claiming, mailed_claims
from tests.simulation.author import Story
from tests.simulation.claiming import (
    TOTAL,
    After,
    bounced,
    credited,
    disputed,
    nothing,
    paid,
    resolved,
    withdrawn,
    written_off,
)
from tests.simulation.mailed_claims import Mailed

_PAID = After(3, paid(TOTAL, "a"))
_LATE = (After(31, nothing), After(14, nothing), After(14, nothing), After(9, paid(TOTAL, "a")))
_HAPPENS = {
    "it is paid": ([_PAID], "paid"),
    "it is paid in two parts": (
        [After(3, paid(1000, "a")), After(10, paid(TOTAL - 1000, "b"))],
        "paid",
    ),
    "it is paid twice": ([_PAID, After(0, paid(TOTAL, "b"))], "paid"),
    "it is paid too much": ([After(3, paid(TOTAL + 5, "a"))], "paid"),
    "other money comes first": (
        [After(3, paid(900, "a", "USD")), After(2, paid(TOTAL, "b"))],
        "paid",
    ),
    "it is late": (_LATE, "paid"),
    "it is paid behind the first reminder": ([After(32, paid(TOTAL, "a"))], "paid"),
    "it is disputed, then paid": (
        [After(5, disputed), After(60, resolved), After(1, paid(TOTAL, "a"))],
        "paid",
    ),
    "it is withdrawn": (
        [After(5, paid(100, "a")), After(1, withdrawn), After(2, paid(7, "b"))],
        "withdrawn",
    ),
    "a part is credited, the rest paid": (
        [After(5, credited(1)), After(1, paid(2500, "a"))],
        "paid",
    ),
    "a payment bounces, and comes again": (
        [After(3, paid(1000, "a")), After(2, bounced("a")), After(3, paid(TOTAL, "b"))],
        "paid",
    ),
    "it bounces behind the end": ([_PAID, After(9, bounced("a"))], "paid"),
    "the rest is written off": ([After(3, paid(1000, "a")), After(60, written_off)], "written_off"),
    "all is credited": ([After(5, credited(1)), After(1, credited(2))], "credited"),
}
MAILED = {
    "it is mailed and paid": Mailed([_PAID], "paid", ["issued", "thanks"]),
    "it is mailed and late": Mailed(
        _LATE, "paid", ["issued", "reminder", "second_reminder", "thanks"]
    ),
    "the provider's answer is lost": Mailed(
        [_PAID], "paid", ["issued", "thanks"], [Fault("lost_after")]
    ),
    # One that asks again after a death is refused again.
    "the mail is refused": Mailed([_PAID], "paid", [], [Fault("refused")] * 4),
    "it is mailed and disputed, then paid": Mailed(
        [After(5, disputed), After(60, resolved), _PAID], "paid", ["issued", "reminder", "thanks"]
    ),
    "it is mailed and withdrawn": Mailed([After(5, withdrawn)], "withdrawn", ["issued"]),
    "it is mailed and all is credited": Mailed(
        [After(5, credited(1)), After(1, credited(2))], "credited", ["issued"]
    ),
}
HANDED_OVER = tuple(
    Story(name, claiming.opened(story), ending, decision={})
    for name, (story, ending) in _HAPPENS.items()
)
BY_MAIL = tuple(
    Story(name, mailed_claims.opened(mailed), mailed.ending, decision={})
    for name, mailed in MAILED.items()
)
STORIES = (*HANDED_OVER, *BY_MAIL)
