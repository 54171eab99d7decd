"""Declarations beside steps: timers, signals, topics, concurrency and rates, a run's params, and
owners of objects.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Generic, Literal, LiteralString, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from tillroll_durable.platform.declaring import check_members
from tillroll_durable.platform.faults import faults_of
from tillroll_durable.platform.json import GivenObject, as_object, dump, load_object
from tillroll_durable.platform.refusals import INVALID_REQUEST, Refusal

Sent = TypeVar("Sent", bound=BaseModel)
Payload = TypeVar("Payload", bound=BaseModel)

Overlap = Literal["allow", "skip", "queue-one", "cancel-older"]
"""What becomes of a schedule's time while the run before goes on. As in Temporal: AllowAll, Skip,
BufferOne, CancelOther."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
_TOPIC = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}")


class BadName(ValueError):
    """A name cannot be part of a path or of an engine's event; the message says what can."""


def check_name(what: str, name: str) -> None:
    """Raises BadName: `name` is no short word of small letters, digits and hyphens."""
    if not _NAME.fullmatch(name):
        raise BadName(f"{what} {name!r}: name it with 1 to 50 small letters, digits and hyphens")


def _state_name(name: str, part: str) -> str:
    return f"{name.replace('-', '_')}_{part}"


def _name_states(owner: object, name: str, **parts: str) -> None:
    for attribute, part in parts.items():
        if not getattr(owner, attribute):
            object.__setattr__(owner, attribute, _state_name(name, part))


@dataclass(frozen=True)
class Timer:
    """A time that passes: the run is in `waiting` meanwhile, and in `over` afterwards. Both are
    named for the timer, unless the author names them: then the contract declares them.

    Attributes:
        name: small letters, digits and hyphens.
    """

    name: str
    waiting: str = ""
    over: str = ""

    def __post_init__(self) -> None:
        check_name("timer", self.name)
        _name_states(self, self.name, waiting="waiting", over="over")

    @property
    def is_derived(self) -> bool:
        """Whether its states are named for it."""
        return self.waiting == _state_name(self.name, "waiting")

    @property
    def states(self) -> tuple[str, ...]:
        """Both of its states."""
        return (self.waiting, self.over)


@dataclass(frozen=True)
class Signal(Generic[Sent]):
    """Something from outside: the run is in `waiting` until one has come, then in `received`; or in
    `timed_out`. All are named for the signal, unless the author names them: then the contract
    declares them. `payload` is the model that what comes must fit. `begins_in` are the states in
    which the body may begin to wait; without any, it may anywhere.

    Attributes:
        name: small letters, digits and hyphens.
    """

    name: str
    payload: type[Sent]
    waiting: str = ""
    received: str = ""
    timed_out: str = ""
    begins_in: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_name("signal", self.name)
        _name_states(self, self.name, waiting="awaited", received="received", timed_out="timed_out")

    @property
    def is_derived(self) -> bool:
        """Whether its states are named for it."""
        return self.waiting == _state_name(self.name, "awaited")

    @property
    def states(self) -> tuple[str, ...]:
        """All of its states."""
        return (self.waiting, self.received, self.timed_out)


@dataclass(frozen=True)
class Topic(Generic[Payload]):
    """An event that a run sends to receivers outside, at any point. The run's state stays as it is.
    `payload` is the model of its data; a receiver gets
    `{"type": name, "timestamp": …, "data": payload}`. `says` is when, in a sentence. `version` is
    of the model: members join within one, and any other change is another topic's.

    Attributes:
        name: what receivers know the event by.
    """

    name: str
    payload: type[Payload]
    says: str = ""
    version: int = 1

    def __post_init__(self) -> None:
        if not _TOPIC.fullmatch(self.name):
            raise BadName(
                f"topic {self.name!r}: name it with 1 to 50 small letters, digits, dots, hyphens "
                "and underscores"
            )


@dataclass(frozen=True)
class Concurrency:
    """At most `limit` runs go on at once, in an account; with a `key`, for each value that this
    param has there. The others wait in line. A run has its slot from its turn until it has ended or
    failed, also while it sleeps, waits or is paused: it may go on at any moment. What it begins of
    its own kind and key goes on within its slot.

    Without `keeps_slot` it gives its slot up while it waits for an operator: while it is paused,
    was escalated (its deadline has passed, or it was resumed in vain), or stands still until a
    person has put its code right. It writes nothing then, and joins the end of the line when it is
    resumed. A run whose instance goes on by itself past its deadline joins the line by itself.
    Raises ValueError: no run could ever go on.
    """

    limit: int
    key: str | None = None
    keeps_slot: bool = True

    def __post_init__(self) -> None:
        check_members("concurrency", self, {"limit": int, "key": str})
        if self.limit < 1:
            raise ValueError(
                f"concurrency: {self.limit} runs at once are none; let at least 1 go on"
            )


# The cron looks at each line so often.
_SHORTEST_PERIOD = timedelta(minutes=1)
_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


