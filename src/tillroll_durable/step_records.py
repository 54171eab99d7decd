"""What is kept of a run's steps: what they hand back, and what they were about to do elsewhere."""

import hashlib
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from tillroll_durable.declared import ObjectsInUse
from tillroll_durable.errors import OutputLost
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    LARGEST_INTEGER,
    Database,
    Row,
    Statement,
    integer,
    of_row,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import Engine, NonRetryable, Retries
from tillroll_durable.platform.bindings.objects import Objects, ObjectsUnavailable
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import Json, dump, load
from tillroll_durable.runs import insist

# What is larger lies in the object store; the engine would keep at most 1 MiB a step.
LARGEST_INLINE_BYTES = 64 * 1024
# A body reads an output in whole, and a Worker has 128 MB.
LARGEST_OUTPUT_BYTES = 4 * 2**20
_REFERENCE = "$output"
# What stands in the place of an output where an occurrence of a step has failed for good.
FAILED = "$failed"
# What stands in the place of an output that cannot be kept, with the reason. Its effect elsewhere
# is done: the size of an answer is known only afterwards.
NOT_KEPT: Final = "$notKept"
# What an attempt gives that is to be repeated later: how many seconds later.
WAIT: Final = "$wait"
# How the name of the durable step begins that notes of how many items a map is.
MAP: Final = "map: "
# What is too large to be shown stands as an object with this member, its bytes.
OMITTED = "$omitted"
# How the engine waits for an object store that is down: 3, 6, … 30 s, nearly three minutes in all,
# and so often.
_WAITING = Retries(limit=10, delay_seconds=3, backoff="linear")
_WAITING_TIMEOUT_SECONDS = 30
_MOST_OUTAGES = 5
# The objects that are outputs of steps. A key is {account}/outputs/{run}/{digest}.
OUTPUTS_IN_USE = ObjectsInUse(
    keys=r"[^/]+/outputs/[^/]+/[0-9a-f]{64}",
    query="""
  SELECT keys.value AS object_key
  FROM (SELECT value, substr(value, instr(value, '/outputs/') + 9) AS rest FROM json_each(?1)
        WHERE instr(value, '/outputs/') > 0) AS keys
  LEFT JOIN run_steps ON run_steps.run_id = substr(keys.rest, 1, instr(keys.rest, '/') - 1)
    AND json_type(run_steps.output) = 'object' AND json_extract(run_steps.output,
        '$."$output"') = keys.value
  -- The steps of an archived run lie in its bundle, and refer to what they did.
  WHERE run_steps.run_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM archived_runs
      WHERE run_id = substr(keys.rest, 1, instr(keys.rest, '/') - 1))
""",
)


class UnfitOutput(NonRetryable):
    """A step's output that the engine would refuse, however often it is tried; the message says how
    to put it right.
    """


def as_stored(step: str, output: Json) -> str:
    """The output as canonical JSON. Raises UnfitOutput: it is larger than the engine keeps, or no
    JSON.
    """
    what = _what_is_no_json(output)
    if what is not None:
        raise UnfitOutput(
            f"the output of {step} holds {what}: hand back JSON, other things as text"
        )
    stored = dump(output)
    try:
        size = _size_at_engine(stored)
    except UnicodeEncodeError as error:
        raise UnfitOutput(
            f"the output of {step} holds half of a surrogate pair, which is no text"
        ) from error
    if size > LARGEST_OUTPUT_BYTES:
        raise UnfitOutput(
            f"the output of {step} exceeds 4 MiB: put it into the object store, hand back its key"
        )
    return stored


