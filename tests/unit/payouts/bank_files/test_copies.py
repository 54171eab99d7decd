"""A file that came to the bank twice: a reason is read before a status is believed, and what the
bank's answers leave open is a person's.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import httpx
import pytest

from tests.unit.payouts.bank_files.bank_documents import (
    document,
    payment_information,
    reason,
    transaction,
)
from tests.unit.payouts.test_files import client, make, signals, written
from tillroll.payouts.sepa import as_reference
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

# AM05 and DU01 to DU05 as the external code set has them, and what says the same in other words.
COPIES = ("AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL")
_NUMBERS = count(1)


async def hand_in(
    client: httpx.AsyncClient,
    file: Mapping[str, object],
    parts: Sequence[str] = (),
    *,
    status: str = "",
    reasons: str = "",
) -> Mapping[str, Any]:
    content = document(
        str(file["messageId"]), parts, id_=f"B{next(_NUMBERS)}", status=status, reasons=reasons
    )
    answer = await client.post("/api/payment-reports", json={"report": content})
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def items(
    client: httpx.AsyncClient, file: Mapping[str, object]
) -> Sequence[Mapping[str, Any]]:
    return (await client.get(f"/api/payment-files/{file['id']}")).json()["items"]


async def standing(client: httpx.AsyncClient, file: Mapping[str, object]) -> list[object]:
    """Of each payment: where it stands, and what a person is asked of it."""
    return [(each["status"], each.get("doubt")) for each in await items(client, file)]


@pytest.mark.parametrize("code", COPIES)
@pytest.mark.parametrize("level", ["file", "payment information", "transaction"])
async def test_a_copy_that_is_refused_ends_no_payment_on_any_level(
    client: httpx.AsyncClient, host: HostPlatform, code: str, level: str
) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    name = str(file["messageId"])
    accepted = await hand_in(client, file, status="ACCP")
    assert accepted["changed"] == 1
    if level == "file":
        told = await hand_in(client, file, status="RJCT", reasons=reason(code))
    elif level == "payment information":
        part = payment_information(file=name, status="RJCT", reasons=reason(code))
        told = await hand_in(client, file, [part])
    else:
        refused = transaction("RJCT", end_to_end=as_reference(payout), reasons=reason(code))
        told = await hand_in(client, file, [payment_information(refused, file=name)])
    assert (told["inDoubt"], told["contradicted"]) == ([payout], [])
    assert await standing(client, file) == [("processing", "copy")]
    assert await signals(host) == []
    shown = (await client.get(f"/api/payouts/{payout}")).json()
    doubt = (shown["paymentDoubt"], shown["paymentDoubtReason"], shown["paymentFileId"])
    assert doubt == ("copy", code, file["id"])


@pytest.mark.parametrize("code", COPIES)
async def test_a_refused_copy_comes_first(
    client: httpx.AsyncClient, host: HostPlatform, code: str
) -> None:
    """Reports come in any order: that of the second copy before that of the first."""
    [payout] = await written(client, host)
    file = await make(client)
    assert (await hand_in(client, file, status="RJCT", reasons=reason(code)))["inDoubt"] == [payout]
    await hand_in(client, file, status="ACSP")
    assert await standing(client, file) == [("processing", "copy")]
    await hand_in(client, file, status="ACSC")
    assert await standing(client, file) == [("posted", None)]


@pytest.mark.parametrize("accepted", ["ACCP", "ACSP", "ACWC", "ACFC"])
async def test_a_refusal_behind_an_acceptance_is_asked(
    client: httpx.AsyncClient, host: HostPlatform, accepted: str
) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    await hand_in(client, file, status=accepted)
    await hand_in(client, file, status="PDNG")
    refused = transaction("RJCT", end_to_end=as_reference(payout), reasons=reason("AC04"))
    parts = [payment_information(refused, file=str(file["messageId"]))]
    told = await hand_in(client, file, parts)
    assert told["inDoubt"] == [payout]
    assert await standing(client, file) == [("processing", "refused_late")]


async def test_a_refusal_behind_mere_receipt_ends_it(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Received, and checked for its form: nothing was accepted yet."""
    await written(client, host)
    file = await make(client)
    for code in ("RCVD", "ACTC"):
        await hand_in(client, file, status=code)
    told = await hand_in(client, file, status="RJCT", reasons=reason("AM04"))
    assert (told["changed"], told["inDoubt"]) == (1, [])
    assert await standing(client, file) == [("failed", None)]


