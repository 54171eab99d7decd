"""The page has words for whatever an expense's history may name."""

from tests.support.node import run_in_node
from tillroll.expenses.sorting.acts import PLANS

# Those that docs/api.md names beside the kinds of acts.
_OTHERS = (
    *("edited", "sent_back", "confirmed", "voided", "restored", "undone"),
    *("approved", "unapproved", "rejected", "unrejected", "merged", "parted"),
    *("reviewed", "reviewed_as_read"),
)
_NAMES = """
const { actOf } = await load("public/js/expenses/one/words.ts");
return given.map(actOf);
"""


def test_each_kind_of_change_is_said_in_words() -> None:
    kinds = [*PLANS, *_OTHERS]
    said = run_in_node(_NAMES, kinds)
    assert [kind for kind, words in zip(kinds, said, strict=True) if words == kind] == []
