"""JSON objects as the API has them: keys in camelCase."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from tillroll.platform.json import JsonObject


class Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    def as_json(self) -> JsonObject:
        """The object as it is answered."""
        return self.model_dump(mode="json", by_alias=True)


class Asked(Shape):
    """The body of a request: a field that it does not have is refused, not dropped."""

    model_config = ConfigDict(extra="forbid")


SHOWN_ONCE: Final = "x-shown-once"

# A secret that is in no other place than this answer. It is null where the request is answered again.
ShownOnce = Annotated[
    str | None,
    Field(
        description="Shown this once: null where the request is answered again by its Idempotency-Key",
        json_schema_extra={SHOWN_ONCE: True},
    ),
]
