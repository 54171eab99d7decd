"""Documents that are missing are asked for each week: of whose card it is, then of who is above
them.
"""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date, timedelta
from typing import Any, Final

import pytest

from tests.support.bank_month import Line
from tests.support.host_platform import ACCOUNT
from tests.support.sql import sql
from tests.unit.bank.deciding import CAFE, Bank, opened
from tillroll.bank.chasing import asking
from tillroll.bank.chasing.asking import ask_each_week
from tillroll.bank.chasing.rules import MissingDocument, asked_before, in_words, week_of

SAM: Final = "usr_sam"
EVA: Final = "usr_eva"
MISSING: Final = "bank.documents_missing"
STILL: Final = "bank.documents_still_missing"
CARD: Final = Line(
    amount=-4_520, booked_on=date(2026, 3, 5), name="SHELL 4711", text="Kartenzahlung Karte 1234"
)
OTHER_CARD: Final = Line(
    amount=-1_999, booked_on=date(2026, 3, 4), name="ADOBE", text="VISA XXXX XXXX XXXX 5678"
)
MONEY_IN: Final = Line(amount=9_900, booked_on=date(2026, 3, 4), name="Kunde", text="Rechnung 7")


async def add_people(bank: Bank) -> None:
    """Two who hand receipts in."""
    now = "2026-01-01T00:00:00.000Z"
    for id_, name in ((SAM, "Sam Roth"), (EVA, "Eva Kern")):
        await bank.world.rows(
            sql(
                "INSERT INTO users (id, account_id, name, created_at) "
                f"VALUES ('{id_}', '{ACCOUNT}', '{name}', '{now}')"
            )
        )
        await bank.world.rows(
            sql(
                "INSERT INTO user_roles (user_id, role, given_at) "
                f"VALUES ('{id_}', 'submitter', '{now}')"
            )
        )


@pytest.fixture
async def chased() -> AsyncGenerator[Bank]:
    """A bank account of Sam, on a Monday by noon some weeks behind its March."""
    async for bank in opened():
        await add_people(bank)
        await bank.booked(CARD, OTHER_CARD, CAFE, MONEY_IN)
        clock = bank.world.host.pieces.clock
        clock.advance(timedelta(days=42 - clock.now().weekday()))
        clock.advance(timedelta(hours=12 - clock.now().hour))
        yield bank


