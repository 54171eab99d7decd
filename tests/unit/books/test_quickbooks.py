"""QuickBooks over HTTP: what each answer means, and that nothing is written twice."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.books.counterpart import Fault, FaultKind
from local.books.quickbooks import QuickBooksCounterpart
from local.books.server import BooksServer
from tests.support.campaigns import of_campaign
from tests.unit.books.worlds import ISSUED, GivenTokens, bill, host
from tillroll.books.targets.errors import (
    Busy,
    ChangedElsewhere,
    FoundTwice,
    GrantRevoked,
    ItemRefused,
    PeriodClosed,
    TargetUncertain,
    WrittenOtherwise,
)
from tillroll.books.targets.quickbooks import QuickBooks, company_of
from tillroll.books.targets.quickbooks_tax import Code, as_read, by_rate, shared, taxes_of
from tillroll.books.targets.target import Contact, Document, Kind, Line, Role, Write, Written
from tillroll_testing.host.platform import HostPlatform


@dataclass
class World:
    host: HostPlatform
    there: QuickBooksCounterpart
    url: str
    target: QuickBooks
    contact: Contact

    def order(self, kind: FaultKind, on: str = "", times: int = 1) -> None:
        self.there.disturbances.orders.append(Fault(kind, on, times))

    @property
    def bills(self) -> list[dict[str, Any]]:
        return list(self.there.rows["Bill"].values())

    @property
    def numbers(self) -> list[Any]:
        return [each["DocNumber"] for each in self.bills]

    def bill(self, reference: str = "exp_1", **changes: object) -> Document:
        made = bill(self.contact.id, reference, account="7", tax_code="5")
        return replace(made, **changes)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    found = await host()
    there = QuickBooksCounterpart("client", "secret", found.pieces.clock.now)
    with BooksServer(0, [there]) as server:
        url = f"{server.url}/quickbooks"
        tokens = GivenTokens(*(there.grants.give()[0] for _ in range(2)))
        target = QuickBooks(found.platform, tokens, there.realm, url)
        contact = await target.upsert_contact(
            "Ann O'Example: Sons", "con_1", role=Role.SUPPLIER, currency="EUR"
        )
        yield World(found, there, url, target, contact)


async def test_a_bill_is_there_as_it_was_sent(world: World) -> None:
    written = await world.target.write(world.bill(), "k1")
    assert (written.number, written.total, written.is_settled, written.version) == (
        "2026-0014",
        13190,
        False,
        "0",
    )
    lines = written.fields["lines"]
    assert isinstance(lines, list)
    assert (
        sum(
            each["tax"] for each in lines if isinstance(each, dict) and isinstance(each["tax"], int)
        )
        == 2106
    )
    without_tax = {**world.bill().fields(), "lines": lines}
    assert written.fields == without_tax
    assert await world.target.find(world.bill()) == written
    assert await world.target.find(world.bill("xp_1")) is None
    assert await world.target.read(Kind.BILL, written.id) == written
    assert await world.target.read(Kind.CREDIT_NOTE, written.id) is None


@pytest.mark.parametrize("kind", list(Kind))
async def test_each_kind_is_found_by_its_reference(world: World, kind: Kind) -> None:
    role = Role.SUPPLIER if kind.is_of_supplier else Role.CUSTOMER
    contact = await world.target.upsert_contact("Bo", "con_2", role=role, currency="EUR")
    document = bill(
        contact.id,
        kind=kind,
        account="item:12",
        lines=(Line("Advice", 10000, 1300, "item:12", "5"),),
    )
    written = await world.target.write(document, "k1")
    due = document.due if kind in {Kind.BILL, Kind.INVOICE} else document.issued
    assert written.fields == replace(document, due=due).fields()
    assert await world.target.find(document) == written


async def test_tax_of_several_rates_is_split_by_their_percentages(world: World) -> None:
    lines = (
        Line("Paper", 10000, 1200, "7", "6"),
        Line("Ink", 333, 17, "7", "7"),
        Line("Tip", 500, 0, "7"),
    )
    document = bill(world.contact.id, lines=lines)
    written = await world.target.write(document, "k1")
    [kept] = world.bills
    assert {
        each["TaxLineDetail"]["TaxRateRef"]["value"]: (
            each["Amount"],
            each["TaxLineDetail"]["NetAmountTaxable"],
        )
        for each in kept["TxnTaxDetail"]["TaxLine"]
    } == {"2": (5.17, 103.33), "3": (7.0, 100.0)}
    assert written.total == document.total
    lines_read = written.fields["lines"]
    assert isinstance(lines_read, list)
    assert [each["taxCode"] for each in lines_read if isinstance(each, dict)] == ["6", "7", None]


async def test_without_codes_no_tax_is_written(world: World) -> None:
    lines = (Line("Taxi", 100, 0, "7"),)
    written = await world.target.write(bill(world.contact.id, lines=lines), "k1")
    assert world.bills[0]["GlobalTaxCalculation"] == "NotApplicable"
    assert written.total == 100
    for line, field in (
        (Line("Taxi", 100, 13, "7"), "TaxCodeRef"),
        (Line("Taxi", 1, 1, "7", "99"), "TaxCodeRef"),
    ):
        with pytest.raises(ItemRefused) as refused:
            await world.target.write(bill(world.contact.id, lines=(line,)), "k2")
        assert refused.value.field == field


async def test_the_chart_names_accounts_items_and_tax_codes(world: World) -> None:
    chart = await world.target.read_chart()
    assert (chart.company, chart.currency) == ("Example Inc.", "CAD")
    assert {each.code: each.is_active for each in chart.accounts} == {
        "7": True,
        "8": True,
        "9": False,
        "35": True,
        "item:12": True,
    }
    assert {each.code: each.percent for each in chart.tax_codes} == {"5": "13", "6": "12", "7": "5"}
    assert await company_of(
        world.host.platform, world.there.grants.give()[0], world.there.realm, world.url
    )
    with pytest.raises(GrantRevoked):
        await company_of(world.host.platform, "token", "", world.url)


async def test_a_contact_is_made_once_and_beside_another_of_that_name(world: World) -> None:
    assert world.contact.name == "Ann O'Example Sons"
    assert (
        await world.target.upsert_contact("ANN o'example sons", "con_2", Role.SUPPLIER)
        == world.contact
    )
    customer = await world.target.upsert_contact("Ann O'Example Sons", "con_3", Role.CUSTOMER)
    assert customer.name == "Ann O'Example Sons (customer)"
    assert (
        await world.target.upsert_contact("Ann O'Example Sons", "con_4", Role.CUSTOMER) == customer
    )
    world.order("lost_after", "POST /v3/company/4620816365001234567/vendor")
    with pytest.raises(TargetUncertain):
        await world.target.upsert_contact("Bo", "con_5", Role.SUPPLIER)
    world.there.forget()
    assert (await world.target.upsert_contact("Bo", "con_5", Role.SUPPLIER)).name == "Bo"
    assert len(world.there.rows["Vendor"]) == 2


@pytest.mark.parametrize("fault", ["lost_after", "broken", "lost_before"])
async def test_after_a_lost_answer_the_same_write_does_nothing_more(
    world: World, fault: FaultKind
) -> None:
    world.order(fault, "/bill")
    with pytest.raises(TargetUncertain):
        await world.target.write(world.bill(), "k1")
    assert (await world.target.find(world.bill()) is None) is (fault == "lost_before")
    await world.target.write(world.bill(), "k1")
    assert world.numbers == ["2026-0014"]


async def test_a_forgotten_request_writes_again_so_find_comes_first(world: World) -> None:
    await world.target.write(world.bill(), "k1")
    world.order("forgets", "/bill")
    await world.target.write(world.bill(), "k1")
    with pytest.raises(FoundTwice):
        await world.target.find(world.bill())


async def test_documents_of_one_number_are_told_apart(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    second = await world.target.write(world.bill("exp_2"), "k2")
    assert await world.target.find(world.bill()) == first
    assert await world.target.find(world.bill("exp_2")) == second


async def test_an_answer_to_another_request_is_told(world: World) -> None:
    await world.target.write(world.bill(), "k1")
    with pytest.raises(WrittenOtherwise):
        await world.target.write(world.bill("exp_2"), "k1")
    await world.target.write(world.bill("exp_3"), "long" * 100)
    assert len(world.numbers) == 2


async def test_the_minutes_limit_asks_for_a_minute(world: World) -> None:
    world.there.minute.most = world.there.minute.most and 500 - world.there.minute.remaining + 1
    with pytest.raises(Busy) as busy:
        await world.target.read_chart()
    assert busy.value.seconds == 60
    world.host.pieces.clock.advance(timedelta(minutes=1))
    world.there.minute.most = 500
    await world.target.read_chart()


async def test_the_closing_day_is_named(world: World) -> None:
    written = await world.target.write(world.bill("exp_0"), "k0")
    world.there.act("close", {"until": ISSUED.isoformat()})
    assert await world.target.closed_until() == ISSUED
    for previous in (None, written):
        with pytest.raises(PeriodClosed):
            await world.target.write(world.bill(number="2026-0020"), f"k{previous}", previous)
    await world.target.write(world.bill(issued=date(2026, 2, 15)), "k2")
    assert len(world.numbers) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"contact": "1"}, "VendorRef"), ({"lines": (Line("Taxi", 13190, 0, "9"),)}, "AccountRef")],
)
async def test_what_quickbooks_refuses_is_said_in_its_words(
    world: World, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ItemRefused) as refused:
        await world.target.write(world.bill(**changes), "k1")
    assert refused.value.field == field
    assert world.numbers == []


@pytest.mark.parametrize("kind", list(Kind))
async def test_a_document_is_of_a_contact_in_its_currency(world: World, kind: Kind) -> None:
    """A vendor or customer without `CurrencyRef` has the company's, and refuses any other."""
    role = Role.CUSTOMER
    if kind.is_of_supplier:
        role = Role.SUPPLIER
    lines = (Line("Advice", 10000, 1300, "item:12", "5"),)
    names: list[str] = []
    for currency in ("CAD", "USD", "EUR", "USD"):
        contact = await world.target.upsert_contact("Bo", currency, role=role, currency=currency)
        document = bill(contact.id, f"exp_{len(names)}", kind=kind, lines=lines, currency=currency)
        await world.target.write(document, f"k{len(names)}")
        names.append(contact.name)
    assert names == ["Bo", "Bo (USD)", "Bo (EUR)", "Bo (USD)"]
    people = {**world.there.rows["Vendor"], **world.there.rows["Customer"]}
    own = next(each for each in people.values() if each["DisplayName"] == "Bo")
    other = bill(own["Id"], "exp_9", kind=kind, lines=lines, currency="USD")
    with pytest.raises(ItemRefused, match="only use one foreign currency"):
        await world.target.write(other, "k9")


