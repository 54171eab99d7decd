"""Other paths by the API: most of them change nothing of an expense that there is."""

from typing import Any, Final

from tests.matrix.asking import REASON, Outcome, outcome_of, post
from tests.matrix.states import Case, Ground
from tests.matrix.words import Path
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.views.papers import invoice_of
from tests.year.people import Person
from tillroll.receipts.native import receive as receive_receipt

_TAX: Final = {"treatment": "domestic", "deductible": 50}
_RATE: Final = {
    "currency": "USD",
    "rate": "0.91",
    "firstDay": "2026-01-01",
    "lastDay": "2026-12-31",
    "source": "Tax office",
}


async def change(ground: Ground, case: Case) -> Outcome:
    """Go the path; what the API said."""
    path = case.cell.path
    owner = ground.play.owner
    if path in {Path.CLIENT_RENAMED, Path.PROJECT_RENAMED, Path.CATEGORY_ARCHIVED}:
        return await _change_beside(case, owner)
    if path in {Path.RETRY, Path.RESTART, Path.READ_AGAIN}:
        return await _run_again(ground, case)
    if path is Path.SAME_FILE:
        return await _hand_in_again(ground, case)
    if path is Path.SPLIT:
        receipt = (await ground.show(case))["receiptId"]
        return outcome_of(await post(owner, f"/api/receipts/{receipt}/split", {"beginsAt": [2]}))
    if path is Path.STATEMENT:
        await ground.import_statement([case])
        return Outcome(200)
    route, body = _request(ground, case)
    return outcome_of(await post(owner, route, body))


async def _change_beside(case: Case, owner: Person) -> Outcome:
    """Change the client, the project or the category that the expense has."""
    route = f"/api/clients/{case.made.get('client')}"
    body: dict[str, Any] = {"name": f"Kundin {case.number} SE"}
    if case.cell.path is Path.PROJECT_RENAMED:
        route = f"/api/projects/{case.made['project']}"
        body = {"name": f"Turm {case.number}"}
    if case.cell.path is Path.CATEGORY_ARCHIVED:
        route = f"/api/categories/{case.made['category']}"
        body = {"state": "archived"}
    return outcome_of(await owner.ask("PATCH", route, json=body))


async def _run_again(ground: Ground, case: Case) -> Outcome:
    """Have the run do again what it did."""
    owner = ground.play.owner
    run = (await ground.show(case))["runId"]
    body: dict[str, Any] = {}
    route = f"/api/runs/{run}/read-again"
    if case.cell.path is Path.RETRY:
        route = f"/api/runs/{run}/retry"
        body = {"reason": REASON, "values": {"total": "99.00"}}
    if case.cell.path is Path.RESTART:
        steps = await owner.get(f"/api/runs/{run}/steps")
        route = f"/api/runs/{run}/restart"
        body = {"reason": REASON, "step": steps["items"][0]["name"]}
    outcome = outcome_of(await post(owner, route, body))
    await ground.play.settle()
    return outcome


async def _hand_in_again(ground: Ground, case: Case) -> Outcome:
    """The employee hands the same file in again."""
    objects = ground.play.deployment.world.host.pieces.objects
    token = [*ground.play.firm.people.values()][-1].token
    file = MemoryFile(invoice_of(case.paper()), objects, f"{case.receipt}-again.xml")
    upload = MemoryUpload([file], {"authorization": f"Bearer {token}"})
    platform = ground.play.deployment.world.host.platform
    reply = await receive_receipt(platform, upload, "company")
    await ground.play.settle()
    return Outcome(reply.status)


def _request(ground: Ground, case: Case) -> tuple[str, dict[str, Any]]:
    """The route and the body."""
    requests: dict[Path, tuple[str, dict[str, Any]]] = {
        Path.CLIENTS_MERGED: (
            f"/api/clients/{case.made.get('client')}/merge",
            {"into": ground.globex},
        ),
        Path.TAX: ("/api/tax/decisions", {"expenses": [case.expense], **_TAX}),
        Path.RATE: ("/api/entered-rates", _RATE),
        Path.RUNS_IN_BULK: (
            "/api/bulk-operations",
            {"act": "retry", "filter": {}, "reason": REASON},
        ),
        Path.MERCHANT_FORGOTTEN: ("/api/merchants/forget", {"merchant": case.merchant}),
        Path.DUPLICATE_STAYS: (
            "/api/duplicates/merge",
            {"keep": case.expense, "drop": case.twin},
        ),
        Path.DUPLICATE_GOES: ("/api/duplicates/merge", {"keep": case.twin, "drop": case.expense}),
    }
    return requests[case.cell.path]
