"""An HTTP server on a port of this machine that answers as it is told: rightly, wrongly, cut off,
late, or not at all.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Reply:
    """What is sent back, byte by byte.

    Attributes:
        length: what Content-Length says; None for the body's own.
        is_silent: the connection is closed without a byte.
        delay_seconds: how long nothing is sent.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    length: int | None = None
    is_silent: bool = False
    delay_seconds: float = 0

    def as_bytes(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Words"]
        has_body = self.status not in {204, 304}
        if has_body:
            length = len(self.body) if self.length is None else self.length
            lines.append(f"content-length: {length}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines.append("connection: close")
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        return head + self.body if has_body else head


Answering = Callable[[Request], Reply]


@dataclass
class HostileServer:
    url: str
    requests: list[Request] = field(default_factory=list[Request])


@asynccontextmanager
async def serving(answer: Answering) -> AsyncGenerator[HostileServer]:
    """A server whose every reply `answer` gives."""
    connections: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            request = await _read(reader)
            server.requests.append(request)
            reply = answer(request)
            await asyncio.sleep(reply.delay_seconds)
            if not reply.is_silent:
                writer.write(reply.as_bytes())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who asks has gone
        finally:
            writer.close()
            connections.discard(task)

    listening = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server = HostileServer(f"http://127.0.0.1:{port}")
    try:
        yield server
    finally:
        listening.close()
        open_ones = [*connections]
        for each in open_ones:
            each.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        await listening.wait_closed()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip().split("\r\n")
    method, path, _ = first.split(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    length = int(headers.get("content-length", "0"))
    body = await reader.readexactly(length)
    return Request(method, path, headers, body=body.decode())