async def test_a_refusal_of_what_the_bank_has_paid_is_asked(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    await hand_in(client, file, status="ACSC")
    assert (await hand_in(client, file, status="RJCT", reasons=reason("AC04")))["inDoubt"] == [
        payout
    ]
    assert await standing(client, file) == [("posted", "refused_late")]


async def test_a_refused_copy_of_what_was_paid_says_nothing_new(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await written(client, host)
    file = await make(client)
    await hand_in(client, file, status="ACSC")
    told = await hand_in(client, file, status="RJCT", reasons=reason("AM05"))
    assert (told["changed"], told["inDoubt"], told["contradicted"]) == (0, [], [])
    assert await standing(client, file) == [("posted", None)]


async def test_what_was_refused_and_is_accepted_after_all_is_asked(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    await hand_in(client, file, status="RJCT", reasons=reason("AM04"))
    assert (await hand_in(client, file, status="ACCP"))["inDoubt"] == [payout]
    assert await standing(client, file) == [("failed", "taken_late")]


async def test_one_report_has_both_copies(client: httpx.AsyncClient, host: HostPlatform) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    name = str(file["messageId"])
    both = [
        payment_information(file=name, status="RJCT", reasons=reason("DU02")),
        payment_information(file=name, status="ACCP"),
    ]
    assert (await hand_in(client, file, both))["inDoubt"] == [payout]
    assert await standing(client, file) == [("processing", "copy")]


async def test_each_payment_comes_in_a_payment_information_of_its_own(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 3)
    file = await make(client)
    name = str(file["messageId"])
    names = [as_reference(each) for each in payouts]
    refused = transaction("RJCT", end_to_end=names[0], reasons=reason("AC04"))
    parts = [
        payment_information(refused, file=name, status="RJCT"),
        payment_information(transaction("ACSC", end_to_end=names[1]), file=name, status="ACSC"),
        payment_information(transaction(end_to_end=names[2]), file=name, status="PDNG"),
    ]
    told = await hand_in(client, file, parts, status="PART")
    assert (told["changed"], told["inDoubt"]) == (3, [])
    shown = [(each["status"], each["bankStatus"]) for each in await items(client, file)]
    assert shown == [("failed", "RJCT"), ("posted", "ACSC"), ("processing", "PDNG")]


async def test_an_answer_by_either_id_is_read(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 3)
    file = await make(client)
    names = [as_reference(each) for each in payouts]
    content = (await client.get(f"/api/payment-files/{file['id']}/pain.001.xml")).text
    for name in names:
        assert f"<PmtId><InstrId>{name}</InstrId><EndToEndId>{name}</EndToEndId></PmtId>" in content
    parts = [
        payment_information(
            transaction("ACSC", instruction=names[0]),
            transaction("ACSC", instruction=names[1], end_to_end="NOTPROVIDED"),
            transaction("RJCT", end_to_end=names[2], reasons=reason("AC04")),
            file=str(file["messageId"]),
        )
    ]
    assert (await hand_in(client, file, parts))["changed"] == 3
    assert [each["status"] for each in await items(client, file)] == ["posted", "posted", "failed"]


async def test_two_ids_of_two_payments_are_refused(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    names = [as_reference(each) for each in await written(client, host, 2)]
    file = await make(client)
    crossed = transaction("ACSC", instruction=names[0], end_to_end=names[1])
    parts = [payment_information(crossed, file=str(file["messageId"]))]
    content = document(str(file["messageId"]), parts, id_="CROSSED")
    answer = await client.post("/api/payment-reports", json={"report": content})
    assert (answer.status_code, "two payments" in answer.text) == (422, True)


@pytest.mark.parametrize(
    "reasons",
    [
        reason("NARR") + reason("AM05"),
        reason("NARR", "Duplicate file, see message of 20 November"),
        reason("MS03", "Doppeleinreichung"),
        "<StsRsnInf><Rsn><Prtry>DU01</Prtry></Rsn></StsRsnInf>",
    ],
)
async def test_a_copy_is_seen_by_any_of_the_reasons(
    client: httpx.AsyncClient, host: HostPlatform, reasons: str
) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    assert (await hand_in(client, file, status="RJCT", reasons=reasons))["inDoubt"] == [payout]
    assert await standing(client, file) == [("processing", "copy")]


async def test_a_reason_of_the_file_is_one_of_its_payments(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """The file is refused as a copy, and each payment in it without a reason of its own."""
    payouts = await written(client, host, 2)
    file = await make(client)
    each = [
        transaction("RJCT", end_to_end=as_reference(payouts[0])),
        transaction("RJCT", end_to_end=as_reference(payouts[1]), reasons=reason("MS03")),
    ]
    parts = [payment_information(*each, file=str(file["messageId"]), status="RJCT")]
    told = await hand_in(client, file, parts, status="RJCT", reasons=reason("DU01"))
    assert told["inDoubt"] == payouts
    assert await standing(client, file) == [("processing", "copy"), ("processing", "copy")]


async def say(
    client: httpx.AsyncClient, file: Mapping[str, object], status: str, payout: str
) -> httpx.Response:
    body = {"status": status, "payoutId": payout}
    return await client.post(f"/api/payment-files/{file['id']}/outcomes", json=body)


@pytest.mark.parametrize(
    ("answer", "status"),
    [("on_its_way", "processing"), ("failed", "failed"), ("posted", "posted")],
)
async def test_a_person_says_which_copy_counts(
    client: httpx.AsyncClient, host: HostPlatform, answer: str, status: str
) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    await hand_in(client, file, status="ACCP")
    await hand_in(client, file, status="RJCT", reasons=reason("AM05"))
    told = (await say(client, file, answer, payout)).json()
    assert (told["changed"], told["inDoubt"]) == (1, [])
    assert await standing(client, file) == [(status, None)]
    # Whoever said that it goes on is asked again, where the bank refuses it behind that.
    if answer == "on_its_way":
        await hand_in(client, file, status="RJCT", reasons=reason("AC04"))
        assert await standing(client, file) == [("processing", "refused_late")]


async def test_what_was_paid_and_refused_is_settled_by_a_person(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 2)
    file = await make(client)
    await hand_in(client, file, status="ACSC")
    await hand_in(client, file, status="RJCT", reasons=reason("AC04"))
    # On the whole file it says nothing of those that were refused by themselves; of each it does.
    assert await standing(client, file) == [("posted", "refused_late")] * 2
    assert (await say(client, file, "on_its_way", payouts[0])).status_code == 422
    await say(client, file, "posted", payouts[0])
    await say(client, file, "failed", payouts[1])
    assert await standing(client, file) == [("posted", None), ("failed", None)]


async def test_an_open_question_is_told_to_owners_once(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await written(client, host)
    file = await make(client)
    for code in ("AM05", "DU01"):
        await hand_in(client, file, status="RJCT", reasons=reason(code))
    topics = await host.database.all(
        statement("SELECT topic FROM notifications WHERE topic = 'payout.in_doubt'")
    )
    assert len(topics) == 1


async def test_the_same_report_again_asks_nothing_again(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [payout] = await written(client, host)
    file = await make(client)
    refused = document(str(file["messageId"]), id_="COPY", status="RJCT", reasons=reason("AM05"))
    for _ in range(2):
        await client.post("/api/payment-reports", json={"report": refused})
        await say(client, file, "on_its_way", payout)
    assert await standing(client, file) == [("processing", None)]