async def kept_output(
    objects: Objects,
    account_id: str,
    run_id: str,
    step: str,
    output: Json,
    *,
    is_done: bool = False,
) -> tuple[Json, str]:
    """What the row and the engine keep of an output, and its JSON text: itself, or a reference to
    an object. Where its effect elsewhere `is_done`, an output that cannot be kept is no reason to
    forget that: why it cannot stands in its place. Raises UnfitOutput: too large, no JSON, or has
    `$output`; BindingMissing: there is no object store; ObjectsUnavailable.
    """
    try:
        return await _stored_whole(objects, account_id, run_id, step=step, output=output)
    except NonRetryable as error:
        if not is_done:
            raise
        log.warning("step.output_not_kept", run=run_id, step=step, error=error)
        reason: Json = {NOT_KEPT: f"{step} is done, and what it gave is lost: {error}"}
        return reason, dump(reason)


async def _stored_whole(
    objects: Objects, account_id: str, run_id: str, *, step: str, output: Json
) -> tuple[Json, str]:
    """Raises UnfitOutput, BindingMissing, ObjectsUnavailable."""
    stored = as_stored(step, output)
    if isinstance(output, dict):
        reserved = {_REFERENCE, FAILED, WAIT} & {*output}
        if reserved:
            member = reserved.pop()
            raise UnfitOutput(f"the output of {step} has a member {member!r}: name it otherwise")
    if _size_at_engine(stored) <= LARGEST_INLINE_BYTES:
        return output, stored
    content = stored.encode()
    key = f"{account_id}/outputs/{run_id}/{hashlib.sha256(content).hexdigest()}"
    await objects.put_text(key, stored, "application/json")
    reference: Json = {_REFERENCE: key, "bytes": len(content)}
    return reference, dump(reference)


def why_not_kept(stored: Json) -> str | None:
    """Why an output was not kept; None where it was."""
    if not isinstance(stored, dict):
        return None
    why = stored.get(NOT_KEPT)
    if isinstance(why, str):
        return why
    return None


async def whole_output(engine: Engine, objects: Objects, stored: Json) -> Json:
    """An output from what was kept of it, also after an outage. Raises OutputLost; StepError,
    ObjectsUnavailable: the store was down too long.
    """
    key = stored.get(_REFERENCE) if isinstance(stored, dict) else None
    if not isinstance(key, str):
        return stored

    async def probe(_: int) -> Json:
        await objects.head(key)
        return None

    for outage in range(1, _MOST_OUTAGES + 1):
        try:
            return await _read(objects, key)
        except ObjectsUnavailable:
            name = f"wait for the output {key[-12:]}: {outage}"
            await engine.do(name, probe, retries=_WAITING, timeout_seconds=_WAITING_TIMEOUT_SECONDS)
    return await _read(objects, key)


def shown_output(stored: Json) -> Json:
    """What was kept of an output, for reading: what lies in the object store stands as its size."""
    if isinstance(stored, dict) and _REFERENCE in stored:
        return {OMITTED: stored.get("bytes")}
    return stored


def bytes_elsewhere(stored: Json) -> int:
    """How large an output is that lies in the object store; 0 for one that lies in its row."""
    if isinstance(stored, dict) and _REFERENCE in stored:
        return int(str(stored["bytes"]))
    return 0


async def read_output(objects: Objects, stored: Json) -> Json:
    """An output from what was kept of it, without waiting. Raises OutputLost,
    ObjectsUnavailable.
    """
    key = stored.get(_REFERENCE) if isinstance(stored, dict) else None
    if isinstance(key, str):
        return await _read(objects, key)
    return stored


async def _read(objects: Objects, key: str) -> Json:
    stored = await objects.get_text(key)
    if stored is None:
        raise OutputLost(
            f"the output of a step is gone from the object store ({key}): "
            "put it back from the backup"
        )
    return load(stored)


def _size_at_engine(stored: str) -> int:
    """An upper bound of what the engine counts: it keeps text with a byte a character, or with two
    where one of them is beyond Latin-1; sent as UTF-8, it can be more.
    """
    is_latin_1 = stored.isascii() or all(character <= "\xff" for character in stored)
    return max(len(stored.encode()), 0 if is_latin_1 else len(stored.encode("utf-16-le")))


