"""Xero over HTTP: what each answer means, and that nothing is written twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from local.books.counterpart import Fault, FaultKind
from local.books.server import BooksServer
from local.books.xero import XeroCounterpart
from tests.unit.books.worlds import ISSUED, GivenTokens, bill, host
from tillroll.books.targets.errors import (
    Busy,
    ChangedElsewhere,
    FoundTwice,
    GrantRevoked,
    ItemRefused,
    PeriodClosed,
    TargetError,
    TargetUncertain,
    WrittenOtherwise,
)
from tillroll.books.targets.target import Contact, Document, Kind, Line, Role, Write, Written
from tillroll.books.targets.xero import Xero
from tillroll_testing.host.platform import HostPlatform


@dataclass
class World:
    host: HostPlatform
    there: XeroCounterpart
    target: Xero
    contact: Contact

    def order(self, kind: FaultKind, on: str = "", times: int = 1) -> None:
        self.there.disturbances.orders.append(Fault(kind, on, times, retry_after=7))

    @property
    def numbers(self) -> list[str]:
        return [each["InvoiceNumber"] for each in self.there.invoices.values()]

    def bill(self, reference: str = "exp_1", **changes: object) -> Document:
        made = bill(self.contact.id, reference, account="493", tax_code="INPUT2")
        return replace(made, **changes)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    found = await host()
    there = XeroCounterpart("client", "secret", found.pieces.clock.now)
    with BooksServer(0, [there]) as server:
        tokens = GivenTokens(*(there.grants.give()[0] for _ in range(2)))
        target = Xero(found.platform, tokens, there.tenant, f"{server.url}/xero")
        contact = await target.upsert_contact('Ann "The Hammer" Example', "con_1", Role.SUPPLIER)
        yield World(found, there, target, contact)


async def test_a_bill_is_there_as_it_was_sent(world: World) -> None:
    written = await world.target.write(world.bill(), "k1")
    assert written.fields == world.bill().fields()
    assert world.numbers == ["2026-0014 #exp_1"]
    assert (written.number, written.total, written.is_settled) == ("2026-0014", 13190, False)
    assert written.url.endswith(written.id)
    assert await world.target.find(world.bill()) == written
    assert await world.target.find(world.bill(number="2026-0015")) == written
    assert await world.target.find(world.bill("xp_1")) is None
    assert await world.target.read(Kind.BILL, written.id) == written
    assert await world.target.read(Kind.INVOICE, written.id) is None
    assert await world.target.read(Kind.BILL, "nobody") is None


@pytest.mark.parametrize("kind", list(Kind))
async def test_each_kind_is_found_by_its_reference(world: World, kind: Kind) -> None:
    tax_code = "INPUT2" if kind.is_of_supplier else "OUTPUT2"
    document = bill(world.contact.id, kind=kind, account="493", tax_code=tax_code)
    written = await world.target.write(document, "k1")
    assert (written.fields, written.kind) == (document.fields(), kind)
    assert await world.target.find(document) == written
    others = [replace(document, kind=each) for each in Kind if each is not kind]
    assert [await world.target.find(each) for each in others] == [None, None, None]


@pytest.mark.parametrize(
    ("currency", "net", "tax"), [("JPY", 1234, 123), ("KWD", 1234567, 1), ("EUR", -50, -10)]
)
async def test_amounts_are_exact_in_each_currency(
    world: World, currency: str, net: int, tax: int
) -> None:
    lines = (Line("Taxi", net, tax, "493", "INPUT2"), Line("Tip", 100000, 0, "493"))
    document = bill(world.contact.id, lines=lines, currency=currency)
    written = await world.target.write(document, "k1")
    assert written.fields == document.fields()
    assert written.total == net + tax + 100000


async def test_the_chart_leaves_out_what_no_line_can_name(world: World) -> None:
    chart = await world.target.read_chart()
    assert (chart.company, chart.currency) == ("Example Ltd", "GBP")
    assert {each.code: each.is_active for each in chart.accounts}["499"] is False
    assert [each.code for each in chart.tax_codes] == ["INPUT2", "RRINPUT", "OUTPUT2"]
    assert chart.tax_codes[0].percent == "20"


async def test_a_contact_is_made_once(world: World) -> None:
    assert world.contact.name == "Ann 'The Hammer' Example"
    again = await world.target.upsert_contact("ann 'the HAMMER'  example", "con_2", Role.CUSTOMER)
    assert again == world.contact
    world.order("lost_after", "PUT /api.xro/2.0/Contacts")
    with pytest.raises(TargetUncertain):
        await world.target.upsert_contact("Bo", "con_3", Role.SUPPLIER)
    await world.target.upsert_contact("Bo", "con_3", Role.SUPPLIER)
    assert sorted(each["Name"] for each in world.there.contacts.values()) == [
        world.contact.name,
        "Bo",
    ]


@pytest.mark.parametrize("fault", ["lost_after", "broken", "lost_before"])
async def test_after_a_lost_answer_the_same_write_does_nothing_more(
    world: World, fault: FaultKind
) -> None:
    world.order(fault, "PUT")
    with pytest.raises(TargetUncertain):
        await world.target.write(world.bill(), "k1")
    assert (await world.target.find(world.bill()) is None) is (fault == "lost_before")
    await world.target.write(world.bill(), "k1")
    assert world.numbers == ["2026-0014 #exp_1"]


async def test_a_forgotten_key_writes_again_so_find_comes_first(world: World) -> None:
    await world.target.write(world.bill(), "k1")
    world.host.pieces.clock.advance(timedelta(minutes=10))
    world.order("forgets", "PUT")
    await world.target.write(world.bill(), "k1")
    with pytest.raises(FoundTwice):
        await world.target.find(world.bill())


async def test_a_key_stands_for_one_content(world: World) -> None:
    await world.target.write(world.bill(), "k1")
    with pytest.raises(WrittenOtherwise):
        await world.target.write(world.bill(number="2026-0015"), "k1")
    await world.target.write(world.bill("exp_2"), "long" * 100)
    assert len(world.numbers) == 2


async def test_the_minutes_limit_says_how_long_and_which(world: World) -> None:
    while not isinstance(busy := await outcome(world), Busy):
        pass
    assert (busy.limit, busy.seconds) == ("minute", 60)
    world.host.pieces.clock.advance(timedelta(seconds=60))
    assert isinstance(await outcome(world), Written)
    assert len(world.numbers) == world.there.asked["PUT /api.xro/2.0/Invoices"] - 1


async def outcome(world: World) -> Written | TargetError:
    try:
        return await world.target.write(
            world.bill(f"exp_{len(world.numbers)}"), f"k{len(world.numbers)}"
        )
    except TargetError as error:
        return error


async def test_more_than_five_at_once_are_throttled_and_did_nothing(world: World) -> None:
    world.order("slow", "PUT", times=12)
    writes = (world.target.write(world.bill(f"exp_{number}"), f"k{number}") for number in range(12))
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, Busy)]
    assert refused
    assert {each.limit for each in refused} == {"concurrent"}
    assert len(world.numbers) == 12 - len(refused)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (Line("Taxi", 100, 20, "499", "INPUT2"), "Account code '499'"),
        (Line("Taxi", 100, 20, "493", "INPUT9"), "TaxType code 'INPUT9'"),
        (Line("Taxi", 100, 20, "493", None), "tax code"),
    ],
)
async def test_what_xero_refuses_is_said_in_its_words(world: World, line: Line, why: str) -> None:
    with pytest.raises(ItemRefused) as refused:
        await world.target.write(bill(world.contact.id, lines=(line,)), "k1")
    assert why in str(refused.value)
    assert world.numbers == []


@pytest.mark.parametrize("lock", ["period", "year"])
async def test_a_lock_date_is_named(world: World, lock: str) -> None:
    written = await world.target.write(world.bill("exp_0"), "k0")
    world.there.act("lock", {lock: ISSUED.isoformat()})
    assert await world.target.closed_until() == ISSUED
    for previous in (None, written):
        with pytest.raises(PeriodClosed) as refused:
            await world.target.write(world.bill(number="2026-0020"), f"k{previous}", previous)
        assert refused.value.until == ISSUED
    await world.target.write(world.bill(issued=date(2026, 2, 15)), "k2")
    assert len(world.numbers) == 2


async def test_a_change_is_written_where_nobody_changed_it(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    world.order("lost_after", "POST")
    change = world.bill(number="2026-0014a")
    with pytest.raises(TargetUncertain):
        await world.target.write(change, "k2", first)
    second = await world.target.write(change, "k2", first)
    assert (second.id, second.number, world.numbers) == (
        first.id,
        "2026-0014a",
        ["2026-0014a #exp_1"],
    )
    assert second.version != first.version


async def test_a_change_by_hand_is_never_overwritten(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    line = {**world.there.invoices[first.id]["LineItems"][0], "AccountCode": "420"}
    world.there.act("edit", {"id": first.id, "fields": {"LineItems": [line]}})
    with pytest.raises(ChangedElsewhere) as refused:
        await world.target.write(world.bill(number="2026-0014a"), "k2", first)
    assert [each.field for each in refused.value.differences] == ["lines"]
    assert '"account":"420"' in refused.value.differences[0].theirs
    assert world.numbers == ["2026-0014 #exp_1"]


async def test_tracking_that_somebody_adds_is_a_change(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    lines = world.there.invoices[first.id]["LineItems"]
    lines[0]["Tracking"] = [{"Name": "Region", "Option": "North"}]
    world.there.act("edit", {"id": first.id, "fields": {"LineItems": lines}})
    with pytest.raises(ChangedElsewhere):
        await world.target.write(world.bill(number="2026-0014a"), "k2", first)


async def test_a_payment_is_no_change_but_xero_may_refuse_after_it(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    world.there.act("pay", {"id": first.id, "amount": 10})
    seen = await world.target.read(Kind.BILL, first.id)
    assert seen is not None
    assert (seen.digest, seen.is_settled) == (first.digest, True)
    with pytest.raises(ItemRefused):
        await world.target.write(world.bill(number="2026-0014a"), "k2", first)


async def test_a_voided_bill_is_not_written_again(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    world.there.act("void", {"id": first.id})
    found = await world.target.find(world.bill())
    assert found is not None
    assert found.is_void
    with pytest.raises(ChangedElsewhere):
        await world.target.write(world.bill(number="2026-0014a"), "k2", first)


async def test_half_of_a_batch_is_found_by_reference(world: World) -> None:
    documents = [world.bill(f"exp_{number}") for number in range(6)]
    world.order("half", "PUT")
    outcomes = await world.target.write_many([Write(each, each.reference) for each in documents])
    assert all(isinstance(each, TargetUncertain) for each in outcomes)
    missing = [each for each in documents if await world.target.find(each) is None]
    assert len(missing) == 3
    outcomes = await world.target.write_many([Write(each, each.reference) for each in missing])
    assert all(isinstance(each, Written) for each in outcomes)
    assert len(set(world.numbers)) == len(world.numbers) == 6


async def test_each_of_a_batch_has_its_own_outcome(world: World) -> None:
    first = await world.target.write(world.bill("exp_0"), "k0")
    credit = world.bill("exp_9", kind=Kind.CREDIT_NOTE)
    writes = [
        Write(world.bill("exp_1", contact="nobody"), "k1"),
        Write(world.bill("exp_0", number="2026-0099"), "k2", first),
        Write(credit, "k3"),
        Write(bill(world.contact.id, "exp_3", lines=(Line("Taxi", 1, 1, "493"),)), "k4"),
        Write(world.bill("exp_4"), "k5"),
    ]
    found = await world.target.write_many(writes)
    kinds = [type(each) for each in found]
    assert kinds == [ItemRefused, Written, Written, ItemRefused, Written]
    assert world.numbers == ["2026-0099 #exp_0", "2026-0014 #exp_4"]
    assert await world.target.find(credit) == found[2]


async def test_a_void_becomes_one_credit_that_is_allocated_once(world: World) -> None:
    written = await world.target.write(world.bill(), "k1")
    credit = world.bill("exp_1:void", kind=Kind.CREDIT_NOTE, number="2026-0014-C")
    for fault_at in ("PUT /api.xro/2.0/CreditNotes", "/Allocations"):
        world.order("lost_after", fault_at)
        with pytest.raises(TargetUncertain):
            await world.target.credit(credit, "k2", written)
        world.there.forget()
    made = await world.target.credit(credit, "k2", written)
    assert (made.total, made.is_settled) == (written.total, True)
    [note] = world.there.credit_notes.values()
    assert [each["Amount"] for each in note["Allocations"]] == [131.9]
    assert world.there.invoices[written.id]["AmountDue"] == 0


async def test_a_bill_that_is_paid_in_part_is_credited_as_far_as_it_is_owed(world: World) -> None:
    written = await world.target.write(world.bill(), "k1")
    world.there.act("pay", {"id": written.id, "amount": 100})
    credit = world.bill("exp_1:void", kind=Kind.CREDIT_NOTE, number="2026-0014-C")
    made = await world.target.credit(credit, "k2", written)
    [note] = world.there.credit_notes.values()
    assert (note["AppliedAmount"], note["RemainingCredit"]) == (31.9, 100)
    assert await world.target.credit(credit, "k2", written) == made


async def test_a_file_is_attached_once(world: World) -> None:
    written = await world.target.write(world.bill(), "k1")
    content = bytes(range(256)) * 100
    given = (Kind.BILL, written.id, "Beleg März & Co.pdf", "application/pdf", content, "k2")
    world.order("lost_after", "/Attachments/")
    with pytest.raises(TargetUncertain):
        await world.target.attach(*given)
    [seen] = await world.target.attachments(Kind.BILL, written.id)
    assert (seen.name, seen.media_type, seen.size) == (
        "Beleg März & Co.pdf",
        "application/pdf",
        len(content),
    )
    assert await world.target.attach(*given) == seen
    assert len(world.there.attachments) == 1


@pytest.mark.parametrize("name", ["a/b.pdf", "a?.pdf", "x" * 200, ""])
async def test_a_name_that_is_no_files_is_refused(world: World, name: str) -> None:
    with pytest.raises(ItemRefused):
        await world.target.attach(Kind.BILL, "id", name, "application/pdf", b"%PDF", "k2")


async def test_another_token_is_taken_once_where_the_first_is_refused(world: World) -> None:
    world.order("expired", "PUT")
    await world.target.write(world.bill(), "k1")
    world.there.act("expire", {})
    with pytest.raises(GrantRevoked) as revoked:
        await world.target.write(world.bill("exp_2"), "k2")
    assert revoked.value.may_refresh
    assert len(world.numbers) == 1


async def test_an_organisation_that_was_disconnected_is_revoked(world: World) -> None:
    world.there.act("disconnect", {})
    with pytest.raises(GrantRevoked) as revoked:
        await world.target.read_chart()
    assert not revoked.value.may_refresh


@pytest.mark.parametrize("reference", ['a"b', "a\\b", "a #b"])
async def test_a_reference_that_could_not_be_found_again_is_refused(
    world: World, reference: str
) -> None:
    with pytest.raises(ItemRefused):
        await world.target.write(world.bill(reference), "k1")
    assert world.numbers == []


async def test_down_for_long_is_uncertain_and_with_patience_busy(world: World) -> None:
    world.order("down", "PUT")
    with pytest.raises(TargetUncertain):
        await world.target.write(world.bill(), "k1")
    world.order("throttled", "PUT")
    with pytest.raises(Busy) as busy:
        await world.target.write(world.bill(), "k1")
    assert busy.value.seconds == 7
