"""Calls of other systems over HTTP, each as a value that `run.call` makes.

charge = await run.call(CHARGE, http.post(url, {"amount": 5}, gives=Charge, look_up=url + "/{key}"))

A call sends the step's idempotency key, and looks up by it before it sends again. What each answer
means follows from its status, as RFC 9110, RFC 6585 and the draft of the Idempotency-Key header
say it: done, refused, not let in, to come again, or nobody knows.

An address is the author's own. Where it may move, it is a path of a `Host`. One that a person gives
is checked before, by `tillroll_durable.platform.web.outgoing.check_before_asking`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Generic, Literal, TypeAlias, overload
from urllib.parse import quote, urlencode

from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict, TypeVar, Unpack

from tillroll_durable._execution.answers import (
    check_goes_on,
    is_refusal,
    key_sent,
    read_json,
    sentence_of,
    succeeded,
    success_of,
)
from tillroll_durable._execution.external import Done, ExternalCall, NotDone, Reading, Unknown
from tillroll_durable._execution.hosts import Address, Host, LookUp, Url
from tillroll_durable._execution.steps import CallContext
from tillroll_durable.errors import Refused
from tillroll_durable.outputs import ContractError, Output
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.bindings.http import (
    LONGEST_ANSWER_BYTES,
    AnswerUnfit,
    Http,
    HttpAnswer,
)
from tillroll_durable.platform.json import GivenObject, Json, JsonObject, as_object, dump, member

__all__ = [
    "Address",
    "Calling",
    "Host",
    "LookUp",
    "delete",
    "get",
    "patch",
    "post",
    "put",
]

Answer = TypeVar("Answer")
Gives: TypeAlias = type[Answer] | TypeAdapter[Answer]
Body: TypeAlias = BaseModel | GivenObject | None
Record: TypeAlias = Callable[[Answer], Sequence[Statement]]
"""Gives statements from what a call gave, which are written with its step's end."""
KeyForm: TypeAlias = Literal["bare", "quoted"]
"""How a header carries the key: as it is, or as a string in quotation marks (RFC 9651, 3.3.3)."""

_ABSENT: Final = frozenset({404, 410})
# Sent again, they change nothing more (RFC 9110, 9.2.2).
_REPEATABLE: Final = frozenset({"DELETE", "PUT"})

_LONGEST_ID: Final = 300


class Calling(TypedDict, total=False):
    """What a call can be given beside its address and its body.

    Attributes:
        look_up: the address that tells what was done under the key, with `{key}` in it; a 404 says
            that nothing was. A `LookUp` where the answer is a list, or where the other side knows
            no key; a function for anything else.
            Without it the call is sent again, and the run says that it may have come twice.
        honours_key: whether the other side does it once for its key, however often it comes. By
            default it does where `look_up` has `{key}` in its address. Where it does not, or nobody
            knows, nothing is sent again before what was sent can no longer arrive.
        names: the member of the answer that is the other side's id of it, by names apart by points;
            "id" by default. Where the default is missing, the idempotency key stands for it.
        refusals: statuses that mean a refusal here, such as 409 for what exists already.
        headers: sent along. The record does not have them, so keys and tokens belong here.
        form: a body in place of JSON, as a form sends it.
        key_header: the header that carries the key; "Idempotency-Key" by default.
        key_form: "bare" by default, as providers take it; "quoted" where the other side wants the
            string of the Idempotency-Key draft.
        timeout_seconds: how long an answer may take; 20 by default.
        max_bytes: how long an answer may be; 64 KiB by default.
    """

    look_up: Url | LookUp | Callable[[CallContext], Awaitable[Done[Any] | NotDone | Unknown]]
    honours_key: bool
    names: str
    refusals: Collection[int]
    headers: Mapping[str, str]
    form: Mapping[str, str]
    key_header: str
    key_form: KeyForm
    timeout_seconds: float
    max_bytes: int


@overload
def post(
    url: Url,
    body: Body = None,
    *,
    gives: Gives[Answer],
    record: Record[Answer] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Answer]: ...
@overload
def post(
    url: Url,
    body: Body = None,
    *,
    record: Record[None] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, None]: ...
def post(
    url: Url,
    body: Body = None,
    *,
    gives: Any = None,
    record: Record[Any] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Any]:
    """A POST. Its step gives the answer's JSON as `gives`, or None without that. `record` gives
    statements from that, which are written in one batch with the step's end.
    """
    return _Call("POST", url, body=body, gives=gives, options=options).as_call(record)


@overload
def put(
    url: Url,
    body: Body = None,
    *,
    gives: Gives[Answer],
    record: Record[Answer] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Answer]: ...
@overload
def put(
    url: Url,
    body: Body = None,
    *,
    record: Record[None] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, None]: ...
