"""The deployed claim in a simulated world: two expenses are claimed, and somebody pays, or does
not.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tillroll.claims.contract import CHANGED, ClaimParams
from tillroll.claims.creation import begin_claim
from tillroll.claims.letters import notify_mailed
from tillroll.claims.postings import account_name
from tillroll.claims.rules import Book, NotNow
from tillroll.claims.service import (
    Payment,
    credit_expenses,
    dispute_claim,
    notify_changes,
    record_payment,
    resolve_dispute,
    reverse_payment,
    withdraw_claim,
    write_off_rest,
)
from tillroll.claims.workflow import CLAIM
from tillroll.mail.workflow import MAIL
from tillroll_durable import Actor, ValuesRefused, Workflow, statement
from tillroll_durable.platform.bindings.database import Row, integer, text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import load_run
from tillroll_durable.signals import send_signal
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

ACTOR: Final = Actor(ACCOUNT, "user:usr_first")
TOTAL: Final = 1290 + 2500
PARAMS: Final = ClaimParams.model_validate(
    {"currency": "EUR", "payer_kind": "company", "payer_name": "ACME"}
)
Act = Callable[[World, str], Awaitable[object]]
"""What somebody does to the claim of a run; done again, it changes nothing."""


@dataclass(frozen=True)
class After:
    """What is done when so many days have passed since the act before."""

    days: int
    act: Act


def paid(amount: int, key: str, currency: str = "EUR") -> Act:
    async def act(world: World, run_id: str) -> object:
        payment = Payment(currency, amount, world.host.platform.clock.now().date(), key)
        return await record_payment(world.host.platform, ACTOR, run_id, payment, key)

    return act


def bounced(key: str) -> Act:
    """The payment of a key is taken back."""

    async def act(world: World, run_id: str) -> object:
        rows = await world.rows("SELECT version FROM claim_events WHERE key = ?", f"payment:{key}")
        if not rows:
            raise NotNow("it was not paid")
        version = integer(rows[0], "version")
        return await reverse_payment(world.host.platform, ACTOR, run_id, version, "it bounced")

    return act


async def written_off(world: World, run_id: str) -> object:
    return await write_off_rest(world.host.platform, ACTOR, run_id, "too little")


async def disputed(world: World, run_id: str) -> object:
    return await dispute_claim(world.host.platform, Actor(ACCOUNT, "link:ann"), run_id, "not mine")


async def resolved(world: World, run_id: str) -> object:
    return await resolve_dispute(world.host.platform, ACTOR, run_id, "it is")


async def withdrawn(world: World, run_id: str) -> object:
    return await withdraw_claim(world.host.platform, ACTOR, run_id, "a mistake")


def credited(number: int) -> Act:
    async def act(world: World, run_id: str) -> object:
        expense = Given(number).id
        return await credit_expenses(
            world.host.platform, ACTOR, run_id, [expense], "private", f"note {number}"
        )

    return act


def said(now: str) -> Act:
    """Somebody sends the run what Tillroll sends it, over the route of signals."""

    async def act(world: World, run_id: str) -> object:
        loaded = await load_run(world.host.platform.database, run_id)
        assert loaded is not None
        payload: JsonObject = {"now": now}
        return await send_signal(
            world.host.platform,
            CLAIM.contract,
            loaded[0],
            CHANGED.name,
            "forged",
            payload,
            ACTOR.name,
        )

    return act


async def nothing(_world: World, _run_id: str) -> object:
    return None


async def open_claims(faults: Faults, *beside: Workflow) -> World:
    """A world with two approved expenses in euros, and one in dollars, that an employee paid."""

    async def nudge(platform: Platform) -> None:
        await notify_changes(platform)
        await notify_mailed(platform)

    world = await open_world(faults, Deployed(CLAIM, beside=[MAIL, *beside], more_ticks=[nudge]))
    given = (
        Given(1),
        Given(2, total_minor=2500, date="2026-03-06"),
        Given(3, currency="USD", total_minor=700),
    )
    await add_expenses(world.host.database, *given)
    await world.host.database.batch(
        [statement("UPDATE expenses SET status = 'approved', paid_by = 'employee'")]
    )
    return world


async def ask(world: World, key: str = "one", params: ClaimParams = PARAMS) -> str | None:
    """What a client does; done again under its key, it changes nothing. None where nothing was left
    to claim.
    """
    try:
        return (await begin_claim(world.host.platform, CLAIM, ACTOR, params, key)).run_id
    except ValuesRefused:
        return None


def opened(story: Sequence[After]) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which one claim is made, and then done what a story says."""

    async def open_scene(faults: Faults) -> Scene:
        world = await open_claims(faults)
        world.aims_at = CLAIM.contract.kind
        return Scene(
            world,
            partial(ask, world),
            partial(check, world),
            afterwards=partial(go_on, world, story),
        )

    return open_scene