async def hold(bank: Bank, person: str | None, **cards: str) -> Any:
    named = [
        {"ending": ending.removeprefix("of_"), "person": whose} for ending, whose in cards.items()
    ]
    body = {"person": person, "cards": named}
    path = f"/api/bank/accounts/{bank.account}/holders"
    answer = await bank.client.put(path, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def notices(bank: Bank) -> list[tuple[str, str, str]]:
    """Topic, who is told, and how much is asked for."""
    rows = await bank.world.rows(
        "SELECT n.topic, t.user_id, n.about FROM notifications n "
        "JOIN notification_recipients t ON t.notification_id = n.id "
        "WHERE n.topic LIKE 'bank.documents%' ORDER BY n.created_at, n.topic, t.user_id"
    )
    return [(str(row["topic"]), str(row["user_id"]), str(row["about"])) for row in rows]


def told(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [(topic, person, about.partition("\n")[0]) for topic, person, about in rows]


async def ask(bank: Bank) -> None:
    await ask_each_week(bank.world.host.platform)


def next_week(bank: Bank) -> None:
    bank.world.host.pieces.clock.advance(timedelta(days=7))


async def test_all_lines_of_a_person_are_one_notice_a_week(chased: Bank) -> None:
    held = await hold(chased, SAM, of_5678=EVA)
    assert (held["heldBy"], held["cards"]) == (SAM, [{"ending": "5678", "person": EVA}])
    for _ in range(5):
        await ask(chased)
        chased.world.host.pieces.clock.advance(timedelta(days=1))
    rows = await notices(chased)
    assert told(rows) == [
        (MISSING, EVA, "1 receipt is missing, 19.99 EUR"),
        (MISSING, SAM, "2 receipts are missing, 58.10 EUR in all"),
    ]
    assert rows[1][2].splitlines()[1:] == [
        "2026-03-05, 45.20 EUR, SHELL 4711, Kartenzahlung Karte 1234",
        "2026-03-06, 12.90 EUR, GREEN GARDEN CAFE, Kartenzahlung",
    ]
    chased.world.host.pieces.clock.advance(timedelta(days=2))
    await ask(chased)
    assert len(await notices(chased)) == 4, "the next week they are asked again"
    events = await chased.world.rows(
        "SELECT count(*) AS n FROM audit_events WHERE action = 'bank_documents.chased'"
    )
    assert events == [{"n": 4}]


async def test_what_is_explained_meanwhile_is_not_asked_for(chased: Bank) -> None:
    await hold(chased, SAM)
    await ask(chased)
    entry = await chased.entry(CARD.amount)
    assert entry["owedBy"] == SAM
    path = f"/api/bank/entries/{entry['id']}/explanation"
    await chased.client.put(path, json={"reason": "lost"})
    next_week(chased)
    await ask(chased)
    assert told(await notices(chased)) == [
        (MISSING, SAM, "3 receipts are missing, 78.09 EUR in all"),
        (MISSING, SAM, "2 receipts are missing, 32.89 EUR in all"),
    ]


async def test_a_document_that_is_proposed_is_there(chased: Bank) -> None:
    await hold(chased, SAM)
    entry = await chased.entry(CAFE.amount)
    now = "2026-03-20T00:00:00.000Z"
    await chased.world.rows(
        sql(
            "INSERT INTO bank_matches (id, account_id, state, kind, level, score, reasons, "
            f"created_at) VALUES ('mat_1', '{ACCOUNT}', 'proposed', 'exact', 'proposed', 900, "
            f"'[]', '{now}')"
        )
    )
    await chased.world.rows(
        sql(
            "INSERT INTO bank_pairs (match_id, number, account_id, entry_id, payment, "
            "document_kind, document_id, amount, settles) VALUES ('mat_1', 1, "
            f"'{ACCOUNT}', '{entry['id']}', 0, 'expense', 'exp_1', -1290, 1290)"
        )
    )
    await ask(chased)
    assert told(await notices(chased)) == [
        (MISSING, SAM, "2 receipts are missing, 65.19 EUR in all")
    ]


async def test_nobody_is_asked_where_it_is_nobodys(chased: Bank) -> None:
    await ask(chased)
    assert await notices(chased) == []


async def test_who_was_named_by_hand_is_asked_again_after_a_week(chased: Bank) -> None:
    await hold(chased, SAM)
    entry = await chased.entry(CARD.amount)
    path = f"/api/bank/entries/{entry['id']}/owed-by"
    await chased.client.put(path, json={"person": EVA})
    await ask(chased)
    assert told(await notices(chased)) == [
        (MISSING, SAM, "2 receipts are missing, 32.89 EUR in all")
    ]
    next_week(chased)
    await ask(chased)
    assert told(await notices(chased))[1:] == [
        (MISSING, EVA, "1 receipt is missing, 45.20 EUR"),
        (MISSING, SAM, "2 receipts are missing, 32.89 EUR in all"),
    ]


async def test_who_does_the_books_is_told_after_three_weeks(chased: Bank) -> None:
    await hold(chased, None, of_1234=SAM)
    for _ in range(4):
        await ask(chased)
        next_week(chased)
    rows = told(await notices(chased))
    assert rows[:4] == [(MISSING, SAM, "1 receipt is missing, 45.20 EUR")] * 4
    assert rows[4:] == [(STILL, "usr_first", "1 receipt is missing, 45.20 EUR")]
    shown = (await chased.get("/api/notices"))["items"][0]
    assert (shown["topic"], shown["about"]) == (STILL, "Sam Roth: 1 receipt is missing, 45.20 EUR")


async def test_whoever_approves_first_is_above(chased: Bank) -> None:
    await hold(chased, SAM)
    now = "2026-01-01T00:00:00.000Z"
    await chased.world.rows(
        sql(
            "INSERT INTO approval_chains (id, account_id, name, person, steps, created_at, "
            f"created_by) VALUES ('chn_1', '{ACCOUNT}', 'Sam', '{SAM}', '[\"{EVA}\"]', '{now}', "
            "'user:usr_first')"
        )
    )
    for _ in range(4):
        await ask(chased)
        next_week(chased)
    assert [row for row in told(await notices(chased)) if row[0] == STILL] == [
        (STILL, EVA, "3 receipts are missing, 78.09 EUR in all")
    ]


async def test_one_switch_ends_it(chased: Bank) -> None:
    await hold(chased, SAM)
    answer = await chased.client.patch("/api/account", json={"chases": False})
    assert answer.json()["chases"] is False
    await ask(chased)
    assert await notices(chased) == []
    await chased.client.patch("/api/account", json={"chases": None})
    await ask(chased)
    assert len(await notices(chased)) == 1


async def test_nobody_is_asked_who_has_left(chased: Bank) -> None:
    await hold(chased, SAM)
    await chased.world.rows(sql(f"UPDATE users SET removed_at = created_at WHERE id = '{SAM}'"))
    await ask(chased)
    assert await notices(chased) == []


async def test_two_turns_at_once_ask_once(chased: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one begins where the first has read the payments, and has not written yet."""
    await hold(chased, SAM)
    read = asking.in_words
    turns: list[int] = []

    def read_and_wait(lines: list[MissingDocument]) -> str:
        turns.append(len(lines))
        return read(lines)

    monkeypatch.setattr(asking, "in_words", read_and_wait)
    await asyncio.gather(ask(chased), ask(chased))
    assert turns == [3, 3]
    assert told(await notices(chased)) == [
        (MISSING, SAM, "3 receipts are missing, 78.09 EUR in all")
    ]


async def test_what_they_owe_stands_on_home(chased: Bank) -> None:
    await hold(chased, "usr_first")
    assert (await chased.get("/api/home"))["documents"] == []
    await ask(chased)
    [first, *others] = (await chased.get("/api/home"))["documents"]
    assert (first["day"], first["amount"], first["currency"], len(others)) == (
        "2026-03-04",
        -1_999,
        "EUR",
        2,
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"person": "usr_nobody", "cards": []}, "person"),
        ({"person": None, "cards": [{"ending": "1234", "person": "usr_nobody"}]}, "cards"),
        (
            {
                "person": None,
                "cards": [
                    {"ending": "1234", "person": SAM},
                    {"ending": "1234", "person": EVA},
                ],
            },
            "cards",
        ),
    ],
)
async def test_holders_are_people_and_cards_stand_once(
    chased: Bank, body: dict[str, Any], field: str
) -> None:
    path = f"/api/bank/accounts/{chased.account}/holders"
    answer = await chased.client.put(path, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize(
    ("text", "is_theirs"),
    [
        ("Kartenzahlung Karte 1234", True),
        ("KARTE NR. 1234 VOM 05.03.", True),
        ("VISA ****1234", True),
        ("479012XXXXXX1234 BERLIN", True),
        ("Debitk. 1234 2027-12", True),
        ("Rechnung 1234", False),
        ("Karte 12345", False),
        ("05.03.1234", False),
    ],
)
async def test_a_card_is_found_by_its_last_four_digits(text: str, is_theirs: bool) -> None:
    line = Line(amount=-100, booked_on=date(2026, 3, 5), name="Laden", text=text)
    async for bank in opened():
        await add_people(bank)
        await bank.booked(line)
        clock = bank.world.host.pieces.clock
        clock.advance(timedelta(days=14, hours=(12 - clock.now().hour) % 24))
        await hold(bank, None, of_1234=SAM)
        await ask(bank)
        assert bool(await notices(bank)) is is_theirs


def test_a_week_begins_on_monday_and_asks_for_what_is_three_days_older() -> None:
    days = [date(2026, 3, 9) + timedelta(days=each) for each in range(7)]
    assert {week_of(day) for day in days} == {"2026-W11"}
    assert {asked_before(day) for day in days} == {date(2026, 3, 6)}
    assert week_of(date(2027, 1, 1)) == "2026-W53"


def test_a_hundred_payments_are_counted_and_forty_are_named() -> None:
    line = MissingDocument(
        "ent_1", date(2026, 3, 5), amount=-100, currency="EUR", counterparty="A", words="B", asks=0
    )
    yen = MissingDocument(
        "ent_2", date(2026, 3, 5), amount=-500, currency="JPY", counterparty=None, words="", asks=0
    )
    told_of = in_words([yen, *[line] * 99]).splitlines()
    assert told_of[0] == "100 receipts are missing, 500 JPY, 99.00 EUR in all"
    assert told_of[1] == "2026-03-05, 500 JPY"
    assert len(told_of) == 41
