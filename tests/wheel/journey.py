"""What an author does with the wheel, one act after the other."""

import json
import time
from collections import Counter
from pathlib import Path
from threading import Event
from typing import Final

from local.wheel import build
from tests.support.http_server import Answer, LocalServer, Request
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running_stack import wait_until
from tests.wheel.project import Environment, Project, run, say

_NAME: Final = "shop"


class Payments(LocalServer):
    """Makes a charge once a key, and counts how often it is asked. While `holds`, it makes it, and
    does not answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.charges: Counter[str] = Counter()
        self.holds = True
        self.arrived = Event()
        self.let_go = Event()

    def answer_alone(self, request: Request) -> Answer:
        """As `answer`: a request that is held keeps no other from being answered."""
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        key = request.headers["idempotency-key"]
        self.charges[key] += 1
        if self.holds:
            self.arrived.set()
            self.let_go.wait(PATIENCE_SECONDS)
        return Answer(content=json.dumps({"id": f"charge-{key}"}))


class Journey:
    """An author with an empty folder, a Python, a Node and the registries."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wheel = folder
        self._project: Project | None = None

    def build(self) -> Path:
        """Build the wheel twice, as the same bytes; its file."""
        self._wheel = build(self._folder / "dist")
        again = build(self._folder / "again")
        assert again.read_bytes() == self._wheel.read_bytes(), "two builds differ"
        return self._wheel

    def begin(self) -> Project:
        """Make a project with the wheel alone, and install what it names."""
        root = self._folder / _NAME
        first = Environment(self._folder / "first", self._wheel)
        run(self._folder, first.tillroll, "init", _NAME)
        self._project = Project(root, Environment(root / ".venv", self._wheel, extra="dev"))
        return self._project

    def stop(self) -> None:
        """End what runs."""
        if self._project is not None:
            self._project.kill()


def check_whole(project: Project) -> None:
    """Add a workflow, and hold the project to what it is held to."""
    project.tillroll("new", "workflow", "bank-transfer")
    project.tillroll("check")
    project.tillroll("play", "bank-transfer", "--seconds", "3")
    began = time.monotonic()
    project.tillroll("test")
    say("tillroll test", began)


def die_in_a_step(project: Project) -> None:
    """Kill everything while a charge waits for its answer; the next start ends the run."""
    with Payments() as payments:
        variables = {"PAYMENTS_URL": f"{payments.url}/charges"}
        project.start(variables)
        run_id = project.begin("order", {"article": "tea"}, key="one")
        assert payments.arrived.wait(PATIENCE_SECONDS), "no charge came"
        project.kill()
        payments.holds = False
        payments.let_go.set()
        project.start(variables)
        wait_until(lambda: project.ask(f"/api/runs/{run_id}")["status"] == "complete", "its end")
        [(_, asked)] = payments.charges.items()
        assert asked > 1, "the kill came too late: nothing was asked again"
    steps = [step["name"] for step in project.ask(f"/api/runs/{run_id}/steps")["items"]]
    assert {"price", "charge", "record"} <= {*steps}, steps