async def go_on(world: World, story: Sequence[After]) -> None:
    """What a story says is done, each when its time has come."""
    [claim] = await world.rows("SELECT id FROM runs WHERE kind = 'claim'")
    for each in story:
        await world.let_pass(timedelta(days=each.days), {})
        await world.let_pass(timedelta(0), {})
        # What is closed by then, since somebody stopped the run, is not moved any more.
        with suppress(NotNow, ValuesRefused):
            await world.surviving(partial(each.act, world, text(claim, "id")))
        await world.settle({})


async def balances(world: World) -> dict[str, int]:
    """What each account of the ledger holds: debits without credits, in minor units."""
    rows = await world.rows(
        """
        SELECT a.id, COALESCE(SUM(CASE e.side WHEN 'debit' THEN e.posted ELSE -e.posted END),
            0) AS net
        FROM ledger_accounts a
        LEFT JOIN ledger_entries e ON e.account_id = a.account_id AND e.ledger_account_id = a.id
        GROUP BY a.id
        """
    )
    return {text(row, "id"): integer(row, "net") for row in rows}


async def check(world: World) -> None:
    """Money is conserved, an expense is claimed at most once, nobody is asked twice, and numbers
    have no gaps.
    """
    claims = await world.rows("SELECT * FROM claims ORDER BY number")
    held = await balances(world)
    payments = await world.rows(
        "SELECT * FROM claim_events WHERE kind IN ('payment', 'reversed', 'refunded')"
    )
    for currency in {text(row, "currency") for row in (*claims, *payments)}:
        mine = [row for row in claims if row["currency"] == currency]
        came = sum(
            integer(row, "amount") * (1 if row["kind"] == "payment" else -1)
            for row in payments
            if row["currency"] == currency
        )
        stands = {book: held.get(account_name(book, currency), 0) for book in Book}
        applied = sum(integer(row, "applied") for row in mine)
        still = sum(integer(row, "claimed") - integer(row, "credited") for row in mine)
        lost = sum(integer(row, "written_off") for row in mine)
        taxes = sum(integer(row, "tax") for row in mine)
        assert stands == {
            Book.RECEIVABLE: still - applied - lost,
            Book.CLAIMED: taxes - still,
            Book.TAX: -taxes,
            Book.RECEIVED: came,
            Book.UNAPPLIED: applied - came,
            Book.LOST: lost,
        }, f"the books do not say what the claims say: {held}, {claims}"
    for row in claims:
        await _holds_what_it_says(world, row)
    twice = await world.rows(
        "SELECT expense_id FROM claim_items WHERE released_at IS NULL GROUP BY expense_id "
        "HAVING COUNT(*) > 1"
    )
    assert not twice, "an expense is claimed twice"
    asked = await world.rows(
        "SELECT run_id, kind, COUNT(*) AS n FROM claim_events GROUP BY run_id, kind"
    )
    assert all(
        row["n"] == 1
        for row in asked
        if "remind" in text(row, "kind") or row["kind"] == "escalation"
    )
    numbers = [row["number"] for row in claims if row["number"] is not None]
    assert numbers == [*range(1, len(numbers) + 1)], f"numbers have gaps: {numbers}"
    for row in await world.rows("SELECT * FROM claims JOIN runs ON runs.id = claims.run_id"):
        is_over = row["is_withdrawn"] == 1 or (
            row["due_on"] is not None
            and integer(row, "claimed")
            == sum(integer(row, each) for each in ("credited", "applied", "written_off"))
        )
        # What was paid, and was taken back behind the end, is open again; nobody is asked for it.
        if text(row, "run_id") in {
            text(each, "run_id") for each in payments if each["kind"] == "reversed"
        }:
            continue
        if row["status"] in {"complete", "rejected", "cancelled"}:
            assert is_over, f"the run has ended as {row['state']}, and the claim is open"


async def _holds_what_it_says(world: World, claim: Row) -> None:
    """It is over what it holds; one that was not issued is over nothing, and holds what it gathered
    until its end.
    """
    run_id = text(claim, "run_id")
    [items] = await world.rows(
        "SELECT COALESCE(SUM(amount), 0) AS n FROM claim_items WHERE released_at IS NULL "
        "AND run_id = ?",
        run_id,
    )
    holds, stands = integer(items, "n"), integer(claim, "claimed") - integer(claim, "credited")
    if claim["number"] is not None:
        assert holds == stands, (
            f"it is over {stands}, and holds {holds}: it is over what is not in it"
        )
        return
    assert stands == 0, f"it is over {stands}, and was not issued"
    [run] = await world.rows("SELECT state, status FROM runs WHERE id = ?", run_id)
    goes_on = run["status"] in {"processing", "failed"}
    assert not holds or goes_on, (
        f"the run has ended as {run['state']}, and holds {holds} of a claim that was not issued"
    )
