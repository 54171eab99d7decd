"""Where a run stands, in a line and an exit code: whether an event brings it on or a person, and
whether anything that has failed may have happened all the same.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from tillroll_command.endings import Code
from tillroll_command.run_views import next_of

BESIDE: Final = ("nextSafeAction", "mustNotRepeat", "outcomeUnknown", "failureClass", "waitsFor")
"""What `status --json` says beside the status: members of GET /api/runs/ID."""
_ENDS_AS: Final = {
    "failed": Code.FAILED,
    "needs_operator": Code.NEEDS_PERSON,
    "paused": Code.NEEDS_PERSON,
    "waiting": Code.WAITS,
}
_WITH_WHAT_HAPPENED: Final = frozenset({"failed", "needs_operator"})
_GOES_ON: Final = frozenset({"started", "running", "completed"})


def newest(show_run: Callable[[str], dict[str, Any]], run_id: str) -> dict[str, Any]:
    """The run, or the last one that it goes on as. `show_run` gives the run of an id."""
    run = show_run(run_id)
    while following := run.get("continuedAs"):
        run = show_run(following)
    return run


def code_of(standing: Mapping[str, Any], run: Mapping[str, Any]) -> Code:
    """The exit code of `status`, by what the kind's status route says, and the run."""
    if _waits_for_person(standing, run):
        return Code.NEEDS_PERSON
    if _is_not_known(standing, run):
        return Code.NOT_KNOWN
    return _ENDS_AS.get(standing["status"], Code.DONE)


def told(standing: Mapping[str, Any], run: Mapping[str, Any]) -> list[str]:
    """The lines of `status`: how the run stands, and where it does not go on by itself, what
    happened, what must not be done again by hand, and what is safe to do next.
    """
    line = f"{standing['id']}: {standing['status']}{_more(standing, run)}"
    if standing["error"] is not None:
        line = f"{line}: {standing['error']['summary']}"
    if standing["output"] is not None:
        line = f"{line}, gave {json.dumps(standing['output'], ensure_ascii=False)}"
    if standing["status"] in _GOES_ON:
        return [line]
    happened: list[str] = []
    if standing["status"] in _WITH_WHAT_HAPPENED:
        happened = [f"What happened: {run['whatHappened']}"]
    once = [
        f"May have happened elsewhere, so do not do it again by hand: {each}"
        for each in run["mustNotRepeat"]
    ]
    return [line, *happened, *once, f"Next: {next_of({**run})}"]


def _more(standing: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    if standing["status"] == "waiting":
        return f" {_awaited(standing, run)}"
    if _is_not_known(standing, run):
        return ", and whether the other side did it is not known"
    return ""


def _awaited(standing: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    if _waits_for_person(standing, run):
        return "for a person, who has to decide"
    wait = run.get("waitsFor") or {"kind": "", "name": ""}
    match wait["kind"]:
        case "signal":
            return f"for the signal {wait['name']}"
        case "timer":
            return "for a time"
        case "child" | "undo":
            return f"for the run {wait['name']}"
        case _:
            return "for what comes by itself"


def _waits_for_person(standing: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    return standing["status"] == "waiting" and run["nextSafeAction"] == "review"


def _is_not_known(standing: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    return standing["status"] == "failed" and run.get("outcomeUnknown") is True
