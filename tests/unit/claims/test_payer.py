"""The payer sees the claim by a secret link, and answers; nobody else does, and nothing
else is seen.
"""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.simulation.claiming import ACTOR
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.claims.claimed import Claimed, bill, open_claimed
from tests.unit.claims.test_transfer import read
from tests.unit.company.test_company import png
from tillroll.api.answers import ObjectReply, PictureReply
from tillroll.api.native import native_route
from tillroll.api.problems import Problem
from tillroll.claims.native import PAYER_FILE, show_payers
from tillroll.claims.payer import HEADERS
from tillroll.company.service import set_logo
from tillroll.secret_links import NoSuchLink
from tillroll_durable.platform.bindings.objects import NO_LIMITS
from tillroll_testing.host.memory import MemoryAttempts


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


async def link_to(claimed: Claimed, claim: str, **asked: object) -> str:
    return (await claimed.ask("POST", f"/api/claims/{claim}/links", asked, status=201))["url"]


async def answer(claimed: Claimed, path: str, status: int = 303, **said: str) -> httpx.Response:
    """A form that somebody without a session sends."""
    headers = {"content-type": "application/x-www-form-urlencoded", "authorization": ""}
    found = await claimed.client.post(path, content=urlencode(said), headers=headers)
    assert found.status_code == status, found.text
    await claimed.world.settle({})
    return found


async def page(claimed: Claimed, url: str, status: int = 200) -> str:
    found = await claimed.client.get(url, headers={"authorization": ""})
    assert found.status_code == status, found.text
    assert {name: found.headers[name] for name in HEADERS} == HEADERS
    assert "<script" not in found.text.replace(
        '<script type="module" src="/payer.js"></script>', ""
    )
    return found.text


async def told(claimed: Claimed) -> int:
    return len(
        await claimed.world.rows("SELECT id FROM notifications WHERE topic = 'claim.answered'")
    )


async def test_the_page_shows_the_claim_and_nothing_else(claimed: Claimed) -> None:
    await claimed.world.rows(
        "UPDATE expenses SET merchant = '<b>Bar</b>', note = 'secret note' WHERE id = 'exp_000001'"
    )
    await add_expenses(claimed.world.host.database, Given(9, merchant="Another shop"))
    claim = await claimed.claim()
    shown = await page(claimed, await link_to(claimed, claim))
    for said in (
        "Expense claim 2026-0001",
        "Billed to ACME: €37.90, due 31 Mar 2026",
        "€12.90",
        "&lt;b&gt;Bar&lt;/b&gt;",
        "Not paid yet",
    ):
        assert said in shown
    for hidden in ("secret note", "Another shop", "usr_first", "exp_000001", claim):
        assert hidden not in shown


async def test_that_they_have_paid_is_told_and_books_nothing(claimed: Claimed) -> None:
    claim = await claimed.claim()
    url = await link_to(claimed, claim)
    for _ in range(2):
        found = await answer(claimed, f"{url}/paid")
        assert found.headers["location"] == url
    seen = await claimed.shown(claim)
    assert (seen["state"], seen["open"], seen["events"][-1]["kind"]) == (
        "issued",
        "37.90",
        "said_paid",
    )
    assert seen["events"][-1]["actor"].startswith("link:cln_")
    assert (len(seen["events"]), await told(claimed)) == (3, 1)
    shown = await page(claimed, url)
    # At the top of the page too, where it is after they answered.
    assert shown.index("You told us on 1 Mar 2026 that you have paid") < shown.index("payer-sums")
    assert "Not paid yet" not in shown
    assert "I have paid</button>" not in shown
    await claimed.pay(claim, "20")
    assert "I have paid</button>" in await page(claimed, url)
    await answer(claimed, f"{url}/paid")
    assert await told(claimed) == 2


async def test_the_reminder_waits_for_the_payment_they_speak_of() -> None:
    kinds: dict[tuple[int, int], int] = {}
    for pause in (0, 10):
        async with open_claimed() as mine:
            claim = await mine.claim(termsDays=10, pauseDays=pause)
            mine.later(10)
            await mine.world.settle({})
            await answer(mine, f"{await link_to(mine, claim)}/paid")
            for days in (2, 10):
                mine.later(days)
                for _ in range(3):
                    await mine.world.settle({})
                events: Any = (await mine.shown(claim))["events"]
                kinds[pause, days] = [each["kind"] for each in events].count("reminder")
    assert kinds == {(0, 2): 1, (0, 10): 1, (10, 2): 0, (10, 10): 1}


