"""Changes a field of an expense by a path, by the API."""

from typing import Any, Final

from tests.matrix import moving, others
from tests.matrix.asking import (
    Outcome,
    begin_act,
    category_id,
    edit,
    of_act,
    outcome_of,
    patch,
    post,
)
from tests.matrix.states import OTHER, TRAVEL, Case, Ground
from tests.matrix.values import AFTER, BEFORE, change_of, field_of, parts_of
from tests.matrix.words import NAMED, Path, State
from tests.year.people import Person

_KINDS: Final = {
    "category": "category",
    NAMED: "category",
    "tags": "tags",
    "clientId": "client",
    "projectId": "project",
    "note": "note",
    "costCenter": "cost_center",
    "billable": "billable",
    "paidBy": "paid_by",
}
_UNDO_OF_ACT: Final = (Path.UNDO_OF_ACT, Path.UNDO_OF_ANOTHERS_ACT, Path.UNDO_WITHOUT_SORT)
_OWN_CATEGORY: Final = (
    Path.CATEGORIES_MERGED,
    Path.NAMED_CATEGORY_MERGED,
    Path.CATEGORY_RENAMED,
    Path.UNDO_OF_MERGE,
    Path.UNDO_OF_RENAME,
    Path.CATEGORY_ARCHIVED,
)
"""Paths that change a category; each case has one of its own."""
_OWN_CLIENT: Final = (Path.CLIENTS_MERGED, Path.CLIENT_RENAMED, Path.PROJECT_RENAMED)
_PROPOSED: Final = (Path.PROPOSAL, Path.UNDO_OF_PROPOSAL)
_UNDONE: Final = {
    Path.UNDO_OF_PROPOSAL: Path.PROPOSAL,
    Path.UNDO_OF_RULES: Path.RULES,
    Path.UNDO_OF_RENAMED_MERCHANTS: Path.MERCHANTS_RENAMED,
    Path.UNDO_OF_MERGE: Path.CATEGORIES_MERGED,
    Path.UNDO_OF_RENAME: Path.CATEGORY_RENAMED,
}
_WITHOUT_SORT: Final = (Path.EDIT_WITHOUT_SORT, Path.ACT_WITHOUT_SORT, Path.UNDO_WITHOUT_SORT)


async def prepare(ground: Ground, case: Case) -> None:
    """What stands before the expense is decided on, and a path takes back or goes by."""
    owner = ground.play.owner
    cell = case.cell
    if cell.state is State.CLAIMED:
        await edit(ground, owner, case, {"clientId": ground.acme})
    if cell.state is State.PAID_AT_BANK:
        await edit(ground, owner, case, {"paidBy": "company"})
    if cell.path in _OWN_CLIENT:
        await _give_client(ground, case)
    if cell.path in _OWN_CATEGORY:
        await _give_category(ground, case)
    elif cell.path in _PROPOSED:
        # Its seller's others say none either.
        await edit(ground, owner, case, {"category": None})
    elif cell.field != NAMED or cell.path not in {*_UNDO_OF_ACT, Path.UNDO_OF_CHANGE}:
        await edit(ground, owner, case, {"category": OTHER})
    if cell.path is Path.UNDO_OF_CHANGE:
        await _begin(ground, case)
        await _edit_for_undo(ground, case)
    if cell.path in _UNDO_OF_ACT:
        await _begin(ground, case)
        body = await _act(ground, case, is_undone=True)
        await begin_act(_beginner(ground, case), case, "/api/acts", body)
    if cell.path in _UNDONE:
        path, body = await _request(ground, case, _UNDONE[cell.path])
        await begin_act(owner, case, path, body)


def _beginner(ground: Ground, case: Case) -> Person:
    """Who begins the act that is undone later."""
    if case.cell.path is Path.UNDO_OF_ANOTHERS_ACT:
        return ground.play.firm.second
    if case.cell.path is Path.UNDO_WITHOUT_SORT:
        return moving.employee(ground)
    return ground.play.owner


async def _give_client(ground: Ground, case: Case) -> None:
    """A client of its own, and a project of that."""
    owner = ground.play.owner
    made = await owner.post("/api/clients", {"name": f"Kunde {case.number} AG"})
    case.made["client"] = str(made["id"])
    project = await owner.post(f"/api/clients/{made['id']}/projects", {"name": "Halle"})
    case.made["project"] = str(project["id"])
    await edit(ground, owner, case, {"projectId": project["id"]})


async def _give_category(ground: Ground, case: Case) -> None:
    """A category of its own, for the expense or for a part of it."""
    owner = ground.play.owner
    name = f"Regal {case.number}"
    made = await owner.post("/api/categories", {"name": name})
    case.made["category"] = str(made["id"])
    if case.cell.path is Path.NAMED_CATEGORY_MERGED:
        policy = {"name": name, "effect": "warn", "category": name}
        await owner.post("/api/policies", policy)
    body: dict[str, Any] = {"category": name}
    if case.cell.field == "parts":
        body = {"parts": parts_of(await ground.show(case), name)}
    await edit(ground, owner, case, body)


