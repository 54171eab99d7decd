"""An invoice that corrects or follows another one stands beside its expense, and a person is
asked.
"""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulation.receipts import AFTER_INVOICES, open_receipts
from tests.support.e_invoices import Facts, cii, ubl
from tests.support.host_platform import TOKEN
from tests.support.national_invoices import National, fattura
from tests.support.signed_envelopes import signed
from tests.unit.receipts.test_e_invoices import hand_in, run_of
from tillroll.receipts.native import show_xml
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

FIRST = Facts(number="RE-1", lines=(("Abschlag", Decimal(1), Decimal("20.00")),))
PREPAID = Decimal("23.80")


@pytest.fixture
async def world() -> World:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    assert (await hand_in(world, ubl(FIRST)))["status"] == "complete"
    return world


async def asked(world: World, content: bytes) -> tuple[list[str], str | None]:
    """The reasons of the review, and the total of the expense that is shown beside."""
    run = await hand_in(world, content)
    assert run["status"] == "needs_review", run
    other: dict[str, Any] | None = run["review"]["duplicateOf"]
    total: str | None = None
    if other is not None:
        total = other["total"]
    return run["review"]["reasons"], total


async def test_a_corrected_invoice_stands_beside_the_one_that_it_replaces(world: World) -> None:
    corrected = Facts(number="RE-2", type_code="384", preceding="RE-1")
    assert await asked(world, ubl(corrected)) == (["corrected_invoice"], "23.80")


async def test_a_corrected_invoice_of_the_same_amount_is_no_second_one(world: World) -> None:
    corrected = Facts(number="RE-2", type_code="384", preceding="RE-1", lines=FIRST.lines)
    assert await asked(world, ubl(corrected)) == (["corrected_invoice"], "23.80")


async def test_a_final_invoice_stands_beside_an_instalment(world: World) -> None:
    final = Facts(number="RE-3", type_code="877", prepaid=PREPAID)
    assert await asked(world, ubl(final)) == (["final_invoice"], "23.80")


async def test_any_invoice_is_asked_where_an_expense_is_what_was_paid_before(world: World) -> None:
    assert await asked(world, ubl(Facts(number="RE-4", prepaid=PREPAID))) == (
        ["prepaid_invoice"],
        "23.80",
    )
    minimum = cii(Facts(number="RE-5", stated={"due": Decimal("59.50")}), "MINIMUM")
    assert await asked(world, minimum) == (["prepaid_invoice"], "23.80")


async def test_another_amount_or_another_seller_is_no_instalment(world: World) -> None:
    run = await hand_in(world, ubl(Facts(number="RE-6", prepaid=Decimal("23.81"))))
    assert run["status"] == "complete", run["review"]
    other = Facts(number="RE-7", prepaid=PREPAID, seller="Berger KG", seller_vat="DE811569869")
    run = await hand_in(world, ubl(other))
    assert run["status"] == "complete", run["review"]


async def test_without_the_earlier_one_it_is_asked_all_the_same() -> None:
    run = await run_of(ubl(Facts(type_code="384", preceding="RE-1")))
    assert (run["review"]["reasons"], run["review"]["duplicateOf"]) == (["corrected_invoice"], None)


async def test_a_credit_note_of_a_known_invoice_is_taken(world: World) -> None:
    credit = Facts(number="GS-1", type_code="381", preceding="RE-1", lines=FIRST.lines)
    run = await hand_in(world, ubl(credit, credit_note=True))
    assert run["status"] == "complete", run["review"]


async def test_a_signed_fattura_becomes_an_expense_and_its_xml_is_handed_out() -> None:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    content = fattura(National())
    run = await hand_in(world, signed(content, is_open=True))
    assert run["status"] == "complete", run["review"]
    assert run["extraction"]["eInvoice"]["signedBy"] == "ROSSI MARIO"
    header = {"authorization": f"Bearer {TOKEN}"}.get
    reply = await show_xml(world.host.platform, header, run["receipt"]["id"])
    assert world.host.pieces.objects.content[reply.key] == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"/>', "xml_svefaktura"),
        (b"<Invoice/>", "xml_unknown"),
        (signed(b"<Invoice>")[:-300], "unreadable_xml"),
    ],
)
async def test_what_is_not_read_says_what_it_is(content: bytes, reason: str) -> None:
    run = await run_of(content)
    assert (run["status"], run["review"]["reasons"]) == ("needs_review", [reason])
