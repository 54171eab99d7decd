"""A filter by something that there is not is refused with what there is: an empty list looked like
an answer.
"""

import base64

import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database


@pytest.mark.parametrize(
    ("path", "field", "says"),
    [
        ("/api/runs?kind=receipts", "kind", "did you mean receipt?"),
        ("/api/runs?kind=receipt&state=notify", "state", "did you mean notified?"),
        ("/api/runs?ids=nope", "ids", "Give ids of runs"),
        ("/api/deliveries?topic=expense.creatd", "topic", "did you mean expense.created?"),
        ("/api/inbound-events?source=src_1", "source", "There are none."),
    ],
)
async def test_it_is_said_what_there_is(path: str, field: str, says: str) -> None:
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        answer = await client.get(path)
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    assert error["field"] == field
    assert says in error["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/runs?kind=receipt&state=notified",
        "/api/deliveries?topic=endpoint.test",
        "/api/runs?ids=run_1",
    ],
)
async def test_what_there_is_and_has_nothing_is_an_empty_list(path: str) -> None:
    async with api_client(assemble(await migrated_database(), {}).platform) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (None, "as `Authorization: Bearer"),
        ("Bearer till_nobodys", "is unknown, has expired or was revoked"),
        ("Basic " + base64.b64encode(b"ann:secret").decode(), "no other scheme is taken"),
    ],
)
async def test_a_token_that_was_sent_is_told_apart_from_none(sent: str | None, says: str) -> None:
    async with api_client(assemble(await migrated_database(), {}).platform, None) as client:
        answer = await client.get(
            "/api/session", headers={} if sent is None else {"authorization": sent}
        )
    assert answer.status_code == 401
    assert says in answer.json()["detail"]
