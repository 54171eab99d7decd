"""What only the genuine runtime shows of limited tokens: work behind an answer, and D1's view of
the hash.
"""

import httpx

from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import RunningStack, wait_until


def test_a_limited_token_is_held_to_its_scopes_and_its_use_is_noted_behind_the_answer(
    stack: RunningStack,
) -> None:
    with stack.client() as owner:
        made = owner.post("/api/tokens", json={"name": "only reads", "scopes": ["read"]}).json()
        with httpx.Client(
            base_url=stack.url,
            headers={"authorization": f"Bearer {made['token']}"},
            timeout=PATIENCE_SECONDS,
        ) as script:
            assert script.get("/api/expenses").status_code == httpx.codes.OK
            for path in ("/api/expenses/approve", "/api/receipts", "/api/tokens"):
                refused = script.post(path, json={})
                assert (refused.status_code, refused.json()["type"]) == (
                    403,
                    "urn:tillroll:problem:beyond-token",
                )

        def last_use() -> str | None:
            listed = owner.get("/api/tokens").json()["items"]
            return next(each["lastUsedAt"] for each in listed if each["id"] == made["id"])

        assert wait_until(last_use, "the token's last use")
