"""Files for the bank over HTTP: who is paid so, what a file has, and what the bank's answer
does.
"""

import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tests.unit.payouts.bank_files.test_initiation import read_back
from tests.unit.payouts.bank_files.test_status_report import part, report, transaction
from tests.unit.payouts.test_api import asked
from tillroll.access.first_names import FIRST_ACCOUNT
from tillroll.payouts.bank_files.instructions import PaymentsByFile
from tillroll.payouts.bank_files.service import notify_ended_payouts
from tillroll.payouts.payments import PaymentRefused, PaymentStatus
from tillroll.payouts.providers import payment_of
from tillroll.payouts.repository import load_payout
from tillroll.payouts.sepa import Party, as_reference
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, DatabaseError, Row, Statement
from tillroll_testing.host.platform import HostPlatform

SETTINGS = PaymentSettings(
    payer=ACCOUNT, debtor=Party("Example GmbH", "DE89370400440532013000", "COBADEFFXXX")
)
IBANS = ("FR1420041010050500013M02606", "NL91ABNA0417164300", "GB29NWBK60161331926819")


@pytest.fixture
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    host.platform = replace(host.platform, settings=host.platform.settings.changed(SETTINGS))
    async with api_client(host.platform) as client:
        yield client


async def payee(client: httpx.AsyncClient, iban: str = IBANS[0], name: str = "Ann Müller") -> str:
    answer = await client.post("/api/payees", json={"name": name, "iban": iban})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()["id"]


async def written(client: httpx.AsyncClient, host: HostPlatform, count: int = 1) -> list[str]:
    """Payouts whose instructions were written, as their runs do: no engine runs here."""
    begun: list[str] = []
    for number in range(count):
        whom = await payee(client, IBANS[number])
        answer = await client.post(
            "/api/payouts", json=asked(whom, amount=1290 + number, reference="Trip & more")
        )
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        begun.append(answer.json()["id"])
        await stand(host, begun[-1], "debited")
        await pay(host, begun[-1])
        await stand(host, begun[-1], "unsettled")
    return begun


async def stand(host: HostPlatform, run_id: str, state: str) -> None:
    await host.platform.database.batch(
        [statement("UPDATE runs SET state = ? WHERE id = ?", [state, run_id])]
    )


async def pay(host: HostPlatform, run_id: str) -> str:
    payout = await load_payout(host.platform.database, run_id)
    assert payout is not None
    return (await PaymentsByFile(host.platform, ACCOUNT).pay(payment_of(payout), "key")).id


async def make(client: httpx.AsyncClient, **keyed: str) -> Mapping[str, object]:
    answer = await client.post("/api/payment-files", json={}, headers=keyed)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


async def answer_with(
    client: httpx.AsyncClient, file: Mapping[str, object], inside: str, group: str = ""
) -> Mapping[str, Any]:
    content = report(inside, group=group).replace("pmf-1", str(file["messageId"]))
    answer = await client.post("/api/payment-reports", json={"report": content})
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def statuses(
    client: httpx.AsyncClient, file: Mapping[str, object]
) -> Sequence[tuple[str, str | None]]:
    whole = (await client.get(f"/api/payment-files/{file['id']}")).json()
    return [(each["status"], each["reason"]) for each in whole["items"]]


async def signals(host: HostPlatform) -> list[str]:
    return [
        str(row["run_id"])
        for row in await host.platform.database.all(statement("SELECT run_id FROM signals"))
    ]


