"""Statements that are fetched: consent, pages, what is booked later, lost answers, throttling, the
end of a consent. Everything goes over real HTTP to the local providers.
"""

import re
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from local.banks.bank import Account, Booking, Fault, FaultKind
from local.banks.server import BankProviders
from tests.support.bank_api import booking_of
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, month
from tests.support.dying import Dying, Killed
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.bank.sources import ACCESS, OLD_KEY, Connected, connected
from tests.unit.bank.test_api import send
from tillroll.bank.cron import PAGES_IN_USE as OBJECTS_IN_USE
from tillroll.bank.sources.enable_banking import EnableBanking
from tillroll.bank.sources.settings import BankApiSettings
from tillroll_durable import statement
from tillroll_durable.platform.json import dump

KIND = "enable-banking"
TODAY = date(2026, 3, 1)


@pytest.fixture
async def here(started: BankProviders) -> AsyncGenerator[Connected]:
    bank = started.bank
    bank.a_day, bank.page, bank.overlap, bank.begins_empty, bank.after_page = (
        4,
        50,
        0,
        False,
        lambda _: None,
    )
    bank.faults.clear()
    bank.accounts.clear()
    bank.asked.clear()
    started.enable_banking.sessions.clear()
    async with connected(started) as each:
        yield each


def bookings(count: int, days: int = 40) -> list[Booking]:
    """Of the days before today, each with a reference."""
    return [
        Booking(
            amount=-1_000 - number,
            day=TODAY - timedelta(days=days - number * days // max(count, 1)),
            name="Shop",
            text=f"Purchase {number}",
            reference=f"REF{number:07d}",
        )
        for number in range(count)
    ]


async def test_everything_comes_once_day_after_day(here: Connected) -> None:
    here.has(*bookings(120))
    here.providers.bank.overlap, here.providers.bank.begins_empty = 7, True
    source = await here.connect(KIND)
    await here.minutes()
    shown = await here.shown(source)
    assert (shown["last"]["state"], shown["last"]["why"]) == ("done", None), shown
    kept = (await here.client.get(f"/api/bank/statements/{shown['last']['statementId']}")).json()
    assert (kept["status"], kept["added"], kept["format"], kept["source"]) == (
        "complete",
        120,
        KIND,
        "fetch",
    ), kept
    assert kept["by"] == f"source:{source}"
    here.bank_account.bookings.append(
        Booking(amount=-77, day=TODAY, text="New", reference="NEW0000001")
    )
    await here.days(1)
    await here.days(1)
    assert len((await here.client.get(f"/api/bank/sources/{source}/fetches")).json()["items"]) == 3
    amounts = Counter(
        row["amount"] for row in await here.world.rows("SELECT amount FROM bank_entries")
    )
    assert amounts == Counter(each.amount for each in here.bank_account.bookings)
    [account] = (await here.client.get("/api/bank/accounts")).json()["items"]
    assert account["balance"] == here.bank_account.balance


async def test_what_was_pending_is_booked_with_another_reference(here: Connected) -> None:
    pending = Booking(
        amount=-500, day=TODAY, name="Café", text="Lunch", reference="PENDING001", is_pending=True
    )
    here.has(pending)
    await here.connect(KIND)
    await here.minutes()
    [entry] = await here.entries()
    assert entry["status"] == "pending"
    here.bank_account.book(0, reference="BOOKED0001")
    await here.days(1)
    [again] = await here.entries()
    assert (again["id"], again["status"], again["bankReference"]) == (
        entry["id"],
        "booked",
        "BOOKED0001",
    )


async def test_what_is_booked_between_two_pages_comes_once(here: Connected) -> None:
    pending = Booking(
        amount=-500,
        day=TODAY - timedelta(days=9),
        text="Lunch",
        reference="SAMEID0001",
        is_pending=True,
    )
    here.has(*bookings(20), pending)
    here.providers.bank.page, here.providers.bank.overlap = 10, 9

    def book(page: int) -> None:
        if page == 1:
            here.bank_account.book(20)

    here.providers.bank.after_page = book
    await here.connect("enable-banking")
    await here.minutes()
    found = [row for row in await here.entries() if row["amount"] == -500]
    assert [row["status"] for row in found] == ["booked"]
    assert len(await here.entries()) == 21


@pytest.mark.parametrize("fault", ["lost", "down", "garbled"])
async def test_an_answer_that_is_lost_is_asked_for_again(here: Connected, fault: FaultKind) -> None:
    here.has(*bookings(12))
    here.providers.bank.a_day, here.providers.bank.page = None, 5
    source = await here.connect(KIND)
    here.providers.bank.faults += [Fault(fault), Fault(fault)]
    await here.minutes(12)
    assert (await here.shown(source))["last"]["state"] == "done"
    assert len(await here.entries()) == 12


async def test_a_bank_that_allows_no_more_is_waited_for(here: Connected) -> None:
    here.has(*bookings(3))
    source = await here.connect(KIND)
    here.providers.bank.faults.append(Fault("throttled", 1_800))
    await here.minutes(29)
    waits = (await here.shown(source))["last"]
    assert (waits["state"], waits["attempts"]) == ("stored", 1)
    assert "no more requests" in waits["why"]
    await here.minutes(4)
    assert (await here.shown(source))["last"]["state"] == "done"


async def test_four_times_a_day_and_then_tomorrow(here: Connected) -> None:
    here.has(*bookings(3))
    source = await here.connect(KIND)
    await here.minutes()
    for _ in range(3):
        assert (
            await here.client.post(f"/api/bank/sources/{source}/fetches")
        ).status_code == httpx.codes.ACCEPTED
        await here.minutes()
    again = await here.client.post(f"/api/bank/sources/{source}/fetches")
    await here.minutes()
    assert (await here.shown(source))["last"]["state"] == "stored"
    same = await here.client.post(f"/api/bank/sources/{source}/fetches")
    assert same.json()["id"] == again.json()["id"]
    await here.days(1)
    await here.minutes(2)
    assert (await here.shown(source))["last"]["state"] == "done"


async def test_a_consent_that_ends_calls_a_person_who_renews_it(here: Connected) -> None:
    here.has(*bookings(3))
    source = await here.connect(KIND)
    await here.minutes()
    here.bank_account.bookings.append(
        Booking(amount=-77, day=TODAY, text="New", reference="NEW0000001")
    )
    here.providers.bank.faults.append(Fault("expired"))
    await here.days(1)
    shown = await here.shown(source)
    assert (shown["state"], shown["nextAt"]) == ("stopped", None)
    assert "consent" in shown["why"].lower()
    [told] = await here.world.rows("SELECT topic, about FROM notifications")
    assert told["topic"] == "bank.source_stopped"
    refused = await here.client.post(f"/api/bank/sources/{source}/fetches")
    assert refused.json()["type"] == "urn:tillroll:problem:bank-consent-missing"
    await here.days(3)
    assert len(await here.world.rows("SELECT id FROM notifications")) == 1
    came = await here.at_the_bank(await here.begin(source))
    assert (await here.finish(came)).json()["state"] == "connected"
    await here.minutes()
    assert len(await here.entries()) == 4


async def test_a_key_that_is_not_let_in_calls_a_person(here: Connected) -> None:
    here.has(*bookings(3))
    source = await here.connect(KIND)
    here.providers.bank.faults.append(Fault("denied"))
    await here.minutes()
    shown = await here.shown(source)
    assert shown["state"] == "stopped"
    assert "403" in shown["why"]
    path = f"/api/bank/sources/{source}/access"
    assert (await here.client.put(path, json={"access": ACCESS[KIND]})).json()[
        "state"
    ] == "connected"
    await here.minutes()
    assert len(await here.entries()) == 3


async def test_a_person_who_declines_can_begin_anew(here: Connected) -> None:
    source = (await here.source(KIND))["id"]
    came = await here.at_the_bank(await here.begin(source), is_denied=True)
    answer = await here.finish(dict(came))
    assert answer.json()["type"] == "urn:tillroll:problem:bank-consent-missing"
    assert (await here.finish(dict(came))).json()[
        "type"
    ] == "urn:tillroll:problem:bank-consent-unknown"
    came = await here.at_the_bank(await here.begin(source))
    assert (await here.finish(came)).json()["state"] == "connected"


async def test_an_address_that_is_answered_leads_back_wherever_the_request_died(
    here: Connected,
) -> None:
    """A state is drawn and kept as its hash: who resumes cannot say the address any more."""
    source = (await here.source(KIND))["id"]
    path = f"/api/bank/sources/{source}/consent"
    answered: list[bool] = []
    for at in range(40):
        key = {"idempotency-key": f"k{at}"}
        dying = Dying(here.platform.database, at)
        with suppress(Killed):
            async with api_client(replace(here.platform, database=dying)) as client:
                await client.post(path, headers=key)
        if not dying.has_died:
            break
        here.world.host.pieces.clock.advance(timedelta(seconds=61))
        again = await here.client.post(path, headers=key)
        assert again.is_success, again.text
        address = again.json()["address"]
        answered.append(address is not None)
        if address is not None:
            finished = await here.finish(await here.at_the_bank(address))
            assert finished.is_success, f"died at point {at}: {finished.text}"
        last = await here.client.post(path, headers=key)
        assert last.json() == {**again.json(), "address": None}
    assert set(answered) == {True, False}


async def test_a_renewal_that_is_declined_says_that_the_consent_before_holds(
    here: Connected,
) -> None:
    source = await here.connect(KIND)
    ends = (await here.shown(source))["validUntil"][:10]
    came = await here.at_the_bank(await here.begin(source), is_denied=True)
    said = (await here.finish(came)).json()["detail"]
    assert said.endswith(
        f"The consent before it holds on, until {ends}: renew it before that day."
    ), said


async def test_a_state_is_of_one_person_once_and_for_an_hour(here: Connected) -> None:
    source = (await here.source(KIND))["id"]
    came = await here.at_the_bank(await here.begin(source))
    headers = {"authorization": f"Bearer {OTHER_TOKEN}"}
    stolen = await here.client.post("/api/bank/source-consents", json=came, headers=headers)
    assert stolen.json()["type"] == "urn:tillroll:problem:bank-consent-unknown"
    await here.world.rows("UPDATE bank_sources SET asked_by = 'usr_else'")
    assert (await here.finish(dict(came))).status_code == httpx.codes.CONFLICT
    await here.world.rows("UPDATE bank_sources SET asked_by = 'usr_first'")
    here.world.host.pieces.clock.advance(timedelta(minutes=61))
    assert (await here.finish(dict(came))).status_code == httpx.codes.CONFLICT


async def test_a_state_is_used_once(here: Connected) -> None:
    here.has(*bookings(1))
    source = (await here.source(KIND))["id"]
    came = await here.at_the_bank(await here.begin(source))
    assert (await here.finish(dict(came))).status_code == httpx.codes.OK
    again = await here.finish(dict(came))
    assert again.json()["type"] == "urn:tillroll:problem:bank-consent-unknown"


@pytest.mark.parametrize("address", ["http://bank.example/", "javascript:alert(1)", "//bank"])
async def test_an_address_of_a_bank_that_is_not_https_is_not_shown(
    here: Connected, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    async def begin(*_: object) -> str:
        return address

    source = (await here.source(KIND))["id"]
    monkeypatch.setattr(EnableBanking, "begin", begin)
    answer = await here.client.post(f"/api/bank/sources/{source}/consent")
    assert answer.json()["type"] == "urn:tillroll:problem:bank-provider-refused"
    assert address not in answer.text


async def test_secrets_are_kept_encrypted_and_are_deleted(here: Connected) -> None:
    source = await here.connect(KIND)
    await here.minutes()
    [row] = await here.world.rows("SELECT * FROM bank_sources")
    kept = str(row)
    for secret in ("PRIVATE KEY", "session"):
        assert secret not in kept
    shown = await here.client.get("/api/bank/sources")
    assert "PRIVATE" not in shown.text
    ended = (await here.client.delete(f"/api/bank/sources/{source}")).json()
    assert (ended["state"], ended["nextAt"]) == ("ended", None)
    [row] = await here.world.rows("SELECT credentials, granted FROM bank_sources")
    assert (row["credentials"], row["granted"]) == (None, None)
    sessions = here.providers.enable_banking.sessions.values()
    assert [each.status for each in sessions] == ["CLOSED"]
    assert (
        await here.client.delete(f"/api/bank/sources/{source}")
    ).status_code == httpx.codes.NOT_FOUND
    assert (await here.source(KIND, str(ended["bankAccountId"])))["state"] == "new"


async def test_the_bank_is_chosen_from_those_of_the_provider(here: Connected) -> None:
    source = await here.source(KIND, bank=None)
    path = f"/api/bank/sources/{source['id']}"
    assert source["bank"] == ""
    early = await here.client.post(f"{path}/consent")
    assert early.json()["type"] == "urn:tillroll:problem:bank-consent-missing"
    [bank] = (await here.client.get(f"{path}/banks")).json()["items"]
    chosen = (
        await here.client.put(f"{path}/bank", json={"bank": bank["id"], "country": bank["country"]})
    ).json()
    assert (chosen["bank"], chosen["state"]) == (bank["id"], "new")
    assert (await here.finish(await here.at_the_bank(await here.begin(source["id"])))).json()[
        "state"
    ] == "connected"
    again = (
        await here.client.put(f"{path}/bank", json={"bank": bank["id"], "country": bank["country"]})
    ).json()
    assert again["state"] == "connected", "the same bank"
    access = {**ACCESS[KIND], "bank": None}
    kept = (await here.client.put(f"{path}/access", json={"access": access})).json()
    assert (kept["bank"], kept["state"]) == (bank["id"], "connected")
    other = (
        await here.client.put(f"{path}/bank", json={"bank": "Another", "country": "DE"})
    ).json()
    assert (other["bank"], other["state"], other["validUntil"]) == ("Another", "new", None)


async def test_one_account_has_one_source(here: Connected) -> None:
    account = await here.account()
    await here.source("enable-banking", account)
    again = await here.client.post(
        "/api/bank/sources", json={"bankAccountId": account, "access": ACCESS[KIND]}
    )
    assert again.json()["type"] == "urn:tillroll:problem:bank-source-exists"
    none = await here.client.post(
        "/api/bank/sources", json={"bankAccountId": "ban_x", "access": ACCESS[KIND]}
    )
    assert none.status_code == httpx.codes.NOT_FOUND


async def test_a_key_of_an_older_tool_signs_too_and_no_key_is_refused(here: Connected) -> None:
    source = await here.source("enable-banking", privateKey=OLD_KEY)
    banks = await here.client.get(f"/api/bank/sources/{source['id']}/banks?country=FI")
    assert [each["name"] for each in banks.json()["items"]] == ["Mock Bank"]
    access = {**ACCESS["enable-banking"], "privateKey": "-----BEGIN PUBLIC KEY-----"}
    refused = await here.client.put(
        f"/api/bank/sources/{source['id']}/access", json={"access": access}
    )
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_the_account_of_another_number_is_not_taken(here: Connected) -> None:
    here.providers.bank.accounts.clear()
    other = "DE02120300000000202051"
    here.providers.bank.accounts[other] = Account(other)
    source = (await here.source("enable-banking"))["id"]
    answer = (await here.finish(await here.at_the_bank(await here.begin(source)))).json()
    assert answer["state"] == "stopped"
    assert "no account of this number" in answer["why"]


async def test_of_several_accounts_a_person_chooses(here: Connected) -> None:
    here.has(*bookings(2))
    here.providers.bank.accounts["DE02120300000000202051"] = Account("DE02120300000000202051")
    account = await here.client.post("/api/bank/accounts", json={"name": "Giro", "currency": "EUR"})
    source = (await here.source(KIND, account.json()["id"]))["id"]
    answer = (await here.finish(await here.at_the_bank(await here.begin(source)))).json()
    assert (answer["state"], len(answer["accounts"])) == ("choosing", 2)
    [chosen] = [each for each in answer["accounts"] if each["number"] == "DE89…3000"]
    path = f"/api/bank/sources/{source}/account"
    assert (
        await here.client.post(path, json={"id": "x"})
    ).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await here.client.post(path, json={"id": chosen["id"]})).json()["state"] == "connected"
    await here.minutes()
    assert len(await here.entries()) == 2


async def test_a_month_that_came_as_a_file_comes_not_again(here: Connected) -> None:
    shift, march = timedelta(days=31), month(5, 40)
    lines = tuple(_earlier(line, shift) for line in march.lines)
    march = replace(
        march, lines=lines, from_day=march.from_day - shift, to_day=march.to_day - shift
    )
    account = await here.account()
    await send(here.world, camt(march))
    await here.world.settle()
    before = await here.world.rows("SELECT id FROM bank_entries")
    here.has(*(booking_of(line) for line in march.lines), opening=march.opening)
    await here.connect(KIND, account)
    await here.minutes()
    assert await here.world.rows("SELECT id FROM bank_entries") == before


def _earlier(line: Line, shift: timedelta) -> Line:
    day = line.booked_on - shift
    return replace(line, booked_on=day, valued_on=day)


async def test_a_page_that_was_fetched_is_not_fetched_again(here: Connected) -> None:
    """Where the process dies, the next turn goes on with the next page."""
    here.has(*bookings(30))
    here.providers.bank.page, here.providers.bank.a_day = 10, None
    pages: list[int] = []
    here.providers.bank.after_page = pages.append
    source = await here.connect("enable-banking")
    original = here.platform.objects.put_text
    died = False

    async def dies(key: str, content: str, content_type: str) -> None:
        nonlocal died
        await original(key, content, content_type)
        if key.endswith("page-1") and not died:
            died = True
            raise RuntimeError("the process dies")

    here.world.host.pieces.objects.put_text = dies
    await here.minutes(3)
    here.world.host.pieces.objects.put_text = original
    assert (await here.shown(source))["last"]["state"] == "done"
    assert pages == [1, 2, 2, 3]
    assert len(await here.entries()) == 30
    assert not [key for key in here.world.host.pieces.objects.content if "/bank-fetches/" in key]


async def test_a_statement_that_waits_for_a_person_is_not_fetched_again(here: Connected) -> None:
    """A record is missing between balances: nothing is booked, and no second file waits beside the
    first.
    """
    here.providers.bank.accounts[IBAN] = _Forgetful(IBAN, bookings=bookings(9), shows_balances=True)
    source = await here.connect("enable-banking")
    await here.minutes()
    assert await here.entries() == []
    await here.days(1)
    await here.days(1)
    assert len(await here.world.rows("SELECT id FROM bank_statements")) == 1
    refused = await here.client.post(f"/api/bank/sources/{source}/fetches")
    assert refused.json()["type"] == "urn:tillroll:problem:bank-consent-missing"
    [run] = await here.world.rows("SELECT id, status FROM runs")
    assert run["status"] == "needs_review"
    here.has(*bookings(9), shows_balances=True)
    decided = await here.client.post(
        f"/api/runs/{run['id']}/review", json={"decision": "reject", "comment": "again"}
    )
    assert decided.is_success, decided.text
    await here.world.settle()
    await here.days(1)
    assert len(await here.entries()) == 9


class _Forgetful(Account):
    """A bank that leaves a record out."""

    def between(self, first: date, last: date) -> list[Booking]:
        listed = super().between(first, last)
        return listed[:4] + listed[5:]


async def test_no_public_url_is_said(here: Connected) -> None:
    source = (await here.source(KIND))["id"]
    platform = replace(here.platform, settings=here.platform.settings.changed(BankApiSettings()))
    async with api_client(platform) as client:
        answer = await client.post(f"/api/bank/sources/{source}/consent")
    assert answer.json()["type"] == "urn:tillroll:problem:no-public-url"


async def test_an_archived_account_is_fetched_again_once_it_is_taken_up(here: Connected) -> None:
    here.has(*bookings(3))
    account = await here.account()
    source = await here.connect(KIND, account)
    await here.client.patch(f"/api/bank/accounts/{account}", json={"archived": True})
    await here.minutes()
    assert (await here.shown(source))["last"] is None
    await here.client.post(f"/api/bank/sources/{source}/fetches")
    await here.minutes()
    assert (await here.shown(source))["last"]["why"] == "The bank account is archived."
    await here.client.patch(f"/api/bank/accounts/{account}", json={"archived": False})
    await here.minutes()
    assert (await here.shown(source))["last"]["state"] == "done"


async def test_pages_are_in_use_until_their_fetch_is_settled(here: Connected) -> None:
    here.has(*bookings(12))
    here.providers.bank.page, here.providers.bank.a_day = 5, None
    source = await here.connect("enable-banking")
    here.providers.bank.after_page = lambda page: (
        here.providers.bank.faults.append(Fault("down")) if page == 2 else None
    )
    await here.minutes()
    content = here.world.host.pieces.objects.content
    keys = [key for key in content if "/bank-fetches/" in key]
    assert len(keys) == 3

    async def used(asked: list[str]) -> set[object]:
        rows = await here.platform.database.all(statement(OBJECTS_IN_USE.query, [dump([*asked])]))
        return {row["object_key"] for row in rows}

    assert all(re.fullmatch(OBJECTS_IN_USE.keys, key) for key in keys)
    assert await used([*keys, keys[0].replace("bfe_", "bfe_x")]) == {*keys}
    here.providers.bank.after_page = lambda _: None
    await here.minutes(3)
    assert (await here.shown(source))["last"]["state"] == "done"
    assert await used(keys) == set()
