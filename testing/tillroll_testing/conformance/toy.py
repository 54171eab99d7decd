"""The smallest engine that holds all the rules, as an example of an adapter.

It runs in this process: a thread a run, and a file a run. Its death is a number that goes up, so
that no thread of before writes any more.
"""

import contextlib
import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tillroll_testing.conformance.adapter import Adapter, NotReached, Standing, Status
from tillroll_testing.conformance.workflows import (
    CHARGES,
    FOUND,
    MESSAGE,
    MESSAGES,
    PARTS,
    QUOTED,
    QUOTES,
    REFUNDS,
    RELEASES,
    RESERVATIONS,
    SHIPMENTS,
    SIDE_BY_SIDE,
    TWO_CALLS,
    UNDOING,
    WAITING,
    WAITING_SHORTLY,
)

_TRIES: Final = 5
_PAUSE_SECONDS: Final = 0.05
_MOST_DEATHS: Final = 2
_LONGEST_TURN_SECONDS: Final = 0.5
_LONG_SECONDS: Final = 3600.0
_SHORT_SECONDS: Final = 0.6


class Dead(Exception):
    """This thread belongs to a process that was killed."""


class Failed(Exception):
    """A call has failed for good."""


class Unknown(Exception):
    """Nobody knows whether a call was done."""


@dataclass
class Record:
    """All that is known of a run."""

    workflow: str
    standing: str = Standing.RUNNING
    says: str = ""
    steps: dict[str, Any] = field(default_factory=dict[str, Any])
    intents: dict[str, str] = field(default_factory=dict[str, str])
    doubts: list[str] = field(default_factory=list[str])
    signals: list[str] = field(default_factory=list[str])
    is_undoing: bool = False
    deaths: int = 0


class Toy(Adapter):
    """Threads, files, and what a careful engine does."""

    name = "toy"
    version = "1"

    def __init__(self, folder: Path, side: str) -> None:
        self.store = folder / "runs"
        self.store.mkdir()
        self.side = side
        self.guard = threading.RLock()
        self.generation = 0
        self.is_alive = False
        self.records: dict[str, Record] = {}
        self.patience_seconds = 8.0
        self.pace_seconds = 0.2

    def start(self) -> None:
        with self.guard:
            self.is_alive = True
            self.records = {
                file.stem: Record(**json.loads(file.read_text(encoding="utf-8")))
                for file in self.store.glob("*.json")
            }
            running = [run for run, it in self.records.items() if it.standing == Standing.RUNNING]
            arguments = (running, self.generation)
        threading.Thread(target=self._resume_in_turn, args=arguments, daemon=True).start()

    def _resume_in_turn(self, runs: list[str], generation: int) -> None:
        """Resume one run after the other.

        One of them may have killed the process. So the next one goes on once a run has moved, and
        a death counts for those alone that were carried out.
        """
        for run in runs:
            with self.guard:
                if self.generation != generation:
                    return
                execution = self.resume(run)
            if execution is not None:
                execution.has_moved.wait(_LONGEST_TURN_SECONDS)

    def resume(self, run: str) -> "Execution | None":
        """Go on with a run whose process died, unless it was that run which killed it."""
        record = self.records[run]
        record.deaths += 1
        if record.deaths > _MOST_DEATHS:
            record.standing = Standing.CALLS_PERSON
            record.says = f"the process died {record.deaths} times in it"
        self.save(run, record)
        if record.standing == Standing.RUNNING:
            return self.carry_out(run)
        return None

    def kill(self) -> None:
        with self.guard:
            self.is_alive = False
            self.generation += 1
            self.records = {}

    def stop(self) -> None:
        self.kill()

    def _must_be_alive(self) -> None:
        """Raises NotReached between a death and the next start."""
        if not self.is_alive:
            raise NotReached(self.name)

    def begin(self, workflow: str, run: str) -> None:
        with self.guard:
            self._must_be_alive()
            if run in self.records:
                return
            self.records[run] = Record(workflow)
            self.save(run, self.records[run])
            self.carry_out(run)

    def signal(self, run: str, value: str) -> None:
        with self.guard:
            self._must_be_alive()
            self.records[run].signals.append(value)
            self.save(run, self.records[run])

    def retry(self, run: str) -> None:
        with self.guard:
            self._must_be_alive()
            record = self.records[run]
            record.standing = Standing.RUNNING
            record.deaths = 0
            self.save(run, record)
            self.carry_out(run)

    def status(self, run: str) -> Status:
        with self.guard:
            record = self.records.get(run)
            if record is None:
                raise NotReached(run)
            return Status(Standing(record.standing), record.says, frozenset(record.doubts))

    def save(self, run: str, record: Record) -> None:
        """Write a record, whole or not at all."""
        file = self.store / f"{run}.json"
        new = file.with_suffix(".new")
        new.write_text(json.dumps(vars(record)), encoding="utf-8")
        new.replace(file)

    def execution(self, run: str) -> "Execution":
        """What carries a run out."""
        return Execution(self, run)

    def carry_out(self, run: str) -> "Execution":
        """Begin, or go on, in a thread of its own."""
        execution = self.execution(run)
        threading.Thread(target=execution.work, daemon=True).start()
        return execution


