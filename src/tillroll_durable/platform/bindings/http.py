"""HTTP: uploads, whose bytes stay in the runtime, requests that go out, and names that are resolved
before."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.parse import urlsplit

from tillroll_durable.platform.json import JsonObject, load_object

# What is read of an answer where nobody names another limit.
LONGEST_ANSWER_BYTES = 64 * 1024


class HttpFailed(Exception):
    """No answer came: refused, cut off, or too slow. Whether the other side acted is unknown."""


def words_of_failure(name: str, message: str) -> str:
    """Why no answer came, by what the platform raised. Its "internal error; reference = …" tells a
    person nothing: it is what an address gives that speaks no HTTPS."""
    if message.startswith("internal error"):
        return (
            "no connection could be made. It may not answer by HTTPS, or its certificate may "
            "not be valid"
        )
    return f"{name}: {message}"


class Throttled(Exception):
    """The other side did nothing, and asks to come again: a 429, or a 503 with Retry-After. A step
    that raises it waits, and does not ask the other side whether it did something.

    Attributes:
        seconds: how long the other side asks for; None where it does not say."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


@dataclass(frozen=True)
class HttpAnswer:
    """`retry_after` and `link` are the headers of those names, None without them. `headers` has
    all, by their names in small letters. `cut` says why `body` is only the beginning; None of a
    whole one.

    Attributes:
        status: of HTTP, such as 201.
        body: as text.
    """

    status: int
    body: str
    retry_after: str | None = None
    link: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cut: str | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    def header(self, name: str) -> str | None:
        """A header by its name, in letters of any size; None where the answer lacks it."""
        return self.headers.get(name.lower())


class AnswerCut(HttpFailed):
    """The other side says that it succeeded, and its answer's body is longer than the limit or
    broke off. What it did stands, and what it says of that is unknown.

    Attributes:
        answer: the status, the headers and the beginning of the body."""

    def __init__(self, answer: HttpAnswer) -> None:
        super().__init__(f"status {answer.status}, but {answer.cut}")
        self.answer = answer


class AnswerUnfit(HttpFailed):
    """The other side says that it succeeded, and its answer's body is not what it is to be. What it
    did stands, and what it says of that is unknown."""


def too_long(max_bytes: int) -> str:
    """What is wrong with an answer that has more bytes than the limit."""
    return (
        f"the answer is longer than {max_bytes} bytes. Where that is to be read, raise `max_bytes`"
    )


def broken_off(cause: str) -> str:
    """What is wrong with an answer whose body ended too early."""
    return f"the answer broke off: {cause}"


def checked_answer(answer: HttpAnswer) -> HttpAnswer:
    """An answer to a request that may have changed something. The status of a refusal is the
    answer, whatever became of its body. Raises AnswerCut: it succeeded, and its body is not
    whole."""
    if answer.is_success and answer.cut is not None:
        raise AnswerCut(answer)
    return answer


class Http(Protocol):
    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Fetch a text in UTF-8. Redirects are followed, unless there are `headers`.
        Raises HttpFailed: no answer, longer than `max_bytes`, or no such text."""
        ...

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        """Send a POST. The answer's body is UTF-8, with U+FFFD for what is none. Redirects are not
        followed. A refusal whose body is longer than `max_bytes`, or breaks off, has `cut`.
        Raises HttpFailed: no answer; AnswerCut: a success whose body is longer, or breaks off."""
        ...

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        """Send a PUT; the rest is as `post` does it."""
        ...

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        """Send a PATCH; the rest is as `post` does it."""
        ...

    async def delete(
        self,
        url: str,
        headers: Mapping[str, str],
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        """Send a DELETE without a body; the rest is as `post` does it."""
        ...


@dataclass(frozen=True)
class HttpRequest:
    """A request whose body is bytes.

    Attributes:
        method: such as "GET".
        url: the whole address.
        headers: sent along, and never recorded.
        body: its bytes; None for a request without.
        timeout_seconds: how long the answer may take.
        max_bytes: bounds the answer's body.
        only_reads: it changes nothing there, though its method may, such as a search by POST: a
            step that makes no call may send it.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes | None = field(default=None, repr=False)
    timeout_seconds: float = 25
    max_bytes: int = 4 * 1024 * 1024
    only_reads: bool = False


@dataclass(frozen=True)
class HttpReply:
    """An answer to it. Names of headers are in small letters; `body` is UTF-8 with U+FFFD for what
    is none; `raw` is the body's bytes, as far as they were read apart."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    raw: bytes | None = field(default=None, repr=False)

    @property
    def content(self) -> bytes:
        """The body's bytes."""
        if self.raw is None:
            return self.body.encode()
        return self.raw

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


class Exchange(Protocol):
    """HTTP for APIs that take bytes, answer at length, or say in their headers when to come
    again."""

    async def send(self, request: HttpRequest) -> HttpReply:
        """Redirects are not followed. Raises HttpFailed: no answer, one longer than `max_bytes`, or
        one that breaks off. Whether the other side acted is unknown then."""
        ...

    async def stream(
        self,
        request: HttpRequest,
        take: Callable[[bytes], Awaitable[None]],
    ) -> HttpReply:
        """Send as `send` does. The body of a success goes to `take`, piece by piece, and the reply
        has none. Raises HttpFailed as `send`: what `take` was given is not whole then; and what
        `take` raises."""
        ...


