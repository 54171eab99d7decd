"""What the failure of a step left behind, and what the run did about it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tillroll_durable.contract import FAIL, Contract
from tillroll_durable.errors import MEANINGS, UNKNOWN, FailureClass
from tillroll_durable.explanation.attempts import Beside, error_of, times_tried
from tillroll_durable.explanation.effects import MOST_NAMED, done_after_all
from tillroll_durable.explanation.progress import is_completed, what_became
from tillroll_durable.platform.bindings.database import Row, optional_text, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.states import LIVE, OUTCOME_UNKNOWN, Status
from tillroll_durable.step import ITEMS, Then, mapped_name, rollback_name
from tillroll_durable.step_records import ASK, ASK_UNTIL_LATE, FAILED, SEND_AGAIN


def failure_told(
    contract: Contract, run: Row, steps: Sequence[Row], intents: Sequence[Row], records: Beside
) -> str:
    """Say how a step failed for good, what that left behind, and what the run did about it; nothing
    where none did.
    """
    failed = optional_text(run, "failed_step")
    failure = optional_text(run, "failure_class")
    if failed is None or failure is None:
        return ""
    step = next((step for step in steps if step["step"] == failed), None)
    attempts = 0 if step is None else times_tried(step, records.attempts)
    if attempts == 0:
        tried = ""
    elif attempts == 1:
        tried = " after it was tried once"
    else:
        tried = f" after it was tried {attempts} times"
    went_on = _goes_on_without(contract, run, steps=steps, failed=failed)
    after = _unknown_beside(contract, run, intents) or _aftermath(
        contract, run, steps=steps, intents=intents, failure=failure, went_on=went_on
    )
    if went_on:
        after = " ".join(each for each in (after, _asked_behind(run, step, records)) if each)
    if failed == FAIL and contract.failed is not None:
        # The step is the core's own: no author has one of this name.
        ended = f"The workflow ended the run as failed: {error_of(run if step is None else step)}."
        return f"{ended} {after.removeprefix(MEANINGS[FailureClass(failure)].says).strip()}".strip()
    if failed.startswith(ITEMS):
        return f"The map of {mapped_name(failed)} failed: {error_of(run)}. {after}"
    return (
        f"The step {failed} failed for good{tried}: {error_of(run if step is None else step)}. "
        f"{after}"
    )


def _goes_on_without(contract: Contract, run: Row, steps: Sequence[Row], failed: str) -> bool:
    """Whether the run went on, or goes on, without its failed step."""
    if run["status"] == Status.COMPLETE:
        return True
    if run["status"] == Status.FAILED or run["cancel_kind"] is not None:
        return False
    step = next((step for step in steps if step["step"] == failed), None)
    if step is None or step["outcome"] != "failed":
        return False
    declared = contract.find_step(failed)
    if declared is not None and declared.on_failure.then is Then.CONTINUE:
        return True
    output = optional_text(step, "output")
    return output is not None and FAILED in load_object(output)


def _asked_behind(run: Row, step: Row | None, records: Beside) -> str:
    """What a person was asked, or has decided, after a step had failed; empty for nobody."""
    if run["status"] == Status.NEEDS_REVIEW:
        return f"The run waits for a person's decision ({optional_text(run, 'reason')})."
    review = records.review
    failed_at = None if step is None else optional_text(step, "ended_at")
    if review is None or failed_at is None or review.requested_at < failed_at:
        return ""
    match review.decision:
        case "approve":
            return f"A person was asked then ({review.reason}), and approved."
        case "reject":
            return f"A person was asked then ({review.reason}), and rejected."
        case _:
            return ""


_OPEN: Final = {
    ASK: (
        "What was sent may have happened: a retry asks there first, by key, before it sends again."
    ),
    ASK_UNTIL_LATE: (
        "What was sent may have happened: a retry asks there first, and sends it again only once "
        "that can no longer arrive."
    ),
    SEND_AGAIN: "What was sent may have happened, and nobody can be asked: a retry sends it again.",
}


def _aftermath(
    contract: Contract,
    run: Row,
    steps: Sequence[Row],
    intents: Sequence[Row],
    failure: str,
    *,
    went_on: bool,
) -> str:
    """What the failure left behind, and what the run did about it. `went_on`: it went on without
    the step, so what a retry would do is not said: none is possible.
    """
    meaning = MEANINGS[FailureClass(failure)]
    # The other side was asked for something in this step, and nobody knows whether it did it.
    left_open = [
        intent
        for intent in intents
        if intent["step"] == run["failed_step"] and intent["outcome"] is None
    ]
    if failure == FailureClass.ROLLBACK_FAILED and left_open:
        return (
            "Whether it was undone is unknown. A retry asks the other side first, by key, before "
            "it undoes it again."
        )
    if failure == FailureClass.ROLLBACK_FAILED:
        return meaning.in_full
    done = done_after_all(text(run, "failed_step"), intents)
    if done is not None and FailureClass(failure) in UNKNOWN:
        meaning = replace(meaning, says=done)
    if went_on:
        return f"{meaning.says} The run went on without it."
    # As one that was undone cannot.
    is_sent = failure == FailureClass.SYSTEMS_DISAGREE and bool(left_open)
    if run["resume_state"] is not None and run["cancel_kind"] is None:
        if is_sent:
            meaning = replace(
                meaning, says=f"{meaning.says} {_OPEN[text(left_open[0], 'when_unknown')]}"
            )
        is_second = failure == FailureClass.WRITE_FAILED and run["last_successful_step"] is not None
        return f"{meaning.in_full} {'What earlier steps did stands.' if is_second else ''}".strip()
    if run["status"] in LIVE:
        return (
            meaning.says
            if run["cancel_kind"]
            else f"{meaning.says} What the run had done before is being undone."
        )
    name = text(run, "failed_step")
    is_undone_there = is_completed(steps, rollback_name(name))
    remainder = meaning.says
    if failure == FailureClass.EXTERNAL_UNKNOWN and is_undone_there:
        remainder = _became_known(steps, intents, name)
    elif is_sent:
        remainder += (
            " What was sent was undone there."
            if is_undone_there
            else " What was sent may stand there."
        )
    others = [intent for intent in intents if intent["step"] != name]
    return f"{remainder} {what_became(contract, steps, others)}".strip()


def _unknown_beside(contract: Contract, run: Row, intents: Sequence[Row]) -> str:
    """What nobody knows of a map's items, or of what went on beside the step that failed; nothing
    where the run does not stop for that.
    """
    if run["state"] != OUTCOME_UNKNOWN.name:
        return ""
    unknown = [intent for intent in intents if _stops_unknown(contract, intent)]
    names = [text(intent, "step") for intent in unknown]
    if not names or run["failed_step"] in names:
        return ""
    listed = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        listed = f"{listed}, …"
    # Where one of them cannot be asked about, that is what a retry has to mind.
    worst = max(text(intent, "when_unknown") for intent in unknown)
    return f"Nobody knows whether {listed} was done. {_OPEN[worst]}"


def _stops_unknown(contract: Contract, intent: Row) -> bool:
    """Whether nobody knows of an effect, so that its step's failure undoes nothing."""
    step = contract.find_step(text(intent, "step"))
    return intent["outcome"] is None and step is not None and step.stops_unknown


def _became_known(steps: Sequence[Row], intents: Sequence[Row], step: str) -> str:
    """What became of a call that may have been made, in a step whose rollback is completed."""
    outcomes = {text(intent, "step"): intent["outcome"] for intent in intents}
    if outcomes.get(step) == "refused":
        return (
            "Whether the other side did it was unknown. It says that it never did it, so nothing "
            "was undone there."
        )
    if outcomes.get(step) == "done" and not is_completed(steps, step):
        return (
            "Whether the other side did it was unknown. It says that it had done it, so it was "
            "undone there."
        )
    return "Whether the other side did it was unknown, so it was undone there."
