"""Stands in for Workers AI: answers every request at once with a receipt's transcript, no two with
the same total.

Usage: python -m bench.ai_stand_in PORT
"""

import asyncio
import itertools
import json
import sys

_RECEIPT = """{shop} SDN BHD
12 Jalan Bunga, 50000 Kuala Lumpur

Date: 14/02/2026  09:31

Assorted goods      {total}

TOTAL  RM           {total}
CASH                {total}
CHANGE              0.00

Thank you, come again"""

# Some shops, as an account has; and a total of its own for each receipt, or some would be taken for
# duplicates of others and wait for a person.
_shops = itertools.cycle(
    map(" ".join, itertools.product(("EAST", "WEST", "OLD", "NEW"), ("BAKERY", "HARDWARE", "MART")))
)
_totals = (f"{cents / 100:.2f}" for cents in itertools.count(1000))


def _answer() -> bytes:
    content = _RECEIPT.format(shop=next(_shops), total=next(_totals))
    usage = {"prompt_tokens": 1000, "completion_tokens": 200}
    body = json.dumps({"choices": [{"message": {"content": content}}], "usage": usage}).encode()
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> None:
    """Read a request's body to its end; what it says does not matter."""
    headers = dict(
        line.split(": ", 1)
        for line in head.decode("latin-1").lower().split("\r\n")[1:]
        if ": " in line
    )
    if "content-length" in headers:
        await reader.readexactly(int(headers["content-length"]))
    elif headers.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            await _read_body(reader, await reader.readuntil(b"\r\n\r\n"))
            writer.write(_answer())
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _main(port: int) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", port, limit=2**22)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
