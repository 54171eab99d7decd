"""Engines that break one rule each. They are the toy, with one thing left out."""

import threading
import time
from collections.abc import Sequence
from typing import Any

from tillroll_testing.conformance.adapter import Standing
from tillroll_testing.conformance.toy import Execution, Failed, Record, Toy, Unknown
from tillroll_testing.conformance.workflows import (
    CHARGES,
    FOUND,
    MESSAGES,
    REFUNDS,
    RELEASES,
    RESERVATIONS,
    SHIPMENTS,
)

_LATE_SECONDS = 0.3


class Forgetful(Toy):
    """What was under way is begun no more."""

    def resume(self, run: str) -> Execution | None:
        del run


class Eager(Toy):
    """Each time that it is asked it begins a run."""

    def begin(self, workflow: str, run: str) -> None:
        with self.guard:
            self.records[run] = Record(workflow)
            self.save(run, self.records[run])
            self.carry_out(run)


class Amnesiac(Toy):
    """A run begins anew with each process."""

    def resume(self, run: str) -> Execution | None:
        self.records[run].steps.clear()
        self.records[run].intents.clear()
        return super().resume(run)


class OfExecution(Toy):
    """A toy whose runs are carried out otherwise. `made` is how."""

    made: type[Execution]

    def execution(self, run: str) -> Execution:
        return self.made(self, run)


class _LateMessage(Execution):
    def ask(
        self, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        if path == f"/{MESSAGES}":
            time.sleep(_LATE_SECONDS)
        return super().ask(path, body, headers)


class LateMessage(OfExecution):
    """It breaks no rule: its messages take longer than a death of another run."""

    made = _LateMessage


class _NeverAsks(Execution):
    def may_send_again(self, effect: str) -> bool:
        return effect in FOUND or super().may_send_again(effect)


class NeverAsks(OfExecution):
    """What may be done is sent again, without a question."""

    made = _NeverAsks


class _OtherRequests(Execution):
    def intend(self, effect: str, content: dict[str, Any]) -> str:
        self.record.intents.pop(effect, None)
        return super().intend(effect, content)

    def may_send_again(self, effect: str) -> bool:
        del effect
        return True

    def quote(self) -> int:
        self.record.steps.pop("quotes", None)
        return super().quote()


class OtherRequests(OfExecution):
    """What is sent again is asked for anew, and is something else."""

    made = _OtherRequests


class _Silent(Execution):
    def may_send_again(self, effect: str) -> bool:
        return effect == MESSAGES or super().may_send_again(effect)


class Silent(OfExecution):
    """It does not say that a message may have come twice."""

    made = _Silent


class Deaf(Toy):
    """A signal is lost where nobody waits for it yet."""

    def signal(self, run: str, value: str) -> None:
        if "until" in self.records[run].steps:
            super().signal(run, value)


class LastWord(Toy):
    """The last signal counts, whatever was taken before."""

    def signal(self, run: str, value: str) -> None:
        self.records[run].signals.clear()
        super().signal(run, value)


class _Impatient(Execution):
    def wait(self, seconds: float) -> str:
        value = super().wait(seconds)
        if value == "late":
            raise Failed("nobody signalled")
        return value


class Impatient(OfExecution):
    """A wait whose time ran out fails the run."""

    made = _Impatient


class _Wordless(Execution):
    def end(self, standing: Standing, says: str = "") -> None:
        del says
        super().end(standing)


class Wordless(OfExecution):
    """It does not say why a run failed."""

    made = _Wordless


class _Content(Execution):
    def end(self, standing: Standing, says: str = "") -> None:
        del standing
        super().end(Standing.COMPLETE, says)


class Content(OfExecution):
    """Whatever happened, it is complete."""

    made = _Content


class Final(Toy):
    """What has failed has failed."""

    def retry(self, run: str) -> None:
        del run


class _Careless(Execution):
    def call(self, effect: str, **more: Any) -> Any:
        try:
            return super().call(effect, **more)
        except Unknown:
            self.write(self.record.doubts.clear)
            raise


class Careless(OfExecution):
    """It does not say that what failed may have been done."""

    made = _Careless


class Stubborn(Toy):
    """It never counts deaths."""

    def resume(self, run: str) -> Execution | None:
        self.records[run].deaths = -1
        return super().resume(run)


class _OneByOne(Execution):
    turn = threading.Lock()

    def work(self) -> None:
        with self.turn:
            super().work()


class OneByOne(OfExecution):
    """One run at a time."""

    made = _OneByOne


class _Once(Execution):
    def may_send_again(self, effect: str) -> bool:
        if self.toy.generation == 0:
            raise Failed(f"{effect} failed once")
        return super().may_send_again(effect)


class Once(OfExecution):
    """A call has one try."""

    made = _Once


class _FirstFirst(Execution):
    def undo_all(self) -> None:
        for effect, undoing in ((RESERVATIONS, RELEASES), (CHARGES, REFUNDS)):
            if self.was_done(effect):
                self.call(undoing)
        self.end(Standing.FAILED)


class FirstFirst(OfExecution):
    """What was done first is undone first."""

    made = _FirstFirst


class _Doubtless(Execution):
    def was_done(self, effect: str) -> bool:
        return effect in self.record.steps


class Doubtless(OfExecution):
    """What may have been done is taken for not done."""

    made = _Doubtless


class _Thorough(Execution):
    def was_done(self, effect: str) -> bool:
        del effect
        return True


class Thorough(OfExecution):
    """It undoes what was never done, too."""

    made = _Thorough


class _Wavering(Execution):
    def undo_all(self) -> None:
        self.call(REFUNDS)
        try:
            self.call(SHIPMENTS)
        except Failed:
            super().undo_all()


class Wavering(OfExecution):
    """It tries to go forward again while it undoes."""

    made = _Wavering


class _Resigned(Execution):
    def end(self, standing: Standing, says: str = "") -> None:
        if standing is Standing.CALLS_PERSON:
            standing = Standing.FAILED
            says = "it failed"
        super().end(standing, says)


class Resigned(OfExecution):
    """Nobody hears of an undoing that failed."""

    made = _Resigned


class _Hasty(Execution):
    def join(self, threads: Sequence[threading.Thread], failures: Sequence[Exception]) -> None:
        while any(thread.is_alive() for thread in threads) and not failures:
            time.sleep(0.01)


class Hasty(OfExecution):
    """The first failure of steps side by side ends the run."""

    made = _Hasty
