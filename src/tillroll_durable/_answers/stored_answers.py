"""Answers that are too large for memory: their bodies go into the object store as they come."""

from dataclasses import dataclass

from tillroll_durable.platform.bindings.http import Exchange, HttpReply, HttpRequest
from tillroll_durable.platform.bindings.objects import Objects, ObjectWriter, Stored


@dataclass(frozen=True)
class StoredAnswer:
    """The answer to a request. `stored`: where the body of a success lies, which the reply has not;
    None for a refusal, whose body the reply has.

    Attributes:
        reply: the status and the headers; of a refusal, the body too.
    """

    reply: HttpReply
    stored: Stored | None


async def store_answer(
    exchange: Exchange,
    objects: Objects,
    request: HttpRequest,
    key: str,
    media_type: str,
) -> StoredAnswer:
    """Send a request, and put the body of a success into the object store, under a key.

    At most 5 MiB are in memory at a time. An object of the key is replaced once the whole answer
    has come. Raises HttpFailed: no answer, one longer than `max_bytes`, or one that breaks off, of
    which nothing is kept; ObjectsUnavailable.
    """
    writer = ObjectWriter(objects, key, media_type)
    reply = await exchange.stream(request, writer.add)
    if not reply.is_success:
        return StoredAnswer(reply, None)
    return StoredAnswer(reply, await writer.close())
