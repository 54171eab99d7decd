"""Who works alone looks once: confirming a reading in review approves its expense."""

import pytest

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.simulation.stories.receipts import RECEIPTS
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.roles import roles_given
from tillroll.receipts.contract import NOTIFY_USER
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import ATTEMPT, Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.disturbances import KILL
from tillroll_testing.stories.playing import play, trace_of

_CORRECTED = RECEIPTS[2]


async def unsure() -> World:
    """A world in which each receipt is asked about, and a person who can approve: Ann."""
    return await open_receipts(Faults(), NO_TOTAL)


async def confirm(world: World) -> str:
    """Upload a receipt, and let Ann confirm what is asked. Returns the expense's status."""
    await upload(world)
    await world.settle(CORRECTION)
    [expense] = await world.rows("SELECT status FROM expenses")
    return str(expense["status"])


async def add_person(world: World, role: str) -> None:
    insert = "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_ben', ?, 'Ben', '')"
    await world.host.database.batch([statement(insert, [ACCOUNT]), *roles_given("usr_ben", role)])


async def ask(world: World, path: str, body: JsonObject) -> None:
    async with api_client(world.host.platform, TOKEN) as client:
        answer = await client.post(path, json=body)
        assert answer.is_success, answer.text


async def approvals(world: World) -> list[Row]:
    return await world.rows("SELECT decision, actor, roles FROM approval_decisions")


async def test_confirming_approves_and_the_audit_has_both_decisions() -> None:
    world = await unsure()
    assert await confirm(world) == "approved"
    [approval] = await approvals(world)
    assert approval == {"decision": "approved", "actor": "user:usr_first", "roles": "owner"}
    told = await world.rows(
        "SELECT action, actor FROM audit_events "
        "WHERE action IN ('review.decided', 'approval.given') ORDER BY seq"
    )
    assert [(row["action"], row["actor"]) for row in told] == [
        ("review.decided", "user:usr_first"),
        ("approval.given", "user:usr_first"),
    ]


async def test_the_world_hears_that_it_is_approved() -> None:
    world = await unsure()
    await confirm(world)
    told = await world.rows("SELECT DISTINCT topic FROM outbox WHERE topic LIKE 'expense.%'")
    assert {row["topic"] for row in told} == {"expense.created", "expense.approved"}


async def test_what_nobody_looked_at_waits() -> None:
    world = await open_receipts(Faults())
    assert await confirm(world) == "ready"
    assert await approvals(world) == []


@pytest.mark.parametrize("role", ["owner", "approver"])
async def test_with_a_second_person_who_can_approve_it_waits(role: str) -> None:
    world = await unsure()
    await add_person(world, role)
    assert await confirm(world) == "ready"


async def test_a_person_who_cannot_approve_is_no_second_one() -> None:
    world = await unsure()
    await add_person(world, "submitter")
    assert await confirm(world) == "approved"


async def test_without_four_eyes_a_second_person_still_approves_by_hand() -> None:
    """The switch says who may; it does not say that they have looked at it."""
    world = await unsure()
    await add_person(world, "approver")
    await world.rows("UPDATE accounts SET four_eyes = 0")
    assert await confirm(world) == "ready"


@pytest.mark.parametrize("effect", ["refuse", "warn"])
async def test_what_a_policy_is_about_waits(effect: str) -> None:
    world = await unsure()
    policy: JsonObject = {
        "name": "Dear things",
        "effect": effect,
        "above": "10.00",
        "currency": "MYR",
    }
    await ask(world, "/api/policies", policy)
    assert await confirm(world) == "ready"


async def test_a_policy_about_another_expense_keeps_nothing() -> None:
    world = await unsure()
    policy: JsonObject = {
        "name": "Dear things",
        "effect": "refuse",
        "above": "500.00",
        "currency": "MYR",
    }
    await ask(world, "/api/policies", policy)
    assert await confirm(world) == "approved"


