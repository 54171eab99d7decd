"""What a fetch does at its limits: days that are too far back, files that are too large, many
pages, providers that stay silent, and consents that end soon.
"""

from collections.abc import AsyncGenerator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from local.banks.bank import Booking, Fault
from local.banks.server import BankProviders
from tests.unit.bank.sources import ACCESS, Connected, connected
from tillroll.bank.sources import fetching
from tillroll.bank.sources.jobs import warn_of_ends

TODAY = date(2026, 3, 1)


@pytest.fixture
async def here(started: BankProviders) -> AsyncGenerator[Connected]:
    bank = started.bank
    bank.a_day, bank.page, bank.overlap, bank.after_page = None, 50, 0, lambda _: None
    bank.faults.clear()
    async with connected(started) as each:
        yield each


def daily(days: int) -> list[Booking]:
    """One a day until today."""
    return [
        Booking(
            amount=-100 - number,
            day=TODAY - timedelta(days=number),
            text=f"No {number}",
            reference=f"R{number:08d}",
        )
        for number in range(days)
    ]


async def test_days_that_the_bank_has_no_more_are_left_out(here: Connected) -> None:
    here.has(*daily(200))
    account = await here.account()
    first = (TODAY - timedelta(days=600)).isoformat()
    body = {"bankAccountId": account, "access": ACCESS["enable-banking"], "fromDay": first}
    source = (await here.client.post("/api/bank/sources", json=body)).json()["id"]
    await here.finish(await here.at_the_bank(await here.begin(source)))
    await here.minutes(3)
    last = (await here.shown(source))["last"]
    assert (last["state"], last["fromDay"]) == ("done", (TODAY - timedelta(days=89)).isoformat())
    assert len(await here.world.rows("SELECT id FROM bank_entries")) == 90
    too_early = {**body, "fromDay": "2023-01-01"}
    assert (await here.client.post("/api/bank/sources", json=too_early)).status_code == 422


async def test_a_file_that_would_be_too_large_is_fetched_in_parts(
    here: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "MAX_BYTES", 20_000)
    here.has(*daily(85))
    source = await here.connect("enable-banking")
    for _ in range(6):
        await here.minutes(70)
    rows = await here.world.rows("SELECT amount FROM bank_entries")
    assert len(rows) == len({row["amount"] for row in rows}) == 85
    assert len(await here.world.rows("SELECT id FROM bank_statements")) >= 3
    assert (await here.shown(source))["last"]["toDay"] == TODAY.isoformat()


async def test_a_large_file_is_written_in_pieces(here: Connected) -> None:
    words = "x" * 2_500
    here.has(
        *(
            Booking(
                amount=-100,
                day=TODAY - timedelta(days=number % 80),
                text=f"{words} {number}",
                reference=f"R{number:08d}",
            )
            for number in range(2_200)
        )
    )
    here.providers.bank.page = 700
    source = await here.connect("enable-banking")
    await here.minutes(2)
    last = (await here.shown(source))["last"]
    kept = (await here.client.get(f"/api/bank/statements/{last['statementId']}")).json()
    assert (kept["added"], kept["size"] > 5 * 2**20, kept["status"]) == (2_200, True, "complete")


async def test_more_pages_than_a_turn_has_are_fetched(here: Connected) -> None:
    here.has(*daily(70))
    here.providers.bank.page = 2
    source = await here.connect("enable-banking")
    await here.minutes(3)
    last = (await here.shown(source))["last"]
    assert (last["state"], last["pages"], last["attempts"]) == ("done", 35, 2)
    assert len(await here.world.rows("SELECT id FROM bank_entries")) == 70


async def hours(here: Connected, source: str) -> dict[str, Any]:
    """Let hours pass until a fetch has ended, 40 at most; the fetch."""
    for _ in range(40):
        here.world.host.pieces.clock.advance(timedelta(hours=1))
        await here.minutes()
        if (await here.shown(source))["last"]["state"] != "stored":
            break
    return (await here.shown(source))["last"]


async def test_a_provider_that_stays_silent_is_given_up_and_asked_again_tomorrow(
    here: Connected,
) -> None:
    here.has(*daily(3))
    source = await here.connect("enable-banking")
    here.providers.bank.faults += [Fault("down") for _ in range(8)]
    last = await hours(here, source)
    assert (last["state"], "No answer" in last["why"]) == ("failed", True)
    assert (await here.shown(source))["state"] == "connected"
    await here.days(1)
    assert (await here.shown(source))["last"]["state"] == "done"


async def test_failures_are_counted_since_the_last_page(here: Connected) -> None:
    here.has(*daily(6))
    bank = here.providers.bank
    bank.page = 2
    bank.after_page = lambda number: bank.faults.append(Fault("down")) if number == 1 else None
    source = await here.connect("enable-banking")
    bank.faults += [Fault("down") for _ in range(7)]
    last = await hours(here, source)
    assert (last["state"], last["pages"]) == ("done", 3), last


async def test_pages_are_forgotten_where_a_person_is_called(here: Connected) -> None:
    here.has(*daily(6))
    bank = here.providers.bank
    bank.page = 2
    bank.after_page = lambda number: bank.faults.append(Fault("expired")) if number == 2 else None
    source = await here.connect("enable-banking")
    await here.minutes()
    assert (await here.shown(source))["state"] == "stopped"
    assert not [key for key in here.world.host.pieces.objects.content if "/bank-fetches/" in key]


async def test_people_are_told_twice_before_a_consent_ends(here: Connected) -> None:
    here.has()
    source = await here.connect("enable-banking")
    ends = date.fromisoformat((await here.shown(source))["validUntil"][:10])
    assert (ends - TODAY).days == 179
    for _ in range(178):
        here.world.host.pieces.clock.advance(timedelta(days=1))
        await warn_of_ends(here.platform)
    told = await here.world.rows("SELECT topic, created_at FROM notifications ORDER BY created_at")
    assert [row["topic"] for row in told] == ["bank.consent_ends"] * 2
    days = [(ends - date.fromisoformat(str(row["created_at"])[:10])).days for row in told]
    assert days[0] in {14, 15}
    assert days[1] in {3, 4}


async def test_a_code_is_used_once_and_soon(here: Connected) -> None:
    source = (await here.source("enable-banking"))["id"]
    came = await here.at_the_bank(await here.begin(source))
    here.world.host.pieces.clock.advance(timedelta(minutes=11))
    late = await here.finish(came)
    assert late.status_code == httpx.codes.CONFLICT
    assert "too old" in late.json()["detail"]


async def test_a_bank_that_there_is_not_is_said(here: Connected) -> None:
    source = (await here.source("enable-banking", bank="No such bank"))["id"]
    answer = await here.client.post(f"/api/bank/sources/{source}/consent")
    assert answer.json()["type"] == "urn:tillroll:problem:bank-provider-refused"
