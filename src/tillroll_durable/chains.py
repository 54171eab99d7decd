"""A run and those that it goes on as: which one is the newest, and what each hands to the next.

An id of one of them stands for all that follow, too.
"""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel

from tillroll_durable.contract import Contract
from tillroll_durable.platform.bindings.database import Database, Statement, statement
from tillroll_durable.platform.json import dump
from tillroll_durable.runs import CHAIN, Run, pause_with, run_from_row

_NEWEST: Final = f"""
  {CHAIN}
  SELECT runs.* FROM chain JOIN runs ON runs.id = chain.id ORDER BY place DESC LIMIT 1
"""
IDS_OF_CHAIN: Final = f"""
  {CHAIN}
  SELECT id FROM chain
"""
# The first came first: a wait takes the oldest.
_SIGNALS: Final = """
  UPDATE signals SET run_id = ?2 WHERE run_id = ?1 AND taken_up_at IS NULL
"""
_ATTRIBUTES: Final = """
  INSERT INTO run_attributes (run_id, name, value, account_id)
  SELECT ?2, name, value, ?3 FROM run_attributes
  WHERE run_id = ?1 AND account_id = ?3 AND name IN (SELECT value FROM json_each(?4))
"""


async def newest_of(database: Database, run: Run) -> Run:
    """The run that goes on in place of `run`, or of one that did; `run` itself where none does."""
    row = await database.first(statement(_NEWEST, [run.id]))
    if row is None:
        return run
    return run_from_row(row)


def hand_on(
    run: Run, run_id: str, contract: Contract, params: type[BaseModel], now: str
) -> Sequence[Statement]:
    """What the run `run_id` has from `run`, in whose place it goes on: signals that no wait has
    taken, what steps have set for it to be found by, and that it is paused. `contract` and `params`
    are those of the run that goes on; what its params say of it, they say anew.
    """
    of_steps = [name for name in contract.attributes if name not in params.model_fields]
    return [
        statement(_SIGNALS, [run.id, run_id], account=run.account_id),
        statement(_ATTRIBUTES, [run.id, run_id, run.account_id, dump([*of_steps])]),
        pause_with(run, run_id, now),
    ]
