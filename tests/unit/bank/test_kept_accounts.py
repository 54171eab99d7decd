"""Bank accounts as people keep them: what is refused of one, and what the audit tells of it."""

from tests.support.bank_month import IBAN
from tests.unit.bank.deciding import Bank
from tillroll_durable.platform.json import JsonObject, load_object


async def details(bank: Bank, action: str) -> list[JsonObject]:
    """What the audit tells of each such act, the first one first."""
    rows = await bank.world.rows(
        "SELECT detail FROM audit_events WHERE action = ? ORDER BY seq", action
    )
    return [load_object(str(row["detail"])) for row in rows]


async def change(bank: Bank, body: JsonObject) -> None:
    answer = await bank.client.patch(f"/api/bank/accounts/{bank.account}", json=body)
    assert answer.is_success, answer.text


async def test_what_is_wrong_with_an_account_is_said_of_the_field_that_is_wrong(bank: Bank) -> None:
    wrong: dict[str, JsonObject] = {
        "currency": {"name": "Card", "currency": "EUX"},
        "number": {"name": "Card", "currency": "EUR", "number": IBAN[:-1] + "1"},
    }
    for field, body in wrong.items():
        refused = await bank.post("/api/bank/accounts", body, 422)
        assert [each["field"] for each in refused["errors"]] == [field]


async def test_an_id_says_that_it_is_a_bank_accounts(bank: Bank) -> None:
    assert bank.account.startswith("ban_")


async def test_the_audit_tells_which_account_was_made(bank: Bank) -> None:
    assert await details(bank, "bank_account.created") == [{"bankAccount": bank.account}]


async def test_the_audit_tells_who_let_matches_be_booked_by_themselves_and_since_when(
    bank: Bank,
) -> None:
    for _ in range(2):
        await change(bank, {"booksCertain": True})
    switched, again = await details(bank, "bank_account.changed")
    assert switched == {
        "bankAccount": bank.account,
        "booksCertain": True,
        "before": {"booksCertain": False},
        "after": {"booksCertain": True},
    }
    assert again == {"bankAccount": bank.account, "booksCertain": True}


async def test_the_audit_tells_that_an_account_was_archived_and_taken_up_again(bank: Bank) -> None:
    await change(bank, {"archived": True})
    await change(bank, {"archived": False})
    told = await details(bank, "bank_account.changed")
    assert [(each["before"], each["after"]) for each in told] == [
        ({"archived": False}, {"archived": True}),
        ({"archived": True}, {"archived": False}),
    ]


async def test_the_audit_keeps_no_name_that_somebody_gave_an_account(bank: Bank) -> None:
    await change(bank, {"name": "Ann's household"})
    assert await details(bank, "bank_account.changed") == [{"bankAccount": bank.account}]


async def test_a_number_that_another_account_has_by_now_is_refused_with_its_name(
    bank: Bank,
) -> None:
    await change(bank, {"archived": True})
    second = {"name": "New giro", "currency": "EUR", "number": IBAN}
    await bank.post("/api/bank/accounts", dict(second), 201)
    back = await bank.client.patch(f"/api/bank/accounts/{bank.account}", json={"archived": False})
    assert back.status_code == 409
    says = "New giro has this number: use that account, or archive it first."
    assert back.json()["detail"] == says
    assert (await bank.get(f"/api/bank/accounts/{bank.account}"))["archivedAt"] is not None
