"""What must hold of each example's run, whatever met it, and what is counted where nothing can."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from tests.examples.cases import Came, Case
from tests.examples.other_side import Effect, OtherSides
from tests.support.running_stack import wait_until
from tests.wheel.project import Project

_INTENTS = """
  SELECT run_id, step, idempotency_key AS own, outcome, when_unknown, sends FROM effect_intents
"""


def check_round(
    project: Project, side: OtherSides, cases: Mapping[str, Case], twice: Counter[str]
) -> None:
    """Check the runs, whose ids these are. What was done twice where no key is known is added to
    `twice` by its address.

    Raises AssertionError: an effect came twice or is not recorded, or came of a run what must not.
    """
    effects = [*side.effects]
    intents = {str(row["own"]): row for row in project.rows(_INTENTS) if row["run_id"] in cases}
    check_once(effects, intents, twice)
    check_record(effects, intents)
    for key in side.repeated:
        intent = intents[unquote(key)]
        assert intent["when_unknown"] == "send_again", (
            f"{intent['step']} was sent again although it was done, and could have been looked up"
        )
    for run_id, case in cases.items():
        came = _came(project, run_id, case, side)
        try:
            case.check(came)
        except AssertionError as error:
            raise AssertionError(f"{case.example} ({run_id}): {error}") from error
    _check_audit(project)


def check_once(
    effects: Sequence[Effect], intents: Mapping[str, Mapping[str, Any]], twice: Counter[str]
) -> None:
    """The same thing is done once, by whatever key it is asked for."""
    done = Counter(
        (each.method, each.address, json.dumps(each.body), each.knows_no_key) for each in effects
    )
    for (method, address, body, knows_no_key), times in done.items():
        if not knows_no_key:
            assert times == 1, f"{method} {address} was done {times} times: {body}"
    by_key = Counter((each.address, each.key) for each in effects if each.knows_no_key)
    for (address, key), times in by_key.items():
        intent = intents[unquote(key)]
        is_told = intent["when_unknown"] == "send_again" and intent["sends"] > 1
        assert times == 1 or is_told, f"{address} did {intent['step']} twice, and no record says so"
        twice[address] += times - 1


def check_record(effects: Sequence[Effect], intents: Mapping[str, Mapping[str, Any]]) -> None:
    """What was done elsewhere is recorded, and what the record calls done was."""
    keys = Counter(unquote(each.key) for each in effects)
    unknown = keys.keys() - intents.keys()
    assert not unknown, f"done elsewhere, and no intent says so: {unknown}"
    for key, intent in intents.items():
        if intent["outcome"] == "done":
            assert keys[key], f"{key} is recorded as done, and nobody has done it"
        elif intent["outcome"] == "refused":
            assert not keys[key], f"{key} is recorded as refused, and it was done"


def _came(project: Project, run_id: str, case: Case, side: OtherSides) -> Came:
    rows: list[dict[str, Any]] = []
    if case.table:
        found = project.rows(f"SELECT * FROM {case.table}")
        rows = [row for row in found if row.get("run_id", run_id) == run_id]
    own = [each for each in side.effects if each.address.startswith(f"{case.example}/")]
    return Came(project.ask(f"/api/runs/{run_id}"), own, rows, side.answered)


def _check_audit(project: Project) -> None:
    """The library's own route finds the audit as it was sealed, from the first seal to the last."""

    def is_sealed() -> bool:
        project.fire_cron()
        return project.ask("/api/audit/verify")["seals"] > 0

    wait_until(is_sealed, "the audit to be sealed")
    number: int | None = 1
    while number is not None:
        found = project.ask(f"/api/audit/verify?fromSeal={number}")
        assert found["isIntact"], f"the audit is not as it was sealed: {found}"
        number = found["nextSeal"]
