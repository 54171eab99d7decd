"""Search attributes: what may be declared, what a param gives, and what a step may set."""

from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from pydantic import BaseModel, SecretStr

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.support.host_api import api_client
from tillroll_durable import (
    Allowed,
    Contract,
    ContractError,
    Effect,
    InvalidParams,
    Outcome,
    Params,
    Registry,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.attributes import Attribute

NOTE = Step("note", Effect.WRITE, withheld=("iban",))
NAMES = ("customer", "amount", "is_large", "due", "at", "way", "note")


class Way(StrEnum):
    FAST = "fast"


class ErrandParams(Params):
    customer: str = "42"
    amount: int | None = 100
    is_large: bool = False
    due: date = date(2026, 1, 31)
    at: datetime = datetime(2026, 1, 31, 9, tzinfo=UTC)
    way: Way | None = Way.FAST
    note: str = ""


class Odd(BaseModel):
    share: float
    tags: list[str]
    key: SecretStr
    iban: str


ERRAND_V1 = Contract("errand", 1, steps=(NOTE,), attributes=NAMES)


def errand(sets: dict[str, Attribute]) -> Workflow:
    async def body(run: WorkflowRun[ErrandParams]) -> None:
        await run.step(NOTE, note)

    async def note(_context: StepContext) -> Outcome:
        return Outcome(attributes=sets)

    allowed = Allowed(decide="review", operate="operate")
    return Workflow(ERRAND_V1, body, params=ErrandParams, allowed=allowed)


async def ran(sets: dict[str, Attribute], params: ErrandParams | None = None) -> World:
    world = await open_world(Faults(), Deployed(errand(sets)))
    await begin(
        world.host.platform, world.deployed.workflow, params or ErrandParams(), ANN, key="one"
    )
    await world.settle()
    return world


async def test_a_run_is_found_by_what_others_call_what_it_did() -> None:
    async def body(run: WorkflowRun[ErrandParams]) -> None:
        await run.step(NOTE, note)

    async def note(_context: StepContext) -> Outcome:
        return Outcome(external_id="ch_42")

    workflow = Workflow(ERRAND_V1, body, params=ErrandParams, allowed=Allowed(decide="review"))
    world = await open_world(Faults(), Deployed(workflow))
    run = await begin(world.host.platform, workflow, ErrandParams(), ANN, key="one")
    await world.settle()
    rows = await world.rows("SELECT account_id, external_id, run_id FROM run_external_ids")
    assert [tuple(row.values()) for row in rows] == [(ANN.account_id, "ch_42", run.id)]


async def found_by(world: World) -> dict[str, object]:
    rows = await world.rows("SELECT account_id, name, value FROM run_attributes")
    assert {row["account_id"] for row in rows} <= {ANN.account_id}
    return {str(row["name"]): row["value"] for row in rows}


async def test_params_and_steps_give_them_as_text() -> None:
    before = {"customer": "42", "amount": "100", "is_large": "false", "due": "2026-01-31"}
    before |= {"at": "2026-01-31T09:00:00Z", "way": "fast"}
    world = await ran({})
    assert await found_by(world) == before
    world = await ran({"amount": 7, "is_large": True, "due": date(2027, 2, 1), "note": "said: so"})
    after = {"amount": "7", "is_large": "true", "due": "2027-02-01", "note": "said: so"}
    assert await found_by(world) == {**before, **after}


async def test_a_run_is_found_and_shown_by_them() -> None:
    world = await ran({"note": "done"})
    registry = Registry([world.deployed.workflow])
    async with api_client(world.host.platform, registry=registry) as client:
        [found] = (await client.get("/api/runs?attribute=note:done&attribute=customer:42")).json()[
            "items"
        ]
        none = await client.get("/api/runs?attribute=note:done&attribute=customer:43")
        shown = (await client.get(f"/api/runs/{found['id']}")).json()
        unknown = await client.get("/api/runs?attribute=custmer:42")
        [kind] = (await client.get("/api/workflows")).json()["items"]
    assert (none.status_code, none.json()["items"]) == (200, [])
    assert (shown["attributes"]["note"], shown["attributes"]["customer"]) == ("done", "42")
    assert unknown.json()["errors"][0]["message"].startswith(
        "There is no `custmer`: did you mean customer?"
    )
    assert kind["contract"]["attributes"] == [*NAMES]


async def test_what_is_none_or_empty_gives_nothing() -> None:
    world = await ran({}, ErrandParams(amount=None, way=None))
    assert {"amount", "way", "note"}.isdisjoint(await found_by(world))


async def test_a_kind_without_any_writes_nothing() -> None:
    workflow = errand({})
    world = await open_world(
        Faults(), Deployed(replace(workflow, contract=replace(ERRAND_V1, attributes=())))
    )
    await begin(world.host.platform, world.deployed.workflow, ErrandParams(), ANN, key="one")
    await world.settle()
    assert await found_by(world) == {}


async def test_a_param_that_is_too_long_begins_nothing() -> None:
    world = await open_world(Faults(), Deployed(errand({})))
    with pytest.raises(
        InvalidParams, match="note: runs are found by it, so it has at most 200 characters"
    ):
        await begin(
            world.host.platform,
            world.deployed.workflow,
            ErrandParams(note="x" * 201),
            ANN,
            key="one",
        )
    assert await world.rows("SELECT id FROM runs") == []


@pytest.mark.parametrize(
    ("sets", "says"),
    [
        (
            {"colour": "red"},
            "sets the attribute 'colour': declare it in `attributes` (customer, amount,",
        ),
        ({"customer": ""}, "give the attribute 'customer' 1 to 200 characters"),
        ({"customer": "x" * 201}, "give the attribute 'customer' 1 to 200 characters"),
    ],
)
async def test_a_step_that_sets_what_it_may_not_stops_its_run(
    sets: dict[str, Attribute], says: str
) -> None:
    world = await ran(sets)
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert (run["state"], says in str(run["error_summary"])) == ("begun", True), run[
        "error_summary"
    ]
    assert (await found_by(world))["customer"] == "42"


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("iban",), "'iban' is withheld, so nothing is found by it"),
        (("cardNumber",), "name the attribute 'cardNumber' with 1 to 50 small letters"),
        (("one", "one"), "at most 10 names, each once"),
        (tuple(f"name_{number}" for number in range(11)), "at most 10 names, each once"),
    ],
)
def test_a_contract_that_declares_what_it_cannot_have_is_refused(
    names: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ContractError, match=says):
        replace(ERRAND_V1, attributes=names)


def test_what_the_body_withholds_is_no_attribute_in_any_spelling() -> None:
    with pytest.raises(ContractError, match="'card_number' is withheld"):
        replace(ERRAND_V1, attributes=("card_number",), withheld=("cardNumber",))


@pytest.mark.parametrize("name", ["share", "tags", "key"])
def test_a_param_that_is_no_short_text_is_refused(name: str) -> None:
    contract = replace(ERRAND_V1, attributes=(name,))
    with pytest.raises(ContractError, match=f"the param '{name}' is none, or a secret"):
        Workflow(contract, errand({}).body, params=Odd)
