"""How a payout ends early, is taken over, and takes its steps in turn."""

from tests.simulation import bank
from tests.simulation.stories.payouts import FOR_GOOD, PayoutPlan
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.stories.story import Story

_APPROVE: JsonObject = {}
_NO_ONE = {"pay": bank.DOWN, "ask pay": bank.DOWN}

# Who cancels at a point does not click again where the process dies over it: such a story is
# touchy.
ENDINGS = (
    Story(
        "called back, and the other side recovers meanwhile",
        PayoutPlan(moods={"pay": [bank.LOST_AFTER], "ask pay": [bank.DOWN] * 2}).open,
        "reversed",
        is_touchy=True,
    ),
    Story(
        "approved, then given up",
        PayoutPlan(needs_approval=True, broken={"close": FOR_GOOD}).open,
        "announced_close_failed",
        decision=_APPROVE,
        operator="abandon",
        final="abandoned",
    ),
    Story(
        "approved, then cancelled",
        PayoutPlan(needs_approval=True, cancelled_at="file: before attempt 1").open,
        "cancelled",
        decision=_APPROVE,
        is_touchy=True,
    ),
    Story(
        "cancelled while a person is waited for",
        PayoutPlan(needs_approval=True, cancelled_at="review-1: request: stored").open,
        "cancelled",
        is_touchy=True,
    ),
    Story(
        "cancelled while the filing hangs",
        PayoutPlan(cancelled_at="file: before attempt 2").open,
        "closed",
        is_touchy=True,
    ),
    Story("two steps at once", PayoutPlan(at_once=True).open, "closed"),
    Story(
        "two steps at once, the first fails for good",
        PayoutPlan(at_once=True, broken={"check": FOR_GOOD}).open,
        "requested_check_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "what may fail fails before a person is asked",
        PayoutPlan(needs_approval=True, announces_first=True, broken={"announce": FOR_GOOD}).open,
        "closed",
        decision=_APPROVE,
    ),
    Story(
        "what may fail fails, and a later step is retried",
        PayoutPlan(broken={"announce": FOR_GOOD, "close": FOR_GOOD}).open,
        "announced_close_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "an output is too large",
        PayoutPlan(broken={"large close": FOR_GOOD}).open,
        "announced_close_failed",
        operator="retry",
        final="closed",
    ),
    Story(
        "a rollback of a cancelled run fails and is tried again",
        PayoutPlan(cancelled_at="file: before attempt 1", broken={"credit back": FOR_GOOD}).open,
        "cancelled",
        operator="retry",
        final="cancelled",
        is_touchy=True,
    ),
    Story(
        "a rollback fails and is tried again",
        PayoutPlan(always={"pay": bank.REFUSED}, broken={"credit back": FOR_GOOD}).open,
        "reversed",
        operator="retry",
        final="reversed",
    ),
    Story(
        "called back, and the answer is lost",
        PayoutPlan(
            moods={"pay": [bank.LOST_AFTER], "reverse": [bank.LOST_AFTER]}, always=_NO_ONE
        ).open,
        "reversed",
    ),
    Story(
        "called back, and the request is lost",
        PayoutPlan(
            moods={"pay": [bank.LOST_AFTER], "reverse": [bank.LOST_BEFORE]}, always=_NO_ONE
        ).open,
        "reversed",
    ),
    Story(
        "an unknown outcome in a rollback",
        PayoutPlan(
            moods={"pay": [bank.LOST_AFTER], "reverse": [bank.LOST_AFTER]},
            always={**_NO_ONE, "ask reverse": bank.CLUELESS},
        ).open,
        "reversed",
        operator="retry",
        final="reversed",
    ),
    Story(
        "a long output",
        PayoutPlan(broken={"long debit": FOR_GOOD, "long close": FOR_GOOD}).open,
        "closed",
    ),
    Story(
        "a long output, and a rollback that reads it",
        PayoutPlan(broken={"long debit": FOR_GOOD}, always={"pay": bank.REFUSED}).open,
        "reversed",
    ),
    Story(
        "a rollback refused",
        PayoutPlan(
            moods={"pay": [bank.LOST_AFTER]}, always={**_NO_ONE, "reverse": bank.REFUSED}
        ).open,
        "reversed",
        operator="retry",
        final="reversed",
    ),
    Story(
        "cancelled, and the answer to the call back is lost",
        PayoutPlan(
            cancelled_at="file: before attempt 1", moods={"reverse": [bank.LOST_AFTER]}
        ).open,
        "cancelled",
        is_touchy=True,
    ),
)
