"""Telling the world outside, at any point of a run: an event is a row, and its delivery leaves the run where it is."""

import hashlib
from typing import Any

from pydantic import BaseModel

from tillroll.durable.contract import ContractError
from tillroll.durable.declared import Topic
from tillroll.durable.params import InvalidParams, checked
from tillroll.durable.record.events.nudging import nudge
from tillroll.durable.record.outbox import has_endpoint, told
from tillroll.durable.running.execution import Execution
from tillroll.durable.running.steps import Outcome
from tillroll.durable.running.waiting.commits import RETRIES, TIMEOUT_SECONDS, commit_once
from tillroll.durable.settings import RunSettings
from tillroll.platform.json import Json, JsonObject, dump, load_object

_LONGEST_KEY = 200


async def tell(execution: Execution, topic: Topic[Any], payload: BaseModel | JsonObject, key: str) -> None:
    """Write an event, once for its topic and key in this run, and have it delivered.

    The state of the run stays as it is, now and whatever becomes of the delivery. Without a receiver the event is
    settled at once.

    Raises:
        CancelRequested: the run was asked to end.
        ContractError: the contract does not declare the topic, the payload does not fit it, the key is too long, or
            something else was told under it before.
    """
    if topic not in execution.contract.topics:
        raise ContractError(f"{execution.contract.kind} tells of {topic.name!r}: declare it in the contract's `topics`")
    if not 0 < len(key) <= _LONGEST_KEY:
        raise ContractError(f"the topic {topic.name!r}: a key has 1 to {_LONGEST_KEY} characters; this has {len(key)}")
    try:
        data = load_object(checked(topic.payload, payload)[1])
    except InvalidParams as invalid:
        raise ContractError(f"the event {key!r} of {topic.name!r}: {invalid}") from invalid
    name, platform = f"tell: {topic.name} {key}", execution.platform
    digest = hashlib.sha256(dump(data).encode()).hexdigest()

    async def attempt(number: int) -> Json:
        has_receiver = platform.settings.of(RunSettings).delivers_webhooks
        event = told(execution.run.id, execution.run.account_id, topic.name, key, data, execution.now(), has_receiver)
        outcome = Outcome(output={"event": event.id, "digest": digest}, statements=[event.insert])
        output = await commit_once(execution, name, number, outcome, "event.told")
        if has_receiver or await has_endpoint(platform.database, execution.run.account_id):
            await nudge(platform, execution.run.id, [event.id])
        return output

    output = await execution.durably(name, attempt, RETRIES, TIMEOUT_SECONDS)
    if not isinstance(output, dict) or output["digest"] != digest:
        raise ContractError(
            f"the event {key!r} of {topic.name!r} was told with another payload: give each event a key of its own"
        )
