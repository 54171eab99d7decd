"""Invoices with VAT in the books: each line as its e-invoice has it, also of credit notes and of
what takes an invoice back. What was written without VAT is offered as a correction.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from typing import Any, Final, LiteralString, cast

import pytest

from local.books.signed import SignedCounterpart
from local.places import MIGRATIONS
from tests.simulation.claiming import open_claims
from tests.simulation.office import Office
from tests.simulation.syncing import Line
from tests.support.host_api import api_client
from tests.unit.claims.claimed import Claimed
from tests.unit.claims.test_files import content_of
from tests.unit.claims.test_invoices import invoiced
from tests.unit.claims.test_net_costs import spend
from tillroll.books.syncs.workflow import SYNC
from tillroll_documents.reading.e_invoices.extraction import read_invoice
from tillroll_durable import Statement, statement
from tillroll_testing.simulation.faults import Faults

WORDS: Final = [
    {"what": "category", "word": "*", "code": "6300"},
    {"what": "income", "word": "*", "code": "8400"},
    {"what": "tax", "word": "*", "code": "V19"},
    {"what": "output_tax", "word": "19", "code": "U19"},
    {"what": "output_tax", "word": "7", "code": "U7"},
    {"what": "output_tax", "word": "eu_services", "code": "UR"},
    {"what": "output_tax", "word": "disbursed", "code": "V0"},
    {"what": "output_tax", "word": "none", "code": "V0"},
]
NET_COST: Final = {"charges": "net_cost"}
CREDITS: Final = "SELECT subject_id FROM books_items WHERE kind = 'credit_note'"


@dataclass
class Biller:
    """A company that bills its clients, and has books."""

    claimed: Claimed
    office: Office

    def documents(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.office.books.documents.values() if each["kind"] == kind]

    async def bill(self, **invoice: Any) -> str:
        """Issue an invoice over both expenses."""
        return (await invoiced(self.claimed, invoice={**NET_COST, **invoice}))["id"]

    async def credit(self, claim: str) -> None:
        body = {"expenseIds": ["exp_000001"], "reason": "not for them"}
        await self.claimed.ask("POST", f"/api/claims/{claim}/credit-notes", body)

    async def withdraw(self, claim: str) -> None:
        await self.claimed.ask("POST", f"/api/claims/{claim}/withdraw", {"reason": "a mistake"})

    async def e_invoice(self, claim: str, path: str = "invoice.xml") -> Any:
        return read_invoice(await content_of(self.claimed, claim, path))

    async def correct(self, decision: str, **more: Any) -> int:
        path = f"connections/{self.office.connection}/corrections"
        answer = await self.office.post(path, {"decision": decision, **more})
        return answer.raise_for_status().json()["items"]

    async def forget_tax(self) -> None:
        """Have the books, and what is known of them, as they were when the VAT of invoices was
        left out: each line gross, without tax.
        """
        for each in self.office.books.documents.values():
            if each["kind"] in {"invoice", "invoice_credit"}:
                for line in each["lines"]:
                    line |= {"net": line["net"] + line["tax"], "tax": 0, "taxCode": "V0"}
        await self.claimed.world.host.database.batch(
            [
                statement(
                    """
                    UPDATE books_items SET asked_digest = 'of before',
                      written = json_set(written, '$.fields.lines', json((
                        SELECT json_group_array(json_object(
                          'account', value ->> 'account',
                          'description', value ->> 'description',
                          'net', (value ->> 'net') + (value ->> 'tax'), 'tax', 0, 'taxCode', 'V0'))
                        FROM json_each(written, '$.fields.lines'))))
                    WHERE kind <> 'expense' AND written IS NOT NULL
                    """
                ),
                *migration(),
            ]
        )


def migration() -> list[Statement]:
    """What brings the data of before up to date; the column is there."""
    [path] = MIGRATIONS.glob("*_invoice_tax_in_books.sql")
    parts = [part.strip() for part in path.read_text().split(";")]
    changes = [part for part in parts if part and "ALTER TABLE" not in part]
    return [statement(cast("LiteralString", change)) for change in changes]


@pytest.fixture
async def biller() -> AsyncGenerator[Biller]:
    """A hotel of 107.00 with 7 % in it, and a taxi of 23.00 without tax."""
    world = await open_claims(Faults(), SYNC)
    books = SignedCounterpart([], now=world.host.pieces.clock.now)
    world.host.platform = replace(world.host.platform, exchange=Line(world.faults, books))
    async with api_client(world.host.platform) as client:
        claimed = Claimed(world, client)
        office = Office(client, world, books)
        await spend(claimed, "exp_000001", 10_700, tax=700, rate="7")
        await spend(claimed, "exp_000002", 2_300, tax=0, rate="0")
        paid = "UPDATE expenses SET paid_by = 'company', person = NULL"
        await world.host.database.batch([statement(paid)])
        await office.connect()
        await office.post(f"connections/{office.connection}/chart")
        await office.map(*WORDS)
        yield Biller(claimed, office)


def amounts_of(document: dict[str, Any]) -> list[tuple[str, int, int, str | None]]:
    return [
        (each["account"], each["net"], each["tax"], each["taxCode"]) for each in document["lines"]
    ]


def nets_of(e_invoice: Any) -> list[int]:
    return [int(row.amount.value * 100) for row in e_invoice.lines]


async def test_each_line_is_as_its_e_invoice_has_it(biller: Biller) -> None:
    claim = await biller.bill()
    await biller.office.sync()
    [document] = biller.documents("invoice")
    e_invoice = await biller.e_invoice(claim)
    assert [each["net"] for each in document["lines"]] == nets_of(e_invoice) == [10_000, 2_300]
    assert sum(each["tax"] for each in document["lines"]) == 2_337
    assert str(e_invoice.totals.tax.value) == "23.37"
    assert amounts_of(document) == [("8400", 10_000, 1_900, "U19"), ("8400", 2_300, 437, "U19")]
    assert document["total"] == 14_637


async def test_a_credit_note_and_what_takes_the_remainder_back_have_their_tax(
    biller: Biller,
) -> None:
    claim = await biller.bill()
    await biller.office.sync()
    await biller.credit(claim)
    await biller.office.sync()
    [note] = biller.documents("invoice_credit")
    assert [each["net"] for each in note["lines"]] == nets_of(
        await biller.e_invoice(claim, "CN-2026-0001.xml")
    )
    assert amounts_of(note) == [("8400", 10_000, 1_900, "U19")]
    await biller.withdraw(claim)
    await biller.office.sync()
    back = biller.documents("invoice_credit")[1]
    assert [each["net"] for each in back["lines"]] == nets_of(
        await biller.e_invoice(claim, "CN-2026-0002.xml")
    )
    assert amounts_of(back) == [("8400", 2_300, 437, "U19")]
    assert (await biller.office.get("status"))["isEverything"]


async def test_how_a_line_is_taxed_is_its_word(biller: Biller) -> None:
    await biller.bill(disbursements=["exp_000001"])
    await biller.office.sync()
    [document] = biller.documents("invoice")
    assert amounts_of(document) == [("8400", 10_700, 0, "V0"), ("8400", 2_300, 437, "U19")]


async def test_a_reverse_charge_is_never_a_rate_of_zero(biller: Biller) -> None:
    office = biller.office
    await office.map(*(each for each in WORDS if each["word"] != "eu_services"))
    abroad = {"country": "AT", "vatId": "ATU12345678"}
    claim = (await invoiced(biller.claimed, None, abroad, invoice=NET_COST))["id"]
    mapping = await office.get(f"connections/{office.connection}/mapping")
    assert [(each["what"], each["word"]) for each in mapping["unmapped"]] == [
        ("output_tax", "eu_services")
    ]
    await office.sync(skipUnmapped=True)
    assert biller.documents("invoice") == []
    item = await office.item(claim)
    assert (item["state"], item["code"]) == ("set_aside", "unmapped")
    assert "Output tax of services between firms of the EU has no code" in item["says"]
    await office.map(*WORDS)
    await office.sync()
    [document] = biller.documents("invoice")
    assert amounts_of(document) == [("8400", 10_000, 0, "UR"), ("8400", 2_300, 0, "UR")]


async def test_a_dry_run_shows_a_document_whose_words_have_no_place(biller: Biller) -> None:
    office = biller.office
    await office.map(*(each for each in WORDS if each["word"] != "19"))
    claim = await biller.bill()
    rows = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    [shown] = [each for each in rows if each["subject"] == claim]
    assert shown["act"] == "set_aside"
    assert amounts_of(shown["document"]) == [
        ("8400", 10_000, 1_900, None),
        ("8400", 2_300, 437, None),
    ]


async def test_what_the_books_have_without_vat_is_counted_and_not_rewritten(
    biller: Biller,
) -> None:
    office = biller.office
    claim = await biller.bill()
    await office.sync()
    await biller.forget_tax()
    [status] = (await office.get("status"))["connections"]
    [lacking] = status["lacking"]
    assert (lacking["code"], lacking["items"]) == ("invoice-tax", 1)
    assert [each["subject"] for each in lacking["examples"]] == [claim]
    # A payment is a change of the claim, and begins no rewriting.
    await biller.claimed.pay(claim, "10.00")
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    [document] = biller.documents("invoice")
    assert amounts_of(document) == [("8400", 11_900, 0, "V0"), ("8400", 2_737, 0, "V0")]
    assert "without the VAT" in (await office.item(claim))["says"]

    assert await biller.correct("correct") == 1
    [ahead] = (await office.get(f"connections/{office.connection}/dry-run"))["items"]
    assert ahead["act"] == "change"
    assert (await office.sync())["outcomes"]["written"] == 1
    [document] = biller.documents("invoice")
    assert amounts_of(document) == [("8400", 10_000, 1_900, "U19"), ("8400", 2_300, 437, "U19")]
    assert (await office.get("status"))["isEverything"]
    assert await biller.correct("correct") == 0


async def test_what_is_left_without_vat_stays_so(biller: Biller) -> None:
    office = biller.office
    claim = await biller.bill()
    await office.sync()
    await biller.forget_tax()
    assert await biller.correct("keep", items=[(await office.item(claim))["id"]]) == 1
    await biller.claimed.pay(claim, "10.00")
    await office.sync()
    [document] = biller.documents("invoice")
    assert amounts_of(document)[0] == ("8400", 11_900, 0, "V0")
    assert (await office.get("status"))["isEverything"]


async def test_a_correction_waits_until_its_day_is_open(biller: Biller) -> None:
    office = biller.office
    claim = await biller.bill()
    await office.sync()
    await biller.forget_tax()
    office.books.act("close", {"until": "2027-12-31"})
    assert await biller.correct("correct") == 1
    assert (await office.sync())["outcomes"] == {"set_aside": 1}
    assert (await office.item(claim))["code"] == "closed-there"
    [document] = biller.documents("invoice")
    assert amounts_of(document)[0] == ("8400", 11_900, 0, "V0")
    office.books.act("close", {"until": None})
    item = (await office.item(claim))["id"]
    await office.post(f"connections/{office.connection}/retries", {"items": [item]})
    await office.sync()
    [document] = biller.documents("invoice")
    assert amounts_of(document)[0] == ("8400", 10_000, 1_900, "U19")


async def test_a_credit_note_waits_for_the_vat_of_its_invoice(biller: Biller) -> None:
    office = biller.office
    claim = await biller.bill()
    await office.sync()
    await biller.forget_tax()
    await biller.credit(claim)
    await office.sync()
    assert biller.documents("invoice_credit") == []
    [note] = await biller.claimed.world.rows(CREDITS)
    assert "decide on that correction first" in (await office.item(str(note["subject_id"])))["says"]
    await biller.correct("correct")
    await office.sync()
    [document] = biller.documents("invoice_credit")
    assert amounts_of(document) == [("8400", 10_000, 1_900, "U19")]


async def test_what_the_books_have_without_vat_is_taken_back_without(biller: Biller) -> None:
    claim = await biller.bill()
    await biller.office.sync()
    await biller.forget_tax()
    await biller.withdraw(claim)
    await biller.office.sync()
    [back] = biller.documents("invoice_credit")
    assert amounts_of(back) == [("8400", 11_900, 0, "V0"), ("8400", 2_737, 0, "V0")]


async def test_what_was_mapped_for_all_that_is_charged_stands_for_no_tax(biller: Biller) -> None:
    database = biller.claimed.world.host.database
    every = "UPDATE books_mapping SET word = '*' WHERE what = 'output_tax' AND word = 'none'"
    await database.batch([statement(every), *migration()])
    office = biller.office
    mapping = await office.get(f"connections/{office.connection}/mapping")
    words = {
        each["word"]: each["code"] for each in mapping["words"] if each["what"] == "output_tax"
    }
    assert words == {"19": "U19", "7": "U7", "eu_services": "UR", "disbursed": "V0", "none": "V0"}
