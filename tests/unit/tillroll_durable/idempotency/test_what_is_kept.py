"""Which answers stay with a key, which leave it free, and which the next sender is to get."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.idempotency.journal import Attempt, begin
from tillroll_durable.idempotency.keys import Answered, InFlight, KeyReused, Sent
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement, statement
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.platform import ACCOUNT, HostPlatform

NAMES: Final = statement("CREATE TABLE names (name TEXT PRIMARY KEY) STRICT")
ADD_A: Final = statement("INSERT INTO names (name) VALUES ('a')")
ADD_B: Final = statement("INSERT INTO names (name) VALUES ('b')")
SENT: Final = Sent(ACCOUNT, "user:ann", "POST /names", key="k1", fingerprint="f1")
OTHER: Final = replace(SENT, fingerprint="f2")
NO_HEADERS: Final[Mapping[str, str]] = {}


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(NAMES), {})


async def attempt_on(platform: Platform, sent: Sent = SENT) -> Attempt:
    attempt = await begin(platform, sent)
    assert isinstance(attempt, Attempt)
    return attempt


@pytest.mark.parametrize("status", [200, 201, 204, 303, 399, 404, 409, 410, 412, 422])
async def test_what_would_be_answered_alike_is_kept(host: HostPlatform, status: int) -> None:
    attempt = await attempt_on(host.platform)
    headers = {"ETag": '"1"', "X-Other": "x"}
    await attempt.answered(status, None, headers=headers, body="{}")
    assert await begin(host.platform, SENT) == Answered(status, {"etag": '"1"'}, "{}")


@pytest.mark.parametrize("status", [400, 401, 403, 405, 408, 411, 413, 415, 421, 423, 429])
async def test_what_is_refused_before_it_begins_leaves_the_key_free(
    host: HostPlatform, status: int
) -> None:
    attempt = await attempt_on(host.platform)
    await attempt.answered(status, None, headers=NO_HEADERS, body="{}")
    assert not (await attempt_on(host.platform, OTHER)).journal.has_resumed


async def test_a_conflict_that_may_pass_leaves_the_key_free(host: HostPlatform) -> None:
    attempt = await attempt_on(host.platform)
    await attempt.answered(409, InFlight.kind, headers=NO_HEADERS, body="{}")
    assert isinstance(await begin(host.platform, OTHER), Attempt)


async def test_a_conflict_that_stays_is_kept(host: HostPlatform) -> None:
    attempt = await attempt_on(host.platform)
    kind = Kind("not-possible", 409, "The run is not in a status in which this can be done")
    await attempt.answered(409, kind, headers=NO_HEADERS, body="{}")
    assert isinstance(await begin(host.platform, SENT), Answered)


@pytest.mark.parametrize("status", [500, 501, 503])
async def test_a_fault_of_ours_is_tried_again_by_the_same_request_only(
    host: HostPlatform, status: int
) -> None:
    attempt = await attempt_on(host.platform)
    await attempt.answered(status, None, headers=NO_HEADERS, body="{}")
    with pytest.raises(KeyReused):
        await begin(host.platform, OTHER)
    assert (await attempt_on(host.platform)).claimed.attempt == 2


async def test_a_refusal_behind_a_write_is_resumed(host: HostPlatform) -> None:
    attempt = await attempt_on(host.platform)
    await attempt.platform.database.all(ADD_A)
    await attempt.answered(403, None, headers=NO_HEADERS, body="{}")
    assert (await attempt_on(host.platform)).journal.has_resumed


async def test_a_refusal_behind_another_attempts_write_is_resumed(host: HostPlatform) -> None:
    first = await attempt_on(host.platform)
    await first.platform.database.all(ADD_A)
    host.pieces.clock.advance(timedelta(seconds=61))

    second = await attempt_on(host.platform)
    assert not second.journal.has_effects
    await second.platform.database.all(ADD_A)
    assert second.journal.has_effects
    await second.answered(403, None, headers=NO_HEADERS, body="{}")

    third = await attempt_on(host.platform)
    assert third.journal.has_resumed
    await third.platform.database.all(ADD_A)
    await third.platform.database.all(ADD_B)
    names = await host.database.all(statement("SELECT name FROM names ORDER BY name"))
    assert names == [{"name": "a"}, {"name": "b"}]


class Broken:
    """`Database` that fails."""

    async def all(self, query: Statement) -> list[Row]:
        del query
        raise DatabaseError("the database is away")

    async def first(self, query: Statement) -> Row | None:
        del query
        raise DatabaseError("the database is away")

    async def batch(self, statements: object) -> list[list[Row]]:
        del statements
        raise DatabaseError("the database is away")


@pytest.mark.parametrize(
    ("status", "event"), [(201, "idempotency.not_kept"), (500, "idempotency.not_released")]
)
async def test_an_answer_that_cannot_be_kept_is_given_and_logged(
    host: HostPlatform, caplog: pytest.LogCaptureFixture, status: int, event: str
) -> None:
    attempt = await attempt_on(host.platform)
    beneath = replace(host.platform, database=Broken())
    with caplog.at_level(logging.ERROR, "tillroll"):
        await replace(attempt, beneath=beneath).answered(
            status, None, headers=NO_HEADERS, body="{}"
        )
    [record] = caplog.records
    assert f'"event":"{event}"' in record.message
    assert "the database is away" in record.message
    with pytest.raises(InFlight):
        await begin(host.platform, SENT)
    host.pieces.clock.advance(timedelta(seconds=60))
    assert (await attempt_on(host.platform)).claimed.attempt == 2