def put(
    url: Url,
    body: Body = None,
    *,
    gives: Any = None,
    record: Record[Any] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Any]:
    """A PUT, as `post`."""
    return _Call("PUT", url, body=body, gives=gives, options=options).as_call(record)


@overload
def patch(
    url: Url,
    body: Body = None,
    *,
    gives: Gives[Answer],
    record: Record[Answer] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Answer]: ...
@overload
def patch(
    url: Url,
    body: Body = None,
    *,
    record: Record[None] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, None]: ...
def patch(
    url: Url,
    body: Body = None,
    *,
    gives: Any = None,
    record: Record[Any] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Any]:
    """A PATCH, as `post`."""
    return _Call("PATCH", url, body=body, gives=gives, options=options).as_call(record)


@overload
def delete(
    url: Url,
    *,
    gives: Gives[Answer],
    record: Record[Answer] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Answer]: ...
@overload
def delete(
    url: Url, *, record: Record[None] | None = None, **options: Unpack[Calling]
) -> ExternalCall[CallContext, None]: ...
def delete(
    url: Url,
    *,
    gives: Any = None,
    record: Record[Any] | None = None,
    **options: Unpack[Calling],
) -> ExternalCall[CallContext, Any]:
    """A DELETE, as `post`. What is not there any more is deleted: 404 and 410 are a success."""
    return _Call("DELETE", url, body=None, gives=gives, options=options).as_call(record)


def get(
    url: Url,
    *,
    gives: Gives[Answer],
    headers: Mapping[str, str] | None = None,
    timeout_seconds: float = 20,
    max_bytes: int = LONGEST_ANSWER_BYTES,
) -> Reading[Answer]:
    """A GET, for a step that reads. A 4xx fails its step for good; what else is no success is asked
    for again. Redirects are followed, unless there are `headers`.
    """
    content = _Content(gives)

    async def ask(context: CallContext) -> Answer:
        now = _asked_url(url, context, None)
        answer = await context.platform.http.get(now, timeout_seconds, max_bytes, headers=headers)
        return content.of(succeeded(context, answer))

    return Reading({"method": "GET", **_named(url)}, ask=ask, gives=content.output)


def _named(url: Url) -> JsonObject:
    """An address as the record has it: of a host its name, which stays."""
    if isinstance(url, Address):
        return {"host": url.host.name, "path": url.path}
    return {"url": url}


def _asked_url(url: Url, context: CallContext, host: Host | None) -> str:
    """An address to ask now. `host` is that of the call: what it asks may have been sent before its
    address moved. Raises AccessDenied: nobody has said where the host is.
    """
    if isinstance(url, str):
        return url
    if host is not None and url.host.name == host.name:
        return url.url(context.origin)
    return url.url(url.host.asked_at(None))


class _Content(Generic[Answer]):
    """What the body of an answer is."""

    def __init__(self, gives: Gives[Answer] | None) -> None:
        self.output: Output[Answer] = Output("the call", gives)

    def of(self, answer: HttpAnswer) -> Answer:
        """Raises AnswerUnfit: it is no JSON, or not what it is to be."""
        return self.checked(read_json(answer))

    def checked(self, value: Json) -> Answer:
        """Raises AnswerUnfit: the JSON is not what it is to be."""
        if self.output.adapter is None:
            nothing: Any = None
            return nothing
        return self.output.fitted(value)


