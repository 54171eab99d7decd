"""Which cells the matrix has: each path with the fields that it can change, in each state."""

from collections.abc import Mapping, Sequence
from typing import Final

from tests.matrix.words import (
    APPROVED,
    HANDED_ON,
    LOCKED,
    NAMED,
    OPEN,
    PAID,
    SORTING,
    Cell,
    Path,
    State,
)

_ACTS: Final = (*SORTING, NAMED, "paidBy")
_SINGLE: Final = (*SORTING, NAMED, *LOCKED)
_PARTED: Final = ("category", "parts")
"""Of a path that changes a category: the expense's own, and that of a part."""
_NONE: Final = ("none",)
_FIELDS: Final[Mapping[Path, Sequence[str]]] = {
    Path.EDIT: _SINGLE,
    Path.EDIT_WITHOUT_SORT: _SINGLE,
    Path.DOCUMENT: ("documentKind", "receiptNumber", "dueDate", "amountDue", "buyer"),
    Path.NAMES: ("merchant", "registeredName"),
    Path.PAYER: ("paidBy",),
    Path.UNDO_OF_CHANGE: _SINGLE,
    Path.UNDO_OF_LATER_CHANGE: (*SORTING, NAMED),
    Path.ACT: (*_ACTS, "void", "send_back", "approve", "unapprove"),
    Path.ACT_WITHOUT_SORT: _ACTS,
    Path.PROPOSAL: ("category", NAMED),
    Path.RULES: ("costCenter", "tags"),
    Path.MERCHANTS_RENAMED: ("merchant",),
    Path.CATEGORIES_MERGED: _PARTED,
    Path.NAMED_CATEGORY_MERGED: ("category",),
    Path.CATEGORY_RENAMED: _PARTED,
    Path.CLIENTS_MERGED: ("clientId",),
    Path.CLIENT_RENAMED: ("client",),
    Path.PROJECT_RENAMED: ("project",),
    Path.UNDO_OF_ACT: _ACTS,
    Path.UNDO_OF_ANOTHERS_ACT: _ACTS,
    Path.UNDO_WITHOUT_SORT: _ACTS,
    Path.UNDO_OF_PROPOSAL: ("category",),
    Path.UNDO_OF_RULES: ("costCenter", "tags"),
    Path.UNDO_OF_RENAMED_MERCHANTS: ("merchant",),
    Path.UNDO_OF_MERGE: _PARTED,
    Path.UNDO_OF_RENAME: _PARTED,
    Path.MOVE: ("void", "restore", "send_back", "confirm"),
    Path.MOVE_BY_EMPLOYEE: ("void", "restore", "send_back", "confirm"),
    Path.DECISION: ("reject", "unapprove", "take_back"),
    Path.UNDO_OF_MOVE: ("void", "restore", "send_back"),
    Path.UNDO_OF_MOVING_ACT: ("void", "send_back", "approve", "unapprove"),
    Path.RETRY: ("total",),
    Path.DUPLICATE_STAYS: ("status",),
    Path.DUPLICATE_GOES: ("status",),
}
_READY: Final = (State.READY, State.REOPENED_WAITING, State.IN_CHAIN, State.REFUSED)
_STATES_OF_MOVE: Final[Mapping[str, Sequence[State]]] = {
    "void": (*OPEN, State.CLOSED_WAITING),
    "restore": (State.VOIDED,),
    "send_back": (*_READY, *APPROVED),
}
_STATES_OF_MOVING_ACT: Final[Mapping[str, Sequence[State]]] = {
    "void": (*OPEN, State.CLOSED_WAITING),
    "send_back": (
        *(*_READY, State.CLOSED_WAITING),
        State.APPROVED,
        *PAID,
        *HANDED_ON,
    ),
    "approve": (State.IN_CHAIN, *APPROVED),
    "unapprove": (State.APPROVED, *PAID, *HANDED_ON),
}
_MOVES_UNDONE: Final = {
    Path.UNDO_OF_MOVE: _STATES_OF_MOVE,
    Path.UNDO_OF_MOVING_ACT: _STATES_OF_MOVING_ACT,
}
_OF_ACTS: Final = (Path.UNDO_OF_ACT, Path.UNDO_OF_ANOTHERS_ACT, Path.UNDO_WITHOUT_SORT)


def all_cells() -> list[Cell]:
    """Each case of which the text says something."""
    return [
        Cell(state, path, field)
        for state in State
        for path in Path
        for field in _FIELDS.get(path, _NONE)
        if _is_case(state, path, field)
    ]


def _is_case(state: State, path: Path, field: str) -> bool:
    """Whether there is such a case.

    A voided one is no duplicate any more. What an entry of the bank pays, nobody paid in cash, nor
    an employee.
    """
    if path in _MOVES_UNDONE:
        return state in _MOVES_UNDONE[path][field]
    if path is Path.UNDO_OF_LATER_CHANGE:
        return _is_sorted_later(state, field)
    if field in {"paidBy", "paymentMethod"} and state is State.PAID_AT_BANK:
        return path not in {*_OF_ACTS, Path.UNDO_OF_CHANGE}
    return state is not State.VOIDED or path not in {Path.DUPLICATE_STAYS, Path.DUPLICATE_GOES}


def _is_sorted_later(state: State, field: str) -> bool:
    """What is sorted later is approved, and stays so. What is billed to nobody is not claimed."""
    if field == NAMED:
        return state is State.APPROVED
    if field == "billable" and state is State.CLAIMED:
        return False
    return state in APPROVED
