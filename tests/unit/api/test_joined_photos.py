"""Photos are joined by whoever sees them all, and by nobody else."""

from functools import partial
from typing import Any

import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, TOKEN
from tests.unit.api.test_own_documents import SUBMITTER, of_two_people


@pytest.mark.parametrize("token", [SUBMITTER, OTHER_TOKEN])
async def test_another_s_photos_are_not_there(token: str) -> None:
    books = await of_two_people()
    body = {"receiptIds": ["rec_000001", "rec_000003"]}
    async with api_client(books.host.platform, token) as client:
        answer = await client.post("/api/receipts/joined", json=body)
    assert answer.status_code == 404


@pytest.mark.parametrize("token", [SUBMITTER, OTHER_TOKEN])
@pytest.mark.parametrize(
    ("path", "body"), [("split", {"beginsAt": [2]}), ("undo", {"act": "join"}), ("pieces", None)]
)
async def test_another_s_document_is_not_split_nor_put_together_again(
    token: str, path: str, body: dict[str, Any] | None
) -> None:
    books = await of_two_people()
    async with api_client(books.host.platform, token) as client:
        asked = client.get if body is None else partial(client.post, json=body)
        assert (await asked(f"/api/receipts/rec_000001/{path}")).status_code == 404


async def test_photos_that_do_not_wait_are_not_joined() -> None:
    books = await of_two_people()
    async with api_client(books.host.platform, TOKEN) as client:
        answer = await client.post(
            "/api/receipts/joined", json={"receiptIds": ["rec_000001", "rec_000002"]}
        )
        assert answer.status_code in {409, 422}
        unknown = await client.post(
            "/api/receipts/joined", json={"receiptIds": ["rec_000001", "rec_none"]}
        )
        assert unknown.status_code == 404
