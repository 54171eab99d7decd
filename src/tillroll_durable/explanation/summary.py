"""What a run answers about itself: what happened, what was tried, what is safe next, what must not
be repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tillroll_durable.contract import Contract
from tillroll_durable.errors import MEANINGS, FailureClass
from tillroll_durable.explanation.attempts import (
    MOST_LINES,
    Beside,
    deliveries_told,
    error_of,
    failing_delivery,
    first_lines,
    given_up_delivery,
    tried_of,
    wait_told,
)
from tillroll_durable.explanation.children import what_became_of_children
from tillroll_durable.explanation.effects import (
    MOST_NAMED,
    external_ids_of,
    is_left_standing,
    must_not_repeat_of,
    named,
    what_became_of_failed,
)
from tillroll_durable.explanation.failures import failure_told
from tillroll_durable.explanation.progress import what_became
from tillroll_durable.platform.bindings.database import Row, optional_text, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.runs import creation_refused_at, is_escalated, shown_state, wants_operator
from tillroll_durable.slots import is_in_line
from tillroll_durable.states import LIVE, NextSafeAction, Status
from tillroll_durable.step import ITEMS
from tillroll_durable.step_records import SEND_AGAIN, may_have_come_twice


@dataclass(frozen=True)
class Explanation:
    """
    Attributes:
        what_happened: a sentence or two for an operator.
        tried: each step that was begun, with its attempts over all generations, its last error, and
            the attempt that is under way.
        safe_to_retry: whether retrying the run now can do nothing twice.
        must_not_repeat: effects on other systems that happened, or of which nobody knows, each in
            one line.
        left_out: of lists that have more lines than MOST_LINES, how many are left out.
    """

    what_happened: str
    last_successful_step: str | None
    external_ids: dict[str, str]
    tried: list[str]
    safe_to_retry: bool
    must_not_repeat: list[str]
    next_safe_action: NextSafeAction
    left_out: dict[str, int] = field(default_factory=dict[str, int])


def explain(
    contract: Contract,
    run: Row,
    steps: Sequence[Row],
    intents: Sequence[Row],
    records: Beside | None = None,
) -> Explanation:
    """`run`, `steps` and `intents` are whole rows of `runs`, `run_steps` and `effect_intents`."""
    records = records or Beside()
    failure = optional_text(run, "failure_class")
    is_failed = text(run, "status") == Status.FAILED
    meaning = MEANINGS[FailureClass(failure)] if failure else None
    can_go_on = is_failed and run["resume_state"] is not None and meaning is not None
    effects = [intent for intent in intents if intent["outcome"] != "refused"]
    with_id = [step for step in steps if step.get("external_id") is not None]
    counts = {"tried": len(steps), "must_not_repeat": len(effects), "external_ids": len(with_id)}
    return Explanation(
        what_happened=_what_happened(contract, run, steps=steps, intents=intents, records=records),
        last_successful_step=optional_text(run, "last_successful_step"),
        external_ids=external_ids_of(with_id[:MOST_LINES]),
        tried=tried_of(contract, run, steps=steps, records=records),
        safe_to_retry=can_go_on and meaning is not None and meaning.safe_to_retry,
        must_not_repeat=must_not_repeat_of(steps, first_lines(effects, _is_doubtful)),
        next_safe_action=_next_safe_action(
            contract, run, steps=steps, intents=intents, records=records
        ),
        left_out={name: count - MOST_LINES for name, count in counts.items() if count > MOST_LINES},
    )


def _is_doubtful(intent: Row) -> bool:
    """Whether nobody knows what became of an effect, or it may have come twice."""
    return intent["outcome"] != "done" or may_have_come_twice(intent)


def is_undone(run: Row) -> bool:
    """Whether a run failed and what it did was undone: it cannot go on, and no part may stand
    elsewhere.
    """
    if (
        run["status"] != Status.FAILED
        or run["resume_state"] is not None
        or run["escalated_at"] is not None
    ):
        return False
    failure = run["failure_class"]  # None: what could not be undone was, by a retry
    if failure is None:
        return run["next_safe_action"] == NextSafeAction.NONE
    return failure != FailureClass.ROLLBACK_FAILED


def is_paused(run: Row) -> bool:
    """Whether a run (a row of `runs`) waits to be resumed. One paused in its last step ends all the
    same.
    """
    return run["paused_at"] is not None and run["status"] in LIVE


def _what_happened(
    contract: Contract, run: Row, steps: Sequence[Row], intents: Sequence[Row], records: Beside
) -> str:
    state = shown_state(contract, run)
    held_up = _held_up(contract, run, records.holders)
    if held_up:
        return held_up
    if run["cancel_kind"] is not None and (
        state.status is Status.CANCELLED or not state.is_terminal
    ):
        return _ending(contract, run, steps=steps, intents=intents, records=records)
    if run["failure_class"] is not None and (
        state.status is Status.FAILED or run["escalated_at"] is not None
    ):
        if wants_operator(run):
            still = f"It stands still: {optional_text(run, 'error_summary')}."
        else:
            still = ""
        failed = (
            f"{failure_told(contract, run, steps=steps, intents=intents, records=records)} "
            f"{_children_of_compensated(contract, run, records)}"
        )
        sentences = (failed.strip(), still, deliveries_told(records))
        return " ".join(each for each in sentences if each)
    on_its_way = _on_its_way(contract, run, steps=steps, intents=intents, records=records)
    if on_its_way:
        return on_its_way
    if is_escalated(run):
        return (
            f"The run wants an operator: {optional_text(run, 'error_summary')}. "
            f"{deliveries_told(records)}"
        ).strip()
    waits = state.status is Status.PROCESSING and records.waits
    if waits:
        undisturbed = wait_told(records.waits[0])
    else:
        undisturbed = _undisturbed(state.status, run)
    if state.status in {Status.CANCELLED, Status.FAILED}:
        became = what_became(contract, steps, intents)
    else:
        became = ""
    repeated = [intent for intent in intents if may_have_come_twice(intent)]
    twice = " ".join(_twice(intent) for intent in repeated[:MOST_NAMED])
    if len(repeated) > MOST_NAMED:
        twice = f"{twice} So may {len(repeated) - MOST_NAMED} more."
    sentences = (
        undisturbed,
        became,
        _failed_items(run, steps, intents),
        twice,
        deliveries_told(records),
    )
    return " ".join(each for each in sentences if each)


def _twice(intent: Row) -> str:
    """What may have come twice."""
    step = text(intent, "step")
    if intent["when_unknown"] == SEND_AGAIN:
        return f"The message of {step} may have been sent twice."
    return f"What {step} does may have been done twice: compare it there."


def _failed_items(run: Row, steps: Sequence[Row], intents: Sequence[Row]) -> str:
    """Describe the failed occurrences that did not end the run, and how they are done again."""
    failed = [
        text(step, "step")
        for step in steps
        if step["outcome"] == "failed" and "[" in text(step, "step")
    ]
    if not failed:
        return ""
    without = f"It went on without {named(failed)}, which failed"
    became = what_became_of_failed({*failed}, intents)
    maps = [text(step, "step") for step in steps if _is_without_items(step)]
    if not run["items_failed"] or run["status"] != Status.COMPLETE or not maps:
        sentence = f"{without}."
    else:
        sentence = (
            f"{without}: {run['items_failed']} of {run['items']} items. Restart it from "
            f"{maps[0]!r}: a new run does the failed items again, and what came behind them."
        )
    return " ".join(each for each in (sentence, became) if each)


def _is_without_items(step: Row) -> bool:
    """Whether a step sums up a map some of whose items failed."""
    output = optional_text(step, "output")
    is_whole = text(step, "step").startswith(ITEMS) and step["outcome"] == "completed"
    return is_whole and output is not None and load_object(output)["failed"] != 0


def _ending(
    contract: Contract, run: Row, steps: Sequence[Row], intents: Sequence[Row], records: Beside
) -> str:
    """What became of a run that was asked to end, or becomes of it now."""
    if wants_operator(run):
        return (
            f"The run {_asked_to_end(run)}, and stands still: "
            f"{optional_text(run, 'error_summary')}."
        )
    has_ended = shown_state(contract, run).is_terminal
    after = failure_told(contract, run, steps=steps, intents=intents, records=records)
    if has_ended and not after:
        after = what_became(contract, steps, intents)
    outcome = "and has ended" if has_ended else "and is undoing what it did"
    sentences = (
        f"The run {_asked_to_end(run)}, {outcome}.",
        after,
        what_became_of_children(records.children, has_ended=has_ended),
    )
    return " ".join(each for each in sentences if each)


def _on_its_way(
    contract: Contract, run: Row, steps: Sequence[Row], intents: Sequence[Row], records: Beside
) -> str | None:
    """What a run does where it does not simply go forwards: it tries again, or undoes what it
    did.
    """
    if run["next_retry_at"] is not None:
        error = error_of(run)
        at = text(run, "next_retry_at")
        return f"An attempt failed: {error}. The next one is at {at}; nothing is to be done."
    if run["state"] != contract.compensating:
        return None
    if wants_operator(run):
        return None
    is_first = run["failure_class"] not in {None, FailureClass.ROLLBACK_FAILED}
    if is_first:
        does = failure_told(contract, run, steps=steps, intents=intents, records=records)
    else:
        does = "The run is undoing what it did."
    return f"{does} {_children_of_compensated(contract, run, records)}".strip()


def _children_of_compensated(contract: Contract, run: Row, records: Beside) -> str:
    """What became of the runs that a run began whose failure is compensated; of one that was asked
    to end, its end tells.
    """
    is_undone = run["status"] == Status.FAILED and run["resume_state"] is None
    if run["cancel_kind"] is not None or not (is_undone or run["state"] == contract.compensating):
        return ""
    return what_became_of_children(records.children, has_ended=is_undone)


def _held_up(contract: Contract, run: Row, holders: Sequence[Row]) -> str | None:
    """What a run waits for before it goes on at all: a person, its turn, or the engine; None where
    it is nothing.
    """
    if is_paused(run):
        return _paused(run)
    if is_in_line(run):
        return _in_line(contract, run, holders)
    refused_at = creation_refused_at(run)
    if refused_at is None:
        return None
    return (
        f"The run waits for the engine, which did not take it at {refused_at}. It is asked again "
        "each minute, the oldest run first. Nothing is to be done."
    )


def _in_line(contract: Contract, run: Row, holders: Sequence[Row]) -> str:
    since = optional_text(run, "queued_at")
    limits = contract.concurrency
    rate = contract.rate
    if not contract.has_line:
        return f"The run waits in line since {since}. It goes on within a minute."
    if contract.line_key is None:
        each = "in the account"
    else:
        each = f"for its {contract.line_key}"
    most: list[str] = []
    if limits is not None:
        if limits.limit == 1:
            go = "one run of its kind goes"
        else:
            go = f"{limits.limit} runs of its kind go"
        most.append(f"{go} on at once {each}")
    if rate is not None:
        if rate.limit == 1:
            begin = "one run of its kind begins"
        else:
            begin = f"{rate.limit} runs of its kind begin"
        most.append(f"{begin} in {rate.period} {each}")
    turn = f"The run waits in line since {since}, for its turn: at most {', and '.join(most)}."
    if not holders:
        return f"{turn} Nothing is to be done."
    return " ".join([turn, *map(_holder, holders)])


def _holder(run: Row) -> str:
    """Why a run that has its turn does not end, and so lets no other go on."""
    name = text(run, "id")
    state = text(run, "state")
    if run["is_paused"]:
        return f"The run {name} is paused in {state}, and keeps its slot: resume or cancel it."
    return (
        f"The run {name} waits for a person in {state}, and keeps its slot: see to it, or cancel "
        "it."
    )


def _paused(run: Row) -> str:
    if run["cancel_kind"] is None and run["slot_given_up_at"] is not None:
        return "The run is paused, and gave up its slot. When it is resumed, it joins the line."
    if run["cancel_kind"] is None:
        return "The run is paused. It goes on when it is resumed."
    return (
        f"The run is paused, and {_asked_to_end(run)}. When it is resumed it goes no further: "
        "it undoes what it did, and ends."
    )


def _asked_to_end(run: Row) -> str:
    match run["cancel_kind"]:
        case "abandon":
            how = "was given up by an operator"
        case "undo":
            how = "had completed, and was asked to be undone"
        case _:
            how = "was cancelled"
    return f"{how} ({optional_text(run, 'cancel_reason')})"


def _undisturbed(status: Status, run: Row) -> str:
    match status:
        case Status.PROCESSING:
            return "The run is under way."
        case Status.NEEDS_REVIEW:
            if run["escalated_at"] is not None:
                overdue = " The decision is overdue."
            else:
                overdue = ""
            return (
                f"The run waits for a person's decision ({optional_text(run, 'reason')}).{overdue}"
            )
        case Status.COMPLETE:
            return "The run has done what it was made for."
        case Status.REJECTED:
            return "A person rejected what the run was about."
        case Status.CANCELLED | Status.FAILED:
            return "The run has ended."


def _next_safe_action(
    contract: Contract, run: Row, steps: Sequence[Row], intents: Sequence[Row], records: Beside
) -> NextSafeAction:
    """The state's, but for what the state cannot know: a person has to look, or the run is
    paused.
    """
    if is_paused(run) or is_escalated(run):
        return _to_bring_it_on(contract, run)
    failure = optional_text(run, "failure_class")
    if run["state"] in {
        contract.cancelled,
        contract.abandoned,
        contract.undone,
    } and is_left_standing(steps, intents):
        return NextSafeAction.INVESTIGATE
    # The one who gave it up has looked, and what is unknown can be neither retried nor undone.
    is_given_up = failure == FailureClass.IRREVERSIBLE_UNKNOWN and run["cancel_kind"] == "abandon"
    is_open = (
        failure in {FailureClass.IRREVERSIBLE_UNKNOWN, FailureClass.ROLLBACK_FAILED}
        and not is_given_up
    )
    if is_open or (failure == FailureClass.SYSTEMS_DISAGREE and run["status"] == Status.FAILED):
        return NextSafeAction.INVESTIGATE
    action = shown_state(contract, run).next_safe_action
    if action is NextSafeAction.RETRY_FROM_STEP and run["resume_state"] is None:
        action = NextSafeAction.NONE  # what it did was undone: a retry is refused
    if action is not NextSafeAction.NONE:
        return action
    # What the run was made for stands, but its notice or delivery is tried again.
    is_retrying = any(step["outcome"] == "retrying" for step in steps)
    if (run["status"] == Status.COMPLETE and is_retrying) or failing_delivery(records):
        return NextSafeAction.WAIT
    return NextSafeAction.RESEND_NOTIFICATION if given_up_delivery(records) else action


def _to_bring_it_on(contract: Contract, run: Row) -> NextSafeAction:
    """Choose the next action for a run that stands still. Where its body is not deployed, a person
    has to put that back before anything else.
    """
    if contract.version != run["contract_version"] or contract.kind != run["kind"]:
        return NextSafeAction.INVESTIGATE
    if run["status"] == Status.COMPLETE:
        return NextSafeAction.RESEND_NOTIFICATION
    return NextSafeAction.RESUME
