"""A claim that is sent by mail, over HTTP: refused at the door where it could not be, and shown
with its mails.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta

import pytest

from local.mail.counterpart import Counterpart, Fault
from tests.simulation.mailed_claims import ADDRESS, open_mailed, settle
from tests.support.host_api import api_client
from tests.support.watching import WatchedDatabase
from tests.unit.claims.claimed import ASKED, Claimed
from tillroll.claims import creation
from tillroll.mail.addresses import hash_of_address, suppress
from tillroll.mail.jobs import MESSAGES_KEPT, forget_old_mail
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults

BY_MAIL: dict[str, object] = {"sentBy": "mail", "payerMail": f" {ADDRESS}"}


@pytest.fixture
async def opened() -> AsyncGenerator[tuple[Claimed, Counterpart]]:
    world, provider = await open_mailed(Faults())
    async with api_client(world.host.platform) as client:
        yield Claimed(world, client), provider


async def refused(claimed: Claimed, **asked: object) -> str:
    return str(await claimed.ask("POST", "/api/claims", {**ASKED, **asked}, status=422))


async def test_it_is_shown_with_its_mails(opened: tuple[Claimed, Counterpart]) -> None:
    claimed, provider = opened
    claim = await claimed.claim(**BY_MAIL)
    await settle(claimed.world)
    await claimed.pay(claim, "37.90")
    await settle(claimed.world)
    shown = await claimed.shown(claim)
    assert (shown["sentBy"], shown["payerMail"], shown["state"]) == ("mail", ADDRESS, "paid")
    first, thanks = shown["mails"]
    assert (first["purpose"], first["became"], first["providerId"]) == (
        "issued",
        "sent",
        provider.emails[0].id,
    )
    assert (thanks["purpose"], thanks["became"]) == ("thanks", "sent")
    assert [each["said"] for each in shown["events"] if each["kind"] == "presented"] == [
        f"mail {first['providerId']}"
    ]
    [url] = [word for word in provider.emails[0].text.split() if word.startswith("https://")]
    page = await claimed.client.get(
        url.removeprefix("https://till.test"), headers={"authorization": ""}
    )
    assert "It is paid. Thank you." in page.text
    assert "https://" not in provider.emails[1].text


async def test_the_address_and_the_way_belong_together(opened: tuple[Claimed, Counterpart]) -> None:
    claimed, _ = opened
    assert "no address is known for claims" in await refused(claimed, sentBy="mail")
    for asked in ({"payerMail": ADDRESS}, {"sentBy": "webhook", "payerMail": ADDRESS}):
        assert "Give payerMail with sentBy mail" in await refused(claimed, **asked)
    for given in ("ann", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", ""):
        assert "Give one mail address" in await refused(claimed, sentBy="mail", payerMail=given), (
            given
        )


async def test_what_could_not_be_mailed_is_refused_at_once(
    opened: tuple[Claimed, Counterpart], monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, provider = opened
    monkeypatch.setattr(creation, "MOST_A_DAY", 1)
    await claimed.claim(**BY_MAIL, expenseIds=["exp_000001"])
    assert "1 claims were mailed within a day" in await refused(claimed, **BY_MAIL)
    claimed.later(2)
    closed = suppress(hash_of_address(ADDRESS), "bounced", "out_x", "2026-03-01T09:00:00.000Z")
    await claimed.world.host.database.batch([closed])
    assert "Mail there came back" in await refused(claimed, **BY_MAIL)
    assert len(provider.emails) == 1


async def test_a_mail_is_kept_while_its_claim_goes_on_and_a_year(
    opened: tuple[Claimed, Counterpart],
) -> None:
    claimed, _ = opened
    claim = await claimed.claim(**BY_MAIL)
    await settle(claimed.world)
    claimed.world.host.pieces.clock.advance(MESSAGES_KEPT + timedelta(days=1))
    await forget_old_mail(claimed.world.host.platform)
    assert "issued" in [each["purpose"] for each in (await claimed.shown(claim))["mails"]]
    await claimed.pay(claim, "37.90")
    await settle(claimed.world)
    await forget_old_mail(claimed.world.host.platform)
    assert "issued" not in [each["purpose"] for each in (await claimed.shown(claim))["mails"]]


async def test_forgetting_a_mail_reads_its_own_runs_alone(
    opened: tuple[Claimed, Counterpart],
) -> None:
    """However many the account has."""
    claimed, _ = opened
    watched = WatchedDatabase(claimed.world.host.database)
    await forget_old_mail(replace(claimed.world.host.platform, database=watched))
    found: list[str] = []
    for query in watched.seen:
        plan = await watched.all(statement(f"EXPLAIN QUERY PLAN {query.sql}", *query.parameters))
        found += [
            str(step["detail"]).partition(" (")[2]
            for step in plan
            if str(step["detail"]).startswith("SEARCH r ")
        ]
    by_key, by_subject, by_id = (
        "account_id=? AND kind=? AND begin_key=?)",
        "account_id=? AND subject=?)",
        "id=?)",
    )
    assert sorted(found) == sorted([by_key, by_subject, by_id, by_subject])


async def test_the_text_of_a_mail_that_is_not_sent_any_more_is_forgotten(
    opened: tuple[Claimed, Counterpart],
) -> None:
    claimed, provider = opened
    provider.faults = [Fault("refused") for _ in range(40)]
    await claimed.claim(**BY_MAIL)
    await settle(claimed.world)
    claimed.later(2)
    kept = "SELECT mail IS NOT NULL AS mail, code IS NOT NULL AS code FROM outside_messages"
    await forget_old_mail(claimed.world.host.platform)
    assert await claimed.world.rows(kept) == [{"mail": 1, "code": 1}]  # a person may retry it
    claimed.world.aims_at = "mail"
    await claimed.world.abandon()
    await settle(claimed.world)
    await forget_old_mail(claimed.world.host.platform)
    assert await claimed.world.rows(kept) == [{"mail": 0, "code": 0}]