async def test_what_a_chain_is_for_waits() -> None:
    world = await unsure()
    await ask(world, "/api/approval-chains", {"name": "All", "steps": ["owner"]})
    assert await confirm(world) == "ready"


@pytest.mark.parametrize("actor", ["rule:1", "mail:1", "source:usr_first", "usr_first"])
async def test_nobody_but_a_person_approves(actor: str) -> None:
    world = await unsure()
    trigger = f"""
      CREATE TRIGGER by_another AFTER INSERT ON review_decisions BEGIN
      UPDATE review_decisions SET actor = '{actor}' WHERE review_id = NEW.review_id; END
    """
    await world.rows(trigger)  # type: ignore[arg-type] - a literal above
    assert await confirm(world) == "ready"


@pytest.mark.parametrize(
    ("scopes", "status"), [('["review"]', "ready"), ('["review","approve"]', "approved")]
)
async def test_a_token_approves_only_what_it_may(scopes: str, status: str) -> None:
    world = await unsure()
    await upload(world)
    await world.settle()
    await world.host.database.batch([statement("UPDATE tokens SET scopes = ?", [scopes])])
    [run] = await world.rows("SELECT id FROM runs WHERE status = 'needs_review'")
    body: JsonObject = {"decision": "approve", "values": CORRECTION}
    await ask(world, f"/api/runs/{run['id']}/review", body)
    await world.settle()
    assert await world.rows("SELECT status FROM expenses") == [{"status": status}]


async def test_sent_back_it_is_approved_no_more() -> None:
    """What the page's Undo does: both decisions are taken back in one act."""
    world = await unsure()
    await confirm(world)
    [expense] = await world.rows("SELECT id, version FROM expenses")
    async with api_client(world.host.platform, TOKEN) as client:
        answer = await client.post(
            f"/api/expenses/{expense['id']}/send-back",
            json={"reason": "a slip"},
            headers={"If-Match": f'"{expense["version"]}"'},
        )
    assert answer.is_success, answer.text
    assert answer.json()["status"] == "in_review"
    await world.settle()
    [expense] = await world.rows("SELECT status FROM expenses")
    assert expense["status"] == "in_review", "nothing approves it once more"


async def test_it_is_approved_once_wherever_the_process_dies() -> None:
    points = (await trace_of(_CORRECTED)).points
    for at in range(1, len(points) + 1, 3):
        world = (await play(_CORRECTED, KILL, at)).world
        assert [row["decision"] for row in await approvals(world)] == ["approved"], points[at - 1]


async def test_a_change_while_it_is_approved_by_confirming_keeps_nobody_waiting() -> None:
    """The approval is not written over what a person changed meanwhile; the step looks again."""
    world = await unsure()
    changed: list[int] = []

    def is_about_to_be_written(point: str) -> bool:
        attempt = ATTEMPT.get()
        return (
            point == "database: before the batch"
            and world.faults.called[-1].startswith("database: write UPDATE runs")
            and attempt is not None
            and attempt.step == NOTIFY_USER.name
        )

    async def change() -> None:
        own = ATTEMPT.set(None)
        [expense] = await world.rows("SELECT id, version FROM expenses")
        async with api_client(world.host.platform, TOKEN) as client:
            answer = await client.patch(
                f"/api/expenses/{expense['id']}",
                json={"note": "For the garden"},
                headers={"If-Match": f'"{expense["version"]}"'},
            )
        changed.append(answer.status_code)
        ATTEMPT.reset(own)

    world.faults.when.append((is_about_to_be_written, change))
    assert await confirm(world) == "ready"
    assert changed == [200]
    assert await world.rows("SELECT note FROM expenses") == [{"note": "For the garden"}]
    assert await world.rows("SELECT state, failure_class FROM runs") == [
        {"state": "notified", "failure_class": None}
    ]
    notices = await world.rows("SELECT topic FROM notifications WHERE topic = 'expense.created'")
    assert len(notices) == 1
    resumed = await world.rows("SELECT seq FROM audit_events WHERE action = 'run.resumed'")
    assert resumed == []
