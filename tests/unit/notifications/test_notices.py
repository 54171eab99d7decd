"""Notices are listed with the count of those that nobody has read, and marked."""

from typing import Any

import httpx
import pytest

from tests.simulation.receipts import NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, USER
from tillroll.mail.addresses import set_confirmed
from tillroll.notifications.jobs import notify_of_events
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import (
    DELIVERY_GIVEN_UP,
    ENDPOINT_DISABLED,
    EXPENSE_CREATED,
    NoticeTopic,
)
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def told(world: World) -> str:
    """A receipt that became an expense: its run."""
    run_id = await upload(world)
    await world.settle()
    return run_id


async def invented(world: World, run_id: str, *topics: str) -> None:
    for minute, topic in enumerate(topics):
        told_at = f"2020-01-01T00:0{minute}:00.000Z"
        made_up = NoticeTopic(topic, "", None, "/runs/{run}", to_owners=True)
        await world.host.database.batch(notify(ACCOUNT, made_up, Subject(run_id, run_id), told_at))


async def notices(client: httpx.AsyncClient, **query: str | int | bool | None) -> dict[str, Any]:
    return (await client.get("/api/notices", params=query)).json()


async def test_a_finished_run_is_told_of_until_it_is_read() -> None:
    world = await open_receipts(Faults())
    run_id = await told(world)
    async with api_client(world.host.platform) as client:
        page = await notices(client)
        [notice] = page["items"]
        assert (notice["runId"], notice["topic"], notice["readAt"]) == (
            run_id,
            "expense.created",
            None,
        )
        assert notice["message"] == "Your expense is ready."
        assert page["unread"] == 1
        for _ in range(2):
            answer = await client.post("/api/notices/read", json={"ids": [notice["id"], "nothing"]})
            assert answer.json() == {"unread": 0, "needsYou": 0}
        page = await notices(client)
        assert page["items"][0]["readAt"]
        assert page["unread"] == 0
        assert (await notices(client, unread=True))["items"] == []


async def test_all_that_were_seen_are_marked_and_what_came_later_is_not() -> None:
    world = await open_receipts(Faults())
    run_id = await told(world)
    await invented(world, run_id, "a", "b", "c")
    async with api_client(world.host.platform) as client:
        newest, c, b, a = (await notices(client))["items"]
        assert [each["topic"] for each in (newest, c, b, a)] == ["expense.created", "c", "b", "a"]
        answer = await client.post("/api/notices/read", json={"until": b["createdAt"]})
        assert answer.json() == {"unread": 2, "needsYou": 1}
        assert [each["id"] for each in (await notices(client, unread=True))["items"]] == [
            newest["id"],
            c["id"],
        ]


async def test_the_list_has_pages() -> None:
    world = await open_receipts(Faults())
    await invented(world, await told(world), "a", "b", "c")
    found: list[str] = []
    query: dict[str, str | int | bool | None] = {"limit": 3}
    async with api_client(world.host.platform) as client:
        for _ in range(2):
            page = await notices(client, **query)
            found += [each["topic"] for each in page["items"]]
            query["cursor"] = page["nextCursor"]
    assert found == ["expense.created", "c", "b", "a"]
    assert query["cursor"] is None


async def member(world: World, user_id: str) -> None:
    await world.rows(
        "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, 'Bob', '2026-01-01')",
        user_id,
        ACCOUNT,
    )


async def told_whom(world: World) -> list[tuple[object, object, object]]:
    rows = await world.rows("SELECT * FROM notification_recipients ORDER BY user_id")
    return [(row["user_id"], row["in_app"], row["by_mail"]) for row in rows]


async def test_a_notice_without_a_run_says_what_it_is_about() -> None:
    world = await open_receipts(Faults())
    tell = notify(
        ACCOUNT,
        ENDPOINT_DISABLED,
        Subject("end_1", about="books.example.com"),
        "2026-01-01T00:00:00.000Z",
    )
    for _ in range(2):
        await world.host.database.batch(tell)
    async with (
        api_client(world.host.platform) as client,
        api_client(world.host.platform, OTHER_TOKEN) as other,
    ):
        page = await notices(client)
        [notice] = page["items"]
        assert (notice["id"], notice["runId"], notice["subject"]) == (
            "end_1:endpoint.disabled",
            None,
            "end_1",
        )
        assert (notice["about"], notice["path"]) == ("books.example.com", "/settings/webhooks")
        assert notice["message"] == ENDPOINT_DISABLED.says
        assert page["unread"] == 1
        assert (await notices(other))["items"] == []


async def address(world: World, user_id: str) -> None:
    await world.host.database.batch(
        [set_confirmed(user_id, f"{user_id}@example.com", "2026-01-01T00:00:00.000Z")]
    )


