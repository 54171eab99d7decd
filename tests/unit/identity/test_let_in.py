"""Whoever saw a link that signs in as somebody may be that person: for four eyes the two are one,
until the person comes by a link that only they can have.
"""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pytest

from local.mail.counterpart import Counterpart
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.identity.test_passkeys import registered, sign_in
from tests.unit.identity.test_people import HOME
from tests.unit.mail.test_mail import code_in, opened
from tillroll.expenses.approval.decisions import (
    look,
)
from tillroll.expenses.approval.judged import (
    Approver,
)
from tillroll.identity.authentication import secret_hash
from tillroll.identity.repository import Person, new_code
from tillroll.payouts.four_eyes import may_decide_on
from tillroll_durable import statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.sight import all_of
from tillroll_testing.simulation.world import World

ANN, BOB, EVE = "usr_first", "usr_bob", "usr_eve"
_PEOPLE = "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, ?2, substr(?1, 5), '')"
_TOKENS = (
    "INSERT INTO tokens (id, user_id, hash, name, created_at) "
    "VALUES ('tok_' || ?1, ?1, ?2, 'own', '')"
)
_RUN = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
    created_at, updated_at)
  VALUES ('run_pays', ?, 'payout-batch', 1, 'x', 'requested', 'processing', 'none', '', '')
