"""What the kinds of runs show of themselves: properties of a run's schema that its model cannot
know.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from pydantic import BaseModel

from tillroll_durable.workflow import View

_SCHEMAS: Final = "#/components/schemas/"
_LISTED: Final = ("RunSummary", "RunDetail")
_DETAILED: Final = ("RunDetail",)
_PROPOSED: Final = ("RunReview",)
Schemas = dict[str, Any]


class Kinds(Protocol):
    """What a registry of workflows says of its kinds."""

    @property
    def kinds(self) -> Sequence[str]: ...

    def view_of(self, kind: str, /) -> View: ...


def add_kinds(schemas: Schemas, registry: Kinds) -> None:
    """Add to the schemas of runs, in place, what the view of each deployed kind declares.

    Raises:
        ValueError: two models of one name have other properties.
    """
    for kind in registry.kinds:
        view = registry.view_of(kind)
        _add(schemas, _LISTED, kind, view.shapes)
        _add(schemas, _DETAILED, kind, view.detailed_shapes)
        _add(schemas, _PROPOSED, kind, view.proposed_shapes)


def _add(
    schemas: Schemas, owners: tuple[str, ...], kind: str, shapes: Mapping[str, type[BaseModel]]
) -> None:
    for name, model in shapes.items():
        _define(schemas, model)
        shown = {
            "anyOf": [{"$ref": f"{_SCHEMAS}{model.__name__}"}, {"type": "null"}],
            "description": f"Shown of runs of the kind `{kind}`",
        }
        for owner in owners:
            # A project may be without the routes of runs.
            if owner in schemas:
                schemas[owner].setdefault("properties", {})[name] = shown


def _define(schemas: Schemas, model: type[BaseModel]) -> None:
    own = model.model_json_schema(mode="serialization", ref_template=f"{_SCHEMAS}{{model}}")
    parts = own.pop("$defs", {})
    for name, schema in {**parts, model.__name__: own}.items():
        existing = schemas.setdefault(name, schema)
        if existing.get("properties", {}).keys() != schema.get("properties", {}).keys():
            raise ValueError(f"{name} is the name of two models that have other properties")
