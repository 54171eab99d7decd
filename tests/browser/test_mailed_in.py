"""Settings → Receipts by mail: an address is made and changed, a sender allowed and not any more;
what came is shown, and what was refused. By phone and desk.
"""

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import looks_well
from tests.support.mails import papers
from tests.support.mails.writing import ANN, attached, mail, multipart, plain
from tests.support.running_stack import RunningStack, wait_until

_SHOP: Final = "@mailing.example"


@pytest.mark.essential
def test_an_address_is_made_changed_and_ended(page: Page, stack: RunningStack) -> None:
    page.goto("/settings")
    page.get_by_role("link", name="Receipts by mail").click()
    expect(page.get_by_text("nothing is taken by mail")).to_be_visible()
    page.get_by_role("button", name="Make an address").click()
    page.get_by_role("dialog").get_by_role("button", name="Make it").click()
    address = page.locator("#receipt-address")
    expect(address).to_contain_text("@")
    before = str(address.text_content()).strip()
    page.get_by_role("button", name="Change the address").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Hours for which the one before still holds").fill("721")
    dialog.get_by_role("button", name="Change it").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_label("Hours for which the one before still holds").fill("2")
    dialog.get_by_role("button", name="Change it").click()
    expect(page.get_by_text(f"{before} holds until")).to_be_visible()
    expect(address).not_to_have_text(before)
    looks_well(page)
    page.get_by_role("button", name="Take nothing any more").click()
    page.get_by_role("dialog").get_by_role("button", name="Take nothing").click()
    expect(page.get_by_text("nothing is taken by mail")).to_be_visible()
    with stack.client() as client:
        shown = client.get("/api/receipts-by-mail").json()
        assert (shown["address"], shown["earlier"]) == (None, [])


def test_a_sender_is_allowed_and_not_any_more(page: Page, stack: RunningStack) -> None:
    page.goto("/settings/mail")
    page.get_by_role("button", name="New sender …").click()
    page.get_by_label("Address or domain").fill("no address")
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Address or domain").fill(_SHOP)
    page.get_by_role("button", name="Allow", exact=True).click()
    line = page.get_by_role("listitem").filter(has_text=_SHOP)
    expect(line).to_contain_text("as receipts of")
    expect(page.get_by_role("alert")).to_have_count(0)
    proof = page.get_by_role("checkbox", name="must prove that it sent the mail")
    proof.uncheck()
    expect(page.get_by_text("Anyone who knows the address can send")).to_be_visible()
    looks_well(page)
    proof.check()
    expect(page.get_by_text("Anyone who knows the address can send")).to_be_hidden()
    with stack.client() as client:
        asked = client.get("/api/receipts-by-mail").json()
        assert (
            [each["pattern"] for each in asked["senders"]],
            asked["requiresAuthentication"],
        ) == ([_SHOP], True)
        page.get_by_role("button", name=f"Disallow {_SHOP}").click()
        expect(line).to_have_count(0)
        assert client.get("/api/receipts-by-mail").json()["senders"] == []


def test_what_came_is_shown_with_what_was_refused(page: Page, stack: RunningStack) -> None:
    with stack.client() as client, stack.client_of(None) as sender:
        user = client.get("/api/session").json()["user"]["id"]
        asked = {"requiresAuthentication": True, "senders": [{"pattern": ANN, "userId": user}]}
        client.put("/api/receipts-by-mail", json=asked).raise_for_status()
        address = (
            client.post("/api/receipts-by-mail/address", json={"graceHours": 0})
            .raise_for_status()
            .json()
        )

        def post(raw: bytes) -> str:
            asked = {"from": ANN, "to": address["address"]}
            return sender.post("/cdn-cgi/handler/email", params=asked, content=raw).text

        parts = [
            plain("the invoice, and a letter"),
            attached(papers.invoice("MAILED TRADING LTD"), "application/pdf", "invoice.pdf"),
            attached(b"\xd0\xcf\x11\xe0", "application/msword", "letter.doc"),
        ]
        march = mail(
            f"From: Ann <{ANN}>\nSubject: Receipts of March",
            multipart("mixed", "b", parts),
            id_="page-1@example.com",
        )
        hello = mail(f"From: Ann <{ANN}>\nSubject: hello", plain("Hello"), id_="page-2@example.com")
        assert "may not send" in post(hello.replace(ANN.encode(), b"eve@example.com"))
        for each in (hello, march):
            post(each)

        def settled() -> bool | None:
            stack.fire_cron()
            states = [each["state"] for each in client.get("/api/received-mail").json()["items"]]
            return (len(states) == 2 and "stored" not in states) or None

        wait_until(settled, "the mail to be worked off")
    page.goto("/settings/mail")
    expect(page.locator("#refused-mail")).to_contain_text("its sender may not send")
    expect(page.get_by_role("listitem").filter(has_text="hello")).to_contain_text("refused")
    taken = page.get_by_role("listitem").filter(has_text="Receipts of March")
    expect(taken).to_contain_text("1 receipt · 1 not taken")
    looks_well(page)
    page.get_by_role("button", name="Papers of Receipts of March").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("proven by its domain")
    expect(dialog.get_by_role("listitem").filter(has_text="letter.doc")).to_contain_text(
        "not taken"
    )
    looks_well(page)
    dialog.get_by_role("link", name="invoice.pdf").click()
    expect(page.get_by_role("heading", level=1)).not_to_be_empty()
    assert "/expenses/" in page.url
