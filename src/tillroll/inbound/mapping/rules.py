"""The mapping of a source: rules, of which the first that fits an event says what it means."""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from tillroll.inbound.mapping.pointers import Pointer
from tillroll.platform.shape import Asked, Flag

MOST_RULES: Final = 50
_MOST_VALUES: Final = 50
_MOST_CONDITIONS: Final = 10

_Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Known(StrEnum):
    """What is known of an event beside its body."""

    EVENT_ID = "eventId"
    EVENT_TYPE = "eventType"
    RECEIVED_AT = "receivedAt"


class Taken(Asked):
    """Where a value comes from: `pointer` into the event's body, `known` of the event beside it, or `value` as it
    stands here. With `prefix` it becomes text that begins so. Where nothing stands there, an `optional` one is left
    out; any other leaves the event unmapped."""

    pointer: Pointer | None = None
    known: Known | None = None
    value: JsonValue = None
    prefix: Annotated[str, StringConstraints(max_length=100)] = ""
    optional: Flag = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len({"pointer", "known", "value"} & self.model_fields_set) != 1:
            raise ValueError("Say exactly one of `pointer`, `known` and `value`")
        return self

    @property
    def is_constant(self) -> bool:
        return "value" in self.model_fields_set


Values = Annotated[dict[_Name, Taken], Field(max_length=_MOST_VALUES)]


class Start(Asked):
    """Begins a run of `kind`, whose params are taken from the event. The event is its key."""

    kind: _Name
    params: Annotated[Values, Field(default_factory=dict[str, Taken])]


class Send(Asked):
    """Sends the signal `name` to a run of `kind`: the one of this id, or the live one that is about this subject. The
    event is its key."""

    kind: _Name
    name: _Name
    run_id: Taken | None = None
    subject: Taken | None = None
    payload: Annotated[Values, Field(default_factory=dict[str, Taken])]

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.run_id is None) == (self.subject is None):
            raise ValueError("Say by `runId` or by `subject` which run it is for")
        return self


class Rule(Asked):
    """What an event means that fits `when`: each pointer leads to that very value. One of `start`, `signal`, `consumer`
    (a part of this deployment, by its name) and `ignore`."""

    when: Annotated[
        dict[Pointer, bool | int | str | None],
        Field(default_factory=dict[str, bool | int | str | None], max_length=_MOST_CONDITIONS),
    ]
    event_type: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    start: Start | None = None
    signal: Send | None = None
    consumer: _Name | None = None
    ignore: Flag = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum((self.start is not None, self.signal is not None, self.consumer is not None, self.ignore)) != 1:
            raise ValueError("Say exactly one of `start`, `signal`, `consumer` and `ignore`")
        return self


class Mapping(Asked):
    """The first rule that fits says what an event means; where none does, the event is kept and shown as unmapped."""

    rules: Annotated[list[Rule], Field(min_length=1, max_length=MOST_RULES)]
