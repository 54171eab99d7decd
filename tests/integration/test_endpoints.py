"""An endpoint on the genuine stack: its key is kept by WebCrypto, no redirect is followed, and the library verifies."""

from standardwebhooks import Webhook

from tests.support.drawing import draw_receipt
from tests.support.http_server import Answer, Asked, LocalServer
from tests.support.receipts import clear_receipt
from tests.support.running_stack import RunningStack, wait_until


class _Receiver(LocalServer):
    """Answers 302 to the first POST, then 200."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Asked] = []

    def answer(self, asked: Asked) -> Answer:
        self.taken.append(asked)
        return Answer(302 if len(self.taken) == 1 else 200, "thanks")


def test_an_endpoint_gets_what_its_key_verifies(stack: RunningStack) -> None:
    with _Receiver() as receiver, stack.client() as client:
        made = client.post("/api/endpoints", json={"url": f"{receiver.url}/hook"}).raise_for_status().json()
        path = f"/api/endpoints/{made['id']}"
        first = client.post(f"{path}/test").raise_for_status().json()
        assert (first["state"], first["lastStatus"]) == ("given_up", 302)
        rotated = client.post(f"{path}/rotate-secret", json={}).raise_for_status().json()
        second = client.post(f"{path}/test").raise_for_status().json()
        assert (second["state"], second["attempts"][0]["answer"]) == ("delivered", "thanks")
        answer = stack.upload(draw_receipt(clear_receipt("ENDPOINT HOUSE SDN BHD", "12.90")), "hook.jpg")
        run = stack.wait_for_status(answer.json()["runId"], "complete", "needs_review", "failed")
        assert run["status"] == "complete", run
        wait_until(lambda: len(receiver.taken) == 3, "the event of the expense")
        client.delete(path).raise_for_status()
    for asked in receiver.taken[1:]:
        for secret in (made["secret"], rotated["secret"]):
            Webhook(secret).verify(asked.body, dict(asked.headers))
    assert '"expense.created"' in receiver.taken[2].body
