"""What each answer of another system means for the call that it answers.

What is expected is written from published descriptions, not from the code: RFC 9110 (sections
10.2.3 and 15), RFC 6585 (429), RFC 8470 (425), the draft of the Idempotency-Key header (400, 409
and 422), and Stripe's page on idempotent requests (a key that comes again is answered as before,
500s too).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from tests.support.real_http import RealHttp
from tests.unit.tillroll_durable.calls.hostile import (
    Answering,
    HostileServer,
    Reply,
    Request,
    serving,
)
from tillroll_durable import (
    AccessDenied,
    CallContext,
    ContractError,
    Done,
    ExternalCall,
    HttpFailed,
    NonRetryable,
    NotDone,
    Refused,
    Throttled,
    http,
)
from tillroll_durable._execution.answers import key_sent
from tillroll_durable.idempotency.keys import read_key
from tillroll_testing.host.memory import ManualClock

if TYPE_CHECKING:
    from tillroll_durable.platform.services import Platform
    from tillroll_durable.runs import Run

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "run_1:charge"


class Charge(BaseModel):
    id: str
    amount: int


GOOD = json.dumps({"id": "ch_1", "amount": 5}).encode()


def context_of(key: str = KEY) -> CallContext:
    platform = cast("Platform", SimpleNamespace(http=RealHttp(), clock=ManualClock(NOW)))
    run = cast("Run", SimpleNamespace(id="run_1"))
    return CallContext(platform, run, 1, idempotency_key=key, step="charge")


Asking = Callable[[str, CallContext], Awaitable[object]]


async def outcome(answer: Answering, ask: Asking, key: str = KEY) -> tuple[Any, HostileServer]:
    """What a call came to: what it gave, or raised."""
    async with serving(answer) as server:
        try:
            return await ask(server.url, context_of(key)), server
        except Exception as error:  # noqa: BLE001 - it is what is looked at
            return error, server


async def charge(url: str, context: CallContext) -> object:
    return await http.post(f"{url}/charges", {"amount": 5}, gives=Charge).send(context)


async def look_up(url: str, context: CallContext) -> object:
    call = http.post(f"{url}/charges", {"amount": 5}, gives=Charge, look_up=url + "/charges/{key}")
    assert call.reconcile is not None
    return await call.reconcile(context)


# The class of what is raised, by status; of any other, nobody knows what was done.
SAID_NO = {
    *range(400, 500),
    307,
    308,
} - {401, 403, 407, 408, 409, 425, 429}
NOT_LET_IN = {401, 403, 407, 511}
COME_AGAIN = {425, 429}


def expected(status: int) -> type[Exception]:
    if status in NOT_LET_IN:
        return AccessDenied
    if status in COME_AGAIN:
        return Throttled
    if status in SAID_NO:
        return Refused
    return HttpFailed


@given(status=st.integers(300, 599), body=st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_each_status_means_one_thing(status: int, body: bytes) -> None:
    said, server = asyncio.run(outcome(lambda _: Reply(status, body), charge))
    assert type(said) is expected(status), status
    assert len(server.requests) == 1, "it was sent more than once"


@pytest.mark.parametrize("status", [200, 201, 202, 203])
async def test_a_success_gives_the_model_and_its_id(status: int) -> None:
    said, server = await outcome(lambda _: Reply(status, GOOD), charge)
    assert said == Done("ch_1", Charge(id="ch_1", amount=5))
    [request] = server.requests
    assert (request.method, request.path) == ("POST", "/charges")
    assert request.headers["idempotency-key"] == KEY
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {"amount": 5}


@given(
    body=st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [
                b"",
                b"null",
                b"[]",
                b"{}",
                b"[" * 10_000,
                b"NaN",
                b'{"id": "\\ud800", "amount": 1}',
                b'{"id": "x", "amount": "much"}',
                b'{"id": "x", "amount": ' + b"1" * 5000 + b"}",
                b"<html>OK</html>",
                GOOD[:-1],
            ]
        ),
    ),
    lacks=st.integers(0, 5),
)
@settings(max_examples=150, deadline=None)
def test_a_success_with_a_broken_body_is_not_taken_for_done_or_not_done(
    body: bytes, lacks: int
) -> None:
    reply = Reply(200, body, length=len(body) + lacks)
    said, _ = asyncio.run(outcome(lambda _: reply, charge))
    assert isinstance(said, HttpFailed), said


async def test_an_answer_that_never_comes_leaves_the_outcome_open() -> None:
    async def impatient(url: str, context: CallContext) -> object:
        return await http.post(url, gives=Charge, timeout_seconds=0.05).send(context)

    said, _ = await outcome(lambda _: Reply(200, GOOD, delay_seconds=5), impatient)
    assert isinstance(said, HttpFailed)
    said, _ = await outcome(lambda _: Reply(is_silent=True), charge)
    assert isinstance(said, HttpFailed)


async def test_a_longer_answer_than_the_limit_leaves_the_outcome_open() -> None:
    async def bounded(url: str, context: CallContext) -> object:
        return await http.post(url, gives=Charge, max_bytes=10).send(context)

    said, _ = await outcome(lambda _: Reply(200, GOOD), bounded)
    assert isinstance(said, HttpFailed)


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "120", 120.0),
        (429, None, None),
        (429, "soon", None),
        (503, "0", 0.0),
        (503, format_datetime(NOW.replace(minute=2), usegmt=True), 120.0),
        (503, format_datetime(NOW.replace(hour=11), usegmt=True), 0.0),
    ],
)
async def test_who_asks_to_come_again_says_when(
    status: int, retry_after: str | None, seconds: float | None
) -> None:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    said, _ = await outcome(lambda _: Reply(status, headers=headers), charge)
    assert isinstance(said, Throttled)
    assert said.seconds == seconds


async def test_a_503_that_names_no_time_leaves_the_outcome_open() -> None:
    said, _ = await outcome(lambda _: Reply(503), charge)
    assert isinstance(said, HttpFailed)


async def test_a_status_can_be_a_refusal_here() -> None:
    async def booking(url: str, context: CallContext) -> object:
        return await http.post(url, gives=Charge, refusals=(409,)).send(context)

    said, _ = await outcome(lambda _: Reply(409, b"that room is taken"), booking)
    assert isinstance(said, Refused)
    assert "that room is taken" in str(said)


@given(key=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40))
@settings(max_examples=80, deadline=None)
def test_every_key_is_sent_whole_and_looked_up_as_it_was_sent(key: str) -> None:
    sent, server = asyncio.run(outcome(lambda _: Reply(200, GOOD), charge, key))
    assert isinstance(sent, Done)
    [first] = server.requests
    assert unquote(first.headers["idempotency-key"]) == key
    found, server = asyncio.run(outcome(lambda _: Reply(200, GOOD), look_up, key))
    assert isinstance(found, Done)
    [second] = server.requests
    folder, _, last = second.path.rpartition("/")
    assert folder == "/charges"
    assert unquote(last) == first.headers["idempotency-key"]


@pytest.mark.parametrize(
    ("key", "header"), [(KEY, '"run_1:charge"'), ('a "b" \\c', '"a%20\\"b\\"%20\\\\c"')]
)
async def test_a_key_is_quoted_where_the_call_says_so(key: str, header: str) -> None:
    async def quoting(url: str, context: CallContext) -> object:
        call = http.post(
            url, gives=Charge, key_form="quoted", look_up=http.LookUp(url + "/{key}", at="data.0")
        )
        assert call.reconcile is not None
        await call.reconcile(context)
        return await call.send(context)

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return Reply(200, b'{"data": []}')
        return Reply(200, GOOD)

    _, server = await outcome(answer, quoting, key)
    asked, sent = server.requests
    assert sent.headers["idempotency-key"] == header
    assert read_key(header) == key_sent(key)
    assert asked.path == f"/{quote(key_sent(key), safe='')}", "its address is bare, and has no more"


@given(status=st.integers(300, 599))
@settings(max_examples=80, deadline=None)
def test_a_look_up_says_not_done_by_a_404_alone(status: int) -> None:
    said, server = asyncio.run(outcome(lambda _: Reply(status), look_up))
    if status == 404:
        assert said == NotDone()
    else:
        assert isinstance(said, Exception), said
    assert {each.method for each in server.requests} == {"GET"}


async def test_a_look_up_that_is_broken_says_nothing() -> None:
    for body in (b"", b"{}", b"[]", GOOD[:-1], b"none"):
        said, _ = await outcome(lambda _, body=body: Reply(200, body), look_up)
        assert isinstance(said, HttpFailed), body


@pytest.mark.parametrize(
    ("found", "done"),
    [
        ({"data": [{"id": "ch_2", "amount": 7}]}, Done("ch_2", Charge(id="ch_2", amount=7))),
        ({"data": []}, NotDone()),
        ({"data": None}, NotDone()),
    ],
)
async def test_a_look_up_reads_a_list(found: object, done: object) -> None:
    async def search(url: str, context: CallContext) -> object:
        call = http.post(
            url, gives=Charge, look_up=http.LookUp(url + "/search?q={key}", at="data.0")
        )
        assert call.reconcile is not None
        return await call.reconcile(context)

    said, server = await outcome(lambda _: Reply(200, json.dumps(found).encode()), search)
    assert said == done
    assert server.requests[0].path == "/search?q=run_1%3Acharge"


@pytest.mark.parametrize(
    ("body", "names", "external_id"),
    [
        ({"payment": {"number": 7}}, "payment.number", "7"),
        ({"other": 1}, None, KEY),
        ({"id": "a\nb"}, None, KEY),
        ({"id": True}, None, KEY),
    ],
)
async def test_the_other_sides_id_is_where_it_is_named(
    body: object, names: str | None, external_id: str
) -> None:
    async def named(url: str, context: CallContext) -> object:
        if names is None:
            return await http.post(url).send(context)
        return await http.post(url, names=names).send(context)

    said, _ = await outcome(lambda _: Reply(200, json.dumps(body).encode()), named)
    assert said == Done(external_id, None)


async def test_an_id_that_is_named_and_missing_leaves_the_outcome_open() -> None:
    async def named(url: str, context: CallContext) -> object:
        return await http.post(url, names="number").send(context)

    said, _ = await outcome(lambda _: Reply(200, b"{}"), named)
    assert isinstance(said, HttpFailed)


async def test_without_a_type_any_success_will_do() -> None:
    async def plain(url: str, context: CallContext) -> object:
        return await http.put(f"{url}/tags/1", {"is_on": True}).send(context)

    for reply in (Reply(204), Reply(200, b"OK"), Reply(200, b"{}")):
        said, _ = await outcome(lambda _, reply=reply: reply, plain)
        assert said == Done(KEY, None)


@pytest.mark.parametrize(
    ("status", "is_done"), [(204, True), (404, True), (410, True), (423, False)]
)
async def test_what_is_not_there_any_more_is_deleted(status: int, is_done: bool) -> None:
    async def remove(url: str, context: CallContext) -> object:
        return await http.delete(f"{url}/tags/1").send(context)

    said, server = await outcome(lambda _: Reply(status), remove)
    assert isinstance(said, Done if is_done else Refused)
    assert server.requests[0].method == "DELETE"


async def test_a_form_is_sent_as_a_form() -> None:
    async def form(url: str, context: CallContext) -> object:
        return await http.post(url, gives=Charge, form={"amount": "5", "for": "a & b"}).send(
            context
        )

    _, server = await outcome(lambda _: Reply(200, GOOD), form)
    [request] = server.requests
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body) == {"amount": ["5"], "for": ["a & b"]}


async def test_headers_are_sent_and_stand_in_no_record() -> None:
    token = {"authorization": "Bearer secret"}
    calls: list[ExternalCall[CallContext, None]] = []

    async def patch(url: str, context: CallContext) -> object:
        calls.append(http.patch(url, {"a": 1}, headers=token, key_header="x-request-id"))
        return await calls[0].send(context)

    _, server = await outcome(lambda _: Reply(200), patch)
    [request] = server.requests
    assert request.headers["authorization"] == "Bearer secret"
    assert request.headers["x-request-id"] == KEY
    assert "secret" not in repr(calls)
    assert "secret" not in json.dumps(calls[0].request)


def _read(url: str, context: CallContext) -> Awaitable[object]:
    return http.get(url, gives=TypeAdapter(list[int])).ask(context)


@given(status=st.integers(400, 599))
@settings(max_examples=60, deadline=None)
def test_a_question_fails_for_good_where_it_is_at_fault(status: int) -> None:
    said, _ = asyncio.run(outcome(lambda _: Reply(status), _read))
    kind = expected(status)
    assert type(said) is (NonRetryable if kind is Refused else kind)


async def test_a_question_gives_its_type() -> None:
    said, _ = await outcome(lambda _: Reply(200, b"[1, 2]"), _read)
    assert said == [1, 2]
    said, _ = await outcome(lambda _: Reply(200, b"[1, 2"), _read)
    assert isinstance(said, HttpFailed)


def test_a_call_that_contradicts_itself_is_refused_where_it_is_made() -> None:
    with pytest.raises(ContractError, match="asks for no key"):
        http.post("https://payments.example", look_up="https://payments.example/charges")
    with pytest.raises(ContractError, match="give one"):
        http.post("https://payments.example", {"a": 1}, form={"a": "1"})