"""


class Company:
    """Ann, Bob and Eve, who are owners, each with a token of their own."""

    def __init__(self, world: World, provider: Counterpart, ann: httpx.AsyncClient) -> None:
        self.world, self.provider, self.ann = world, provider, ann

    @property
    def now(self) -> datetime:
        return self.world.host.pieces.clock.now()

    async def signed_in(self, made: JsonObject) -> httpx.AsyncClient:
        """A browser that came by a link: as it was shown, or out of the mail."""
        if made["url"] is None:
            await self.world.settle()
        code = (
            code_in(self.provider, "/sign-in")
            if made["url"] is None
            else str(made["url"]).partition("#code=")[2]
        )
        browser = api_client(self.world.host.platform, None)
        browser.headers.update(HOME)
        answer = await browser.post("/api/session", json={"code": code})
        assert answer.status_code == httpx.codes.OK, answer.text
        assert await holds(browser), "the session that began by it"
        self.later()
        return browser

    async def link(self, user: str = BOB, by: httpx.AsyncClient | None = None) -> JsonObject:
        answer = await (by or self.ann).post(f"/api/people/{user}/links")
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()

    async def confirms(self, browser: httpx.AsyncClient, address: str) -> None:
        """The person at a browser gives an address, and uses the link that is mailed there."""
        asked = await browser.put("/api/mail-address", json={"address": address})
        assert asked.status_code == httpx.codes.ACCEPTED, asked.text
        await self.world.settle()
        code = {"code": code_in(self.provider, "/confirm-mail")}
        assert (
            await browser.post("/api/mail-address/confirm", json=code)
        ).status_code == httpx.codes.OK
        self.later()

    async def are_one(self, one: str, other: str) -> bool:
        """Whether neither decides on a payment that the other asks for now."""
        found = {await self._refused(one, other), await self._refused(other, one)}
        assert len(found) == 1, "it holds both ways"
        return found.pop()

    async def _refused(self, decides: str, asks: str) -> bool:
        refused = await self.says(decides, asks)
        assert refused is None or "may be one:" in refused, refused
        return refused is not None

    async def says(self, decides: str, asks: str) -> str | None:
        """Why somebody may not decide on a payment that somebody asks for now."""
        database = self.world.host.database
        asked = "INSERT INTO payout_batches VALUES ('run_pays', ?, 'x', 1, ?, ?, NULL)"
        await database.batch(
            [
                statement("DELETE FROM payout_batches"),
                statement(asked, [ACCOUNT, f"user:{asks}", to_text(self.now)]),
            ]
        )
        return await may_decide_on("batch", self.world.host.platform, "run_pays", decides)

    def later(self, **by: float) -> None:
        self.world.host.pieces.clock.advance(timedelta(**by) if by else timedelta(minutes=1))


async def holds(client: httpx.AsyncClient) -> bool:
    return (await client.get("/api/session")).is_success


@pytest.fixture
async def company() -> AsyncGenerator[Company]:
    world, provider = await opened()
    rows = [statement(_RUN, [ACCOUNT])]
    for each in (BOB, EVE):
        rows += [
            statement(_PEOPLE, [each, ACCOUNT]),
            statement("INSERT INTO user_roles (user_id, role) VALUES (?, 'owner')", [each]),
            statement(_TOKENS, [each, secret_hash(f"till_{each}")]),
        ]
    await world.host.database.batch(rows)
    async with api_client(world.host.platform) as ann:
        yield Company(world, provider, ann)


async def test_who_saw_a_link_that_was_used_is_no_second_person(company: Company) -> None:
    made = await company.link()
    assert not await company.are_one(ANN, BOB), "it was not used yet"
    await company.signed_in(made)
    assert await company.are_one(ANN, BOB)
    assert not await company.are_one(EVE, BOB)
    assert not await company.are_one(ANN, EVE)
    people = (await company.ann.get("/api/people")).json()["items"]
    assert {each["name"]: each["letInBy"] for each in people} == {
        "Ann": [],
        "bob": ["Ann"],
        "eve": [],
    }


async def test_of_a_link_that_was_shown_all_owners_are_told(company: Company) -> None:
    await company.link()
    rows = await company.world.rows(
        "SELECT user_id FROM notification_recipients r "
        "JOIN notifications n ON n.id = r.notification_id "
        "WHERE n.topic = 'link.shown' ORDER BY user_id"
    )
    assert [row["user_id"] for row in rows] == [BOB, EVE, ANN]


async def test_a_link_is_mailed_and_not_shown_to_whoever_has_a_confirmed_address(
    company: Company,
) -> None:
    async with api_client(company.world.host.platform, f"till_{BOB}") as bob:
        await company.confirms(bob, "bob@example.com")
    made = await company.link()
    assert (made["url"], made["mailedTo"]) == (None, "bob@example.com")
    await company.signed_in(made)
    assert not await company.are_one(ANN, BOB)
    assert await company.world.rows("SELECT id FROM notifications WHERE topic = 'link.shown'") == []


async def test_whoever_is_invited_by_a_link_that_was_shown_is_no_second_person_until_mail_says_so(
    company: Company,
) -> None:
    made = (
        await company.ann.post("/api/people", json={"name": "Zoe", "roles": ["approver"]})
    ).json()
    zoe = str(made["userId"])
    browser = await company.signed_in(made)
    assert await company.are_one(ANN, zoe)
    await company.confirms(browser, "zoe@example.com")
    assert await company.are_one(ANN, zoe)
    await company.signed_in(await company.link(zoe))
    company.later(days=1)
    assert not await company.are_one(ANN, zoe)


async def test_who_saw_the_link_that_a_person_first_came_by_keeps_nothing_that_lets_them_in(
    company: Company,
) -> None:
    """Or else an owner would use it before the new approver does, and approve as them what he asks
    for.
    """
    platform, database = company.world.host.platform, company.world.host.database
    made = (await company.ann.post("/api/people", json={"name": "Zoe", "roles": ["owner"]})).json()
    zoe = str(made["userId"])
    intruder = await company.signed_in(made)
    device = await registered(intruder)
    token = (await intruder.post("/api/tokens", json={"name": "kept"})).json()["token"]
    let_eve_in = await company.link(EVE, by=intruder)
    await company.confirms(intruder, "zoe@example.com")
    assert (await sign_in(intruder, device)).is_success
    own_code = (await intruder.post("/api/sign-in-codes")).json()
    await intruder.put("/api/mail-address", json={"address": "ann.too@example.com"})
    await company.world.settle()
    pending = {"code": code_in(company.provider, "/confirm-mail")}
    asked = to_text(company.now)
    company.later()
    browser = await company.signed_in(await company.link(zoe))
    assert (await holds(browser), await holds(intruder)) == (True, False)
    async with api_client(platform, token) as kept, api_client(platform, None) as window:
        assert not await holds(kept)
        assert (await sign_in(window, device)).status_code == httpx.codes.UNAUTHORIZED
        assert (await window.post("/api/session", json={"code": own_code["code"]})).is_client_error
        assert (await window.post("/api/mail-address/confirm", json=pending)).is_client_error
    # Nor has a link that was made as her been seen by her alone.
    await company.signed_in(let_eve_in)
    assert await company.are_one(ANN, EVE)
    # She is told, and what she makes now stays.
    told = (
        "SELECT user_id FROM notification_recipients "
        "WHERE notification_id LIKE '%credentials.ended%'"
    )
    assert [row["user_id"] for row in await database.all(statement(told))] == [zoe]
    own = await registered(browser)
    company.later(days=1)
    await company.signed_in(await company.link(zoe))
    async with api_client(platform, None) as window:
        assert (await sign_in(window, own)).is_success
    assert not await company.are_one(ANN, zoe)
    # What was asked for as her before is not hers alone.
    await database.batch(
        [
            statement(
                "UPDATE payout_batches SET asked_by = ?, created_at = ?", [f"user:{zoe}", asked]
            )
        ]
    )
    assert await may_decide_on("batch", platform, "run_pays", ANN) is not None


async def test_a_mailed_link_to_an_address_that_is_no_longer_theirs_shows_nobody_themselves(
    company: Company,
) -> None:
    browser = await company.signed_in(
        (await company.ann.post("/api/people", json={"name": "Zoe"})).json()
    )
    zoe = str((await browser.get("/api/session")).json()["user"]["id"])
    await company.confirms(browser, "ann.too@example.com")
    made = await company.link(zoe)
    await company.world.settle()
    code = code_in(company.provider, "/sign-in")
    await company.confirms(browser, "zoe@example.com")
    async with api_client(company.world.host.platform, None) as window:
        window.headers.update(HOME)
        assert (
            made["mailedTo"],
            (await window.post("/api/session", json={"code": code})).is_success,
        ) == (
            "ann.too@example.com",
            True,
        )
    assert await company.are_one(ANN, zoe)


async def test_who_was_let_approve_is_no_second_person_for_a_day(company: Company) -> None:
    """An owner can invite another mailbox of their own, or give the right to somebody whom they
    have in hand.
    """
    asked = {"name": "Zoe", "roles": ["approver"], "mail": "zoe@example.com"}
    zoe = str((await company.ann.post("/api/people", json=asked)).json()["userId"])
    lee = str(
        (await company.ann.post("/api/people", json={**asked, "roles": ["operator"]})).json()[
            "userId"
        ]
    )
    company.later(days=1)
    for roles in (["approver", "operator"], ["approver"]):
        assert (await company.ann.put(f"/api/people/{zoe}/roles", json={"roles": roles})).is_success
        assert (await company.ann.put(f"/api/people/{lee}/roles", json={"roles": roles})).is_success
    assert await company.says(zoe, ANN) is None, "what she had already is as old as it was"
    assert "let you approve less than a day ago" in str(await company.says(lee, ANN))
    assert await company.says(lee, EVE) is None
    company.later(hours=23.9)
    assert await company.says(lee, ANN) is not None
    company.later(hours=0.2)
    assert await company.says(lee, ANN) is None


async def test_an_address_that_was_given_behind_such_a_link_makes_nobody_a_second_person(
    company: Company,
) -> None:
    """Or else an owner would let themselves in as an approver, and have the next link mailed to
    themselves.
    """
    await company.confirms(await company.signed_in(await company.link()), "ann.too@example.com")
    made = await company.link()
    assert made["mailedTo"] == "ann.too@example.com"
    await company.signed_in(made)
    assert await company.are_one(ANN, BOB)


async def test_by_a_mailed_link_a_person_is_themselves_again_and_what_was_made_as_them_ends(
    company: Company,
) -> None:
    platform = company.world.host.platform
    async with api_client(platform, f"till_{BOB}") as bob:
        await company.confirms(bob, "bob@example.com")
        # As where mail did not come, and the link was shown.
        code = new_code(Person(ACCOUNT, BOB), f"user:{ANN}", company.now, "recovery")
        await platform.database.batch(code.statements)
        intruder = await company.signed_in({"url": code.path})
        assert await company.are_one(ANN, BOB)
        device = await registered(intruder)
        token = (await intruder.post("/api/tokens", json={"name": "kept"})).json()["token"]
        own_code = (await intruder.post("/api/sign-in-codes")).json()
        await intruder.put("/api/mail-address", json={"address": "ann.too@example.com"})
        await company.world.settle()
        pending = {"code": code_in(company.provider, "/confirm-mail")}
        asked = to_text(company.now)
        company.later()
        browser = await company.signed_in(await company.link())
        assert not await company.are_one(ANN, BOB)
        assert (await holds(browser), await holds(bob), await holds(intruder)) == (
            True,
            True,
            False,
        )
        async with api_client(platform, token) as kept, api_client(platform, None) as window:
            assert not await holds(kept)
            assert (await sign_in(window, device)).status_code == httpx.codes.UNAUTHORIZED
            refused = await window.post("/api/session", json={"code": own_code["code"]})
            assert refused.status_code == httpx.codes.UNAUTHORIZED
            assert (
                await window.post("/api/mail-address/confirm", json=pending)
            ).status_code == httpx.codes.UNAUTHORIZED
    # What was asked for as Bob in between is not Bob's alone.
    await company.world.host.database.batch(
        [
            statement(
                "UPDATE payout_batches SET asked_by = ?, created_at = ?", [f"user:{BOB}", asked]
            )
        ]
    )
    assert await may_decide_on("batch", platform, "run_pays", ANN) is not None
    assert await may_decide_on("batch", platform, "run_pays", EVE) is None


async def test_whoever_makes_a_link_as_somebody_else_counts_too(company: Company) -> None:
    """Ann is let in as Bob, and as Bob lets herself in as Eve."""
    as_bob = await company.signed_in(await company.link(BOB))
    await company.signed_in(await company.link(EVE, by=as_bob))
    assert await company.are_one(ANN, EVE)
    assert await company.are_one(BOB, EVE)


async def test_the_command_line_makes_somebody_themselves_again(company: Company) -> None:
    browser = await company.signed_in(await company.link())
    code = new_code(Person(ACCOUNT, BOB), "operator", company.now, "recovery")
    await company.world.host.database.batch(code.statements)
    await company.signed_in({"url": code.path})
    assert not await company.are_one(ANN, BOB)
    assert not await holds(browser)


async def test_an_expense_is_approved_by_nobody_who_may_have_handed_it_in(company: Company) -> None:
    database, world = company.world.host.database, company.world.host.platform
    policy = {"name": "Two", "effect": "four_eyes"}
    assert (await company.ann.post("/api/policies", json=policy)).is_success
    await company.signed_in(await company.link())
    await add_expenses(database, Given(1))
    handed_in = "UPDATE expenses SET person = ?, created_at = ?"
    await database.batch([statement(handed_in, [BOB, to_text(company.now)])])
    outcomes = {
        each: (
            await look(
                world, Approver(ACCOUNT, each, f"user:{each}"), all_of(ACCOUNT), [Given(1).id]
            )
        )[0]
        for each in (ANN, BOB, EVE)
    }
    assert {each: outcome.outcome for each, outcome in outcomes.items()} == {
        ANN: "refused",
        BOB: "refused",
        EVE: "done",
    }
    assert "may be the same person" in str(outcomes[ANN].reason)


async def test_whoever_sets_a_source_up_as_somebody_else_stands_behind_it(company: Company) -> None:
    as_bob = await company.signed_in(await company.link())
    body = {"name": "A", "scheme": {"name": "github"}, "mapping": {"rules": [{"ignore": True}]}}
    made = await as_bob.post("/api/inbound-sources", json=body)
    assert made.status_code == httpx.codes.CREATED, made.text
    assert {each["userId"] for each in made.json()["people"]} == {ANN, BOB}
