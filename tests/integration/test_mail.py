"""Mail on the genuine stack: a link is mailed, confirms an address, and what comes back stops mail
there.
"""

import re

import httpx

from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until


def test_an_address_is_confirmed_by_its_mail_and_stopped_by_a_bounce(stack: RunningStack) -> None:
    address = "ann.of.the.stack@example.com"
    with (
        httpx.Client(base_url=stack.stack.mail_url, timeout=PATIENCE_SECONDS) as inbox,
        stack.client() as client,
    ):
        inbox.post(
            "/faults", json={"kind": "lost_after"}
        ).raise_for_status()  # sent, and the answer never came

        def mailed() -> list[dict[str, str]]:
            return [each for each in inbox.get("/emails").json()["data"] if each["to"] == [address]]

        assert client.put("/api/mail-address", json={"address": address}).status_code == 202
        [email] = wait_until(mailed, "the mail")
        runs = wait_until(
            lambda: [
                run
                for run in client.get("/api/runs?kind=mail").json()["items"]
                if run["status"] == "complete"
            ],
            "the mail's run to end",
        )
        assert len(mailed()) == 1, "it was sent twice"
        shown = client.get(f"/api/runs/{runs[0]['id']}").json()
        assert email["id"] in str(shown), "the provider's id is not kept"
        code = re.search(r"/confirm-mail#code=([\w-]+)", email["text"])
        assert code
        assert client.post("/api/mail-address/confirm", json={"code": code[1]}).json() == {
            "confirmed": True
        }
        assert client.get("/api/notices/choices").json()["mail"]["address"] == address
        page = inbox.get(f"/inbox/{email['id']}")
        assert "Confirm your address" in page.text
        answer = inbox.post(
            f"/inbox/{email['id']}/bounced", headers={"accept": "application/json"}
        ).json()
        assert answer == {"status": 200, "body": {"taken": "stopped"}}
        assert client.get("/api/notices/choices").json()["mail"]["stopped"] == "bounced"
        told = client.get("/api/notices").json()["items"][0]
        assert told["topic"] == "mail.bounced"
        client.post("/api/notices/read", json={"ids": [told["id"]]})
        assert client.delete("/api/mail-address").json()["address"] is None


def test_the_inbox_answers_under_its_own_name_only(stack: RunningStack) -> None:
    with httpx.Client(base_url=stack.stack.mail_url) as inbox:
        assert inbox.get("/", headers={"host": "evil.example.com"}).status_code == 400
        assert inbox.get("/inbox/none").status_code == 404
        refused = inbox.post("/emails", json={}, headers={"authorization": "Bearer other"})
        assert (refused.status_code, refused.json()["name"]) == (403, "invalid_api_key")
