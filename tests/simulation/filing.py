"""A payout that is paid by a file for the bank: an office makes the files, a bank pays what is in
them and reports.
"""

import contextlib
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from tests.simulation.conserving import check_conserved
from tests.simulation.opening import open_world
from tests.simulation.paying import AMOUNT, CURRENCY, PAYEE, ask, balances
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.bank_files.test_status_report import part, report, transaction
from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import Permission
from tillroll.payouts.bank_files.creation import Disturbed, NothingWaits, make_file
from tillroll.payouts.bank_files.service import (
    notify_ended_payouts,
    record_outcome,
    take_report,
)
from tillroll.payouts.cron import FILES, PAYEES
from tillroll.payouts.payments import Made, PaymentStatus
from tillroll.payouts.postings import company, in_transit
from tillroll.payouts.sepa import Party, as_reference
from tillroll.payouts.settings import PaymentSettings
from tillroll.payouts.settlement import audit_payments
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import Actor, statement
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.platform.encryption import decrypt, encrypt
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

SETTINGS = PaymentSettings(payer=ACCOUNT, debtor=Party("Example GmbH", "DE89370400440532013000"))
OFFICE = Actor(ACCOUNT, "user:usr_office")
OFFICER = PersonBehind("usr_office", frozenset(Permission))
_UNDONE = {"reversed", "cancelled", "abandoned", "came_back"}


@dataclass(frozen=True)
class Order:
    """What the bank says of a payment: a code of pain.002, or `by hand`, where a person says it.
    `is_idle`: nobody makes a file; `is_silent`: nobody says anything either.
    """

    says: str = "ACSC"
    is_idle: bool = False
    is_silent: bool = False


async def _office(order: Order, platform: Platform) -> None:
    """What the office and the bank do between two looks: each as often as it can."""
    if not order.is_idle:
        with contextlib.suppress(NothingWaits, Disturbed):
            await make_file(platform, OFFICE, None, None)
    files = await platform.database.all(
        statement("SELECT id, content FROM payment_files ORDER BY id")
    )
    for row in () if order.is_silent else files:
        if order.says == "by hand":
            await record_outcome(platform, OFFICE, OFFICER, text(row, "id"), "posted", None, None)
            continue
        names = re.findall("<EndToEndId>(.*?)</EndToEndId>", await content_of(platform, row))
        said = part(*[transaction(name, order.says, "<Cd>AC04</Cd>") for name in names])
        content = report(said).replace("pmf-1", as_reference(text(row, "id")))
        await take_report(platform, OFFICE, OFFICER, content)
    await notify_ended_payouts(platform)
    await audit_payments(platform)


async def content_of(platform: Platform, row: Row) -> str:
    """The bytes of a file, by its row."""
    return await decrypt(platform, text(row, "content"), FILES.row(text(row, "id")))


async def open_by_file(faults: Faults, order: Order) -> World:
    """A world with a payee who is paid by file, an office and a bank."""

    async def office(platform: Platform) -> None:
        await _office(order, platform)

    world = await open_world(faults, Deployed(PAYOUT, more_ticks=[office]))
    settings = world.host.platform.settings.changed(SETTINGS)
    world.host.platform = replace(world.host.platform, settings=settings)
    payee = statement(
        """
        INSERT INTO payees (id, account_id, name, recipient, method, created_by, created_at,
            paid_by, iban, paid_to)
        VALUES (?, ?, 'Ann', 'Ann Lee', 'FR14…2606', 'user:usr_first', '2026-01-01', 'file', ?,
            'iban')
        """,
        [
            PAYEE,
            ACCOUNT,
            await encrypt(world.host.platform, "FR1420041010050500013M02606", PAYEES.row(PAYEE)),
        ],
    )
    await world.host.database.batch([payee])
    return world


def opened(order: Order) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which one payout by file is asked for."""

    async def open_scene(faults: Faults) -> Scene:
        world = await open_by_file(faults, order)

        async def look() -> None:
            for passed in (
                timedelta(minutes=20),
                timedelta(hours=2),
                timedelta(hours=2),
                timedelta(days=1),
            ):
                await world.let_pass(passed, {})

        return Scene(world, partial(ask, world), partial(check, world, order), afterwards=look)

    return open_scene


async def check(world: World, order: Order) -> None:
    """A payment is in one file at most, and the books say what the bank did with it."""
    [run] = await world.rows("SELECT * FROM runs WHERE kind = 'payout'")
    files = [
        await content_of(world.host.platform, row)
        for row in await world.rows("SELECT * FROM payment_files")
    ]
    asked = Counter(
        name for content in files for name in re.findall("<EndToEndId>(.*?)</EndToEndId>", content)
    )
    assert all(times == 1 for times in asked.values()), f"the bank was asked twice: {asked}"
    instructions = await world.rows("SELECT * FROM payment_instructions")
    in_files = {
        as_reference(text(each, "run_id")) for each in instructions if each["file_id"] is not None
    }
    assert set(asked) == in_files, "the bytes of a file and the record of it say different things"
    has_left = bool(asked) and order.says != "RJCT"
    held = await balances(world)
    paid_out, on_its_way = -held.get(company(CURRENCY), 0), held.get(in_transit(CURRENCY), 0)
    state = text(run, "state")
    if state == "paid":
        assert has_left, "in the books, and not paid"
        assert (paid_out, on_its_way) == (AMOUNT, 0)
    if state in _UNDONE and run["failure_class"] != FailureClass.ROLLBACK_FAILED:
        in_books = (AMOUNT, 0) if has_left else (0, 0)
        assert (paid_out, on_its_way) == in_books, f"{state}, and the books do not say so: {held}"
    if run["failure_class"] == FailureClass.ROLLBACK_FAILED:
        assert run["requires_human_review"] == 1
        assert not has_left or paid_out == AMOUNT, (
            f"the bank may pay, and the debit was given back: {held}"
        )
    status = {"RJCT": PaymentStatus.FAILED, "ACSP": PaymentStatus.PROCESSING}.get(
        order.says, PaymentStatus.POSTED
    )
    # A canceled instruction was in no file.
    in_file = [each for each in instructions if each["file_id"] is not None]
    await check_conserved(
        world,
        [
            Made(text(each, "id"), text(each, "run_id"), status, currency=CURRENCY, amount=AMOUNT)
            for each in in_file
        ],
    )
