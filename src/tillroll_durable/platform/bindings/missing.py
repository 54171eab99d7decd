"""What stands for a binding that wrangler.jsonc does not have: whatever is asked of it raises."""

from types import MappingProxyType
from typing import Final, NoReturn

from tillroll_durable.platform.bindings.engine import (
    SHARED_BINDING,
    SHARED_CLASS,
    NonRetryable,
    class_name_of,
)

_LINES: Final = MappingProxyType(
    {
        "DB": (
            '"d1_databases": [{ "binding": "DB", "database_name": "NAME", '
            '"migrations_dir": "migrations" }]'
        ),
        "BUCKET": '"r2_buckets": [{ "binding": "BUCKET", "bucket_name": "NAME" }]',
        "ASSETS": '"assets": { "directory": "FOLDER", "binding": "ASSETS" }',
        "IMAGES": '"images": { "binding": "IMAGES" }',
        "AI": '"ai": { "binding": "AI" }',
        "VECTORS": '"vectorize": [{ "binding": "VECTORS", "index_name": "NAME" }]',
    }
)
_RATE_LIMIT: Final = (
    '"ratelimits": [{{ "name": "{}", "namespace_id": "NUMBER", '
    '"simple": {{ "limit": 100, "period": 60 }} }}]'
)
_WORKFLOW: Final = '"workflows": [{{ "name": "NAME", "binding": "{}", "class_name": "{}" }}]'


class BindingMissing(NonRetryable):
    """Something is asked of a binding that this deployment does not have."""


class MissingBinding:
    """Stands for a binding that is not there. Raises BindingMissing at each use."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> NoReturn:
        # The interpreter asks for such names itself, and takes this error for an answer.
        if name.startswith("__"):
            raise AttributeError(name)
        raise BindingMissing(sentence_for(self._name))


def sentence_for(binding: str) -> str:
    """What to do about a binding that is missing."""
    line = _LINES.get(binding) or _RATE_LIMIT.format(binding)
    return _sentence(binding, line)


def workflow_sentence_for(kind: str, binding: str) -> str:
    """What to do where the class that executes a kind has no binding."""
    class_name = class_name_of(kind)
    if binding == SHARED_BINDING:
        class_name = SHARED_CLASS
    return f"Runs of {kind} cannot go on. " + _sentence(
        binding, _WORKFLOW.format(binding, class_name)
    )


def _sentence(binding: str, line: str) -> str:
    return f"wrangler.jsonc has no binding {binding}. Add this line: {line}"
