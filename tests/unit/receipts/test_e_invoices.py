"""An e-invoice becomes an expense exactly as its XML says, whether it lies in a PDF or came by
itself.
"""

import io
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from tests.simulation.receipts import AFTER_INVOICES, open_receipts
from tests.support.e_invoices import Facts, cii, every_syntax, ubl
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.invoice import invoice_pdf
from tests.support.invoice_layouts import draw
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.api.problems import Problem
from tillroll.receipts.native import receive, show_xml
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

FACTS = Facts()
PRINTED = [
    "Papierhaus Lindner GmbH",
    "Rechnung RE-2026-0042",
    "Datum: 05.03.2026",
    "Summe netto        70,00 EUR",
    "zzgl. 19 % USt     13,30 EUR",
    "Rechnungsbetrag    83,30 EUR",
]


def with_xml(content: bytes, name: str = "factur-x.xml", lines: list[str] = PRINTED) -> bytes:
    """A PDF of these lines in which the XML lies."""
    writer = PdfWriter(PdfReader(io.BytesIO(invoice_pdf(lines))))
    writer.add_attachment(name, content)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def associated(content: bytes) -> bytes:
    """The XML stands in the catalog's /AF alone, not in the tree of embedded files."""
    writer = PdfWriter(PdfReader(io.BytesIO(with_xml(content))))
    names: Any = writer.root_object["/Names"]
    specification = names["/EmbeddedFiles"].get_object()["/Names"][1]
    writer.root_object[NameObject("/AF")] = ArrayObject([specification])
    writer.root_object[NameObject("/Names")] = DictionaryObject()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


async def hand_in(world: World, content: bytes) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    upload = MemoryUpload([MemoryFile(content, world.host.pieces.objects, "invoice")], headers)
    reply = await receive(world.host.platform, upload)
    await world.settle()
    async with api_client(world.host.platform) as client:
        found: dict[str, Any] = (await client.get(f"/api/runs/{reply.body['runId']}")).json()
    return found


async def run_of(content: bytes) -> dict[str, Any]:
    return await hand_in(
        await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES), content
    )


def values(run: dict[str, Any]) -> dict[str, Any]:
    extraction: dict[str, Any] = run["extraction"]
    no_fields = {
        *("taxLines", "lineItems", "eInvoice", "attachments", "stated", "knownAs"),
        *("alternatives", "rule", "proposedCategory"),
    }
    return {name: field["value"] for name, field in extraction.items() if name not in no_fields}


@pytest.mark.parametrize(
    "syntax", [name for name in every_syntax(FACTS) if name != "UBL credit note"]
)
async def test_xml_by_itself_becomes_an_expense(syntax: str) -> None:
    run = await run_of(every_syntax(FACTS)[syntax])
    assert run["status"] == "complete", run["review"]
    assert (run["expense"]["merchant"], run["expense"]["date"]) == (FACTS.seller, "2026-03-05")
    assert (run["expense"]["total"], run["expense"]["tax"]) == ("83.30", "13.30")
    read = values(run)
    assert (read["documentKind"], read["receiptNumber"]) == ("invoice", FACTS.number)
    assert (read["dueDate"], read["amountDue"], read["buyer"]) == (
        "2026-04-04",
        "83.30",
        FACTS.buyer,
    )
    assert run["extraction"]["eInvoice"]["fileName"] is None
    told = ("documentKind", "receiptNumber", "dueDate", "amountDue", "buyer")
    assert [run["expense"][name] for name in told] == [
        "invoice",
        FACTS.number,
        "2026-04-04",
        "83.30",
        FACTS.buyer,
    ]


@pytest.mark.parametrize(
    "name",
    ["factur-x.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml", "re 42.xml"],
)
async def test_xml_in_a_pdf_becomes_an_expense(name: str) -> None:
    run = await run_of(with_xml(cii(FACTS), name))
    assert run["status"] == "complete", run["review"]
    assert run["expense"]["total"] == "83.30"
    assert run["extraction"]["eInvoice"] == {
        "syntax": "cii",
        "profile": "EN 16931",
        "fileName": name,
        "signedBy": None,
    }


async def test_xml_that_is_only_associated_is_found() -> None:
    run = await run_of(associated(cii(FACTS)))
    assert run["extraction"]["eInvoice"]["fileName"] == "factur-x.xml"


async def test_evidence_is_the_path_and_stands_in_the_transcript() -> None:
    run = await run_of(with_xml(cii(FACTS)))
    lines = run["transcript"]["lines"]
    assert "Rechnung RE-2026-0042" in "\n".join(lines)
    evidence = run["extraction"]["total"]["evidence"]
    assert evidence["path"].endswith("ram:GrandTotalAmount")
    assert lines[evidence["line"]][evidence["start"] : evidence["end"]] == "83.30"


async def test_a_credit_note_gives_money_back() -> None:
    run = await run_of(ubl(Facts(type_code="381", preceding="RE-2026-0001"), credit_note=True))
    read = values(run)
    assert (read["documentKind"], read["total"], read["refersTo"]) == (
        "credit_note",
        "-83.30",
        "RE-2026-0001",
    )
    assert read["tax"] == "-13.30"
    assert run["status"] == "complete", run["review"]
    assert (run["expense"]["total"], run["expense"]["documentKind"]) == ("-83.30", "credit_note")


async def test_a_credit_note_is_no_duplicate_of_what_it_credits() -> None:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    assert (await hand_in(world, ubl(FACTS)))["status"] == "complete"
    run = await hand_in(
        world, ubl(Facts(type_code="381", preceding=FACTS.number), credit_note=True)
    )
    assert run["status"] == "complete", run["review"]


