"""What a new workflow shall be: its names and its steps, checked before a file is written."""

import builtins
import keyword
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_durable.platform.cron import InvalidCron, check_cron
from tillroll_durable.step import Effect

MOST_STEPS: Final = 12
LONGEST_NAME: Final = 40
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
# What the generated module calls something else, and the states that each contract may have.
_TAKEN: Final = (
    "durable", "run", "sent", "timedelta", "begun", "undoing", "completed", "cancelled",
    "abandoned",
)  # fmt: skip
_EFFECTS: Final = ", ".join(Effect)


class Refused(ValueError):
    """The workflow cannot be made so; the message says why, and what can."""


@dataclass(frozen=True)
class PlannedStep:
    """A step by its name and effect. `function` and `constant` are its names in the code;
    `has_undo`: it is written with its rollback.
    """

    name: str
    effect: Effect
    has_undo: bool = False

    @property
    def function(self) -> str:
        return self.name.replace("-", "_")

    @property
    def constant(self) -> str:
        return self.function.upper()

    @property
    def is_elsewhere(self) -> bool:
        """Whether it acts on somebody else's system."""
        return self.effect in {Effect.EXTERNAL, Effect.IRREVERSIBLE}


@dataclass(frozen=True)
class Plan:
    """A workflow that is to be written. `signal` is what it waits for before its last step, or
    nothing; `has_table`: its steps that write leave rows in a table of their own; `cron`: when it
    is begun by time, where it is.
    """

    kind: str
    steps: tuple[PlannedStep, ...]
    signal: str | None = None
    has_table: bool = False
    cron: str | None = None

    @property
    def package(self) -> str:
        return self.kind.replace("-", "_")

    @property
    def constant(self) -> str:
        return self.package.upper()

    @property
    def signal_constant(self) -> str:
        return (self.signal or "").replace("-", "_").upper()

    @property
    def sent(self) -> str:
        """The class of what comes with the signal."""
        return "".join(word.capitalize() for word in (self.signal or "").split("-")) + "Sent"

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for word in self.kind.split("-"))

    @property
    def is_elsewhere(self) -> bool:
        return any(step.is_elsewhere for step in self.steps)

    @property
    def can_be_undone(self) -> bool:
        return any(step.has_undo for step in self.steps)

    @property
    def undoes_in_the_end(self) -> bool:
        """Whether a final failure of the last step undoes what was done before it."""
        return (
            any(step.has_undo for step in self.steps[:-1])
            and self.steps[-1].effect is not Effect.IRREVERSIBLE
        )

    @property
    def table(self) -> str:
        return f"{self.package}_records"


def planned(
    kind: str, steps: str, signal: str | None, *, has_table: bool, cron: str | None = None
) -> Plan:
    """The plan that a command's words make.

    Raises:
        Refused: a name that cannot be one, a step without an effect, too many steps, a name twice,
            no time.
    """
    _check_name("workflow", kind)
    if keyword.iskeyword(kind.replace("-", "_")):
        raise Refused(f"{kind!r} is a word of Python's: choose another name.")
    if signal is not None:
        _check_name("signal", signal)
    found = _steps(steps)
    if has_table and all(step.effect is not Effect.WRITE for step in found):
        raise Refused("A table needs a step that writes to it: name one, such as record:write.")
    if cron is not None:
        try:
            check_cron(cron)
        except InvalidCron as error:
            raise Refused(f"{cron!r} is no time: {error}") from error
    plan = Plan(kind, found, signal, has_table, cron and " ".join(cron.split()))
    taken = _repeated([*_TAKEN, *_names(plan)])
    if taken is not None:
        raise Refused(
            f"{taken!r} would mean two things in the workflow: name a step, or the signal, "
            "otherwise."
        )
    return plan


def _names(plan: Plan) -> Iterator[str]:
    """What its module and its contract call something; a step's function and its state have one
    name.
    """
    yield from (plan.constant, f"{plan.constant}_V1", f"{plan.package}_v1")
    for step in plan.steps:
        yield from (
            step.constant,
            step.function,
            f"{step.function}_output",
            f"{step.function}_failed",
        )
        if step.has_undo:
            yield f"undo_{step.function}"
    if plan.signal:
        state = plan.signal.replace("-", "_")
        yield from (
            plan.signal_constant,
            f"{state}_awaited",
            f"{state}_received",
            f"{state}_timed_out",
        )


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Refused(
            f"The {what} cannot be called {name!r}: a name has 1 to {LONGEST_NAME} small letters "
            "and digits, begins with a letter, and joins words by hyphens, such as bank-transfer."
        )


def _steps(words: str) -> tuple[PlannedStep, ...]:
    steps = tuple(_step(word.strip()) for word in words.split(","))
    if len(steps) > MOST_STEPS:
        raise Refused(
            f"These are {len(steps)} steps; begin with at most {MOST_STEPS}. More can be added by "
            "hand."
        )
    repeated = _repeated([step.name for step in steps])
    if repeated:
        raise Refused(
            f"Two steps are called {repeated!r}: a step's name is unique in its workflow."
        )
    return steps


def _step(word: str) -> PlannedStep:
    name, colon, said = (part.strip() for part in word.partition(":"))
    effect, plus, undo = (part.strip() for part in said.partition("+"))
    if not colon or effect not in set(Effect) or undo != ("undo" if plus else ""):
        raise Refused(
            f"{word!r} is no step: write its name and its effect ({_EFFECTS}), such as "
            "charge:external, or charge:external+undo with its rollback."
        )
    if plus and effect != Effect.EXTERNAL:
        raise Refused(
            f"{word!r}: +undo is for effects elsewhere, such as charge:external+undo. A read "
            "changes nothing, what is irreversible cannot be undone, and a write's rollback is a "
            "function of yours (docs/writing-workflows.md)."
        )
    _check_name("step", name)
    step = PlannedStep(name, Effect(effect), has_undo=bool(plus))
    if keyword.iskeyword(step.function) or hasattr(builtins, step.function):
        raise Refused(f"A step cannot be called {name!r}, which means something else in Python.")
    return step


def _repeated(names: Sequence[str]) -> str | None:
    return next((name for place, name in enumerate(names) if name in names[:place]), None)
