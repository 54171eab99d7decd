"""Search attributes of a run: names and short texts that it is found by, in the order of its
account's runs.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from tillroll_durable.contract import Contract
from tillroll_durable.declared import InvalidParams
from tillroll_durable.outputs import ContractError
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.json import dump

LONGEST_VALUE: Final = 200
Attribute: TypeAlias = str | int | date
"""What a run can be found by; a whole number, a yes or no, and a day or a time stand as text."""

_WRITE: Final = """
  INSERT INTO run_attributes (run_id, name, value, account_id)
  SELECT ?1, key, value, ?2 FROM json_each(?3) WHERE true
  ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value
"""


def attributes_of(contract: Contract, params: BaseModel) -> Mapping[str, str]:
    """What a run with these params is found by; a param that is None or empty gives nothing.
    Raises InvalidParams: one is longer than an attribute.
    """
    values = {name: getattr(params, name) for name in contract.attributes if hasattr(params, name)}
    texts = _texts_of(values)
    for name, value in texts.items():
        if len(value) > LONGEST_VALUE:
            raise InvalidParams(
                f"{name}: runs are found by it, so it has at most {LONGEST_VALUE} characters"
            )
    return {name: value for name, value in texts.items() if value}


def checked_attributes(contract: Contract, values: Mapping[str, Attribute]) -> Mapping[str, str]:
    """Give the attributes that a step sets, as text. Raises ContractError: the contract does not
    declare one, or it is no text of 1 to 200 characters.
    """
    for name in values:
        if name not in contract.attributes:
            declared = ", ".join(contract.attributes) or "none"
            raise ContractError(
                f"{contract.kind} sets the attribute {name!r}: declare it in `attributes` "
                f"({declared})"
            )
    texts = _texts_of(values)
    for name, value in texts.items():
        if not 0 < len(value) <= LONGEST_VALUE:
            raise ContractError(
                f"{contract.kind}: give the attribute {name!r} 1 to {LONGEST_VALUE} characters"
            )
    return texts


def write_attributes(
    account_id: str, run_id: str, attributes: Mapping[str, str]
) -> Sequence[Statement]:
    """Write a run's attributes; without any, make no statement."""
    if attributes:
        return [statement(_WRITE, [run_id, account_id, dump({**attributes})])]
    return []


def write_external_id(account_id: str, run_id: str, external_id: str | None) -> Sequence[Statement]:
    """What another system calls what the run did there, for the run to be found by it. Nothing
    where it has no id.
    """
    if not external_id:
        return []
    sql = """
      INSERT INTO run_external_ids (account_id, external_id, run_id) VALUES (?1, ?2, ?3)
      ON CONFLICT (account_id, external_id, run_id) DO NOTHING
    """
    return [statement(sql, [account_id, external_id, run_id])]


def _texts_of(values: Mapping[str, object]) -> dict[str, str]:
    return {name: _as_text(value) for name, value in values.items()}


def _as_text(value: object) -> str:
    """Empty for what is no attribute."""
    match to_jsonable_python(value, fallback=lambda _: None):
        case bool(is_so):
            if is_so:
                return "true"
            return "false"
        case str() | int() as plain:
            return str(plain)
        case _:
            return ""
