"""What is written into the audit of sorting: ids only, since names are personal."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "category.created": "a category was made; `categories` has its id",
    "category.changed": "a category's codes or state were changed",
    "category.set_taken": "a set of categories to begin with was taken over",
    "rule.created": "a rule was made; `rules` has its id",
    "rule.changed": "a rule asks or gives something else, or was paused",
    "rule.deleted": "a rule was deleted",
    "rule.ordered": "the rules were put in another order, that of `rules`",
    "proposal.dismissed": "a proposal shall not be made again",
    "act.begun": "a person began an act that changes many expenses; `act` is its row, which has the values",
    "act.advanced": "a batch of an act was written; `expenses` were changed",
    "act.applied": "the last batch of an act was written",
    "act.undoing": "a person began to take an act back",
    "act.restored": "a batch of an act was taken back; `expenses` have again what they had",
    "act.undone": "the last batch of an act was taken back",
}
