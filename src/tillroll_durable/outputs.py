"""What steps and bodies return: checked against its type when it is kept, and when a replay reads
it.
"""

from typing import Any, Generic, cast

from pydantic import PydanticUserError, TypeAdapter, ValidationError
from typing_extensions import TypeVar

from tillroll_durable.platform.bindings.http import AnswerUnfit
from tillroll_durable.platform.faults import faults_of
from tillroll_durable.platform.json import Json

Out = TypeVar("Out", default=Json)


class ContractError(ValueError):
    """A contract contradicts itself, or its body departs from it; the message says how to put it
    right. `shown` has values of the run: they may be personal, so they stand on its own record
    (`in_full`) and nowhere else.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.in_full = f"{message}. {details}" if details else message


def _adapter_of(owner: str, gives: type[Out]) -> TypeAdapter[Out]:
    """Raises ContractError: it is no type of JSON."""
    try:
        return TypeAdapter(gives)
    except PydanticUserError as error:
        name = getattr(gives, "__name__", type(gives).__name__)
        raise ContractError(
            f"{owner}: its `gives` is `{name}`, which is no type of JSON: give a pydantic model, "
            "or a type such as `list[str]`"
        ) from error


class Output(Generic[Out]):
    """What a step, or a body, gives by its type: as JSON where it is kept, and as the type where it
    is read.
    """

    def __init__(
        self, of: str, gives: "type[Out] | TypeAdapter[Out] | None", declared_by: str = "`gives`"
    ) -> None:
        self._of = of
        self._declared_by = declared_by
        if gives is None or isinstance(gives, TypeAdapter):
            self.adapter = gives
        else:
            self.adapter = _adapter_of(of, gives)

    @property
    def schema(self) -> dict[str, Any] | None:
        """Its JSON Schema; None where it is any JSON."""
        if self.adapter is None:
            return None
        return self.adapter.json_schema(mode="serialization")

    def written(self, value: Out) -> Json:
        """The value as the JSON that is stored. Raises ContractError: the value is not what was
        declared."""
        if self.adapter is None:
            return cast("Json", value)
        try:
            return cast(
                "Json", self.adapter.dump_python(self.adapter.validate_python(value), mode="json")
            )
        except ValidationError as error:
            raise ContractError(
                f"{self._of} returns what its {self._declared_by} does not declare", str(error)
            ) from error

    def read(self, stored: Json) -> Out:
        """The value from stored JSON. Raises ContractError: the JSON does not fit (any more)."""
        if self.adapter is None:
            return cast("Out", stored)
        try:
            return self.adapter.validate_python(stored)
        except ValidationError as error:
            raise ContractError(
                f"what {self._of} returned before does not fit its `gives` any more: give what is "
                "new a default, or declare a new version of the contract",
                str(error),
            ) from error

    def fitted(self, value: Json) -> Out:
        """The value from what somebody else has answered. Raises AnswerUnfit: it does not fit."""
        if self.adapter is None:
            return cast("Out", value)
        try:
            return self.adapter.validate_python(value)
        except ValidationError as error:
            faults = faults_of(error, "the whole")
            raise AnswerUnfit(f"the answer is not what `gives` says: {faults}") from error
