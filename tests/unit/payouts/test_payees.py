"""A person who enters a payee hears what to mend, field by field; the record keeps who linked one
to a person.
"""

from collections.abc import Sequence
from typing import LiteralString

import httpx
import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.test_api import asked
from tests.unit.payouts.test_files import IBANS, client, payee
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.repository import create
from tillroll.ledger.transfers import Side
from tillroll.payouts.sepa import LARGEST_CENTS, LONGEST_NAME
from tillroll.payouts.service import payee_by_hand
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.platform.bindings.database import Row, Statement, text
from tillroll_durable.platform.json import load_object
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


def _errors(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    return {each["field"]: each["message"] for each in answer.json()["errors"]}


async def test_each_mistyped_number_is_named_by_its_field(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/payees", json={"name": "Ann", "iban": "FR00 1234 5678 9012 3456", "bic": "COBA"}
    )
    errors = _errors(answer)
    assert {*errors} == {"iban", "bic"}
    assert errors["iban"].startswith("An IBAN of FR has 27 characters")
    assert errors["bic"].startswith("A BIC is eight or eleven letters")
    unknown = _errors(await client.post("/api/payees", json={"name": "Ann", "iban": "no"}))
    assert unknown["iban"].startswith("An IBAN is two letters")
    for name in ("漢字", "n" * (LONGEST_NAME + 1)):
        body = {"name": name, "iban": IBANS[0]}
        assert {*_errors(await client.post("/api/payees", json=body))} == {"name"}
    assert (await client.get("/api/payees")).json()["items"] == []
    await payee(client, name="n" * LONGEST_NAME)


async def test_a_payee_without_an_account_is_not_kept(client: httpx.AsyncClient) -> None:
    refused = await client.post("/api/payees", json={"name": "Ann"})
    assert {*_errors(refused)} == {"recipient"}
    nobody = await client.put("/api/payees/pay_none/person", json={"person": "usr_first"})
    assert nobody.status_code == httpx.codes.NOT_FOUND


async def test_what_no_file_for_the_bank_can_pay_names_its_field(client: httpx.AsyncClient) -> None:
    whom = await payee(client)
    for other, field in (
        ({"currency": "USD"}, "currency"),
        ({"amount": 10**12}, "amount"),
        ({"reference": "漢字"}, "reference"),
        ({"reference": "½" * 100}, "reference"),
    ):
        refused = await client.post("/api/payouts", json=asked(whom, **other))
        assert {*_errors(refused)} == {field}
    assert (await client.get("/api/payouts")).json()["items"] == []
    most = asked(whom, amount=LARGEST_CENTS, reference="½" * 46 + "ab")
    taken = await client.post("/api/payouts", json=most)
    assert taken.status_code == httpx.codes.ACCEPTED, taken.text


async def test_an_account_of_the_ledger_in_the_way_names_the_currency(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await payee(client)
    taken = LedgerAccount(
        id=f"payouts:owed:{whom}:EUR", name="Mine", currency="EUR", normal_side=Side.DEBIT
    )
    await create(host.platform, Actor(ACCOUNT, "user:usr_first"), taken)
    refused = await client.post("/api/payouts", json=asked(whom))
    assert {*_errors(refused)} == {"currency"}


async def test_the_audit_says_which_payee_was_whose(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await payee(client)
    linked = await client.put(f"/api/payees/{whom}/person", json={"person": "usr_first"})
    assert linked.status_code == httpx.codes.OK, linked.text
    [event] = await host.database.all(
        statement("SELECT detail FROM audit_events WHERE action = 'payee.linked'")
    )
    detail = load_object(text(event, "detail"))
    assert (detail["payee"], detail["person"]) == (whom, "usr_first")
    assert (detail["before"], detail["after"]) == ({"person": None}, {"person": "usr_first"})


async def test_the_audit_says_which_payee_was_made_and_archived(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await payee(client)
    by_hand = await payee_by_hand(host.platform, Actor(ACCOUNT, "user:usr_first"), "usr_first")
    events = await host.database.all(
        statement("SELECT detail FROM audit_events WHERE action = 'payee.created' ORDER BY id")
    )
    details = [load_object(text(event, "detail")) for event in events]
    assert details == [{"payee": whom}, {"payee": by_hand.id}]
    await client.delete(f"/api/payees/{whom}")
    [archived] = await host.database.all(
        statement("SELECT detail FROM audit_events WHERE action = 'payee.archived'")
    )
    assert load_object(text(archived, "detail")) == {"payee": whom}


@pytest.mark.parametrize("is_by_hand", [False, True])
async def test_a_payee_who_keeps_their_person_says_so_beside_the_field(
    client: httpx.AsyncClient, host: HostPlatform, *, is_by_hand: bool
) -> None:
    if is_by_hand:
        actor = Actor(ACCOUNT, "user:usr_first")
        whom = (await payee_by_hand(host.platform, actor, "usr_first")).id
    else:
        whom = await payee(client)
        await client.delete(f"/api/payees/{whom}")
    body = {"person": None if is_by_hand else "usr_first"}
    refused = _errors(await client.put(f"/api/payees/{whom}/person", json=body))
    assert "keeps the person they belong to" in refused["person"]
    nobody = _errors(
        await client.post(
            "/api/payees", json={"name": "Bo", "iban": IBANS[1], "person": "usr_none"}
        )
    )
    assert {*nobody} == {"person"}


async def test_who_is_paid_by_hand_has_no_account_that_somebody_could_take_for_theirs(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    del client
    await payee_by_hand(host.platform, Actor(ACCOUNT, "user:usr_first"), "usr_first")
    [row] = await host.database.all(statement("SELECT method, bic, iban FROM payees"))
    assert (row["method"], row["bic"], row["iban"]) == ("", None, None)


async def test_a_payee_has_an_id_that_says_what_it_is_of(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    by_hand = await payee_by_hand(host.platform, Actor(ACCOUNT, "user:usr_first"), "usr_first")
    assert {(await payee(client))[:4], by_hand.id[:4]} == {"pay_"}


_FILL: LiteralString = """
  WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 5000)
  INSERT INTO payees
    (id, account_id, name, recipient, method, created_by, created_at, paid_to, archived_at)
  SELECT 'pay_' || n, 'acc_first', 'Ann', 'acct_' || n, 'usba', 'user:usr_first', '2026-01-01',
    'acct_' || n, CASE WHEN n > 4999 THEN '2026-01-02' END
  FROM number
"""


async def test_a_full_list_of_payees_takes_no_other_and_says_so_beside_the_field(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """What is archived takes no place."""
    await host.database.batch([statement(_FILL)])
    await payee(client)
    full = _errors(await client.post("/api/payees", json={"name": "Bo", "iban": IBANS[1]}))
    assert full["name"].startswith("An account has at most 5000 payees")
    with pytest.raises(ValuesRefused) as refused:
        await payee_by_hand(host.platform, Actor(ACCOUNT, "user:usr_first"), "usr_first")
    [(field, problem)] = refused.value.problems
    assert (field, problem) == ("expenses", full["name"])
    [count] = await host.database.all(statement("SELECT COUNT(*) AS payees FROM payees"))
    assert count["payees"] == 5001


async def test_nobody_of_another_account_is_paid_by_hand(host: HostPlatform) -> None:
    with pytest.raises(ValuesRefused) as refused:
        await payee_by_hand(host.platform, Actor(ACCOUNT, "user:usr_first"), "usr_other")
    assert [field for field, _ in refused.value.problems] == ["expenses"]


async def test_two_payees_of_one_person_are_refused_beside_the_field(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Also where the other was linked at the same moment."""
    whom = await payee(client)
    other = await payee(client, IBANS[1], "Bo")
    batch = host.database.batch

    async def overtaken(statements: Sequence[Statement]) -> list[list[Row]]:
        if any("UPDATE payees SET person" in each.sql for each in statements):
            host.database.batch = batch
            await batch([statement("UPDATE payees SET person = 'usr_first' WHERE id = ?", [other])])
        return await batch(statements)

    host.database.batch = overtaken
    for _ in range(2):
        refused = _errors(
            await client.put(f"/api/payees/{whom}/person", json={"person": "usr_first"})
        )
        assert "is paid in the same way" in refused["person"]
    assert (
        await host.database.all(
            statement("SELECT 1 FROM audit_events WHERE action = 'payee.linked'")
        )
        == []
    )


async def test_a_payee_in_other_letters_is_asked_about(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Also one that looks like a person of the account; one who was there before is shown."""
    await payee(client, name="Coop")
    for name in ("C\u043eop", "\u0410nn"):
        add = "UPDATE users SET name = 'Ann' WHERE id = 'usr_first'"
        await host.database.batch([statement(add)])
        body = {"name": name, "recipient": "acct_x", "method": "usba_x"}
        errors = _errors(await client.post("/api/payees", json=body))
        assert "has letters of another alphabet" in errors["name"]
    await payee(client, name="Coop Two", iban=IBANS[1])
    rename = "UPDATE payees SET name = 'C' || char(0x43e) || 'op' WHERE name = 'Coop Two'"
    await host.database.batch([statement(rename)])
    items = (await client.get("/api/payees")).json()["items"]
    assert [len(each["alike"]) for each in items] == [1, 1]
    archived = await client.delete(f"/api/payees/{items[0]['id']}")
    assert archived.is_success
    items = (await client.get("/api/payees")).json()["items"]
    assert [each["alike"] for each in items] == [[], []]