async def test_a_name_of_another_role_and_another_currency_ends_with_both(world: World) -> None:
    world.there.act("employee", {"name": "Bo"})
    names = [
        (await world.target.upsert_contact("Bo", each, role=Role.SUPPLIER, currency=each)).name
        for each in ("CAD", "USD", "CAD", "USD")
    ]
    ours = ["Bo (supplier)", "Bo (supplier, USD)"]
    assert names == [*ours, *ours]


async def test_a_company_with_one_currency_is_asked_for_no_other(world: World) -> None:
    world.there.has_currencies = False
    tokens = GivenTokens(world.there.grants.give()[0])
    target = QuickBooks(world.host.platform, tokens, realm=world.there.realm, api_url=world.url)
    contact = await target.upsert_contact("Bo", "con_2", role=Role.SUPPLIER, currency="CAD")
    with pytest.raises(ItemRefused, match="the company has one currency, CAD"):
        await target.upsert_contact("Cy", "con_3", role=Role.SUPPLIER, currency="USD")
    names = [each["DisplayName"] for each in world.there.rows["Vendor"].values()]
    assert names == ["Ann O'Example Sons", contact.name]


async def test_a_vendor_of_before_is_found_in_the_currency_of_the_company(world: World) -> None:
    """One that shows no currency has the company's."""
    contact = await world.target.upsert_contact("Bo", "con_2", Role.SUPPLIER)
    del world.there.rows["Vendor"][contact.id]["CurrencyRef"]
    again = await world.target.upsert_contact("Bo", "con_3", role=Role.SUPPLIER, currency="CAD")
    assert again == contact


