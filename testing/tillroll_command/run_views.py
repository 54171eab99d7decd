"""A run for people: its steps, what happened, and what can be done."""

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tillroll_command.endings import Code
from tillroll_command.output import Output

_MARKS: Final = {"completed": "✓", "failed": "✗", "retrying": "↻", "running": "…", "pending": "·"}
# By the run's nextSafeAction, what a person can do about it.
NEXT: Final = {
    "wait": "Nothing: it goes on by itself. `tillroll run {id} --follow` shows how.",
    "review": "Decide what it asks: `tillroll review {id}`",
    "none": "Nothing: it is done.",
    "retry_from_step": "Let it go on from the step that failed: `tillroll operate {id} retry`",
    "resend_notification": (
        "Have it notify people, or send its event, again: `tillroll operate {id} resend`"
    ),
    "upload_again": "Send a better photo: `tillroll upload FILE`",
    "resume": "Let it go on: `tillroll operate {id} resume`",
    "investigate": "Find out at the other side what happened there, and put "
    "right what is wrong. Then retry it: "
    "`tillroll operate {id} retry`",
}

# Where nothing is to be done with a run that has ended otherwise.
_UNDONE: Final = "Nothing with this run: what it did was undone."
_AT_REST: Final = {"complete", "failed", "rejected", "cancelled"}
# Where the run itself has ended, and only its event is under way.
_SENT_AGAIN: Final = (
    "Nothing: the run has ended, and its event is sent again by itself. Once its receiver is "
    "mended, `tillroll operate {id} deliver` sends it at once."
)
_ENDED: Final = {
    "failed": "Look on the other side at what happened there and put it "
    "right there; then give the run up: "
    "`tillroll operate {id} abandon`",
    "rejected": "Nothing: it has ended.",
    "cancelled": "Nothing: it has ended.",
}


_PROCESSING: Final = "processing"
# How a run at rest ends a command that followed it.
_ENDS_AS: Final = {"complete": Code.DONE, "needs_review": Code.NEEDS_PERSON}


def is_at_work(run: Mapping[str, Any]) -> bool:
    """Whether the server goes on with a run by itself, though it may be paused."""
    return run["status"] == _PROCESSING and not run.get("standsStill")


def code_at_rest(run: Mapping[str, Any]) -> Code:
    """The exit code for a run that has come to rest; one that is paused, or stands still, waits for
    a person.
    """
    if run.get("paused") or run.get("standsStill"):
        return Code.NEEDS_PERSON
    return _ENDS_AS.get(run["status"], Code.FAILED)


def show_run(show: Output, run: dict[str, Any]) -> None:
    """One run as it is: as JSON, or for people."""
    if show.as_json:
        show.document(run)
    else:
        explain(show, run)


def follow_run(show: Output, changes: Iterable[dict[str, Any]]) -> Code:
    """A run at each of its changes; the exit code for how it is at the last one."""
    code = Code.DONE
    follower = Follower(show)
    for run in changes:
        code = code_at_rest(run)
        if show.as_json:
            show.line(run)
        else:
            follower.show(run)
    if not show.as_json:
        follower.end()
    return code


def show_steps(show: Output, page: Mapping[str, Any]) -> None:
    """A page of a run's steps: how each ended, and what it did elsewhere."""
    rows = [
        (
            each["name"],
            each["outcome"],
            each["externalId"] or "",
            each["mustNotRepeat"] or each["tried"] or "",
        )
        for each in page["items"]
    ]
    show.page(page, ("step", "outcome", "id elsewhere", "says"), rows)


def operated(run: Mapping[str, Any], run_id: str, operation: str) -> str:
    """Say that an operation is accepted, and how the run is now."""
    status = run["status"].replace("_", " ")
    return f"{run_id}: {operation} is accepted. The run is {status} now."


def explain(show: Output, run: dict[str, Any]) -> None:
    """All that is known of a run, in sentences."""
    receipt: dict[str, Any] = run.get("receipt") or {}
    show.say(f"{run['id']}  {run['status'].replace('_', ' ')}", style="bold")
    if receipt.get("fileName"):
        show.say(f"{receipt['fileName']}, sent {run['createdAt'][:16].replace('T', ' ')} UTC")
    show.say(run["message"])
    if run.get("archiveLost"):
        show.say(f"Archived. {run['archiveLost']['says']}")
    elif run.get("archived"):
        show.say(
            f"Archived. `tillroll archive restore {run['id']}` brings its steps and events back "
            "into the database."
        )
    expense = run.get("expense")
    if expense:
        show.say(
            f"{expense['merchant']}, {expense['date']}, {expense['total']} {expense['currency']}: "
            f"{expense['id']}"
        )
    if found_by := run.get("attributes"):
        show.say(", ".join(f"{name}: {value}" for name, value in found_by.items()))
    for step in run["steps"]:
        show.say(f"  {step_line(step)}")
    explain_end(show, run)


