"""What must happen where the status of an expense is moved, by docs/approval.md alone.

Imports nothing of the product.
"""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from tests.matrix.words import (
    APPROVED,
    CANNOT_UNDO,
    CLOSED,
    CONFLICT,
    EXPENSE_LOCKED,
    FORBIDDEN,
    HANDED_ON,
    NOT_PERMITTED,
    OPEN,
    PAID,
    READY,
    Answer,
    Cell,
    Path,
    Result,
    State,
)

_LEFT_OUT: Final = Answer(Result.LEFT_OUT)
_NOTHING: Final = Answer(Result.NOTHING)
_READY: Final = Answer(Result.READY)
_VOIDED: Final = Answer(Result.VOIDED)
_SENT_BACK: Final = Answer(Result.SENT_BACK)
_APPROVED: Final = Answer(Result.APPROVED)
_LOCKED: Final = Answer(Result.REFUSED, CONFLICT, EXPENSE_LOCKED)
_NOT_PERMITTED: Final = Answer(Result.REFUSED, FORBIDDEN, NOT_PERMITTED)
_CANNOT_UNDO: Final = Answer(Result.REFUSED, CONFLICT, CANNOT_UNDO)
_REVIEWED: Final = (State.SENT_BACK,)
_IS_VOIDED: Final = (State.VOIDED,)
_OPEN_APPROVED: Final = (State.APPROVED, *PAID, *HANDED_ON)
Rows: TypeAlias = Sequence[tuple[Sequence[State], Answer]]
"""What must happen in which states; the first row that has the state counts."""
_MOVES: Final[Mapping[str, Rows]] = {
    "void": (((*READY, *_REVIEWED), _VOIDED), (APPROVED, _LOCKED), (_IS_VOIDED, _NOTHING)),
    "restore": ((READY, _NOTHING), (_IS_VOIDED, _READY), ((*APPROVED, *_REVIEWED), _LOCKED)),
    "confirm": ((READY, _NOTHING), (_REVIEWED, _READY), ((*APPROVED, *_IS_VOIDED), _LOCKED)),
    "send_back": (
        ((*READY, *APPROVED), _SENT_BACK),
        (_REVIEWED, _NOTHING),
        (_IS_VOIDED, _LOCKED),
    ),
}
"""The table of moves below *Other paths*."""
_BY_EMPLOYEE: Final[Mapping[str, Rows]] = {
    # Somebody else voided it.
    "restore": ((_IS_VOIDED, _LOCKED), *_MOVES["restore"]),
    "send_back": ((APPROVED, _NOT_PERMITTED), *_MOVES["send_back"]),
}
_DECISIONS: Final[Mapping[str, Rows]] = {
    "reject": (
        ((*READY, *APPROVED), _SENT_BACK),
        (_REVIEWED, _NOTHING),
        (_IS_VOIDED, _LEFT_OUT),
    ),
    "unapprove": (
        (READY, _NOTHING),
        (APPROVED, _READY),
        ((*_REVIEWED, *_IS_VOIDED), _LEFT_OUT),
    ),
    "take_back": (
        ((State.APPROVED,), _READY),
        # Its step ends.
        ((State.IN_CHAIN,), _NOTHING),
        (tuple(State), _LEFT_OUT),
    ),
}
_ACTS: Final[Mapping[str, Rows]] = {
    "void": ((_IS_VOIDED, _NOTHING), (OPEN, _VOIDED), (tuple(State), _LEFT_OUT)),
    "send_back": (
        ((*CLOSED, *_IS_VOIDED), _LEFT_OUT),
        (_REVIEWED, _NOTHING),
        (tuple(State), _SENT_BACK),
    ),
    "approve": (
        (APPROVED, _NOTHING),
        ((State.REFUSED, *_REVIEWED, *_IS_VOIDED), _LEFT_OUT),
        (READY, _APPROVED),
    ),
    "unapprove": (
        (READY, _NOTHING),
        (_OPEN_APPROVED, _READY),
        ((State.CLOSED, *_REVIEWED, *_IS_VOIDED), _LEFT_OUT),
    ),
}
"""The rows of moves in the table *Many at once*, by who may approve."""
_MOVES_UNDONE: Final[Mapping[str, Rows]] = {
    "void": ((_REVIEWED, _SENT_BACK), (READY, _READY)),
    "restore": ((_IS_VOIDED, _VOIDED),),
    "send_back": ((READY, _READY), (APPROVED, _CANNOT_UNDO)),
}
_ACTS_UNDONE: Final[Mapping[str, Rows]] = {
    "void": ((CLOSED, _LEFT_OUT), (_REVIEWED, _SENT_BACK), (OPEN, _READY)),
    "send_back": (((*CLOSED, *APPROVED), _LEFT_OUT), (OPEN, _READY)),
    "approve": (
        ((State.APPROVED,), _READY),
        ((State.IN_CHAIN,), _NOTHING),
        (APPROVED, _LEFT_OUT),
    ),
    "unapprove": ((APPROVED, _LEFT_OUT),),
}
_TABLES: Final[Mapping[Path, Mapping[str, Rows]]] = {
    Path.MOVE: _MOVES,
    Path.MOVE_BY_EMPLOYEE: {**_MOVES, **_BY_EMPLOYEE},
    Path.DECISION: _DECISIONS,
    Path.ACT: _ACTS,
    Path.UNDO_OF_MOVE: _MOVES_UNDONE,
    Path.UNDO_OF_MOVING_ACT: _ACTS_UNDONE,
}


def expected(cell: Cell) -> Answer | None:
    """What the text says; None where the path moves no status."""
    rows = _TABLES.get(cell.path, {}).get(cell.field)
    if rows is None:
        return None
    return next(answer for states, answer in rows if cell.state in states)
