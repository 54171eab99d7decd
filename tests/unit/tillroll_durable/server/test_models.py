"""A run's calls of models stand beside its steps in what the library's own routes tell."""

from tests.simulation.author import Deployed, Faults, open_world
from tests.simulation.author.test_asking import answer, asking, workflow
from tests.unit.tillroll_durable.server.test_server import Client, body_of
from tillroll_durable import Registry, RunBudget
from tillroll_durable.server.access import create_token
from tillroll_durable.server.app import server_of
from tillroll_testing.host.platform import ACCOUNT

ALL = ("read", "run", "operate")


async def client_of(budget: RunBudget | None, times: int) -> tuple[Client, str]:
    asked = workflow(asking(budget, times=times))
    world = await open_world(Faults(), Deployed(asked))
    world.models.says = answer
    token = await create_token(world.host.platform, ACCOUNT, "ci", ALL, "user:usr_1")
    client = Client(world, server_of(Registry([asked])), token.secret)
    begun = await client.ask("POST", "/api/workflows/asking/trigger", {})
    await world.settle()
    return client, body_of(begun)["id"]


async def test_a_run_says_what_its_models_took_and_cost() -> None:
    client, run_id = await client_of(RunBudget(130), 3)
    run = body_of(await client.ask("GET", f"/api/runs/{run_id}"))
    asked = run["modelCalls"]
    totals = {name: value for name, value in asked.items() if name != "items"}
    assert totals == {
        "calls": 2,
        "unpriced": 0,
        "microUsd": 80,
        "inputTokens": 20,
        "outputTokens": 10,
    }
    told = [(each["step"], each["state"], each["reason"]) for each in asked["items"]]
    assert told == [
        ("think[1]", "completed", None),
        ("think[2]", "completed", None),
        ("think[3]", "offered", "run_budget"),
    ]
    assert [each["microUsd"] for each in asked["items"]] == [40, 40, None]
    assert not any(each["mayHaveCost"] for each in asked["items"])


async def test_its_status_says_what_it_cost() -> None:
    client, run_id = await client_of(None, 2)
    status = body_of(await client.ask("GET", f"/api/workflows/asking/status/{run_id}"))
    assert status["modelCost"] == {"calls": 2, "unpriced": 0, "microUsd": 80}


async def test_a_run_that_asks_no_model_says_nothing_of_any() -> None:
    client, run_id = await client_of(None, 0)
    assert "modelCalls" not in body_of(await client.ask("GET", f"/api/runs/{run_id}"))
    status = body_of(await client.ask("GET", f"/api/workflows/asking/status/{run_id}"))
    assert "modelCost" not in status
