"""All that is deployed can be asked in one statement which objects are in use."""

from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, migrated_database
from tillroll.received_mail.cron import OBJECTS_IN_USE as RAW_MAIL
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.declared import of_all
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.json import dump

_SHA256 = "a" * 64


async def test_all_owners_are_asked_at_once_within_what_d1_takes() -> None:
    """As each minute does it."""
    database = await migrated_database()
    await add_expenses(database, Given(1))
    await database.batch([statement("UPDATE receipts SET sha256 = ?", [_SHA256])])
    receipt = f"{ACCOUNT}/{_SHA256}/original"
    mail = f"{ACCOUNT}/mail/1.eml"
    upload = f"{ACCOUNT}/uploads/0f0e6b1c-6f0e-4d53-9d3a-3f2a0a1b2c3d"
    owners = of_all((REGISTRY.objects_in_use, RAW_MAIL))
    assert all(map(owners.claims, (receipt, mail, upload)))
    rows = await database.all(statement(owners.query, [dump([receipt, mail, upload])]))
    assert [text(row, "object_key") for row in rows] == [receipt]