async def test_a_payout_waits_for_a_file_until_one_takes_it(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [payout] = await written(client, host)

    async def waits() -> bool:
        shown = (await client.get(f"/api/payouts/{payout}")).raise_for_status().json()
        listed = (await client.get("/api/payouts")).json()["items"]
        assert [each["waitsForFile"] for each in listed] == [shown["waitsForFile"]]
        return shown["waitsForFile"]

    assert await waits()
    message = (await client.get(f"/api/runs/{payout}")).json()["message"]
    assert "waits for a file" in message
    assert "on its way" not in message
    await make(client)
    assert not await waits()


async def test_what_waits_is_closed_into_one_file_that_is_the_same_each_time(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 2)
    assert (await client.get("/api/payment-files")).json() == {
        "items": [],
        "nextCursor": None,
        "waiting": 2,
        "held": [],
    }
    made = await make(client, **{"Idempotency-Key": "one"})
    assert made == await make(client, **{"Idempotency-Key": "one"})
    assert (made["payments"], made["amount"], made["open"], made["posted"]) == (2, 2581, 2, 0)
    assert made["recoveredAt"] is None
    fetched = [await client.get(f"/api/payment-files/{made['id']}/pain.001.xml") for _ in range(2)]
    assert fetched[0].content == fetched[1].content
    read = read_back(fetched[0].content)
    assert read["GrpHdr"]["MsgId"] == made["messageId"] == as_reference(str(made["id"]))
    [transfers] = [each["CdtTrfTxInf"] for each in read["PmtInf"]]
    assert [each["PmtId"]["EndToEndId"] for each in transfers] == [
        as_reference(each) for each in payouts
    ]
    assert transfers[0]["Cdtr"] == {"Nm": "Ann Muller"}
    assert transfers[0]["RmtInf"] == {"Ustrd": ["Trip + more"]}
    again = await client.post("/api/payment-files", json={})
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:tillroll:problem:no-payment-waits",
    )
    listed = (await client.get("/api/payment-files")).json()
    assert ([each["id"] for each in listed["items"]], listed["waiting"]) == ([made["id"]], 0)


async def test_a_file_is_answered_partly_and_each_payout_hears_its_own(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 3)
    made = await make(client)
    names = [as_reference(each) for each in payouts]
    said = part(transaction(names[0], "RJCT", "<Cd>AC04</Cd>"), transaction(names[1], "ACSC"))
    assert await answer_with(client, made, said) == {
        "fileId": made["id"],
        "changed": 2,
        "contradicted": [],
        "inDoubt": [],
    }
    assert await answer_with(client, made, said) == {
        "fileId": made["id"],
        "changed": 0,
        "contradicted": [],
        "inDoubt": [],
    }
    assert await statuses(client, made) == [
        ("failed", "AC04"),
        ("posted", None),
        ("processing", None),
    ]
    assert sorted(await signals(host)) == sorted(payouts[:2])
    later = await answer_with(client, made, "", group="<GrpSts>ACCC</GrpSts>")
    assert later == {
        "fileId": made["id"],
        "changed": 1,
        "contradicted": [payouts[0]],
        "inDoubt": [],
    }
    assert await statuses(client, made) == [("failed", "AC04"), ("posted", None), ("posted", None)]


async def test_what_is_only_accepted_stays_open(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await written(client, host)
    made = await make(client)
    await answer_with(client, made, "", group="<GrpSts>ACSP</GrpSts>")
    [shown] = (await client.get(f"/api/payment-files/{made['id']}")).json()["items"]
    assert (shown["status"], shown["bankStatus"], await signals(host)) == ("processing", "ACSP", [])


async def test_an_old_report_that_comes_again_changes_nothing(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await written(client, host)
    made = await make(client)
    changed: list[int] = []
    for status in ("PDNG", "ACSP", "PDNG"):
        answer = await answer_with(client, made, "", group=f"<GrpSts>{status}</GrpSts>")
        changed.append(answer["changed"])
    assert changed == [1, 1, 0]
    [shown] = (await client.get(f"/api/payment-files/{made['id']}")).json()["items"]
    assert shown["bankStatus"] == "ACSP"


async def test_a_payout_that_was_cancelled_and_is_paid_all_the_same_is_named(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 2)
    made = await make(client)
    cancel = statement(
        "UPDATE runs SET status = 'cancelled', state = 'cancelled' WHERE id = ?", [payouts[0]]
    )
    await host.platform.database.batch([cancel])
    said = await answer_with(client, made, "", group="<GrpSts>ACSC</GrpSts>")
    assert said == {"fileId": made["id"], "changed": 2, "contradicted": [payouts[0]], "inDoubt": []}


async def test_a_person_says_what_the_bank_did(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 2)
    made = await make(client)
    path = f"/api/payment-files/{made['id']}/outcomes"
    one = {"status": "failed", "payoutId": payouts[0], "reason": "AC01"}
    assert (await client.post(path, json=one)).json()["changed"] == 1
    assert (await client.post(path, json={"status": "posted"})).json() == {
        "fileId": made["id"],
        "changed": 1,
        "contradicted": [payouts[0]],
        "inDoubt": [],
    }
    assert await statuses(client, made) == [("failed", "AC01"), ("posted", None)]
    assert (
        await client.post(path, json={"status": "posted", "payoutId": "run_other"})
    ).status_code == 404
    assert (await client.post(path, json={"status": "processing"})).status_code == 422


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<a/>", "no pain.002"),
        (report("", group="<GrpSts>ACSC</GrpSts>"), "none of this account"),
        (report(part(transaction("run-other", "RJCT"))), "has no payment run-other"),
    ],
)
async def test_a_report_that_fits_no_file_changes_nothing(
    client: httpx.AsyncClient, host: HostPlatform, content: str, why: str
) -> None:
    await written(client, host)
    made = await make(client)
    if "run-other" in content:
        content = content.replace("pmf-1", str(made["messageId"]))
    answer = await client.post("/api/payment-reports", json={"report": content})
    assert (answer.status_code, why in answer.text) == (422, True), answer.text
    assert await statuses(client, made) == [("processing", None)]


