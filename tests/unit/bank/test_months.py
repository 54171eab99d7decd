"""Which months are complete: entries without a document, documents without money, and who is asked
for them.
"""

import codecs
from datetime import date, timedelta

import httpx
import pytest

from tests.support.bank_month import Line
from tests.unit.bank.deciding import CAFE, FEE, RENT, TAXI, Bank, accept
from tillroll.bank.decisions.automatic import match_again
from tillroll.mail.addresses import hash_of_address, set_confirmed, suppress


async def test_a_person_says_why_there_is_no_document(bank: Bank) -> None:
    await bank.booked(CAFE)
    entry = await bank.entry(-1290)
    path = f"/api/bank/entries/{entry['id']}/explanation"
    said = (await bank.client.put(path, json={"reason": "private, paid back in cash"})).json()
    assert (said["reason"], said["matches"]) == ("private, paid back in cash", [])
    assert (await bank.get("/api/bank/entries", standing="open"))["items"] == []
    back = (await bank.client.put(path, json={"reason": None})).json()
    assert back["reason"] is None
    await match_again(bank.world.host.platform)
    assert (await bank.entry(-1290))["matches"][0]["state"] == "proposed"


async def test_a_month_is_complete_when_each_entry_says_why(bank: Bank) -> None:
    await bank.booked(CAFE, TAXI, RENT, FEE)
    month = await bank.get("/api/bank/months/2026-03")
    assert (month["entries"], month["open"], month["isComplete"], month["uncovered"]) == (
        4,
        4,
        False,
        [],
    )
    assert month["withoutMoney"] == 1
    await accept(bank, await bank.entry(-1290))
    await bank.client.put(
        f"/api/bank/entries/{(await bank.entry(-50_000))['id']}/explanation",
        json={"reason": "=standing order"},
    )
    taxi = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"
    await bank.client.put(taxi, json={"person": "usr_first"})
    fee = (await bank.entry(-490))["matches"][0]["id"]
    await bank.post(f"/api/bank/matches/{fee}/decision", {"decision": "accept"})
    month = await bank.get("/api/bank/months/2026-03")
    counts = [month[name] for name in ("documented", "explained", "owed", "open", "withoutMoney")]
    assert (counts, month["isComplete"]) == ([2, 1, 1, 0, 0], True)
    lines = (await bank.get("/api/bank/months/2026-03/entries"))["items"]
    assert [each["standing"] for each in lines] == ["explained", "documented", "owed", "documented"]
    assert lines[1]["says"].endswith(", 2026-03-05")
    content = (await bank.client.get("/api/bank/months/2026-03/entries.csv")).content
    assert content.startswith(codecs.BOM_UTF8), "else a spreadsheet takes it for another encoding"
    file = content.decode().splitlines()
    assert len(file) == 5
    assert "'=standing order" in file[1], "a spreadsheet would compute it"
    assert ",-12.90,EUR," in file[2]
    april = await bank.get("/api/bank/months/2026-04")
    assert (april["entries"], april["isComplete"]) == (0, True), "its days have not come yet"


async def test_a_month_is_a_table_in_german_for_who_reads_german(bank: Bank) -> None:
    await bank.booked(CAFE, TAXI)
    await accept(bank, await bank.entry(-1290))
    path = "/api/bank/months/2026-03/entries.csv"
    content = (await bank.client.get(path, params={"language": "de"})).content.decode("utf-8-sig")
    heading, *lines = content.splitlines()
    assert heading == (
        "Bankkonto;Tag;Betrag;Währung;Empfänger oder Auftraggeber;Text;Stand;Bemerkung"
    )
    [cafe] = [line for line in lines if ";-12,90;EUR;" in line]
    assert ";mit Beleg;" in cafe
    assert cafe.endswith(", 05.03.2026")
    assert "2026-03" not in content
    english = (await bank.client.get(path, params={"language": "en"})).content.decode()
    assert "with a document" in english


async def test_months_are_listed_from_that_of_the_first_statement_on(bank: Bank) -> None:
    assert (await bank.get("/api/bank/months", until="2026-03"))["items"] == []
    await bank.booked(CAFE, TAXI)
    await accept(bank, await bank.entry(-1290))
    taxi = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"
    [march] = (await bank.get("/api/bank/months", until="2026-03"))["items"]
    assert (march["month"], march["entries"], march["owed"], march["open"]) == ("2026-03", 2, 0, 1)
    assert (march["uncovered"], march["isComplete"]) == ([], False)
    await bank.client.put(taxi, json={"person": "usr_first"})
    bank.world.host.pieces.clock.advance(timedelta(days=31))
    april, march = (await bank.get("/api/bank/months", until="2026-04"))["items"]
    assert (march["owed"], march["open"], march["isComplete"]) == (1, 0, True)
    assert (april["month"], april["entries"], april["isComplete"]) == ("2026-04", 0, False)
    [gap] = april["uncovered"]
    assert (gap["bankAccount"], gap["days"]) == ("Giro", 1), "the others have not come yet"
    assert len((await bank.get("/api/bank/months", until="2028-01"))["items"]) == 12
    assert (await bank.get("/api/bank/months", until="2026-02"))["items"] == []


