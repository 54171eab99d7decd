"""A target that takes signed requests, over HTTP: what each answer means, and that nothing is
written twice.
"""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.books.counterpart import Fault, FaultKind
from local.books.server import BooksServer
from local.books.signed import SignedCounterpart
from tests.unit.books.worlds import ISSUED, bill, host
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
from tillroll.books.targets.signed_http import SignedHttp
from tillroll.books.targets.target import Contact, Kind, Line, Role, Write, Written, digest_of
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_local.processes import free_port
from tillroll_testing.host.platform import HostPlatform

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NEXT_SECRET = "whsec_" + base64.b64encode(bytes(range(1, 33))).decode()


@dataclass
class World:
    host: HostPlatform
    there: SignedCounterpart
    server: BooksServer
    target: SignedHttp
    contact: Contact

    def order(self, kind: FaultKind, on: str = "", times: int = 1) -> None:
        self.there.disturbances.orders.append(Fault(kind, on, times, retry_after=7))

    @property
    def references(self) -> list[str]:
        return [each["reference"] for each in self.there.documents.values()]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    found = await host()
    there = SignedCounterpart([SECRET], found.pieces.clock.now)
    with BooksServer(0, [there]) as server:
        target = SignedHttp(found.platform, f"{server.url}/signed/books", [SECRET])
        contact = await target.upsert_contact("Ann Example", "con_1", Role.SUPPLIER)
        yield World(found, there, server, target, contact)


async def test_a_bill_is_there_as_it_was_sent(world: World) -> None:
    document = bill(world.contact.id)
    written = await world.target.write(document, "k1")
    assert written.fields == document.fields()
    assert (written.total, written.number, written.is_void) == (13190, "2026-0014", False)
    assert await world.target.find(document) == written
    assert await world.target.read(Kind.BILL, written.id) == written
    assert await world.target.read(Kind.INVOICE, written.id) is None
    assert await world.target.find(replace(document, reference="exp_2")) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://books.example/1", "/settings"])
async def test_a_page_that_no_link_may_lead_to_is_a_wrong_answer(world: World, url: str) -> None:
    document = bill(world.contact.id)
    written = await world.target.write(document, "k1")
    world.there.documents[written.id]["url"] = url
    with pytest.raises(TargetUncertain, match=r"answer is wrong at document\.url"):
        await world.target.read(Kind.BILL, written.id)


async def test_the_chart_names_accounts_and_tax_codes(world: World) -> None:
    chart = await world.target.read_chart()
    assert (chart.company, chart.currency) == ("Example GmbH", "EUR")
    assert ("6300", "Travel") in {(each.code, each.name) for each in chart.accounts}
    assert ("V19", "19") in {(each.code, each.percent) for each in chart.tax_codes}


async def test_a_contact_is_made_once_for_each_role(world: World) -> None:
    assert (
        await world.target.upsert_contact(" ann  EXAMPLE", "con_2", Role.SUPPLIER) == world.contact
    )
    other = await world.target.upsert_contact("Ann Example", "con_3", Role.CUSTOMER)
    assert other.id != world.contact.id


@pytest.mark.parametrize("fault", ["lost_after", "broken", "lost_before"])
async def test_after_a_lost_answer_the_same_write_does_nothing_more(
    world: World, fault: FaultKind
) -> None:
    document = bill(world.contact.id)
    world.order(fault, "document.write")
    with pytest.raises(TargetUncertain):
        await world.target.write(document, "k1")
    found = await world.target.find(document)
    assert (found is None) is (fault == "lost_before")
    written = await world.target.write(document, "k1")
    assert world.references == ["exp_1"]
    assert written.fields == document.fields()


async def test_a_target_that_forgot_the_key_still_has_the_document_once(world: World) -> None:
    document = bill(world.contact.id)
    first = await world.target.write(document, "k1")
    world.order("forgets", "document.write")
    assert await world.target.write(document, "k1") == first
    assert world.references == ["exp_1"]


async def test_a_reference_that_is_taken_by_other_content_is_shown(world: World) -> None:
    first = await world.target.write(bill(world.contact.id), "k1")
    with pytest.raises(ChangedElsewhere) as refused:
        await world.target.write(bill(world.contact.id, number="2026-0015"), "k2")
    assert refused.value.seen == first
    assert [each.field for each in refused.value.differences] == ["number"]


async def test_a_key_stands_for_one_content(world: World) -> None:
    await world.target.write(bill(world.contact.id), "k1")
    with pytest.raises(WrittenOtherwise):
        await world.target.write(bill(world.contact.id, "exp_2"), "k1")
    assert world.references == ["exp_1"]


