"""What is done with expenses, their categories, rules, views and policies, as the audit calls it."""

from collections.abc import Mapping
from typing import Final

AUDITED: Final[Mapping[str, str]] = {
    "expense.edited": "values of an expense were changed; `change` has them, `fields` names them",
    "expense.seen": "a person confirmed an expense's merchant or category as it is",
    "expense.sent_back": "an expense was sent back to review",
    "expense.confirmed": "an expense was looked at and is ready again",
    "expense.voided": "an expense was voided: it counts nowhere, and is kept",
    "expense.restored": "a voided expense counts again",
    "expense.undone": "a change of an expense was taken back; `undoes` names it",
    "policy.created": "a policy of approval was made; `policy` is its id",
    "policy.deleted": "a policy was deleted",
    "approval.given": "an expense was approved; `fromVersion` names the row with the reason",
    "approval.taken_back": "an approval was taken back",
    "approval.refused": "an expense was sent back to review",
    "duplicates.told_apart": "two expenses that looked like one are two; `expenses` names them",
    "duplicates.merged": "two expenses are one: `kept` stays, `voided` is voided and its document linked",
    "duplicates.parted": "an expense that was voided as a duplicate counts again",
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
    "view.created": "a filter of expenses was kept under a name; `view` is its id",
    "view.changed": "a kept filter got another name or filter, or is shared or not",
    "view.deleted": "a kept filter was deleted",
}