@dataclass(frozen=True)
class Rate:
    """At most `limit` runs begin in a period, whenever it begins: in an account; with a `key`, for
    each value that this param has there. The others wait in line. A retry begins its run once more.
    Raises ValueError: no run could ever begin, or the period is shorter than a minute.

    Attributes:
        per: the period, a minute or longer.
    """

    limit: int
    per: timedelta
    key: str | None = None

    def __post_init__(self) -> None:
        check_members("rate", self, {"limit": int, "per": timedelta, "key": str})
        if self.limit < 1:
            raise ValueError(f"rate: {self.limit} runs in a period are none; let at least 1 begin")
        if self.per < _SHORTEST_PERIOD:
            raise ValueError(
                f"rate: a period of {self.per.total_seconds():g} s is too short, since the line is "
                "looked at each minute; give at least `timedelta(minutes=1)`"
            )

    @property
    def per_seconds(self) -> int:
        """The period in whole seconds."""
        return int(self.per.total_seconds())

    @property
    def period(self) -> str:
        """`per` in words, such as "5 minutes"."""
        for unit, length in _UNITS:
            if not self.per % length:
                number = self.per // length
                if number == 1:
                    return f"a{'n' if unit == 'hour' else ''} {unit}"
                return f"{number} {unit}s"
        return f"{self.per.total_seconds():g} seconds"


@dataclass(frozen=True)
class Triggered:
    """What a trigger came to: the id of a run. `is_ours`: this trigger has begun it, now or when it
    came before under the same key; otherwise it was there.

    Attributes:
        run_id: of the run.
    """

    run_id: str
    is_ours: bool = True


@dataclass(frozen=True)
class Tick:
    """A time at which a schedule is due: `at`, in UTC, or in `zone` as its keeper sees it. Its run
    is begun under `key`, and under nothing else. `kept_by` is the user who made the schedule;
    "code" where the kind declares it.

    Attributes:
        schedule_id: of the schedule, sch_….
    """

    schedule_id: str
    at: datetime
    zone: tzinfo
    key: str
    kept_by: str


class NothingBegun(Exception):
    """A tick begins no run: the message says why, and what a person can do."""


# Params name things; what is large lies in the object store, and its key is named.
LARGEST_PARAMS_BYTES = 64 * 1024

Model = TypeVar("Model", bound=BaseModel)


class Params(BaseModel):
    """The base of a workflow's params: unknown names are refused, and nothing changes them. They
    are kept by the names of the model, and come from outside in camelCase.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


class NoParams(Params):
    """For a workflow that needs none."""


class InvalidParams(Refusal, ValueError):
    """The params are not what the workflow declares; the message names each fault."""

    kind = INVALID_REQUEST
    explanation = "{}. Nothing was begun."


def checked(model: type[Model], params: BaseModel | GivenObject) -> tuple[Model, str]:
    """The params as the workflow's model, and as the JSON text that is kept. Raises InvalidParams:
    they do not fit the model, or exceed LARGEST_PARAMS_BYTES.
    """
    if isinstance(params, BaseModel):
        values = params.model_dump(mode="json")
    else:
        values = as_object(params)
    try:
        valid = model.model_validate(values)
    except ValidationError as error:
        raise InvalidParams(faults_of(error, "params", model)) from error
    stored = dump(valid.model_dump(mode="json"))
    if len(stored.encode()) > LARGEST_PARAMS_BYTES:
        raise InvalidParams(
            f"params exceed {LARGEST_PARAMS_BYTES} bytes: put what is large into the object store"
        )
    return valid, stored


def read(model: type[Model], stored: str) -> Model:
    """The params that a run was begun with. Raises InvalidParams: they do not fit the model (any
    more).
    """
    return checked(model, load_object(stored))[0]


@dataclass(frozen=True)
class ObjectsInUse:
    """The objects of one owner, or of several.

    Attributes:
        keys: a regular expression that exactly the owner's keys match, in whole. What no owner
            claims is left alone.
        query: SELECT that takes a JSON array of object keys as ?1 and gives those that are in use
            in the column `object_key`.

    Raises re.error: `keys` is no regular expression.
    """

    keys: str
    query: LiteralString

    def __post_init__(self) -> None:
        re.compile(self.keys)

    def claims(self, key: str) -> bool:
        """Whether a key is one of this owner's."""
        return re.fullmatch(self.keys, key) is not None


@dataclass(frozen=True)
class ArchivedTable:
    """A table of a module, whose rows go into the archive with their run (`run_id`), and come back
    with it. Code that reads one looks there too.

    Attributes:
        order: columns by which a run's rows stand in their order.
        size: how many characters a row has, in SQL.
        where: a condition; rows that do not meet it stay.
    """

    name: LiteralString
    order: LiteralString
    size: LiteralString
    where: LiteralString = "1"


def of_all(owners: Iterable[ObjectsInUse]) -> ObjectsInUse:
    """The objects of all owners together. D1 takes no more than five terms of a compound SELECT, so
    theirs is none.
    """
    each = tuple(owners)
    in_use = " OR ".join(f"value IN ({owner.query})" for owner in each)
    return ObjectsInUse(
        keys="|".join(f"(?:{owner.keys})" for owner in each),
        query=f"SELECT value AS object_key FROM json_each(?1) WHERE {in_use}",
    )