async def test_throttling_says_how_long(world: World) -> None:
    world.order("throttled", "document.write")
    with pytest.raises(Busy) as busy:
        await world.target.write(bill(world.contact.id), "k1")
    assert (busy.value.seconds, world.references) == (7, [])


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"contact": "c_9"}, ItemRefused, "contact"),
        ({"lines": (Line("Train", 1000, 190, "1", "V19"),)}, ItemRefused, "account"),
        ({"lines": (Line("Train", 1000, 190, "6300", "V20"),)}, ItemRefused, "taxCode"),
    ],
)
async def test_what_the_target_refuses_names_the_field(
    world: World, changes: dict[str, Any], error: type[ItemRefused], field: str
) -> None:
    document = bill(world.contact.id)
    lines: tuple[Line, ...] = changes.get("lines", document.lines)
    changed = replace(document, **{**changes, "total": sum(line.net + line.tax for line in lines)})
    with pytest.raises(error) as refused:
        await world.target.write(changed, "k1")
    assert refused.value.field == field
    assert world.references == []


async def test_a_closed_period_is_named(world: World) -> None:
    world.there.act("close", {"until": ISSUED.isoformat()})
    assert await world.target.closed_until() == ISSUED
    with pytest.raises(PeriodClosed) as refused:
        await world.target.write(bill(world.contact.id), "k1")
    assert refused.value.until == ISSUED
    await world.target.write(bill(world.contact.id, issued=date(2026, 2, 15)), "k2")
    assert len(world.references) == 1


async def test_a_change_is_written_where_nobody_changed_it(world: World) -> None:
    first = await world.target.write(bill(world.contact.id), "k1")
    second = await world.target.write(bill(world.contact.id, number="2026-0014a"), "k2", first)
    assert (second.id, second.number) == (first.id, "2026-0014a")
    assert second.version != first.version


async def test_a_change_by_hand_is_never_overwritten(world: World) -> None:
    first = await world.target.write(bill(world.contact.id), "k1")
    world.there.act("edit", {"id": first.id, "fields": {"due": "2026-04-01"}})
    with pytest.raises(ChangedElsewhere) as refused:
        await world.target.write(bill(world.contact.id, number="2026-0014a"), "k2", first)
    assert [(each.ours, each.theirs) for each in refused.value.differences] == [
        ('"2026-03-14"', '"2026-04-01"')
    ]
    assert world.there.documents[first.id]["number"] == "2026-0014"


@pytest.mark.parametrize("act", ["void", "remove"])
async def test_a_document_that_is_gone_is_not_written_again(world: World, act: str) -> None:
    first = await world.target.write(bill(world.contact.id), "k1")
    world.there.act(act, {"id": first.id})
    with pytest.raises(ChangedElsewhere) as refused:
        await world.target.write(bill(world.contact.id, number="2026-0014a"), "k2", first)
    assert (refused.value.seen is None) is (act == "remove")


async def test_a_change_whose_answer_was_lost_is_found_written(world: World) -> None:
    first = await world.target.write(bill(world.contact.id), "k1")
    world.order("lost_after", "document.write")
    change = bill(world.contact.id, number="2026-0014a")
    with pytest.raises(TargetUncertain):
        await world.target.write(change, "k2", first)
    written = await world.target.write(change, "k2", first)
    assert (written.number, written.version) == ("2026-0014a", "2")


async def test_half_of_a_batch_can_be_finished(world: World) -> None:
    documents = [bill(world.contact.id, f"exp_{number}") for number in range(10)]
    writes = [Write(each, f"k_{each.reference}") for each in documents]
    world.order("half", "document.write_many")
    outcomes = await world.target.write_many(writes)
    assert all(isinstance(each, TargetUncertain) for each in outcomes)
    assert len(world.references) == 5
    outcomes = await world.target.write_many(writes)
    assert all(isinstance(each, Written) for each in outcomes)
    assert sorted(world.references) == sorted(each.reference for each in documents)


async def test_each_of_a_batch_has_its_own_outcome(world: World) -> None:
    first = await world.target.write(bill(world.contact.id, "exp_0"), "k0")
    writes = [
        Write(bill("c_9", "exp_1"), "k1"),
        Write(bill(world.contact.id, "exp_0", number="2026-0099"), "k2", first),
        Write(bill(world.contact.id, "exp_2"), "k3"),
    ]
    refused, changed, made = await world.target.write_many(writes)
    assert isinstance(refused, ItemRefused)
    assert isinstance(changed, Written)
    assert isinstance(made, Written)
    assert (changed.number, made.fields["contact"]) == ("2026-0099", world.contact.id)
    assert sorted(world.references) == ["exp_0", "exp_2"]


