"""Receipts by mail on the genuine stack: posted to the handler of `wrangler dev`, stored, worked
off, shown.
"""

import httpx

from tests.support.mails import papers
from tests.support.mails.writing import ANN, attached, mail, multipart, plain
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until

_HANDLER = "/cdn-cgi/handler/email"


def test_a_mail_becomes_receipts_once_and_a_stranger_is_refused(stack: RunningStack) -> None:
    with stack.client() as client, stack.client_of(None) as sender:
        user = client.get("/api/session").json()["user"]["id"]
        asked = {"requiresAuthentication": True, "senders": [{"pattern": ANN, "userId": user}]}
        client.put("/api/receipts-by-mail", json=asked).raise_for_status()
        shown = (
            client.post("/api/receipts-by-mail/address", json={"graceHours": 0})
            .raise_for_status()
            .json()
        )
        address = shown["address"]

        def post(raw: bytes, to: str = address) -> httpx.Response:
            return sender.post(_HANDLER, params={"from": ANN, "to": to}, content=raw)

        body = multipart(
            "mixed",
            "b",
            [
                plain("two, and a letter"),
                attached(papers.invoice("MAILED TRADING LTD"), "application/pdf", "invoice.pdf"),
                attached(
                    papers.zipped({"photo.jpg": papers.photo("KEDAI EMEL")}),
                    "application/zip",
                    "photos.zip",
                ),
                attached(b"\xd0\xcf\x11\xe0", "application/msword", "letter.doc"),
            ],
        )
        raw = mail(
            f"From: Ann <{ANN}>\nSubject: =?UTF-8?Q?Quittungen_f=C3=BCr_M=C3=A4rz?=",
            body,
            id_="it-1@example.com",
        )
        for _ in range(2):
            assert post(raw).status_code == httpx.codes.OK
        stranger = post(raw.replace(ANN.encode(), b"eve@example.com"))
        assert "may not send" in stranger.text, stranger.text
        assert "no such address" in post(raw, f"x{address}").text
        forged = mail(f"From: Ann <{ANN}>\nSubject: x", body, above="", id_="it-2@example.com")
        assert "does not prove" in post(forged).text
        text = mail(f"From: Ann <{ANN}>\nSubject: hello", plain("Hello"), id_="it-3@example.com")
        assert "no receipt in this mail" in post(text).text

        def settled() -> list[dict[str, str]] | None:
            stack.fire_cron()  # the local queue loses messages where the process is started anew
            found = client.get("/api/received-mail").json()["items"]
            return found if all(each["state"] != "stored" for each in found) else None

        refused, taken = wait_until(settled, "the mail to be worked off")
        assert (refused["state"], taken["state"]) == ("refused", "done")
        assert taken["subject"] == "Quittungen für März"
        outcomes = client.get(f"/api/received-mail/{taken['id']}").json()["papers"]
        assert [each["outcome"] for each in outcomes] == ["taken", "taken", "refused", "left_out"]
        run = stack.wait_for_status(outcomes[0]["runId"], "complete", "needs_review")
        assert run["receipt"]["receivedMailId"] == taken["id"]
        with httpx.Client(base_url=stack.stack.mail_url, timeout=PATIENCE_SECONDS) as inbox:
            answers = wait_until(
                lambda: [
                    each for each in inbox.get("/emails").json()["data"] if each["to"] == [ANN]
                ],
                "the answer",
            )
        assert "letter.doc: not taken" in answers[0]["text"]
        client.delete("/api/receipts-by-mail/address").raise_for_status()
