"""What a person says of a file that waits: its encoding, the other sign, and entries that may be
stored already.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.support.bank_csv import csv_file
from tests.support.bank_files import ofx
from tests.support.bank_month import IBAN, Line, Month
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.bank.deciding import Bank, opened
from tillroll.bank.statements.native import receive
from tillroll_durable import statement
from tillroll_durable.platform.json import JsonObject

DAY = date(2026, 3, 10)


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened():
        yield each


async def sent(bank: Bank, content: bytes, **values: str) -> Any:
    """The statement of a file that was read, or that waits."""
    file = MemoryFile(content, bank.world.host.pieces.objects, "march")
    upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
    taken = await receive(bank.world.host.platform, upload, {"account": bank.account, **values})
    await bank.world.settle()
    return await bank.get(taken.headers["location"])


async def decided(bank: Bank, statement: Any, **values: Any) -> Any:
    """The statement after a person has approved, with what they say."""
    path = f"/api/runs/{statement['runId']}"
    await bank.post(f"{path}/review", {"decision": "approve", "values": values})
    await bank.world.settle()
    return await bank.get(f"/api/bank/statements/{statement['id']}")


async def proposal(bank: Bank, statement: Any) -> Any:
    return (await bank.get(f"/api/runs/{statement['runId']}"))["review"]


async def amounts(bank: Bank) -> list[int]:
    return sorted(each["amount"] for each in (await bank.get("/api/bank/entries"))["items"])


def month(*lines: Line, wrong_by: int = 0) -> Month:
    return Month(opening=10_000, lines=lines, account=IBAN, wrong_by=wrong_by)


async def test_a_table_is_read_anew_in_the_encoding_that_a_person_chooses(bank: Bank) -> None:
    content = "Datum;Text;Betrag\n14.03.2026;Čst;-1,00\n".encode("iso-8859-2")
    waiting = await sent(bank, content)
    again = await decided(bank, waiting, encoding="iso-8859-2")
    review = await proposal(bank, again)
    assert review["proposed"]["mapping"]["encoding"] == "iso-8859-2"
    assert review["proposed"]["totals"] == {
        "rows": 1,
        "moneyOut": -100,
        "moneyIn": 0,
        "currency": "EUR",
    }
    done = await decided(bank, again)
    assert done["state"] == "matched"
    assert [each["words"] for each in (await bank.get("/api/bank/entries"))["items"]] == ["Čst"]


async def test_an_upload_names_its_encoding(bank: Bank) -> None:
    content = "Datum;Text;Betrag\n14.03.2026;Čst;-1,00\n".encode("iso-8859-2")
    waiting = await sent(bank, content, encoding="iso-8859-2")
    assert (await proposal(bank, waiting))["proposed"]["preview"][0]["words"] == "Čst"


async def test_approval_books_the_other_sign_where_the_balances_prove_it(bank: Bank) -> None:
    lines = (
        Line(amount=-1_290, booked_on=DAY, name="Cafe", text="Karte"),
        Line(amount=-5_500, booked_on=date(2026, 3, 11), name="Acme", text="Rechnung 7"),
        Line(amount=-700, booked_on=date(2026, 3, 12), name="Bakery", text="Karte"),
    )
    # The balances of the file say that the second one came in.
    right = csv_file(
        month(
            lines[0],
            Line(amount=5_500, booked_on=lines[1].booked_on, name="Acme", text="R"),
            lines[2],
        )
    )
    content = right.replace(b";55,00;", b";-55,00;")
    waiting = await sent(bank, content)
    asked = await decided(bank, waiting)
    review = await proposal(bank, asked)
    assert review["reason"] == "sums_differ"
    assert review["proposed"]["turned"] == [{"section": 1, "position": 2}]
    done = await decided(bank, asked)
    assert done["state"] == "matched"
    assert await amounts(bank) == [-1_290, -700, 5_500]
    assert done["sections"][0]["sum"] == "closes"


@pytest.mark.parametrize(("overlap", "count"), [(None, 1), ("same", 1), ("apart", 2)])
async def test_an_overlap_without_proof_is_asked(
    bank: Bank, overlap: str | None, count: int
) -> None:
    coffee = Line(amount=-350, booked_on=DAY, name="Cafe Luna", reference="A-000001")
    other = Line(amount=-350, booked_on=DAY, name="Cafe Luna", reference="B-000002")
    first = await sent(bank, ofx(month(coffee)))
    assert first["state"] == "matched"
    waiting = await sent(bank, ofx(month(other)))
    assert (await proposal(bank, waiting))["reason"] == "overlap_unproven"
    values = {} if overlap is None else {"overlap": overlap}
    assert (await decided(bank, waiting, **values))["state"] == "matched"
    assert len(await amounts(bank)) == count


async def test_a_declined_row_is_no_entry(bank: Bank) -> None:
    header = "Type,Started Date,Completed Date,Description,Amount,Currency,State,Balance\n"
    rows = (
        "CARD,2026-03-02,2026-03-03,Bakery,-12.00,EUR,COMPLETED,88.00\n"
        "CARD,2026-03-04,,Hold,-150.00,EUR,PENDING,\n"
        "CARD,2026-03-05,,Shop,-15.00,EUR,DECLINED,\n"
    )
    waiting = await sent(bank, (header + rows).encode())
    done = await decided(bank, waiting)
    assert done["state"] == "matched"
    assert await amounts(bank) == [-15_000, -1_200]
    assert any("moved no money" in each["says"] for each in done["misfits"])


async def test_what_was_pending_is_taken_back_where_it_is_declined(bank: Bank) -> None:
    header = "Type,Started Date,Completed Date,Description,Amount,Currency,State,Balance\n"
    bakery = "CARD,2026-03-02,2026-03-03,Bakery,-12.00,EUR,COMPLETED,88.00\n"
    held = "CARD,2026-03-04,,Hotel Hold,-150.00,EUR,PENDING,\n"
    await decided(bank, await sent(bank, f"{header}{bakery}{held}".encode()))
    assert await amounts(bank) == [-15_000, -1_200]
    second = await sent(bank, f"{header}{bakery}{held.replace('PENDING', 'REVERTED')}".encode())
    assert second["state"] == "matched"
    assert await amounts(bank) == [-1_200]
    await bank.post(
        f"/api/bank/statements/{second['id']}/undo", {"reason": "the wrong file"}, status=202
    )
    await bank.world.settle()
    assert await amounts(bank) == [-15_000, -1_200]


async def test_a_hold_joins_what_is_booked_with_another_amount(bank: Bank) -> None:
    header = (
        "Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;"
        "Betrag;Info\n"
    )
    rent = "23.07.26;23.07.26;X;Miete;IMMO;-500,00;Umsatz gebucht\n"
    held = "24.07.26;;KARTENZAHLUNG;VISA;HOTEL ADLER;-150,00;Umsatz vorgemerkt\n"
    settled = (
        "27.07.26;27.07.26;KARTENZAHLUNG;VISA DEBITKARTE 24.07.;HOTEL ADLER;-138,20;Umsatz "
        "gebucht\n"
    )
    first = await decided(bank, await sent(bank, f"{header}{held}{rent}".encode()))
    assert (first["state"], await amounts(bank)) == ("matched", [-50_000, -15_000])
    second = await sent(bank, f"{header}{settled}{rent}".encode())
    assert (second["added"], second["known"], second["booked"]) == (0, 1, 1)
    entries = (await bank.get("/api/bank/entries"))["items"]
    assert sorted((each["status"], each["amount"]) for each in entries) == [
        ("booked", -50_000),
        ("booked", -13_820),
    ]


@pytest.mark.parametrize(
    ("name", "value"), [("encoding", "utf-7"), ("overlap", "perhaps"), ("other", "x")]
)
async def test_unknown_answers_are_refused(bank: Bank, name: str, value: str) -> None:
    waiting = await sent(bank, b"Datum;Text;Betrag\n14.03.2026;A;-1,00\n")
    path = f"/api/runs/{waiting['runId']}/review"
    await bank.post(path, {"decision": "approve", "values": {name: value}}, status=422)


def correcting(bank_file: bytes, of: str, action: str) -> bytes:
    """An OFX whose only entry corrects another one."""
    put = f"<CORRECTFITID>{of}<CORRECTACTION>{action}<FITID>".encode()
    return bank_file.replace(b"<FITID>", put, 1)


COFFEE = Line(amount=-350, booked_on=DAY, name="Cafe Luna", reference="A-000001")
DEARER = Line(amount=-450, booked_on=DAY, name="Cafe Luna", reference="A-000009")


@pytest.mark.parametrize(("action", "after"), [("REPLACE", [-450]), ("DELETE", [])])
async def test_what_a_bank_corrects_is_approved_first(
    bank: Bank, action: str, after: list[int]
) -> None:
    await sent(bank, ofx(month(COFFEE)))
    waiting = await sent(bank, correcting(ofx(month(DEARER)), "OFXA-000001", action))
    review = await proposal(bank, waiting)
    assert review["reason"] == "corrected"
    assert "2026-03-10, -3.50 EUR, Cafe Luna" in review["proposed"]["misfits"][-1]["says"]
    assert await amounts(bank) == [-350]
    done = await decided(bank, waiting)
    assert done["state"] == "matched"
    assert await amounts(bank) == after


async def test_a_deletion_is_taken_back_with_its_import(bank: Bank) -> None:
    await sent(bank, ofx(month(COFFEE)))
    waiting = await sent(bank, correcting(ofx(month(DEARER)), "OFXA-000001", "DELETE"))
    done = await decided(bank, waiting)
    await bank.post(
        f"/api/bank/statements/{done['id']}/undo", {"reason": "the wrong file"}, status=202
    )
    await bank.world.settle()
    assert await amounts(bank) == [-350]


async def test_what_corrects_nothing_that_is_stored_is_new_or_nothing(bank: Bank) -> None:
    done = await sent(bank, correcting(ofx(month(DEARER)), "A-000007", "REPLACE"))
    assert done["state"] == "matched"
    assert await amounts(bank) == [-450]
    gone = await sent(bank, correcting(ofx(month(COFFEE)), "A-000007", "DELETE"))
    assert gone["state"] == "matched"
    assert await amounts(bank) == [-450]


async def test_an_entry_that_is_matched_is_corrected_only_after_its_match_is_undone(
    bank: Bank,
) -> None:
    await sent(bank, ofx(month(COFFEE)))
    entry = await bank.entry(-350)
    await bank.world.host.database.batch(
        [statement("UPDATE bank_entries SET explained = amount WHERE id = ?", [entry["id"]])]
    )
    waiting = await sent(bank, correcting(ofx(month(DEARER)), "OFXA-000001", "REPLACE"))
    again = await decided(bank, waiting)
    review = await proposal(bank, again)
    assert review["reason"] == "corrected"
    assert "undo that match first" in review["proposed"]["misfits"][-1]["says"]
    await bank.world.host.database.batch(
        [statement("UPDATE bank_entries SET explained = 0 WHERE id = ?", [entry["id"]])]
    )
    assert (await decided(bank, again))["state"] == "matched"
    assert await amounts(bank) == [-450]


def both(one: bytes, of: str, action: str) -> bytes:
    """An OFX of two entries, of which the second corrects the first."""
    first, second, rest = one.split(b"<FITID>")
    put = f"<CORRECTFITID>{of}<CORRECTACTION>{action}<FITID>".encode()
    return first + b"<FITID>" + second + put + rest


@pytest.mark.parametrize(("action", "after"), [("REPLACE", [-450]), ("DELETE", [])])
async def test_what_the_same_file_corrects_counts_once(
    bank: Bank, action: str, after: list[int]
) -> None:
    content = both(ofx(month(COFFEE, DEARER)), "OFXA-000001", action)
    done = await sent(bank, content)
    assert done["state"] == "matched"
    assert await amounts(bank) == after
    # An earlier file that has the first one only knows it again.
    if action == "REPLACE":
        await sent(bank, ofx(replace(month(COFFEE), number=9)))
        assert await amounts(bank) == after


async def test_a_replacement_is_taken_back_with_its_import(bank: Bank) -> None:
    await sent(bank, ofx(month(COFFEE)))
    done = await decided(
        bank, await sent(bank, correcting(ofx(month(DEARER)), "OFXA-000001", "REPLACE"))
    )
    assert await amounts(bank) == [-450]
    await bank.post(
        f"/api/bank/statements/{done['id']}/undo", {"reason": "the wrong file"}, status=202
    )
    await bank.world.settle()
    assert await amounts(bank) == [-350]
    [entry] = (await bank.get("/api/bank/entries"))["items"]
    assert entry["status"] == "booked"


async def test_of_two_replacements_the_first_is_taken_back(bank: Bank) -> None:
    await sent(bank, ofx(month(COFFEE)))
    first = await decided(
        bank, await sent(bank, correcting(ofx(month(DEARER)), "OFXA-000001", "REPLACE"))
    )
    dearest = replace(DEARER, amount=-550, reference="A-000010")
    second = await decided(
        bank, await sent(bank, correcting(ofx(month(dearest)), "OFXA-000009", "REPLACE"))
    )
    assert await amounts(bank) == [-550]
    for each, left in ((first, [-550]), (second, [-350])):
        await bank.post(
            f"/api/bank/statements/{each['id']}/undo", {"reason": "the wrong file"}, status=202
        )
        await bank.world.settle()
        assert await amounts(bank) == left


async def test_a_replacement_that_is_matched_is_taken_back_with_its_match(bank: Bank) -> None:
    await sent(bank, ofx(month(COFFEE)))
    done = await decided(
        bank, await sent(bank, correcting(ofx(month(DEARER)), "OFXA-000001", "REPLACE"))
    )
    entry = await bank.entry(-450)
    pair: JsonObject = {"entryId": entry["id"], "documentKind": "fee", "documentId": "fee:EUR"}
    await bank.post("/api/bank/matches", {"pairs": [pair]}, status=201)
    await bank.post(
        f"/api/bank/statements/{done['id']}/undo", {"reason": "the wrong file"}, status=202
    )
    await bank.world.settle()
    assert await amounts(bank) == [-350]
    assert (await bank.entry(-350))["explained"] == 0
    assert await bank.balance("banking:fees:EUR") == 0


async def test_a_hold_is_pending_with_its_amount_again(bank: Bank) -> None:
    header = (
        "Buchungstag;Valutadatum;Buchungstext;Verwendungszweck;Beguenstigter/Zahlungspflichtiger;"
        "Betrag;Info\n"
    )
    rent = "23.07.26;23.07.26;X;Miete;IMMO;-500,00;Umsatz gebucht\n"
    held = "24.07.26;;KARTENZAHLUNG;VISA;HOTEL ADLER;-150,00;Umsatz vorgemerkt\n"
    settled = (
        "27.07.26;27.07.26;KARTENZAHLUNG;VISA DEBITKARTE 24.07.;HOTEL ADLER;-138,20;Umsatz "
        "gebucht\n"
    )
    await decided(bank, await sent(bank, f"{header}{held}{rent}".encode()))
    second = await sent(bank, f"{header}{settled}{rent}".encode())
    await bank.post(
        f"/api/bank/statements/{second['id']}/undo", {"reason": "the wrong file"}, status=202
    )
    await bank.world.settle()
    entries = (await bank.get("/api/bank/entries"))["items"]
    assert sorted((each["status"], each["amount"]) for each in entries) == [
        ("booked", -50_000),
        ("pending", -15_000),
    ]