async def test_that_it_is_wrong_is_a_dispute_with_their_words(claimed: Claimed) -> None:
    claim = await claimed.claim()
    url = await link_to(claimed, claim)
    for empty in ("", " \n ", "x" * 501):
        assert (
            "Say in 1 to 500 letters"
            in (await answer(claimed, f"{url}/wrong", 422, why=empty)).text
        )
    await answer(claimed, f"{url}/wrong", why="Not ours:\nlook <again>")
    await answer(claimed, f"{url}/wrong", why="And once more")
    seen = await claimed.shown(claim)
    assert (seen["state"], seen["events"][-1]["said"]) == ("disputed", "Not ours: look <again>")
    assert (len(seen["events"]), await told(claimed)) == (3, 1)
    assert "You told us that something is wrong" in await page(claimed, url)


async def test_what_is_settled_is_shown_and_not_answered(claimed: Claimed) -> None:
    claim = await claimed.claim()
    url = await link_to(claimed, claim)
    await claimed.pay(claim, "37.90")
    shown = await page(claimed, url)
    assert "Paid. Thank you." in shown
    assert "<form" not in shown
    await answer(claimed, f"{url}/paid", 409)
    await answer(claimed, f"{url}/wrong", 409, why="no")


async def test_a_link_ends_and_its_token_is_kept_nowhere(claimed: Claimed) -> None:
    claim = await claimed.claim()
    first, second = await link_to(claimed, claim, expiresInDays=2), await link_to(claimed, claim)
    token = second.rpartition("/")[2]
    for table in ("claim_links", "audit_events"):
        assert not any(
            token in str(row)
            # The test's own ids and names.
            for row in await claimed.world.rows(f"SELECT * FROM {table}")
        )
    listed = (await claimed.ask("GET", f"/api/claims/{claim}/links"))["items"]
    assert [each["status"] for each in listed] == ["active", "active"]
    other = {"authorization": f"Bearer {OTHER_TOKEN}"}
    refused = await claimed.client.delete(f"/api/claim-links/{listed[0]['id']}", headers=other)
    assert refused.status_code == httpx.codes.NOT_FOUND
    for _ in range(2):
        await claimed.ask("DELETE", f"/api/claim-links/{listed[0]['id']}", status=204)
    claimed.later(2)
    for url in (first, second, "/api/payer/clk_nobodys"):
        assert "This link cannot be used" in await page(claimed, url, 404)
        await answer(claimed, f"{url}/paid", 404)
        await answer(claimed, f"{url}/wrong", 404, why="x")
    listed = (await claimed.ask("GET", f"/api/claims/{claim}/links"))["items"]
    assert [each["status"] for each in listed] == ["revoked", "expired"]
    await claimed.ask("GET", "/api/claims/run_nobodys/links", status=404)
    await claimed.ask("POST", "/api/claims/run_nobodys/links", {}, status=404)


async def test_files_and_pictures_by_a_link(claimed: Claimed) -> None:
    claim, platform = await claimed.claim(), claimed.world.host.platform
    await claimed.world.rows("UPDATE receipts SET media_type = 'image/jpeg'")
    url = await link_to(claimed, claim)
    token = url.rpartition("/")[2]
    assert f'src="{url}/images/1"' in await page(claimed, url)
    route = native_route("GET", f"{url}/images/1")
    assert route is not None
    assert route.template == PAYER_FILE
    statement = await show_payers(platform, token, "statement.pdf")
    assert isinstance(statement, ObjectReply)
    assert statement.headers["cache-control"] == "private, no-store"
    assert isinstance(await show_payers(platform, token, "images/2"), PictureReply)
    for what in ("images/3", "invoice.xml"):
        with pytest.raises(Problem):
            await show_payers(platform, token, what)
    with pytest.raises(NoSuchLink):
        await show_payers(platform, "clk_nobodys", "statement.pdf")


async def test_an_invoice_as_pdf_is_opened_by_a_link_and_nothing_else_is(claimed: Claimed) -> None:
    claim, platform = await claimed.claim(), claimed.world.host.platform
    await claimed.world.rows(
        "UPDATE receipts SET media_type = iif(id = (SELECT MIN(id) "
        "FROM receipts), 'application/pdf', 'text/xml')"
    )
    url = await link_to(claimed, claim)
    token = url.rpartition("/")[2]
    shown = await page(claimed, url)
    [place] = re.findall(rf'href="{url}/documents/(\d)"', shown)
    assert native_route("GET", f"{url}/documents/{place}") is not None
    found = await show_payers(platform, token, f"documents/{place}")
    assert isinstance(found, ObjectReply)
    assert found.headers["content-disposition"] == f'attachment; filename="document-{place}.pdf"'
    assert (found.headers["cache-control"], found.headers["content-type"]) == (
        "private, no-store",
        "application/pdf",
    )
    for what in (f"images/{place}", f"documents/{3 - int(place)}", "documents/9"):
        with pytest.raises(Problem):
            await show_payers(platform, token, what)
    with pytest.raises(NoSuchLink):
        await show_payers(platform, "clk_nobodys", f"documents/{place}")