async def test_a_bank_account_counts_from_the_month_of_its_first_statement(bank: Bank) -> None:
    await bank.booked(CAFE)
    await bank.post("/api/bank/accounts", {"name": "Savings", "currency": "EUR"}, 201)
    named = (await bank.get("/api/bank/accounts"))["items"][1]["createdAt"][:7]
    before = (await bank.get("/api/bank/months/2026-02"))["uncovered"]
    assert before == [], "no account had a statement by then"
    of_now = (await bank.get(f"/api/bank/months/{named}"))["uncovered"]
    assert {each["first"][-2:] for each in of_now} == {"01"}
    assert [each["hasStatements"] for each in of_now] == [False]
    bank.world.host.pieces.clock.advance(timedelta(days=31))
    april, march = (await bank.get("/api/bank/months", until="2026-04"))["items"]
    assert [(each["bankAccount"], each["days"]) for each in april["uncovered"]] == [
        ("Giro", 1),
        ("Savings", None),
    ]
    assert [(each["bankAccount"], each["days"]) for each in march["uncovered"]] == [
        ("Savings", None)
    ]


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "0000-01", "march"])
async def test_what_is_no_month_is_refused(bank: Bank, month: str) -> None:
    for path in (f"months/{month}", f"months?until={month}", f"unpaid?month={month}"):
        answer = await bank.client.get(f"/api/bank/{path}")
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_person_is_asked_for_a_document_once(bank: Bank) -> None:
    await bank.booked(TAXI)
    path = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"
    for _ in range(2):
        asked = (await bank.client.put(path, json={"person": "usr_first"})).json()
        assert asked["owedBy"] == "usr_first"
    await bank.client.put(path, json={"person": None})
    await bank.client.put(path, json={"person": "usr_first"})
    told = [
        each
        for each in (await bank.get("/api/notices"))["items"]
        if each["topic"] == "bank.document_owed"
    ]
    name = (await bank.world.rows("SELECT name FROM users WHERE id = 'usr_first'"))[0]["name"]
    assert [(each["about"], each["path"]) for each in told] == [
        (f"8.90 EUR, 2026-03-30, Taxi Berlin, Fahrt. Asked by {name}", "/")
    ]
    stranger = await bank.client.put(path, json={"person": "usr_other"})
    assert stranger.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_who_asks_learns_why_no_mail_goes_out(bank: Bank) -> None:
    await bank.booked(TAXI)
    path = f"/api/bank/entries/{(await bank.entry(-890))['id']}/owed-by"

    async def why() -> str:
        return (await bank.client.put(path, json={"person": "usr_first"})).json()["notMailed"]

    database, now = bank.world.host.platform.database, "2026-03-01T00:00:00.000Z"
    assert (
        await why() == "They see the notice in the app only: they have confirmed no mail address."
    )
    await database.batch([set_confirmed("usr_first", "ada@tillroll.example", now)])
    assert await why() == "They see the notice in the app only: this deployment sends no mail."
    await database.batch(
        [suppress(hash_of_address("ada@tillroll.example"), "bounced", "msg_1", now)]
    )
    assert await why() == "They see the notice in the app only: mail to their address came back."
    chosen = {"topic": "bank.document_owed", "inApp": True, "byMail": False}
    await bank.client.put("/api/notices/choices", json=chosen)
    assert await why() == "They see the notice in the app only: they chose no mail for this."
    assert (await bank.client.put(path, json={"person": None})).json()["notMailed"] is None


async def test_matches_of_a_document_and_documents_without_money(bank: Bank) -> None:
    await bank.booked(CAFE)
    bank.world.host.pieces.clock.advance(timedelta(days=60))
    assert [each["documentId"] for each in (await bank.get("/api/bank/unpaid"))["items"]] == [
        "exp_000001"
    ]
    await accept(bank, await bank.entry(-1290))
    assert (await bank.get("/api/bank/unpaid"))["items"] == []
    found = (await bank.get("/api/bank/matches", document="exp_000001"))["items"]
    assert [each["state"] for each in found] == ["accepted"]
    assert (await bank.get("/api/bank/matches", document="exp_000001", state="declined"))[
        "items"
    ] == []
    assert (await bank.get("/api/bank/matches", document="exp_000002"))["items"] == []
    [entry] = (await bank.get("/api/bank/entries", document="exp_000001"))["items"]
    assert (entry["amount"], entry["matches"]) == (-1290, found)
    assert (await bank.get("/api/bank/entries", document="exp_000002"))["items"] == []
    both = await bank.client.get(
        "/api/bank/entries", params={"document": "exp_000001", "standing": "open"}
    )
    assert both.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_documents_of_a_month_without_money(bank: Bank) -> None:
    assert [
        each["documentId"]
        for each in (await bank.get("/api/bank/unpaid", month="2026-03"))["items"]
    ] == ["exp_000001"]
    assert (await bank.get("/api/bank/unpaid", month="2026-04"))["items"] == []


async def test_a_purchase_whose_money_came_back_lacks_no_money(bank: Bank) -> None:
    back = Line(
        amount=1290, booked_on=date(2026, 3, 20), name="GREEN GARDEN CAFE", text="Erstattung"
    )
    await bank.booked(CAFE, back)
    refund = (await bank.entry(1290))["matches"][0]
    path = f"/api/bank/matches/{refund['id']}/decision"
    early = await bank.client.post(path, json={"decision": "accept"})
    assert early.json()["detail"].endswith("match the payment of it first, then this."), early.text
    await accept(bank, await bank.entry(-1290))
    await accept(bank, await bank.entry(1290))
    assert (await bank.get("/api/bank/unpaid", month="2026-03"))["items"] == []
    assert (await bank.get("/api/bank/months/2026-03"))["withoutMoney"] == 0