def _what_is_no_json(value: object) -> str | None:
    """The first thing in it that the engine would change or refuse, in words; None where there is
    none.
    """
    match value:
        case None | bool() | str():
            problem = None
        case int():
            if abs(value) > LARGEST_INTEGER:
                problem = "an integer beyond 2^53"
            else:
                problem = None
        case float():
            if math.isfinite(value):
                problem = None
            else:
                problem = f"the number {value}"
        case list():
            problem = _first_of(cast("list[object]", value))
        case dict():
            members = cast("dict[object, object]", value)
            has_names = all(isinstance(key, str) for key in members)
            if has_names:
                problem = _first_of(members.values())
            else:
                problem = "an object whose keys are no text"
        case _:
            problem = f"a {type(value).__name__}"
    return problem


def _first_of(values: Iterable[object]) -> str | None:
    problems = map(_what_is_no_json, values)
    return next((problem for problem in problems if problem is not None), None)


# What is done with an effect of which nobody knows: the other side is asked; it is asked until the
# request can no longer arrive, since that would be done once more; or it is sent again.
ASK = "ask"
ASK_UNTIL_LATE = "ask_until_late"
SEND_AGAIN = "send_again"


@dataclass(frozen=True)
class Intent:
    """A row of `effect_intents`: `outcome` is done, refused, or None for nobody knows.
    `can_be_asked`: the other side can say whether it happened; where it cannot, it is sent again.
    `sends` counts how often that was, since it was refused last. `origin` is where its host was
    when it was sent; None where its call names no host.
    """

    request_digest: str
    outcome: str | None
    can_be_asked: bool
    sends: int
    run_id: str
    step: str
    external_id: str | None
    origin: str | None


async def load_intent(database: Database, idempotency_key: str) -> Intent | None:
    """Load what was asked for elsewhere under a key; None where nothing was."""
    query = statement("SELECT * FROM effect_intents WHERE idempotency_key = ?", [idempotency_key])
    row = await insist(lambda: database.first(query))
    if row is None:
        return None
    return of_row(Intent, row, can_be_asked=row["when_unknown"] != SEND_AGAIN)


async def intended_at(database: Database, idempotency_key: str) -> datetime | None:
    """Since when it is written down; None where it is not."""
    query = statement(
        "SELECT created_at FROM effect_intents WHERE idempotency_key = ?", [idempotency_key]
    )
    row = await database.first(query)
    if row is None:
        return None
    return from_text(text(row, "created_at"))


def settle_done(idempotency_key: str, external_id: str, now: str) -> Statement:
    """Note that an effect has happened of which nobody knew so far."""
    sql = """
      UPDATE effect_intents SET outcome = 'done', external_id = ?, settled_at = ?
      WHERE idempotency_key = ? AND outcome IS NULL
    """
    return statement(sql, [external_id, now, idempotency_key])


async def sent_at(database: Database, idempotency_key: str) -> datetime | None:
    """When it was written down for the last time that it is about to be done; None where it never
    was.
    """
    sql = "SELECT COALESCE(sent_at, created_at) AS at FROM effect_intents WHERE idempotency_key = ?"
    row = await database.first(statement(sql, [idempotency_key]))
    if row is None:
        return None
    return from_text(text(row, "at"))


def may_have_come_twice(row: Row) -> bool:
    """Whether an effect (a row of `effect_intents`) was sent again although nobody knew of the
    first time, to another side that does it each time that it comes.
    """
    return row["when_unknown"] != ASK and row["outcome"] != "refused" and integer(row, "sends") > 1


WITHHELD: Final[Json] = {"$withheld": True}
"""What stands in the place of a value that is not shown."""

ALL: Final = "*"


def withhold(value: Json, names: Collection[str]) -> Json:
    """The value without the members of these names, at whatever depth; ALL stands for the whole of
    it.
    """
    if not names or value is None:
        return value
    if ALL in names:
        return WITHHELD
    match value:
        case dict():
            return {
                name: WITHHELD if name in names else withhold(each, names)
                for name, each in value.items()
            }
        case list():
            return [withhold(each, names) for each in value]
        case _:
            return value
