"""Hostile JSON, queries and headers made by code: the same generator state makes the same
requests.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

_TEXTS = (
    *("", " ", "\0", "\ud800", "\u202e", "😀" * 50, "'", '"', "%", "%00", "../../etc", "a" * 3000),
    *("NaN", "null", "true", "[]", "{}", "-1", "0", "9" * 30, "1e999", "٣", "run_x,run_y," * 90),
    *(
        "0001-01-01",
        "9999-12-31",
        "9999-12-31T23:59:59-23:59",
        "2026-02-30",
        "2026-11-20T00:00:00Z",
    ),
)
_EMPTY: tuple[list[object], dict[str, object]] = ([], {})
_VALUES: tuple[object, ...] = (
    *_TEXTS,
    *_EMPTY,
    *(None, True, -1, 0, 2**53, 2**64, 10**400, 1e308, float("nan"), float("-inf")),
    *([""], {"": ""}, {"\ud800": 1}, ["\ud800"]),
)
_NAMES = (
    *(
        "code",
        "reason",
        "values",
        "ids",
        "runIds",
        "decision",
        "comment",
        "names",
        "total",
        "merchant",
        "date",
        "tax",
    ),
    *(
        "currency",
        "category",
        "name",
        "baseCurrency",
        "aiBudget",
        "dailyAiBudget",
        "\ud800",
        "",
        "__class__",
    ),
)
_PARAMETERS = (
    *(
        "limit",
        "cursor",
        "status",
        "ids",
        "from",
        "to",
        "fromSeal",
        "toSeal",
        "account",
        "by",
        "run",
        "model",
        "state",
    ),
    *(
        "actor",
        "action",
        "outcome",
        "stream",
        "allAccounts",
        "width",
        "month",
        "kind",
        "subject",
        "open",
        "q",
        "x",
    ),
)
_HEADERS = (
    *(
        ("origin", "http://["),
        ("origin", "null"),
        ("cookie", "tillroll_session=x; =;;"),
        ("cookie", "\x80=\xff"),
    ),
    *(
        ("prefer", "wait=99999"),
        ("prefer", "wait=-1, wait=1e9"),
        ("if-none-match", '"' * 500),
        ("range", "bytes=-1-"),
    ),
    *(
        ("content-type", "multipart/form-data"),
        ("content-type", "text/\xff"),
        ("content-encoding", "gzip"),
    ),
    *(
        ("content-type", "application/json; charset=utf-7"),
        ("accept", "\xff"),
        ("x-file-name", "%ff%00" * 50),
    ),
    *(
        ("authorization", "Bearer \xff"),
        ("authorization", "Basic " + "A" * 5000),
        ("authorization", "Bearer"),
    ),
    *(("accept-language", "x-" * 2000), ("x-forwarded-for", "\xff" * 40), ("expect", "200-ok")),
)
_ODD_PATHS = (
    "/api/%ff",
    "/api/%00",
    "/api/",
    "/api",
    "/api//runs",
    "/api/runs/",
    "/api/runs/%2e%2e/x",
    "/api/" + "a" * 3000,
)
_READING, _WRITING = ("GET", "GET", "HEAD", "DELETE"), ("POST", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class HostileRequest:
    """One request. `path` is encoded and has no query; header values are Latin-1."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes | None = None


def hostile_requests(random_: random.Random, paths: list[str], count: int) -> list[HostileRequest]:
    """JSON, queries and headers in turn, to these paths and to odd ones."""
    makers: tuple[Callable[[random.Random, str], HostileRequest], ...] = (_json, _query, _header)
    addresses = [*paths, *_ODD_PATHS]
    return [
        makers[number % len(makers)](random_, random_.choice(addresses)) for number in range(count)
    ]


def _json(random_: random.Random, path: str) -> HostileRequest:
    match random_.randrange(6):
        case 0:
            body = random_.choice((b"[", b'{"a":')) * random_.choice((31, 33, 4_800, 60_000))
        case 1:
            body = random_.randbytes(random_.randrange(200))
        case 2:
            body = b'{"' + b"\xff\xfe" + b'": 1}'
        case 3:
            body = json.dumps(random_.choice(_VALUES)).encode()
        case _:
            body = json.dumps(
                {random_.choice(_NAMES): _value(random_, 3) for _ in range(4)}
            ).encode()
    return HostileRequest(
        random_.choice(_WRITING), path, headers={"content-type": "application/json"}, body=body
    )


def _value(random_: random.Random, depth: int) -> object:
    if depth and random_.random() < 0.4:
        return {random_.choice(_NAMES): _value(random_, depth - 1) for _ in range(2)}
    return random_.choice(_VALUES)


def _query(random_: random.Random, path: str) -> HostileRequest:
    pairs = [
        (random_.choice(_PARAMETERS), random_.choice(_TEXTS))
        for _ in range(random_.randrange(1, 5))
    ]
    query = "&".join(f"{name}={_quoted(value)}" for name, value in pairs)
    return HostileRequest(random_.choice(_READING), path, query)


def _quoted(value: str) -> str:
    """Half a surrogate pair too, as no browser would send it."""
    return "".join(f"%{byte:02x}" for byte in value.encode(errors="surrogatepass"))


def _header(random_: random.Random, path: str) -> HostileRequest:
    return HostileRequest(
        random_.choice(("GET", "POST")), path, headers=dict(random_.sample(_HEADERS, 2))
    )
