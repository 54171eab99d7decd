"""Rounds on the genuine stack: a run of each example, two deaths of everything, then their ends."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Any, Final

from tests.examples.cases import CASES, Case
from tests.examples.other_side import OtherSides, Trap, Trouble
from tests.examples.promises import check_round
from tests.support.running_stack import wait_until
from tests.wheel.project import Project
from tillroll_durable.states import LIVE, NextSafeAction, Status
from tillroll_testing.host.signing import new_signing_key

# Which request of its run everything dies at, the latest; most runs make more.
_LATEST_TURN: Final = 6
# A run that asks for nothing more, such as one that waits for a person, is met by the death too.
_STILL_SECONDS: Final = 20.0
# When everything dies again, after it has come back: while runs go on, and before they have ended.
_AGAIN_WITHIN_SECONDS: Final = 8.0
# An effect of which nobody knows is undone once its step's ten minutes are over: it may be late.
_SETTLED_WITHIN_SECONDS: Final = 900.0
_CRON_EVERY_SECONDS: Final = 2.0


@dataclass
class Figures:
    """What happened in all rounds. `twice` counts what no key could hold off, by its address."""

    rounds: int = 0
    runs: int = 0
    kills: int = 0
    effects: int = 0
    requests: int = 0
    decided: int = 0
    mended: int = 0
    troubles: Counter[Trouble] = field(default_factory=Counter[Trouble])
    twice: Counter[str] = field(default_factory=Counter[str])
    seconds: float = 0.0

    def lines(self) -> list[str]:
        """The report, a line each."""
        troubles = ", ".join(f"{count}: {each.value}" for each, count in self.troubles.items())
        twice = ", ".join(f"{address} {times}" for address, times in self.twice.items() if times)
        return [
            f"{self.rounds} rounds in {self.seconds:.0f} s: {self.runs} runs, {self.kills} kills",
            f"{self.requests} requests did {self.effects} things; troubles: {troubles}",
            f"people decided {self.decided} times, and mended or gave up {self.mended} failed runs",
            f"done again where no key is known, and told so: {twice or 'nothing'}",
        ]


class Rounds:
    """The project, its other sides, and what has happened so far."""

    def __init__(self, project: Project, side: OtherSides, seed: int) -> None:
        self.figures = Figures()
        self._project = project
        self._side = side
        self._seed = seed
        self._variables = {"AUDIT_SIGNING_KEY": new_signing_key()}
        self._fired = 0.0

    def play(self, rounds: int) -> None:
        """Play them all. Raises AssertionError: a promise was broken; the message says which."""
        began = time.monotonic()
        self._project.start(self._variables)
        # The agent's refunds ask for a permission of their own.
        self._project.act_with("read,run,operate,refunds")
        for number in range(rounds):
            self._play(number)
        self.figures.rounds = rounds
        self.figures.requests = self._side.requests
        self.figures.troubles = self._side.troubles
        self.figures.seconds = time.monotonic() - began

    def _play(self, number: int) -> None:
        chance = Random(f"{self._seed} round {number}")
        self._side.forget()
        traps = {
            case.example: Trap(chance.randint(1, _LATEST_TURN), chance.random() < 0.5)
            for case in CASES
        }
        said = ", ".join(f"{example} {trap.says}" for example, trap in traps.items())
        print(f"round {number + 1}: {said}", flush=True)  # noqa: T201 - a report
        self._side.aim(traps)
        cases = self._begin(number, chance)
        self._wait_for(traps)
        self._die()
        for case in cases.values():
            case.go_on()
        time.sleep(chance.uniform(0.0, _AGAIN_WITHIN_SECONDS))
        self._die()
        self._settle(cases)
        check_round(self._project, self._side, cases, self.figures.twice)
        self.figures.runs += len(cases)
        self.figures.effects += len(self._side.effects)

    def _begin(self, number: int, chance: Random) -> dict[str, Case]:
        """Begin a run of each example, and send the signals that come early; the cases by run."""
        cases: dict[str, Case] = {}
        for kind in CASES:
            case = kind(self._side, number, chance)
            run_id = self._project.begin(case.kind, case.params(), key=f"round {number}")
            cases[run_id] = case
            for name, payload in case.signals.items():
                body = {"key": name, "payload": payload}
                sent = self._project.post(f"/api/runs/{run_id}/signals/{name}", body)
                assert sent.status_code == HTTPStatus.ACCEPTED, sent.text
        return cases

    def _wait_for(self, traps: Mapping[str, Trap]) -> None:
        """Until each run stands still, or asks for nothing more."""
        deadline = time.monotonic() + _STILL_SECONDS
        for trap in traps.values():
            trap.has_come.wait(max(0.0, deadline - time.monotonic()))

    def _die(self) -> None:
        self._project.kill()
        self.figures.kills += 1
        self._side.let_go()
        self._project.start(self._variables)

    def _settle(self, cases: Mapping[str, Case]) -> None:
        """Do what people do until each run has ended: decide, retry, give up."""
        open_runs = dict(cases)

        def has_settled() -> bool:
            self._fire_cron()
            for run_id, case in [*open_runs.items()]:
                if self._has_ended(run_id, case):
                    del open_runs[run_id]
            return not open_runs

        try:
            wait_until(has_settled, "every run to end", _SETTLED_WITHIN_SECONDS)
        except AssertionError as error:
            left = [self._project.ask(f"/api/runs/{run_id}") for run_id in open_runs]
            told = [(run["kind"], run["state"], run["whatHappened"]) for run in left]
            raise AssertionError(f"{error}; still open: {told}") from error

    def _fire_cron(self) -> None:
        if time.monotonic() - self._fired > _CRON_EVERY_SECONDS:
            self._project.fire_cron()
            self._fired = time.monotonic()

    def _has_ended(self, run_id: str, case: Case) -> bool:
        run = self._project.ask(f"/api/runs/{run_id}")
        if run["status"] == Status.NEEDS_REVIEW:
            self._act(run_id, "review", {"decision": case.decision})
            self.figures.decided += 1
            return False
        if run["status"] in LIVE:
            return False
        if run["status"] == Status.FAILED and run["nextSafeAction"] != NextSafeAction.NONE:
            self._act(run_id, case.mend(run), {"reason": "a test"})
            self.figures.mended += 1
            return False
        return True

    def _act(self, run_id: str, act: str, body: Mapping[str, Any]) -> None:
        answer = self._project.post(f"/api/runs/{run_id}/{act}", body)
        # The run may have gone on since it was looked at.
        is_late = answer.status_code == HTTPStatus.CONFLICT
        assert answer.is_success or is_late, f"{act}: {answer.text}"
