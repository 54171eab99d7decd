"""Money that nothing explains: operators are alerted after some days, and who books is told."""

from dataclasses import replace
from datetime import date, timedelta

from tests.support.bank_month import Line
from tests.support.host_platform import ACCOUNT
from tests.support.sql import sql
from tests.unit.bank.deciding import CAFE, Bank, accept
from tillroll.bank.decisions.unmatched import tell_of_unmatched
from tillroll.observability.alert_rounds import conditions_now, watch
from tillroll.observability.alert_rules import Rule
from tillroll.observability.settings import AlertSettings
from tillroll_durable.platform.services import Platform

OF_TODAY = Line(amount=-890, booked_on=date(2026, 3, 1), name="Taxi", text="Fahrt")
OF_LAST_YEAR = Line(amount=-500, booked_on=date(2025, 12, 1), name="Kiosk", text="Zeitung")
ROLES = ("owner", "approver", "submitter", "operator", "auditor")


def sooner(platform: Platform, days: int) -> Platform:
    """The platform where an entry is unmatched after so many days."""
    return replace(platform, settings=platform.settings.changed(AlertSettings(unmatched_days=days)))


async def causes(platform: Platform) -> list[str]:
    """The sentences of the bank's alert, as operators read them."""
    found = await conditions_now(platform)
    return [each.sentence for each in found if each.rule is Rule.RECONCILIATION]


async def test_operators_are_alerted_after_three_days(bank: Bank) -> None:
    platform = bank.world.host.platform
    clock = bank.world.host.pieces.clock
    await bank.booked(OF_TODAY)
    clock.advance(timedelta(days=3) - timedelta(minutes=1))
    assert await causes(platform) == []
    clock.advance(timedelta(minutes=1))
    assert await causes(platform) == [
        "The bank needs a person: entries: 1 booked and not explained for 3 days."
    ]
    clock.advance(timedelta(days=80))
    [cause] = await causes(platform)
    assert cause == (
        "The bank needs a person: entries: 1 booked and not explained for 3 days; bank accounts: 1 "
        "of which nothing "
        "has come for 45 days."
    )


async def test_the_days_are_a_setting(bank: Bank) -> None:
    platform = bank.world.host.platform
    await bank.booked(OF_TODAY)
    bank.world.host.pieces.clock.advance(timedelta(days=40))
    assert await causes(sooner(platform, 41)) == []
    [cause] = await causes(sooner(platform, 39))
    assert "not explained for 39 days" in cause


async def test_what_came_late_has_its_days_from_then_on(bank: Bank) -> None:
    platform = bank.world.host.platform
    clock = bank.world.host.pieces.clock
    await bank.booked(OF_LAST_YEAR)
    clock.advance(timedelta(days=2))
    assert await causes(platform) == []
    clock.advance(timedelta(days=1))
    assert len(await causes(platform)) == 1


async def test_the_alert_is_raised_and_ends_with_the_last_entry(bank: Bank) -> None:
    platform = bank.world.host.platform
    clock = bank.world.host.pieces.clock
    query = "SELECT rule, account_id, closed_at FROM alerts"
    await bank.booked(CAFE)
    await watch(platform)
    assert await bank.world.rows(query) == []
    clock.advance(timedelta(days=30))
    await watch(platform)
    [alert] = await bank.world.rows(query)
    expected = {"rule": "reconciliation_manual_review", "account_id": ACCOUNT, "closed_at": None}
    assert alert == expected
    await accept(bank, await bank.entry(-1290))
    await watch(platform)
    [alert] = await bank.world.rows(query)
    assert alert["closed_at"] is not None


async def add_people(bank: Bank) -> None:
    """A person of each role, and one with all of them who was removed."""
    now = "2026-01-01T00:00:00.000Z"
    people: list[tuple[str, str | None, tuple[str, ...]]] = [
        (f"usr_{role}", None, (role,)) for role in ROLES
    ]
    people.append(("usr_removed", f"'{now}'", ROLES))
    for id_, removed_at, roles in people:
        await bank.world.rows(
            sql(
                "INSERT INTO users (id, account_id, name, created_at, removed_at) "
                f"VALUES ('{id_}', '{ACCOUNT}', '{id_}', '{now}', {removed_at or 'NULL'})"
            )
        )
        for role in roles:
            await bank.world.rows(
                sql(
                    f"INSERT INTO user_roles (user_id, role, given_at) VALUES ('{id_}', "
                    f"'{role}', '{now}')"
                )
            )


async def test_who_books_is_told_once_a_week(bank: Bank) -> None:
    platform = bank.world.host.platform
    clock = bank.world.host.pieces.clock
    await add_people(bank)
    await bank.booked(OF_TODAY, OF_LAST_YEAR)
    assert await tell_of_unmatched(platform) == 0
    monday = timedelta(days=42 - clock.now().weekday())
    clock.advance(monday)
    for _ in range(7):
        await tell_of_unmatched(platform)
        clock.advance(timedelta(days=1))
    [notice] = await bank.world.rows("SELECT topic, about FROM notifications")
    assert notice == {
        "topic": "bank.unmatched",
        "about": "2 entries, the oldest booked on 2025-12-01",
    }
    recipients = await bank.world.rows(
        "SELECT user_id FROM notification_recipients ORDER BY user_id"
    )
    assert [row["user_id"] for row in recipients] == ["usr_approver", "usr_first", "usr_owner"]
    await tell_of_unmatched(platform)
    assert len(await bank.world.rows("SELECT id FROM notifications")) == 2, (
        "the next week they are told again"
    )


async def test_nobody_is_told_of_what_is_explained(bank: Bank) -> None:
    await bank.booked(CAFE)
    await accept(bank, await bank.entry(-1290))
    bank.world.host.pieces.clock.advance(timedelta(days=40))
    assert await tell_of_unmatched(bank.world.host.platform) == 0
