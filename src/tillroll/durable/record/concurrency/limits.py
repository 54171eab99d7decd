"""What a contract says about how many of its runs go on at once."""

from typing import Final

from pydantic import BaseModel

from tillroll.durable.contract import Contract
from tillroll.durable.params import InvalidParams
from tillroll.platform.json import dump

_LONGEST_KEY: Final = 200
_NO_LIMIT: Final = 1_000_000


def concurrency_key(contract: Contract, params: BaseModel) -> str | None:
    """What a run with such params shares its slot by; None where its contract limits nothing.

    Raises:
        InvalidParams: the value is too long to be a key.
    """
    if contract.concurrency is None:
        return None
    name = contract.concurrency.key
    if name is None:
        return ""
    key = dump(params.model_dump(mode="json", include={name})[name])
    if len(key) > _LONGEST_KEY:
        raise InvalidParams(f"{name}: it limits how many runs go on at once, and has at most {_LONGEST_KEY} characters")
    return key


def limit_of(contract: Contract) -> int:
    """How many runs go on at once under one key; of a kind that limits nothing (any more), more than there are."""
    return _NO_LIMIT if contract.concurrency is None else contract.concurrency.limit
