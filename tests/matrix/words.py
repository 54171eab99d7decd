"""The words of the matrix: states, paths, fields and what must happen.

Imports nothing of the product.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SORTING: Final = ("category", "tags", "note", "clientId", "projectId", "billable", "costCenter")
LOCKED: Final = (
    "merchant",
    "registeredName",
    "date",
    "total",
    "tax",
    "currency",
    "parts",
    "taxLines",
    "items",
    "paidBy",
    "paymentMethod",
    "documentKind",
    "receiptNumber",
    "dueDate",
    "amountDue",
    "buyer",
)
NAMED: Final = "named category"
"""The field `category`, where a policy names the old or the new one."""
CONFLICT: Final = 409
FORBIDDEN: Final = 403
EXPENSE_LOCKED: Final = "expense-locked"
CANNOT_UNDO: Final = "cannot-undo"
CANNOT_MERGE: Final = "cannot-merge"
IN_RULES: Final = "category-in-rules"
NOT_PERMITTED: Final = "not-permitted"


class State(StrEnum):
    """What an expense is."""

    READY = "ready"
    SENT_BACK = "in review"
    REOPENED_WAITING = "ready, in a period opened again"
    IN_CHAIN = "in a chain"
    REFUSED = "refused by a policy"
    APPROVED = "approved"
    REOPENED = "approved, in a period opened again"
    PAID = "paid"
    ON_ITS_WAY = "in a payment file"
    PAID_AT_BANK = "paid by a bank entry"
    CLAIMED = "claimed"
    EXPORTED = "exported"
    IN_BOOKS = "in the books"
    CLOSED = "approved and closed"
    CLOSED_WAITING = "ready and closed"
    VOIDED = "voided"


class Path(StrEnum):
    """How somebody changes it."""

    EDIT = "edit"
    EDIT_WITHOUT_SORT = "edit by the employee"
    DOCUMENT = "edit of the document"
    NAMES = "edit of the names"
    PAYER = "payer of the receipt"
    UNDO_OF_CHANGE = "undo of a change that a decision may have followed"
    UNDO_OF_LATER_CHANGE = "undo of a change after the approval"
    ACT = "act"
    ACT_WITHOUT_SORT = "act by the employee"
    PROPOSAL = "proposal taken"
    RULES = "rules applied"
    MERCHANTS_RENAMED = "merchants renamed"
    CATEGORIES_MERGED = "categories merged"
    NAMED_CATEGORY_MERGED = "a named category merged by an approver"
    CATEGORY_RENAMED = "its category renamed"
    CLIENTS_MERGED = "clients merged"
    CLIENT_RENAMED = "its client renamed"
    PROJECT_RENAMED = "its project renamed"
    UNDO_OF_ACT = "undo of one's own act"
    UNDO_OF_ANOTHERS_ACT = "undo of another's act"
    UNDO_WITHOUT_SORT = "undo of their own act by the employee"
    UNDO_OF_PROPOSAL = "undo of a proposal taken"
    UNDO_OF_RULES = "undo of rules applied"
    UNDO_OF_RENAMED_MERCHANTS = "undo of merchants renamed"
    UNDO_OF_MERGE = "undo of categories merged"
    UNDO_OF_RENAME = "undo of its category renamed"
    MOVE = "move"
    MOVE_BY_EMPLOYEE = "move by the employee"
    DECISION = "decision by who may approve"
    UNDO_OF_MOVE = "undo of a move"
    UNDO_OF_MOVING_ACT = "undo of an act that moved it"
    RETRY = "run retried with values"
    RESTART = "run begun at a step"
    READ_AGAIN = "read again"
    SPLIT = "document split"
    SAME_FILE = "the same file again"
    DUPLICATE_STAYS = "duplicates merged, it stays"
    DUPLICATE_GOES = "duplicates merged, it goes"
    TAX = "tax decided"
    RATE = "rate entered"
    STATEMENT = "bank statement imported"
    RUNS_IN_BULK = "bulk operation on runs"
    CATEGORY_ARCHIVED = "its category archived"
    MERCHANT_FORGOTTEN = "its merchant forgotten"


class Result(StrEnum):
    """What happens to the expense."""

    CHANGED = "changed"
    APPROVAL_ENDS = "changed, and its approval ends"
    LEFT_OUT = "left out, and the list says why"
    REFUSED = "refused"
    VOIDED = "voided"
    SENT_BACK = "in review"
    READY = "ready"
    APPROVED = "approved"
    NOTHING = "nothing changes"


@dataclass(frozen=True)
class Cell:
    """One case. `field` is a move's name, where no field changes."""

    state: State
    path: Path
    field: str

    def __str__(self) -> str:
        return f"{self.state} · {self.path} · {self.field}"


@dataclass(frozen=True)
class Answer:
    """What must happen. `status` and `problem` are of what is refused."""

    result: Result
    status: int = 0
    problem: str = ""


PAID: Final = (State.PAID, State.ON_ITS_WAY, State.PAID_AT_BANK)
HANDED_ON: Final = (State.CLAIMED, State.EXPORTED, State.IN_BOOKS, State.REOPENED)
"""The closing of a period exports what it holds."""
APPROVED: Final = (State.APPROVED, *PAID, *HANDED_ON, State.CLOSED)
OPEN: Final = (
    State.READY,
    State.SENT_BACK,
    State.REOPENED_WAITING,
    State.IN_CHAIN,
    State.REFUSED,
)
"""Waiting, and in no closed period."""
WAITING: Final = (*OPEN, State.CLOSED_WAITING)
READY: Final = tuple(state for state in WAITING if state is not State.SENT_BACK)
"""Waiting, and its status is `ready`."""
CLOSED: Final = (State.CLOSED, State.CLOSED_WAITING)
