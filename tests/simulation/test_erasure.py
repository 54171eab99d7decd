"""What is to go is gone after thirty days, wholly, whatever happens; what is taken back stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation import claiming
from tests.simulation.claiming import open_claims
from tests.simulation.erasure import ACTOR, SECRET, TARGETS, ask, everything, open_erasable, wait
from tests.simulation.kinds.erasure import STORIES
from tests.support.host_platform import ACCOUNT
from tillroll.claims.contract import ClaimParams
from tillroll.privacy.erasure.workflow import ERASURE
from tillroll.privacy.repository import Hindrance, What
from tillroll.privacy.service import Hindered, NoSuchErasure, request_erasure, take_back
from tillroll_durable._operations.instances import create_missing, resume_lost
from tillroll_durable.platform.bindings.engine import Instances
from tillroll_durable.versions import by_version
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play_at_some_points
from tillroll_testing.stories.story import Story

_DISTURBANCES = (by.KILL, by.TERMINATE, by.CANCEL, by.PAUSE, by.OVERLAP, by.DOUBLE)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda each: each.name)
async def test_what_is_to_go_is_erased_wholly(story: Story, disturbance: Disturbance) -> None:
    await play_at_some_points(
        story, disturbance, STORIES.index(story) + _DISTURBANCES.index(disturbance)
    )


@pytest.mark.parametrize("what", list(What))
async def test_nothing_is_touched_before_its_time(what: What) -> None:
    world = await open_erasable(Faults())
    await ask(world, what)
    await wait(world, timedelta(days=29))
    assert SECRET in await everything(world)
    [run] = await world.rows("SELECT state FROM runs WHERE kind = 'erasure'")
    assert run == {"state": "waiting"}


@pytest.mark.parametrize("what", list(What))
async def test_what_is_taken_back_stays_and_can_be_asked_for_again(what: What) -> None:
    world = await open_erasable(Faults())
    await ask(world, what)
    await wait(world, timedelta(days=29))
    taken = await take_back(world.host.platform, ACTOR, what, TARGETS[what])
    assert taken.taken_back_at is not None
    await wait(world, timedelta(days=40))
    assert SECRET in await everything(world)
    assert [
        row["state"] for row in await world.rows("SELECT state FROM runs WHERE kind = 'erasure'")
    ] == ["cancelled"]
    with pytest.raises(NoSuchErasure):
        await take_back(world.host.platform, ACTOR, what, TARGETS[what])
    await ask(world, what)
    await wait(world)
    assert [
        row["state"] for row in await world.rows("SELECT state FROM runs WHERE kind = 'erasure'")
    ][-1] == "erased"


async def test_what_counts_again_is_kept() -> None:
    world = await open_erasable(Faults())
    await ask(world, What.RECEIPT)
    await world.rows("UPDATE expenses SET status = 'ready' WHERE id = 'exp_000001'")
    await wait(world)
    rows = await world.rows("SELECT state, reason FROM runs WHERE kind = 'erasure'")
    assert rows == [{"state": "kept", "reason": Hindrance.COUNTS}]
    assert SECRET in await everything(world)


@pytest.mark.parametrize(
    ("what", "target", "why"),
    [
        (What.RECEIPT, "rec_000002", Hindrance.COUNTS),
        (What.RECEIPT, "rec_000003", Hindrance.GONE),
        (What.RECEIPT, "rec_none", Hindrance.GONE),
        (What.PERSON, "usr_first", Hindrance.STILL_HERE),
        (What.PERSON, "usr_other", Hindrance.GONE),
    ],
)
async def test_what_stands_against_it_is_said(what: What, target: str, why: Hindrance) -> None:
    world = await open_erasable(Faults())
    with pytest.raises(Hindered) as refused:
        await request_erasure(world.host.platform, ACTOR, what, target)
    assert refused.value.why is why
    assert not await world.rows("SELECT id FROM erasures")


async def test_what_was_handed_on_goes_only_where_somebody_insists() -> None:
    world = await open_erasable(Faults())
    await world.rows(
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_x', 'acc_first', 'export', 1, 'xpt_1', 'written', "
        "'complete', 'none', '', '')"
    )
    await world.rows(
        "INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, "
        "created_at) "
        "VALUES ('xpt_1', 'acc_first', 'run_x', 'csv', '{}', 'usr_first', 1, '')"
    )
    await world.rows(
        "INSERT INTO export_items (export_id, part, place, account_id, series, expense_id, "
        "version, content) "
        "VALUES ('xpt_1', 1, 1, 'acc_first', 's', 'exp_000001', 1, ?)",
        f'{{"merchant": "{SECRET}"}}',
    )
    with pytest.raises(Hindered):
        await ask(world, What.RECEIPT)
    await request_erasure(
        world.host.platform, ACTOR, What.RECEIPT, TARGETS[What.RECEIPT], insists=True
    )
    await wait(world)
    assert await world.rows("SELECT expense_id, content FROM export_items") == [
        {"expense_id": "exp_000001", "content": "{}"}
    ]


async def test_what_approvers_were_told_goes_with_the_receipt() -> None:
    """They are told of the expense, and the notice is of no run."""
    world = await open_erasable(Faults())
    notices = "SELECT about FROM notifications WHERE subject = 'exp_000001'"
    assert await world.rows(notices) == [{"about": SECRET}]
    await ask(world, What.RECEIPT)
    await wait(world)
    assert await world.rows(notices) == []


async def test_a_persons_data_export_goes_with_them() -> None:
    """Also one whose files the cron has not come to."""
    world = await open_erasable(Faults())
    person, objects = TARGETS[What.PERSON], world.host.pieces.objects
    for number, whose in enumerate((person, "usr_first"), start=1):
        await world.rows(
            "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
            "next_safe_action, created_at, updated_at) "
            "VALUES (?1, 'acc_first', 'data-export', 1, ?2, 'written', "
            "'complete', 'none', '', '')",
            f"run_{number}",
            f"dex_{number}",
        )
        await world.rows(
            "INSERT INTO data_exports (id, account_id, what, target, run_id, requested_by, "
            "requested_at, expires_at) "
            "VALUES (?, 'acc_first', 'person', ?, ?, '', '', '2100')",
            *(f"dex_{number}", whose, f"run_{number}"),
        )
        key = f"{ACCOUNT}/data-exports/dex_{number}/1-a.zip"
        await world.rows(
            "INSERT INTO data_export_files VALUES (?, 1, ?, 1, '', 1, 0, 0)", f"dex_{number}", key
        )
        await objects.put_text(key, "all of it", "application/zip")
    await ask(world, What.PERSON)
    await wait(world)
    assert [row["target"] for row in await world.rows("SELECT target FROM data_exports")] == [
        "usr_first"
    ]
    assert [
        row["export_id"] for row in await world.rows("SELECT export_id FROM data_export_files")
    ] == ["dex_2"]
    assert [key for key in objects.content if "/data-exports/" in key] == [
        f"{ACCOUNT}/data-exports/dex_2/1-a.zip"
    ]


async def test_nobody_comes_into_an_account_that_goes() -> None:
    world = await open_erasable(Faults())
    await ask(world, What.ACCOUNT)
    await wait(world)
    [account] = await world.rows("SELECT name FROM accounts WHERE id = ?", ACCOUNT)
    people = await world.rows(
        "SELECT name, removed_at IS NOT NULL AS gone FROM users WHERE account_id = ?", ACCOUNT
    )
    assert account == {"name": "erased"}
    assert people == [{"name": "erased", "gone": 1}] * 2
    assert not await world.rows("SELECT id FROM tokens WHERE user_id = 'usr_first'")


async def test_an_account_takes_along_what_the_engine_keeps_of_a_run_that_waits() -> None:
    """A claim waits for a year. While it is deleted, the reconciler looks for runs that have no
    instance.
    """
    faults = Faults()
    world = await open_claims(faults)
    world.deployed = replace(world.deployed, beside=[*world.deployed.beside, ERASURE])
    kinds = [each.contract.kind for each in (world.deployed.workflow, *world.deployed.beside)]
    by_kind: dict[str, Instances] = dict.fromkeys(kinds, world.instances)
    world.host.platform = replace(world.host.platform, instances=by_kind)
    params = ClaimParams.model_validate(
        {"currency": "EUR", "payer_kind": "company", "payer_name": SECRET, "terms_days": 365}
    )
    run_id = await claiming.ask(world, params=params)
    await world.settle({})
    assert SECRET in str(world.instances.by_id[f"{run_id}-1"].results)
    looked: list[int] = []

    async def look() -> None:
        world.host.pieces.clock.advance(timedelta(days=1))
        contracts = by_version([world.deployed.contract, ERASURE.contract])
        looked.append(
            await create_missing(world.host.platform)
            + await resume_lost(world.host.platform, contracts)
        )

    faults.when.append((lambda name: name == "instance: deleted", look))
    await request_erasure(world.host.platform, ACTOR, What.ACCOUNT, ACCOUNT)
    await wait(world)
    assert looked == [0]
    [erasure] = await world.rows("SELECT id, state FROM runs")
    assert erasure["state"] == "erased"
    assert set(world.instances.by_id) == {f"{erasure['id']}-1"}
    assert not await world.rows("SELECT 1 FROM reconciler_cursors WHERE name LIKE 'erasure%'")