async def test_a_void_becomes_one_credit(world: World) -> None:
    written = await world.target.write(bill(world.contact.id), "k1")
    credit = bill(world.contact.id, "exp_1:void", kind=Kind.BILL.credit, number="2026-0014-C")
    world.order("lost_after", "document.credit")
    with pytest.raises(TargetUncertain):
        await world.target.credit(credit, "k2", written)
    world.there.forget()
    made = await world.target.credit(credit, "k2", written)
    assert (made.kind, made.total) == (Kind.CREDIT_NOTE, written.total)
    assert sorted(world.references) == ["exp_1", "exp_1:void"]
    settled = await world.target.read(Kind.BILL, written.id)
    assert settled is not None
    assert settled.is_settled
    assert settled.digest == written.digest


async def test_a_file_is_attached_once(world: World) -> None:
    written = await world.target.write(bill(world.contact.id), "k1")
    given = (Kind.BILL, written.id, "receipt.pdf", "application/pdf", b"%PDF-1.7 \x00\xff", "k2")
    world.order("lost_after", "attachment.add")
    with pytest.raises(TargetUncertain):
        await world.target.attach(*given)
    [seen] = await world.target.attachments(Kind.BILL, written.id)
    assert (seen.name, seen.media_type, seen.size) == ("receipt.pdf", "application/pdf", 11)
    world.there.forget()
    assert await world.target.attach(*given) == seen
    with pytest.raises(ItemRefused):
        await world.target.attach(
            Kind.BILL, written.id, "receipt.pdf", "application/pdf", b"other", "k3"
        )
    assert len(world.there.attachments) == 1


async def test_a_file_that_is_too_large_is_not_sent(world: World) -> None:
    written = await world.target.write(bill(world.contact.id), "k1")
    large = bytes(world.target.limits.attachment_bytes + 1)
    with pytest.raises(ItemRefused):
        await world.target.attach(
            Kind.BILL, written.id, "large.pdf", "application/pdf", large, "k2"
        )
    assert world.there.asked["attachment.add"] == 0


async def test_several_documents_of_one_reference_are_for_a_person(world: World) -> None:
    written = await world.target.write(bill(world.contact.id), "k1")
    world.there.documents["copy"] = {**world.there.documents[written.id], "id": "copy"}
    with pytest.raises(FoundTwice):
        await world.target.find(bill(world.contact.id))


async def test_both_secrets_sign_while_one_replaces_the_other(world: World) -> None:
    world.there.act("secrets", {"secrets": [NEXT_SECRET]})
    with pytest.raises(GrantRevoked):
        await world.target.read_chart()
    url = f"{world.server.url}/signed/books"
    await SignedHttp(world.host.platform, url, [NEXT_SECRET, SECRET]).read_chart()


async def test_an_inner_address_is_not_asked(world: World) -> None:
    platform = world.host.platform
    strict = replace(
        platform, settings=platform.settings.changed(OutgoingSettings(allow_private=False))
    )
    with pytest.raises(GrantRevoked):
        await SignedHttp(strict, f"{world.server.url}/signed/books", [SECRET]).read_chart()
    assert world.there.asked["chart.read"] == 0


async def test_nobody_at_the_address_is_uncertain(world: World) -> None:
    gone = SignedHttp(world.host.platform, f"http://127.0.0.1:{free_port()}/books", [SECRET])
    with pytest.raises(TargetUncertain):
        await gone.write(bill(world.contact.id), "k1")


async def test_what_was_taken_outlives_a_kill(world: World) -> None:
    written = await world.target.write(bill(world.contact.id), "k1")
    state = json.loads(json.dumps(world.there.state()))
    anew = SignedCounterpart([SECRET], world.host.pieces.clock.now)
    anew.load(state)
    with BooksServer(0, [anew]) as server:
        target = SignedHttp(world.host.platform, f"{server.url}/signed/books", [SECRET])
        assert await target.write(bill(world.contact.id), "k1") == written
    assert len(anew.documents) == 1


async def test_a_server_that_answers_html_is_uncertain(world: World) -> None:
    url = f"{world.server.url}/signed/_/state"
    with pytest.raises(ItemRefused):
        await SignedHttp(world.host.platform, url, [SECRET]).read_chart()


@settings(max_examples=30)
@given(
    st.lists(
        st.builds(
            Line,
            st.text(min_size=1, max_size=40),
            st.integers(-(10**9), 10**12),
            st.integers(-(10**8), 10**11),
            st.just("6300"),
            st.sampled_from(["V19", None]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_digest_is_the_same_on_both_sides(lines: list[Line]) -> None:
    document = bill("c_1", lines=tuple(lines))
    assert Written(Kind.BILL, "1", "n", "1", "", document.fields()).digest == digest_of(
        document.fields()
    )
