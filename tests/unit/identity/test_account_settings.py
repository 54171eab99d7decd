"""An account's settings: what is written, and what the audit says of it."""

from typing import Any, Final

import pytest

from tillroll.access.accounts import Setting, change_account, change_setting
from tillroll.expenses.events import Audited as Approval
from tillroll.receipts.repository import Audited
from tillroll_durable.platform.bindings.database import GuardFailed, Row, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import load_object
from tillroll_testing.host.platform import ACCOUNT, HostPlatform

ORIGINALS: Final = Setting("originals", Audited.ACCOUNT_ORIGINALS_SET, "originals")
NAMES: Final = Setting(
    "company_names", Audited.ACCOUNT_COMPANY_NAMES_SET, "companyNames", is_personal=True
)
FOUR_EYES: Final = Setting("four_eyes", Approval.FOUR_EYES_SET, "fourEyes")


async def account(host: HostPlatform) -> Row:
    [row] = await host.database.all(statement("SELECT * FROM accounts WHERE id = ?", [ACCOUNT]))
    return row


async def audited(host: HostPlatform) -> list[dict[str, Any]]:
    rows = await host.database.all(statement("SELECT * FROM audit_events ORDER BY id"))
    return [{**row, "detail": load_object(str(row["detail"]))} for row in rows]


async def set_to(host: HostPlatform, setting: Setting, value: str | int | None) -> None:
    await change_setting(host.platform, ACCOUNT, setting, value=value, actor="user:ann")


async def test_a_setting_is_written_and_its_audit_says_from_what_to_what(
    host: HostPlatform,
) -> None:
    await set_to(host, ORIGINALS, "bare")
    await set_to(host, ORIGINALS, "kept")
    assert (await account(host))["originals"] == "kept"
    first, second = await audited(host)
    assert first["detail"] == {
        "originals": "bare",
        "before": {"originals": None},
        "after": {"originals": "bare"},
    }
    assert second["detail"] == {
        "originals": "kept",
        "before": {"originals": "bare"},
        "after": {"originals": "kept"},
    }
    assert first["action"] == Audited.ACCOUNT_ORIGINALS_SET
    assert first["actor"] == "user:ann"
    assert first["at"] == to_text(host.pieces.clock.now())
    assert first["account_id"] == ACCOUNT


async def test_what_is_set_already_is_not_set_again(host: HostPlatform) -> None:
    await set_to(host, ORIGINALS, "bare")
    also = statement("UPDATE accounts SET name = 'Other'")
    await change_setting(
        host.platform, ACCOUNT, ORIGINALS, value="bare", actor="user:ann", also=[also]
    )
    assert len(await audited(host)) == 1
    assert (await account(host))["name"] == "Books"


async def test_what_goes_along_is_written_with_it(host: HostPlatform) -> None:
    also = statement("UPDATE accounts SET name = 'Other'")
    await change_setting(
        host.platform, ACCOUNT, ORIGINALS, value="bare", actor="user:ann", also=[also]
    )
    assert (await account(host))["name"] == "Other"


@pytest.mark.parametrize("value", [0, 1])
async def test_a_whole_number_is_stored_as_one(host: HostPlatform, value: int) -> None:
    await set_to(host, FOUR_EYES, value)
    query = "SELECT four_eyes, typeof(four_eyes) AS type FROM accounts WHERE id = ?"
    [row] = await host.database.all(statement(query, [ACCOUNT]))
    assert row == {"four_eyes": value, "type": "integer"}


async def test_of_what_is_personal_the_audit_says_only_whether_it_is_there(
    host: HostPlatform,
) -> None:
    await set_to(host, NAMES, '["Graz GmbH"]')
    await set_to(host, NAMES, '["Linz GmbH"]')
    await set_to(host, NAMES, None)
    assert (await account(host))["company_names"] is None
    details = [each["detail"] for each in await audited(host)]
    assert details == [{"companyNames": True}, {"companyNames": True}, {"companyNames": False}]


async def test_an_account_that_is_not_there_gets_no_setting_and_no_audit(
    host: HostPlatform,
) -> None:
    with pytest.raises(GuardFailed):
        await change_setting(host.platform, "acc_none", ORIGINALS, value="bare", actor="user:ann")
    assert await audited(host) == []


async def test_columns_are_written_in_their_order_to_one_account(host: HostPlatform) -> None:
    values = {"name": "Other", "quota_uploads": 7, "base_currency": None, "tax_ids": "[]"}
    await host.database.batch([change_account(ACCOUNT, values)])
    row = await account(host)
    assert {name: row[name] for name in values} == values
    query = "SELECT name FROM accounts WHERE id <> ?"
    assert await host.database.all(statement(query, [ACCOUNT])) == [{"name": "Books"}]