async def test_an_invoice_needs_an_item(world: World) -> None:
    customer = await world.target.upsert_contact("Bo", "con_2", role=Role.CUSTOMER, currency="EUR")
    with pytest.raises(ItemRefused):
        await world.target.write(
            bill(customer.id, kind=Kind.INVOICE, account="7", tax_code="5"), "k1"
        )


async def test_a_change_keeps_what_is_not_ours(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    note = f"{world.bills[0]['PrivateNote']}\nCall Ann about it"
    world.there.act(
        "edit",
        {
            "entity": "Bill",
            "id": first.id,
            "fields": {"PrivateNote": note, "SalesTermRef": {"value": "3"}},
        },
    )
    world.order("lost_after", "POST /v3/company/4620816365001234567/bill")
    change = world.bill(number="2026-0014a")
    with pytest.raises(TargetUncertain):
        await world.target.write(change, "k2", first)
    second = await world.target.write(change, "k2", first)
    assert (second.id, second.number, second.version, world.numbers) == (
        first.id,
        "2026-0014a",
        "2",
        ["2026-0014a"],
    )
    assert (world.bills[0]["PrivateNote"], world.bills[0]["SalesTermRef"]) == (note, {"value": "3"})


async def test_a_change_by_hand_is_never_overwritten(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    world.there.act("edit", {"entity": "Bill", "id": first.id, "fields": {"DueDate": "2026-04-01"}})
    with pytest.raises(ChangedElsewhere) as refused:
        await world.target.write(world.bill(number="2026-0014a"), "k2", first)
    assert [(each.field, each.theirs) for each in refused.value.differences] == [
        ("due", '"2026-04-01"')
    ]
    assert world.numbers == ["2026-0014"]


@pytest.mark.parametrize("entity", ["Vendor", "Account"])
async def test_what_was_made_inactive_is_said_and_is_no_newer_version(
    world: World, entity: str
) -> None:
    """The error of a document that is gone, 610, is that of an inactive vendor or account too."""
    first = await world.target.write(world.bill(), "k1")
    id_ = world.contact.id if entity == "Vendor" else "7"
    rows: Any = world.there.rows
    rows[entity] = {**rows[entity], id_: {**rows[entity][id_], "Active": False}}
    used: Any = {"Active": False}
    if entity == "Vendor":
        used = world.bill(number="2026-0014a")
    else:
        used = replace(world.bill(number="2026-0014a"), lines=(Line("Old", 13190, 0, "9"),))
    for key in ("k2", "k3"):
        with pytest.raises(ItemRefused, match="made inactive"):
            await world.target.write(used, key, first)
    assert world.numbers == ["2026-0014"]


async def test_a_stale_version_is_read_again(world: World) -> None:
    first = await world.target.write(world.bill(), "k1")
    there: Any = world.there
    save = there._saved

    def raced(name: str, document: dict[str, Any]) -> Any:
        """Somebody is faster: between our reading and our writing."""
        there._saved = save
        there.act("edit", {"entity": "Bill", "id": first.id, "fields": {"DueDate": "2026-05-01"}})
        return save(name, document)

    there._saved = raced
    with pytest.raises(ChangedElsewhere):
        await world.target.write(world.bill(number="2026-0014a"), "k2", first)
    assert world.bills[0]["DueDate"] == "2026-05-01"


@pytest.mark.parametrize("kind", [Kind.BILL, Kind.CREDIT_NOTE])
async def test_what_our_own_twin_has_just_written_is_no_conflict(world: World, kind: Kind) -> None:
    """QuickBooks keeps no due day of a credit note, so it reads back otherwise than it was sent."""
    first = await world.target.write(world.bill(kind=kind), "k1")
    change = world.bill(kind=kind, number="2026-0014a")
    there: Any = world.there
    save = there._saved

    def raced(name: str, document: dict[str, Any]) -> Any:
        """Our twin is faster: it writes the same between our reading and our writing."""
        there._saved = save
        save(name, dict(document))
        return save(name, document)

    there._saved = raced
    written = await world.target.write(change, "k2", first)
    assert (written.id, written.number, written.version) == (first.id, "2026-0014a", "1")


@pytest.mark.parametrize("act", ["void", "remove"])
async def test_a_document_that_is_gone_is_not_written_again(world: World, act: str) -> None:
    first = await world.target.write(world.bill(), "k1")
    world.there.act(act, {"entity": "Bill", "id": first.id})
    with pytest.raises(ChangedElsewhere) as refused:
        await world.target.write(world.bill(number="2026-0014a"), "k2", first)
    assert (refused.value.seen is None) is (act == "remove")


async def test_half_of_a_batch_is_found_by_reference(world: World) -> None:
    documents = [world.bill(f"exp_{number}", number=f"N{number}") for number in range(30)]
    world.order("half", "/batch")
    outcomes = await world.target.write_many([Write(each, each.reference) for each in documents])
    assert all(isinstance(each, TargetUncertain) for each in outcomes)
    missing = [each for each in documents if await world.target.find(each) is None]
    assert len(missing) == 15
    outcomes = await world.target.write_many([Write(each, each.reference) for each in missing])
    assert all(isinstance(each, Written) for each in outcomes)
    assert sorted(str(each) for each in world.numbers) == sorted(each.number for each in documents)


async def test_each_of_a_batch_has_its_own_outcome(world: World) -> None:
    first = await world.target.write(world.bill("exp_0"), "k0")
    credit = world.bill("exp_9", kind=Kind.CREDIT_NOTE)
    writes = [
        Write(world.bill("exp_1", contact="1"), "k1"),
        Write(world.bill("exp_0", number="2026-0099"), "k2", first),
        Write(credit, "k3"),
        Write(bill(world.contact.id, "exp_3", lines=(Line("Taxi", 1, 1, "7"),)), "k4"),
        Write(world.bill("exp_4", number="N4"), "k5"),
    ]
    found = await world.target.write_many(writes)
    assert [type(each) for each in found] == [ItemRefused, Written, Written, ItemRefused, Written]
    assert world.numbers == ["2026-0099", "N4"]
    assert await world.target.find(credit) == found[2]


async def test_a_void_becomes_one_credit_that_is_applied_once(world: World) -> None:
    written = await world.target.write(world.bill(), "k1")
    credit = world.bill("exp_1:void", kind=Kind.CREDIT_NOTE, number="2026-0014-C")
    for fault_at in ("/vendorcredit", "/billpayment"):
        world.order("lost_after", fault_at)
        with pytest.raises(TargetUncertain):
            await world.target.credit(credit, "k2", written)
        world.there.forget()
    made = await world.target.credit(credit, "k2", written)
    assert (made.total, made.is_settled) == (written.total, True)
    assert len(world.there.rows["VendorCredit"]) == len(world.there.rows["BillPayment"]) == 1
    assert world.bills[0]["Balance"] == 0


async def test_an_invoice_is_credited_too(world: World) -> None:
    customer = await world.target.upsert_contact("Bo", "con_2", role=Role.CUSTOMER, currency="EUR")
    lines = (Line("Advice", 10000, 1300, "item:12", "5"),)
    invoice = await world.target.write(bill(customer.id, kind=Kind.INVOICE, lines=lines), "k1")
    world.there.act("pay", {"entity": "Invoice", "id": invoice.id, "amount": 13})
    credit = bill(customer.id, "exp_1:void", kind=Kind.INVOICE_CREDIT, lines=lines)
    made = await world.target.credit(credit, "k2", invoice)
    [memo] = world.there.rows["CreditMemo"].values()
    assert (made.is_settled, memo["RemainingCredit"]) == (True, 13)


async def test_a_file_is_attached_once(world: World) -> None:
    written = await world.target.write(world.bill(), "k1")
    content = bytes(range(256)) * 100 + b"\r\n--till\r\n"
    given_file = (Kind.BILL, written.id, "Beleg März & Co.pdf", "application/pdf", content, "k2")
    world.order("lost_after", "/upload")
    with pytest.raises(TargetUncertain):
        await world.target.attach(*given_file)
    [seen] = await world.target.attachments(Kind.BILL, written.id)
    assert (seen.name, seen.media_type, seen.size) == (
        "Beleg März & Co.pdf",
        "application/pdf",
        len(content),
    )
    assert await world.target.attach(*given_file) == seen
    assert len(world.there.rows["Attachable"]) == 1
    assert await world.target.attachments(Kind.BILL, "1") == []
    with pytest.raises(ItemRefused):
        await world.target.attach(
            Kind.BILL, written.id, 'a"b.pdf', "application/pdf", content, "k3"
        )
    with pytest.raises(ItemRefused):
        await world.target.attach(Kind.BILL, "1", "a.pdf", "application/pdf", content, "k4")


async def test_tokens_and_companies_are_checked(world: World) -> None:
    world.order("expired", "/bill")
    await world.target.write(world.bill(), "k1")
    elsewhere = QuickBooks(
        world.host.platform, GivenTokens(world.there.grants.give()[0]), "1", world.url
    )
    with pytest.raises(GrantRevoked) as revoked:
        await elsewhere.closed_until()
    assert not revoked.value.may_refresh


@settings(max_examples=of_campaign(200))
@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_parts_add_up(amount: int, weights: list[int]) -> None:
    parts = shared(amount, [Decimal(each) for each in weights])
    assert sum(parts) == amount
    assert all(part * amount >= 0 for part in parts)


CODES = {
    "a": Code("a", "A", True, {"1": Decimal(13)}),
    "b": Code("b", "B", True, {"2": Decimal(5), "3": Decimal("9.975")}),
    "c": Code("c", "C", True, {"2": Decimal(5)}),
}
LINES = st.lists(
    st.builds(
        Line,
        st.just("x"),
        st.integers(0, 10**9),
        st.integers(0, 10**8),
        st.just("7"),
        st.sampled_from(["a", "b", "c"]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=of_campaign(200))
@given(LINES)
def test_equal_sums_of_tax_give_equal_lines(lines: list[Line]) -> None:
    read = as_read(lines, CODES)
    sums = {rate: tax for rate, (_, tax) in by_rate(lines, CODES).items()}
    taxes = taxes_of([(line.net, line.tax_code) for line in lines], sums, CODES)
    assert [line.tax for line in read] == taxes
    assert sum(taxes) == sum(line.tax for line in lines)