class NoExchange:
    """`Exchange` where nothing can be reached."""

    async def send(self, request: HttpRequest) -> HttpReply:
        raise HttpFailed(
            f"{request.method} {urlsplit(request.url).hostname}: this host has no way out"
        )

    async def stream(
        self,
        request: HttpRequest,
        take: Callable[[bytes], Awaitable[None]],
    ) -> HttpReply:
        del take
        return await self.send(request)


class BrokenUpload(Exception):
    """The request's body is not what its headers say, or was cut off."""


class BodyTooLong(Exception):
    """The body has more bytes than are taken. No more than that many were kept, and none are
    now."""


class BeyondHead(Exception):
    """A look at bytes of a large body that have not come yet.

    Attributes:
        size: bytes of the body's beginning that show them."""

    def __init__(self, size: int) -> None:
        super().__init__(f"{size} bytes of the body are needed")
        self.size = size


class IncomingFile(Protocol):
    @property
    def name(self) -> str | None:
        """The file's name as the sender gave it; never used as a path."""
        ...

    @property
    def size(self) -> int:
        """Bytes."""
        ...

    def peek(self, offset: int, length: int) -> bytes:
        """A few bytes; fewer, or none, where the file ends. Raises BeyondHead, never within 128
        KiB."""
        ...

    async def read_head(self, size: int) -> None:
        """Make the first bytes ready for `peek`, at least `size` of them. Raises BrokenUpload."""
        ...

    async def sha256(self, folder: str) -> str:
        """SHA-256 of all bytes, in hexadecimal digits. A large body lies under a key in `folder`
        from here on, until the request is answered. Raises BrokenUpload, BodyTooLong,
        ObjectsUnavailable."""
        ...

    async def store(self, key: str, media_type: str) -> None:
        """Put the bytes into the object store; the same key with the same bytes again changes
        nothing.

        The file gives its bytes up: afterwards it is neither looked at nor stored once more."""
        ...


class UnknownFields(Exception):
    """A form has fields that its route does not take.

    Attributes:
        names: of some of them, sorted."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class IncomingUpload(Protocol):
    def header(self, name: str) -> str | None: ...

    @property
    def is_secure(self) -> bool:
        """True where the request came over https."""
        ...

    @property
    def has_body(self) -> bool:
        """True where bytes may follow the headers."""
        ...

    async def form_files(
        self, field: str, most_bytes: int, most_files: int
    ) -> Sequence[IncomingFile]:
        """The first files of a multipart field. Raises BrokenUpload; BodyTooLong: the form exceeds
        `most_bytes`; UnknownFields: it has other fields, too."""
        ...

    async def discard(self) -> None:
        """Read on for some seconds and keep nothing: a client that is still sending would not see
        the answer."""
        ...

    async def body(self, most_bytes: int) -> IncomingFile:
        """The whole body as one file, in memory. Raises BrokenUpload, BodyTooLong."""
        ...

    async def file(self, most_bytes: int) -> IncomingFile:
        """The body as one file, which passes as a stream where it is large. Raises BrokenUpload,
        BodyTooLong."""
        ...


@dataclass(frozen=True)
class Download:
    """The answer to a download. `file` is there where it succeeded."""

    status: int
    file: IncomingFile | None
    retry_after: str | None = None


class Downloads(Protocol):
    async def get(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, most_bytes: int
    ) -> Download:
        """Fetch bytes, which stay in the runtime. Redirects are not followed. Raises HttpFailed: no
        answer came, or it was cut off; BodyTooLong: it has more than `most_bytes`."""
        ...


# A and AAAA, as DNS numbers them.
_ADDRESSES: Final = (1, 28)
_NO_ERROR = 0
_NO_SUCH_NAME = 3


class ResolvingFailed(Exception):
    """Nobody knows the name's addresses now; asking later may help."""


class Resolver(Protocol):
    async def addresses(self, name: str) -> Sequence[str]:
        """A name's IPv4 and IPv6 addresses, also behind aliases. Raises ResolvingFailed."""
        ...


def addresses_in(answer: str) -> list[str]:
    """The addresses in an answer of DNS over HTTPS in JSON (application/dns-json).
    Raises ResolvingFailed: it is no such answer, or says that the look-up failed."""
    try:
        document: JsonObject = load_object(answer)
    except (json.JSONDecodeError, TypeError, ValueError) as error:
        raise ResolvingFailed("the resolver's answer is no JSON") from error
    if document.get("Status") not in {_NO_ERROR, _NO_SUCH_NAME}:
        raise ResolvingFailed(f"the resolver answered with the status {document.get('Status')}")
    records = document.get("Answer", [])
    if not isinstance(records, list):
        raise ResolvingFailed("the resolver's answer has no list of records")
    return [
        str(record["data"])
        for record in records
        if isinstance(record, dict) and record.get("type") in _ADDRESSES and "data" in record
    ]
