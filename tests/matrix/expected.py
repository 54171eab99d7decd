"""What must happen in a cell, by *What may change after the approval* of docs/approval.md.

Imports nothing of the product, and was written from that text alone.
"""

from typing import Final

from tests.matrix import moves
from tests.matrix.words import (
    CANNOT_MERGE,
    CANNOT_UNDO,
    CONFLICT,
    EXPENSE_LOCKED,
    IN_RULES,
    NAMED,
    OPEN,
    PAID,
    SORTING,
    WAITING,
    Answer,
    Cell,
    Path,
    Result,
    State,
)

_SINGLE_PATHS: Final = (
    Path.EDIT,
    Path.EDIT_WITHOUT_SORT,
    Path.DOCUMENT,
    Path.NAMES,
    Path.PAYER,
    Path.UNDO_OF_CHANGE,
    Path.UNDO_OF_LATER_CHANGE,
)
_UNDOING: Final = (
    Path.UNDO_OF_ACT,
    Path.UNDO_OF_ANOTHERS_ACT,
    Path.UNDO_WITHOUT_SORT,
    Path.UNDO_OF_PROPOSAL,
    Path.UNDO_OF_RULES,
    Path.UNDO_OF_RENAMED_MERCHANTS,
    Path.UNDO_OF_MERGE,
)
_BY_MANY: Final = (Path.RULES, Path.MERCHANTS_RENAMED, Path.CATEGORIES_MERGED)
_OF_WHAT_COUNTS: Final = (Path.RULES, Path.PROPOSAL)
"""Paths that look at no voided expense."""
_ENDING: Final = (Path.ACT, Path.PROPOSAL)
_CHANGED: Final = Answer(Result.CHANGED)
_LEFT_OUT: Final = Answer(Result.LEFT_OUT)
_NOTHING: Final = Answer(Result.NOTHING)
_LOCKED: Final = Answer(Result.REFUSED, CONFLICT, EXPENSE_LOCKED)
# The text names the status alone.
_CONFLICT: Final = Answer(Result.REFUSED, CONFLICT)
_IN_EACH_STATE: Final = {
    Path.NAMED_CATEGORY_MERGED: Answer(Result.REFUSED, CONFLICT, IN_RULES),
    Path.CATEGORY_RENAMED: _CHANGED,
    Path.CLIENTS_MERGED: _CHANGED,
    Path.CLIENT_RENAMED: _CHANGED,
    Path.PROJECT_RENAMED: _CHANGED,
    Path.UNDO_OF_RENAME: _CHANGED,
    Path.RETRY: _CONFLICT,
    Path.RESTART: _CONFLICT,
    Path.READ_AGAIN: _CONFLICT,
    Path.SPLIT: _CONFLICT,
    Path.SAME_FILE: _NOTHING,
    Path.DUPLICATE_STAYS: _NOTHING,
    Path.TAX: _NOTHING,
    Path.RATE: _NOTHING,
    Path.STATEMENT: _NOTHING,
    Path.RUNS_IN_BULK: _NOTHING,
    Path.CATEGORY_ARCHIVED: _NOTHING,
    Path.MERCHANT_FORGOTTEN: _NOTHING,
}


def expected(cell: Cell) -> Answer:
    """What the text says of a cell."""
    if cell.path in _SINGLE_PATHS:
        return _by_itself(cell)
    if cell.path in _UNDOING:
        return _act_undone(cell)
    if cell.path is Path.DUPLICATE_GOES:
        return _merged_away(cell)
    if cell.path in _IN_EACH_STATE:
        return _IN_EACH_STATE[cell.path]
    return moves.expected(cell) or _many_at_once(cell)


def _by_itself(cell: Cell) -> Answer:
    """The table *By itself*."""
    if cell.path is Path.UNDO_OF_CHANGE and cell.state in {State.SENT_BACK, *_DECIDED}:
        # It is not the newest any more.
        return Answer(Result.REFUSED, CONFLICT, CANNOT_UNDO)
    if cell.state in WAITING:
        return _CHANGED
    if cell.path is Path.UNDO_OF_LATER_CHANGE and cell.field == NAMED:
        # The change ended the approval. No approval comes back by its undo.
        return _CHANGED
    if _may_be_sorted(cell):
        return _CHANGED
    if cell.state is State.APPROVED and cell.path is Path.EDIT and cell.field == NAMED:
        return Answer(Result.APPROVAL_ENDS)
    return _LOCKED


_DECIDED: Final = tuple(state for state in State if state not in WAITING)
"""The approval, or that it was voided, came after the change."""


def _may_be_sorted(cell: Cell) -> bool:
    """Whether the field is changed and the approval stays, by who may sort."""
    if cell.path in {Path.EDIT_WITHOUT_SORT, Path.ACT_WITHOUT_SORT}:
        return False
    return cell.field in SORTING and cell.state in {State.APPROVED, *PAID}


def _many_at_once(cell: Cell) -> Answer:
    """The table *Many at once*, and the sentences below it."""
    if cell.state is State.VOIDED and cell.path in _OF_WHAT_COUNTS:
        return _NOTHING
    if cell.state in OPEN:
        return _CHANGED
    if cell.path in _BY_MANY:
        return _LEFT_OUT
    if _may_be_sorted(cell):
        return _CHANGED
    if cell.state is State.APPROVED and cell.path in _ENDING and cell.field == NAMED:
        return Answer(Result.APPROVAL_ENDS)
    return _LEFT_OUT


def _act_undone(cell: Cell) -> Answer:
    """The table *An act is undone*."""
    if cell.state in OPEN:
        return _CHANGED
    if cell.state not in {State.APPROVED, *PAID}:
        return _LEFT_OUT
    if cell.field in {"paidBy", "merchant", "parts", NAMED}:
        return _LEFT_OUT
    if cell.path is Path.UNDO_WITHOUT_SORT:
        return _LEFT_OUT
    # A project brings its client along.
    is_whose = cell.field in {"clientId", "billable", "projectId"}
    if is_whose and cell.path is Path.UNDO_OF_ANOTHERS_ACT:
        return _LEFT_OUT
    return _CHANGED


def _merged_away(cell: Cell) -> Answer:
    """*Other paths*: an approved one is not voided."""
    if cell.state in WAITING:
        return Answer(Result.VOIDED)
    return Answer(Result.REFUSED, CONFLICT, CANNOT_MERGE)
