"""docs/contracts.md, made from the contracts themselves: `make docs`. A test fails where the two
differ.
"""

from collections.abc import Iterable

from tillroll_durable.contract import Contract
from tillroll_durable.errors import MEANINGS
from tillroll_durable.states import OUTCOME_UNKNOWN, State
from tillroll_durable.step import Step, Then

_HEADER = """\
# Contracts

What each workflow's steps promise: how they retry, what their success and their failure mean, how
they are undone, when a person must decide. Made from the code by `make docs`; a test fails where
they differ.

How to read a step: **effect** says what it does to the world (`read` changes nothing; `write` is
one batch of ours, all or nothing; `external` acts on somebody else's system, after an intent, and
is never sent again before that side was asked; `irreversible` cannot be undone). **Retries** are
the engine's: a limit of 5 is six attempts. A failure that compensates undoes what came before.
Where such a step may be done elsewhere and has no rollback, the run stops in `outcome_unknown` for
a person instead, and nothing is undone by itself. Where the body may take steps in any order, the
drawing has the order in which they are declared.

## What a final failure means

| class | what it leaves behind | retrying is safe | a person is called |
| --- | --- | --- | --- |
"""

_STEP_COLUMNS = (
    "step",
    "effect",
    "retries",
    "timeout",
    "leads to",
    "when it fails for good",
    "asks a person when",
    "idempotency key",
    "undone by",
)


def contract_page(contracts: Iterable[Contract]) -> str:
    """The whole page, in Markdown."""
    classes = [
        _row(f"`{name}`", meaning.in_full, _yes(meaning.safe_to_retry), _yes(meaning.escalates))
        for name, meaning in MEANINGS.items()
    ]
    return (
        _HEADER + "\n".join(classes) + "\n" + "".join(_section(contract) for contract in contracts)
    )


def _section(contract: Contract) -> str:
    return f"""
## {contract.kind}, version {contract.version}

{_diagram(contract)}
### Steps

{_row(*_STEP_COLUMNS)}
{_row(*["---"] * len(_STEP_COLUMNS))}
{_lines(_step(step) for step in contract.steps)}
### States

| state | status | ends | who brings it on, and until when | its owner reads | next safe action |
| --- | --- | --- | --- | --- | --- |
{_lines(_states(contract))}{_beside(contract)}"""


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _step(step: Step) -> str:
    retries = f"{step.retries.limit}, {step.retries.delay_seconds} s, {step.retries.backoff}"
    failure = f"`{step.on_failure.state}`, then {step.on_failure.then}"
    if step.on_failure.escalate:
        failure += ", escalates"
    if step.stops_unknown:
        failure += f"; `{OUTCOME_UNKNOWN.name}` while nobody knows whether it was done"
    undone = "its own rollback" if step.rollback_config else "none"
    return _row(
        f"`{step.name}`",
        step.effect,
        retries,
        f"{step.timeout_seconds} s",
        _codes(step.on_success),
        failure,
        _codes(step.reviews) or "none",
        f"`{step.idempotency_key}`",
        undone,
    )


def _states(contract: Contract) -> list[str]:
    return [
        _row(
            f"`{state.name}`",
            state.status,
            "✓" if state.is_terminal else "",
            _owner(state),
            state.says.format(reason="…"),
            state.next_safe_action.replace("_", " "),
        )
        for state in contract.states
    ]


def _beside(contract: Contract) -> str:
    """What the body waits for and tells, beside its steps; nothing where there is no such thing."""
    parts: list[str] = []
    limits, rate = contract.concurrency, contract.rate
    each = (
        "in an account"
        if contract.line_key is None
        else f"for each `{contract.line_key}` of an account"
    )
    if limits is not None:
        parts.append(f"\nSo many go on at once {each}: {limits.limit}. The others wait in line.\n")
    if rate is not None:
        parts.append(
            f"\nSo many begin in {rate.period} {each}: {rate.limit}. The others wait in line.\n"
        )
    if contract.priority is not None:
        parts.append(f"\nOf those in line, the highest `{contract.priority}` goes first.\n")
    if contract.timers:
        rows = [
            _row(f"`{timer.name}`", f"`{timer.waiting}`", f"`{timer.over}`")
            for timer in contract.timers
        ]
        parts.append(_table("Timers", ("timer", "while it runs", "when it is over"), rows))
    if contract.signals:
        rows = [
            _row(
                f"`{signal.name}`",
                _codes(signal.payload.model_fields),
                f"`{signal.waiting}`",
                f"`{signal.received}`",
                f"`{signal.timed_out}`",
            )
            for signal in contract.signals
        ]
        columns = (
            "signal",
            "payload",
            "while it is awaited",
            "when it has come",
            "when the time is up",
        )
        parts.append(_table("Signals", columns, rows))
    if contract.topics:
        rows = [
            _row(f"`{topic.name}`", _codes(topic.payload.model_fields)) for topic in contract.topics
        ]
        parts.append(_table("Told on the way", ("topic", "data"), rows))
    return "".join(parts)


def _table(title: str, columns: tuple[str, ...], rows: list[str]) -> str:
    return f"\n### {title}\n\n{_row(*columns)}\n{_row(*['---'] * len(columns))}\n{_lines(rows)}"


def _owner(state: State) -> str:
    most = state.lasts_at_most
    return (
        state.owner if most is None else f"{state.owner}, at most {most.total_seconds() / 3600:g} h"
    )


def _diagram(contract: Contract) -> str:
    """A state diagram: where each step begins, and what its success and its failure lead to."""
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {contract.initial}"]
    for step in contract.steps:
        for state in _drawn_from(contract, step):
            lines += [f"  {state} --> {to}: {step.name}" for to in step.on_success if to != state]
            if step.on_failure.then is not Then.CONTINUE or step.on_failure.state != state:
                lines.append(f"  {state} --> {step.on_failure.state}: {step.name} fails")
            if step.stops_unknown:
                lines.append(f"  {state} --> {OUTCOME_UNKNOWN.name}: {step.name} may be done")
            if step.reviews and contract.review:
                lines.append(f"  {state} --> {contract.review.waiting}: {step.name} asks")
    if contract.review:
        review = contract.review
        lines += [
            f"  {review.waiting} --> {review.approved}: approved",
            f"  {review.waiting} --> {review.rejected}: rejected",
        ]
    for timer in contract.timers:
        lines.append(f"  {timer.waiting} --> {timer.over}: {timer.name} is over")
    for signal in contract.signals:
        lines += [
            f"  {signal.waiting} --> {signal.received}: {signal.name}",
            f"  {signal.waiting} --> {signal.timed_out}: {signal.name} in vain",
        ]
    if contract.completed is not None:
        last = contract.steps[-1].on_success[0] if contract.steps else contract.initial
        lines.append(f"  {last} --> {contract.completed}: the body returns")
    lines += [f"  {state.name} --> [*]" for state in contract.states if state.is_terminal]
    return "\n".join([*lines, "```", ""])


def _drawn_from(contract: Contract, step: Step) -> tuple[str, ...]:
    """Where a step begins; one that may begin anywhere, behind the one that is declared before
    it.
    """
    if contract.completed is None or step.begins_in:
        return contract.begins_of(step)
    place = contract.steps.index(step)
    return (contract.steps[place - 1].on_success[0] if place else contract.initial,)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
