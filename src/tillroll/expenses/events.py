"""What is done with expenses: actions of the audit; topics for the world outside, each event's
data, and the event of a change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.expenses.fields import Entry, Follows, derived, fields_of, json_name, types_of
from tillroll.expenses.models import Expense
from tillroll.expenses.values import FIELDS, STATUS, changed_fields
from tillroll_documents.reading.correction import FIELDS as RECEIPT_FIELDS
from tillroll_durable import Statement, Topic
from tillroll_durable.audit import AuditEvent
from tillroll_durable.outbox import Told, has_endpoint, told
from tillroll_durable.outbox import nudge as nudge_events
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.models import RequestBody
from tillroll_durable.platform.services import Platform
from tillroll_durable.settings import RunSettings


class Audited(Action):
    EDITED = (
        "expense.edited",
        "values of an expense were changed; `change` has them, `fields` names them",
    )
    SEEN = "expense.seen", "a person confirmed an expense's merchant or category as it is"
    SENT_BACK = "expense.sent_back", "an expense was sent back to review"
    CONFIRMED = "expense.confirmed", "an expense was looked at and is ready again"
    VOIDED = "expense.voided", "an expense was voided: it counts nowhere, and is kept"
    RESTORED = "expense.restored", "a voided expense counts again"
    UNDONE = "expense.undone", "a change of an expense was taken back; `undoes` names it"
    POLICY_CREATED = "policy.created", "a policy of approval was made; `policy` is its id"
    POLICY_DELETED = "policy.deleted", "a policy was deleted"
    FOUR_EYES_SET = (
        "account.four_eyes_set",
        "four eyes on own expenses were switched on or off; `fourEyes` says which",
    )
    APPROVAL_GIVEN = (
        "approval.given",
        "an expense was approved; `fromVersion` names the row with the reason",
    )
    APPROVAL_TAKEN_BACK = "approval.taken_back", "an approval was taken back"
    APPROVAL_STEP_TAKEN_BACK = (
        "approval.step_taken_back",
        "a person took back their step of an expense's chain",
    )
    APPROVAL_STEP_GIVEN = (
        "approval.step_given",
        "a step of an expense's chain was approved; `inPlaceOf` is whose substitute the person was",
    )
    APPROVAL_STEP_REASSIGNED = (
        "approval.step_reassigned",
        "an owner gave a step of a chain to somebody else; `to` is the person",
    )
    APPROVAL_BEGAN_ANEW = (
        "approval.began_anew",
        "an expense has changed: the steps that were given count no more",
    )
    CHAIN_CREATED = "chain.created", "a rule on who approves was made; `chain` is its id"
    CHAIN_DELETED = (
        "chain.deleted",
        "a rule on who approves was deleted; chains that began stay as they are",
    )
    SUBSTITUTE_NAMED = (
        "substitute.named",
        (
            "somebody was named as a substitute; `substitute` approves in place of `person`, from "
            "`from` to `to`"
        ),
    )
    SUBSTITUTE_ENDED = "substitute.ended", "somebody is a substitute no more"
    APPROVAL_REMINDED = (
        "approval.reminded",
        "somebody was reminded of what waits for their approval; `person` says who",
    )
    APPROVAL_REFUSED = "approval.refused", "an approver sent an expense back to review"
    REFUSAL_TAKEN_BACK = (
        "approval.refusal_taken_back",
        "who sent an expense back to review took that back",
    )
    DUPLICATES_TOLD_APART = (
        "duplicates.told_apart",
        "two expenses that looked like one are two; `expenses` names them",
    )
    DUPLICATES_MERGED = (
        "duplicates.merged",
        "two expenses are one: `kept` stays, `voided` is voided and its document linked",
    )
    DUPLICATES_PARTED = (
        "duplicates.parted",
        "an expense that was voided as a duplicate counts again",
    )
    CATEGORY_CREATED = "category.created", "a category was made; `categories` has its id"
    CATEGORY_CHANGED = "category.changed", "a category's codes or state were changed"
    CATEGORY_ACCOUNTS_GIVEN = (
        "category.accounts_given",
        "categories without an account got that of a chart of accounts",
    )
    CATEGORY_SET_TAKEN = "category.set_taken", "a set of categories to begin with was taken over"
    CATEGORIES_NAMED = (
        "category.set_named",
        "categories of a set that no expense had got the names of a language",
    )
    RULE_CREATED = "rule.created", "a rule was made; `rules` has its id"
    RULE_CHANGED = "rule.changed", "a rule asks or gives something else, or was paused"
    RULE_DELETED = "rule.deleted", "a rule was deleted"
    RULE_ORDERED = "rule.ordered", "the rules were put in another order; `rules` has it"
    PROPOSAL_DISMISSED = "proposal.dismissed", "a proposal shall not be made again"
    ACT_BEGUN = (
        "act.begun",
        "a person began an act that changes many expenses; `act` is its row, which has the values",
    )
    ACT_ADVANCED = "act.advanced", "a batch of an act was written; `expenses` were changed"
    ACT_APPLIED = "act.applied", "the last batch of an act was written"
    ACT_UNDOING = "act.undoing", "a person began to take an act back"
    ACT_RESTORED = (
        "act.restored",
        "a batch of an act was taken back; `expenses` have again what they had",
    )
    ACT_UNDONE = "act.undone", "the last batch of an act was taken back"
    MERCHANT_FORGOTTEN = "merchant.forgotten", "what was remembered of a merchant was deleted"
    VIEW_CREATED = "view.created", "a filter of expenses was kept under a name; `view` is its id"
    VIEW_CHANGED = "view.changed", "a kept filter got another name or filter, or is shared or not"
    VIEW_DELETED = "view.deleted", "a kept filter was deleted"


UPDATED: Final = "expense.updated"
SENT_BACK: Final = "expense.sent_back"
CONFIRMED: Final = "expense.confirmed"
APPROVED: Final = "expense.approved"
UNAPPROVED: Final = "expense.unapproved"
VOIDED: Final = "expense.voided"
RESTORED: Final = "expense.restored"
MERGED: Final = "expense.merged"


_ENTRIES: Final = [*fields_of(Expense, Entry), *fields_of(Expense, Follows)]
_READ: Final = [
    name for name in _ENTRIES if json_name(name) in RECEIPT_FIELDS and name != "category"
]


class _Ids(RequestBody):
    expense_id: str
    receipt_id: str
    run_id: str


class CreatedData(derived("CreatedValues", _Ids, types_of(Expense, _READ))):
    """The expense as it began."""


class _Change(CreatedData):
    change_id: str
    version: int
    changed: list[str]
    status: str


# As receivers have known them.
_FIRST: Final = ("category", "note", "tags")
_LAST: Final = ("parts",)
_BETWEEN: Final = [
    name
    for name in Expense.model_fields
    if name in _ENTRIES and name not in (*_READ, *_FIRST, *_LAST)
]
_LATER: Final = [*_FIRST, *_BETWEEN, *_LAST]


class ChangedData(derived("ChangedValues", _Change, types_of(Expense, _LATER))):
    """The expense at `version`, with all values; `changed` names those that are others than at the
    version before. `change_id` is the change's id in the expense's history.
    """


class MergedData(ChangedData):
    """An expense that was voided as a duplicate; `merged_into` is the one that stays."""

    merged_into: str


_SAYS: Final[Mapping[str, str]] = {
    UPDATED: "Values were changed, or a change of them was taken back.",
    SENT_BACK: "It is in review again, and counts in no export until it is ready.",
    CONFIRMED: "What was sent back was looked at: it is ready again.",
    APPROVED: "An owner approved it: it is locked.",
    UNAPPROVED: "The approval was taken back: it is ready, and can be changed.",
    VOIDED: "It counts nowhere any more, and is kept.",
    RESTORED: "What was voided, or merged, counts again.",
}

CREATED_TOPIC: Final = Topic("expense.created", CreatedData, "A document has become an expense.")
TOPICS: Final = (
    *(Topic(name, ChangedData, says) for name, says in _SAYS.items()),
    Topic(MERGED, MergedData, "It was voided as a duplicate of `mergedInto`."),
)


# Where a change of status leads to, and its topic; what leaves `voided` is restored, wherever it
# comes to stand.
_BY_STATUS: Final[Mapping[str, str]] = {
    "voided": VOIDED,
    "in_review": SENT_BACK,
    "approved": APPROVED,
}
# From where a change of status leads to `ready`.
_TO_READY: Final[Mapping[str, str]] = {"in_review": CONFIRMED, "approved": UNAPPROVED}
_LISTS: Final = ("taxLines", "items")


def event_of(
    platform: Platform,
    expense: Row,
    change_id: str,
    before: JsonObject,
    after: JsonObject,
    now: str,
    merged_into: str | None = None,
) -> Told:
    """The event of a change from `before`, at its version, to `after`, all values by the API's
    names; `merged_into` stays.
    """
    version = int(str(before["version"]))
    named: list[Json] = [*changed_fields(before, after)]
    data: JsonObject = {
        "expenseId": text(expense, "id"),
        "receiptId": text(expense, "receipt_id"),
        "runId": text(expense, "run_id"),
        "changeId": change_id,
        "version": version + 1,
        "changed": named,
        **{name: after[name] for name in (STATUS, *FIELDS) if name not in _LISTS},
    }
    if merged_into is not None:
        data["mergedInto"] = merged_into
    has_receiver = platform.settings.of(RunSettings).delivers_webhooks
    key = f"{text(expense, 'id')}:{version}"
    run_id = text(expense, "run_id")
    account_id = text(expense, "account_id")
    if merged_into is not None:
        topic = MERGED
    else:
        topic = _topic(str(before[STATUS]), str(after[STATUS]))
    return told(
        run_id, account_id, topic=topic, key=key, data=data, now=now, has_receiver=has_receiver
    )


def audited(
    expense: Row, key: str, action: Action, outcome: str, actor: str, now: str, detail: JsonObject
) -> AuditEvent:
    """What was done with an expense, in its run's stream."""
    return AuditEvent(
        stream=text(expense, "run_id"),
        event_key=key,
        account_id=text(expense, "account_id"),
        actor=actor,
        action=action,
        outcome=outcome,
        at=now,
        detail={"expense": text(expense, "id"), **detail},
    )


@dataclass(frozen=True)
class Written:
    """What a change of an expense writes in one batch, the row that it was made from, and the event
    of it.
    """

    id: str
    expense: Row
    statements: Sequence[Statement]
    event: Told


async def nudge(platform: Platform, written: Sequence[Written]) -> None:
    """Have events that are written delivered now; where that message is lost, the reconciler does
    it.
    """
    is_received = platform.settings.of(RunSettings).delivers_webhooks
    for each in written:
        if is_received or await has_endpoint(platform.database, text(each.expense, "account_id")):
            await nudge_events(platform, text(each.expense, "run_id"), [each.event.id])


def _topic(before: str, after: str) -> str:
    """Choose the topic by the status before and after: an undo has that of what it leads to."""
    if before == after:
        return UPDATED
    if before == "voided":
        return RESTORED
    return _BY_STATUS.get(after) or _TO_READY[before]
