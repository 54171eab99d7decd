"""The ledger on the genuine stack: three answers, many at once, and a file."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.running_stack import RunningStack


def test_transfers_on_the_genuine_stack(stack: RunningStack) -> None:
    own = stack.with_own_account()
    with own.client() as client:
        for name, side, least in (("bank", "debit", None), ("ann", "credit", 0)):
            account = {
                "id": name,
                "name": name,
                "currency": "EUR",
                "normalSide": side,
                "leastAvailable": least,
            }
            assert client.post("/api/ledger/accounts", json=account).status_code == 201
        body = {
            "kind": "transfer",
            "id": "in",
            "debit": "bank",
            "credit": "ann",
            "currency": "EUR",
            "amount": 100,
        }

        def answer(_: int) -> int:
            return client.post(
                "/api/ledger/transfers", json=body, headers={"idempotency-key": "one"}
            ).status_code

        # Under one id and one key: applied once. Whoever comes meanwhile is told so (409), later
        # the first answer.
        with ThreadPoolExecutor(4) as pool:
            assert {*pool.map(answer, range(8))} <= {201, 409}
        assert client.post("/api/ledger/transfers", json=body).status_code == 200
        drain = {**body, "id": "out", "debit": "ann", "credit": "bank", "amount": 101}
        refused = client.post("/api/ledger/transfers", json=drain)
        assert (refused.status_code, refused.json()["reason"]) == (422, "insufficient")
        assert client.post("/api/ledger/transfers", json={**body, "amount": 99}).status_code == 409
        trial = client.get("/api/ledger/trial-balance").json()
        assert (trial["isBalanced"], trial["totals"][0]["debitsPosted"]) == (True, 100)
        file = client.get("/api/ledger/accounts/ann/statement.csv")
        assert file.text.splitlines()[-1].split(",")[7] == "100"
