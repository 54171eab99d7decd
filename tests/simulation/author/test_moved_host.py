"""A host moves while runs are under way: what was sent is looked up, and undone, where it was sent,
and no run stands still.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world, send
from tests.support.asking import asking
from tillroll_durable import (
    CallContext,
    Contract,
    ContractError,
    Effect,
    ExternalCall,
    NonRetryable,
    OnFailure,
    Outcome,
    Params,
    Registry,
    RollbackConfig,
    Signal,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    begin,
    http,
)
from tillroll_durable._execution.hosts import Host
from tillroll_durable.platform.settings import Variable
from tillroll_testing.replaying.against_live import check_live
from tillroll_testing.replaying.export import as_text, export_from, export_of
from tillroll_testing.simulation.other_side import Trouble
from tillroll_testing.stories.disturbances import kill
from tillroll_testing.stories.playing import Disturbance, play_disturbed, points_of

OLD, NEW = "https://old.example", "https://new.example/v1"


@dataclass(frozen=True)
class Payments:
    origin: str

    @classmethod
    def read(cls, variable: Variable) -> Self:
        return cls(variable("PAYMENTS_URL"))


class Charge(BaseModel):
    id: str


class Approval(Params):
    approves: bool


class Order(Params):
    amount: int


CHARGE = Step("charge", Effect.EXTERNAL, rollback_config=RollbackConfig(), gives=Charge)
CHECK = Step(
    "check",
    Effect.READ,
    on_failure=OnFailure("undone", then=Then.COMPENSATE, says="It was not approved."),
)
APPROVE = Signal("approve", Approval)


async def order(run: WorkflowRun[Order]) -> str:
    payments = http.Host("payments", run.platform.settings.of(Payments).origin)
    call = http.post(
        payments.at("/charges"),
        {"amount": run.params.amount},
        gives=Charge,
        look_up=payments.at("/charges/{key}"),
    )

    def refund(charge: Charge) -> ExternalCall[CallContext, Charge]:
        return http.post(
            payments.at("/refunds"),
            {"charge": charge.id},
            gives=Charge,
            look_up=http.LookUp(payments.at("/refunds?key={key}"), at="data.0"),
        )

    charge = await run.call(CHARGE, call, rollback=refund)
    approval = await run.wait(APPROVE, timedelta(days=7))
    await run.step(CHECK, check, approval is not None and approval.approves)
    return charge.id


async def check(_context: StepContext, is_approved: bool) -> Outcome:
    if not is_approved:
        raise NonRetryable("it was not approved")
    return Outcome()


ORDER = Workflow(
    Contract("order", 1, steps=(CHARGE, CHECK), signals=(APPROVE,)), order, params=Order, gives=str
)


def _move(world: World, origin: str) -> None:
    platform = world.host.platform
    world.host.platform = replace(platform, settings=platform.settings.changed(Payments(origin)))


def _where(world: World, what: str) -> list[str]:
    """The origins at which something was done."""
    return [
        each.url.removesuffix(f"/{what}")
        for each in world.other_side.requests
        if each.did and each.url.endswith(f"/{what}")
    ]


def _story(*, approves: bool) -> Story:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(ORDER))
        _move(world, OLD)

        async def begun() -> None:
            await begin(world.host.platform, ORDER, Order(amount=5), ANN, key="one")
            await send(world, APPROVE, Approval(approves=approves))

        async def holds() -> None:
            """What is charged once is refunded there, where it is."""
            charged = _where(world, "charges")
            assert len(charged) == 1, "charged at both"
            assert _where(world, "refunds") == ([] if approves else charged)

        return Scene(world, begun, holds)

    return Story("an order", opened, "completed" if approves else "undone")


async def _move_and_die(world: World) -> None:
    _move(world, NEW)
    await kill(world)


MOVED = Disturbance("the host moves and the process dies", _move_and_die)


async def _lose(world: World) -> None:
    world.other_side.trouble = Trouble.ANSWER_LOST


LOST = Disturbance("an answer is lost", _lose)


async def _play_all(story: Story) -> set[str]:
    """Each point at which the host moves, also after the charge's answer was lost. The origins
    where it was charged.
    """
    charged = set[str]()
    points = await points_of(story)
    post = 1 + points.index("other side: before the POST")
    for at in range(1, len(points) + 1):
        for plan in ({at: MOVED}, {post: LOST, at: MOVED}):
            if at <= post and len(plan) > 1:
                continue
            with MOVED.at(at, points[at - 1]):
                world = (await play_disturbed(story, plan)).world
            charged |= {*_where(world, "charges")}
    return charged


@pytest.mark.parametrize("approves", [True, False])
async def test_a_host_may_move_at_any_point(*, approves: bool) -> None:
    assert await _play_all(_story(approves=approves)) == {OLD, NEW}


async def test_a_look_up_that_follows_the_host_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked_at(host: Host, _: str | None) -> str:
        return host.origin

    monkeypatch.setattr(Host, "asked_at", asked_at)
    with pytest.raises(AssertionError, match=r"said NotDone|charged at both"):
        await _play_all(_story(approves=True))


async def test_an_undoing_that_follows_the_host_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object) -> None:
        return None

    monkeypatch.setattr("tillroll_durable._execution.external._sent_to", nowhere)
    with pytest.raises(AssertionError):
        await _play_all(_story(approves=False))


async def _waiting() -> World:
    world = await open_world(Faults(), Deployed(ORDER))
    _move(world, OLD)
    await begin(world.host.platform, ORDER, Order(amount=5), ANN, key="one")
    await world.settle()
    return world


async def test_the_record_names_the_host_and_the_intent_has_the_origin() -> None:
    world = await _waiting()
    [intent] = await world.rows("SELECT origin FROM effect_intents")
    assert intent["origin"] == OLD
    [told] = await world.rows(
        "SELECT detail ->> 'origin' AS origin FROM audit_events WHERE action = 'effect.intended'"
    )
    assert told["origin"] == OLD
    [step] = await world.rows("SELECT input FROM run_steps WHERE step = 'charge'")
    assert '"host":"payments"' in str(step["input"])
    assert "old.example" not in str(step["input"])


async def test_a_live_run_whose_address_is_a_setting_is_not_stuck() -> None:
    world = await _waiting()
    exported = as_text(export_of(asking(world), world.host.pieces.objects.content.get))
    done = await check_live(Registry([ORDER]), export_from(exported))
    assert (done.runs, list(done.stuck)) == (1, [])


async def test_without_an_origin_nothing_is_sent_and_a_person_may_retry() -> None:
    world = await open_world(Faults(), Deployed(ORDER))
    _move(world, "")
    await begin(world.host.platform, ORDER, Order(amount=5), ANN, key="one")
    await world.settle()
    assert not world.other_side.requests
    [run] = await world.rows("SELECT status, error_summary FROM runs")
    assert run["status"] == "failed"
    assert "the host 'payments' has no origin" in str(run["error_summary"])
    _move(world, NEW)
    await world.retry()
    await world.settle()
    assert _where(world, "charges") == [NEW]


def test_what_a_host_has_taken_over_is_asked_there() -> None:
    host = http.Host("payments", f"{NEW}/", knows=[f"{OLD}/"])
    assert host.asked_at(None) == NEW
    assert host.asked_at(OLD) == NEW
    assert host.asked_at("https://elsewhere.example") == "https://elsewhere.example"


@pytest.mark.parametrize(
    ("name", "path"), [("Payments", "/a"), ("", "/a"), ("payments", "a"), ("payments", "")]
)
def test_a_name_and_a_path_are_checked(name: str, path: str) -> None:
    with pytest.raises(ContractError):
        http.Host(name, OLD).at(path)