async def test_who_is_told_follows_from_the_topic_and_from_whom_it_concerns() -> None:
    world = await open_receipts(Faults())
    await member(world, "usr_bob")
    await address(world, USER)
    for topic, person, expected in (
        (EXPENSE_CREATED, "usr_bob", [("usr_bob", 1, 0)]),
        (EXPENSE_CREATED, "usr_other", [(USER, 1, 0)]),  # nobody of this account: its owners
        (DELIVERY_GIVEN_UP, "usr_bob", [("usr_bob", 1, 0), (USER, 1, 1)]),
        (DELIVERY_GIVEN_UP, None, [(USER, 1, 1)]),
    ):
        await world.rows("DELETE FROM notification_recipients")
        await world.host.database.batch(
            notify(
                ACCOUNT,
                topic,
                Subject(f"{topic.name} {person}"),
                "2026-01-01T00:00:00.000Z",
                person=person,
            )
        )
        assert await told_whom(world) == expected


async def test_a_choice_wins_over_the_topics_own_way() -> None:
    world = await open_receipts(Faults())
    await member(world, "usr_bob")
    for person, by_mail in (("usr_bob", "1"), (USER, "0")):
        await world.rows(
            "INSERT INTO notification_choices VALUES (?, 'expense.created', 0, ?)", person, by_mail
        )
    for person in ("usr_bob", USER):
        await world.host.database.batch(
            notify(
                ACCOUNT, EXPENSE_CREATED, Subject(person), "2026-01-01T00:00:00.000Z", person=person
            )
        )
    assert await told_whom(world) == [("usr_bob", 1, 0)], (
        "nobody can be reached by mail alone who has no address"
    )
    await address(world, "usr_bob")
    await world.host.database.batch(
        notify(
            ACCOUNT, EXPENSE_CREATED, Subject("other"), "2026-01-01T00:00:00.000Z", person="usr_bob"
        )
    )
    assert ("usr_bob", 0, 1) in await told_whom(world)


async def test_the_language_of_what_is_sent_is_chosen_by_each_person() -> None:
    world = await open_receipts(Faults())
    await member(world, "usr_bob")
    async with api_client(world.host.platform) as client:
        before = (await client.get("/api/notices/choices")).raise_for_status().json()
        chosen = (
            (await client.put("/api/notices/language", json={"language": "de"}))
            .raise_for_status()
            .json()
        )
        refused = await client.put("/api/notices/language", json={"language": "fr"})
    assert (before["language"], chosen["language"], refused.status_code) == (None, "de", 422)
    rows = await world.rows("SELECT id, language FROM users WHERE language IS NOT NULL")
    assert {row["id"]: row["language"] for row in rows} == {USER: "de"}
    [event] = await world.rows("SELECT detail FROM audit_events WHERE action = 'language.chosen'")
    assert '"language":"de"' in str(event["detail"])


async def test_one_reads_for_oneself() -> None:
    world = await open_receipts(Faults())
    await told(world)
    await member(world, "usr_bob")
    await world.host.database.batch(
        notify(
            ACCOUNT,
            DELIVERY_GIVEN_UP,
            Subject("evt_1"),
            "2026-01-01T00:00:00.000Z",
            person="usr_bob",
        )
    )
    async with api_client(world.host.platform) as client:
        await client.post("/api/notices/read", json={"until": "2099-01-01T00:00:00Z"})
    rows = await world.rows("SELECT user_id FROM notification_recipients WHERE read_at IS NULL")
    assert rows == [{"user_id": "usr_bob"}]


async def test_another_accounts_notices_do_not_exist() -> None:
    world = await open_receipts(Faults())
    await told(world)
    async with (
        api_client(world.host.platform) as client,
        api_client(world.host.platform, OTHER_TOKEN) as other,
    ):
        [notice] = (await notices(client))["items"]
        assert await notices(other) == {"items": [], "unread": 0, "needsYou": 0, "nextCursor": None}
        for body in ({"ids": [notice["id"]]}, {"until": notice["createdAt"]}):
            assert (await other.post("/api/notices/read", json=body)).json() == {
                "unread": 0,
                "needsYou": 0,
            }
        assert (await notices(client))["unread"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": ["x"], "until": "2026-01-01T00:00:00Z"},
        {"ids": ["x"] * 101},
        {"until": "soon"},
        {"all": True},
    ],
)
async def test_another_shape_is_refused(body: dict[str, object]) -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform) as client:
        answer = await client.post("/api/notices/read", json=body)
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-request"


async def test_a_review_needs_somebody_until_it_is_decided_though_it_was_read() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await told(world)
    await notify_of_events(world.host.platform)
    async with api_client(world.host.platform) as client:
        page = await notices(client)
        [notice] = page["items"]
        assert (notice["topic"], notice["needsYou"], page["needsYou"]) == (
            "review.requested",
            True,
            1,
        )
        answer = await client.post("/api/notices/read", json={"ids": [notice["id"]]})
        assert answer.json() == {"unread": 0, "needsYou": 0}
        assert (await notices(client))["items"][0]["needsYou"]
        await world.rows("UPDATE runs SET status = 'complete' WHERE id = ?", run_id)
        assert not (await notices(client))["items"][0]["needsYou"]