async def test_what_is_in_no_file_is_taken_back_and_what_is_in_one_is_not(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    first, second = await written(client, host, 2)
    files = PaymentsByFile(host.platform, ACCOUNT)
    ids = [await pay(host, each) for each in (first, second)]
    for _ in range(2):
        assert (await files.cancel(ids[0], "key")).status is PaymentStatus.CANCELED
    made = await make(client)
    assert made["payments"] == 1
    with pytest.raises(PaymentRefused, match="bank may have"):
        await files.cancel(ids[1], "key")
    assert (
        as_reference(first)
        not in (await client.get(f"/api/payment-files/{made['id']}/pain.001.xml")).text
    )


@pytest.mark.parametrize("state", ["debited", "compensating", "cancelled", "reversed"])
async def test_a_file_takes_no_payout_that_does_not_wait(
    client: httpx.AsyncClient, host: HostPlatform, state: str
) -> None:
    [payout] = await written(client, host)
    await stand(host, payout, state)
    assert (await client.post("/api/payment-files", json={})).status_code == 409


async def test_a_late_attempt_writes_no_instruction_for_a_payout_that_was_undone(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    begun = (await client.post("/api/payouts", json=asked(await payee(client)))).json()["id"]
    await stand(host, begun, "reversed")
    with pytest.raises(PaymentRefused):
        await pay(host, begun)
    assert await host.platform.database.all(statement("SELECT 1 FROM payment_instructions")) == []


async def test_an_answer_is_told_also_where_whoever_took_it_died(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host)
    await make(client)
    ended = statement(
        "UPDATE payment_instructions SET status = 'posted', answered_at = '2026-01-01'"
    )
    await host.platform.database.batch([ended])
    assert (
        await notify_ended_payouts(host.platform),
        await notify_ended_payouts(host.platform),
    ) == (1, 0)
    assert await signals(host) == payouts


class Killed(BaseException):
    """The Worker is gone: nothing of it runs on, as no `except Exception` would."""


class BreaksAndDies:
    """`Database` that loses its connection over one batch, and whose Worker dies behind the next
    one.
    """

    def __init__(self, beneath: Database, mark: str) -> None:
        self._beneath = beneath
        self._mark = mark
        self.has_broken = False

    async def all(self, query: Statement) -> list[Row]:
        return await self._beneath.all(query)

    async def first(self, query: Statement) -> Row | None:
        return await self._beneath.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if not self.has_broken and any(self._mark in each.sql for each in statements):
            self.has_broken = True
            raise DatabaseError("Network connection lost")
        rows = await self._beneath.batch(statements)
        if self.has_broken:
            raise Killed
        return rows


async def test_a_report_is_answered_also_where_notifying_broke_before_whoever_took_it_died(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """What one attempt notifies, and sets aside, no other has to repeat."""
    payouts = await written(client, host, 3)
    file = await make(client)
    content = report(part(*(transaction(as_reference(each), "ACSC") for each in payouts)))
    body = {"report": content.replace("pmf-1", str(file["messageId"]))}
    key = {"idempotency-key": "one report"}
    database = BreaksAndDies(host.database, "SET is_told = 1")
    async with api_client(replace(host.platform, database=database)) as dying:
        with pytest.raises(Killed):
            await dying.post("/api/payment-reports", json=body, headers=key)
    host.pieces.clock.advance(timedelta(seconds=61))
    answer = await client.post("/api/payment-reports", json=body, headers=key)
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.json()["changed"] == 3
    host.pieces.clock.advance(timedelta(minutes=5))
    await notify_ended_payouts(host.platform)
    assert sorted(await signals(host)) == sorted(payouts)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"iban": "DE88370400440532013000"}, "check digits"),
        ({"iban": IBANS[0], "bic": "X"}, "eight or eleven"),
        ({"iban": IBANS[0], "name": "Иван"}, "Latin letters"),
        ({"iban": IBANS[0], "name": "A" * 71}, "at most 70"),
        ({"iban": IBANS[0], "recipient": "acct_ann", "method": "usba_ann"}, "or else an iban"),
        ({"recipient": "acct_ann"}, "or else an iban"),
        ({"recipient": "acct_ann", "method": "usba_ann", "bic": "COBADEFF"}, "or else an iban"),
        ({}, "or else an iban"),
    ],
)
async def test_a_payee_by_file_has_a_bank_account_that_a_file_can_name(
    client: httpx.AsyncClient, body: Mapping[str, str], why: str
) -> None:
    answer = await client.post("/api/payees", json={"name": "Ann", **body})
    assert (answer.status_code, why in answer.text) == (422, True), answer.text