@pytest.mark.parametrize("layout", ["letter", "software", "facture", "credit memo"])
async def test_a_pdf_without_xml_is_read_by_its_text(layout: str) -> None:
    drawn = draw(layout, 3)
    run = await run_of(invoice_pdf([line.replace("€", "EUR") for line in drawn.lines]))
    assert run["status"] == "complete", run["review"]
    expense = run["expense"]
    assert (expense["merchant"], expense["receiptNumber"]) == (drawn.seller, drawn.number)
    assert (expense["date"], expense["total"], expense["documentKind"]) == (
        drawn.day,
        drawn.total,
        drawn.kind,
    )


async def test_what_the_account_wrote_itself_is_asked() -> None:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    async with api_client(world.host.platform) as client:
        await client.patch("/api/account", json={"companyNames": ["PAPIERHAUS LINDNER"]})
    run = await hand_in(world, ubl(FACTS))
    assert (run["status"], run["review"]["reasons"]) == ("needs_review", ["own_invoice"])


async def test_the_accounts_own_name_is_what_it_calls_itself() -> None:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    named = "UPDATE accounts SET name = 'PAPIERHAUS LINDNER'"
    await world.host.platform.database.batch([statement(named)])
    run = await hand_in(world, ubl(FACTS))
    assert (run["status"], run["review"]["reasons"]) == ("needs_review", ["own_invoice"])


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (Facts(stated={"gross": Decimal("38.30"), "due": Decimal("38.30")}), "br_co_15"),
        (Facts(type_code="325"), "document_is_no_receipt"),
        (
            Facts(type_code="381", lines=(("Papier", Decimal(-1), Decimal(70)),)),
            "total_of_credit_below_zero",
        ),
    ],
)
async def test_an_invoice_that_contradicts_itself_is_asked(facts: Facts, reason: str) -> None:
    run = await run_of(ubl(facts))
    assert run["status"] == "needs_review"
    assert reason in run["review"]["reasons"]
    assert all(" " in sentence for sentence in run["review"]["sentences"])


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("83,30", "38,30", "total_not_printed"),
        ("05.03.2026", "05.04.2026", "date_not_printed"),
        ("RE-2026-0042", "RE-2026-0024", "number_not_printed"),
        ("Papierhaus Lindner", "Berger & Sohn", "merchant_not_printed"),
    ],
)
async def test_a_page_that_says_otherwise_is_a_doubt(old: str, new: str, reason: str) -> None:
    run = await run_of(with_xml(cii(FACTS), lines=[line.replace(old, new) for line in PRINTED]))
    assert (run["status"], run["review"]["reasons"]) == ("needs_review", [reason])


@pytest.mark.parametrize(
    ("printed", "facts"),
    [
        ("1.234,00", Facts(lines=(("Papier", Decimal(1), Decimal(1234)),), rate=Decimal(0))),
        ("1 234,-", Facts(lines=(("Papier", Decimal(1), Decimal(1234)),), rate=Decimal(0))),
        ("1'234.00", Facts(lines=(("Papier", Decimal(1), Decimal(1234)),), rate=Decimal(0))),
    ],
)
async def test_a_total_is_found_in_any_style(printed: str, facts: Facts) -> None:
    run = await run_of(
        with_xml(cii(facts), lines=[line.replace("83,30", printed) for line in PRINTED])
    )
    assert run["status"] == "complete", run["review"]


@pytest.mark.parametrize("content", [b"<Invoice/>", b"not xml", cii(FACTS)[:-30], b""])
async def test_broken_xml_in_a_pdf_leaves_the_page_to_a_person(content: bytes) -> None:
    run = await run_of(with_xml(content))
    assert (run["status"], run["review"]["reasons"]) == ("needs_review", ["xml_broken"])
    assert values(run)["total"] == "83.30"


async def test_other_xml_in_a_pdf_is_left_alone() -> None:
    run = await run_of(with_xml(b"<weather/>", "weather.xml"))
    assert run["reason"] != "xml_broken"
    assert run["extraction"]["eInvoice"] is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (cii(FACTS)[:-30], "unreadable_xml"),
        (b"<Invoice xmlns='urn:example'/>", "xml_unknown"),
        (
            ubl(FACTS).replace(b"?>", b"?><!-- -->", 1).replace(b">2026-03-05<", b">soon<"),
            "unreadable_xml",
        ),
    ],
)
async def test_xml_that_cannot_be_read_is_a_persons(content: bytes, reason: str) -> None:
    run = await run_of(content)
    assert (run["status"], run["reason"]) == ("needs_review", reason)


async def test_the_xml_is_served_to_be_saved_only() -> None:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    platform, stored = world.host.platform, world.host.pieces.objects.content

    def header(name: str) -> str | None:
        return f"Bearer {TOKEN}" if name == "authorization" else None

    for content in (with_xml(cii(FACTS)), ubl(FACTS)):
        run = await hand_in(world, content)
        reply = await show_xml(platform, header, run["receipt"]["id"])
        assert stored[reply.key] in (cii(FACTS), ubl(FACTS))
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-disposition"].startswith("attachment")
        assert reply.headers["content-type"] == "application/xml"
    photo = await hand_in(world, b"\xff\xd8\xff\xe0\x00\x10JFIF")
    with pytest.raises(Problem) as refused:
        await show_xml(platform, header, photo["receipt"]["id"])
    assert refused.value.kind.status == 404


async def test_the_original_bytes_stay() -> None:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    content = with_xml(cii(FACTS))
    await hand_in(world, content)
    originals = [
        value
        for key, value in world.host.pieces.objects.content.items()
        if key.endswith("/original")
    ]
    assert originals == [content]
