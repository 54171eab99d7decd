"""What a PDF's references lead to. A broken file has anything anywhere, so what is not of the kind is nothing."""

from typing import Any, cast


def object_of(reference: Any) -> Any:
    """What it leads to; None where there is nothing."""
    return None if reference is None else reference.get_object()


def dictionary_of(reference: Any) -> dict[str, Any]:
    """Empty where it is none."""
    found = object_of(reference)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def array_of(reference: Any) -> list[Any]:
    """A list of its own; empty where it is none."""
    found = object_of(reference)
    return cast("list[Any]", [*found]) if isinstance(found, list) else []