async def test_a_link_is_used_so_often_a_minute_and_another_as_often(claimed: Claimed) -> None:
    claim = await claimed.claim()
    first, second = await link_to(claimed, claim), await link_to(claimed, claim)
    limits = replace(NO_LIMITS, by_actor=MemoryAttempts(2))
    limited = replace(claimed.world.host.platform, limits=limits)
    async with api_client(limited, None) as client:
        assert [(await client.get(url)).status_code for url in (first, first, first, second)] == [
            200,
            200,
            429,
            200,
        ]
    with pytest.raises(Problem):
        await show_payers(limited, first.rpartition("/")[2], "statement.pdf")


COMPANY = {
    "name": "Bücher & Söhne",
    "iban": "DE02 1203 0000 0000 2020 51",
    "city": "Köln",
    "mail": "pay@books.example",
}


async def test_the_page_has_what_a_transfer_needs(claimed: Claimed) -> None:
    claim = await claimed.claim()
    url = await link_to(claimed, claim)
    assert "Pay by bank transfer" not in await page(claimed, url)
    await claimed.ask("PATCH", "/api/company", COMPANY)
    shown = await page(claimed, url)
    assert "DE02 1203 0000 0000 2020 51" in shown
    for copied in ("DE02120300000000202051", "37.90", "2026-0001", "Bücher &amp; Söhne"):
        assert f'data-copy="{copied}"' in shown
    payload = "BCD\n002\n1\nSCT\n\nBücher & Söhne\nDE02120300000000202051\nEUR37.90\n\n\n2026-0001"
    assert read(shown[shown.index("<svg") :]) == payload
    await claimed.pay(claim, "20")
    assert "EUR17.90" in read(code_of(await page(claimed, url)))
    await claimed.pay(claim, "17.90")
    assert "Pay by bank transfer" not in await page(claimed, url)


def code_of(shown: str) -> str:
    return shown[shown.index("<svg") :]


async def test_another_currency_has_no_code(claimed: Claimed) -> None:
    await claimed.ask("PATCH", "/api/company", COMPANY)
    shown = await page(claimed, await link_to(claimed, await claimed.claim(currency="USD")))
    assert "Pay by bank transfer" in shown
    assert "<svg" not in shown


async def test_amounts_and_days_are_in_the_payers_language(claimed: Claimed) -> None:
    await bill(claimed.world.host.database)
    await claimed.ask("PATCH", "/api/clients/cli_acme", {"language": "fr"})
    own = await link_to(claimed, await claimed.claim(expenseIds=["exp_000001"]))
    theirs = await link_to(claimed, await claimed.claim(payerKind="customer", clientId="cli_acme"))
    for url, accepted, amount, day in (
        (own, "de-DE,de;q=0.9,en;q=0.8", "12,90\u00a0€", "31.03.2026"),
        (own, "xx, en-US;q=0.5", "€12.90", "Mar 31, 2026"),
        (own, "*", "€12.90", "31 Mar 2026"),
        (theirs, "de", "25,00\u00a0€", "31/03/2026"),
    ):
        headers = {"authorization": "", "accept-language": accepted}
        shown = (await claimed.client.get(url, headers=headers)).text
        assert (amount in shown, day in shown) == (True, True), (accepted, shown[:900])


async def test_the_logo_is_shown_by_the_link(claimed: Claimed) -> None:
    url = await link_to(claimed, await claimed.claim())
    platform = claimed.world.host.platform
    token = url.rpartition("/")[2]
    with pytest.raises(Problem):
        await show_payers(platform, token, "logo")
    await set_logo(platform, ACTOR, png())
    assert f'src="{url}/logo"' in await page(claimed, url)
    shown = await show_payers(platform, token, "logo")
    assert isinstance(shown, ObjectReply)
    assert shown.headers["content-type"] == "image/png"


async def test_the_page_is_in_the_language_that_their_browser_asks_for(claimed: Claimed) -> None:
    url = await link_to(claimed, await claimed.claim())
    headers = {"authorization": "", "accept-language": "de-DE,en;q=0.5"}
    shown = (await claimed.client.get(url, headers=headers)).text
    for said in (
        '<html lang="de">',
        "Auslagenabrechnung 2026-0001",
        "An ACME: 37,90",
        "Noch nicht bezahlt.",
        "Offen",
    ):
        assert said in shown
    gone = await claimed.client.get("/api/payer/none", headers=headers)
    assert (gone.status_code, "Diesen Link gibt es nicht" in gone.text) == (404, True)
    refused = await claimed.client.post(
        f"{url}/wrong",
        headers={**headers, "content-type": "application/x-www-form-urlencoded"},
        content="why=",
    )
    assert "Geben Sie in 1 bis 500 Zeichen an, was nicht stimmt." in refused.text
