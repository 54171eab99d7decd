"""Asks the API, and takes down what it said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tests.matrix.states import Case, Ground
from tests.year.people import Person

REASON: Final = "it was wrong"


@dataclass(frozen=True)
class Outcome:
    """What the API said. `left_out` has the reasons of an act's list for the expense."""

    status: int
    problem: str = ""
    left_out: tuple[str, ...] = ()
    detail: str = ""


async def post(person: Person, path: str, body: Mapping[str, Any]) -> httpx.Response:
    """POST under a key of its own; also what is refused is answered."""
    person.keys += 1
    key = {"idempotency-key": f"{person.token}-{person.keys}"}
    return await person.ask("POST", path, json=body, headers=key)


async def patch(
    ground: Ground, person: Person, case: Case, body: Mapping[str, Any]
) -> httpx.Response:
    """Change the expense, as it is now."""
    version = (await ground.show(case))["version"]
    return await person.ask(
        "PATCH",
        f"/api/expenses/{case.expense}",
        json={**body, "reason": REASON},
        headers={"if-match": f'"{version}"'},
    )


async def edit(ground: Ground, person: Person, case: Case, body: Mapping[str, Any]) -> None:
    """Change the expense, which has to succeed."""
    answer = await patch(ground, person, case, body)
    assert answer.is_success, f"{case.cell}: {answer.text[:300]}"


def outcome_of(answer: httpx.Response) -> Outcome:
    """What an answer says."""
    if answer.is_success:
        return Outcome(answer.status_code)
    problem = answer.json()
    kind = str(problem["type"]).rpartition(":")[2]
    return Outcome(answer.status_code, kind, detail=str(problem.get("errors", problem["detail"])))


async def of_act(ground: Ground, case: Case, answer: httpx.Response) -> Outcome:
    """With the reasons why an act left the expense out."""
    if not answer.is_success:
        return outcome_of(answer)
    left_out = await ground.play.owner.items(f"/api/acts/{answer.json()['id']}/left-out")
    reasons = [each["reason"] for each in left_out if each["expenseId"] == case.expense]
    return Outcome(answer.status_code, "", tuple(reasons))


def of_decision(answer: httpx.Response) -> Outcome:
    """A decision that is refused has its reason in the place of an act's list."""
    if not answer.is_success:
        return outcome_of(answer)
    [item] = answer.json()["items"]
    if item["outcome"] == "refused":
        return Outcome(answer.status_code, "", (str(item["reason"]),))
    return Outcome(answer.status_code)


async def begin_act(person: Person, case: Case, path: str, body: Mapping[str, Any]) -> None:
    """Begin the act that is undone later; it has to change the expense."""
    act = await person.post(path, body)
    assert act["changed"] == 1, f"{case.cell}: {act}"
    case.made["act"] = str(act["id"])


async def category_id(ground: Ground, name: str) -> str:
    """The id of a category."""
    listed = await ground.play.owner.get("/api/categories")
    return next(str(each["id"]) for each in listed["categories"] if each["name"] == name)