async def change_after_approval(ground: Ground, case: Case) -> None:
    """What somebody sorts once it is approved, and a path takes back."""
    if case.cell.path is Path.UNDO_OF_LATER_CHANGE:
        await _edit_for_undo(ground, case)


async def _edit_for_undo(ground: Ground, case: Case) -> None:
    owner = ground.play.owner
    is_later = case.cell.path is Path.UNDO_OF_LATER_CHANGE
    await edit(ground, owner, case, await change_of(ground, case, is_undone=not is_later))
    await moving.note_change(ground, case)


async def _begin(ground: Ground, case: Case) -> None:
    """The value that an undo gives back, where the paper has another one."""
    if case.cell.field in BEFORE:
        body = {field_of(case): BEFORE[case.cell.field]}
        await edit(ground, ground.play.owner, case, body)


async def _act(ground: Ground, case: Case, *, is_undone: bool = False) -> dict[str, Any]:
    """The body of an act over the expense alone."""
    field = case.cell.field
    if field not in _KINDS:
        return await moving.act_of(ground, case)
    body: dict[str, Any] = {"kind": _KINDS[field], "ids": [case.expense]}
    if field == "tags":
        return {**body, "add": AFTER["tags"]}
    return {**body, **await change_of(ground, case, is_undone=is_undone)}


async def change(ground: Ground, case: Case) -> Outcome:
    """Change the field by the path; what the API said."""
    path = case.cell.path
    person = ground.play.owner
    if path in _WITHOUT_SORT:
        person = moving.employee(ground)
    if path in {Path.EDIT, Path.EDIT_WITHOUT_SORT}:
        return outcome_of(await patch(ground, person, case, await change_of(ground, case)))
    if path in {Path.DOCUMENT, Path.NAMES, Path.PAYER}:
        return await _change_by_route(ground, case)
    if path in {Path.UNDO_OF_CHANGE, Path.UNDO_OF_LATER_CHANGE, Path.UNDO_OF_MOVE}:
        body = {"change": case.made["change"]}
        return outcome_of(await post(person, f"/api/expenses/{case.expense}/undo", body))
    if path in {Path.ACT, Path.ACT_WITHOUT_SORT}:
        if case.cell.field in {"approve", "unapprove"}:
            person = ground.play.firm.second
        body = await _act(ground, case)
        return await of_act(ground, case, await post(person, "/api/acts", body))
    if path in {*_UNDO_OF_ACT, *_UNDONE, Path.UNDO_OF_MOVING_ACT}:
        answer = await post(person, f"/api/acts/{case.made['act']}/undo", {})
        return await of_act(ground, case, answer)
    return await _change_by_others(ground, case)


async def _change_by_route(ground: Ground, case: Case) -> Outcome:
    """By a route of a few fields alone."""
    route = f"/api/expenses/{case.expense}/document"
    body = await change_of(ground, case)
    expense = await ground.show(case)
    if case.cell.path is Path.NAMES:
        route = f"/api/expenses/{case.expense}/names"
        body = {"merchant": expense["merchant"], **body}
    if case.cell.path is Path.PAYER:
        route = f"/api/receipts/{expense['receiptId']}"
    return outcome_of(await ground.play.owner.ask("PATCH", route, json=body))


async def _request(ground: Ground, case: Case, path: Path) -> tuple[str, dict[str, Any]]:
    """The route and the body of a request that changes more than the expense."""
    if path is Path.RULES:
        gives: dict[str, Any] = {"costCenter": "K1"}
        if case.cell.field == "tags":
            gives = {"tags": ["rule"]}
        rule = {"when": {"merchant": case.merchant}, "gives": gives}
        made = await ground.play.owner.post("/api/rules", rule)
        return "/api/rules/apply", {"ids": [made["id"]]}
    if path is Path.PROPOSAL:
        category = AFTER[case.cell.field]
        return "/api/proposals/apply", {"merchant": case.merchant, "category": category}
    if path is Path.MERCHANTS_RENAMED:
        body: dict[str, Any] = {"names": [case.merchant], "to": f"Anders {case.number}"}
        return "/api/merchants/rename", body
    route = f"/api/categories/{case.made['category']}"
    if path is Path.CATEGORY_RENAMED:
        return f"{route}/rename", {"name": f"Schrank {case.number}"}
    return f"{route}/merge", {"into": await category_id(ground, TRAVEL)}


async def _change_by_others(ground: Ground, case: Case) -> Outcome:
    path = case.cell.path
    owner = ground.play.owner
    if path in {Path.MOVE, Path.MOVE_BY_EMPLOYEE, Path.DECISION}:
        return await moving.move(ground, case)
    if path in _UNDONE.values() or path is Path.NAMED_CATEGORY_MERGED:
        if path is Path.NAMED_CATEGORY_MERGED:
            owner = ground.play.firm.books
        route, body = await _request(ground, case, path)
        return await of_act(ground, case, await post(owner, route, body))
    return await others.change(ground, case)
