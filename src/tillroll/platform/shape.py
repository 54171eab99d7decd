"""JSON objects as the API has them: keys in camelCase."""

from pydantic import BaseModel, ConfigDict
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