def explain_end(show: Output, run: dict[str, Any]) -> None:
    """What happened, what must not be repeated, what is asked, and what is safe to do next."""
    show.say(f"What happened: {run['whatHappened']}")
    if place := run.get("inLine"):
        show.say(f"In line: number {place['place']}")
    for line in run["tried"]:
        show.say(f"  {line}")
    for effect in run["mustNotRepeat"]:
        show.say(f"May have happened elsewhere, so do not do it again by hand: {effect}")
    left_out: dict[str, int] = run.get("leftOut") or {}
    if left_out:
        more = max(left_out.values())
        show.say(f"And {more} more: `tillroll steps {run['id']}` lists all.")
    review = run["review"]
    if review is not None and review["decision"] is None:
        for sentence in review["sentences"]:
            show.say(f"Asked: {sentence}")
    if run["nextRetryAt"]:
        show.say(_repetition(run))
    show.say(f"Next: {next_of(run)}")


def _repetition(run: dict[str, Any]) -> str:
    """What is tried again, and when. A run that has ended is not: only its event is sent again."""
    what = "It is tried again" if run["status"] == "processing" else "Only its event is sent again"
    return f"{what}: at {_at(run['nextRetryAt'])}."


def next_of(run: dict[str, Any]) -> str:
    """What is safe to do next, as a sentence with its command."""
    action = str(run["nextSafeAction"])
    if action == "resume" and not run["paused"]:
        return (
            f"See to what it says first, then let it go on: `tillroll operate {run['id']} resume`"
        )
    if action == "none":
        return (
            _UNDONE
            if run.get("undone")
            else _ENDED.get(run["status"], NEXT[action]).format(id=run["id"])
        )
    if action == "wait" and run["status"] in _AT_REST:
        return _SENT_AGAIN.format(id=run["id"])
    if action == "wait" and run.get("waitsFor"):
        return _awaited(run["id"], run["waitsFor"])
    return NEXT.get(action, action.replace("_", " ")).format(id=run["id"])


def _awaited(run_id: str, wait: dict[str, Any]) -> str:
    """What a run waits for, and how it is sent that where people do."""
    name, until, send = wait["name"], _at(wait["until"]), wait.get("send")
    match wait["kind"]:
        case "signal" if send is not None:
            payload = shlex.quote(json.dumps(send["payload"], ensure_ascii=False))
            return (
                f"It waits for the signal {name}. If none comes by {until}, the run goes on "
                f"without one. Send it: `tillroll signal {run_id} {name} {payload}`"
            )
        case "signal":
            return f"Nothing: it waits for {name} until {until}, and hears of it by itself."
        case "timer":
            return f"Nothing: it sleeps until {until}, and goes on by itself."
        case _:
            return f"Nothing: it waits for the run {name}, which it began."


def _at(time: str | None) -> str:
    return "" if time is None else f"{time[:16].replace('T', ' ')} UTC"


def step_line(step: dict[str, Any]) -> str:
    """A step with its outcome, attempts and error."""
    attempts = f", attempt {step['attempts']}" if step["attempts"] > 1 else ""
    error = f": {step['error']}" if step["error"] else ""
    if progress := step.get("progress"):
        total = f" of {progress['total']}" if progress["total"] is not None else ""
        failed = f", {progress['failed']} failed" if progress["failed"] else ""
        attempts = f", {progress['completed']}{total}{failed}"
    if alive := step.get("aliveAt"):
        attempts += f", alive at {alive[11:19]} UTC"
    return f"{_MARKS.get(step['outcome'], '?')} {step['name']}  {step['outcome']}{attempts}{error}"


class Follower:
    """A run's steps as they change: a line for each change, in a terminal as in a file."""

    def __init__(self, show: Output) -> None:
        self._show = show
        self._said: dict[str, str] = {}
        self._message = ""
        self._awaited: dict[str, Any] | None = None
        self._last: dict[str, Any] | None = None

    def show(self, run: dict[str, Any]) -> None:
        """What is new in it."""
        for step in run["steps"]:
            line = step_line(step)
            if step["outcome"] != "pending" and self._said.get(step["name"]) != line:
                self._said[step["name"]] = line
                self._show.say(line)
        if run["message"] != self._message:
            self._message = run["message"]
            self._show.say(self._message)
        if run.get("waitsFor") != self._awaited:
            self._awaited = run.get("waitsFor")
            if self._awaited is not None:
                self._show.say(next_of(run))
        self._last = run

    def end(self) -> None:
        """The explanation of how the run is now."""
        if self._last is not None:
            explain_end(self._show, self._last)