async def test_a_payees_iban_is_shown_by_its_ends_only(client: httpx.AsyncClient) -> None:
    await payee(client)
    [shown] = (await client.get("/api/payees")).json()["items"]
    assert (shown["paidBy"], shown["iban"], shown["recipient"], shown["method"]) == (
        "file",
        "FR14…2606",
        None,
        None,
    )
    twice = await client.post("/api/payees", json={"name": "Ann Müller", "iban": IBANS[0].lower()})
    assert (twice.status_code, shown["id"] in twice.text) == (409, True)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"currency": "USD"}, "EUR only"),
        ({"reference": "Ταξίδι"}, "Latin letters"),
        ({"amount": 100_000_000_000}, "at most"),
    ],
)
async def test_a_payout_that_a_file_cannot_have_is_refused(
    client: httpx.AsyncClient, other: Mapping[str, object], why: str
) -> None:
    answer = await client.post("/api/payouts", json={**asked(await payee(client)), **other})
    assert (answer.status_code, why in answer.text) == (422, True), answer.text
    assert (await client.get("/api/payouts")).json()["items"] == []


async def test_a_day_is_today_or_within_a_week(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await written(client, host)
    today = host.platform.clock.now().date()
    for days in (-1, 8):
        body = {"executionDay": (today + timedelta(days=days)).isoformat()}
        assert (await client.post("/api/payment-files", json=body)).status_code == 422
    last = (today + timedelta(days=7)).isoformat()
    made = (await client.post("/api/payment-files", json={"executionDay": last})).json()
    assert made["executionDay"] == last
    assert re.search(
        f"<Dt>{last}</Dt>", (await client.get(f"/api/payment-files/{made['id']}/pain.001.xml")).text
    )


async def test_nobody_else_sees_the_files_or_pays_from_the_account(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await written(client, host)
    made = await make(client)
    async with api_client(host.platform, token=OTHER_TOKEN) as other:
        for path in (
            f"/api/payment-files/{made['id']}",
            f"/api/payment-files/{made['id']}/pain.001.xml",
        ):
            assert (await other.get(path)).status_code == 404
        assert (await other.get("/api/payment-files")).json()["items"] == []
        content = report("", group="<GrpSts>ACSC</GrpSts>").replace("pmf-1", str(made["messageId"]))
        assert (
            await other.post("/api/payment-reports", json={"report": content})
        ).status_code == 422
        assert (await other.post("/api/payment-files", json={})).status_code == 422
        theirs = await payee(other, name="Bob")
        assert (
            "company's IBAN under Settings"
            in (await other.post("/api/payouts", json=asked(theirs))).text
        )


async def test_behind_a_restore_a_person_says_what_the_bank_was_given(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [payout] = await written(client, host)
    made = await make(client)
    content = (await client.get(f"/api/payment-files/{made['id']}/pain.001.xml")).text
    back = "UPDATE payment_instructions SET file_id = NULL", "DELETE FROM payment_files"
    await host.platform.database.batch([statement(each) for each in back])
    refused = await client.post("/api/payment-files", json={})
    assert (refused.status_code, refused.json()["unknown"]) == (409, [made["id"]])
    path = "/api/payment-files/recovery"
    for wrong in (
        {"fileId": made["id"]},
        {"fileId": "pmf_1", "content": content, "reason": "both"},
    ):
        assert (await client.post(path, json=wrong)).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    unknown = {"fileId": "pmf_1", "handedOut": False, "reason": "never"}
    assert (await client.post(path, json=unknown)).status_code == httpx.codes.NOT_FOUND
    taken = await client.post(path, json={"fileId": made["id"], "reason": "the bank lists it"})
    assert taken.json() == {"fileId": made["id"], "payments": 1, "strangers": []}
    [item] = (await client.get(f"/api/payment-files/{made['id']}")).json()["items"]
    assert item["payoutId"] == payout
    assert (
        (await client.post("/api/payment-files", json={}))
        .json()["type"]
        .endswith("no-payment-waits")
    )
    assert (
        await client.post(path, json={"reason": "it has no other"})
    ).status_code == httpx.codes.OK


async def test_a_file_pays_from_the_companys_account_which_comes_before_the_settings(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    company = {"name": "Müller & Söhne KG", "iban": "DE02120300000000202051", "bic": "BYLADEM1001"}
    (await client.patch("/api/company", json=company)).raise_for_status()
    ways = (await client.get("/api/payment-ways")).json()
    assert (ways["file"], ways["missing"]) == ({"name": company["name"], "iban": "DE02…2051"}, [])
    await written(client, host)
    made = await make(client)
    content = (await client.get(f"/api/payment-files/{made['id']}/pain.001.xml")).text
    assert (
        "<Dbtr><Nm>Muller + Sohne KG</Nm></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN>"
        in content
    )
    assert "<DbtrAgt><FinInstnId><BICFI>BYLADEM1001</BICFI>" in content


@pytest.mark.parametrize(
    ("company", "said"),
    [
        ({"iban": None}, "Enter the company's IBAN under Settings, Company"),
        ({"iban": "AE070331234567890123456"}, "AE is no country of SEPA"),
        ({"name": FIRST_ACCOUNT}, "Enter the company's name under Settings, Company"),
        ({"name": "Εταιρεία"}, "cannot have the company's name"),
        ({"name": "a" * 71}, "Shorten the company's name to 70 characters"),
    ],
)
async def test_what_the_company_lacks_for_files_is_said(
    host: HostPlatform, company: dict[str, str | None], said: str
) -> None:
    host.platform = replace(
        host.platform, settings=host.platform.settings.changed(PaymentSettings())
    )
    async with api_client(host.platform) as own:
        (
            await own.patch("/api/company", json={"iban": "DE02120300000000202051", **company})
        ).raise_for_status()
        ways = (await own.get("/api/payment-ways")).json()
        assert ways["file"] is None
        assert said in " ".join(ways["missing"])
        payout: Mapping[str, object] = asked(await payee(own))
        for path, body in (("payouts", payout), ("payment-files", dict[str, object]())):
            refused = await own.post(f"/api/{path}", json=body)
            assert (refused.status_code, said in refused.json()["errors"][0]["message"]) == (
                422,
                True,
            ), refused.text