class Execution:
    """One run, carried out by one thread of one generation."""

    def __init__(self, toy: Toy, run: str) -> None:
        self.toy = toy
        self.run = run
        self.record = toy.records[run]
        self._generation = toy.generation
        self.has_moved = threading.Event()

    def work(self) -> None:
        """Carry the workflow out, and write down how it ends."""
        with contextlib.suppress(Dead):
            try:
                self._go()
            except (Failed, Unknown) as error:
                self.end(Standing.FAILED, str(error))

    def end(self, standing: Standing, says: str = "") -> None:
        """Write the end down."""

        def change() -> None:
            self.record.standing = standing
            self.record.says = says

        self.write(change)
        self.has_moved.set()

    def write(self, change: Callable[[], None]) -> None:
        """Change the record. Raises Dead."""
        with self.toy.guard:
            if self.toy.generation != self._generation:
                raise Dead
            change()
            self.toy.save(self.run, self.record)

    def _go(self) -> None:
        if self.record.workflow == UNDOING:
            self._undo_where_it_fails()
        else:
            _BODIES[self.record.workflow](self)
            self.end(Standing.COMPLETE)

    def call(self, effect: str, **more: Any) -> Any:
        """Do an effect, unless the record has it. Raises Failed, Unknown, Dead."""
        if effect in self.record.steps:
            return self.record.steps[effect]
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_PAUSE_SECONDS)
            if effect in self.record.intents and not self.may_send_again(effect):
                continue
            if effect in self.record.steps:
                return self.record.steps[effect]
            body = self.intend(effect, {"run": self.run, **more})
            answer = self._send(effect, body)
            if answer is not None:
                self.complete(effect, answer)
                return answer
        if effect in FOUND:
            self.write(lambda: self.record.doubts.append(effect))
        raise Unknown(f"nobody knows whether {effect} was done")

    def may_send_again(self, effect: str) -> bool:
        """Ask the other side whether an effect was done, and write down that it was."""
        if effect not in FOUND:
            self.write(lambda: self.record.doubts.append(effect))
            return True
        status, answer = self.ask(f"/{effect}/{quote(self.run)}")
        if status == HTTPStatus.OK:
            self.complete(effect, answer)
        return status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}

    def intend(self, effect: str, content: dict[str, Any]) -> str:
        """Write down what is about to be sent. What was sent before is sent again as it was."""

        def change() -> None:
            self.record.intents.setdefault(effect, json.dumps(content))

        self.write(change)
        return self.record.intents[effect]

    def complete(self, effect: str, answer: Any) -> None:
        """Write down that a step is done: whatever died before, it was not of this run's doing."""

        def change() -> None:
            self.record.steps[effect] = answer
            self.record.deaths = 0

        self.write(change)
        self.has_moved.set()

    def refuse(self, effect: str) -> None:
        """Write down that an effect was not done, so that nobody needs to ask for it."""

        def change() -> None:
            self.record.intents.pop(effect, None)

        self.write(change)

    def _send(self, effect: str, body: str) -> Any:
        """Send it; the answer, or None where nobody knows. Raises Failed."""
        headers = {"idempotency-key": f"{self.run}:{effect}"}
        status, answer = self.ask(f"/{effect}", body, headers)
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            self.refuse(effect)
            raise Failed(f"{effect} was refused: {answer['error']}")
        if status == HTTPStatus.OK:
            return answer
        return None

    def ask(
        self, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Ask the other side; status 0 where no answer came."""
        with self.toy.guard:
            if self.toy.generation != self._generation:
                raise Dead
        content = None if body is None else body.encode()
        request = urllib.request.Request(  # noqa: S310 - the address is the suite's own
            self.toy.side + path, content, headers or {}
        )
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
        except (OSError, http.client.HTTPException):
            return 0, {}

    def quote(self) -> int:
        """Ask for an amount, once."""
        if QUOTES not in self.record.steps:
            _, answer = self.ask(f"/{QUOTES}/{quote(self.run)}")
            self.complete(QUOTES, answer["amount"])
        return self.record.steps[QUOTES]

    def wait(self, seconds: float) -> str:
        """Wait for a signal. The deadline is kept, so that a death does not move it."""
        if "until" not in self.record.steps:
            self.complete("until", time.time() + seconds)
        while "signal" not in self.record.steps:
            if self.record.signals:
                self.complete("signal", self.record.signals[0])
            elif time.time() > self.record.steps["until"]:
                self.complete("signal", "late")
            else:
                self.write(lambda: None)
                self.has_moved.set()
                time.sleep(_PAUSE_SECONDS)
        return self.record.steps["signal"]

    def together(self) -> None:
        """Do all parts at once. Raises the first failure, once all have come to their end."""
        failures: list[Exception] = []

        def work(part: str) -> None:
            try:
                self.call(part)
            except (Failed, Unknown, Dead) as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(part,)) for part in PARTS]
        for thread in threads:
            thread.start()
        self.join(threads, failures)
        if failures:
            raise failures[0]

    def join(self, threads: list[threading.Thread], failures: list[Exception]) -> None:
        """Wait for all."""
        del failures
        for thread in threads:
            thread.join()

    def _undo_where_it_fails(self) -> None:
        if not self.record.is_undoing:
            try:
                for effect in (RESERVATIONS, CHARGES, SHIPMENTS):
                    self.call(effect)
            except (Failed, Unknown) as error:
                self.begin_undoing(str(error))
            else:
                self.end(Standing.COMPLETE)
                return
        self.undo_all()

    def begin_undoing(self, says: str) -> None:
        """From here on nothing goes forward."""

        def change() -> None:
            self.record.is_undoing = True
            self.record.says = says

        self.write(change)

    def undo_all(self) -> None:
        """Undo what was done, and what may have been done, last first."""
        try:
            for effect, undoing in ((CHARGES, REFUNDS), (RESERVATIONS, RELEASES)):
                if self.was_done(effect):
                    self.call(undoing)
        except (Failed, Unknown) as error:
            self.end(Standing.CALLS_PERSON, str(error))
        else:
            self.end(Standing.FAILED, self.record.says)

    def was_done(self, effect: str) -> bool:
        """Whether an effect is to be undone. Raises Unknown."""
        if effect in self.record.steps:
            return True
        if effect not in self.record.intents:
            return False
        status, _ = self.ask(f"/{effect}/{quote(self.run)}")
        if status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
            raise Unknown(f"nobody knows whether {effect} was done")
        return status == HTTPStatus.OK


def _two_calls(it: Execution) -> None:
    it.call(CHARGES)
    it.call(SHIPMENTS)


def _quoted(it: Execution) -> None:
    it.call(CHARGES, amount=it.quote())


def _waiting(it: Execution, seconds: float) -> None:
    it.call(CHARGES)
    it.call(SHIPMENTS, value=it.wait(seconds))


_BODIES: Final[dict[str, Callable[[Execution], object]]] = {
    TWO_CALLS: _two_calls,
    QUOTED: _quoted,
    MESSAGE: lambda it: it.call(MESSAGES),
    WAITING: lambda it: _waiting(it, _LONG_SECONDS),
    WAITING_SHORTLY: lambda it: _waiting(it, _SHORT_SECONDS),
    SIDE_BY_SIDE: lambda it: it.together(),
}
