"""Moves the status of an expense, and takes such moves back, by the API."""

from typing import Any, Final

from tests.matrix.asking import REASON, Outcome, begin_act, of_decision, outcome_of, post
from tests.matrix.states import Case, Ground
from tests.matrix.words import CLOSED, Path
from tests.year.people import Person

_ROUTES: Final = {
    "void": "void",
    "restore": "restore",
    "send_back": "send-back",
    "confirm": "confirm",
}
_WITH_REASON: Final = ("void", "send_back")


def employee(ground: Ground) -> Person:
    """Who handed all of it in, and may not sort."""
    [*_, last] = ground.play.firm.people.values()
    return last


async def note_change(ground: Ground, case: Case) -> None:
    """Remember the newest change, which is undone later."""
    history = await ground.play.owner.get(f"/api/expenses/{case.expense}/history", limit=1)
    case.made["change"] = str(history["items"][0]["id"])


async def act_of(ground: Ground, case: Case) -> dict[str, Any]:
    """The body of an act that moves the expense alone."""
    kind = case.cell.field
    body: dict[str, Any] = {"kind": kind, "ids": [case.expense]}
    if kind in _WITH_REASON:
        return {**body, "reason": REASON}
    if kind == "approve":
        return {**body, "versions": [(await ground.show(case))["version"]]}
    return body


async def prepare_closing(ground: Ground, case: Case) -> None:
    """What an act moves that is undone later, in a period that is closed before that."""
    is_undone = case.cell.path is Path.UNDO_OF_MOVING_ACT and case.cell.field != "approve"
    if is_undone and case.cell.state in CLOSED:
        await begin_act(ground.play.firm.second, case, "/api/acts", await act_of(ground, case))


async def prepare(ground: Ground, case: Case) -> None:
    """What moves the expense in its state, and is undone then."""
    if case.cell.path is Path.UNDO_OF_MOVE:
        await _move(ground, ground.play.firm.second, case)
        await note_change(ground, case)
    is_undone = case.cell.path is Path.UNDO_OF_MOVING_ACT and case.cell.field != "approve"
    if is_undone and case.cell.state not in CLOSED:
        await begin_act(ground.play.firm.second, case, "/api/acts", await act_of(ground, case))


async def _move(ground: Ground, person: Person, case: Case) -> None:
    del ground
    route = _ROUTES[case.cell.field]
    await person.post(f"/api/expenses/{case.expense}/{route}", {"reason": REASON})


async def move(ground: Ground, case: Case) -> Outcome:
    """Move it by itself; what the API said."""
    field = case.cell.field
    if field in _ROUTES:
        person = ground.play.owner
        if case.cell.path is Path.MOVE_BY_EMPLOYEE:
            person = employee(ground)
        route = f"/api/expenses/{case.expense}/{_ROUTES[field]}"
        return outcome_of(await post(person, route, {"reason": REASON}))
    chosen: dict[str, Any] = {"ids": [case.expense]}
    firm = ground.play.firm
    if field == "take_back":
        return of_decision(await post(firm.books, "/api/approvals/take-back", chosen))
    if field == "unapprove":
        return of_decision(await post(firm.second, "/api/expenses/unapprove", chosen))
    version = (await ground.show(case))["version"]
    body = {**chosen, "versions": [version], "reason": REASON}
    return of_decision(await post(firm.second, "/api/expenses/reject", body))
