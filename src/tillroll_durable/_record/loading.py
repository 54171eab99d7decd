"""What an instance reads of its run: so much as its body needs, however long the run is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, LiteralString

from tillroll_durable.contract import Contract
from tillroll_durable.platform.bindings.database import Database, Statement, digits, statement, text
from tillroll_durable.platform.json import dump, load_object
from tillroll_durable.runs import (
    Prefetch,
    Run,
    StoredStep,
    insist,
    run_from_row,
    steps_by_name,
)

# How many steps of a run are read with it, whatever their names. Of one that has more, the
# occurrences of a step that exceed this are read when its body comes to them.
MOST_LOADED: Final = 300
_RUN: Final = "SELECT * FROM runs WHERE id = ?"
_RUN_AND_EFFECTS: Final = """
  SELECT *, (
    SELECT json_group_object(idempotency_key, step) FROM effect_intents
    WHERE run_id = runs.id AND outcome IS NULL
  ) AS open_effects
  FROM runs WHERE id = ?
"""
_STEPS: Final = "SELECT * FROM run_steps WHERE run_id = ?"
_STEPS_BETWEEN: Final = "SELECT * FROM run_steps WHERE run_id = ?1 AND step >= ?2 AND step < ?3"
_FAILED_STEP: Final = """
  SELECT * FROM run_steps
  WHERE run_id = ?1 AND step = (SELECT failed_step FROM runs WHERE id = ?1)
"""
_STEPS_NAMED: Final = """
  SELECT * FROM run_steps WHERE run_id = ? AND step IN (SELECT value FROM json_each(?))
"""
_STEP: Final = "SELECT * FROM run_steps WHERE run_id = ? AND step = ?"
# No step's name comes behind it.
_LAST_NAME: Final = "\U0010ffff"


@dataclass(frozen=True)
class LoadedRun:
    """A run and its steps by name. `partly`: steps with more occurrences than were read."""

    run: Run
    steps: dict[str, StoredStep]
    partly: frozenset[str] = frozenset()


async def load_for_instance(
    database: Database,
    run_id: str,
    prefetch: Prefetch,
    contracts: Iterable[Contract],
) -> LoadedRun | None:
    """The run with its open effects and its steps, and what `prefetch` asks for.

    `contracts` are all versions of its kind. However many items a map has, this reads a bounded
    number of rows. Returns None where there is no such run.
    """
    queries = [
        statement(_RUN_AND_EFFECTS, [run_id]),
        statement(f"{_STEPS} LIMIT {digits(MOST_LOADED + 1)}", [run_id]),
        *prefetch.queries,
    ]
    rows, steps, *more = await insist(lambda: database.batch(queries))
    prefetch.take(more)
    if not rows:
        return None
    effects = load_object(text(rows[0], "open_effects"))
    run = replace(
        run_from_row(rows[0]),
        open_effects={key: str(step) for key, step in effects.items()},
    )
    if len(steps) <= MOST_LOADED:
        return LoadedRun(run, steps_by_name(steps))
    # What a run did is undone in the order of its record, so all of it is read.
    compensating = {each.compensating for each in contracts}
    if run.cancel_kind is not None or run.state in compensating:
        everything = await insist(lambda: database.all(statement(_STEPS, [run_id])))
        return LoadedRun(run, steps_by_name(everything))
    names = {step.name for contract in contracts for step in contract.steps}
    return await _load_partly(database, run, names)


async def _load_partly(database: Database, run: Run, names: Iterable[str]) -> LoadedRun:
    """All steps of a run, but for the occurrences of steps that have too many of them."""
    queries = [statement(_FAILED_STEP, [run.id])]
    repeated: list[str] = []
    begin = ""
    limited = f"{_STEPS_BETWEEN} LIMIT {digits(MOST_LOADED + 1)}"
    for name in sorted(names, key=lambda each: f"{each}["):
        first, end = _bounds(name)
        queries.append(_between(_STEPS_BETWEEN, run, first=begin, end=first))
        queries.append(_between(limited, run, first=first, end=end))
        repeated.append(name)
        begin = end
    queries.append(_between(_STEPS_BETWEEN, run, first=begin, end=_LAST_NAME))
    results = await insist(lambda: database.batch(queries))
    stored = steps_by_name(results[0])
    for rows in results[1::2]:
        stored |= steps_by_name(rows)
    partly: set[str] = set()
    for name, rows in zip(repeated, results[2::2], strict=True):
        if len(rows) > MOST_LOADED:
            partly.add(name)
        else:
            stored |= steps_by_name(rows)
    return LoadedRun(run, stored, frozenset(partly))


def _between(sql: LiteralString, run: Run, *, first: str, end: str) -> Statement:
    bounds = (first, end)
    return statement(sql, [run.id, *bounds])


def _bounds(step: str) -> tuple[str, str]:
    """The names between which the occurrences of a step lie: step[key]."""
    following = chr(ord("[") + 1)  # no name of an occurrence comes behind it
    return f"{step}[", f"{step}{following}"


async def load_occurrences(database: Database, run_id: str, step: str) -> dict[str, StoredStep]:
    """All rows of a step that is done once for each of several keys, by name."""
    query = statement(_STEPS_BETWEEN, [run_id, *_bounds(step)])
    return steps_by_name(await insist(lambda: database.all(query)))


async def load_steps(
    database: Database,
    run_id: str,
    names: Sequence[str],
) -> dict[str, StoredStep]:
    """The rows of steps by their names, of those that have one."""
    query = statement(_STEPS_NAMED, [run_id, dump([*names])])
    return steps_by_name(await insist(lambda: database.all(query)))


async def load_run_and_step(
    database: Database,
    run_id: str,
    step: str,
) -> tuple[Run, StoredStep | None] | None:
    """The run and one of its steps, read in one transaction; None where there is no such run."""
    queries = [statement(_RUN, [run_id]), statement(_STEP, [run_id, step])]
    rows, steps = await insist(lambda: database.batch(queries))
    if not rows:
        return None
    return run_from_row(rows[0]), steps_by_name(steps).get(step)