@dataclass(frozen=True)
class _Call:
    """A call that changes something, from its request to what became of it."""

    method: str
    url: Url
    body: Body
    gives: Any
    options: Calling = field(repr=False)
    _content: _Content[Any] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_content", _Content(self.gives))
        if self.body is not None and "form" in self.options:
            raise ContractError(
                f"the {self.method} of {self.url!r} has a body and a form: give one"
            )

    def as_call(self, record: Record[Any] | None) -> ExternalCall[CallContext, Any]:
        look_up = self.options.get("look_up")
        if isinstance(look_up, str | Address):
            look_up = LookUp(look_up)
        asks_by_key = False
        if isinstance(look_up, LookUp):
            reconcile = self._asking_at(look_up)
            asks_by_key = look_up.asks_by_key
        else:
            reconcile = look_up
        gives = None
        if self.gives is not None:
            gives = self._content.output
        return ExternalCall(
            self._request(),
            send=self._send,
            reconcile=reconcile,
            gives=gives,
            record=record,
            is_repeatable=self.method in _REPEATABLE,
            host=self._host,
            honours_key=self.options.get("honours_key", asks_by_key),
            largest_bytes=self.options.get("max_bytes", LONGEST_ANSWER_BYTES),
        )

    @property
    def _host(self) -> Host | None:
        if isinstance(self.url, Address):
            return self.url.host
        return None

    def _request(self) -> JsonObject:
        """What the record has of the call: no header, since they carry keys."""
        request: JsonObject = {"method": self.method, **_named(self.url)}
        body = self._json()
        if body is not None:
            request["body"] = body
        form = self.options.get("form")
        if form is not None:
            request["form"] = dict(form)
        return request

    def _json(self) -> JsonObject | None:
        if isinstance(self.body, BaseModel):
            return self.body.model_dump(mode="json", by_alias=True)
        if self.body is None:
            return None
        return as_object(self.body)

    async def _send(self, context: CallContext) -> Done[Any]:
        answer = await self._sent(context)
        check_goes_on(context, answer)
        refusals = self.options.get("refusals", ())
        if self.method == "DELETE" and answer.status in _ABSENT and answer.status not in refusals:
            return Done(key_sent(context.idempotency_key))
        if is_refusal(answer.status, refusals):
            raise Refused(sentence_of(answer))
        return self._done(context, success_of(answer))

    async def _sent(self, context: CallContext) -> HttpAnswer:
        name = self.options.get("key_header", "idempotency-key")
        headers = {**self.options.get("headers", {}), name: self._key(context)}
        timeout_seconds = self.options.get("timeout_seconds", 20)
        max_bytes = self.options.get("max_bytes", LONGEST_ANSWER_BYTES)
        http = context.platform.http
        url = _asked_url(self.url, context, self._host)
        if self.method == "DELETE":
            return await http.delete(url, headers, timeout_seconds, max_bytes=max_bytes)
        form = self.options.get("form")
        body = self._json()
        if form is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
            text = urlencode(form)
        elif body is not None:
            headers["content-type"] = "application/json"
            text = dump(body)
        else:
            text = ""
        send = _sender(http, self.method)
        return await send(url, headers, text, timeout_seconds=timeout_seconds, max_bytes=max_bytes)

    def _key(self, context: CallContext) -> str:
        """The key as its header carries it."""
        key = key_sent(context.idempotency_key)
        if self.options.get("key_form", "bare") == "quoted":
            return quoted(key)
        return key

    def _asking_at(
        self, place: LookUp
    ) -> Callable[[CallContext], Awaitable[Done[Any] | NotDone | Unknown]]:
        """Raises ContractError: the address does not ask for this request."""
        value = place.value_in(self._members())

        async def ask(context: CallContext) -> Done[Any] | NotDone | Unknown:
            # No fragment is sent. What answers in place of the other side sees what is looked for.
            fragment = ""
            if place.at:
                fragment = f"#{quote(place.at)}"
            url = _asked_url(place.url, context, self._host)
            address = place.fill(url, key=key_sent(context.idempotency_key), value=value)
            answer = await context.platform.http.get(
                address + fragment,
                timeout_seconds=self.options.get("timeout_seconds", 20),
                max_bytes=self.options.get("max_bytes", LONGEST_ANSWER_BYTES),
                headers=self.options.get("headers"),
            )
            check_goes_on(context, answer)
            if answer.status == HTTPStatus.NOT_FOUND:
                return NotDone()
            whole = success_of(answer)
            if not place.at and not place.by:
                return self._done(context, whole)
            thing = place.find(read_json(whole), value)
            if isinstance(thing, NotDone | Unknown):
                return thing
            return self._done_as(context, thing, status=answer.status)

        return ask

    def _members(self) -> Mapping[str, Json]:
        """What the request has by name."""
        form = self.options.get("form")
        if form is not None:
            return dict(form)
        return self._json() or {}

    def _done(self, context: CallContext, answer: HttpAnswer) -> Done[Any]:
        """Raises AnswerUnfit: the answer does not say what was done."""
        if self.gives is None and self.options.get("names") is None:
            return Done(_id_in(answer) or key_sent(context.idempotency_key))
        return self._done_as(context, read_json(answer), status=answer.status)

    def _done_as(self, context: CallContext, value: Json, *, status: int) -> Done[Any]:
        """Raises AnswerUnfit: what an answer has of the call does not say what was done."""
        names = self.options.get("names")
        external_id = _as_id(member(value, names or "id"))
        if external_id is None and names is not None:
            raise AnswerUnfit(f"the answer {status} has no id at {names!r}")
        output = self._content.checked(value)
        return Done(external_id or key_sent(context.idempotency_key), output)


def _sender(http: Http, method: str) -> Callable[..., Awaitable[HttpAnswer]]:
    match method:
        case "PUT":
            return http.put
        case "PATCH":
            return http.patch
        case _:
            return http.post


def quoted(key: str) -> str:
    """A key as a string of RFC 9651, section 3.3.3."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _as_id(value: Json) -> str | None:
    """A text or a whole number as an id; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    if not text or len(text) > _LONGEST_ID or not text.isprintable():
        return None
    return text


def _id_in(answer: HttpAnswer) -> str | None:
    """The id in an answer that may be anything."""
    try:
        return _as_id(member(read_json(answer), "id"))
    except AnswerUnfit:
        return None
