"""Holds what happened in each cell to what the text says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.matrix import moving
from tests.matrix.asking import Outcome
from tests.matrix.expected import expected
from tests.matrix.paths import change, change_after_approval, prepare
from tests.matrix.states import Case, Ground
from tests.matrix.values import field_of
from tests.matrix.words import LOCKED, SORTING, Answer, Cell, Path, Result, State
from tests.views.playing import Play, open_play
from tests.views.story import draw_story

_DUPLICATES: Final = (Path.DUPLICATE_STAYS, Path.DUPLICATE_GOES)
_FIELDS: Final = (*SORTING, *LOCKED, "person", "client", "project")


@dataclass
class Matrix:
    """How many cells were played, and what differs from the text.

    `owed` counts those which were owed to somebody before and behind the change.
    """

    played: int = 0
    owed: int = 0
    differences: list[str] = field(default_factory=list[str])


async def play_cells(matrix: Matrix, cells: Sequence[Cell], seed: int) -> None:
    """Play these cells in one firm."""
    async with open_play(draw_story(seed, 1)) as play:
        ground = Ground(play)
        await ground.open()
        cases = [Case(cell, number) for number, cell in enumerate(cells, start=1)]
        await ground.hand_in(cases)
        for case in cases:
            await prepare(ground, case)
        in_books = [case for case in cases if case.cell.state is State.IN_BOOKS]
        await _decide(ground, in_books)
        if in_books:
            await play.sync_books()
        await _decide(ground, [case for case in cases if case.cell.state is not State.IN_BOOKS])
        await ground.hand_on(cases)
        for case in cases:
            await moving.prepare(ground, case)
        await _hand_in_twins(ground, cases)
        for case in cases:
            matrix.differences += await _play_cell(matrix, ground, case)
            matrix.played += 1


async def _decide(ground: Ground, cases: Sequence[Case]) -> None:
    """All that comes before they are handed on. Nothing else is in the books by then."""
    await ground.decide(cases)
    for case in cases:
        await change_after_approval(ground, case)
        await moving.prepare_closing(ground, case)


async def _hand_in_twins(ground: Ground, cases: Sequence[Case]) -> None:
    """The other document of each purchase that is merged."""
    twins = [case for case in cases if case.cell.path in _DUPLICATES]
    if not twins:
        return
    await ground.play.hand_in([case.paper("-2") for case in twins])
    by_number = await ground.play.expenses()
    for case in twins:
        case.twin = str(by_number[f"{case.receipt}-2"]["id"])


async def _play_cell(matrix: Matrix, ground: Ground, case: Case) -> list[str]:
    """What differs in this cell."""
    before = await ground.show(case)
    owed_before = await _owed(ground.play, case)
    outcome = await change(ground, case)
    after = await ground.show(case)
    answer = expected(case.cell)
    wrong = _differences(answer, case, outcome, before=before, after=after)
    owed = await _owed(ground.play, case)
    stays = before["status"] == after["status"] == "approved"
    if stays and owed_before:
        matrix.owed += 1
    # An entry of the bank pays what it names.
    is_paid = case.cell.path is Path.STATEMENT
    if stays and not is_paid and owed != owed_before:
        wrong.append(f"is owed {owed}, and was owed {owed_before}")
    return [f"{case.cell}: {each} (must be: {answer.result}; {outcome})" for each in wrong]


async def _owed(play: Play, case: Case) -> list[tuple[Any, ...]]:
    """What is owed to whom of it."""
    items = await play.owner.items("/api/owed/expenses", expense=case.expense)
    names = ("currency", "total", "owed", "onItsWay", "paid", "notReimbursable")
    return [(str(item["person"]), *(item[name] for name in names)) for item in items]


def _differences(
    answer: Answer, case: Case, outcome: Outcome, *, before: dict[str, Any], after: dict[str, Any]
) -> list[str]:
    changed = [name for name in _FIELDS if before[name] != after[name]]
    statuses = (before["status"], after["status"])
    wrong: list[str] = []
    is_change = answer.result in {Result.CHANGED, Result.APPROVAL_ENDS}
    name = field_of(case)
    if is_change and name not in changed:
        wrong.append(f"{name} is as it was: {after[name]}")
    if not is_change and changed:
        wrong.append(f"changed {changed}")
    names_problem = answer.problem or answer.result is not Result.REFUSED
    is_other_problem = names_problem and outcome.problem != answer.problem
    if outcome.status != _status(answer, outcome) or is_other_problem:
        wrong.append(f"is answered {outcome.status} {outcome.problem}")
    if (answer.result is Result.LEFT_OUT) != bool(outcome.left_out):
        wrong.append(f"left out: {outcome.left_out}")
    if statuses[1] != _status_after(answer.result, statuses[0]):
        wrong.append(f"is {statuses[1]}, and was {statuses[0]}")
    return wrong


def _status(answer: Answer, outcome: Outcome) -> int:
    """Of what is refused the text names the status; all else succeeds."""
    if answer.result is Result.REFUSED:
        return answer.status
    if outcome.problem:
        return 0
    return outcome.status


def _status_after(result: Result, status: str) -> str:
    """The status of the expense that must follow."""
    after = {
        Result.APPROVAL_ENDS: "ready",
        Result.VOIDED: "voided",
        Result.SENT_BACK: "in_review",
        Result.READY: "ready",
        Result.APPROVED: "approved",
    }
    return after.get(result, status)
